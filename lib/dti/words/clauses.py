"""The place in a source: written in Vietnamese in the tables, read and put into the report's language here."""

import re

import pandas as pd

from dti.words.vietnamese import UNKNOWN, Lang

_CLAUSE_WORDS = {
    "Phần": "Part",
    "mục": "section",
    "ý": "item",
    "phần liệt kê": "the list",
    "Theo chức năng của cơ quan": "By the agency’s mandate",
}


def clause(text: str | None, lang: Lang) -> str:
    """Return the place in a source, in the report's language.

    Examples
    --------
    >>> clause("Phần II, mục III.8, ý 4", "en")
    'Part II, section III.8, item 4'
    """
    if pd.isna(text):
        return UNKNOWN
    if lang == "vi":
        return text
    return re.sub("|".join(_CLAUSE_WORDS), lambda match: _CLAUSE_WORDS[match[0]], text)


def short_clause(text: str | None, lang: Lang) -> str:
    r"""Return the place in a source short enough for a table of indicators.

    Examples
    --------
    >>> short_clause("Phần II, mục III.8, ý 4", "vi"), short_clause("Phần II, mục VI.6", "en")
    ('P.II–III.8, ý\xa04', 'P.II–VI.6')
    """
    short = re.sub(r"^(?:Phần|Part) (\w+), (?:mục|section) ", r"P.\1–", clause(text, lang))
    return re.sub(r", (ý|item) ", ", \\1\N{NO-BREAK SPACE}", short)
