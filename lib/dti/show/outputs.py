"""What a notebook shows: text, a table, a chart. Each goes into every format of a report.

An executed notebook is the only source of a report, so what the exporters need travels in the outputs: captions,
alt text, row anchors, and beside each table its raw figures as a tabular data resource. All data is escaped here.
"""

import base64
import html
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dti.show import margins, theme
from dti.show.svg import svg
from dti.store.tables import ILLUSTRATIVE
from dti.words.vietnamese import Lang
from dti.words.word_list import word

DATA_RESOURCE = "application/vnd.dataresource+json"
PNG_DPI = 200
#: Of a chart in a notebook, in pixels.
WIDTH_ON_SCREEN = 780
#: What `chart` takes; seaborn's grids have a figure too.
Drawn = Axes | Figure | Any


@dataclass(frozen=True)
class Column:
    """One column of a shown table.

    Parameters
    ----------
    name : column of the data
    label : its header
    form : turns a value into text; by default the value as it is, a missing one as an en dash
    numeric : figures, to be set flush right
    link : column of the data that holds the anchor (without '#') its cells link to
    """

    name: str
    label: str
    form: Callable[[object], str] | None = None
    numeric: bool = False
    link: str | None = None


class Shown:
    """An output: a bundle of representations, one per MIME type, with metadata."""

    def __init__(self, bundle: dict[str, object], metadata: dict[str, object] | None = None) -> None:
        self.bundle = bundle
        self.metadata = metadata or {}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        return self.bundle, self.metadata


def text(markdown: str) -> Shown:
    """Return Markdown as an output. Data in it must have gone through `escape`.

    Examples
    --------
    >>> text("# Sở Y tế").bundle["text/markdown"]
    '# Sở Y tế'
    """
    return Shown({"text/markdown": markdown, "text/plain": markdown})


def mark_if_illustrative(figures: pd.DataFrame, lang: Lang) -> Shown:
    """Return the mark that every page of a report then carries, if any of its figures is illustrative; else nothing.

    Parameters
    ----------
    figures : what the report is made from, or its sources: a table with the column ``basis``

    Examples
    --------
    >>> mark_if_illustrative(pd.DataFrame({"basis": ["official", "illustrative"]}), "vi").bundle["text/markdown"]
    '**SỐ LIỆU MINH HỌA** – không phải kết quả thật, không dùng để báo cáo.'
    >>> mark_if_illustrative(pd.DataFrame({"basis": ["official"]}), "vi").bundle["text/markdown"]
    ''
    """
    if not (figures["basis"] == ILLUSTRATIVE).any():
        return text("")
    banner = f"**{word('illustrative.mark', lang)}** – {word('illustrative.meaning', lang)}"
    return Shown({"text/markdown": banner, "text/plain": banner}, {"dti": {"mark": ILLUSTRATIVE}})


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    caption: str,
    *,
    anchor: str | None = None,
    group: str | None = None,
    kind: str = "",
    raw: pd.DataFrame | None = None,
) -> Shown:
    """Return a table as an output: HTML for reading, raw figures for spreadsheets.

    Parameters
    ----------
    frame : raw values, one row per row shown, in the order shown
    columns : what is shown; the first one that is no figure heads each row
    caption : what the table is, in the report's language
    anchor : column with the id of each row, so that figures in sentences can link to it
    group : column whose value, where it changes, becomes a heading row
    kind : what table it is, e.g. ``key-figures``: a class of the HTML, and ``dti.kind`` in the output's metadata
    raw : figures for spreadsheets, columns named as they are to be headed, where they differ from what is shown

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["A & B"], "value": [50.84]})
    >>> shown = table(frame, [Column("name", "Tên"), Column("value", "Giá trị", numeric=True)], "Bảng")
    >>> '<th scope="row">A &amp; B</th>' in shown.bundle["text/html"]
    True
    """
    heads = next((index for index, column in enumerate(columns) if not column.numeric), 0)
    head = "".join(f'<th scope="col"{_class(column)}>{html.escape(column.label)}</th>' for column in columns)
    body, current = [], object()
    for row in frame.to_dict("records"):
        if group is not None and row[group] != current:
            current = row[group]
            body.append(
                f'<tr class="group"><th scope="colgroup" colspan="{len(columns)}">{html.escape(str(current))}</th></tr>'
            )
        identity = f' id="{html.escape(str(row[anchor]))}"' if anchor is not None and pd.notna(row[anchor]) else ""
        cells = "".join(_cell(row, column, is_header=index == heads) for index, column in enumerate(columns))
        body.append(f"<tr{identity}>{cells}</tr>")
    markup = (
        f'<table class="dti {html.escape(kind)}"><caption>{html.escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    ).replace(' class="dti "', ' class="dti"')
    plain = pd.DataFrame(
        {column.label: [_shown(row, column) for row in frame.to_dict("records")] for column in columns}
    )
    return Shown(
        {
            "text/html": markup,
            DATA_RESOURCE: data_resource(_headed(frame, columns) if raw is None else raw, caption),
            "text/plain": f"{caption}\n{plain.to_string(index=False)}",
        },
        {"dti": {"kind": kind}} if kind else None,
    )


def chart(
    drawn: Drawn,
    caption: str,
    alt: str,
    *,
    subtitle: str = "",
    small: pd.DataFrame | None = None,
    lang: Lang | None = None,
) -> Shown:
    r"""Return a chart as an output for every format of a report: SVG, the same text for the same figure.

    It gets margins that fit its labels, type of 9 pt at least and the numbers of its language; a figure of pyplot is
    closed, so that it shows once.

    Parameters
    ----------
    drawn : what seaborn or matplotlib returned: axes, a figure, a grid of seaborn's
    caption : the chart's title, which says what it shows: its finding
    alt : what it says to somebody who cannot see it
    subtitle : measure, place and year, written above the axes
    small : what a narrow screen shows instead, a table of a few columns; by default the chart is moved sideways there
    lang : of the numbers on its axes; by default that of `dti.show.set_theme`

    Examples
    --------
    >>> shown = chart(Figure(figsize=(1, 1)), "Hình", "Một hình trống")
    >>> shown.bundle["text/plain"]
    'Hình\nMột hình trống'
    """
    figure = _figure(drawn)
    margins.fit(figure, lang or theme.language(), subtitle)
    return drawing(svg(figure), caption, alt, small, plain="\n".join(filter(None, (caption, subtitle, alt))))


def drawing(markup: str, caption: str, alt: str, small: pd.DataFrame | None = None, plain: str = "") -> Shown:
    """Return an SVG as an output, as `chart` does a figure.

    Parameters
    ----------
    markup : as `dti.show.svg.svg` gives it
    """
    content = base64.b64encode(markup.encode()).decode()
    image = f'<img src="data:image/svg+xml;base64,{content}" alt="{html.escape(alt)}" width="{WIDTH_ON_SCREEN}">'
    table_instead = "" if small is None else _small_table(small)
    head = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    markup = f'<figure class="dti">{head}{image}{table_instead}</figure>'
    return Shown({"text/html": markup, "text/plain": plain or f"{caption}\n{alt}"})


def _figure(drawn: Drawn) -> Figure:
    """Return the figure of what was drawn, taken from pyplot, which would show it once more."""
    figure = drawn if isinstance(drawn, Figure) else getattr(drawn, "figure", None)
    if not isinstance(figure, Figure):
        raise TypeError(f"A chart is axes, a figure or a grid of seaborn's, not {type(drawn).__name__}.")
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)
    return figure


def _small_table(frame: pd.DataFrame) -> str:
    """Return the table that stands for a chart where the screen is narrow."""
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(value))}</td>" for value in row) + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return f'<table class="dti instead" hidden><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def png(figure: Figure, dpi: int = PNG_DPI) -> bytes:
    """Return a matplotlib figure as a PNG, the same bytes for the same figure."""
    buffer = io.BytesIO()
    figure.set_dpi(dpi)
    FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})  # `savefig` would draw it twice
    return buffer.getvalue()


def _class(column: Column) -> str:
    return ' class="n"' if column.numeric else ""


def _shown(row: dict[str, object], column: Column) -> str:
    value = row[column.name]
    if column.form is not None:
        return column.form(value)
    return "–" if pd.isna(value) else str(value)


def _cell(row: dict[str, object], column: Column, *, is_header: bool) -> str:
    content = html.escape(_shown(row, column))
    if column.link is not None and pd.notna(row[column.link]):
        content = f'<a href="#{html.escape(str(row[column.link]))}">{content}</a>'
    if is_header:
        return f'<th scope="row"{_class(column)}>{content}</th>'
    return f"<td{_class(column)}>{content}</td>"


def _headed(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    return frame[[column.name for column in columns]].set_axis([column.label for column in columns], axis=1)


def data_resource(raw: pd.DataFrame, caption: str) -> dict[str, object]:
    """Return the raw values as a tabular data resource (Frictionless Data), one field per column."""
    resource = json.loads(raw.to_json(orient="table", index=False, force_ascii=False, double_precision=15))
    resource["schema"].pop("pandas_version", None)
    return {"title": caption, **resource}
