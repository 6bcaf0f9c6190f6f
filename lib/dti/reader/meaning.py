"""What a number of a plan is: result, target or norm, of which year, at which level, of whom; or why it is none.

Rules look at the words beside the number, then at the headings above it. Nothing here knows an indicator.
"""

import re
from dataclasses import replace

from dti.reader.agencies import Register, spelled_out
from dti.reader.context import Context, pieces, sentence_of
from dti.reader.levels import BODIES, BODY_FIRST, ONE_AGENCY, TIER, VERBS, body_level, explicit_levels
from dti.reader.lines import folded
from dti.reader.outline import Block
from dti.reader.quantities import quantities, rises
from dti.reader.reading import Reading
from dti.reader.sections import Section, section_of
from dti.reader.series import level_of_the_count, split_in_turn

# --- words beside a number -------------------------------------------------------------------------------------------

_NATION = re.compile(r"cả nước|toàn quốc|bình quân chung quốc gia|trung bình quốc gia|của quốc gia\b|trên thế giới")
_DIFFERENCE = re.compile(
    r"(?<!không )(?<!không được )(?:tăng|giảm|vượt|(?<!phát triển )(?<!xây dựng )(?<!thành lập )(?<!có )(?<!lắp đặt )(?<!đào tạo )thêm|cao hơn|thấp hơn|nhiều hơn|ít hơn|hụt|thiếu|kém)(?: (?:thêm|khoảng|gần|trên|hơn|được|bình quân|so với [^,;\d]{0,30}))? ?$"
)
_TARGET_BEFORE = re.compile(
    r"(?:mục tiêu|kế hoạch|chỉ tiêu|kh|chỉ tiêu kế hoạch)(?: (?:năm )?(?:\d{4}))?(?: của tỉnh)?(?: (?:giao|đề ra|đặt ra|được giao|là|đạt|lần lượt|năm \d{4}|phấn đấu))*\s*[:,]?\s*"
    r"(?:là|đạt|từ|tối thiểu|ít nhất|trên|không quá|dưới|khoảng|tối đa|≥|≤|>|<)?(?: từ)? ?$"
)
_TARGET_AFTER = re.compile(r"^[^,;.\d]{0,12}(?:của|theo|trong) (?:kế hoạch|mục tiêu|chỉ tiêu)")
_AIM = re.compile(
    r"phấn đấu|mục tiêu|hướng tới|hướng đến|dự kiến|đặt ra|kế hoạch|chỉ tiêu giao|sẽ (?:đạt|có)|tầm nhìn|định hướng"
)
_DONE = re.compile(
    r"(?:kết quả(?: thực hiện| đạt| năm| đến|:)|thực hiện (?:đạt|được|năm)|đã đạt|đạt được|hiện (?:nay|đạt|có|tại)|đến nay|ước (?:đạt|thực hiện|cả năm)|tính đến)"
)
_EXPECTED = re.compile(r"dự kiến(?![^,;.]*như dự kiến)")
_AS_TARGET = re.compile(r"(?:^|[\s,;])(?:đảm bảo|bảo đảm|tối thiểu|phấn đấu|duy trì)[^,;.\d]{0,20}$")
_NORM = re.compile(
    r"(?:chỉ thị|nghị định|quyết định|thông tư|luật|nghị quyết|công điện)\b.*(?:quy định|yêu cầu|nêu rõ|giao|đặt mục tiêu)"
)
_GUIDED = re.compile(
    r"(?:tối thiểu|ít nhất|không quá|tối đa|lên|đạt|phấn đấu|từ|còn|hoàn thành|có|đảm bảo|bảo đảm|≥|≤|mục tiêu)[\s:]*$"
)
#: "đạt 112 % kế hoạch" says how much of the plan was done, not what was measured.
_OF_PLAN = re.compile(
    r"\s*(?:so với )?(?:chỉ tiêu|mục tiêu|kế hoạch)(?: (?:kế hoạch|năm(?: \d{4})?|giao|được giao|đề ra|đặt ra|cả năm))*\s*(?:[,;.)]|$|và)"
)
#: "Phát triển thêm 200 doanh nghiệp": under aims, what is to be there in the end.
_MADE = re.compile(
    r"[\s+-]*(?:(?:phấn đấu|hoàn thành|tiếp tục|hằng năm|hàng năm|trong năm)\s*,?\s*)*(?:phát triển|đào tạo|thành lập|thu hút|hình thành|bồi dưỡng|hỗ trợ|xây dựng|tổ chức|cấp|lắp đặt|công bố|mở|duy trì|đưa|có|ươm tạo)(?!\w)[^;.\d]{0,40}$"
)
#: "Số dịch vụ dữ liệu chia sẻ: 30 dịch vụ": a label and its value.
_LABEL = re.compile(r"(?:^|[\s;])(?:số|tổng số|số lượng) [^;.:\d]+:\s*$")
_NEGATED = re.compile(r"chưa (?:được|có|đảm bảo|bảo đảm|đạt)[^,;.\d]{0,40}$")
_WITHOUT_MEASURE = re.compile(
    r"(?:ảnh hưởng|đối với|cho|của|hoạt động|trên|tại|từ|và|các|nguyên tắc|theo)[^,;.]{0,20}$"
)


#: "sở, ngành 100%; huyện 100%; xã 96,2%": a level in one word.
_BARE_TIER = re.compile(r"(?:^|[;,:(])\s*(tỉnh|huyện|xã)\s*(?:là|đạt|có|:)?\s*(?:tối thiểu|trên|≥|>)?\s*$")


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
        section = section_of(block, self.year)
        low = folded(block.text)
        parts = pieces(block.text)
        groups: list[list[Reading]] = []
        for place, quantity in enumerate(found):
            if quantity.aside:
                groups.append([Reading(block, quantity, "none", quantity.aside)])
                continue
            context = Context(block, low, parts, found, place)
            groups.append(self._read(context, section, [reading for group in groups for reading in group]))
        return split_in_turn(groups)

    def _read(self, at: Context, section: Section, before: list[Reading]) -> list[Reading]:
        quantity = at.quantity
        reason = self._aside(at, section)
        base = Reading(at.block, quantity, "none", reason, sentence=sentence_of(at.block.text, quantity.start))
        if reason:
            made = [base]
            return made + self._implied(at, before) if reason == "difference" else made
        year, kind, how = self._year_and_kind(at, section)
        if rises(at.left, at.right):
            named = at.year()
            earlier = self.year - (2 if section.kind == "result" else 1)
            year, kind, how = named or earlier, "actual", "" if named else "expected"
        level, agency = self._level(at)
        if not level and not agency:
            level = level_of_the_count(at, before)
        subject = at.subject()
        levels = level or ("",)
        wording = "as_target" if kind == "actual" and _AS_TARGET.search(at.left) else "reached"
        component = bool(re.search(r"trong đó", at.left) or (at.inside and re.search(r"trong đó", at.piece_text)))
        reading = replace(
            base,
            kind=kind,
            reason=how,
            year=year,
            agency_id=agency or "tinh",
            wording=wording,
            implied=how == "expected",
            component=component,
            subject=subject,
            own=at.right if at.first else at.left,
            first=at.first,
            right_words=at.right,
            tail=at.shared_tail(),
            before=at.left,
            phrase=at.phrase(),
        )
        made = [replace(reading, level=ONE_AGENCY if agency else each, reason="") for each in levels]
        if kind == "target" and re.search(r"(?:đã|đều) vượt (?:mục tiêu|kế hoạch|chỉ tiêu)[^;.\d]*$", at.left):
            over = replace(quantity, comparator=">")
            made += [replace(each, quantity=over, kind="actual", implied=True) for each in made]
        return made

    # why a number is no figure

    def _aside(self, at: Context, section: Section) -> str:
        quantity = at.quantity
        if quantity.unit == "points" or self._is_difference(at, section):
            return "difference"
        if section.kind == "basis":
            return "legal-basis"
        if at.block.kind == "note" and quantity.unit in ("count", "ratio") and quantity.total is None:
            return "note"
        if self._of_money(at):
            return "money-share"
        if self._of_territory(at):
            return "administrative-units"
        if quantity.unit != "rank" and (
            _NATION.search(at.left)
            or (at.inside and not at.left.strip() and _NATION.search(at.outer_end))
            or _NATION.search(at.right[:30].split(",")[0])
        ):
            return "nation"
        if quantity.unit == "percent" and _OF_PLAN.match(at.right):
            return "of-plan"
        if quantity.form == "bare":
            return "no-unit"
        if quantity.form == "all" and not self._measures_all(at):
            return "no-measure"
        if quantity.unit == "ratio" and _NEGATED.search(at.left):
            return "not-reached-norm"
        if (
            quantity.unit == "count"
            and quantity.total is None
            and section.kind != "result"
            and not self._is_aimed(at, section)
        ):
            return "scope-of-task"
        return ""

    @staticmethod
    def _is_difference(at: Context, section: Section) -> bool:
        """Tell whether a figure says by how much something rose; "dưới, thấp hơn 2 %" of a target is a bound."""
        if not _DIFFERENCE.search(at.left) or at.left.rstrip().endswith(("lên", "còn", "xuống")):
            return False
        bound = section.kind == "target" and re.search(r"(?:cao|thấp) hơn $", at.left)
        return (
            not bound
            or re.match(r"[^;.]{0,30}(?:so với|kế hoạch|bình quân|trung bình|cùng kỳ|năm)", at.right) is not None
        )

    @staticmethod
    def _measures_all(at: Context) -> bool:
        """Tell whether "toàn bộ", "tất cả" stands where a share would: what it governs is or gets something."""
        if _WITHOUT_MEASURE.search(at.left) and not re.search(r"(?:tới|đến|đạt|cho|đảm bảo|bảo đảm) $", at.left):
            return False
        reaches = re.search(r"(?:tới|đến|đạt|đảm bảo|bảo đảm) $", at.left) is not None
        opens = not at.left.strip(" -+") or at.left.rstrip().endswith(",")
        return reaches or (
            opens and re.search(r"\b(?:được|đã|có|sử dụng|kết nối|thực hiện|công khai)\b", at.right) is not None
        )

    @staticmethod
    def _of_money(at: Context) -> bool:
        """Tell whether a share is one of a sum of money: "52.000 triệu đồng, chiếm 84,8%"."""
        money = re.search(
            r"(?:đồng|vốn|ngân sách|kinh phí)[^;.]{0,12}(?:chiếm|tương ứng|tức|bằng) (?:khoảng |gần |trên )?$|giải ngân[^;.\d]{0,30}$",
            at.left_in_piece,
        )
        of_sum = (
            at.inside
            and re.search(r"đồng\s*$", at.outer_end)
            and re.match(r"\s*(?:chiếm|tương|đạt|bằng|tức|$)", at.left)
        )
        money = money or of_sum
        rest = re.match(r"\s*(?:nguyên giá|giá trị|tổng mức đầu tư|tổng vốn|tổng dự toán|kế hoạch vốn)", at.right)
        return at.quantity.unit == "percent" and bool((money and not re.match(r"\s*tổng mức bán", at.right)) or rest)

    @staticmethod
    def _of_territory(at: Context) -> bool:
        """Tell whether units of the province are counted, nothing said of them: "gồm 08 huyện, thành phố"."""
        counted = re.match(
            r"(?:huyện|xã|phường|thị trấn|thôn|bản|tổ dân phố|đơn vị hành chính|dân tộc)(?!\w)",
            folded(at.quantity.unit_text),
        )
        said = re.search(
            r"(?<!\w)(?:được|đã|có|sử dụng|kết nối|họp|ban hành|hoàn thành|phủ|đạt|triển khai|chưa|không|lõm|thí điểm|xây dựng|thông minh)(?!\w)",
            at.right,
        )
        return at.quantity.unit == "count" and at.quantity.total is None and bool(counted) and not said

    @staticmethod
    def _is_aimed(at: Context, section: Section) -> bool:
        if at.quantity.comparator != "=" or _GUIDED.search(at.left) or _LABEL.search(at.left):
            return True
        if section.aims and _MADE.match(at.left):
            return True
        return re.search(r"mục tiêu|phấn đấu|chỉ tiêu|nâng tổng số|số lượng|đạt", at.left) is not None

    # year and kind

    def _year_and_kind(self, at: Context, section: Section) -> tuple[int, str, str]:
        results = self.year - 1
        named = at.year()
        over = section.kind == "result" and at.left.strip() == "/"  # "đạt 42%/50%": reached, and aimed at
        target_words = over or bool(
            _TARGET_BEFORE.search(at.left) or _TARGET_AFTER.search(at.right) or at.target_bracket()
        )
        in_results = section.kind == "result"
        by_rule = re.match(
            r"[^;.,\d]{0,15}(?:theo|quy định tại) (?:chỉ thị|nghị định|quyết định|thông tư|luật)", at.right
        )
        if in_results and by_rule and at.quantity.comparator != "=":
            return self.year, "norm", ""
        if (
            in_results
            and _NORM.search(at.sentence_left)
            and not re.search(r"năm \d{4} tỷ lệ|tỷ lệ này|của tỉnh", at.left)
        ):
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
        if (
            at.first and at.quantity.unit == "percent" and BODY_FIRST.match(right)
        ):  # "100% sở, ban, ngành, UBND cấp huyện, UBND cấp xã"
            named = re.split(VERBS, right)[0]
            several = tuple(level for level, pattern in reversed(BODIES) if re.search(pattern, named))
            if len(several) > 1:
                return several, ""
        tier = _BARE_TIER.search(at.left)
        tiers = (
            re.search(r"(?<!\w)(?:huyện|xã)(?!\w)", at.block.text.lower()) is not None
        )  # else "tỉnh" is the province
        if tier and not at.first and tiers:
            return (TIER[tier.group(1)],), ""
        behind = re.match(r"\s*\(?(?:(?:ở|đối với|tại|cho|của|với|trong|là) )?cấp \w+[^;\d]*", right)
        for text in [right] if at.first else [behind.group() if behind else "", at.left]:
            explicit = explicit_levels(text)
            if explicit:
                return explicit, ""
        each = re.search(r"mỗi (?:xã|huyện|sở)[^\d]*$", at.left)
        if each and at.quantity.unit == "count":
            return (TIER.get(each.group().split()[1].strip(","), "cap-tinh"),), ""
        if at.quantity.unit in ("mbps", "ratio", "rank"):
            return (), ""
        if at.quantity.unit == "count":
            tier = re.match(r"(huyện|xã)(?!\w)", folded(at.quantity.unit_text))
            bodies = (
                TIER[tier.group(1)]
                if tier
                else body_level(at.quantity.unit_text) and body_level(re.split(VERBS, right)[0])
            )
        elif at.first:
            if BODY_FIRST.match(right):
                return tuple(
                    level for level, pattern in reversed(BODIES) if re.search(pattern, re.split(VERBS, right)[0])
                ), ""
            bodies = body_level(right)
        else:
            bodies = body_level(at.measure_left())
        if bodies:
            return (bodies,), ""
        explicit = explicit_levels(at.left_in_piece)
        if (
            explicit
            and at.first
            and len(explicit) == 1
            and re.search(
                r"(?:^|\W)(?:ở|tại|đối với|riêng)? ?cấp \w+,? ?(?:mới|đã|có|cũng|chỉ|là|:|,|$)", at.left_in_piece
            )
        ):
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
        if re.fullmatch(
            r"[\s:(]*(?:(?:đã|mới|chỉ|cũng|dẫn đầu|cao nhất|thấp nhất|với|tỷ lệ|tỉ lệ|phấn đấu|đạt|là|có|ước|còn|chiếm|tối thiểu|trên|gần|khoảng)\s*)*[:(]?\s*",
            between,
        ):
            return last.agency_ids[0]
        return ""

    # what a difference implies

    def _implied(self, at: Context, before: list[Reading]) -> list[Reading]:
        """Return what "vượt 2,3 % so với kế hoạch" implies beside the result, or the target, right before it."""
        over = re.search(r"(vượt|cao hơn|tăng|thấp hơn|hụt|thiếu|giảm|kém)[^;.\d]*$", at.left)
        against = re.match(r"[^;.]{0,25}(?:so với|so|của)? ?(?:kế hoạch|mục tiêu|chỉ tiêu)", at.right)
        made = [
            reading for reading in before if reading.kind in ("actual", "target") and reading.quantity.unit == "percent"
        ]
        if not over or not against or not made or at.quantity.unit not in ("percent", "points"):
            return []
        last = made[-1]
        sign = 1 if over.group(1) in ("vượt", "cao hơn", "tăng") else -1
        sign = -sign if last.kind == "actual" else sign
        start = min(last.quantity.start, at.quantity.start)
        quantity = replace(
            last.quantity,
            start=start,
            end=at.quantity.end,
            text=at.block.text[start : at.quantity.end],
            value=last.quantity.value + sign * at.quantity.value,
            comparator="=",
        )
        kind = "target" if last.kind == "actual" else "actual"
        return [replace(last, quantity=quantity, kind=kind, implied=True)]
