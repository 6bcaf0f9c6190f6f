"""Where the time of one report goes, and of a whole run: what a kernel, its messages, the cells and the page each take.

    python benchmarks/where.py

Made by leaving things out: the same notebook with one cell, with cells that do nothing, as it is, and with its page.
One worker, one report after the other, so that seconds are those of the work and not of waiting for a core.
"""

import copy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from dti.render.catalogue import KINDS, NOTEBOOKS, Report, notebook_text, reports
from dti.render.pool import Pool
from dti.render.task import Task
from dti.store.tables import data_dir, load_all

REPORTS = 12


def tasks(listed: list[Report], notebook: NotebookNode, formats: dict[str, str]) -> list[Task]:
    """Return what it takes to run a notebook for each report."""
    text, data, folder = nbformat.writes(notebook), str(data_dir()), str(NOTEBOOKS)
    return [Task(report.name, text, report.parameters, formats, data, folder) for report in listed]


def shortened(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with its parameters cell alone."""
    short = copy.deepcopy(notebook)
    short.cells = [cell for cell in short.cells if "parameters" in cell.metadata.get("tags", [])]
    return short


def emptied(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with cells that do nothing."""
    empty = copy.deepcopy(notebook)
    for cell in empty.cells:
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            cell.source = "1"
    return empty


def seconds_each(pool: Pool, work: list[Task]) -> float:
    """Return the seconds that one of some tasks takes."""
    begun = time.perf_counter()
    failed = [outcome.error for outcome in pool.run(work) if outcome.error]
    if failed:
        raise SystemExit(failed[0])
    return (time.perf_counter() - begun) / len(work)


def seconds_of_a_run(agency: str) -> float:
    """Return the seconds that `dti report` takes for one agency."""
    with tempfile.TemporaryDirectory() as out:
        begun = time.perf_counter()
        command = [Path(sys.executable).parent / "dti", "report", "--agency", agency, "--format", "html", "--out", out]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - begun


def main() -> None:
    """Print the table."""
    kind = next(kind for kind in KINDS if kind.each == "agency")
    listed = reports(load_all(["agencies", "observations"]), 2023, "vi", kinds=[kind])[:REPORTS]
    notebook = nbformat.reads(notebook_text(kind), as_version=4)
    html = {"html": "dti_html"}
    steps = {
        "a kernel, forked, ready and ended": (shortened(notebook), {}),
        "messages of all cells": (emptied(notebook), {}),
        "what the cells do": (notebook, {}),
        "the page": (notebook, html),
        "Excel and CSV": (notebook, html | {"xlsx": "dti_xlsx", "csv": "dti_csv"}),
    }
    with Pool(1) as pool:
        seconds_each(pool, tasks(listed[:2], notebook, html))
        total = {name: seconds_each(pool, tasks(listed, *given)) for name, given in steps.items()}
    once = seconds_of_a_run(listed[0].parameters["agency"]) - total["the page"]
    print("| Part | s per report |\n| --- | --: |")
    before = 0.0
    for name, seconds in total.items():
        print(f"| {name} | {max(seconds - before, 0):.2f} |")
        before = seconds
    print(f"| once for the run: loading the libraries three times, checking the data | {once:.1f} in all |")


if __name__ == "__main__":
    main()
