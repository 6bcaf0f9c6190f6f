"""The command ``dti``: thin, so that all it can do can be done from a notebook too."""

from pathlib import Path
from typing import Annotated

import typer

from dti.check import check as find_faults
from dti.tables import DataError, data_dir, table_names

app = typer.Typer(
    help="Digital transformation of Lai Châu: figures, progress, ranking, scenarios, reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of tables; by default the project's own.", file_okay=False)
]


@app.callback()
def _commands() -> None:
    """Keep every command a subcommand."""


@app.command()
def check(data: DataOption = None) -> None:
    """Check all tables at once and list every fault."""
    faults = find_faults(data)
    if len(faults):
        raise DataError(f"{len(faults)} fault(s) in {data_dir(data)}:", faults)
    typer.echo(f"{len(table_names(data))} tables in order.")


def main() -> None:
    """Run the command; bad input ends with its message on stderr and exit code 2."""
    try:
        app()
    except DataError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None
