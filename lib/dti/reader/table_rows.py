"""The figures of a table: what is measured stands in the line, of which year and kind in the heads of the columns."""

import re
from dataclasses import replace

from dti.reader.agencies import Register
from dti.reader.levels import ONE_AGENCY, TIER, VERBS, body_level, explicit_levels
from dti.reader.lines import LEFT, folded
from dti.reader.meaning import Reader
from dti.reader.outline import Block
from dti.reader.quantities import Quantity, quantities
from dti.reader.reading import Reading
from dti.reader.sections import section_of

#: What a column holds, by its head; the first that fits.
COLUMNS = [
    ("ordinal", r"^(?:tt|stt|số tt|số thứ tự)\b"),
    ("support", r"phối hợp"),
    ("lead", r"chủ trì|cơ quan thực hiện|đơn vị thực hiện|phụ trách|chịu trách nhiệm|theo dõi, báo cáo|tham mưu|cơ quan theo dõi"),
    ("deadline", r"thời hạn|thời gian|tiến độ|hoàn thành(?! năm)"),
    ("unit", r"đơn vị tính|đvt|^đơn vị$|đơn vị đo"),
    ("note", r"ghi chú|căn cứ|nguồn|cách tính|minh chứng"),
    ("money", r"kinh phí|vốn|dự toán"),
    ("change", r"tăng.{0,6}giảm|so sánh|chênh lệch|so với|mức tăng"),
    ("population", r"^(?:dân số|số dân|diện tích)"),
    ("nation", r"cả nước|toàn quốc|trung bình cả nước|quốc gia"),
    ("value", r"mục tiêu|kết quả|thực hiện|kế hoạch|ước|đến (?:hết )?(?:năm )?\d{4}|năm \d{4}|(?<!\d)(?:19|20)\d\d(?!\d)|cả năm|chỉ tiêu năm|chỉ tiêu giao|giao năm|hiện trạng|số liệu|giá trị|tỷ lệ|tỉ lệ|\(%\)|cấp (?:tỉnh|huyện|xã)|toàn tỉnh"),
    ("name", r"chỉ tiêu|nội dung|nhiệm vụ|tên|danh mục|chỉ số|mục tiêu"),
]  # fmt: skip
_PERCENT_UNIT = re.compile(r"%|phần trăm|tỷ lệ")
_SIGNS = [
    (">=", r"≥|>=|tối thiểu|ít nhất|từ(?!.*đến)|trở lên"),
    ("<=", r"≤|<=|không quá|tối đa"),
    (">", r">|trên|hơn"),
    ("<", r"<|dưới"),
    ("~", r"~|khoảng|gần|ước"),
]
_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"


def column_kinds(header: tuple[str, ...]) -> list[str]:
    """Return what each column of a table holds.

    Examples
    --------
    >>> column_kinds(("TT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu năm 2024", "Cơ quan chủ trì", "Cơ quan phối hợp"))
    ['ordinal', 'name', 'unit', 'value', 'lead', 'support']
    """
    kinds: list[str] = []
    for head in map(spelled_head, header):
        kind = next((name for name, pattern in COLUMNS if re.search(pattern, head)), "other")
        if (
            kind == "value"
            and "name" not in kinds
            and not re.search(r"\d{4}|thực hiện|kết quả|cấp (?:tỉnh|huyện|xã)|tỷ lệ|%", head)
        ):
            kind = "name"
        kinds.append(kind)
    if "name" not in kinds:  # "Đơn vị" heads a unit of measure, or the bodies that the lines are of
        first = next((kind for kind in kinds if kind in ("other", "unit")), "")
        if first:
            kinds[kinds.index(first)] = "name"
    return kinds


_SHORT_HEADS = {"th": "thực hiện", "uth": "ước thực hiện", "ưth": "ước thực hiện", "kh": "kế hoạch", "mt": "mục tiêu", "ct": "chỉ tiêu", "kq": "kết quả"}  # fmt: skip


def spelled_head(head: str) -> str:
    """Return the head of a column, folded, its short forms spelled out.

    Examples
    --------
    >>> spelled_head("Ước TH 2024"), spelled_head("KH năm 2025")
    ('ước thực hiện 2024', 'kế hoạch năm 2025')
    """
    return re.sub(r"[^\W\d_]+", lambda word: _SHORT_HEADS.get(word.group(), word.group()), folded(head))


def row_readings(block: Block, year: int, register: Register) -> list[Reading]:
    """Return every number of a table's line with its meaning.

    Parameters
    ----------
    year : year that the plan sets targets for
    """
    kinds = column_kinds(block.header)
    cells = dict(enumerate(block.cells))
    of = {kind: cells.get(kinds.index(kind), "") for kind in ("name", "unit", "lead", "support") if kind in kinds}
    result: list[Reading] = []
    start = 0
    for place, cell in cells.items():
        kind = kinds[place] if place < len(kinds) else "other"
        head = block.header[place] if place < len(block.header) else ""
        if kind == "value" and cell == LEFT:
            cell_of = next(block.cells[back] for back in range(place, -1, -1) if block.cells[back] != LEFT)
            at = sum(len(text) + 3 for text in block.cells[: block.cells.index(cell_of)])
            result += _value(block, cell_of, at, head, of, year, register)
        elif kind == "value" and cell:
            result += _value(block, cell, start, head, of, year, register)
        elif cell:
            result += _others(block, cell, start, kind)
        start += len(cell) + len(" | ")
    if "value" not in kinds and "name" in kinds and _NAMES_AIMS.search(spelled_head(block.header[kinds.index("name")])):
        result = _in_name(block, kinds.index("name"), result, year, register)
    result = _like_units(result)
    lead = register.whole(of.get("lead", "")) if of.get("lead") else None
    return [
        replace(reading, lead_agency=";".join(lead.agency_ids) if lead else "", support_agency=of.get("support", ""))
        for reading in result
    ]


_NAMES_AIMS = re.compile(r"mục tiêu|chỉ tiêu|kết quả")


def _in_name(block: Block, place: int, result: list[Reading], year: int, register: Register) -> list[Reading]:
    """Return the numbers of a line whose table has no column of values: its figures stand in sentences, in one cell."""
    start = sum(len(cell) + len(" | ") for cell in block.cells[:place])
    cell = replace(block, text=block.cells[place], kind="paragraph")
    end = start + len(cell.text)
    said = [
        replace(
            reading,
            block=block,
            quantity=replace(reading.quantity, start=reading.quantity.start + start, end=reading.quantity.end + start),
        )
        for reading in Reader(year, register).readings(cell)
    ]
    others = [reading for reading in result if not start <= reading.quantity.start < end]
    return sorted([*others, *said], key=lambda reading: reading.quantity.start)


def _like_units(readings: list[Reading]) -> list[Reading]:
    """Return the figures of a line in one unit: where one of the plain numbers has a fraction, none is a count."""
    counts = [r for r in readings if r.kind != "none" and r.quantity.unit == "count" and r.quantity.form == "cell"]
    if all(reading.quantity.value == reading.quantity.value.to_integral_value() for reading in counts):
        return readings
    return [
        replace(reading, quantity=replace(reading.quantity, unit="ratio")) if reading in counts else reading
        for reading in readings
    ]


_REASONS = {
    "ordinal": "ordinal",
    "money": "money",
    "deadline": "date",
    "nation": "nation",
    "population": "population",
    "note": "note",
    "name": "in-name",
    "change": "difference",
}


def _others(block: Block, cell: str, start: int, kind: str) -> list[Reading]:
    """Return the numbers of a cell that holds no figure."""
    found = []
    for quantity in quantities(cell):
        reason = quantity.aside or _REASONS.get(kind, "no-value-column")
        moved = replace(quantity, start=quantity.start + start, end=quantity.end + start)
        found.append(Reading(block, moved, "none", reason))
    return found


def _value(
    block: Block, cell: str, start: int, head: str, of: dict[str, str], year: int, register: Register
) -> list[Reading]:
    """Return the figures of a cell under a head that promises figures; several levels in a cell are several figures."""
    unit_text = of.get("unit", "") or next(
        (text for text in (head, of.get("name", "")) if re.search(r"%\)?$", text)), ""
    )
    unit_text = unit_text or (head if "%" in head else "")
    quantity_list = quantities(cell)
    plain = _plain_value(cell, unit_text, of.get("name", ""))
    if plain is not None:
        quantity_list = [plain]
    kind, its_year = _head(head, block, year)
    low_name = folded(of.get("name", ""))
    if block.lead:  # "- Cấp xã" below "6. Tỷ lệ …, trong đó:"
        low_name = f"{folded(block.lead)} {low_name}"
    agency = register.whole(of.get("name", ""))
    if agency is not None or re.match(
        r"(?:toàn tỉnh|tổng|cả tỉnh|chung)", low_name
    ):  # the line is whose, the head is what
        low_name = (
            f"{folded(head)} {' '.join(folded(title) for title in block.titles[-1:])}"
            if "tỷ lệ" not in folded(head)
            else folded(head)
        )
    one = agency.agency_ids[0] if agency is not None and agency.basis == "named" else ""
    readings: list[Reading] = []
    for place, quantity in enumerate(quantity_list):
        moved = replace(quantity, start=quantity.start + start, end=quantity.end + start)
        if quantity.aside:
            readings.append(Reading(block, moved, "none", quantity.aside))
            continue
        if quantity.form == "bare":
            moved = replace(moved, unit=_unit(unit_text, quantity, low_name), unit_text=unit_text)
        following = cell[quantity.end : quantity_list[place + 1].start if place + 1 < len(quantity_list) else None]
        before = cell[quantity_list[place - 1].end if place else 0 : quantity.start]
        beside = (before, following) if explicit_levels(cell[: quantity_list[0].start]) else (following, before)
        level = (
            explicit_levels(beside[0])[:1]
            or explicit_levels(beside[1])[:1]
            or explicit_levels(head)[:1]
            or _tier_of(head)
            or explicit_levels(low_name)
        )
        body = body_level(re.split(VERBS, low_name)[0])
        levels = (ONE_AGENCY,) if one else level or ((body,) if body else ("",))
        subject = ((low_name, 1.0), *((folded(title), 0.35) for title in block.titles[-1:]))
        readings += [
            Reading(
                block,
                moved,
                kind,
                year=its_year,
                level=each,
                subject=subject,
                own=low_name,
                phrase=low_name,
                agency_id=one or "tinh",
                sentence=" | ".join(block.cells),
            )
            for each in levels
        ]
    return readings


def _tier_of(head: str) -> tuple[str, ...]:
    """Return the level of a head that ends with its bare name: "Mục tiêu năm 2025 Huyện"."""
    hit = re.search(r"(?:^|[\s(])(tỉnh|huyện|xã)\)?$", folded(head))
    return (TIER[hit.group(1)],) if hit and not re.search(r"(?:toàn|của|cả) tỉnh\)?$", folded(head)) else ()


def _plain_value(cell: str, unit_text: str, name: str) -> Quantity | None:
    """Return the quantity of a cell that holds one number, or one range, and perhaps a comparator."""
    low = folded(cell)
    hit = re.fullmatch(
        rf"(?P<sign>[^\d]*?)\s*(?P<value>{_NUMBER})\s*%?(?:\s*(?:-|–|đến)\s*(?P<high>{_NUMBER})\s*%?)?\s*(?P<after>trở lên)?\s*\**",
        low,
    )
    if hit is None or re.search(r"[^\W\d]{3,} [^\W\d]+ [^\W\d]+ [^\W\d]+", hit.group("sign")):
        return None
    from dti.reader.grammar import number_of

    sign = hit.group("sign") + (" trở lên" if hit.group("after") else "")
    percent = "%" in low or bool(_PERCENT_UNIT.search(folded(unit_text)))
    high = hit.group("high")
    comparator = "range" if high else next((name_ for name_, pattern in _SIGNS if re.search(pattern, sign)), "=")
    value = number_of(hit.group("value"), share=percent)
    if re.match(r"(?:nghìn|ngàn|triệu) [^\W\d]", folded(unit_text)) and not percent:
        value *= 1_000_000 if folded(unit_text).startswith("triệu") else 1_000
    unit = "percent" if percent else _unit(unit_text, None, folded(name))
    begin = hit.start("value")
    end = cell.rstrip().__len__() if "%" in low else (hit.end("high") if high else hit.end("value"))
    return Quantity(
        begin,
        end,
        cell[begin:end],
        "cell",
        value,
        number_of(high, share=percent) if high else None,
        None,
        comparator,
        unit,
        unit_text or ("%" if percent else ""),
    )


def _unit(unit_text: str, quantity: Quantity | None, name: str) -> str:
    low = folded(unit_text)
    if _PERCENT_UNIT.search(low) or (not low and re.match(r"(?:tỷ lệ|tỉ lệ|tỷ trọng|tỉ trọng|mức độ)", name)):
        return "percent"
    if "mbps" in low or "mb/s" in low:
        return "mbps"
    if re.search(r"(?:^|thứ |xếp )(?:hạng|bậc)(?!\w)", name) and low in ("", "hạng", "thứ hạng", "bậc", "vị trí"):
        return "rank"
    return "ratio" if "/" in low else "count"


def _head(head: str, block: Block, year: int) -> tuple[str, int]:
    """Return the kind and year that a column's head promises."""
    low = spelled_head(head)
    years = [int(found) for found in re.findall(r"(?:19|20)\d\d", low)]
    section = section_of(block, year)
    if years:
        named = years[-1]
        done = re.search(r"kết quả|thực hiện|ước|hiện trạng|đạt được", low) and not re.search(
            r"kế hoạch|mục tiêu|chỉ tiêu", low
        )
        if named >= year and not (done and named < year):
            return "target", named
        aimed = re.search(r"mục tiêu|kế hoạch|chỉ tiêu|giao", low)
        return ("target" if aimed else "actual"), named
    if re.search(r"mục tiêu|kế hoạch|chỉ tiêu|giao", low):
        return "target", section.year or (year - 1 if section.kind == "result" else year)
    if re.search(r"kết quả|thực hiện|ước|hiện trạng", low):
        return "actual", year - 1
    if section.kind == "result":
        return "actual", year - 1
    return "target", section.year or year
