"""Seconds per report that each format takes, from executed notebooks, in one process as `dti report` works.

    dti report --year 2023 && python benchmarks/formats.py outputs/2023/vi

Every notebook is exported once: nothing is measured twice, so no format profits from what another report left in a
cache but for what every run of `dti report` shares. The first report, which loads fonts and templates, is shown apart.
"""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbconvert.exporters import get_exporter

FORMATS = ("html", "docx", "pdf", "csv", "xlsx")


def measured(paths: Iterable[Path]) -> dict[str, list[tuple[float, float]]]:
    """Return wall and CPU seconds of every report, by format, in the order given."""
    exporters = {form: get_exporter(f"dti-{form}")() for form in FORMATS}
    taken: dict[str, list[tuple[float, float]]] = {form: [] for form in FORMATS}
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        for form, exporter in exporters.items():
            begun = time.perf_counter(), time.process_time()
            exporter.from_notebook_node(notebook)
            taken[form].append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    return taken


def mean(values: list[float]) -> float:
    """Return the mean of the values."""
    return sum(values) / len(values)


def main(folder: str) -> None:
    """Print a table of a folder's reports."""
    paths = sorted(Path(folder).rglob("*.ipynb"))
    if len(paths) < 2:
        raise SystemExit(f"{folder}: at least two executed notebooks are needed; `dti report` makes them.")
    taken = measured(paths)
    print(f"{len(paths)} reports, seconds per report\n")
    print("| format | first | mean of the others | longest of them | CPU, mean |\n|---|---|---|---|---|")
    for form, pairs in taken.items():
        walls = [wall for wall, _ in pairs[1:]]
        cpu = mean([cpu for _, cpu in pairs[1:]])
        print(f"| {form} | {pairs[0][0]:.2f} | {mean(walls):.3f} | {max(walls):.3f} | {cpu:.3f} |")
    both = [pdf[0] + docx[0] for pdf, docx in zip(taken["pdf"][1:], taken["docx"][1:], strict=True)]
    print(f"| **pdf and docx** | | **{mean(both):.3f}** | {max(both):.3f} | |")


if __name__ == "__main__":
    main(*sys.argv[1:])
