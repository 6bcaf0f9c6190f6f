"""What a notebook sets once, under its imports: the look of charts, and how pandas writes numbers."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from dti.show.look import LOOK, load_fonts
from dti.words.vietnamese import UNKNOWN, Lang, number

_SEPARATORS: dict[Lang, tuple[str, str]] = {"vi": (",", "."), "en": (".", ",")}


def set_theme(lang: Lang = "vi") -> None:
    """Give a notebook the shared look of charts and tables, in a language's way of writing numbers.

    pandas' own options are set (``styler.format.*``, ``display.float_format``), and matplotlib's ``rcParams``; in a
    notebook, tables carry their raw figures for Excel, and a figure that is left open shows as SVG. Points that seaborn
    spreads at random (``stripplot``) fall the same way in every run, so that the same figures make the same page.

    Examples
    --------
    >>> set_theme("vi")
    >>> pd.get_option("styler.format.decimal")
    ','
    """
    load_fonts()
    mpl.rcParams.update(LOOK)
    np.random.seed(0)  # the generator that seaborn asks
    decimal, thousands = _SEPARATORS[lang]
    pd.set_option(
        "styler.format.decimal", decimal, "styler.format.thousands", thousands, "styler.format.precision", 2,
        "styler.format.na_rep", UNKNOWN, "styler.format.escape", "html",
        "display.float_format", lambda value: number(value, lang, 4) if 0 < abs(value) < 1 else number(value, lang),
        "display.max_colwidth", 120, "display.html.table_schema", True,
    )  # fmt: skip
    _show_in_notebook()


def language() -> Lang:
    """Return the language that numbers are written in: that of `set_theme`, by default Vietnamese."""
    return (
        "en"
        if (pd.get_option("styler.format.decimal"), pd.get_option("styler.format.escape")) == (".", "html")
        else "vi"
    )


def _show_in_notebook() -> None:
    """Have an open figure and a Styler shown with all that reports need, where there is a notebook to show them."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    from matplotlib_inline.config import InlineBackend

    from dti.show import tables

    backend = InlineBackend.instance(parent=shell)
    if backend.shell is None:
        backend.shell = shell
    backend.figure_formats = set()
    formatter = shell.display_formatter
    formatter.mimebundle_formatter.for_type(Figure, _open_figure)
    formatter.mimebundle_formatter.for_type(Styler, lambda styler, **_: tables.bundle(styler))


def _open_figure(figure: Figure, **_: object) -> tuple[dict, dict]:
    """Return a figure that a cell left open as `dti.show.chart` would show it, under the title it has."""
    from dti.show import outputs

    titles = [figure._suptitle.get_text()] if figure._suptitle is not None else []
    for axes in figure.axes[:1]:
        for place in ("left", "center", "right"):
            titles.append(axes.get_title(loc=place))
            axes.set_title("", loc=place)
    title = " ".join(next(filter(None, titles), "").split())
    return outputs.chart(figure, title, title)._repr_mimebundle_()
