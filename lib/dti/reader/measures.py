"""What a figure measures, in words: a name to show, a name to propose, and whether two figures measure the same."""

import re
import unicodedata

import pandas as pd
from rapidfuzz import fuzz

from dti.reader.context import content
from dti.reader.levels import ONE_AGENCY
from dti.reader.lines import LEFT, folded
from dti.reader.matching import qualifiers, words
from dti.reader.reading import Reading

_CUT = re.compile(
    r"[;.()]|, (?:trong khi|vượt|tăng|giảm|đạt|chưa đạt|cao hơn|thấp hơn|trong đó|hướng tới|phục vụ)|\s(?:so với|đạt|vượt)\s|\s(?:nhưng|tuy nhiên)\s"
)
_ENDS = re.compile(
    r"[\s,:(“\"]*(?:(?:đã|mới|đều|được|phấn đấu|ước|duy trì|đảm bảo|bảo đảm|lần lượt|tối thiểu|ít nhất|không quá|không vượt quá|trên|dưới|khoảng|gần|hơn|từ|quá|chừng|quãng)\s+)*"
    r"(?:đạt|là|chiếm|còn|bằng|lên|có|tới|đến|đạt từ|giảm còn|tăng lên|từ|chỉ|mới)?[\s:]*"
    r"(?:tối thiểu|ít nhất|không quá|không vượt quá|trên|dưới|khoảng|gần|hơn|từ|quá|chừng|≥|≤|>|<)*\s*$"
)
_STARTS = re.compile(
    r"^[\s,;:+“\"-]*(?:(?:và|trong đó|đã|có|mới|riêng|toàn tỉnh|phấn đấu|đảm bảo|bảo đảm|duy trì|tối thiểu|ít nhất|các|số|trên|hiện nay|đến nay|năm \d{4},?|đến (?:hết )?năm \d{4},?)\s+)*"
)
_RESTART = re.compile(r"(?<!\w)(?:tỷ lệ|tỉ lệ|tỷ trọng|tỉ trọng|số lượng|tốc độ|tổng số)(?!\w)", re.IGNORECASE)


def measure(reading: Reading) -> str:
    """Return what a figure measures as a short phrase, in the letters of the document."""
    block, quantity = reading.block, reading.quantity
    if block.kind == "row":
        return _cell(reading)
    if reading.level == ONE_AGENCY and not reading.first:
        return _around(reading, "", skip=2)
    text = block.text
    place = text.find(reading.right_words, quantity.end) if reading.right_words else -1
    right = text[quantity.end : quantity.end + len(reading.right_words)] if place >= 0 or reading.right_words else ""
    left = text[quantity.start - len(reading.before) : quantity.start]
    if reading.first:
        phrase = _clean(_CUT.split(right)[0])
        if content(folded(phrase)) <= 2 or reading.tail:
            phrase = f"{phrase} {_clean(_CUT.split(reading.tail)[0])}".strip()
        return phrase if content(folded(phrase)) > 1 else _around(reading, phrase)
    hits = list(_RESTART.finditer(left))
    phrase = _clean(_ENDS.sub("", left[hits[-1].start() :] if hits else left))
    return phrase if content(folded(phrase)) > 2 else _around(reading, phrase)


def _around(reading: Reading, phrase: str, skip: int = 1) -> str:
    """Return a thin phrase with the words that stand around it: the series before, the sentence, the heading."""
    for text, weight in reading.subject[skip:]:
        wide = _clean(_ENDS.sub("", _CUT.split(text)[0]))
        if weight >= 0.8 and content(wide) > 2:
            return f"{wide} ({phrase})" if phrase and phrase not in wide else wide
    return phrase


def _cell(reading: Reading) -> str:
    cells = [cell for cell in reading.block.cells if cell != LEFT]
    name = next((cell for cell in cells if folded(cell) and folded(cell) in reading.own), "")
    lead = reading.block.lead.rstrip(":, ")
    lead = re.sub(r",? trong đó$", "", lead)
    return f"{lead} ({name.lstrip('- ')})" if lead else name or reading.own


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", _STARTS.sub("", text)).strip(' ,;:.-“”"')


def proposed_name(reading: Reading, text: str) -> str:
    """Return a name for an indicator that the tables lack: "Tỷ lệ …" for a share, "Số …" for a count.

    Parameters
    ----------
    text : what is measured; see `measure`
    """
    low = folded(text)
    if re.match(r"(?:tỷ lệ|tỉ lệ|tỷ trọng|tỉ trọng|số|tốc độ|mức|thứ hạng|chỉ số|bình quân)\b", low):
        return text[:1].upper() + text[1:]
    start = {"percent": "Tỷ lệ", "count": "Số", "rank": "Thứ hạng"}.get(reading.quantity.unit, "Mức")
    return f"{start} {text[:1].lower() + text[1:] if text[:2] != text[:2].upper() else text}"


def proposed_id(name: str, level: str) -> str:
    """Return an id made of a name's telling words, without accents.

    Examples
    --------
    >>> proposed_id("Tỷ lệ hộ gia đình có đường truyền Internet cáp quang", "toan-tinh")
    'ho-gia-dinh-duong-truyen-internet-cap'
    """
    telling = words(name)[:7]
    plain = unicodedata.normalize("NFD", "-".join(telling).replace("đ", "d"))
    slug = re.sub(r"[^a-z0-9-]", "", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return (slug or "chi-tieu-moi") + (f"-{level}" if level.startswith("cap-") else "")


def alike(one: str, other: str) -> bool:
    """Tell whether two phrases measure the same thing, word order and trimmings aside.

    Examples
    --------
    >>> alike("hộ gia đình có Internet cáp quang", "Tỷ lệ hộ gia đình có đường truyền Internet cáp quang")
    True
    >>> alike("doanh nghiệp sử dụng hóa đơn điện tử", "doanh nghiệp sử dụng hợp đồng điện tử")
    False
    """
    first, second = set(words(one)), set(words(other))
    common = len(first & second)
    if not common or (qualifiers(one) ^ qualifiers(other)) - {"dedicated"}:
        return False
    return common / len(first | second) >= 0.7 or (
        min(len(first), len(second)) >= 4 and common >= 0.95 * min(len(first), len(second))
    )


def pillar_of(titles: tuple[str, ...], text: str, pillars: pd.DataFrame) -> str:
    """Return the pillar that the headings above a figure name, else the one its own words are nearest to."""
    names = dict(zip(pillars["name_vi"].map(folded), pillars["pillar"], strict=True))
    for title in reversed(titles):
        for name, key in names.items():
            if name in folded(title):
                return key
    scores = {key: fuzz.token_set_ratio(" ".join(words(text)), " ".join(words(name))) for name, key in names.items()}
    hints = [(r"doanh nghiệp|thương mại|kinh tế|grdp", "kinh-te-so"), (r"dân số|người dân|hộ gia đình|tài khoản|y tế|sức khỏe", "xa-hoi-so"), (r"mã độc|an toàn|cấp độ", "an-toan-thong-tin"), (r"cán bộ|tập huấn|bồi dưỡng|tổ công nghệ", "nhan-luc-so"), (r"internet|mạng|máy tính|sóng", "ha-tang-so"), (r"dữ liệu|số hóa", "du-lieu-so"), (r"hồ sơ|dịch vụ công|thủ tục|văn bản|báo cáo", "chinh-quyen-so")]  # fmt: skip
    known = set(pillars["pillar"])
    return next(
        (key for pattern, key in hints if key in known and re.search(pattern, folded(text))),
        max(scores, key=scores.__getitem__),
    )


def direction_of(text: str) -> int:
    """Return −1 where lower is better by the words themselves, else +1.

    Examples
    --------
    >>> direction_of("Tỷ lệ máy tính nhiễm mã độc"), direction_of("Tỷ lệ hộ có Internet")
    (-1, 1)
    """
    return (
        -1
        if re.search(r"nhiễm|mã độc|chưa|quá hạn|trễ|sự cố|lõm sóng|nghèo|thứ hạng|vi phạm|tồn đọng", folded(text))
        else 1
    )
