"""Seconds, CPU and memory per report: papermill as it comes, ploomber-engine, `dti report`, and the floor.

    python benchmarks/render.py                   all 28 agencies, as in README (about ten minutes)
    python benchmarks/render.py --agencies 4      a quick look

Every way makes the same HTML pages of the same agencies from the same notebook with the same exporter, in a process
of its own that starts from nothing; what starting costs is in the figures. Only the floor starts warm.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[1]
NOTEBOOK = PROJECT / "notebooks" / "02_agency_report.ipynb"
TABLE = Path(__file__).with_name("render.md")
#: Adding up the memory of a family of processes takes time from it, so it is done every other second.
LOOKS_PER_WEIGHING = 40
HEADERS = ["Way", "Jobs", "s per report", "CPU s per report", "Peak memory, MB", "Times `dti report` at 2 jobs"]


@dataclass(frozen=True)
class Measured:
    """What one way took for all reports."""

    seconds: float
    cpu: float
    megabytes: float


def papermill_command(agencies: list[str], out: Path, _: int) -> None:
    """(a) ``papermill`` and ``jupyter nbconvert`` on the command line, one after the other."""
    programs = Path(sys.executable).parent
    for agency in agencies:
        executed = out / f"{agency}.ipynb"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
        subprocess.run([programs / "papermill", "-p", "agency", agency, NOTEBOOK, executed], **quiet)
        subprocess.run([programs / "jupyter-nbconvert", "--to", "dti_html", executed], **quiet)


def papermill_api(agencies: list[str], out: Path, jobs: int) -> None:
    """(b) papermill's Python API in N processes."""
    _in_processes("nbclient", agencies, out, jobs)


def ploomber(agencies: list[str], out: Path, jobs: int) -> None:
    """(c) ploomber-engine's ``embedded`` engine: all reports of a process share its state.

    It does not encode images as a kernel does, so that is done for it.
    """
    _in_processes("embedded", agencies, out, jobs)


def dti_report(agencies: list[str], out: Path, jobs: int) -> None:
    """(d) ours."""
    chosen = [part for agency in agencies for part in ("--agency", agency)]
    program = [Path(sys.executable).parent / "dti", "report", "--force", "--format", "html"]
    command = [*program, "--jobs", str(jobs), "--out", out, *chosen]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def floor(agencies: list[str], _: Path, jobs: int) -> None:
    """(e) The same cells in N warm processes, without notebooks, kernels or pages."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        list(pool.map(cells, agencies))


def _in_processes(engine: str, agencies: list[str], out: Path, jobs: int) -> None:
    by_name = import_module(Path(__file__).stem).one  # ploomber-engine takes the place of `__main__`
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        list(pool.map(by_name, [engine] * len(agencies), agencies, [out] * len(agencies)))


def one(engine: str, agency: str, out: Path) -> None:
    """Make one page with papermill's Python API."""
    from papermill.execute import execute_notebook

    if engine == "embedded":
        encode_images()
    executed = execute_notebook(
        NOTEBOOK, out / f"{agency}.ipynb", {"agency": agency}, engine_name=engine, progress_bar=False
    )
    page, _ = exporter().from_notebook_node(executed)
    (out / f"{agency}.html").write_text(page, encoding="utf-8")


@cache
def encode_images() -> None:
    """Let charts show themselves as text, which a kernel would make of them."""
    from base64 import b64encode

    from dti.show.outputs import Shown

    def encoded(shown: Shown, **_: object) -> tuple[dict, dict]:
        image = {form: b64encode(data).decode() for form, data in shown.bundle.items() if isinstance(data, bytes)}
        return shown.bundle | image, shown.metadata

    Shown._repr_mimebundle_ = encoded


@cache
def exporter() -> object:
    """Return the exporter, built once for each process."""
    from nbconvert.exporters import get_exporter

    return get_exporter("dti_html")()


def cells(agency: str) -> None:
    """Run the notebook's code; what a cell shows is built, as in a kernel."""
    scope: dict[str, object] = {}
    for tree, last in compiled():
        exec(tree, scope)
        if "year" in scope and "display" not in scope:
            scope["agency"] = agency
        shown = eval(last, scope) if last is not None else None
        if hasattr(shown, "_repr_mimebundle_"):
            shown._repr_mimebundle_()


@cache
def compiled() -> list[tuple]:
    """Return the notebook's code cells: all but the last expression, and that."""
    import ast

    import nbformat

    found = []
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            last = ast.Expression(tree.body.pop().value) if isinstance(tree.body[-1], ast.Expr) else None
            found.append((compile(tree, "cell", "exec"), last and compile(last, "cell", "eval")))
    return found


WAYS: dict[str, tuple[str, Callable, list[int]]] = {
    "a": ("`papermill` and `jupyter nbconvert`, one after the other", papermill_command, [1]),
    "b": ("papermill’s Python API", papermill_api, [2]),
    "c": ("ploomber-engine `embedded` (state leaks)", ploomber, [1, 2]),
    "d": ("**`dti report`** (every report isolated)", dti_report, [1, 2]),
    "e": ("floor: the cells alone, warm, no notebooks", floor, [1, 2]),
}


def measure(way: str, jobs: int, agencies: list[str]) -> Measured:
    """Run one way in a fresh process and watch it."""
    with tempfile.TemporaryDirectory() as out:
        ready, begin = os.pipe()
        command = [sys.executable, __file__, "--way", way, "--jobs", str(jobs), "--out", out, *agencies]
        process = subprocess.Popen(command, stdout=begin, stderr=subprocess.DEVNULL, env=environment())
        os.close(begin)
        os.read(ready, 1)  # the floor is warm by now; the others have only begun
        started, before = time.monotonic(), _cpu(process.pid)
        peak, looks = 0.0, 0
        while process.poll() is None:
            time.sleep(0.05)
            looks += 1
            if looks % LOOKS_PER_WEIGHING == 0:
                peak = max(peak, _memory(process.pid))
        seconds = time.monotonic() - started
        os.close(ready)
        if process.returncode:
            raise SystemExit(f"{way} failed")
        return Measured(seconds, _cpu_of_children() - before, peak)


def environment() -> dict[str, str]:
    """Return this process's environment, compiled modules allowed: without them every way spends its time compiling."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _cpu(pid: int) -> float:
    """Return the CPU seconds of a process so far, plus those of all that have ended."""
    times = psutil.Process(pid).cpu_times()
    return _cpu_of_children() + times.user + times.system


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(pid: int) -> float:
    """Return the memory of a process and its offspring in MB, shared pages counted once (PSS)."""
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for process in family:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return total / 2**20


def run_way(way: str, jobs: int, agencies: list[str], out: Path) -> None:
    """Be the process that is watched."""
    if way == "e":
        from dti.kernels import preloaded

        preloaded.prepare()
        cells(agencies[0])
    os.write(1, b".")
    os.dup2(2, 1)  # what the ways say goes nowhere
    WAYS[way][1](agencies, out, jobs)


def report(found: dict[tuple[str, int], Measured], number: int) -> str:
    """Return the table, and the ratios that matter, as Markdown."""
    ours = found["d", 2].seconds
    rows = [
        [
            WAYS[way][0],
            str(jobs),
            f"{one.seconds / number:.2f}",
            f"{one.cpu / number:.2f}",
            f"{one.megabytes:.0f}",
            f"{one.seconds / ours:.1f}",
        ]
        for (way, jobs), one in found.items()
    ]
    lines = [HEADERS, ["---", *["--:"] * (len(HEADERS) - 1)], *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    floors = f"{ours / found['e', 1].seconds:.2f} times the floor in one process, "
    floors += f"{ours / found['e', 2].seconds:.2f} times the floor in two"
    return f"{table}\n\n{number} agency reports as HTML in one run; {machine}. `dti report` at 2 jobs takes {floors}.\n"


def main() -> None:
    """Measure all ways, or be one of them."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--agencies", type=int, default=28, help="how many agencies")
    arguments.add_argument("--ways", default="abcde", help="which of a, b, c, d, e")
    arguments.add_argument("--way", help=argparse.SUPPRESS)
    arguments.add_argument("--jobs", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments.add_argument("names", nargs="*", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.way:
        run_way(chosen.way, chosen.jobs, chosen.names, chosen.out)
        return
    from dti.store.tables import load

    agencies = load("agencies").query("in_register")["agency_id"].tolist()[: chosen.agencies]
    found = {}
    for way in chosen.ways:
        for jobs in WAYS[way][2]:
            found[way, jobs] = measured = measure(way, jobs, agencies)
            words = f"{measured.seconds:.1f} s, {measured.cpu:.1f} s CPU, {measured.megabytes:.0f} MB"
            print(f"{way} {jobs}: {words}", flush=True)
    if {"d", "e"} <= set(chosen.ways):
        text = report(found, len(agencies))
        print(text)
        if chosen.ways == "abcde":
            TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
