"""Every number of a text, with its place: what is written, before anything is said about what it means."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dti.reader import grammar
from dti.reader.lines import folded


@dataclass(frozen=True)
class Quantity:
    """A number as it stands in a text.

    ``aside`` is the reason why it is no figure; blank if it may be one. ``unit`` is percent, points, count, ratio,
    mbps or rank; ``unit_text`` what the text counts, as printed. ``total`` is the whole that a count is a part of.
    """

    start: int
    end: int
    text: str
    form: str
    value: Decimal | None = None
    high: Decimal | None = None
    total: Decimal | None = None
    comparator: str = "="
    unit: str = ""
    unit_text: str = ""
    aside: str = ""

    @property
    def share(self) -> Decimal | None:
        """The count's share of its total in per cent, rounded half up to two decimals."""
        if self.value is None or not self.total:
            return None
        return (100 * self.value / self.total).quantize(Decimal("0.01"), ROUND_HALF_UP)


def quantities(text: str) -> list[Quantity]:
    """Return every number of a text in order; none of them overlap, no digit is left over.

    Examples
    --------
    >>> [(q.text, str(q.value), q.comparator, q.unit) for q in quantities("tối thiểu 90% và 96/106 xã, 8.200 tài khoản")]
    [('90%', '90', '>=', 'percent'), ('96/106', '96', '=', 'count'), ('8.200', '8200', '=', 'count')]
    >>> [(q.text, q.aside) for q in quantities("Kế hoạch số 4900/KH-UBND ngày 30/12/2022")]
    [('4900/KH-UBND', 'document'), ('30/12/2022', 'date')]
    """
    low = folded(text)
    found: list[Quantity] = []
    free = low
    for reason, pattern in grammar.ASIDE_PATTERNS:
        for hit in pattern.finditer(free):
            if re.search(r"\d", hit.group()) or reason in ("money", "ordinal"):
                found.append(
                    Quantity(*hit.span(), text[slice(*hit.span())], "aside", _first(hit.group()), aside=reason)
                )
        free = pattern.sub(lambda hit: _blanked(hit.group()), free)
    for form, pattern in grammar.FIGURE_PATTERNS:
        for hit in pattern.finditer(free):
            quantity = _figure(form, hit, text, low)
            if quantity is not None:
                found.append(quantity)
        free = pattern.sub(lambda hit: "\x00" * len(hit.group()), free)
    for hit in grammar.WORD_NUMBER.finditer(free):
        value = Decimal(grammar.word_value(hit.group("word")))
        found.append(Quantity(*hit.span(), text[slice(*hit.span())], "word", value, aside="in-words"))
    free = grammar.WORD_NUMBER.sub(lambda hit: "\x00" * len(hit.group()), free)
    for hit in re.finditer(r"\d+(?:[.,]\d+)*", free):
        found.append(Quantity(*hit.span(), text[slice(*hit.span())], "bare", grammar.number_of(_plain(hit.group()))))
    return sorted(found, key=lambda quantity: quantity.start)


def _blanked(text: str) -> str:
    r"""Return text of the same length in which no rule finds a number."""
    return "\x00" * len(text)


def _first(text: str) -> Decimal | None:
    hit = re.search(r"\d+(?:[.,]\d+)*", text)
    return None if hit is None else grammar.number_of(_plain(hit.group()))


def _plain(text: str) -> str:
    """Return digits that `grammar.number_of` reads, whatever marks they carry."""
    return text if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?", text) else re.sub(r"[.,]", "", text)


def _figure(form: str, hit: re.Match, text: str, low: str) -> Quantity | None:
    parts = hit.groupdict()
    first = next(name for name in ("value", "half", "parts", "all") if parts.get(name) is not None)
    start, end = hit.start(first), hit.end()
    value, unit = _value_and_unit(form, parts)
    high = grammar.number_of(parts["high"], share="percent" in form) if parts.get("high") else None
    total = _worth(parts["total"]) if parts.get("total") else None
    if total == 10 and not parts["total"].isdigit():  # "chín trên mười" is a share
        value, total, unit, form = 10 * value, None, "percent", "percent"
    if form == "rank":  # 54/63 is a place, not a share of 63
        total = None
    if total is not None and (value > total or total == 0):
        total = None
        if form == "of-total" and "/" in hit.group():
            return Quantity(start, end, text[start:end], form, value, aside="not-a-share")
    before = low[max(0, hit.start() - 30) : start]
    comparator = "range" if high is not None else grammar.comparator_before(before)
    if not comparator or (comparator == ">=" and re.search(r"(?:^|\W)từ $", before)):
        after = grammar.AFTER_AT_LEAST.match(low[end:]) is not None and not re.match(r"[^.;]{0,40}?\d", low[end:])
        comparator = ">=" if comparator or after else "="
    if form == "rank" and (
        comparator == ">=" or re.match("nhóm|tốp|top", hit.group())
    ):  # "từ 45 trở lên": the 45th place or a better one
        comparator = "<="
    if comparator == ">=" and rises(before, low[end:]):
        comparator = "="  # "từ 62 % lên 78 %": where it came from
    if comparator == ">" and unit == "percent" and value >= 100:
        comparator = "="  # "trên" is "on" here: nothing is above 100 %
    printed = (parts.get("unit") or "") if form != "percent" else "%"
    if form == "count" and unit == "count":
        printed = _counted(text[end:])
    if form == "of-total" and total is not None:
        printed = (parts.get("unit") or "").strip() or _counted(re.sub(r"^\s*\([^()]*\)", "", text[end:]))
        if re.match(r"\s*" + re.escape(printed) + r"\b", low[end:]) is None and parts.get("unit"):
            printed = text[hit.start("unit") : hit.end("unit")].strip()
    return Quantity(start, end, text[start:end], form, value, high, total, comparator, unit, printed)


_ROSE = re.compile(
    r"(?: \(?(?:của |vào |trong |cuối |đầu )?năm \d{4}\)?)?,? ?(?:tăng |giảm )?(?:lên|xuống|còn|thành)(?: mức| khoảng| trên)? ?(?:\d|$)"
)


def rises(before: str, behind: str) -> bool:
    """Tell whether a figure is where a change came from: "tăng từ 62 % lên 78 %".

    Examples
    --------
    >>> rises("tăng từ ", " năm 2023 lên 78%"), rises("đạt từ ", " trở lên")
    (True, False)
    """
    return re.search(r"(?:^|\W)từ(?: mức)? ?$", before) is not None and _ROSE.match(behind) is not None


def _value_and_unit(form: str, parts: dict[str, str | None]) -> tuple[Decimal, str]:
    if parts.get("half"):
        return Decimal(50), "percent"
    if parts.get("all"):
        return Decimal(100), "percent"
    if parts.get("parts"):
        share = Decimal(100 * grammar.word_value(parts["parts"])) / grammar.word_value(parts["whole"])
        return share.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize(), "percent"
    share = form in ("percent", "percent-cell", "percent-range", "points", "per-one", "speed")
    value = _worth(parts["value"], share=share)
    if parts.get("scale"):
        value *= {"nghìn": 1_000, "ngàn": 1_000, "vạn": 10_000, "triệu": 1_000_000}[parts["scale"]]
    if form == "speed" and parts["unit"].startswith("g"):
        value *= 1_000
    units = {
        "percent": "percent",
        "percent-cell": "percent",
        "percent-range": "percent",
        "points": "points",
        "per-one": "ratio",
        "speed": "mbps",
    }
    unit = units.get(form, "rank" if form == "rank" else "count")
    if unit == "count" and value != value.to_integral_value():
        unit = "ratio"  # a count has no fraction, so it is an average
    return value, unit


def _worth(text: str, *, share: bool = False) -> Decimal:
    return grammar.number_of(text, share=share) if text[0].isdigit() else Decimal(grammar.word_value(text))


_STOP = re.compile(
    r"[.;:()\[\]“”\"]|,(?! (?:thành phố|phường|thị trấn|bài|khẩu hiệu|ban|ngành|hợp tác xã|đơn vị|công chức|viên chức|bản|tổ))"
    r"|\b(?:được|đã|có|là|đạt|để|của|tại|trên|qua|và|với|trong|theo|so|lên|từ|cho|sử dụng|thuộc|ở|do|bằng|về|đang|sẽ|chưa|không)\b"
    r"|\d"
)


def _counted(rest: str) -> str:
    """Return what is counted: the words up to the first that cannot belong to a unit.

    Examples
    --------
    >>> _counted(" ứng dụng có dữ liệu"), _counted(" sở, ban, ngành, UBND"), _counted(" cơ quan với khoảng")
    ('ứng dụng', 'sở, ban, ngành', 'cơ quan')
    """
    stop = _STOP.search(rest.lower())
    words = rest[: stop.start() if stop else None].strip(" ,").split(" ")
    return " ".join(words[:5])
