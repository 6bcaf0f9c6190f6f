"""The command ``dti``: thin, so that all it can do can be done from a notebook too."""

import io
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from dti.command_line import DataOption, argument_error, blank_place, language_of
from dti.intake import commands as intake_commands
from dti.reader.commands import plan_app
from dti.store.faults import DataError
from dti.store.tables import data_dir, table_names
from dti.store.write import check_place, write_whole
from dti.words.vietnamese import Lang
from dti.words.word_list import word

app = typer.Typer(
    help="A province's digital transformation: figures, progress, ranking, scenarios, reports.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """Keep every command a subcommand."""


@app.command()
def check(data: DataOption = None) -> None:
    """Check all tables and scenarios at once and list every fault."""
    from dti.check import check_with_scenarios

    faults = check_with_scenarios(data)
    if len(faults):
        raise DataError(f"{len(faults)} fault(s) in {data_dir(data)}:", faults)
    typer.echo(f"{len(table_names(data))} tables in order.")


@app.command()
def edit(
    workbook: Annotated[Path | None, typer.Argument(help="An edited workbook to take back.", dir_okay=False)] = None,
    table: Annotated[str | None, typer.Option(help="Table to write as a workbook.")] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; by default TABLE.xlsx.", dir_okay=False)] = None,
    data: DataOption = None,
) -> None:
    """Write a table as a workbook with lists of allowed values, or take an edited one back."""
    from dti.check import check_with_scenarios
    from dti.store import edit as editing

    if (workbook is None) == (table is None):
        raise DataError("Say which: --table NAME to write a workbook, or the workbook to take back.")
    if table is not None:
        target = out or Path(f"{table}.xlsx")
        check_place(target)
        write_whole(target, editing.workbook(table, data))
        typer.echo(f"{table} written to {target}. Edit it, then: dti edit {target}")
    else:
        counted = editing.take(workbook, data, check_with_scenarios)
        typer.echo(", ".join(f"{count} rows {what}" for what, count in counted.items()))


@app.command()
def progress(
    year: Annotated[int | None, typer.Option(help="Report year; by default that of the newest plan.")] = None,
    agency: Annotated[str | None, typer.Option(help="Id of an agency; by default all figures there are.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write a CSV file instead of a table on the screen.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of names.")] = "vi",
    data: DataOption = None,
) -> None:
    """Change on last year, gap to target and status of every indicator."""
    from dti.plan import ask, progress

    rows = ask.progress(year, agency, lang=lang, data=data)
    if out is None:
        shown = rows[[column for column in progress.COLUMNS if column not in ("unit", "direction")]]
        typer.echo(shown.to_string(index=False, na_rep="–", float_format="%.10g"))
    else:
        check_place(out)
        rows = rows.drop(columns=["pillar", "level"])
        write_whole(out, rows.to_csv(index=False, float_format="%.10g").encode("utf-8"))
        typer.echo(f"{len(rows)} rows written to {out}")


@app.command()
def rank(
    year: Annotated[int, typer.Option(help="Year of the ranking.")] = 2023,
    province: Annotated[str, typer.Option(help="Id of a province.")] = "lai-chau",
    base_year: Annotated[
        int | None, typer.Option(help="Year compared with; by default the year before, where that is possible.")
    ] = None,
    lang: Annotated[Lang, typer.Option(help="Language.")] = "vi",
    every: Annotated[bool, typer.Option("--all", help="List every province in order of rank.")] = False,
    data: DataOption = None,
) -> None:
    """Rank, score, what changed them, and how firm the rank is."""
    from dti.composite import terminal

    show = terminal.ranking if every else terminal.standing
    typer.echo(show(province, year, base_year, lang, data))


app.command()(intake_commands.form)
app.command()(intake_commands.intake)
app.command("history")(intake_commands.figure_history)
app.command()(intake_commands.status)


@app.command()
def report(
    year: Annotated[int, typer.Option(help="Report year.")] = 2023,
    lang: Annotated[Lang, typer.Option(help="Language of the reports.")] = "vi",
    agency: Annotated[list[str] | None, typer.Option(help="Only this agency's report; may be repeated.")] = None,
    form: Annotated[
        list[str] | None,
        typer.Option("--format", help="html, docx, pdf, xlsx or csv; may be repeated. By default html, xlsx and csv."),
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes; by default one for each core.")] = None,
    brief: Annotated[bool, typer.Option("--brief", help="One page for each agency and one for the province.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Make all reports anew, changed or not.")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one report may take.")] = 300,
    scheduler: Annotated[str | None, typer.Option(help="Dask cluster that does the work: tcp://host:port.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the reports; by default outputs/.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what the libraries say.")] = False,
    timeline: Annotated[
        Path | None,
        typer.Option("--trace", help="Write where the time goes, for a browser's trace viewer.", dir_okay=False),
    ] = None,
    data: DataOption = None,
) -> None:
    """Make the reports that have changed: HTML, Word, PDF, and a page that lists them."""
    from dti.render.progress_bar import shown
    from dti.render.run import FORMATS, Options, render_all
    from dti.render.trace import Trace

    trace = Trace()
    trace.since_start()
    if timeline is not None:
        check_place(timeline)
    options = Options(
        formats=tuple(form or FORMATS),
        jobs=jobs,
        force=force,
        timeout=timeout,
        scheduler=scheduler,
        out=out,
        verbose=verbose,
        data=data,
        brief=brief,
        trace=trace,
    )
    made = []
    try:
        with shown() as tell:
            run = render_all(year, lang, agency or [], options, lambda *told: (made.append(told), tell(*told)))
    except KeyboardInterrupt:
        typer.echo(f"Interrupted. Reports finished: {len(made)}; the next run goes on from there.", err=True)
        raise typer.Exit(130) from None
    if timeline is not None:
        write_whole(timeline, trace.text().encode())
    for name, error in run.failed.items():
        typer.echo(f"{name}: {error if verbose else error.splitlines()[0]}", err=True)
    for name, words in run.remarks.items():
        typer.echo("\n".join(f"{name}, {line}" for line in words), err=True)
    typer.echo(f"{len(run.made)} made, {len(run.unchanged)} unchanged, {len(run.failed)} failed: {run.folder}")
    raise typer.Exit(1 if run.failed else 0)


@app.command()
def whatif(
    files: Annotated[list[Path] | None, typer.Argument(help="Scenario files (.yml), or names of shipped ones.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook with live formulas instead.")] = None,
    new: Annotated[Path | None, typer.Option(help="Write a commented scenario to fill in.")] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of scenarios, for editors.")] = False,
    lang: Annotated[Lang, typer.Option(help="Language.")] = "vi",
    data: DataOption = None,
) -> None:
    """Set scenarios beside their baseline, and beside each other."""
    from dti.scenarios import template
    from dti.scenarios import terminal as what_if_print

    if bool(files) + (new is not None) + schema != 1:
        raise DataError("Say what is asked: scenario files or names, or --new FILE, or --schema.")
    if schema:
        typer.echo(template.schema_text(data))
    elif new is not None:
        check_place(new)
        template.write_template(new, lang, data)
        typer.echo(f"{new}")
    elif xlsx is not None:
        check_place(xlsx, files or [])
        what_if_print.write_workbook(files, xlsx, lang, data)
        typer.echo(f"{xlsx}")
    else:
        pages = what_if_print.pages(files, lang, data)
        typer.echo(what_if_print.as_json(pages) if as_json else what_if_print.as_text(pages))


app.add_typer(plan_app, name="plan")


@app.command()
def proof(
    file: Annotated[Path, typer.Argument(help="A report as Word document, edited in Word.", dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    data: DataOption = None,
) -> None:
    """Say where an edited report no longer agrees with the data: figures, units, years, agencies, verdicts."""
    from dti.review import again
    from dti.review import proof as told

    found, lang = again.proof(file, data)
    typer.echo(told.as_json(found) if as_json else "\n".join(told.lines(found, lang)))
    raise typer.Exit(1 if found else 0)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Folder of the earlier reports.", file_okay=False)],
    new: Annotated[Path, typer.Argument(help="Folder of the later reports.", file_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    page: Annotated[Path | None, typer.Option(help="Write one HTML page too.", dir_okay=False)] = None,
    lang: Annotated[Lang, typer.Option(help="Language: vi or en.")] = "vi",
    data: DataOption = None,
) -> None:
    """Say what changed between two runs, apart by cause: data, method, wording. Nothing changed gives nothing."""
    from dti.review import diff_page, differences

    if page is not None:
        check_place(page)
    compared = differences.compare(old, new)
    if page is not None:
        write_whole(page, diff_page.page(compared, old, new, lang).encode())
    told = differences.as_json(compared) if as_json else "\n".join(differences.lines(compared, lang))
    if told:
        typer.echo(told)
    raise typer.Exit(1 if compared.differences else 0)


def main() -> None:
    """Run the command; bad input or arguments end with a message on stderr and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # terminals of Windows lack letters of Vietnamese
    if option := blank_place(sys.argv):
        raise SystemExit(_told(word("argument.needs_value", language_of(sys.argv), option=option)))
    try:
        code = app(prog_name="dti", standalone_mode=False)
        sys.stdout.flush()
    except DataError as error:
        code = _told(str(error))
    except TyperException as error:
        code = _told(argument_error(error, sys.argv))
    except BrokenPipeError:  # whoever read what is shown has seen enough
        code = 1
    except OSError as error:
        code = _told(f"{error.filename or 'screen'}: {error.strerror}")
    raise SystemExit(code or 0)


def _told(message: str) -> int:
    """Say what is wrong, where anybody can be told; return the exit code."""
    with suppress(OSError, ValueError):
        typer.echo(message, err=True)
    return 2
