"""The one look of all charts."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREY, LIGHT = "#12436D", "#F46A25", "#5A6B7B", "#D7DEE5"

#: The look of every chart, on top of matplotlib's own defaults.
LOOK = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.edgecolor": LIGHT,
    "axes.labelcolor": "#333333",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "grid.color": LIGHT,
    "grid.linewidth": 0.6,
    "xtick.color": "#333333",
    "ytick.color": "#222222",
    "ytick.left": False,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}

#: Width of a chart in inches: the text width of an A4 page.
WIDTH = 6.5


@contextmanager
def look() -> Iterator[None]:
    """Draw with the shared look, whatever has been set outside."""
    with mpl.rc_context(mpl.rcParamsDefault), mpl.rc_context(LOOK):
        yield


def new_figure(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Return an empty figure of a size in inches, and its axes; call it inside `look`."""
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def wrapped(label: str, width: int = 60) -> str:
    r"""Return a long label over several lines.

    Examples
    --------
    >>> wrapped("Tỷ lệ cán bộ, công chức cấp xã được trang bị máy tính", 30)
    'Tỷ lệ cán bộ, công chức cấp xã\nđược trang bị máy tính'
    """
    return "\n".join(textwrap.wrap(label, width))
