"""The one look of all charts.

`set_theme` gives it to a notebook, as seaborn's function of that name does; `look` to a block of code, whatever the
notebook has set.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from dti.show import fonts

BLUE, ORANGE, GREY, LIGHT, INK = "#12436D", "#F46A25", "#5A6B7B", "#D7DEE5", "#222222"
#: For text: the palette's orange on white has a contrast of 3.0, this one of 5.2.
ORANGE_TEXT = "#B5460B"
#: At most so many categories can be told apart, in grey too.
COLOURS = (BLUE, ORANGE, "#28A197", "#801650", "#A285D1", GREY)

#: Type in points: nothing in a chart is smaller than this in print.
SMALLEST = 9.0

#: The look of every chart, on top of matplotlib's own defaults.
LOOK = {
    "font.family": fonts.FAMILY,
    "font.size": SMALLEST,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": SMALLEST,
    "xtick.labelsize": SMALLEST,
    "ytick.labelsize": SMALLEST,
    "legend.fontsize": SMALLEST,
    "legend.title_fontsize": SMALLEST,
    "axes.edgecolor": LIGHT,
    "axes.labelcolor": "#333333",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.prop_cycle": mpl.cycler(color=COLOURS),
    "grid.color": LIGHT,
    "grid.linewidth": 0.6,
    "xtick.color": "#333333",
    "xtick.bottom": False,
    "ytick.color": INK,
    "ytick.left": False,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "figure.figsize": (6.5, 3.6),
    "svg.fonttype": "none",
    "svg.hashsalt": "dti",
}

#: Width of a chart in inches: the text width of an A4 page.
WIDTH = 6.5


@cache
def load_fonts() -> None:
    """Make the charts' font known to matplotlib, whether or not the machine has it."""
    for name in fonts.FILES.values():
        fontManager.addfont(fonts.FOLDER / name)


@contextmanager
def look() -> Iterator[None]:
    """Draw with the shared look, whatever has been set outside."""
    load_fonts()
    with mpl.rc_context(mpl.rcParamsDefault), mpl.rc_context(LOOK):
        yield


def new_figure(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Return an empty figure of a size in inches, and its axes; call it inside `look`.

    It has no layout engine: `dti.show.margins` works the margins out from the labels, at a tenth of the time.
    """
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots()


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance).

    Examples
    --------
    >>> round(contrast("#12436D", "#FFFFFF"), 1), round(contrast(ORANGE_TEXT, "#FFFFFF"), 1) >= 4.5
    (10.2, True)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in mpl.colors.to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def ink_on(colour: str) -> str:
    """Return the text colour, dark or white, that stands out more on a colour.

    Examples
    --------
    >>> ink_on("#FFFFFF"), ink_on(BLUE)
    ('#222222', '#FFFFFF')
    """
    return max((INK, "#FFFFFF"), key=lambda ink: contrast(ink, colour))
