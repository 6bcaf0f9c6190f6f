"""Numbers that somebody typed into a text, in digits or in words, where a cited figure should stand."""

import os
import re

from dti.words.texts import environment
from dti.words.vietnamese import Lang

#: Numbers that need no row of a table: years, days, numbers of documents and standards, places in a document.
ALLOWED = re.compile(
    r"\b20\d\d\b|\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d+/(?:\d{4}/)?[A-ZĐ][\w-]*|\d+-[A-Z]+/[A-Z]+"
    r"|\bTCVN \d+(?::\d+)?|\bIPv[46]\b|^\s*\d+\. |\b[IVX]+\.\d+"
    r"|(?:Phụ lục|Bảng|Hình|Phần|[Mm]ục|Điều|[Kk]hoản|[Đđ]iểm|Annex|Appendix|Table|Part|[Ss]ection|Article) \d+",
    re.M,
)
_VI = "một|hai|ba|bốn|lăm|năm|sáu|bảy|tám|chín|mười|chục|mươi"
_VI_THINGS = (
    "chỉ tiêu|nhiệm vụ|mục tiêu|cơ quan|đơn vị|sở|huyện|xã|tỉnh|bậc|điểm|phần trăm|lần|tháng|nội dung|giải pháp"
    "|kịch bản|nguồn|văn bản|tệp|báo cáo"
)
_EN = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    "|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|dozens?|twice|thrice"
)
#: Numbers in words. "Một số", "cả hai", "phần trăm" and "năm 2023" count nothing and stay.
SPELLED: dict[Lang, re.Pattern] = {
    "vi": re.compile(
        rf"\b(?:{_VI}) (?:mươi|trăm|nghìn|triệu|tỷ)\b|\bmười (?:{_VI})\b|\bmươi\b|\bgấp (?:đôi|{_VI})\b|\bmột nửa\b"
        rf"|(?<!cả )(?<!trong )(?<!cuối )(?<!đầu )(?<!mỗi )(?<!hằng )(?<!giữa )\b(?:{_VI}) (?:{_VI_THINGS})\b"
        rf"|\bmột phần (?:{_VI})\b",
        re.I,
    ),
    "en": re.compile(
        rf"\b(?:{_EN})\b|\bhalf of\b|\b(?:a|one) (?:third|quarter) of\b|\bone (?!of\b|another\b|or\b)", re.I
    ),
}


def numbers_typed(source: str, lang: Lang) -> list[tuple[int, str]]:
    r"""Return the numbers that stand in a text itself, in digits or in words, each with its line.

    Examples
    --------
    >>> numbers_typed("Năm 2023 có 34 chỉ tiêu\nvà {{ n | cite }} nhiệm vụ, ba mươi tư việc.", "vi")
    [(1, '34'), (2, 'ba mươi')]
    """
    found = []
    for line, kind, text in environment(os.devnull, lang).lex(source):
        if kind == "string":
            text = "" if text.endswith(('.j2"', ".j2'")) else text[1:-1]  # the name of another text
        elif kind != "data":
            continue
        blanked = ALLOWED.sub(lambda match: re.sub(r"\S", " ", match[0]), text)
        hits = [*re.finditer(r"\d[\d.,]*|[^\W\d_a-zA-Z]", blanked), *SPELLED[lang].finditer(blanked)]
        numbers = [hit for hit in hits if len(hit[0]) > 1 or hit[0].isnumeric()]
        found += [(line + text.count("\n", 0, hit.start()), hit[0].strip(" .,")) for hit in numbers]
    return sorted(found)
