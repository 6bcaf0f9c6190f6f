"""What a warm process for kernels has loaded, and the kernel that is forked from it."""

import contextlib
import os
import pickle
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

# Before matplotlib is loaded, as in any kernel; the inline backend itself is set up by each kernel.
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"

import babel.dates
import ipykernel.debugger
import IPython.core.completerlib
import IPython.core.debugger
import IPython.extensions.storemagic
import matplotlib.pyplot
import numpy as np
import pandas
import pyarrow.pandas_compat
import seaborn
import tornado.platform.asyncio
from ipykernel.kernelapp import IPKernelApp

from dti.kernels import fork_server
from dti.plan import charts, progress
from dti.plan import sentences as narrative
from dti.plan import tables as report_tables
from dti.plan.rows import described
from dti.store import faults, tables

#: Seconds after which a child that reads the tables, a matter of less than one, is taken to be stuck.
LONGEST_CHILD = 60

# What pandas sets when it finds itself in a kernel as it is loaded.
pandas.set_option("display.max_columns", 20, "display.encoding", "UTF-8")


def prepare() -> None:
    """Read the tables and load what the first report of a process loads, once for all kernels.

    Where the tables cannot be read nothing is rehearsed: that would read them here, in threads that no fork survives.
    """
    try:
        tables.LAST_READ.update(in_a_child(_all_tables))
    except ChildProcessError:  # each kernel then reads for itself, and says what is wrong
        return
    if tables.LAST_READ:
        with contextlib.suppress(Exception):  # whatever is wrong with the data, the reports that meet it say so
            rehearse()


def rehearse() -> None:
    """Work out the tables, sentences and charts of one report, so that fonts, formats and code are at hand."""
    data = tables.load_all(["agencies", "pillars", "indicators", "observations", "responsibilities", "statements"])
    agency, year = data["responsibilities"]["agency_id"].iloc[0], int(data["observations"]["year"].max())
    rows = described(progress.agency_progress(data, agency, year), data, year, "vi")
    report_tables.indicator_table(rows, year, "vi")
    for pillar in rows["pillar"].unique():
        narrative.statements(data, pillar, year, "vi")
    for draw in (charts.base_to_target_chart, charts.pillar_gap_chart):
        draw(rows, year, "vi")


def _all_tables() -> dict:
    try:
        tables.load_all(tables.table_names())
    except faults.DataError:  # each notebook that loads the faulty table says so
        return {}
    return tables.LAST_READ


def in_a_child(function: Callable[[], object]) -> object:
    """Return what a function returns, run in a forked child: pyarrow reads in threads, which no fork survives.

    The child keeps no end of the pipe but its own: if this process ends first, writing fails and the child ends too.
    It ends here whatever becomes of the function, and after `LONGEST_CHILD` seconds at the latest.

    Raises
    ------
    ChildProcessError
        the function failed, or did not end
    """
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid == 0:
        _end_with(function, receiving, sending)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        content = pipe.read()
    if os.waitpid(pid, 0)[1] != 0:
        raise ChildProcessError(f"{function.__name__} failed in a forked process")
    return pickle.loads(content)


def _end_with(function: Callable[[], object], receiving: int, sending: int) -> NoReturn:
    """Be the child: write what the function returns, and end."""
    code = 1
    try:
        signal.alarm(LONGEST_CHILD)  # whose default is to end the process
        os.close(receiving)
        with os.fdopen(sending, "wb") as pipe:
            pickle.dump(function(), pipe)
        code = 0
    finally:  # nothing of the parent's own work may go on in here
        os._exit(code)


def run(*arguments: str | int) -> None:
    """Be a kernel; the last argument is the connection on which to say that it is ready."""
    *options, connection = arguments
    sys.argv = ["ipykernel_launcher", *options]
    np.random.seed()
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(options)
    fork_server.say_ready(connection)
    app.start()
