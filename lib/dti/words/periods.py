"""A year, or a part of one, in words."""

from typing import Literal

from dti.words.vietnamese import Lang
from dti.words.word_list import word

#: The year, a half of it, a quarter of it.
Period = Literal["year", "h1", "h2", "q1", "q2", "q3", "q4"]


def time(year: int, period: str, lang: Lang) -> str:
    """Return a year or a part of one in words.

    Parameters
    ----------
    period : ``year``, ``h1``, ``h2`` or ``q1`` … ``q4``

    Examples
    --------
    >>> time(2023, "q1", "vi"), time(2023, "year", "en")
    ('quý I năm 2023', '2023')
    """
    return word(f"period.{period}", lang, year=year)
