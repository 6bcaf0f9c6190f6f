"""The commands ``dti form``, ``intake``, ``history``, ``status``: thin, and quick to start."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dti.command_line import DataOption, tell
from dti.store.faults import DataError
from dti.store.tables import PROJECT, load_all
from dti.store.write import check_place, make_folder, write_whole
from dti.words.periods import Period
from dti.words.vietnamese import Lang
from dti.words.word_list import word

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: Findings shown on the screen; a file holds them all.
MAX_LINES = 200


def form(
    agency: Annotated[list[str] | None, typer.Option(help="Id of an agency; may be given several times.")] = None,
    all_agencies: Annotated[bool, typer.Option("--all", help="Every agency that leads or carries out.")] = False,
    year: Annotated[int, typer.Option(min=2000, max=2099, help="Year of the results to report.")] = 2023,
    period: Annotated[Period, typer.Option(help="year, or a part of it: h1, h2, q1, q2, q3, q4.")] = "year",
    out: Annotated[Path | None, typer.Option(help="Folder to write to.", file_okay=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over forms that are there and differ.")] = False,
    data: DataOption = None,
) -> None:
    """Write the Excel forms on which agencies report their results."""
    from dti.intake import forms
    from dti.plan import duties

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
    year: Annotated[int, typer.Option(min=2000, max=2099, help="With --withdraw: its year.")] = 2023,
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


def figure_history(
    indicator: Annotated[str, typer.Argument(help="Id of the indicator.")],
    agency: Annotated[str, typer.Argument(help="Whom the figure is about: id of an agency, tinh for the province.")],
    year: Annotated[
        int | None, typer.Option(min=2000, max=2099, help="Only this year's; by default every year's.")
    ] = None,
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


def status(
    year: Annotated[int, typer.Option(min=2000, max=2099, help="Year of the results.")] = 2023,
    period: Annotated[Period, typer.Option(help="year, or a part of it: h1, h2, q1, q2, q3, q4.")] = "year",
    due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day by which forms were due.")] = None,
    waiting: Annotated[
        list[str] | None,
        typer.Option(help="Agency asked to correct its form, or the folder of marked copies; repeatable."),
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
    from dti.intake import terminal

    names = ["agencies", "indicators", "responsibilities", "observations", "submissions", "sources"]
    tables = load_all(names, data)
    asked_again = received.waiting_for(waiting or [], year, period)
    last_day = due.date() if due else None
    asked = received.figures_asked(tables, year, period)
    agencies = received.agencies_asked(tables, year, period, due=last_day, waiting=asked_again)
    owed = asked[~asked["received"]]
    lines = terminal.status_lines(tables, agencies, owed, lang)
    if out is not None:
        from dti.intake import status_page

        page = status_page.status_page(tables, agencies, owed, year, period, lang)
        files = {
            "status.html": exported(page, "dti_html", data),
            "status-agencies.csv": agencies.to_csv(index=False).encode("utf-8"),
            "status-figures.csv": asked.to_csv(index=False).encode("utf-8"),
        }
        lines.append(word("status.written", lang, count=write_files(out, files), folder=out))
    if letters is not None:
        from dti.intake import status_page

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
