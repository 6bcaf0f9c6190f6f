"""What a number of a plan is: result, target or norm, of which year, at which level, of whom; or why it is none.

Rules look at the words beside the number, then at the headings above it. Nothing here knows an indicator.
"""

import re
from dataclasses import dataclass, replace

from dti.reader.agencies import Register, spelled_out
from dti.reader.context import Context, pieces, sentence_of
from dti.reader.lines import folded
from dti.reader.outline import Block
from dti.reader.quantities import Quantity, quantities

LEVELS = ("toan-tinh", "cap-tinh", "cap-huyen", "cap-xa")
ONE_AGENCY = "one-agency"


@dataclass(frozen=True)
class Reading:
    """A number of the plan with what it means; ``kind`` none has a reason, another kind has none.

    ``level`` is blank where the words name none; ``subject`` are the texts that say what is measured, nearest first,
    each with its weight; ``component`` says that it is a part of the figure before it.
    """

    block: Block
    quantity: Quantity
    kind: str
    reason: str = ""
    year: int | None = None
    level: str = ""
    agency_id: str = "tinh"
    wording: str = "reached"
    implied: bool = False
    component: bool = False
    subject: tuple[tuple[str, float], ...] = ()
    own: str = ""
    phrase: str = ""
    before: str = ""
    sentence: str = ""
    lead_agency: str = ""
    support_agency: str = ""


# --- what the headings say -------------------------------------------------------------------------------------------

_RESULT = re.compile(r"kết quả|tình hình thực hiện|đánh giá (?:kết quả|tình hình|việc|chung)|tồn tại|hạn chế|hiện trạng|thực trạng|đã đạt được")
_TARGET = re.compile(r"mục tiêu|chỉ tiêu|nhiệm vụ|giải pháp|nội dung kế hoạch|tổ chức thực hiện|phương hướng|lộ trình|kế hoạch")
_BASIS = re.compile(r"căn cứ|cơ sở pháp lý")
_MONEY = re.compile(r"^(?:\S+\s)?kinh phí")


@dataclass(frozen=True)
class Section:
    """What the headings above a block promise: kind of its figures, and a year where one is named."""

    kind: str
    year: int | None


def section_of(block: Block) -> Section:
    """Return what the headings and the lead sentence above a block say of its figures, the nearest first."""
    kind, year = "", None
    for title in (block.lead, *reversed(block.titles)):
        low = folded(title)
        years = [int(found) for found in re.findall(r"năm ((?:19|20)\d\d)", low)]
        if year is None and years and (title == block.lead or re.search(r"(?:đến|hết|năm) (?:năm )?(?:19|20)\d\d", low)):
            year = years[-1] if not kind else year
        if not kind:
            kind = (
                "basis" if _BASIS.search(low) and title != block.lead
                else "result" if _RESULT.search(low)
                else "target" if _TARGET.search(low)
                else ""
            )
    return Section(kind, year)


# --- words beside a number -------------------------------------------------------------------------------------------

_NATION = re.compile(r"cả nước|toàn quốc|bình quân chung quốc gia|trung bình quốc gia|của quốc gia\b|trên thế giới")
_DIFFERENCE = re.compile(
    r"(?:tăng|giảm|vượt|thêm|cao hơn|thấp hơn|nhiều hơn|ít hơn|hụt|thiếu|kém)(?: (?:thêm|khoảng|gần|trên|hơn|được|bình quân|so với [^,;\d]{0,30}))? ?$"
)
_TARGET_BEFORE = re.compile(
    r"(?:mục tiêu|kế hoạch|chỉ tiêu|kh|chỉ tiêu kế hoạch)(?: (?:năm )?(?:\d{4}))?(?: của tỉnh)?(?: (?:giao|đề ra|đặt ra|được giao|là|đạt|lần lượt|năm \d{4}|phấn đấu))*\s*[:,]?\s*"
    r"(?:là|đạt|từ|tối thiểu|ít nhất|trên|không quá|dưới|khoảng|tối đa|≥|≤|>|<)?(?: từ)? ?$"
)
_TARGET_AFTER = re.compile(r"^[^,;.\d]{0,12}(?:của|theo|trong) (?:kế hoạch|mục tiêu|chỉ tiêu)")
_AIM = re.compile(r"phấn đấu|mục tiêu|hướng tới|hướng đến|dự kiến|đặt ra|kế hoạch|chỉ tiêu giao|sẽ (?:đạt|có)|tầm nhìn|định hướng")
_DONE = re.compile(r"(?:kết quả|thực hiện|đã đạt|đạt được|hiện (?:nay|đạt|có|tại)|đến nay|ước (?:đạt|thực hiện|cả năm)?|lũy kế|tính đến)")
_EXPECTED = re.compile(r"dự kiến(?![^,;.]*như dự kiến)")
_AS_TARGET = re.compile(r"(?:^|[\s,;])(?:đảm bảo|bảo đảm|tối thiểu|phấn đấu|duy trì)[^,;.\d]{0,20}$")
_NORM = re.compile(r"(?:chỉ thị|nghị định|quyết định|thông tư|luật|nghị quyết|công điện)\b.*(?:quy định|yêu cầu|nêu rõ|giao|đặt mục tiêu)")
_GUIDED = re.compile(r"(?:tối thiểu|ít nhất|không quá|tối đa|lên|đạt|phấn đấu|từ|còn|hoàn thành|có|đảm bảo|bảo đảm|≥|≤|mục tiêu)[\s:]*$")
_NEGATED = re.compile(r"chưa (?:được|có|đảm bảo|bảo đảm|đạt)[^,;.\d]{0,40}$")
_WITHOUT_MEASURE = re.compile(r"(?:ảnh hưởng|đối với|cho|của|hoạt động|trên|tại|từ|và|các|nguyên tắc|theo)[^,;.]{0,20}$")


class Reader:
    """Reads the numbers of a plan's blocks.

    Parameters
    ----------
    year : the year that the plan sets targets for; it reports the results of the year before
    register : agencies, to tell a single agency's figure from the province's
    """

    def __init__(self, year: int, register: Register) -> None:
        self.year = year
        self.register = register

    def readings(self, block: Block) -> list[Reading]:
        """Return every number of a paragraph with its meaning, in order."""
        found = quantities(block.text)
        section = section_of(block)
        low = folded(block.text)
        parts = pieces(block.text)
        result: list[Reading] = []
        for place, quantity in enumerate(found):
            if quantity.aside:
                result.append(Reading(block, quantity, "none", quantity.aside))
                continue
            context = Context(block, low, parts, found, place)
            result += self._read(context, section, result)
        return _split_in_turn(result)

    def _read(self, at: Context, section: Section, before: list[Reading]) -> list[Reading]:
        quantity = at.quantity
        reason = self._aside(at, section)
        base = Reading(at.block, quantity, "none", reason, sentence=sentence_of(at.block.text, quantity.start))
        if reason:
            made = [base]
            return made + self._implied_target(at, before) if reason == "difference" else made
        year, kind, how = self._year_and_kind(at, section)
        level, agency = self._level(at)
        subject = at.subject()
        levels = level or ("",)
        wording = "as_target" if kind == "actual" and _AS_TARGET.search(at.left) else "reached"
        component = bool(re.search(r"trong đó", at.left) or (at.inside and re.search(r"trong đó", at.piece_text)))
        reading = replace(
            base, kind=kind, reason=how, year=year, agency_id=agency or "tinh", wording=wording,
            implied=how == "expected", component=component, subject=subject, own=at.right if at.first else at.left, before=at.left, phrase=at.phrase(),
        )
        return [replace(reading, level=ONE_AGENCY if agency else each, reason="") for each in levels]

    # why a number is no figure

    def _aside(self, at: Context, section: Section) -> str:
        quantity = at.quantity
        if quantity.unit == "points" or (_DIFFERENCE.search(at.left) and not at.left.rstrip().endswith(("lên", "còn", "xuống"))):
            return "difference"
        if section.kind == "basis":
            return "legal-basis"
        if at.block.kind == "note" and quantity.unit == "count" and quantity.total is None:
            return "note"
        if _NATION.search(at.left) or _NATION.search(at.right[:30].split(",")[0]):
            return "nation"
        if quantity.form == "bare":
            return "no-unit"
        if quantity.form == "all" and not self._measures_all(at):
            return "no-measure"
        if quantity.unit == "ratio" and _NEGATED.search(at.left):
            return "not-reached-norm"
        if quantity.unit == "count" and quantity.total is None and section.kind != "result" and not self._is_aimed(at):
            return "scope-of-task"
        return ""

    @staticmethod
    def _measures_all(at: Context) -> bool:
        """Tell whether "toàn bộ", "tất cả" stands where a share would: what it governs is or gets something."""
        if _WITHOUT_MEASURE.search(at.left) and not re.search(r"(?:tới|đến|đạt|cho|đảm bảo|bảo đảm) $", at.left):
            return False
        reaches = re.search(r"(?:tới|đến|đạt|đảm bảo|bảo đảm) $", at.left) is not None
        return reaches or (not at.left.strip(" -+") and re.search(r"\b(?:được|đã|có|sử dụng|kết nối|thực hiện|công khai)\b", at.right) is not None)

    @staticmethod
    def _is_aimed(at: Context) -> bool:
        if at.quantity.comparator != "=" or _GUIDED.search(at.left):
            return True
        return re.search(r"mục tiêu|phấn đấu|chỉ tiêu|nâng tổng số|số lượng|đạt", at.left) is not None

    # year and kind

    def _year_and_kind(self, at: Context, section: Section) -> tuple[int, str, str]:
        results = self.year - 1
        named = at.year()
        target_words = bool(_TARGET_BEFORE.search(at.left) or _TARGET_AFTER.search(at.right) or at.target_bracket())
        in_results = section.kind == "result"
        if in_results and _NORM.search(at.sentence_left) and not re.search(r"năm \d{4} tỷ lệ|tỷ lệ này|của tỉnh", at.left):
            return self.year, "norm", ""
        if named is not None:
            if named >= self.year:
                return named, "target", "expected" if in_results else ""
            return named, "target" if target_words else "actual", ""
        if section.year is not None and section.year > self.year:
            return section.year, "target", ""
        if in_results:
            if target_words:
                return results, "target", ""
            if _EXPECTED.search(at.left):
                return self.year, "target", "expected"
            return results, "actual", ""
        if section.kind == "target":
            done = _DONE.search(at.left) and not _AIM.search(at.left)
            return (results, "actual", "") if done else (self.year, "target", "")
        aim = target_words or _AIM.search(at.left) or at.quantity.comparator in (">=", "<=", "range")
        return (self.year, "target", "") if aim else (results, "actual", "")

    # level and agency

    def _level(self, at: Context) -> tuple[tuple[str, ...], str]:
        agency = self._one_agency(at)
        if agency:
            return (), agency
        right = at.right
        behind = re.match(r"\s*\(?(?:(?:ở|đối với|tại|cho|của|với|trong|là) )?cấp \w+[^;\d]*", right)
        for text in ([right] if at.first else [behind.group() if behind else "", at.left]):
            explicit = explicit_levels(text)
            if explicit:
                return explicit, ""
        if at.quantity.unit in ("mbps", "ratio", "rank"):
            return (), ""
        if at.quantity.unit == "count":
            bodies = body_level(at.quantity.unit_text) and body_level(re.split(_VERBS, right)[0])
        elif at.first:
            bodies = body_level(right)
        else:
            bodies = body_level(at.measure_left())
        if bodies:
            return (bodies,), ""
        explicit = explicit_levels(at.left_in_piece)
        if explicit and at.first and len(explicit) == 1 and re.search(r"(?:^|\W)(?:ở|tại|đối với|riêng)? ?cấp \w+,? ?(?:mới|đã|có|cũng|chỉ|là|:|,|$)", at.left_in_piece):
            return explicit, ""
        if at.thin and at.heading:
            return explicit_levels(at.heading), ""
        return (), ""

    def _one_agency(self, at: Context) -> str:
        """Return the single agency that a number is said of: named right before it, nothing but a verb between."""
        text = at.block.text[at.left_start : at.quantity.start]
        low = spelled_out(text)
        named = [name for name in self.register.found(text) if name.basis == "named"]
        if not named:
            return ""
        last = named[-1]
        kind = self.register.kinds.get(last.agency_ids[0], "")
        between = low[last.end :]
        if kind not in ("so", "huyen", "thanh-pho", "van-phong", "co-quan-ngang-so", "ban"):
            return ""
        if re.fullmatch(r"[\s:(]*(?:(?:đã|mới|chỉ|cũng|phấn đấu|đạt|là|có|ước|còn|chiếm|tối thiểu|trên|gần|khoảng)\s*)*[:(]?\s*", between):
            return last.agency_ids[0]
        return ""

    # a target that a difference implies

    def _implied_target(self, at: Context, before: list[Reading]) -> list[Reading]:
        """Return the target that "vượt 2,3 % so với kế hoạch" implies for the result right before it."""
        over = re.search(r"(vượt|cao hơn|tăng|thấp hơn|hụt|thiếu|giảm|kém)[^;.\d]*$", at.left)
        against = re.match(r"[^;.]{0,25}(?:so với|so|của)? ?(?:kế hoạch|mục tiêu|chỉ tiêu)", at.right)
        made = [reading for reading in before if reading.kind == "actual" and reading.quantity.unit == "percent"]
        if not over or not against or not made or at.quantity.unit not in ("percent", "points"):
            return []
        last = made[-1]
        sign = 1 if over.group(1) in ("vượt", "cao hơn", "tăng") else -1
        value = last.quantity.value - sign * at.quantity.value
        start = min(last.quantity.start, at.quantity.start)
        quantity = replace(
            last.quantity, start=start, end=at.quantity.end, text=at.block.text[start : at.quantity.end], value=value, comparator="=",
        )
        return [replace(last, quantity=quantity, kind="target", implied=True)]


_VERBS = re.compile(r"(?<!\w)(?:được|đã|có|sử dụng|kết nối|thực hiện|tại|của|họp)(?!\w)")
_EXPLICIT = re.compile(
    r"(?:cấp|(?:tại|ở) (?:cấp )?)\s?(?P<first>tỉnh|huyện|xã)(?P<more>(?:(?:,| và|, và| hoặc|;)? ?(?:cấp )?(?:tỉnh|huyện|xã)(?!\w))*)(?!\w)"
)
_TIER = {"tỉnh": "cap-tinh", "huyện": "cap-huyen", "xã": "cap-xa"}


def explicit_levels(text: str) -> tuple[str, ...]:
    """Return the levels that a text names first, several if one verb serves them all.

    Examples
    --------
    >>> explicit_levels("cán bộ, công chức cấp tỉnh, huyện và 90%"), explicit_levels("hồ sơ công việc tại tỉnh")
    (('cap-tinh', 'cap-huyen'), ('cap-tinh',))
    """
    hit = _EXPLICIT.search(folded(text))
    if hit is None or re.search(r"(?:dữ liệu|nền tảng|nguồn|trung tâm|chuyên trang|đề án|chương trình) $", folded(text)[: hit.start()]):
        return ()
    words = [hit.group("first"), *re.findall(r"tỉnh|huyện|xã", hit.group("more"))]
    return tuple(dict.fromkeys(_TIER[word] for word in words))


_BODIES = [
    ("cap-xa", r"xã, phường(?:, thị trấn)?|(?:ubnd|ủy ban nhân dân) (?:các )?xã|(?<!\w)(?<!tác )xã(?! hội)(?!\w)|trạm y tế"),
    ("cap-huyen", r"(?:ubnd|ủy ban nhân dân) (?:các )?huyện(?:, thành phố)?|huyện, thành phố"),
    ("cap-tinh", r"sở, (?:ban, )?ngành(?: cấp)?(?: tỉnh)?|(?:ubnd|ủy ban nhân dân) tỉnh"),
]


def body_level(text: str) -> str:
    """Return the level of the bodies that a text counts; several together are the whole province.

    Examples
    --------
    >>> body_level("UBND huyện, thành phố"), body_level("các Sở, ban, ngành, UBND các huyện, thành phố")
    ('cap-huyen', 'toan-tinh')
    >>> body_level("liên thông từ UBND huyện đến UBND xã, phường, thị trấn")
    'cap-xa'
    """
    low = re.sub(r"từ (?:ubnd|ủy ban nhân dân) \w+ đến", "", folded(text))
    found = [level for level, pattern in _BODIES if re.search(pattern, low)]
    return found[0] if len(found) == 1 else "toan-tinh" if found else ""


_LEVEL_ORDER = re.compile(r"lần lượt")


def _split_in_turn(readings: list[Reading]) -> list[Reading]:
    """Give the figures of a "lần lượt là 55%, 40% và 20%" the levels and subjects of the series before them."""
    result = list(readings)
    for place, reading in enumerate(result):
        if reading.kind == "none" or not _LEVEL_ORDER.search(folded(reading.before)):
            continue
        series = [place]
        while series[-1] + 1 < len(result) and result[series[-1] + 1].before.strip() in (",", "và", ", và"):
            series.append(series[-1] + 1)
        earlier = [r for r in result[:place] if r.kind != "none"][-len(series) :]
        if len(earlier) == len(series):
            for spot, model in zip(series, earlier, strict=True):
                result[spot] = replace(
                    result[spot], level=model.level, subject=model.subject, own=model.own, kind=result[place].kind, year=result[place].year,
                )
    return result
