"""Numbers as people type them, read exactly or asked back, never guessed.

Three ways of writing are known: Vietnamese (``1.234,5``), English (``1,234.5``) and with blanks (``1 234,5``). A text
is read in all of them; it is accepted only if they agree on one number.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Literal

#: Units of indicators; ``part`` is a numerator or a denominator, a whole number like a count.
Unit = Literal["percent", "count", "ratio", "mbps", "part"]
UNITS: tuple[Unit, ...] = ("percent", "count", "ratio", "mbps")
_WHOLE = ("count", "part")

#: Largest figure that is believed, by unit.
LARGEST = {
    "percent": Decimal(100),
    "count": Decimal(1_000_000_000),
    "ratio": Decimal(1_000_000),
    "mbps": Decimal(1_000_000),
    "part": Decimal(10) ** 14,
}

_STYLES = [
    re.compile(r"(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+)(?:,(?P<part>[0-9]+))?"),
    re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?"),
    re.compile(r"(?P<whole>[0-9]{1,3}(?: [0-9]{3})+)(?:[.,](?P<part>[0-9]+))?"),
    re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?"),
]
#: Two whole or decimal numbers with a fraction bar between them.
_FRACTION = re.compile(r"[0-9][0-9., ]* ?[/\u2044\u2215] ?[0-9][0-9., ]*%?")
_SUFFIXES = {"percent": ("%",), "mbps": ("mbps", "mb/s")}
_BLANKS = re.compile("[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")  # no line ends: two lines are two numbers
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # signs that turn the order of what follows
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NO_FIGURE = re.compile(r"(hiện )?chưa có( số liệu)?\.?")
_WITHDRAWN = re.compile(r"(rút|thu hồi)( lại)? số liệu\.?")


class NotRead(ValueError):
    """A text that is no figure of its unit; ``code`` names the finding, ``facts`` its particulars."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


def says_no_figure(text: str) -> bool:
    """Tell whether the text says, in so many words, that there is no figure yet.

    Examples
    --------
    >>> says_no_figure("Chưa có số liệu"), says_no_figure("không"), says_no_figure("0")
    (True, False, False)
    """
    return _NO_FIGURE.fullmatch(unicodedata.normalize("NFC", _tidy(text)).lower()) is not None


def withdraws(text: str) -> bool:
    """Tell whether the text takes back a figure that was sent before.

    Examples
    --------
    >>> withdraws("Rút số liệu"), withdraws("rút")
    (True, False)
    """
    return _WITHDRAWN.fullmatch(unicodedata.normalize("NFC", _tidy(text)).lower()) is not None


def typed_number(text: str, unit: Unit) -> Decimal:
    """Return the number a text stands for, in the indicator's unit (50.84 for 50,84 %).

    Raises
    ------
    NotRead
        no number, more than one reading, a sign for another unit, or out of range

    Examples
    --------
    >>> [str(typed_number(text, "percent")) for text in ("50,84%", "50.84", "５０，８４ ％")]
    ['50.84', '50.84', '50.84']
    >>> [str(typed_number(text, "count")) for text in ("1.234", "1 234", "05")]
    ['1234', '1234', '5']
    >>> typed_number("1.234", "percent")
    Traceback (most recent call last):
    dti.intake.typed_numbers.NotRead: two-readings
    """
    if _TURNING.search(text):
        raise NotRead("turned")
    body = _tidy(text)
    lower = body.lower()
    suffix = next((end for end in _SUFFIXES.get(unit, ()) if lower.endswith(end)), "")
    if _FRACTION.fullmatch(body):
        raise NotRead("fraction")
    if not suffix and "%" in body and unit != "percent":
        raise NotRead("percent-sign", unit=unit)
    body = body[: len(body) - len(suffix)].rstrip()
    negative = body.startswith(("-", "\N{MINUS SIGN}"))
    readings = _readings(body[1:].lstrip() if negative or body.startswith("+") else body, unit)
    if not readings:
        raise NotRead("no-number")
    if len(readings) > 1:
        low, high = sorted(readings)
        raise NotRead("two-readings", low=low, high=high)
    (value,) = readings
    return in_range(-value if negative else value, unit, marked=bool(suffix))


def in_range(value: Decimal, unit: Unit, *, marked: bool) -> Decimal:
    """Return the number unchanged if it can be a figure of this unit.

    Parameters
    ----------
    marked : a per cent sign (or a per cent cell) says that 0.5 means half a per cent, not a half

    Raises
    ------
    NotRead
        negative, too large, not whole for a count; or a share between 0 and 1 that nothing marks as per cent

    Examples
    --------
    >>> in_range(Decimal("0.5"), "percent", marked=False)
    Traceback (most recent call last):
    dti.intake.typed_numbers.NotRead: share-or-percent
    """
    if value < 0:
        raise NotRead("negative")
    if value > LARGEST[unit]:
        raise NotRead("over-100" if unit == "percent" else "too-large", most=LARGEST[unit])
    if unit in _WHOLE and value != value.to_integral_value():
        raise NotRead("not-whole")
    if unit == "percent" and not marked and 0 < value <= 1:
        raise NotRead("share-or-percent", low=value, high=value * 100)
    return abs(value)


def plain(value: Decimal) -> str:
    """Return a number as the tables keep it: decimal point, no exponent, no zeros to spare.

    Examples
    --------
    >>> plain(Decimal("50.840")), plain(Decimal("1E+3"))
    ('50.84', '1000')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _tidy(text: str) -> str:
    """Return the text with plain digits and signs, single blanks, nothing invisible; superscripts stay as they are."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text.translate(_FULL_WIDTH))).strip()


def _readings(body: str, unit: Unit) -> set[Decimal]:
    """Return the numbers that the ways of writing read in the text.

    For a count, what can only be a grouped whole number is not read as a fraction: ``1.234`` is 1234. A comma stays
    open, since a Vietnamese reader sees a fraction there.
    """
    found = set()
    for style in _STYLES:
        match = style.fullmatch(body)
        if match is None:
            continue
        whole, part = re.sub(r"[^0-9]", "", match["whole"]), match["part"]
        fraction_of_count = unit in _WHOLE and part is not None and "." in body and "," not in body
        if len(whole) + len(part or "") > 15 or (fraction_of_count and _grouped(body)):
            continue
        if match["whole"].startswith("0") and whole != match["whole"]:
            continue
        found.add(Decimal(f"{whole}.{part}" if part else whole))
    return found


def _grouped(body: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,2}(\.[0-9]{3})+", body) is not None
