"""What a spreadsheet shows of a number that it holds, as far as a number format can say so."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

MAX_FORMAT = 255

_TOKENS = re.compile(
    r"""(?P<quoted>"[^"]*"?) | (?P<escaped>\\.) | (?P<padding>[_*].) | (?P<bracket>\[[^\]]*\]?) | (?P<bare>.)""",
    re.VERBOSE | re.DOTALL,
)
#: Signs that stand for themselves without quotes.
_BARE_WORDS = " $-+()!^&'~{}<>=:\u00a0"
_CORE = re.compile(r"(?P<whole>[#0?,]*?)(?P<thousands>,*)(?:\.(?P<fraction>[#0?]*)(?P<more>,*))?")
#: Brackets that change nothing but colour, or name a language.
_PLAIN_BRACKET = re.compile(
    r"\[(\$-[0-9A-Fa-f,]+|Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color ?[0-9]+)\]", re.I
)


class ShownNumber(NamedTuple):
    """The number that a reader of the sheet sees, and whether a per cent sign of the format stands behind it."""

    number: Decimal
    percent: bool


def shown(number: Decimal, code: str) -> ShownNumber | None:
    """Return what a number format shows of a number; nothing where that is no plain number.

    Examples
    --------
    >>> shown(Decimal("0.50841"), "0.0%")
    ShownNumber(number=Decimal('50.8'), percent=True)
    >>> shown(Decimal(12000), "#,##0,").number, shown(Decimal(5), "-0").number
    (Decimal('12'), Decimal('-5'))
    >>> [shown(Decimal(5), code) for code in (";;;", r"0" + chr(92) + "0", "[h]", '0" nghìn"', "# ?/?")]
    [None, None, None, None, None]
    """
    if len(code) > MAX_FORMAT:
        return None
    section, signed = _section(number, code)
    core, words, plain = _parts(section)
    percents, core = core.count("%"), core.replace("%", "")
    if not plain or re.search(r"\w", words) or percents > 1:
        return None
    general = re.fullmatch("general|@", core, re.IGNORECASE)
    match = _CORE.fullmatch(core)
    if not general and (match is None or not re.search("[#0?]", core)):
        return None
    value = abs(number) * (100 if percents else 1)
    if match is not None and not general:
        value /= 1000 ** len(match["thousands"] + (match["more"] or ""))
        value = value.quantize(Decimal(1).scaleb(-len(match["fraction"] or "")), ROUND_HALF_UP)
    below = (number < 0 and signed) != ("-" in words or "(" in words)
    return ShownNumber(-value if below else value, bool(percents))


def _section(number: Decimal, code: str) -> tuple[str, bool]:
    """Return the part of a format for a number's sign, and whether a minus is put before a negative one."""
    sections, current = [], ""
    for token in _TOKENS.finditer(code):
        if token["bare"] == ";":
            sections.append(current)
            current = ""
        else:
            current += token[0]
    sections.append(current)
    if number < 0 and len(sections) > 1:
        return sections[1], False
    if number == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], True


def _parts(section: str) -> tuple[str, str, bool]:
    """Return the placeholders of a section, the words around them, and whether everything in it is understood."""
    core, words, plain = "", "", True
    for token in _TOKENS.finditer(section):
        text = token[0]
        if token["quoted"]:
            words += text.strip('"')
        elif token["escaped"]:
            words += text[1:]
        elif token["bracket"]:
            plain = plain and _PLAIN_BRACKET.fullmatch(text) is not None
        elif token["bare"] and text in _BARE_WORDS:
            words += text
        elif token["bare"]:
            core += text
    return core, words, plain
