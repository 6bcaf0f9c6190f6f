"""A figure on its way into a sentence: how it is written, and which table row shows it."""

from dataclasses import dataclass

import pandas as pd

from dti.words.markdown import escape, linked
from dti.words.vietnamese import Lang, number, quantity


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
        return pd.notna(self.value) and self.value != 0

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


def measured(value: float, unit: str, anchor: str, lang: Lang) -> Figure:
    """Return a figure in an indicator's own unit.

    Examples
    --------
    >>> measured(50.84, "percent", "i-1", "vi").cited()
    '[50,84%](#i-1)'
    """
    return Figure(quantity(value, unit, lang), anchor, value)
