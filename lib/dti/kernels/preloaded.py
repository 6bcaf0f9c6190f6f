"""What a warm process for kernels has loaded, and the kernel that is forked from it."""

import contextlib
import os
import pickle
import sys
from collections.abc import Callable

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

# What pandas sets when it finds itself in a kernel as it is loaded.
pandas.set_option("display.max_columns", 20, "display.encoding", "UTF-8")


def prepare() -> None:
    """Read the tables and load what the first report of a process loads, once for all kernels."""
    tables.LAST_READ.update(in_a_child(_all_tables))
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
    """
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(receiving)
        try:
            with os.fdopen(sending, "wb") as pipe:
                pickle.dump(function(), pipe)
        except BrokenPipeError:  # nobody is left to read it
            os._exit(1)
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        content = pipe.read()
    os.waitpid(pid, 0)
    return pickle.loads(content)


def run(*arguments: str | int) -> None:
    """Be a kernel; the last argument is the connection on which to say that it is ready."""
    *options, connection = arguments
    sys.argv = ["ipykernel_launcher", *options]
    np.random.seed()
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(options)
    fork_server.say_ready(connection)
    app.start()
