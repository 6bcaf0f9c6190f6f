"""A table of records, in both languages, with the form of each column."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from dti.show import outputs
from dti.words import markdown
from dti.words.figures import Figure
from dti.words.vietnamese import UNKNOWN, Lang, number
from dti.words.word_list import word

#: How a figure of each kind is written.
FORMS: dict[str, Callable[[float, Lang], str]] = {
    "count": lambda value, lang: number(value, lang, 0),
    "places": lambda value, lang: number(value, lang, 0, sign=True),
    "part of places": lambda value, lang: number(value, lang, 2, sign=True),
    "score": lambda value, lang: number(value, lang, 4),
    "change": lambda value, lang: number(value, lang, 4, sign=True),
    "points": lambda value, lang: number(value, lang, 1),
    "points exact": lambda value, lang: number(value, lang, _decimals(value)),
    "points more": lambda value, lang: number(value, lang, 1, sign=True),
    "ratio": lambda value, lang: number(value, lang, 2),
    "share": lambda value, lang: UNKNOWN if pd.isna(value) else f"{number(100 * value, lang, 1)}%",
    "level": lambda value, lang: f"{number(100 * value, lang)}%",
    "amount": lambda value, lang: number(value, lang, 1),
}


def _decimals(value: float) -> int:
    """Return how many decimals a figure takes to be written in full, one at the least."""
    written = f"{value:.9f}".rstrip("0")
    return max(1, len(written.partition(".")[2]))


@dataclass(frozen=True)
class Field:
    """A column of a sheet: its name in the data, its header, and how it is written (a key of `FORMS`, or text)."""

    name: str
    label: str
    kind: str = "text"


@dataclass(frozen=True)
class Sheet:
    """A table whose cells can be quoted.

    Parameters
    ----------
    rows : raw values; the index holds the key of each row
    fields : the columns shown
    prefix : the anchor of a row is ``prefix-key``
    group : column whose value, where it changes, becomes a heading row
    """

    rows: pd.DataFrame
    fields: tuple[Field, ...]
    caption: str
    prefix: str
    lang: Lang
    group: str | None = None

    def shown(self) -> outputs.Shown:
        """Return the table as an output; one without rows says so."""
        if self.rows.empty:
            return outputs.text(f"*{markdown.escape(self.caption)}: {word('list.none', self.lang)}*")
        columns = [
            outputs.Column(field.name, field.label, self._form(field), field.kind != "text") for field in self.fields
        ]
        frame = self.rows.assign(anchor=[f"{self.prefix}-{key}" for key in self.rows.index])
        return outputs.table(frame, columns, self.caption, anchor="anchor", group=self.group, kind="ranking")

    def cite(self, key: object, name: str, *, size: bool = False) -> str:
        """Return a cell's figure as Markdown that links to its row; `size` leaves its sign out."""
        quoted = self.figure(key, name, size=size)
        return markdown.linked(quoted.shown, quoted.anchor)

    def figure(self, key: object, name: str, *, size: bool = False) -> Figure:
        """Return a cell's figure, for a text to quote; `size` leaves its sign out."""
        field = next(field for field in self.fields if field.name == name)
        value = abs(self.rows.at[key, name]) if size else self.rows.at[key, name]
        shown = FORMS[field.kind](value, self.lang)
        return Figure(shown.lstrip("+") if size else shown, f"{self.prefix}-{key}", value)

    def value(self, key: object, name: str) -> object:
        """Return a cell's raw value."""
        return self.rows.at[key, name]

    def _form(self, field: Field) -> Callable[[object], str] | None:
        return None if field.kind == "text" else lambda value: FORMS[field.kind](value, self.lang)
