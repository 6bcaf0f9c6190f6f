"""Papermill over the list of reports: what has changed is made anew, published and entered in the manifest."""

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from dti.render.catalogue import (
    KINDS,
    NOTEBOOKS,
    Kind,
    Report,
    code,
    digest,
    every_report,
    fingerprints,
    notebook_text,
    reports,
    settings,
    versions,
)
from dti.render.cluster import Cluster
from dti.render.list_page import index_page
from dti.render.out_folder import Folder, OutputError
from dti.render.pool import Pool
from dti.render.task import Task, TaskEnd
from dti.render.trace import Trace
from dti.scenarios.scenario_file import scenario_titles
from dti.store import cache
from dti.store.all_or_none import LOCK
from dti.store.faults import DataError
from dti.store.office import office
from dti.store.tables import ILLUSTRATIVE, PROJECT, data_dir, load_all, table_names
from dti.words.vietnamese import Lang
from dti.words.word_list import word

#: The nbconvert exporter of each format.
EXPORTERS = {"html": "dti_html", "docx": "dti_docx", "pdf": "dti_pdf", "xlsx": "dti_xlsx", "csv": "dti_csv"}

#: The formats made unless others are asked for: the page, and its figures for further work.
FORMATS = ("html", "xlsx", "csv")

OUTPUTS = PROJECT / "outputs"
TIMEOUT = 300.0


@dataclass
class Run:
    """What a run did: names of the reports made anew, unchanged, and failed with the reason; what to know of them."""

    folder: Path
    made: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Options:
    """How to render.

    Parameters
    ----------
    formats : of `EXPORTERS`
    jobs : worker processes; None: as many as there are cores
    force : make all anew, changed or not
    timeout : seconds that one report may take; None: as long as it takes
    data, out, notebooks : folders of the tables, for the reports, of the notebooks
    scheduler : address of a Dask scheduler that has the work done; None: this machine does it
    verbose : let warnings and what libraries say through to stderr
    exporters : nbconvert exporter of each format
    kinds : kinds of report
    brief : the reports of one page, instead of all others
    trace : gets what the time of the run goes into; None: nobody asks
    """

    formats: Sequence[str] = FORMATS
    jobs: int | None = None
    force: bool = False
    timeout: float | None = TIMEOUT
    data: Path | None = None
    out: Path | None = None
    notebooks: Path = NOTEBOOKS
    scheduler: str | None = None
    verbose: bool = False
    exporters: dict[str, str] = field(default_factory=lambda: dict(EXPORTERS))
    kinds: Sequence[Kind] = KINDS
    brief: bool = False
    trace: Trace | None = None


def render_all(
    year: int,
    lang: Lang,
    agencies: Sequence[str] = (),
    options: Options = Options(),
    tell: Callable[[int, int, TaskEnd], None] = lambda done, total, outcome: None,
) -> Run:
    """Make the reports of a year in a language that have changed, and publish them.

    Parameters
    ----------
    agencies : make the reports of these alone; by default all there are
    tell : called with the number of reports done, the number to do and the outcome, after each

    Raises
    ------
    DataError
        bad data, an unknown year, agency or format, a folder that cannot be written to; nothing has been written
    """
    unknown = [form for form in options.formats if form not in options.exporters]
    if unknown:
        raise DataError(f"There is no format '{unknown[0]}'. Known: {', '.join(options.exporters)}.")
    if options.timeout is not None and not math.isfinite(options.timeout):
        raise DataError(f"--timeout {options.timeout}: not a number of seconds. Expected: for example 300.")
    trace = options.trace or Trace()
    with trace.span("check"):
        tables = checked_tables(options.data)
    office(options.data)  # a fault in it is told before any report is made
    titles = scenario_titles(lang, options.data)
    listed = reports(tables, year, lang, agencies, options.kinds, options.data, brief=options.brief)
    notebooks = {kind: notebook_text(kind, options.notebooks) for kind in dict.fromkeys(r.kind for r in listed)}
    with trace.span("fingerprints"):
        prints = fingerprints(listed, notebooks, tables, options.data)
    folder = Folder((options.out or OUTPUTS) / str(year) / lang)
    with _cluster(options) as cluster, folder.locked():
        stale = {report.name: _stale(folder, report, prints[report.name], options) for report in listed}
        tasks = [_task(r, notebooks[r.kind], stale[r.name], options) for r in listed if stale[r.name]]
        run = Run(folder.path, unchanged=[name for name, formats in stale.items() if not formats])
        every = every_report(tables, year, lang, options.kinds, options.data)
        about = _about(year, lang, tables, notebooks, options)
        try:
            if tasks:
                with (
                    trace.span("reports"),
                    cluster or Pool(min(_jobs(options), len(tasks)), verbose=options.verbose) as workers,
                ):
                    _publish(workers.run(tasks), tasks, prints, folder, run, about, tell, trace)
        finally:
            with trace.span("list of reports"):
                folder.remove_others({report.name for report in every})
                _finish(folder, run, about, _pages(folder, every, titles, tables, year, lang, options))
    return run


def _pages(
    folder: Folder,
    every: list[Report],
    titles: dict[str, str],
    tables: dict[str, pd.DataFrame],
    year: int,
    lang: Lang,
    options: Options,
) -> dict[str, bytes | str]:
    """Return the page that lists the reports, and the one on who has sent what, by file."""
    names = tables["agencies"].set_index("agency_id")[f"name_{lang}"].to_dict() | titles
    illustrative = (tables["sources"]["basis"] == ILLUSTRATIVE).any()
    mark = word("illustrative.mark", lang) if illustrative else ""
    pages = {"status.html": page} if (page := _status(tables, year, lang, options)) else {}
    index = index_page(folder, every, names, tables, year, lang, mark, status="status.html" if pages else "")
    return pages | {"index.html": index}


def _cluster(options: Options) -> AbstractContextManager[Cluster | None]:
    return nullcontext() if options.scheduler is None else Cluster(options.scheduler)


def _jobs(options: Options) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return options.jobs or cores or 1


def checked_tables(data: str | os.PathLike | None = None) -> dict[str, pd.DataFrame]:
    """Return all tables, or raise a `DataError` with every fault there is in them.

    What was found in order is not looked at again before a file of the folder, a notebook, or the code has changed.
    """
    folder = data_dir(data).resolve()
    state = _state(folder)
    if not cache.is_noted(state):
        from dti.check import check

        faults = check(data)
        if len(faults):
            raise DataError(f"{len(faults)} fault(s) in {data_dir(data)}; no report is made from faulty data:", faults)
        if state == _state(folder):  # nothing was written meanwhile
            cache.note(state)
    return load_all(table_names(data), data)


def _state(folder: Path) -> str:
    """Return what changes with anything that decides whether a folder of tables is in order."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LOCK]
    files += sorted(NOTEBOOKS.glob("*.ipynb"))  # they ask for words and texts
    content = [f"{path} {digest(path.read_bytes())}".encode() for path in files]
    return cache.fingerprint(str(folder).encode(), code().encode(), repr(versions()).encode(), *content)


def _stale(folder: Folder, report: Report, fingerprint_: str, options: Options) -> set[str]:
    """Return the formats in which to make a report anew: those wanted and those there already, or none."""
    formats = set(options.formats) | (folder.formats(report.name) & set(options.exporters))
    current = not options.force and folder.is_current(report.name, fingerprint_, options.formats)
    return set() if current else formats


def _task(report: Report, notebook: str, formats: set[str], options: Options) -> Task:
    return Task(
        name=report.name,
        notebook=notebook,
        parameters=report.parameters,
        exporters={form: name for form, name in options.exporters.items() if form in formats},
        data=str(data_dir(options.data).resolve()),
        folder=str(options.notebooks.resolve()),
        timeout=options.timeout,
    )


def _publish(
    outcomes: Iterator[TaskEnd],
    tasks: list[Task],
    prints: dict[str, str],
    folder: Folder,
    run: Run,
    about: dict[str, object],
    tell: Callable[[int, int, TaskEnd], None],
    trace: Trace,
) -> None:
    """Publish the reports as they come, entering each in the manifest soon after."""
    written = time.monotonic()
    for done, outcome in enumerate(outcomes, start=1):
        trace.add(outcome.spans)
        try:
            with trace.span(f"publish {outcome.name}"):
                folder.publish(outcome, prints[outcome.name])
        except OutputError as error:
            outcome = TaskEnd(outcome.name, error=str(error), seconds=outcome.seconds)
            if error.hopeless:
                undone = {task.name for task in tasks} - set(run.made) - set(run.failed)
                run.failed |= dict.fromkeys(sorted(undone), str(error))
                return
        if outcome.remarks:
            run.remarks[outcome.name] = outcome.remarks
        if outcome.error:
            run.failed[outcome.name] = outcome.error
        else:
            run.made.append(outcome.name)
        if time.monotonic() > written + 1:
            folder.write_manifest(about)
            written = time.monotonic()
        tell(done, len(tasks), outcome)


def _status(tables: dict[str, pd.DataFrame], year: int, lang: Lang, options: Options) -> bytes:
    """Return the page that says who has sent what; nothing where nobody has sent anything."""
    if tables["submissions"].empty:
        return b""
    from nbconvert.exporters import get_exporter

    from dti.intake import status, status_page

    asked = status.figures_asked(tables, year)
    page = status_page.status_page(
        tables, status.agencies_asked(tables, year), asked[~asked["received"]], year, "year", lang
    )
    content, _ = get_exporter(options.exporters["html"])(data=str(options.data or "")).from_notebook_node(page)
    return content.encode()


def _finish(folder: Folder, run: Run, about: dict[str, object], pages: dict[str, bytes | str]) -> None:
    """Write the manifest, the list of reports, and what goes with it."""
    try:
        folder.write_manifest(about)
        folder.write_pages(pages)
    except OutputError as error:
        run.failed["index"] = str(error)


def _about(
    year: int, lang: Lang, tables: dict[str, pd.DataFrame], notebooks: dict[Kind, str], options: Options
) -> dict[str, object]:
    """Return what the manifest says of the run as a whole."""
    data = data_dir(options.data)
    inputs = {f"data/{name}.csv": digest((data / f"{name}.csv").read_bytes()) for name in ("codebook", *tables)}
    inputs |= {f"notebooks/{kind.notebook}": digest(text.encode()) for kind, text in notebooks.items()}
    inputs |= {f"data/{name}": known for name, known in settings(options.data).items()} | {"code": code()}
    newest = tables["sources"]["date_published"].max()
    return {
        "year": year,
        "lang": lang,
        "data_date": None if pd.isna(newest) else newest.date().isoformat(),
        "versions": versions(),
        "inputs": dict(sorted(inputs.items())),
    }
