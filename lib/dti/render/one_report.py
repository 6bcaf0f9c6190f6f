"""One report: a notebook run by papermill, and what the exporters make of it.

`render` turns a `Task` into an `TaskEnd` and touches no file of the user's; who asked for it publishes the files.
So the same function serves worker processes on this machine (`dti.render.pool`) and on others (`dti.render.cluster`).
"""

import contextlib
import os
import signal
import sys
import tempfile
import time
import traceback
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path

import nbformat
from nbconvert.exporters import Exporter, get_exporter
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

from dti.export.page_layout import LostCharacter
from dti.kernels import fork_server as warm
from dti.kernels import provisioner as kernels
from dti.render.task import Span, Task, TaskEnd
from dti.show.outputs import DATA_RESOURCE

WIDGET = "application/vnd.jupyter.widget-view+json"
KEY_FIGURES = "key-figures"

#: How the error of a notebook begins whose kernel ended by itself.
DEAD = "DeadKernelError"

#: Cells that papermill adds; their ids are random.
ADDED_BY_PAPERMILL = {"injected-parameters", "papermill-error-cell-tag"}


def render(task: Task) -> TaskEnd:
    """Run a task's notebook and export it.

    Returns
    -------
    The files, or the error of the notebook with the notebook as far as it got. A format that cannot be written leaves
    the others.
    """
    begun, spans = time.monotonic(), []
    notebook, error = execute(task, spans)
    if error.startswith(DEAD):  # a kernel may be killed for what others did; once more, with a fresh one
        notebook, error = execute(task, spans)
    files = {"ipynb": nbformat.writes(notebook).encode()}
    if error:
        return TaskEnd(task.name, files, error=error, seconds=time.monotonic() - begun, spans=spans)
    os.environ["DTI_DATA"] = task.data
    failed, remarks = [], []
    for form, name in task.exporters.items():
        started = time.time()
        content, wrong, told = exported(name, notebook)
        spans.append(Span(f"{task.name}.{form}", started, time.time(), os.getpid()))
        if wrong:
            failed.append(f"{form}: {wrong}")
        else:
            files[form] = content
        remarks += [f"{form}: {words}" for words in told]
    seconds = time.monotonic() - begun
    return TaskEnd(task.name, files, key_figures(notebook), "\n".join(failed), remarks, seconds, spans)


def exported(name: str, notebook: NotebookNode) -> tuple[bytes, str, list[str]]:
    """Return a notebook in an exporter's format, what went wrong, and what the exporter warns its reader of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", LostCharacter)
        with ThreadPoolExecutor(max_workers=1) as executor:
            future = executor.submit(lambda: exporter(name).from_notebook_node(notebook)[0])
        error = future.exception()
    told = [str(one.message) for one in caught if issubclass(one.category, LostCharacter)]
    if error is not None:
        return b"", f"{type(error).__name__}: {error}", told
    content = future.result()
    return content.encode() if isinstance(content, str) else content, "", told


def execute(task: Task, spans: list[Span] | None = None) -> tuple[NotebookNode, str]:
    """Return a task's executed notebook, free of what differs from run to run, and what went wrong.

    Parameters
    ----------
    spans : gets how long the notebook took and each of its cells; before the first and after the last is the kernel's
        own life
    """
    started = time.time()
    with tempfile.TemporaryDirectory(prefix="dti-") as folder:
        output = Path(folder, "executed.ipynb")
        try:
            executed = execute_notebook(
                nbformat.reads(task.notebook, as_version=4),
                output,
                parameters=dict(task.parameters),
                engine_name=kernels.ENGINE,
                progress_bar=False,
                request_save_on_cell_execute=False,
                stderr_file=sys.stderr,
                cwd=task.folder or folder,
                execution_timeout=task.timeout,
                env=os.environ | warm.STEADY | {"DTI_DATA": task.data},
            )
            told = ""
        except PapermillExecutionError as error:
            executed, told = nbformat.read(output, as_version=4), f"{error.ename}: {error.evalue}"
    if spans is not None:
        spans += [Span(task.name, started, time.time(), os.getpid()), *cell_spans(executed)]
    return cleaned(executed), told


def cell_spans(notebook: NotebookNode) -> list[Span]:
    """Return when each cell ran, as papermill noted it: named by its number and its first line."""
    found = []
    for number, cell in enumerate(notebook.cells):
        noted = cell.metadata.get("papermill", {})
        if cell.cell_type == "code" and noted.get("start_time") and noted.get("end_time"):
            begin, end = (datetime.fromisoformat(noted[key]).timestamp() for key in ("start_time", "end_time"))
            first = cell.source.strip().partition("\n")[0][:60]
            found.append(Span(f"[{number}] {first}", begin, end, os.getpid()))
    return found


def cleaned(notebook: NotebookNode) -> NotebookNode:
    """Return an executed notebook without what differs from run to run.

    That is times, paths and versions, random ids, warnings (they name temporary files; who wants them sees them while
    the notebook runs), and widgets, of which a report has no use but for the words that stand in for them.
    """
    notebook.metadata["papermill"] = {"parameters": notebook.metadata["papermill"].get("parameters", {})}
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("widgets", None)
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if not ADDED_BY_PAPERMILL.isdisjoint(cell.metadata.get("tags", [])):
            cell["id"] = f"papermill-{number}"
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_passing(output)]
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET, None)
    return notebook


def _is_passing(output: NotebookNode) -> bool:
    data = output.get("data", {})
    return output.get("name") == "stderr" or (WIDGET in data and "text/markdown" not in data)


def key_figures(notebook: NotebookNode) -> dict[str, float]:
    """Return the key figures that an executed notebook shows: values by label."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for output in outputs:
        if output.get("metadata", {}).get("dti", {}).get("kind") == KEY_FIGURES:
            resource = output["data"][DATA_RESOURCE]
            label, value = [field["name"] for field in resource["schema"]["fields"]][:2]
            return {row[label]: row[value] for row in resource["data"]}
    return {}


@lru_cache
def exporter(name: str) -> Exporter:
    """Return the nbconvert exporter of a name, built once."""
    return get_exporter(name)()


def run_forked(verbose: str, channel: int, _: int) -> None:
    """Be a worker, in a child of a warm process."""
    tempfile.tempdir = os.environ["TMPDIR"]
    work(Connection(channel), verbose)


def work(channel: Connection, verbose: str) -> None:
    """Make reports until the other end of ``channel`` closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this process ends it
    if not verbose:
        silence()
    with ThreadPoolExecutor(max_workers=1) as executor, contextlib.suppress(EOFError):
        while True:
            task = channel.recv()
            channel.send(outcome(executor.submit(render, task), task))


def outcome(future: Future, task: Task) -> TaskEnd:
    """Return what came of a task, an unforeseen error included: no report may stop the others."""
    error = future.exception()
    if error is None:
        return future.result()
    told = traceback.format_exception(error)
    return TaskEnd(task.name, error="".join([told[-1], *told]).strip())


def silence() -> None:
    """Send what libraries say on stdout and stderr nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
