"""Room around a chart for its labels, worked out from the widths of the font.

matplotlib's constrained layout draws a chart twice to find its margins, which is most of a chart's time. Here a chart
of one pair of axes is measured by its texts alone; one of several keeps matplotlib's own layout.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, cos, isclose, radians, sin

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.ticker import Formatter, ScalarFormatter

from dti.show import fonts
from dti.show.look import GREY, SMALLEST, WIDTH
from dti.words.vietnamese import Lang, number

POINTS = 72
#: What stands before a text in a legend and after it, in points.
SWATCH = 34.0
#: White space around all, between a label and what it names, and the height of a line, in points and ems.
EDGE, PAD, LINE = 3.0, 5.0, 1.22
#: Labels of rows take at most this part of a chart's width, on more lines rather than in smaller type.
LABELS = 0.44
#: A chart is never taller than the page it goes on, in inches.
TALLEST = 9.0


def fit(figure: Figure, lang: Lang, subtitle: str = "") -> None:
    """Give a figure the width of a page's text, type of 9 pt at least, and margins that hold its labels.

    Parameters
    ----------
    subtitle : measure, place, year: written above the axes
    """
    _to_page_width(figure)
    for text in figure.findobj(Text):
        if text.get_fontsize() < SMALLEST:
            text.set_fontsize(SMALLEST)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _write_numbers(axis, lang)
    if len(figure.axes) == 1:
        _fit_axes(figure, figure.axes[0], subtitle)
    elif figure.axes:
        if subtitle:
            figure.suptitle(subtitle, x=EDGE / (POINTS * WIDTH), ha="left", fontsize=SMALLEST, color=GREY)
        figure.set_layout_engine("constrained")


def _to_page_width(figure: Figure) -> None:
    width, height = figure.get_size_inches()
    if width > WIDTH or len(figure.axes) == 1:
        figure.set_size_inches(WIDTH, min(TALLEST, height * WIDTH / width if width > WIDTH else height))


def _write_numbers(axis: Axis, lang: Lang) -> None:
    """Write the ticks of a linear axis as the language writes numbers."""
    if isinstance(axis.get_major_formatter(), ScalarFormatter) and axis.get_scale() == "linear":
        axis.set_major_formatter(_Written(lang))


class _Written(Formatter):
    """Writes all ticks of an axis with the decimals that the finest of them takes, so that none is rounded."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, value: float, pos: int | None = None) -> str:
        return number(value, self.lang)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the label of every tick."""
        exact = (places for places in range(10) if all(isclose(round(x, places), x, abs_tol=1e-12) for x in values))
        places = next(exact, None)
        return [number(value, self.lang, places) for value in values]


def _fit_axes(figure: Figure, axes: Axes, subtitle: str) -> None:
    """Set the margins of a figure with one pair of axes."""
    figure.set_layout_engine("none")
    width = figure.get_figwidth() * POINTS
    rows = _labels(axes.yaxis)
    _wrap(axes.yaxis, rows, LABELS * width)
    left = EDGE + PAD + _widest(rows) + _across(axes.yaxis.label)
    below, above = _labels(axes.xaxis), PAD + _along(axes.title)
    bottom = EDGE + _along(axes.xaxis.label)
    if axes.xaxis.get_ticks_position() == "top":
        above += PAD + _tallest(below)
    else:
        bottom += PAD + _tallest(below)
    right = EDGE + _overhang(axes, below)
    left, right = _room_for_texts(axes, left, right, width)
    subtitle = fonts.wrapped(subtitle, (width - 2 * EDGE) / SMALLEST)
    entries, title = _take_legends(figure)
    columns = _columns(entries, width) if entries else 1
    above += EDGE + (_text_height(subtitle) + PAD if subtitle else 0)
    above += (ceil(len(entries) / columns) + bool(title)) * 1.5 * SMALLEST + PAD if entries else 0
    needed = len(rows) * (max(map(_height, rows), default=0) + 4) + above + bottom
    height = min(TALLEST * POINTS, max(figure.get_figheight() * POINTS, needed))
    figure.set_figheight(height / POINTS)
    _write_head(figure, subtitle, entries, title, columns)
    figure.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - above / height)


def _labels(axis: Axis) -> list[Text]:
    """Return the tick labels of an axis that are in view."""
    if not axis.get_visible():
        return []
    low, high = sorted(axis.get_view_interval())
    ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
    return [label for place, label in ticks if low <= place <= high and label.get_visible() and label.get_text()]


def _wrap(axis: Axis, labels: Iterable[Text], width: float) -> None:
    """Break labels that are wider than a number of points."""
    changed = {}
    for label in labels:
        if label.get_rotation() == 0 and _width(label) > width:
            changed[label.get_text()] = fonts.wrapped(label.get_text(), width / label.get_fontsize(), bold=_bold(label))
    if changed:
        shown = [changed.get(label.get_text(), label.get_text()) for label in axis.get_majorticklabels()]
        looks = [(_bold(label), label.get_color()) for label in axis.get_majorticklabels()]
        axis.set_ticks(axis.get_majorticklocs(), shown, linespacing=1.1)
        for label, (bold, colour) in zip(axis.get_majorticklabels(), looks, strict=True):
            label.set(fontweight="bold" if bold else "normal", color=colour)


def _take_legends(figure: Figure) -> tuple[dict[str, object], str]:
    """Take the legends of a figure and its axes away; return their handles by text, and their title."""
    found = [legend for legend in (*figure.legends, figure.axes[0].get_legend()) if legend is not None]
    entries = {
        text.get_text(): handle
        for legend in found
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False)
    }
    titles = [legend.get_title().get_text() for legend in found]
    for legend in found:
        legend.remove()
    return entries, next((title for title in titles if title), "")


def _columns(entries: Iterable[str], width: float) -> int:
    """Return in how many columns the entries of a legend fit a width in points."""
    widest = max(fonts.text_width(text) for text in entries) * SMALLEST + SWATCH
    return max(1, min(len(list(entries)), int((width - 2 * EDGE) / widest)))


def _write_head(figure: Figure, subtitle: str, entries: dict[str, object], title: str, columns: int) -> None:
    """Write the subtitle and one legend above the axes."""
    width, height = (inches * POINTS for inches in figure.get_size_inches())
    down = EDGE
    if subtitle:
        place = {"x": EDGE / width, "y": 1 - down / height, "ha": "left", "va": "top"}
        figure.text(s=subtitle, fontsize=SMALLEST, color=GREY, linespacing=1.1, **place)
        down += _text_height(subtitle) + PAD
    if entries:
        figure.legend(
            entries.values(), entries.keys(), title=title or None, ncols=columns, loc="upper left", borderpad=0,
            borderaxespad=0, bbox_to_anchor=(EDGE / width, 1 - down / height), handletextpad=0.4, columnspacing=1.2,
            alignment="left", frameon=False,
        )  # fmt: skip


def _text_height(text: str) -> float:
    return (text.count("\n") + 1) * LINE * SMALLEST


def _room_for_texts(axes: Axes, left: float, right: float, width: float) -> tuple[float, float]:
    """Return margins in points widened for figures that are written beside points and bars."""
    low, high = axes.get_xlim()
    for text in axes.texts:
        place = _place(axes, text, low, high)
        if place is None:
            continue
        part, start, end = place
        inner = width - left - right
        if part > 0.05 and left + part * inner + end > width - EDGE:
            right = width - left - (width - EDGE - end - left) / part
        if part < 0.95 and left + part * (width - left - right) + start < EDGE:
            left = (EDGE - start - part * (width - right)) / (1 - part)
    return left, right


def _place(axes: Axes, text: Text, low: float, high: float) -> tuple[float, float, float] | None:
    """Return where a text is fixed, in parts of the axes, and how far it reaches left and right of that in points."""
    offset = 0.0
    if isinstance(text, Annotation):
        if text.xycoords != "data" or text.anncoords != "offset points":
            return None
        place, offset = text.xy[0], text.xyann[0]
    elif text.get_transform() == axes.transData:
        place = text.get_position()[0]
    else:
        return None
    width = _width(text)
    start = offset - {"left": 0.0, "center": width / 2, "right": width}[text.get_horizontalalignment()]
    return (axes.convert_xunits(place) - low) / (high - low), start, start + width


def _overhang(axes: Axes, labels: list[Text]) -> float:
    """Return how far the last label under the axes reaches beyond them."""
    low, high = axes.get_xlim()
    last = max(labels, key=lambda label: (label.get_position()[0] - low) / (high - low), default=None)
    return _width(last) / 2 if last is not None and last.get_rotation() == 0 else 0.0


def _bold(text: Text) -> bool:
    return str(text.get_fontweight()) in ("bold", "600", "700", "800")


def _lines(text: Text) -> Iterator[float]:
    bold = _bold(text)
    yield from (fonts.text_width(line, bold=bold) * text.get_fontsize() for line in text.get_text().split("\n"))


def _width(text: Text) -> float:
    return max(_lines(text), default=0.0)


def _height(text: Text) -> float:
    return text.get_text().count("\n") * LINE * text.get_fontsize() + text.get_fontsize() if text.get_text() else 0.0


def _widest(labels: Iterable[Text]) -> float:
    return max((_turned(label)[0] for label in labels), default=0.0)


def _tallest(labels: Iterable[Text]) -> float:
    return max((_turned(label)[1] for label in labels), default=0.0)


def _turned(label: Text) -> tuple[float, float]:
    """Return width and height of a label in points as it stands, turned or not."""
    angle, width, height = radians(label.get_rotation()), _width(label), _height(label)
    return width * abs(cos(angle)) + height * abs(sin(angle)), width * abs(sin(angle)) + height * abs(cos(angle))


def _along(text: Text) -> float:
    """Return the height that the name of an axis or a title takes."""
    return _height(text) + PAD if text.get_text() and text.get_visible() else 0.0


def _across(text: Text) -> float:
    """Return the width that the turned name of the upright axis takes."""
    return _height(text) + PAD if text.get_text() and text.get_visible() else 0.0
