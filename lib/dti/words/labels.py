"""Labels of codes: status, role, kind, level, clause."""

import re

import pandas as pd

from dti.words.vietnamese import UNKNOWN, Lang
from dti.words.word_list import Labels

STATUS = Labels("indicator_status")
TREND = Labels("trend")
ROLES = Labels("role")
#: How we know of a duty: the plan's word in the first case alone.
DUTY_BASES = Labels("duty_basis")
KINDS = Labels("figure_kind")
BASES = Labels("source_basis")
LEVELS = Labels("level")

_CLAUSE_WORDS = {
    "Phần": "Part",
    "mục": "section",
    "ý": "item",
    "phần liệt kê": "the list",
    "Theo chức năng của cơ quan": "By the agency’s mandate",
}


def clause(text: str | None, lang: Lang) -> str:
    """Return the place in a source, in the report's language.

    Examples
    --------
    >>> clause("Phần II, mục III.8, ý 4", "en")
    'Part II, section III.8, item 4'
    """
    if pd.isna(text):
        return UNKNOWN
    if lang == "vi":
        return text
    return re.sub("|".join(_CLAUSE_WORDS), lambda match: _CLAUSE_WORDS[match[0]], text)


def short_clause(text: str | None, lang: Lang) -> str:
    r"""Return the place in a source short enough for a table of indicators.

    Examples
    --------
    >>> short_clause("Phần II, mục III.8, ý 4", "vi"), short_clause("Phần II, mục VI.6", "en")
    ('P.II–III.8, ý\xa04', 'P.II–VI.6')
    """
    short = re.sub(r"^(?:Phần|Part) (\w+), (?:mục|section) ", r"P.\1–", clause(text, lang))
    return re.sub(r", (ý|item) ", ", \\1\N{NO-BREAK SPACE}", short)


def label(key: str, year: int, lang: Lang) -> str:
    """Return what a count of indicators counts, in words; blank for what is no count.

    Examples
    --------
    >>> label("to_do", 2023, "en")
    'short of the 2023 target'
    """
    return _labels(year).get(key, {}).get(lang, "")


def _labels(year: int) -> dict[str, dict[Lang, str]]:
    return {
        "total": {"vi": "chỉ tiêu được theo dõi", "en": "indicators followed"},
        "met": {"vi": f"đạt hoặc vượt mục tiêu {year}", "en": f"meet the {year} target"},
        "missed": {"vi": f"chưa đạt mục tiêu {year}", "en": f"miss the {year} target"},
        "better": {"vi": f"tiến bộ so với năm {year - 1}", "en": f"better than in {year - 1}"},
        "same": {"vi": f"không đổi so với năm {year - 1}", "en": f"unchanged on {year - 1}"},
        "worse": {"vi": f"giảm sút so với năm {year - 1}", "en": f"worse than in {year - 1}"},
        "to_do": {"vi": f"còn khoảng cách đến mục tiêu {year}", "en": f"short of the {year} target"},
        "hold": {"vi": "đã ở mức mục tiêu, phải duy trì", "en": "at target level, to be held"},
        "no_baseline": {
            "vi": f"có mục tiêu {year}, không có kết quả {year - 1}",
            "en": f"with a {year} target but no {year - 1} result",
        },
        "no_target": {"vi": f"không có mục tiêu {year}", "en": f"without a {year} target"},
        "no_data": {"vi": f"chưa có số liệu {year - 1} và {year}", "en": f"without figures for {year - 1} and {year}"},
        "direct": {"vi": "cơ quan chỉ đạo", "en": "directed"},
        "lead": {"vi": "cơ quan chủ trì", "en": "led"},
        "support": {"vi": "cơ quan phối hợp", "en": "supported"},
        "implement": {"vi": "cơ quan thực hiện", "en": "implemented"},
        "named": {"vi": "kế hoạch nêu tên cơ quan", "en": "named in the plan"},
        "reading": {"vi": "giao theo chức năng, kế hoạch không nêu tên", "en": "by field, not named in the plan"},
    }
