"""Tables that an analyst makes with pandas, ready for a report."""

import html
import json
from collections.abc import Callable

import pandas as pd
from pandas.io.formats.style import Styler

from dti.show.outputs import DATA_RESOURCE, data_resource
from dti.words.vietnamese import UNKNOWN, Lang, number

#: Class of the cells of a row that stands out: bold in every format.
OWN = "own"


def styled(
    table: pd.DataFrame | Styler,
    caption: str,
    *,
    names: dict[str, str] | None = None,
    decimals: dict[str, int] | int | None = None,
    own: pd.Series | None = None,
    lang: Lang | None = None,
) -> Styler:
    """Return a table with a caption, its numbers written as the language of `set_theme` does, blanks as dashes.

    The index is hidden where it only counts rows, or holds ids, which spreadsheets keep and readers need not see. What
    comes back is pandas' own Styler: it can be styled further.

    Parameters
    ----------
    table : a frame, or a Styler to go on with: ``frame.style.pipe(show.styled, caption="…")``
    names : headings of columns, where they are not to be their names
    decimals : of numbers, for all columns or by column; by default as many as it takes, two at the most
    own : true for rows that stand out (the province, the agency)

    Examples
    --------
    >>> shown = styled(pd.DataFrame({"name": ["A & B"], "gap": [9.166]}), "Khoảng cách", names={"gap": "Còn thiếu"})
    >>> "A &amp; B" in shown.to_html(), "9,17" in shown.to_html(), "Còn thiếu" in shown.to_html()
    (True, True, True)
    """
    from dti.show import theme

    styler = table if isinstance(table, Styler) else table.style
    frame, lang = styler.data, lang or theme.language()
    styler = styler.format(escape="html", na_rep=UNKNOWN)
    for column in frame.select_dtypes("number"):
        places = decimals.get(column) if isinstance(decimals, dict) else decimals
        styler = styler.format(_number(lang, places), subset=[column])
    labels = [(names or {}).get(column, column) for column in frame.columns] if frame.columns.nlevels == 1 else None
    if labels is not None:
        escaped = [html.escape(str(label)) for label in labels]
        styler = styler.format_index(dict(zip(frame.columns, escaped, strict=True)).get, axis="columns")
    if own is not None and own.any():
        classes = pd.DataFrame("", frame.index, frame.columns)
        classes.loc[own] = OWN
        styler = styler.set_td_classes(classes)
    if _only_counts(frame.index) or str(frame.index.name).endswith("_id"):
        styler = styler.hide(axis="index")
    else:
        styler = styler.format_index(escape="html", axis="index")
    return styler.set_caption(html.escape(caption))


def _number(lang: Lang, decimals: int | None) -> Callable[[float], str]:
    return lambda value: number(value, lang, decimals)


def bundle(styler: Styler) -> tuple[dict, dict]:
    """Return what a Styler shows: its HTML, and its raw figures for spreadsheets."""
    frame = styler.data
    shown = frame if _only_counts(frame.index) else frame.reset_index()
    shown = shown.set_axis([_flat(column) for column in shown.columns], axis=1)
    resource = json.loads(json.dumps(data_resource(shown, html.unescape(str(styler.caption or "")))))
    return {"text/html": styler.to_html(), DATA_RESOURCE: resource, "text/plain": frame.to_string()}, {}


def _only_counts(index: pd.Index) -> bool:
    """Return whether an index says nothing but the number of a row."""
    return index.nlevels == 1 and index.name is None and pd.api.types.is_integer_dtype(index)


def _flat(column: object) -> str:
    return " · ".join(str(part) for part in column if str(part)) if isinstance(column, tuple) else str(column)


def listed(figures: pd.Series, decimals: int | None = None, most: int = 12, lang: Lang | None = None) -> str:
    """Return figures by name as a sentence, for those who cannot see a chart of them.

    Examples
    --------
    >>> listed(pd.Series({"Hạ tầng số": 9.16, "Nhân lực số": 24.0}))
    'Hạ tầng số: 9,16; Nhân lực số: 24.'
    """
    from dti.show import theme

    known = figures.dropna().head(most)
    lang = lang or theme.language()
    parts = "; ".join(f"{name}: {number(value, lang, decimals)}" for name, value in known.items())
    return parts + (" …" if len(figures.dropna()) > most else ".")
