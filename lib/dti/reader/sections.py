"""What the headings above a figure promise: results or targets, and of which year."""

import re
from dataclasses import dataclass

from dti.reader.lines import folded
from dti.reader.outline import Block

_RESULT = re.compile(
    r"kết quả(?! (?:cần|phải|mong|dự kiến|giải quyết|đánh giá|xử lý|đầu ra|thủ tục))|tình hình thực hiện|đánh giá (?:kết quả|tình hình|việc|chung)|tồn tại|hạn chế|hiện trạng|thực trạng|đã đạt được|(?:chỉ tiêu|mục tiêu|nhiệm vụ)[^.;:]{0,25} (?:đã )?(?:chưa đạt|chưa hoàn thành|đạt và vượt|đã đạt|đã hoàn thành)|(?:chỉ tiêu|mục tiêu|nhiệm vụ) (?:đạt|vượt|hoàn thành|chưa)"
)
_TARGET = re.compile(
    r"mục tiêu|chỉ tiêu|nhiệm vụ|giải pháp|nội dung kế hoạch|tổ chức thực hiện|phương hướng|lộ trình|kế hoạch"
)
_BASIS = re.compile(r"căn cứ|cơ sở pháp lý")


@dataclass(frozen=True)
class Section:
    """What the headings above a block promise: kind of its figures, a year where one is named, aims or tasks."""

    kind: str
    year: int | None
    aims: bool = False


def section_of(block: Block, plan_year: int) -> Section:
    """Return what the headings and the lead sentence above a block say of its figures, the nearest first."""
    kind, year = "", None
    for title in (block.lead, *reversed(block.titles)):
        low = folded(title)
        years = [int(found) for found in re.findall(r"(?<!tháng \d )(?<!tháng \d\d )năm ((?:19|20)\d\d)", low)]
        if (
            year is None
            and years
            and (title == block.lead or re.search(r"(?:đến|hết|năm) (?:năm )?(?:19|20)\d\d", low))
        ):
            year = years[-1] if not kind else year
        if not kind:
            kind = (
                "basis"
                if _BASIS.search(low) and title != block.lead
                else "result"
                if _RESULT.search(low)
                else "target"
                if _TARGET.search(low)
                else ""
            )
    if kind == "target" and block.titles and _looks_back(block, year, plan_year):
        kind = "result"
    nearest = next((low for low in map(folded, (block.lead, *reversed(block.titles))) if _TARGET.search(low)), "")
    aims = kind == "target" and re.search(r"mục tiêu|chỉ tiêu", nearest) is not None
    return Section(kind, year, aims and not re.search(r"nhiệm vụ|giải pháp", nearest))


def _looks_back(block: Block, year: int | None, plan_year: int) -> bool:
    """Tell whether "1. Các chỉ tiêu, nhiệm vụ" stands under results: the part says results alone, no later year is named."""
    outer = folded(block.titles[0])
    inner = [folded(title) for title in (block.lead, *block.titles[1:])]
    back = _RESULT.search(outer) and not re.search(
        r"(?:và|,) (?:mục tiêu|nhiệm vụ|kế hoạch|phương hướng|giải pháp)", outer
    )
    ahead = any(
        re.search(r"phương hướng|giải pháp|tổ chức thực hiện|phấn đấu|trong thời gian tới", title) for title in inner
    )
    return bool(back) and not ahead and (year is None or year < plan_year)
