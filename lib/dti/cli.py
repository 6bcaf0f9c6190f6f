"""The command ``dti``: thin, so that all it can do can be done from a notebook too."""

import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dti.check import check_with_scenarios as find_faults
from dti.reader.commands import plan_app
from dti.store.faults import DataError
from dti.store.tables import data_dir, load_all, table_names, using
from dti.store.write import check_place, make_folder, write_whole
from dti.words.periods import Period
from dti.words.vietnamese import Lang
from dti.words.word_list import word

if TYPE_CHECKING:
    from nbformat import NotebookNode

app = typer.Typer(
    help="A province's digital transformation: figures, progress, ranking, scenarios, reports.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _use(context: typer.Context, data: Path | None) -> Path | None:
    """Let words and texts come from the same folder as the tables, as long as the command runs."""
    context.with_resource(using(data))
    return data


DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of tables; by default the project's own.", file_okay=False, callback=_use),
]


#: Findings shown on the screen; a file holds them all.
MAX_LINES = 200


@app.callback()
def _commands() -> None:
    """Keep every command a subcommand."""


@app.command()
def check(data: DataOption = None) -> None:
    """Check all tables and scenarios at once and list every fault."""
    faults = find_faults(data)
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
    from dti.store import edit as editing

    if (workbook is None) == (table is None):
        raise DataError("Say which: --table NAME to write a workbook, or the workbook to take back.")
    if table is not None:
        target = out or Path(f"{table}.xlsx")
        write_whole(target, editing.workbook(table, data))
        typer.echo(f"{table} written to {target}. Edit it, then: dti edit {target}")
    else:
        counted = editing.take(workbook, data, find_faults)
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


@app.command()
def form(
    agency: Annotated[list[str] | None, typer.Option(help="Id of an agency; may be given several times.")] = None,
    all_agencies: Annotated[bool, typer.Option("--all", help="Every agency that leads or carries out.")] = False,
    year: Annotated[int, typer.Option(help="Year of the results to report.")] = 2023,
    period: Annotated[Period, typer.Option(help="year, or a part of it: h1, h2, q1, q2, q3, q4.")] = "year",
    out: Annotated[Path | None, typer.Option(help="Folder to write to.", file_okay=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over forms that are there and differ.")] = False,
    data: DataOption = None,
) -> None:
    """Write the Excel forms on which agencies report their results."""
    from dti.intake import forms
    from dti.plan import duties
    from dti.store.tables import PROJECT

    tables = load_all(["agencies", "indicators", "responsibilities", "observations", "sources"], data)
    if bool(agency) == all_agencies:
        raise DataError("Say whose form: --agency ID (as often as needed), or --all.")
    wanted = duties.reporting_agencies(tables, year) if all_agencies else list(dict.fromkeys(agency or []))
    contents = {
        forms.file_name(name, year, period=period): forms.form(tables, name, year, period=period) for name in wanted
    }
    folder = out or PROJECT / "outputs" / "forms" / str(year)
    filled = [name for name, new in contents.items() if forms.differs(folder / name, new)]
    if filled and not force:
        raise DataError(
            f"{folder} holds other forms of the same name, perhaps filled in: {', '.join(filled)}. "
            "Expected: another folder (--out), or --force to write over them."
        )
    make_folder(folder)
    for name, content in contents.items():
        write_whole(folder / name, content)
    typer.echo(f"{len(contents)} form(s) for {year} in {folder}")


@app.command()
def intake(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Filled-in forms, .xlsx or .csv tables, or folders of them.")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="Let warnings through for this reason, which is kept; AGENCY=REASON for one agency's."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    findings: Annotated[Path | None, typer.Option(help="Write what was found as a CSV file for Excel.")] = None,
    marked: Annotated[
        Path | None, typer.Option(help="Folder for copies of the forms in which what was found is marked.")
    ] = None,
    withdraw: Annotated[str, typer.Option(help="Take back this indicator's figure, for the reason in --accept.")] = "",
    agency: Annotated[str, typer.Option(help="With --withdraw: who had sent it.")] = "",
    subject: Annotated[str, typer.Option(help="With --withdraw: whom it is about, if not the agency alone.")] = "",
    year: Annotated[int, typer.Option(help="With --withdraw: its year.")] = 2023,
    period: Annotated[Period, typer.Option(help="With --withdraw: its period.")] = "year",
    sender: Annotated[str, typer.Option(help="Who sent the files, where they do not say.")] = "",
    lang: Annotated[Lang, typer.Option(help="Language of what is found: vi or en.")] = "vi",
    data: DataOption = None,
) -> None:
    """Take in the figures that agencies send: all files of the call, or none if anything is wrong."""
    from dti.intake import findings as found
    from dti.intake import take_in
    from dti.intake.marked_copy import write_marked

    if bool(files) == bool(withdraw):
        raise DataError(word("intake.files_or_withdraw", lang))
    if findings is not None:
        check_place(findings, files or [])
        write_whole(findings, found.csv_bytes([], lang))  # before anything is taken in, so that it cannot fail after
    if withdraw:
        reason = "; ".join(accept or [])
        about = {"subject_id": subject, "period": period}
        outcome = take_in.withdraw(withdraw, agency, year, reason, data, dry_run=dry_run, sender=sender, **about)
    else:
        outcome = take_in.intake(files or [], data, accept=accept or [], dry_run=dry_run, sender=sender)
    lines = [*found.lines(outcome.findings, lang, most=MAX_LINES), *take_in.summary(outcome, lang)]
    try:
        if findings is not None:
            write_whole(findings, found.csv_bytes(outcome.findings, lang))
        if marked is not None:
            lines += [str(path) for path in write_marked(outcome.offered, outcome.findings, marked, lang)]
    except DataError as error:
        lines.append(str(error))
    if outcome.refused:
        raise DataError("\n".join(lines))
    tell(lines)


@app.command("history")
def figure_history(
    indicator: Annotated[str, typer.Argument(help="Id of the indicator.")],
    agency: Annotated[str, typer.Argument(help="Whom the figure is about: id of an agency, tinh for the province.")],
    year: Annotated[int | None, typer.Option(help="Only this year's; by default every year's.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write a CSV file instead of lines on the screen.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language.")] = "vi",
    data: DataOption = None,
) -> None:
    """List every value that a figure had: its file, its sender, its reason."""
    from dti.intake import records

    names = ["observations", "withdrawals", "submissions", "sources", "indicators", "agencies"]
    tables = load_all(names, data)
    rows = records.history(tables, indicator, agency, year)
    if out is not None:
        check_place(out)
        write_whole(out, rows.to_csv(index=False).encode("utf-8"))
    unit = tables["indicators"].set_index("indicator_id").at[indicator, "unit"]
    tell(records.history_lines(rows, unit, lang))


@app.command()
def status(
    year: Annotated[int, typer.Option(help="Year of the results.")] = 2023,
    period: Annotated[Period, typer.Option(help="year, or a part of it: h1, h2, q1, q2, q3, q4.")] = "year",
    due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day by which forms were due.")] = None,
    waiting: Annotated[
        list[str] | None, typer.Option(help="Id of an agency that was asked to correct its form; may be repeated.")
    ] = None,
    letters: Annotated[
        Path | None, typer.Option(help="Folder for a reminder (Word) to each agency that owes figures.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for a page and two CSV files of the same.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language.")] = "vi",
    data: DataOption = None,
) -> None:
    """Say who has sent what, and who still owes which figure."""
    from dti.intake import status as received
    from dti.intake import status_page

    names = ["agencies", "indicators", "responsibilities", "observations", "submissions", "sources"]
    tables = load_all(names, data)
    last_day = due.date() if due else None
    asked = received.figures_asked(tables, year, period)
    agencies = received.agencies_asked(tables, year, period, due=last_day, waiting=waiting or [])
    owed = asked[~asked["received"]]
    lines = status_page.status_lines(tables, agencies, owed, lang)
    if out is not None:
        page = status_page.status_page(tables, agencies, owed, year, period, lang)
        files = {
            "status.html": exported(page, "dti_html", data),
            "status-agencies.csv": agencies.to_csv(index=False).encode("utf-8"),
            "status-figures.csv": asked.to_csv(index=False).encode("utf-8"),
        }
        lines.append(word("status.written", lang, count=write_files(out, files), folder=out))
    if letters is not None:
        files = {}
        for row in agencies.query("missing > 0").itertuples():
            mine = owed[owed["agency_id"] == row.agency_id]
            letter = status_page.reminder(
                tables, row.agency_id, mine, year, period, lang, last_day, partly=row.figures > 0
            )
            files[f"nhac-{year}-{period}-{row.agency_id}.docx"] = exported(letter, "dti_docx", data)
        lines.append(word("status.written", lang, count=write_files(letters, files), folder=letters))
    tell(lines)


def exported(notebook: "NotebookNode", exporter: str, data: Path | None) -> bytes:
    """Return an executed notebook in an exporter's format."""
    from nbconvert.exporters import get_exporter

    content, _ = get_exporter(exporter)(data=str(data or "")).from_notebook_node(notebook)
    return content.encode() if isinstance(content, str) else content


def write_files(folder: Path, files: Mapping[str, bytes]) -> int:
    """Write files into a folder; return how many."""
    make_folder(folder)
    for name, content in files.items():
        check_place(folder / name)
        write_whole(folder / name, content)
    return len(files)


def tell(lines: Sequence[str]) -> None:
    """Show lines; what has been done stays done, and is not denied, where nobody can be told of it."""
    try:
        typer.echo("\n".join(lines))
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            print("\n".join(lines), file=sys.stderr, flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python itself fails over the rest when it ends


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
    data: DataOption = None,
) -> None:
    """Make the reports that have changed: HTML, Word, PDF, and a page that lists them."""
    from dti.render.progress_bar import shown
    from dti.render.run import FORMATS, Options, render_all

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
    )
    made = []
    try:
        with shown() as tell:
            run = render_all(year, lang, agency or [], options, lambda *told: (made.append(told), tell(*told)))
    except KeyboardInterrupt:
        typer.echo(f"Interrupted. Reports finished: {len(made)}; the next run goes on from there.", err=True)
        raise typer.Exit(130) from None
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
        template.write_template(new, lang, data)
        typer.echo(f"{new}")
    elif xlsx is not None:
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

    compared = differences.compare(old, new)
    if page is not None:
        write_whole(page, diff_page.page(compared, old, new, lang).encode())
    told = differences.as_json(compared) if as_json else "\n".join(differences.lines(compared, lang))
    if told:
        typer.echo(told)
    raise typer.Exit(1 if compared.differences else 0)


def main() -> None:
    """Run the command; bad input ends with its message on stderr and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # terminals of Windows lack letters of Vietnamese
    try:
        app(prog_name="dti")
    except DataError as error:
        with suppress(OSError, ValueError):
            typer.echo(str(error), err=True)
        raise SystemExit(2) from None
