"""The grammar of figures in Vietnamese official prose: rules, each with an example that a test reads.

Two lists. `ASIDE` says which numbers are no figures (documents, dates, money, telephone numbers, …) and why; it is read
first, from top to bottom, and what a rule takes no later rule sees. `FIGURES` says how a figure is written. Patterns
meet folded text (`dti.reader.lines.folded`).
"""

import re
from decimal import Decimal
from typing import NamedTuple

#: 8.200, 8 200 (thousands), 50,84 or 50.84 (decimals), 09.
NUMBER = r"(?<![\w.,/])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?: \d{3})+(?!\d)(?=\s*[^\W\d])|\d+(?:[.,]\d+)?)(?![\d])"
_N = NUMBER.replace(r"(?<![\w.,/])", r"(?<![\w.,])")

_ONES = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
}  # fmt: skip
_WORD = "|".join(_ONES)
_UNIT_WORD = "một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|tám|chín"
#: eleven and more in words: "hai mươi sáu", "mười lăm", "một trăm linh sáu".
LONG_WORDS = (
    rf"(?<!\w)(?:(?:{_UNIT_WORD}) trăm(?: (?:linh|lẻ) (?:{_UNIT_WORD}))?(?: (?:{_UNIT_WORD}) mươi(?: (?:{_UNIT_WORD}))?| mười(?: (?:{_UNIT_WORD}))?)?"
    rf"|(?:{_UNIT_WORD}) mươi(?: (?:{_UNIT_WORD}))?|mười (?:{_UNIT_WORD}))(?!\w)"
)
_MONEY_WORD = r"(?:một|hai|ba|bốn|tư|năm|lăm|sáu|bảy|tám|chín|mười|mươi|linh|lẻ|trăm|nghìn|ngàn|triệu|tỷ|tỉ)"
_DOCUMENT = r"(?:nghị quyết|quyết định|kế hoạch|chỉ thị|nghị định|thông tư|công văn|đề án|chương trình|văn bản|thông báo|kết luận|tờ trình|báo cáo|luật|hướng dẫn|công điện)"


class Aside(NamedTuple):
    """A number that is no figure: code of the reason, pattern, example, what the pattern takes of it."""

    reason: str
    pattern: str
    example: str
    taken: str


ASIDE = [
    Aside("address", r"https?://\S+|www\.\S+|[\w.-]+@[\w.-]+\.\w+|\b[\w-]+(?:\.[\w-]+)*\.(?:gov|com|org|edu)?\.?vn\b", "tại http://a1.gov.vn/2", "http://a1.gov.vn/2"),
    Aside("address", r"số (?:nhà )?\d+[a-z]?,? (?:đường|phố|ngõ|đại lộ)|(?:đường|phố) \d{1,2}/\d{1,2}|tầng \d+", "số 16 đường Võ Nguyên Giáp", "số 16 đường"),
    Aside("note-mark", r"\[\d{1,3}\]", "(LGSP)[1]", "[1]"),
    Aside("document", r"(?<![\w%])\d+(?:/\d{4})?[/-](?=[^\W\d_])(?!\d*(?:người|cơ|đơn|xã|hộ|trường|máy))[a-zđ][\wđ]*(?:[-/] ?[a-zđ][\wđ]*)*", "số 28/2018/QĐ-TTg ngày", "28/2018/qđ-ttg"),
    Aside("document", rf"{_DOCUMENT}(?: số)?:? \d+(?![\d.,]*\s*(?:%|năm|tháng|phần|nhiệm|chỉ tiêu|/\s*\d))", "triển khai Đề án 06 trên địa bàn", "đề án 06"),
    Aside("standard", r"(?:tcvn|qcvn|iso|iec|tcn|itu)[ /a-z]*\d[\d:./-]*", "tiêu chuẩn TCVN 9250:2012", "tcvn 9250:2012"),
    Aside("telephone", r"(?<!\d)0\d{2,4}[. -]\d{3,4}[. -]\d{3,4}(?!\d)|(?<![\d.])1[89]00[. ]?\d{2,4}(?:[. ]\d{2,4})?(?![\d.])|(?:điện thoại|hotline|đường dây nóng|tổng đài|số máy)[:\s]+(?:số )?(?:\d[\d. ]{4,}\d|\d{3,}(?! ?%)(?![.,]\d))", "gọi 0213.3000.022 để", "0213.3000.022"),
    Aside("code", r"\(\s*0\d{2}(?:\s*[,;]\s*0\d{2})+\s*\)|mã(?: số)?:? \d+(?:[,;] ?\d+)*", "dịch vụ (033, 034, 037) qua", "(033, 034, 037)"),
    Aside("date", r"\d{1,2}/\d{1,2}/\d{4}", "ngày 30/11/2023", "30/11/2023"),
    Aside("date", r"(?:từ )?(?:ngày )?\d{1,2}(?: ?- ?| đến (?:ngày )?)\d{1,2}/\d{1,2}(?:/\d{4})?(?!\d)(?! ?%)", "từ 04 đến 10/10", "từ 04 đến 10/10"),
    Aside("date", r"(?:ngày|mùng) \d{1,2}(?:(?: tháng |/|-)\d{1,2}(?:(?: năm |/|-)\d{4})?)?(?! ?%)(?![\d])", "ngày 30 tháng 12 năm 2022", "ngày 30 tháng 12 năm 2022"),
    Aside("date", r"(?<=quốc gia )10/10|(?<=toàn dân )\d{1,2}/\d{1,2}|(?<=quốc tế )\d{1,2}/\d{1,2}", "Ngày Chuyển đổi số quốc gia 10/10", "10/10"),
    Aside("date", r"tháng \d{1,2}(?: ?/ ?\d{4}| năm \d{4})?", "hết tháng 11 năm 2023", "tháng 11 năm 2023"),
    Aside("date", r"(?<!\d)(?:0?[1-9]|1[0-2])/(?:19|20)\d{2}(?!\d)", "từ 11/2023", "11/2023"),
    Aside("date", r"quý (?:[1-4]|iv|i{1,3})\b(?:[/, ]+(?:năm )?\d{4})?", "trong quý 4 năm 2024", "quý 4 năm 2024"),
    Aside("year", r"(?:giai đoạn|thời kỳ|nhiệm kỳ|năm học)? ?(?<![\d.,])(?:19|20)\d{2} ?[-–] ?(?:19|20)?\d{2}(?![\d.,%])", "giai đoạn 2021-2025", "giai đoạn 2021-2025"),
    Aside("year", r"năm (?:19|20)\d{2}(?:(?:, | và |; )(?:năm )?(?:19|20)\d{2})*(?![\d.,]*\d)", "năm 2022, 2023", "năm 2022, 2023"),
    Aside("year", r"(?<![\d.,/])(?:19|20)\d{2}(?![\d/%])(?!\.\d)(?!,\d)(?! (?:hồ sơ|lượt|người|hộ|tài khoản|cơ quan|máy|văn bản|doanh nghiệp|sản phẩm|cán bộ))", "đầu tư từ 2014,", "2014"),
    Aside("money", rf"{_N} ?(?:(?:nghìn|ngàn|triệu|t[ỷỉ](?! (?:lệ|trọng|suất)))(?: (?:triệu|tỷ))? ?(?:đồng|vnđ|vnd|usd|đô la)?|đồng|vnđ|vnd|usd)(?![\w])(?! (?:lượt|người|hồ sơ|tài khoản|giao dịch))", "kinh phí 46.850 triệu đồng", "46.850 triệu đồng"),
    Aside("money", rf"{_MONEY_WORD}(?: {_MONEY_WORD})* (?:đồng)(?! bào| bộ| thời| ý)", "năm mươi tám tỷ bốn trăm triệu đồng", "năm mươi tám tỷ bốn trăm triệu đồng"),
    Aside("age", r"(?:từ )?(?:đủ )?\d{1,3}(?: ?- ?\d{1,3}| đến \d{1,3})? tuổi(?: trở lên)?", "người dân từ đủ 15 tuổi trở lên", "từ đủ 15 tuổi trở lên"),
    Aside("structure", r"\d+ (?:chương|điều|khoản|phụ lục)\b(?: và \d+ phụ lục)?", "gồm 5 chương, 14 điều", "5 chương"),
    Aside("structure", r"(?:điều|khoản|chương|mục|phần|bảng|phụ lục|phụ biểu|biểu|biểu số|mẫu|mẫu số|chú thích|trang|tiểu mục) \d+(?:\.\d+)*[a-zđ]?\b(?! ?%)", "theo Điều 12", "điều 12"),
    Aside("version", r"phiên bản:? \d+(?:\.\d+)*|\bver(?:sion)?\.? ?\d[\d.]*", "Kiến trúc, phiên bản 2.0", "phiên bản 2.0"),
    Aside("ordinal", r"\(\d{1,2}\)", "gồm: (1) hạ tầng", "(1)"),
    Aside("ordinal", r"(?<![\w.])\d{1,2}\)(?= )", "gồm: 1) hạ tầng", "1)"),
    Aside("ordinal", r"lần thứ (?:\d+|[ivxlc]+|" + _WORD + r")\b|lần \d+\b|cách mạng (?:công nghiệp )?(?:lần thứ )?\d\.0|(?<![\d.,])\d\.0\b(?! ?%)", "cách mạng công nghiệp 4.0", "cách mạng công nghiệp 4.0"),
    Aside("name", r"(?<![\d.,])[a-zđ]+\d+[a-z]*\b|(?<![\w.,])\d+[gk]\b|\bweb \d", "chuyển đổi IPv6 cho", "ipv6"),
    Aside("grade", r"(?:mức độ|mức|cấp độ|(?<!xếp )(?<!thứ )(?<!vị )hạng|loại|bậc|nhóm(?! \d+ (?:tỉnh|địa phương|thành phố))|level) \d+(?: ?(?:,|và|hoặc|-|/) ?(?:(?:mức độ|cấp độ|mức) )?\d+(?![\d.,]*\d? ?%))*(?![\d.,]*\d? ?%)(?! (?:xã|huyện|dịch|hồ|cơ))(?: trở lên)?", "trực tuyến mức độ 3, 4 của", "mức độ 3, 4"),
    Aside("model", r"mô hình [“\"']?\d+ [^\W\d]+[”\"']?|[“\"']\d+ (?:lớp|không|chủ động|nhất)[”\"']?", "mô hình “4 lớp” về", "mô hình “4 lớp”"),
    Aside("clock", rf"24/(?:24|7)\b(?: giờ)?|{_N}(?: ?- ?\d+)? ?(?:phút|giây|giờ|tiếng đồng hồ|ngày|tuần|tháng|quý|năm)\b(?! \d)", "định kỳ 06 tháng báo cáo", "06 tháng"),
    Aside("area", rf"{_N} ?(?:km2|km²|km|m2|m²|ha|hecta|héc-ta|mét|m)\b", "tuyến cáp 1.200 km", "1.200 km"),
    Aside("population", rf"(?:dân số|số dân)[^.;:%\d]{{0,30}}{_N} ?(?:nghìn |triệu )?người", "dân số 478.440 người", "dân số 478.440 người"),
    Aside("tiers", r"(?:0?[2-4]) cấp\b(?: chính quyền)?(?! độ)", "liên thông 03 cấp", "03 cấp"),
    Aside("nation", r"(?<![/\d])63(?:/63)? (?:tỉnh|địa phương)[^.;:\d]{0,30}", "trong 63 tỉnh, thành phố", "63 tỉnh, thành phố"),
    Aside("body-size", rf"{_N} (?:thành viên|đồng chí|ủy viên|phó trưởng ban|phó chủ tịch)\b", "gồm 27 thành viên", "27 thành viên"),
]  # fmt: skip


class FigureRule(NamedTuple):
    """A way to write a figure: name, pattern with named groups, example."""

    name: str
    pattern: str
    example: str


_PERCENT = r"(?:%|phần trăm(?! điểm))"
_TO = r"(?:đến|tới|-|–)"
FIGURES = [
    FigureRule("points", rf"(?P<value>{NUMBER}) ?(?:điểm phần trăm|điểm %|điểm ?phần ?trăm)", "tăng 9,16 điểm phần trăm"),
    FigureRule("percent-range", rf"(?:từ )?(?P<value>{NUMBER}) ?{_PERCENT}? ?{_TO} ?(?P<high>{_N}) ?{_PERCENT}", "đạt từ 70 % đến 75 %"),
    FigureRule("rank", rf"(?:thứ hạng|xếp hạng|xếp thứ|vị trí thứ|hạng thứ|đứng thứ|vị trí|thứ) (?:thứ )?(?:(?:từ|trong nhóm|trong tốp|trong top|tốp|top) )?(?P<value>{NUMBER})(?: ?/ ?(?P<total>\d+))?", "xếp thứ 54/63"),
    FigureRule("rank", r"(?:nhóm|tốp|top) (?P<value>\d{1,2})(?= (?:tỉnh|địa phương|thành phố))", "thuộc nhóm 40 tỉnh dẫn đầu"),
    FigureRule("per-one", rf"(?P<value>{NUMBER}) ?(?P<unit>người|biên chế|cán bộ|máy tính|máy|thiết bị) ?(?:/|trên) ?(?:0?1 )?(?P<each>cơ quan, đơn vị|cơ quan|đơn vị|người|cán bộ|xã|hộ|tổ|thôn)", "đạt 0.71 người/01 cơ quan, đơn vị"),
    FigureRule("of-total", rf"(?P<value>{NUMBER})(?: ?(?P<unit>[^\W\d]+))? ?/ ?(?P<total>\d[\d.]*)(?! ?%)(?= ?[^\W\d]|[,;.)\s]|$)", "đã có 96/106 xã, phường"),
    FigureRule("of-total", rf"(?P<value>{NUMBER}) (?P<unit>[^\d.;:%]{{0,40}}?)(?:(?<!của )(?<!với )(?<!cho )(?<!là )(?:trên|trong)|/)(?: tổng)?(?: số)? (?P<total>{_N})(?! ?%)(?= [^\W\d])", "có 96 xã trên tổng số 106 xã"),
    FigureRule("of-total", rf"(?P<value>{LONG_WORDS}|(?<!\w)(?:{_WORD})) (?P<unit>[^\d.;:%,]{{0,20}}?)trên(?: tổng)?(?: số)? (?P<total>{LONG_WORDS}|(?:{_WORD}))(?= [^\W\d])(?! (?:năm|tháng))", "hai mươi sáu trên tổng số ba mươi ba hệ thống"),
    FigureRule("percent", rf"(?P<value>{LONG_WORDS}|(?<!\w)(?:{_WORD})) phần trăm(?! điểm)", "năm mươi lăm phần trăm"),
    FigureRule("percent", rf"(?<=%/)(?P<value>\d+(?:[.,]\d+)?) ?{_PERCENT}", "đạt 42%/50%"),
    FigureRule("percent", rf"(?P<value>{NUMBER}) ?{_PERCENT}", "90% báo cáo định kỳ"),
    FigureRule("percent-cell", rf"(?<![\d.,])% (?:(?:≥|≤|>|<|không quá|tối thiểu|tối đa|trên|dưới|khoảng|từ) )?(?P<value>{NUMBER})(?: ?[-–] ?(?P<high>{_N}))?(?= [^\W\d]|$)", "1 Tỷ lệ hộ có Internet % 45 Sở Y tế"),
    FigureRule("speed", rf"(?P<value>{NUMBER.replace('(?![' + chr(92) + 'd])', '')}) ?(?P<unit>mbps|mbs|mb/s|gbps|gb/s)\b", "tốc độ 20Mbs"),
    FigureRule("range", rf"từ (?P<value>{NUMBER}) {_TO} (?P<high>{_N})(?= [^\W\d])", "từ 10 đến 15 dịch vụ"),
    FigureRule("range", r"(?<![\w.,/%])(?P<value>\d{1,3}) ?[-–] ?(?P<high>\d{1,3})(?= [^\W\d]{2})", "có 2 - 3 doanh nghiệp tiêu biểu"),
    FigureRule("large", rf"(?P<value>{NUMBER}) (?P<scale>nghìn|ngàn|vạn|triệu) (?=lượt|người|hồ sơ|tài khoản|giao dịch)", "120 nghìn lượt người"),
    FigureRule("count", rf"(?P<value>{NUMBER})(?= ?[^\W\d_])", "18 cơ sở dữ liệu"),
    FigureRule("count", rf"(?P<value>{LONG_WORDS})(?= [^\W\d_])(?! (?:triệu|tỷ|tỉ|nghìn|ngàn|đồng))", "hai mươi hai cơ sở dữ liệu"),
    FigureRule("half", r"(?P<half>(?:một )?(?<![\w])nửa)(?= (?:số|tổng|các|cơ|hộ|hồ|doanh|người|xã|hệ))", "một nửa số hệ thống"),
    FigureRule("parts", rf"(?P<parts>{_WORD}) phần (?P<whole>{_WORD}|tư)(?! trăm)\b", "hai phần ba số tổ"),
    FigureRule("count", rf"(?:(?<=ít nhất )|(?<=tối thiểu )|(?<=tối đa ))(?P<value>{_WORD})(?= [^\W\d_])", "ít nhất một chương trình"),
    FigureRule("all", r"(?P<all>toàn bộ|tất cả|trăm phần trăm)(?= \w)", "tới toàn bộ các cấp chính quyền"),
]  # fmt: skip

#: Numbers in words that count things; "một" alone is an article more often than a number.
WORD_NUMBER = re.compile(
    rf"(?<![\w-])(?!năm)(?P<word>{_WORD})(?= (?!(?:số|cách|mặt|trong|phần|loạt|vài|phía|bên|chút|đồng|bước|lần nữa)\b)\w)"
)

#: What a comparator is written as; the words stand right before the figure, or right behind it.
BEFORE = [
    (">=", r"(?:tối thiểu|ít nhất|không dưới|không thấp hơn|không ít hơn|từ|≥|>=)(?: (?:đạt|là|có))?(?: từ)?", "tối thiểu 50%"),
    ("<=", r"(?:không quá|tối đa|không vượt quá|không lớn hơn|nhiều nhất|không cao hơn|≤|<=)", "không quá 3%"),
    ("<", r"(?:dưới|thấp hơn|ít hơn|chưa đến|chưa tới|<)", "dưới 5%"),
    (">", r"(?:trên|hơn|vượt mức|vượt|cao hơn|quá|>)", "trên 95%"),
    ("~", r"(?:khoảng|gần|xấp xỉ|ước khoảng|ước đạt|ước|chừng|quãng|ngót|cỡ|~|≈)", "gần 8.600 tài khoản"),
]  # fmt: skip
AFTER_AT_LEAST = re.compile(r"[^.;\d]{0,40}?\btrở lên\b")

ASIDE_PATTERNS = [(rule.reason, re.compile(rule.pattern)) for rule in ASIDE]
FIGURE_PATTERNS = [(rule.name, re.compile(rule.pattern)) for rule in FIGURES]
_BEFORE_PATTERNS = [(sign, re.compile(rf"(?:^|(?<=[\s(,;:“\"]))(?:{words}) ?$")) for sign, words, _ in BEFORE]


def comparator_before(text: str) -> str:
    """Return the comparator that the words at the end of a text stand for, blank if none.

    Examples
    --------
    >>> [comparator_before(text) for text in ("đạt tối thiểu ", "không quá ", "giảm còn dưới ", "đạt ")]
    ['>=', '<=', '<', '']
    """
    return next((sign for sign, pattern in _BEFORE_PATTERNS if pattern.search(text)), "")


def number_of(text: str, *, share: bool = False) -> Decimal:
    """Return the number that is written: 8.200 is eight thousand, 50.84 and 50,84 are fifty and a bit.

    Examples
    --------
    >>> [str(number_of(text)) for text in ("8.200", "50,84", "0.71", "09", "1 250")]
    ['8200', '50.84', '0.71', '9', '1250']
    >>> str(number_of("12.500", share=True))
    '12.500'
    """
    body = text.replace(" ", "")
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", body) is not None
    if grouped and not share:
        body = body.replace(".", "")
    return Decimal(body.replace(",", "."))


def word_value(word: str) -> int:
    """Return what a number in words is worth.

    Examples
    --------
    >>> [word_value(text) for text in ("ba", "mười lăm", "hai mươi sáu", "một trăm linh sáu", "năm mươi mốt")]
    [3, 15, 26, 106, 51]
    """
    ones = {**_ONES, "mốt": 1, "tư": 4, "lăm": 5, "linh": 0, "lẻ": 0}
    total = last = 0
    for part in word.split():
        if part == "trăm":
            total, last = total + last * 100, 0
        elif part == "mươi":
            total, last = total + last * 10, 0
        else:
            total, last = total + last, ones[part]
    return total + last
