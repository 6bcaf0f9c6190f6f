"""What runs in a warm process for kernels, and in each kernel forked from it."""

import os
import sys
from typing import Any

os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel does before matplotlib is loaded

import matplotlib.pyplot
import numpy as np
import pandas
import seaborn
from ipykernel.kernelapp import IPKernelApp

from dti import charts, display, progress, report_tables, warm

__all__ = ["prepare", "run"]
LOADED = [matplotlib, pandas, seaborn, charts, display, progress, report_tables]


def run(*arguments: str | int) -> None:
    """Run a kernel; the last argument is the connection on which to say that it is ready."""
    *options, connection = arguments
    sys.argv = ["ipykernel_launcher", *options]
    np.random.seed()
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(options)
    warm.say_ready(connection)
    app.start()
