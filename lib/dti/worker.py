"""One report: a notebook run by papermill, and what the exporters make of it. And the processes that do so.

`render` turns a `Task` into an `Outcome` and touches no file of the user's; who asked for it publishes the files.
So the same function serves worker processes on this machine (`Pool`) and on others (`dti.cluster`).
"""

import os
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from socket import socketpair
from typing import Any

from dti import warm
from dti.tables import DATA_VARIABLE

ENGINE = "dti-warm"
KEY_FIGURES = "key-figures"

#: How long a worker may go on after a report's time is up, before it is taken to be stuck. Seconds.
GRACE = 30


@dataclass(frozen=True)
class Task:
    """What it takes to make one report.

    Parameters
    ----------
    name : the report's path below the folder of its year and language, without an ending
    notebook : text of the notebook's file
    parameters : for the notebook's parameters cell
    exporters : nbconvert exporter of each format wanted, e.g. ``{"html": "dti-html"}``
    data : folder of tables
    timeout : seconds until the notebook is given up; None: never
    """

    name: str
    notebook: str
    parameters: Mapping[str, Any]
    exporters: Mapping[str, str]
    data: str
    timeout: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a task.

    Parameters
    ----------
    files : content by ending, ``ipynb`` being the executed notebook; of a report that failed no more than that
    key_figures : label and value of each
    error : why there is no report; empty if there is one
    """

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    key_figures: list[tuple[str, float]] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0


def render(task: Task) -> Outcome:
    """Run a task's notebook and export it."""
    import nbformat
    from papermill.exceptions import PapermillExecutionError

    begun = time.monotonic()
    try:
        notebook = execute(task)
    except PapermillExecutionError as error:
        executed, reason = error.notebook, f"{error.ename}: {error.evalue}"
        files = {"ipynb": nbformat.writes(executed).encode()} if executed is not None else {}
        return Outcome(task.name, files, error=reason, seconds=time.monotonic() - begun)
    files = {"ipynb": nbformat.writes(notebook).encode()}
    for form, name in task.exporters.items():
        content, _ = exporter(name).from_notebook_node(notebook)
        files[form] = content.encode() if isinstance(content, str) else content
    return Outcome(task.name, files, key_figures(notebook), seconds=time.monotonic() - begun)
