"""The font of all charts, Liberation Sans: the metrics of Arial, every Vietnamese letter, free to embed (OFL)."""

from functools import cache, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent
FAMILY = "Liberation Sans"
#: What a viewer that lacks it may take: fonts of the same widths first.
STACK = "Liberation Sans, Arial, Helvetica, sans-serif"
FILES = {"regular": "LiberationSans-Regular.ttf", "bold": "LiberationSans-Bold.ttf"}


@cache
def _widths(weight: str) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    font = TTFont(FOLDER / FILES[weight], lazy=True)
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


@lru_cache(maxsize=20_000)
def text_width(text: str, *, bold: bool = False) -> float:
    """Return the width of a line of text in ems, from the font itself: no chart has to be drawn to know it.

    Examples
    --------
    >>> round(text_width("Lai Châu"), 2), text_width("W", bold=True) > text_width("i")
    (4.0, True)
    """
    glyphs, widths, em = _widths("bold" if bold else "regular")
    return sum(widths[glyphs.get(ord(character), ".notdef")][0] for character in text) / em


def wrapped(text: str, width: float, *, bold: bool = False) -> str:
    r"""Return a text broken at blanks into lines none of which is wider than ``width`` ems, if its words allow.

    Examples
    --------
    >>> wrapped("Tỷ lệ hồ sơ xử lý trực tuyến", 8)
    'Tỷ lệ hồ sơ xử lý\ntrực tuyến'
    """
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", bold=bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def lacking(text: str) -> set[str]:
    """Return the characters of a text that the font has not.

    Examples
    --------
    >>> sorted(lacking("Đạt 50 % ≥ 😀"))
    ['😀']
    """
    return {character for character in text if ord(character) not in _widths("regular")[0] and character != "\n"}
