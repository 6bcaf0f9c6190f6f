"""What a form says of itself, and where in it things stand: what `dti.intake.forms` writes and intake reads back."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from dti.intake.cells import clean
from dti.words.periods import time

LAYOUT = "2"
FIGURES_SHEET = "Số liệu"
GUIDE_SHEET = "Hướng dẫn"

#: What stands in the hidden first column: the form's id, the place of the sender's name, the header, then ids of rows.
FORM_MARK = "dti-form"
SENDER_MARK = "dti-nguoi-lap"
HEADER_MARK = "dti-chi-tieu"
SENDER_COLUMN = 4

PERIODS = ("year", "h1", "h2", "q1", "q2", "q3", "q4")

UNIT_NAMES: dict[str, tuple[str, str]] = {
    "percent": ("%", "%"),
    "count": ("Số lượng", "Count"),
    "ratio": ("Bình quân", "Average"),
    "mbps": ("Mbps", "Mbps"),
}
LEVELS = {"toan-tinh": "Toàn tỉnh", "cap-tinh": "Cấp tỉnh", "cap-huyen": "Cấp huyện", "cap-xa": "Cấp xã"}
PARTS = {
    "lead": "A. Số liệu của toàn tỉnh (chỉ tiêu cơ quan chủ trì)",
    "implement": "B. Số liệu của cơ quan, địa phương (chỉ tiêu cơ quan thực hiện)",
    "support": "C. Số liệu của cơ quan, địa phương nếu có (chỉ tiêu cơ quan phối hợp)",
}
MARK_ILLUSTRATIVE = "SỐ LIỆU MINH HỌA"


class FormId(NamedTuple):
    """What a form says of itself in its first, hidden cell; ``heading`` and ``guide`` are digests of its own words."""

    agency_id: str
    year: int
    illustrative: bool
    period: str = "year"
    heading: str = ""
    guide: str = ""

    def written(self) -> str:
        """Return the id as it stands in the sheet.

        Examples
        --------
        >>> FormId("so-y-te", 2023, False, "q1", "1a2b3c4d", "5e6f7a8b").written()
        'dti-form|2|so-y-te|2023|q1|chinh-thuc|1a2b3c4d|5e6f7a8b'
        """
        kind = "minh-hoa" if self.illustrative else "chinh-thuc"
        return "|".join(
            [FORM_MARK, LAYOUT, self.agency_id, str(self.year), self.period, kind, self.heading, self.guide]
        )


class FormColumn(NamedTuple):
    """A column of the form: the field it fills, its header, its width in characters, whether it is to be filled."""

    field: str
    header: str
    width: float
    fill: bool = False


def columns(year: int, period: str = "year") -> list[FormColumn]:
    """Return the visible columns of a form, from the sheet's second column on.

    Examples
    --------
    >>> [next(column.header for column in columns(2023, period) if column.fill) for period in ("year", "h1")]
    ['KẾT QUẢ NĂM 2023', 'KẾT QUẢ 6 THÁNG ĐẦU NĂM 2023']
    """
    return [
        FormColumn("place", "STT", 5),
        FormColumn("name", "Chỉ tiêu", 38),
        FormColumn("meaning", "Cách hiểu, ghi chú", 25),
        FormColumn("subject", "Số liệu của", 14),
        FormColumn("unit", "Đơn vị tính", 8),
        FormColumn("level", "Phạm vi đo", 8),
        FormColumn("before", f"Kết quả năm {year - 1}", 11),
        FormColumn("target", f"Mục tiêu năm {year}", 11),
        FormColumn("value", f"Kết quả {time(year, period, 'vi')}".upper(), 12, fill=True),
        FormColumn("numerator", "Tử số", 9, fill=True),
        FormColumn("denominator", "Mẫu số", 9, fill=True),
        FormColumn("note", "Ghi chú", 20, fill=True),
        FormColumn("evidence", "Minh chứng (số, ngày văn bản)", 20, fill=True),
    ]


def row_id(indicator_id: str, subject_id: str, unit: str, texts: Iterable[str]) -> str:
    """Return the hidden id of a row, which ends in a digest of the cells that are not to be filled.

    Examples
    --------
    >>> row_id("ho-so-truc-tuyen", "tinh", "percent", ["1", "Hồ sơ trực tuyến"])
    'ho-so-truc-tuyen|tinh|percent|70dcc402'
    """
    return f"{indicator_id}|{subject_id}|{unit}|{digest(texts)}"


def digest(texts: Iterable[str]) -> str:
    """Return a short fingerprint of texts, by which a change of any of them shows.

    Examples
    --------
    >>> digest(["a", "b"]) == digest(["a ", "b"]), digest(["ab"]) == digest(["a", "b"])
    (True, False)
    """
    return sha256("\0".join(clean(text) for text in texts).encode()).hexdigest()[:8]


def identity_of(text: str) -> FormId | None:
    """Return what a form's first cell says; nothing if it is no form's.

    Raises
    ------
    ValueError
        a form's mark with something else behind it; its text is the code of the finding

    Examples
    --------
    >>> identity_of("dti-form|2|so-y-te|2023|h1|minh-hoa|1a2b3c4d|5e6f7a8b").period
    'h1'
    >>> identity_of("Mã cơ quan") is None
    True
    """
    parts = clean(text).split("|")
    if not parts[0].startswith(FORM_MARK):
        return None
    if parts[0] != FORM_MARK or len(parts) < 2:
        raise ValueError("form-id")
    if parts[1] != LAYOUT:
        raise ValueError("form-version")
    match = re.fullmatch(
        r"([a-z0-9-]+)\|([0-9]{4})\|([a-z0-9]+)\|(minh-hoa|chinh-thuc)\|(\w{8})\|(\w{8})", "|".join(parts[2:])
    )
    if match is None or match[3] not in PERIODS:
        raise ValueError("form-id")
    return FormId(match[1], int(match[2]), match[4] == "minh-hoa", match[3], match[5], match[6])
