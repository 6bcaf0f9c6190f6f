"""The command ``dti``: thin, so that all it can do can be done from a notebook too."""

from os.path import relpath
from pathlib import Path
from typing import Annotated

import typer

from dti.check import check_with_scenarios as find_faults
from dti.store.faults import DataError
from dti.store.tables import data_dir, load_all, table_names, using
from dti.store.write import make_folder, write_whole
from dti.words.vietnamese import Lang

app = typer.Typer(
    help="Digital transformation of Lai Châu: figures, progress, ranking, scenarios, reports.",
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
    contents = {forms.file_name(name, year): forms.form(tables, name, year) for name in wanted}
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
    files: Annotated[list[Path], typer.Argument(help="Filled-in forms, .xlsx or .csv tables, or folders of them.")],
    accept: Annotated[str, typer.Option(help="Let warnings through for this reason, which is kept.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    findings: Annotated[Path | None, typer.Option(help="Write what was found as a CSV file for Excel.")] = None,
    sender: Annotated[str, typer.Option(help="Who sent the files, where they do not say.")] = "",
    lang: Annotated[Lang, typer.Option(help="Language of what is found: vi or en.")] = "vi",
    data: DataOption = None,
) -> None:
    """Take in the figures that agencies send: all files of the call, or none if anything is wrong."""
    from dti.intake import findings as found
    from dti.intake.take_in import intake as take_in
    from dti.intake.take_in import summary

    if findings is not None:
        write_whole(findings, found.csv_bytes([], lang))  # before anything is taken in, so that it cannot fail after
    outcome = take_in(files, data, accept=accept, dry_run=dry_run, sender=sender)
    if findings is not None:
        write_whole(findings, found.csv_bytes(outcome.findings, lang))
    lines = [*found.lines(outcome.findings, lang, most=MAX_LINES), *summary(outcome, lang)]
    if outcome.refused:
        raise DataError("\n".join(lines))
    typer.echo("\n".join(lines))


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
    )
    made = []
    try:
        with shown() as tell:
            run = render_all(year, lang, agency or [], options, lambda *told: (made.append(told), tell(*told)))
    except KeyboardInterrupt:
        typer.echo(f"Interrupted. {len(made)} reports are done; the next run goes on from there.", err=True)
        raise typer.Exit(130) from None
    for name, error in run.failed.items():
        typer.echo(f"{name}: {error if verbose else error.splitlines()[0]}", err=True)
    typer.echo(f"{len(run.made)} made, {len(run.unchanged)} unchanged, {len(run.failed)} failed: {run.folder}")
    raise typer.Exit(1 if run.failed else 0)


@app.command()
def whatif(
    files: Annotated[list[Path], typer.Argument(help="Scenario files (.yml), or names of shipped scenarios.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    lang: Annotated[Lang, typer.Option(help="Language.")] = "vi",
    data: DataOption = None,
) -> None:
    """Set scenarios beside their baseline, and beside each other."""
    from dti.scenarios import terminal as what_if_print

    pages = what_if_print.pages(files, lang, data)
    typer.echo(what_if_print.as_json(pages) if as_json else what_if_print.as_text(pages))


plan_app = typer.Typer(help="The plan of the next year: from the document to the tables.", no_args_is_help=True)
app.add_typer(plan_app, name="plan")


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
    kept = None if decisions is None else review.read_decisions(decisions)
    if csv is not None:
        review.write_csv(csv, plan, tables)
    if out is not None:
        write_whole(out, workbook(plan, tables, file.name, content, relpath(file, out.parent), kept))
    sheets = review.review_tables(plan, tables)
    typer.echo("\n".join(f"{name}: {value}" for name, value in review.summary(sheets, plan, tables)))
    typer.echo(f"→ {out or csv}")


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


def main() -> None:
    """Run the command; bad input ends with its message on stderr and exit code 2."""
    try:
        app(prog_name="dti")
    except DataError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None
