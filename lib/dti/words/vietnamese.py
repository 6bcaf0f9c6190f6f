"""Numbers, dates and letter order as Vietnamese (and English) readers expect them.

Rounding happens here, once, at display: half up, on the decimal the reader sees in the table.
"""

import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import pandas as pd
from babel.numbers import format_decimal

Lang = Literal["vi", "en"]
LANGUAGES: tuple[Lang, ...] = ("vi", "en")

#: What stands in a table where a figure is not known.
UNKNOWN = "–"
MINUS = "\N{MINUS SIGN}"

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # grave, hook, tilde, acute, dot: the order of Vietnamese dictionaries
_LETTER_RANK = {letter: rank for rank, letter in enumerate(_LETTERS, start=100)}
_TONE_RANK = {tone: rank for rank, tone in enumerate(_TONES, start=1)}


def nfc(text: str) -> str:
    """Return the text with accents joined to their letters (Unicode NFC).

    Examples
    --------
    >>> len(nfc("e\N{COMBINING CIRCUMFLEX ACCENT}"))
    1
    """
    return unicodedata.normalize("NFC", text)


def rounded(value: float, decimals: int) -> Decimal:
    """Return a number rounded half up, from the decimal that is written, not from its binary neighbour.

    Examples
    --------
    >>> rounded(2.675, 2)
    Decimal('2.68')
    >>> rounded(-0.004, 2)
    Decimal('0.00')
    """
    result = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def number(value: float | None, lang: Lang = "vi", decimals: int | None = None, *, sign: bool = False) -> str:
    """Return a number as text: decimal comma and thousands point in Vietnamese, the reverse in English.

    Parameters
    ----------
    value : a missing value gives `UNKNOWN`
    decimals : exactly so many; by default as many as it takes, two at the most
    sign : write the plus of a positive number too

    Examples
    --------
    >>> number(8200), number(50.84), number(87.4), number(-0.5, "en", 2), number(30, sign=True)
    ('8.200', '50,84', '87,4', '−0.50', '+30')
    >>> number(None)
    '–'
    """
    if pd.isna(value):
        return UNKNOWN
    exact = rounded(value, 2 if decimals is None else decimals)
    fraction = "0" * decimals if decimals is not None else "##"
    text = format_decimal(abs(exact), format=f"#,##0.{fraction}" if fraction else "#,##0", locale=lang)
    return (MINUS if exact < 0 else "+" if sign and exact > 0 else "") + text


#: What stands before a figure for its comparator: it must not break from it.
_COMPARATORS = {
    ">=": "≥\N{NO-BREAK SPACE}",
    "<=": "≤\N{NO-BREAK SPACE}",
    "<": "<\N{NO-BREAK SPACE}",
    ">": ">\N{NO-BREAK SPACE}",
    "~": "≈\N{NO-BREAK SPACE}",
}


def quantity(
    value: float | None, unit: str, lang: Lang = "vi", *, comparator: str = "=", high: float | None = None
) -> str:
    r"""Return a figure with its unit as it stands in a table or a sentence.

    Parameters
    ----------
    unit : ``percent``, ``count``, ``ratio`` or ``mbps``
    comparator : ``>=``, ``<=`` and ``~`` are written as ≥, ≤ and ≈ before the figure
    high : the upper end where the comparator is ``range``

    Examples
    --------
    >>> quantity(50.84, "percent"), quantity(70, "percent", "en", comparator=">="), quantity(20, "mbps")
    ('50,84%', '≥\xa070%', '20 Mbps')
    >>> quantity(8200, "count", comparator="~"), quantity(60, "percent", comparator="range", high=70)
    ('≈\xa08.200', '60–70%')
    """
    if pd.isna(value):
        return UNKNOWN
    suffix = {"percent": "%", "mbps": " Mbps"}.get(unit, "")
    shown = number(value, lang) if comparator != "range" else f"{number(value, lang)}–{number(high, lang)}"
    return f"{_COMPARATORS.get(comparator, '')}{shown}{suffix}"


def difference(value: float | None, unit: str, lang: Lang = "vi") -> str:
    r"""Return a change or a gap as text, always with its sign; percentages differ in percentage points.

    Examples
    --------
    >>> difference(30, "percent"), difference(-9.16, "percent", "en"), difference(7, "count")
    ('+30\xa0điểm\xa0%', '−9.16\xa0pp', '+7')
    """
    if pd.isna(value):
        return UNKNOWN
    suffix = {
        "percent": {"vi": "\N{NO-BREAK SPACE}điểm\N{NO-BREAK SPACE}%", "en": "\N{NO-BREAK SPACE}pp"}[lang],
        "mbps": " Mbps",
    }.get(unit, "")
    return number(value, lang, sign=True) + suffix


def sort_key(text: str) -> tuple:
    """Return the key that puts Vietnamese text in dictionary order: letters, tones, small before capital.

    Examples
    --------
    >>> sorted(["Đồng Tháp", "Dak", "Ăn", "Bà", "An", "Ba"], key=sort_key)
    ['An', 'Ăn', 'Ba', 'Bà', 'Dak', 'Đồng Tháp']
    """
    letters, tones, cases = [], [], []
    for character in nfc(text):
        plain, tone = _split_tone(character)
        lower = plain.lower()
        letters.append(_LETTER_RANK.get(lower, ord(lower) if ord(lower) < 100 else ord(lower) + 1000))
        tones.append(tone)
        cases.append(plain != lower)
    return tuple(letters), tuple(tones), tuple(cases), text


def _split_tone(character: str) -> tuple[str, int]:
    """Return a letter without its tone, and the tone's rank in the dictionary (0: level)."""
    parts = unicodedata.normalize("NFD", character)
    tone = next((_TONE_RANK[part] for part in parts if part in _TONE_RANK), 0)
    return nfc("".join(part for part in parts if part not in _TONE_RANK)), tone


def decree_date(day: date, place: str = "Lai Châu", lang: Lang = "vi") -> str:
    """Return place and date as Decree 30/2020/NĐ-CP writes them: days under 10 and months 1 and 2 padded.

    References
    ----------
    Decree 30/2020/NĐ-CP, Appendix I, section II, point 4.

    Examples
    --------
    >>> decree_date(date(2022, 12, 30)), decree_date(date(2023, 2, 5)), decree_date(date(2023, 3, 5), 'Huế')
    ('Lai Châu, ngày 30 tháng 12 năm 2022', 'Lai Châu, ngày 05 tháng 02 năm 2023', 'Huế, ngày 05 tháng 3 năm 2023')
    """
    if lang == "en":
        return f"{place}, {day.day} {day:%B} {day.year}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"
