"""The commands ``dti plan …``: thin, so that all they do can be done from a notebook too."""

from os.path import relpath
from pathlib import Path
from typing import Annotated

import typer

from dti.store.faults import DataError
from dti.store.write import check_place, write_whole

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of tables; by default the project's own.", file_okay=False)
]

plan_app = typer.Typer(help="The plan of the next year: from the document to the tables.", no_args_is_help=True)


@plan_app.command("read")
def plan_read(
    file: Annotated[Path, typer.Argument(help="The plan: .docx, .pdf, .html or .txt.")],
    year: Annotated[int, typer.Option(help="Year that the plan sets targets for.")],
    out: Annotated[Path | None, typer.Option(help="Review workbook to write (.xlsx).")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Folder for the same as CSV files.")] = None,
    decisions: Annotated[
        Path | None, typer.Option(help="Decisions made before, as a CSV file: sheet, number, column, value.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Read a plan into a review workbook: every figure and task, with what is proposed to do with it."""
    from dti.reader import review
    from dti.reader.workbook import workbook

    if out is None and csv is None:
        raise DataError("Nothing to write. Expected: --out REVIEW.xlsx, --csv FOLDER, or both.")
    plan, tables, content = review.read(file, year, data)
    sheets = review.review_tables(plan, tables)
    if decisions is not None:
        sheets = review.with_decisions(sheets, review.read_decisions(decisions))
    if csv is not None:
        review.write_csv(csv, sheets)
    if out is not None:
        check_place(out, [file])
        write_whole(out, workbook(sheets, plan, tables, file.name, content, relpath(file, out.parent)))
    typer.echo("\n".join(f"{name}: {value}" for name, value in review.summary(sheets, plan, tables)))
    typer.echo(f"→ {out or csv}")


@plan_app.command("take")
def plan_take(
    workbook: Annotated[Path, typer.Argument(help="The review workbook, decided.")],
    document: Annotated[
        Path | None, typer.Option(help="The plan that was read; by default where the workbook says.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    data: DataOption = None,
) -> None:
    """Take a decided review into the tables: all of them or none."""
    from dti.reader.take import take

    taken = take(workbook, document, data, dry_run=dry_run)
    typer.echo("\n".join(taken.lines() if not dry_run else [f"{workbook}: in order, nothing written."]))


@plan_app.command("verify")
def plan_verify(
    file: Annotated[Path, typer.Argument(help="The plan.")],
    source: Annotated[str, typer.Option(help="Id of the source; by default the plan of that number.")] = "",
    data: DataOption = None,
) -> None:
    """Say for each quote of a plan whether it still stands in the document, at its clause, with its value."""
    from dti.reader import verify as verifying

    rows = verifying.verify(file, source, data)
    bad = rows[rows["verdict"].ne(verifying.STANDS)]
    for row in bad.itertuples():
        where = f"{row.table}.csv, dòng {row.row}: {row.what}; {row.clause}"
        typer.echo(f"{where}: “{row.evidence}”: {verifying.VERDICTS[row.verdict]}")
    typer.echo(f"{len(rows) - len(bad)}/{len(rows)} trích đoạn còn nguyên.")
    raise typer.Exit(1 if len(bad) else 0)
