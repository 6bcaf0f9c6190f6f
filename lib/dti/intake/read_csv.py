"""Read a CSV file that a stranger sent: its encoding, its separator, its cells."""

import codecs
import csv
import io
import re
import unicodedata

from dti.intake.cells import MAX_CELLS, MAX_COLUMNS, Grid, Unreadable, clean, text_cell

_SEPARATORS = ",;\t"


def csv_grid(content: bytes) -> Grid:
    r"""Return a CSV file as one sheet without a name.

    Raises
    ------
    Unreadable
        no encoding or separator is certain, rows of unequal width, too many cells, nothing at all

    Examples
    --------
    >>> csv_grid("mã;số\na;50,84%\n".encode()).text(2, 2)
    '50,84%'
    """
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise Unreadable("encoding")
    first, _, rest = text.partition("\n")
    announced = re.fullmatch(r"(?i)sep=([,;\t])\r?", first)
    skipped = 1 if announced else 0
    body = rest if announced else text
    separator = announced[1] if announced else _separator(body)
    grid = Grid("", separator=separator)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    width = None
    line = reader.line_num
    try:
        for values in reader:
            row, line = line + 1 + skipped, reader.line_num
            if not any(value.strip() for value in values):
                continue
            width = width or len(values)
            if len(values) != width:
                raise Unreadable("row-width", row=row, found=len(values), wanted=width)
            if len(values) > MAX_COLUMNS:
                raise Unreadable("too-many-cells", most=MAX_CELLS)
            for column, value in enumerate(values, start=1):
                cell = text_cell(value)
                if cell is not None:
                    grid.cells[row, column] = cell
            if len(grid.cells) > MAX_CELLS:
                raise Unreadable("too-many-cells", most=MAX_CELLS)
    except csv.Error as error:
        raise Unreadable("damaged", reason=clean(str(error))) from None
    if not grid.cells:
        raise Unreadable("empty")
    return grid


def _separator(text: str) -> str:
    """Return the separator of the header; the layout's column names hold none of them."""
    header = text.lstrip().partition("\n")[0]
    counts = {separator: header.count(separator) for separator in _SEPARATORS if separator in header}
    if len(counts) != 1:
        raise Unreadable("separator")
    return next(iter(counts))


def decode(content: bytes) -> str:
    r"""Return the text of a CSV file: UTF-8, UTF-16 or Windows-1258, accents composed.

    Raises
    ------
    Unreadable
        text in one of the fonts' encodings of before Unicode (TCVN3, VNI), or in none that is known

    Examples
    --------
    >>> decode("Tỉnh".encode("utf-16")), decode(b"Ti\xd2nh")
    ('Tỉnh', 'Tỉnh')
    """
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        if b"\0" in content[:200]:
            order = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
            return content.decode(order)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    old = old_font(content.decode("latin-1"))
    with_marks = content.decode("cp1258", errors="replace")
    if re.search("[\u0300\u0301\u0303\u0309\u0323]{2}", with_marks):  # also keeps composing from taking for ever
        raise Unreadable(old or "encoding")
    composed = unicodedata.normalize("NFC", with_marks)
    if all(sign in _VIETNAMESE for sign in composed if sign > "\x7f"):
        return composed
    raise Unreadable(old or "encoding")


def _vietnamese_signs() -> frozenset[str]:
    """Return the letters with every accent that Vietnamese writes, and the signs that its texts hold."""
    tones = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
    vowels = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones]
    return frozenset("".join(vowels) + "".join(vowels).upper() + "đĐ" + "\u00a0–—‘’“”…•°±×€₫")


_VIETNAMESE = _vietnamese_signs()
_TCVN3 = re.compile("[§®](?=[a-zA-Z])|[a-zA-Z][¨©ª«¬\u00ad®µ¶·¸¹]|[a-z][Æ-Þ]")
_VNI = re.compile("[aeouAEOU][ùøûõïëåäúü]|[aeAE][âáàãéèêÂÁÀÃÉÈÊ]|o[âÂäåïûøù]|[öÖ][ùøûõï]|ñ[aeouöô]|[bchklmnrtvx]æ")


#: UTF-8 read as Latin letters (Sá»Ÿ for Sở), or letters that a program gave up.
_GARBLED = re.compile("[áÃÄÆ][º»¡ƒ°\u0081-\u00bf‘’“”‚„†‡ˆ‰Š‹ŒŽ•–—˜™š›œžŸ]|\ufffd")
#: A question mark within a word (li?u), or after consonants alone (S?); an address on the web has them too.
_LOST = re.compile(r"(?<![\w/.=&?])(?:[^\W\d_]+\?(?=[^\W\d_])|[bcdđghklmnpqrstvx]+\?(?=\s|$))(?!\S*=)", re.IGNORECASE)


def old_font(text: str) -> str:
    """Return ``tcvn3`` or ``vni`` if the text was typed in a font of before Unicode, else an empty text.

    Examples
    --------
    >>> old_font("TØnh Lai Ch©u, chuyÓn ®æi sè"), old_font("chuyeån ñoåi soá"), old_font("chuyển đổi số")
    ('tcvn3', 'vni', '')
    """
    letters = {sign for sign in unicodedata.normalize("NFC", text) if sign > "\x7f"}
    if letters <= _VIETNAMESE or any("\u1ea0" <= sign <= "\u1ef9" or sign in "ăđơư" for sign in letters):
        return ""
    tcvn3, vni = len(_TCVN3.findall(text)), len(_VNI.findall(text))
    if max(tcvn3, vni) < 2:  # a single one may be a trade mark or a foreign name
        return ""
    return "tcvn3" if tcvn3 >= vni else "vni"


def spoiled(text: str) -> str:
    """Return how a text's letters are not what was typed: ``garbled``, or as `old_font` says; else an empty text.

    Examples
    --------
    >>> spoiled("S? Y t?"), spoiled("Sá»Ÿ Y táº¿"), spoiled("Đúng chưa? Xin ý kiến.")
    ('garbled', 'garbled', '')
    """
    return "garbled" if _GARBLED.search(text) or len(_LOST.findall(text)) > 1 else old_font(text)
