"""The lines of a document as they are printed, before any meaning is read into them.

Word, PDF, web pages and plain text all become the same thing here: lines in reading order, a line of a table with its
cells. What a page repeats (its opening, its running heads, its width) is undone, and what is left out is kept aside.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace

_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_ALIKE = str.maketrans({"Ð": "Đ", "ð": "đ", "’": "'", "‘": "'", "−": "-"})

#: What stands in a table cell that is merged with the one above it.
DITTO = "〃"
#: … and in one that is merged with the one to its left.
LEFT = "←"

#: The tone on the second vowel and on the first are two spellings of one syllable.
_TONES = {
    new + end: old + end
    for news, olds, end in [
        ("oà oá oả oã oạ", "òa óa ỏa õa ọa", ""),
        ("oè oé oẻ oẽ oẹ", "òe óe ỏe õe ọe", ""),
        ("uỳ uý uỷ uỹ uỵ", "ùy úy ủy ũy ụy", ""),
    ]
    for new, old in zip(news.split(), olds.split(), strict=True)
}
_TONE = re.compile("(?<!q)(" + "|".join(_TONES) + r")(?!\w)")


@dataclass(frozen=True)
class Line:
    """One printed line: its text, or the cells of a line of a table; ``table`` counts tables from 1.

    ``note`` is the number of a footnote that the line is the text of.
    """

    text: str
    cells: tuple[str, ...] = ()
    table: int = 0
    note: str = ""


@dataclass(frozen=True)
class Lines:
    """The lines of a document, and those left out because the page only repeats them."""

    kept: tuple[Line, ...]
    left_out: tuple[str, ...] = ()


def tidy(text: str) -> str:
    r"""Return text in one spelling: accents joined, one kind of blank, one Đ, nothing invisible.

    Examples
    --------
    >>> tidy("e\u0302\u0301 \xa0 Ðạt")
    'ế Đạt'
    """
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_ALIKE)).strip()


def folded(text: str) -> str:
    """Return tidy text in small letters, tones where the older spelling puts them; no letter changes its place.

    Examples
    --------
    >>> folded("Hoà giải, Uỷ ban, quý")
    'hòa giải, ủy ban, quý'
    """
    low = text.lower()
    if len(low) != len(text):  # a letter whose small form is two signs would move all places behind it
        low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return _TONE.sub(lambda found: _TONES[found.group(1)], low)


def printed_lines(lines: list[Line]) -> Lines:
    """Return lines fit to be read: tidy, whole sentences on one line, an opening that the page repeats only once."""
    tidied = [replace(line, text=tidy(line.text), cells=tuple(map(tidy, line.cells))) for line in lines]
    kept = [line for line in tidied if line.text.strip("| ") or any(line.cells)]
    kept, heads = _without_running_heads(kept)
    kept = _unwrapped(kept)
    kept, opening = _without_repeated_opening(kept)
    return Lines(tuple(kept), tuple(heads + opening))


# --- what a page repeats ---------------------------------------------------------------------------------------------

_PAGE_NUMBER = re.compile(r"(?:trang\s*)?[-–]?\s*\d{1,3}\s*(?:/\s*\d{1,3})?\s*[-–]?", re.IGNORECASE)


def _without_running_heads(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """Drop page numbers, and short lines that come back again and again beside them."""
    alone = [line.text for line in lines if not line.cells]
    times = Counter(re.sub(r"\d+", "#", text) for text in alone)
    pages = sum(_PAGE_NUMBER.fullmatch(text) is not None for text in alone)

    def is_head(line: Line) -> bool:
        if line.cells or line.note:
            return False
        shape = re.sub(r"\d+", "#", line.text)
        numbered = _PAGE_NUMBER.fullmatch(line.text) is not None and pages > 1
        comes_back = times[shape] > 2 and len(line.text) < 90 and re.search(r"trang #|# ?/ ?#$", shape.lower())
        return numbered or bool(comes_back) or (pages > 2 and times[shape] >= pages - 1 and len(line.text) < 90)

    return [line for line in lines if not is_head(line)], [line.text for line in lines if is_head(line)]


def _without_repeated_opening(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """Drop the first copy of an opening that a saved web page prints twice.

    The copy is dropped only if every line of it stands again, in the same order, right after it.
    """
    texts = [line.text for line in lines]
    first: dict[str, int] = {}
    for end, text in enumerate(texts):
        start = first.setdefault(text, end)
        length = end - start
        if length >= 5 and len(text) > 1 and texts[start:end] == texts[end : end + length]:
            return lines[:start] + lines[end:], texts[start:end]
    return lines, []


# --- lines cut at the width of a page --------------------------------------------------------------------------------

#: What a line of its own begins with, whatever ends the line before it.
OWN_LINE = re.compile(
    r"(?:phần|chương|mục|phụ lục|bảng|biểu|điều)\s+(?:[ivxlc]+|\d+)\b|[IVX]{1,5}\.\s|\d{1,2}(?:\.\d{1,2})*[.)]\s|[a-zđ][.)]\s"
    r"|[-–•*+]\s|\||\[\d+\]|(?:căn cứ|nơi nhận|tm\.|kt\.)",
    re.IGNORECASE,
)


def _unwrapped(lines: list[Line]) -> list[Line]:
    """Join lines that were cut at a page's width; a document whose paragraphs are whole is left as it is."""
    texts = [line.text for line in lines if not line.cells]
    long = [text for text in texts if len(text) > 45]
    if not long or sum(len(text) > 140 for text in long) > len(long) / 6:
        return lines
    width = sorted(map(len, long))[int(len(long) * 0.9)]
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and not line.cells and not last.cells and _goes_on(last.text, line.text, width):
            glue = "" if last.text.endswith("-") and not last.text.endswith(" -") else " "
            joined[-1] = replace(last, text=last.text + glue + line.text)
        else:
            joined.append(line)
    return joined


def _goes_on(before: str, text: str, width: int) -> bool:
    if OWN_LINE.match(text) and not text[0].islower():
        return False
    if re.match(r"[a-zđ][.)]\s", text):
        return False
    last_line = before[-width:]
    if before.isupper() != text.isupper() and (before.isupper() or text.isupper()):
        return False
    ended = before.endswith((".", ";", ":", "./."))
    first_word = len(text.split(" ", 1)[0])
    # Letters are of unequal width in print: a line that fills five sixths of the page may have had no room for more.
    full = 0.6 if before.isupper() else 0.83  # capitals are wider still
    had_room = len(last_line) + 1 + first_word <= full * width and len(before) <= width
    return text[0].islower() or (not ended and not had_room)
