"""What is wrong with a file that was sent in: where, what, and what is expected, in both languages from one source."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

import pandas as pd

from dti.intake.cells import clean
from dti.words.periods import time
from dti.words.vietnamese import LANGUAGES, Lang, number
from dti.words.word_list import labels, word

COLUMNS = ["file", "sheet", "cell", "figure", "value", "wrong", "expected", "severity"]
Severity = Literal["error", "warning"]

#: Longest text for which a similar name is looked up.
MAX_NEAR = 80

#: Codes that a reason lets through; all others are errors. The words of each code are in ``words.csv``.
WARNINGS = {"fall", "jump", "factor", "replaces-other", "stays", "emptied", "older", "corrects", "other-year"}


@dataclass(frozen=True)
class Finding:
    """One thing found in one place of a file.

    Parameters
    ----------
    facts : they fill the message: numbers, or words; a word that differs by language is a pair (vi, en)
    about : the figure: indicator, whom it is about, when; ids first, names once the registers have been asked
    note : what the sender wrote beside the figure
    """

    code: str
    file: str
    sheet: str = ""
    cell: str = ""
    value: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    about: "About | None" = None
    note: str = ""

    @property
    def severity(self) -> Severity:
        """An error is never let through; a warning is, with a reason."""
        return "warning" if self.code in WARNINGS else "error"

    def words(self, lang: Lang) -> tuple[str, str]:
        """Return what is wrong and what is expected."""
        facts = {name: _in_language(fact, lang) for name, fact in self.facts.items()}
        wrong = word(f"finding.{self.code}.wrong", lang, **facts)
        if self.note and self.severity == "warning":
            wrong += word("intake.note", lang, note=self.note)
        return wrong, word(f"finding.{self.code}.expected", lang, **facts)


class About(NamedTuple):
    """The figure that a finding is about: ids, then names by language."""

    indicator: str
    subject: str
    year: int
    period: str
    names: tuple[tuple[str, str], tuple[str, str]] | None = None

    def shown(self, lang: Lang) -> str:
        """Return indicator, subject and time in words."""
        place = LANGUAGES.index(lang)
        indicator, subject = [name[place] for name in self.names] if self.names else (self.indicator, self.subject)
        return word(
            "intake.figure", lang, indicator=indicator, subject=subject, when=time(self.year, self.period, lang)
        )


def near(text: str, known: Iterable[str]) -> tuple[str, str] | str:
    """Return the known name that is most like a text, as a remark in both languages; nothing if none is.

    Examples
    --------
    >>> near("so-yte", ["so-y-te", "so-noi-vu"])[1]
    ' (perhaps “so-y-te”)'
    """
    if len(text) > MAX_NEAR:
        return ""
    found = difflib.get_close_matches(text, list(known), n=1)
    return tuple(f" {word('intake.near', lang, name=found[0])}" for lang in LANGUAGES) if found else ""


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that no reason lets through."""
    return [finding for finding in findings if finding.severity == "error"]


def table(findings: Iterable[Finding], lang: Lang = "vi") -> pd.DataFrame:
    """Return findings as a table with the columns of ``COLUMNS``.

    Examples
    --------
    >>> table([Finding("negative", "so-y-te.csv", cell="C2", value="-5")], "en").iloc[0].tolist()
    ['so-y-te.csv', '', 'C2', '', '-5', 'a negative number', 'a number from 0', 'error']
    """
    rows = [
        [
            _shown(f.file),
            _shown(f.sheet),
            f.cell,
            clean(f.about.shown(lang)) if f.about else "",
            _shown(f.value),
            *map(clean, f.words(lang)),
            f.severity,
        ]
        for f in findings
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="object")


def lines(findings: Sequence[Finding], lang: Lang = "vi", most: int | None = None) -> list[str]:
    """Return each finding as one line of text.

    Parameters
    ----------
    most : show only so many, and say how many more there are

    Examples
    --------
    >>> lines([Finding("negative", "so-y-te.csv", cell="C2", value="-5")], "en")
    ["ERROR so-y-te.csv, C2: '-5': a negative number; expected: a number from 0"]
    """
    names, expected = labels("intake.severity", lang), word("intake.expected", lang)
    shown = [
        f"{names[row.severity]} {', '.join(filter(None, [row.file, row.sheet, row.cell]))}"
        + (f" ({row.figure})" if row.figure else "")
        + ": "
        + (f"'{row.value}': " if row.value else "")
        + f"{row.wrong}; {expected}: {row.expected}"
        for row in table(findings[:most], lang).itertuples()
    ]
    more = len(findings) - len(shown)
    return [*shown, word("intake.more", lang, count=more)] if more else shown


def csv_bytes(findings: Iterable[Finding], lang: Lang = "vi") -> bytes:
    """Return findings as a CSV file that Excel opens as it is: semicolons, UTF-8 with BOM, no cell a formula.

    Examples
    --------
    >>> csv_bytes([Finding("negative", "=1.csv", cell="C2", value="-5")], "en").decode("utf-8-sig").split()[1]
    "'=1.csv;;C2;;'-5;a"
    """
    safe = table(findings, lang).map(lambda text: f"'{text}" if text.startswith(("=", "+", "-", "@")) else text)
    return safe.to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig")


def _in_language(fact: object, lang: Lang) -> str:
    if isinstance(fact, tuple):
        return str(fact[lang == "en"])
    if isinstance(fact, Decimal):
        places = max(0, -int(fact.normalize().as_tuple().exponent))
        return number(float(fact), lang, places)
    return str(fact)


def _shown(text: str) -> str:
    """Return what a stranger wrote as one short line that a terminal shows as it is."""
    line = clean(text)
    return line if len(line) <= 80 else line[:79] + "…"
