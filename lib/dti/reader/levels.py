"""At which level of government a figure is measured, by the words beside it."""

import re

from dti.reader.lines import folded

LEVELS = ("toan-tinh", "cap-tinh", "cap-huyen", "cap-xa")
ONE_AGENCY = "one-agency"

VERBS = re.compile(r"(?<!\w)(?:được|đã|có|sử dụng|kết nối|thực hiện|tại|của|họp)(?!\w)")
_EXPLICIT = re.compile(
    r"(?:cấp|(?:tại|ở) (?:cấp )?)\s?(?P<first>tỉnh|huyện|xã)(?P<more>(?:(?:,| và|, và| hoặc|;)? ?(?:cấp )?(?:tỉnh|huyện|xã)(?!\w))*)(?!\w)"
)
TIER = {"tỉnh": "cap-tinh", "huyện": "cap-huyen", "xã": "cap-xa"}


def explicit_levels(text: str) -> tuple[str, ...]:
    """Return the levels that a text names first, several if one verb serves them all.

    Examples
    --------
    >>> explicit_levels("cán bộ, công chức cấp tỉnh, huyện và 90%"), explicit_levels("hồ sơ công việc tại tỉnh")
    (('cap-tinh', 'cap-huyen'), ('cap-tinh',))
    """
    hit = _EXPLICIT.search(folded(text))
    if hit is None or re.search(
        r"(?:dữ liệu|nền tảng|nguồn|trung tâm|chuyên trang|đề án|chương trình) $", folded(text)[: hit.start()]
    ):
        return ()
    words = [hit.group("first"), *re.findall(r"tỉnh|huyện|xã", hit.group("more"))]
    return tuple(dict.fromkeys(TIER[word] for word in words))


BODIES = [
    (
        "cap-xa",
        r"xã, phường(?:, thị trấn)?|(?:ubnd|ủy ban nhân dân) (?:các |cấp )?xã|(?<!\w)(?<!tác )xã(?! hội)(?!\w)|trạm y tế",
    ),
    (
        "cap-huyen",
        r"(?:ubnd|ủy ban nhân dân) (?:các |cấp )?huyện(?:, thành phố)?|(?<!trung tâm )huyện, thành phố|(?:^|số |các )huyện(?!\w)",
    ),
    ("cap-tinh", r"sở, (?:ban, )?ngành(?: cấp)?(?: tỉnh)?|(?:ubnd|ủy ban nhân dân) tỉnh"),
]


BODY_FIRST = re.compile(
    r"\s*(?:các |số )?(?:sở|(?:ubnd|ủy ban nhân dân) (?:các )?(?:huyện|xã)|huyện, thành phố|xã, phường|xã )(?!\w)"
)


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
    found = [level for level, pattern in BODIES if re.search(pattern, low)]
    return found[0] if len(found) == 1 else "toan-tinh" if found else ""
