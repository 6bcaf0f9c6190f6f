"""A figure on its way into a sentence: how it is written, and which table row shows it."""

from dataclasses import dataclass

import pandas as pd

from dti.words.markdown import escape, linked
from dti.words.vietnamese import Lang, number, quantity
from dti.words.word_list import word


@dataclass(frozen=True)
class Figure:
    """A figure that a text may quote; a template must send it through ``cite``, which links it to its row.

    Parameters
    ----------
    shown : as the reader sees it: "50,84%"
    anchor : id of the table row that shows it
    value : the raw value; nothing, zero and blank count as "there is none" where a text asks ``{% if figure %}``
    """

    shown: str
    anchor: str
    value: float | None = None

    def __bool__(self) -> bool:
        return bool(pd.notna(self.value) and self.value != 0)

    def cited(self) -> str:
        """Return the figure as Markdown that links to its row."""
        return linked(escape(self.shown), self.anchor)


def count(value: float, anchor: str, lang: Lang) -> Figure:
    """Return a number of things.

    Examples
    --------
    >>> count(8200, "k-total", "vi").cited()
    '[8.200](#k-total)'
    """
    return Figure(number(value, lang), anchor, value)


def measured(value: float, unit: str, anchor: str, lang: Lang, *, comparator: str = "=") -> Figure:
    """Return a figure in an indicator's own unit; a minimum or a maximum says so.

    Examples
    --------
    >>> measured(50.84, "percent", "i-1", "vi").cited()
    '[50,84%](#i-1)'
    >>> measured(70, "percent", "i-1", "vi", comparator=">=").shown
    'tối thiểu 70%'
    """
    shown = quantity(value, unit, lang)
    bound = {">=": "at_least", "<=": "at_most", ">": "above", "<": "below", "~": "about"}.get(comparator)
    return Figure(word(f"figure.{bound}", lang, figure=shown) if bound else shown, anchor, value)


def difference(value: float, unit: str, anchor: str, lang: Lang) -> Figure:
    """Return the size of a change or a gap in words, without a sign; percentages differ in percentage points.

    Examples
    --------
    >>> difference(-0.84, "percent", "i-1", "vi").shown, difference(1, "percent", "i-1", "en").shown
    ('0,84 điểm phần trăm', '1 percentage point')
    """
    size = number(abs(value), lang)
    in_unit = {"percent": "points", "mbps": "mbps"}.get(unit)
    return Figure(word(f"figure.{in_unit}", lang, size=size) if in_unit else size, anchor, value)
