"""Tasks and duties of a plan: who leads, supports, implements or directs, and until when.

An agency takes part where the plan names it: in the heading above ("8. Sở Y tế"), at the head of a sentence ("Sở Tư pháp
chủ trì, phối hợp với …"), or in a column of a table of tasks. Classes ("các sở, ban, ngành tỉnh") are spelled out.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace

from dti.reader.agencies import Register, spelled_out, strangers
from dti.reader.context import sentence_starts
from dti.reader.lines import folded
from dti.reader.outline import Block, Outline
from dti.reader.table_rows import column_kinds


@dataclass(frozen=True)
class Duty:
    """One agency's part in one task; ``agency_id`` is blank for a body that the register lacks, then ``named`` says it."""

    block: Block
    evidence: str
    task: str
    role: str
    agency_id: str
    named: str
    basis: str
    deadline: str = ""


@dataclass(frozen=True)
class _Who:
    """Agencies in one role, as a text names them."""

    role: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    basis: str


_LEADS = r"(?:làm )?(?:chủ trì|đầu mối|chịu trách nhiệm chính)"
_SUPPORTS = r"(?:và )?phối hợp(?: chặt chẽ)?(?: với|:)?"
_DIRECTS = re.compile(r"^\s*(?:tiếp tục )?chỉ đạo\b")
_VERB = re.compile(
    r"(?<!\w)(?:xây dựng|thực hiện|triển khai|hướng dẫn|tổ chức|rà soát|theo dõi|đôn đốc|hoàn thành|hoàn thiện|chuẩn hóa|phổ biến|tuyên truyền|vận hành|cân đối"
    r"|đưa|thu nhận|kích hoạt|tham mưu|kiểm tra|tổng hợp|bố trí|ban hành|duy trì|phát triển|đẩy mạnh|nâng cao|nâng cấp|cung cấp|quản lý|bảo đảm|đảm bảo|chỉ đạo|đề xuất"
    r"|giao|lập|cập nhật|kết nối|số hóa|bồi dưỡng|đào tạo|mở|hỗ trợ|tiếp nhận|tăng cường|chủ động|cắt giảm|giám sát|thẩm định|ứng dụng|khai thác|trình|báo cáo|chi trả|thu|phủ|phát|phấn đấu|nghiên cứu|diễn tập|mở rộng|nhân rộng|trong quá trình)(?!\w)"
)


def duties(tree: Outline, register: Register, year: int) -> list[Duty]:
    """Return every agency's part in every task of a plan, in order.

    Parameters
    ----------
    year : year of the plan, for deadlines that name none
    """
    found: list[Duty] = []
    for block in tree.blocks:
        if block.kind == "row":
            found += _of_row(block, register, year)
        elif block.kind in ("paragraph", "bullet", "subbullet") or (
            not block.heading and block.kind in ("item", "letter", "subitem")
        ):
            found += _of_text(block, register, year)
    return found


# --- sentences -------------------------------------------------------------------------------------------------------

_ASSIGNING = re.compile(r"tổ chức thực hiện|phân công|trách nhiệm|nhiệm vụ|giải pháp|kinh phí")
_RESULT = re.compile(r"kết quả|tình hình|đánh giá|tồn tại|hạn chế|căn cứ")


def _of_text(block: Block, register: Register, year: int) -> list[Duty]:
    titles = [folded(title) for title in block.titles]
    if any(_RESULT.search(title) for title in titles):
        return []
    owner = _owner(block, register)
    in_tasks = any(_ASSIGNING.search(title) for title in titles)
    if owner is None and not in_tasks:
        return []
    found: list[Duty] = []
    for sentence in _sentences(block.text):
        found += _of_sentence(block, sentence, owner, register, year)
    return found


def _owner(block: Block, register: Register) -> _Who | None:
    """Return the agency whose duties a section lists, by its heading."""
    for title in reversed(block.titles):
        name = re.sub(r"^(?:[IVX]+|\d+(?:\.\d+)*|[a-zđ])[.)]\s*", "", title)
        if len(name) > 160:
            continue
        whole = register.whole(name)
        if whole is not None:
            return _Who("", whole.agency_ids, (name,), whole.basis)
        outside = strangers(re.sub(r"^(?:Đề nghị|Giao)\s+", "", name))
        if outside and len(outside[0]) >= 0.8 * len(re.sub(r"^(?:Đề nghị|Giao)\s+", "", name)):
            return _Who("", (), (outside[0],), "named")
    return None


def _sentences(text: str) -> list[str]:
    starts = sentence_starts(text)
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True) if text[a:b].strip()]


def _of_sentence(block: Block, sentence: str, owner: _Who | None, register: Register, year: int) -> list[Duty]:
    low = spelled_out(sentence)
    parts = _led(low, sentence, register) or _owned(low, sentence, owner, register)
    if not parts:
        return []
    due = deadline(sentence, year)
    task = _task(sentence)
    return [
        Duty(block, sentence.rstrip("."), task, who.role, key, name, who.basis, due)
        for who in parts
        for key, name in ([(key, register.names[key]) for key in who.ids] + [("", name) for name in who.names])
    ]


def _led(low: str, sentence: str, register: Register) -> list[_Who]:
    """Return the parts of a sentence that begins with the agency it is for."""
    found = register.found(sentence)
    start = re.match(r"(?:giao |đề nghị |yêu cầu )?(?:cho )?", low).end()
    head = [name for name in found if name.start <= start + 4]
    if not head:
        return _led_by_stranger(low, sentence, start, register)
    first, place = [head[0]], head[0].end
    for name in found[found.index(head[0]) + 1 :]:  # "Sở A, Sở B chủ trì"
        if re.fullmatch(r"\s*(?:,|và|;)\s*", low[place : name.start]):
            first.append(name)
            place = name.end
        else:
            break
    rest = low[place:]
    lead = re.match(rf"\s*(?:có trách nhiệm |tiếp tục )?{_LEADS}", rest)
    support = re.match(rf"[\s,]*(?:có trách nhiệm )?{_SUPPORTS}", rest[lead.end() :] if lead else rest)
    ids, basis = _ids(first)
    if lead:
        return _without([_Who("lead", ids, (), basis), *_supporters(rest[lead.end() :], sentence, register)], ids)
    if support:
        return [_Who("support", ids, (), basis), *_supporters(rest, sentence, register)]
    if _VERB.match(rest.lstrip(" ,:")):
        return [_Who("direct" if _DIRECTS.match(rest) else "implement", ids, (), basis)]
    return []


def _led_by_stranger(low: str, sentence: str, start: int, register: Register) -> list[_Who]:
    """Return the parts of a sentence that begins with a body the register lacks."""
    name = next((name for name in strangers(sentence) if low.startswith(spelled_out(name), start)), "")
    rest = low[start + len(spelled_out(name)) :]
    lead = re.match(rf"\s*{_LEADS}", rest) if name else None
    if lead is None:
        return []
    return [_Who("lead", (), (name,), "named"), *_supporters(rest[lead.end() :], sentence, register)]


def _without(parts: list[_Who], leads: tuple[str, ...]) -> list[_Who]:
    """Return the parts, nobody supporting what it leads itself."""
    return [
        who if who.role == "lead" else replace(who, ids=tuple(key for key in who.ids if key not in leads))
        for who in parts
    ]


def _owned(low: str, sentence: str, owner: _Who | None, register: Register) -> list[_Who]:
    """Return the parts of a sentence below the heading of the agency it is for."""
    if owner is None:
        return []
    is_class = owner.basis == "class" or len(owner.ids) > 1
    kind = register.kinds.get(owner.ids[0], "") if owner.ids else ""
    of_many = kind == "nhom" or (kind == "khac" and not re.match(r"chi nhánh|ban chỉ đạo", spelled_out(owner.names[0])))
    body = not is_class and not of_many
    outside = () if owner.ids else owner.names
    lead = re.match(rf"\s*(?:tiếp tục )?{_LEADS}", low)
    support = re.match(rf"\s*{_SUPPORTS}", low)
    if lead:
        parts = [_Who("lead", owner.ids, outside, owner.basis), *_supporters(low[lead.end() :], sentence, register)]
        return _without(parts, owner.ids)
    if support:
        return [_Who("support", owner.ids, outside, owner.basis), *_supporters(low, sentence, register)]
    if _DIRECTS.match(low):
        told = [name for name in register.found(sentence) if name.start < _first_verb(low)]
        ids, basis = _ids(told)
        return [_Who("direct", owner.ids, outside, owner.basis), *([_Who("implement", ids, (), basis)] if ids else [])]
    role = "lead" if body and owner.ids else "implement"
    return [_Who(role, owner.ids, outside, owner.basis)]


def _first_verb(low: str) -> int:
    hit = _VERB.search(low, 9)
    return hit.start() if hit else len(low)


#: Bodies that are meant but not named: "các sở, ngành, cơ quan liên quan".
_UNNAMED = re.compile(
    r"(?:sở|ngành|cơ quan|đơn vị|địa phương|doanh nghiệp|tổ chức)(?:, (?:ban, )?(?:ngành|cơ quan|đơn vị|địa phương))*(?: có)? liên quan"
)


def _supporters(low: str, sentence: str, register: Register) -> list[_Who]:
    """Return who supports, from "phối hợp với A, B và C" up to the verb of the task."""
    hit = re.match(rf"[\s,]*{_SUPPORTS}\s*", low)
    if hit is None:
        return []
    rest = low[hit.end() :]
    found = register.found(rest)
    place, named, names = 0, [], []
    outside = {spelled_out(name): name for name in strangers(sentence)}
    while True:
        gap = re.match(r"\s*(?:,|và|;|cùng|các cơ quan:?)?\s*(?:các )?", rest[place:])
        at = place + gap.end()
        known = next((name for name in found if name.start in range(place + gap.start(), at + 1)), None)
        other = next((text for text in outside if rest.startswith(text, at)), None)
        loose = _UNNAMED.match(rest[at:])
        if loose is not None:
            place = at + loose.end()
        elif known is not None and (other is None or known.end - known.start >= len(other)):
            named.append(known)
            place = known.end
            place += (re.match(r" (?:tỉnh|có liên quan|liên quan)", rest[place:]) or re.match("", "")).end()
        elif other is not None:
            names.append(outside[other])
            place = at + len(other)
        else:
            break
    kinds = [_Who("support", *(_ids([name])[0],), (), name.basis) for name in named]
    return kinds + ([_Who("support", (), tuple(names), "named")] if names else [])


def _ids(named: list) -> tuple[tuple[str, ...], str]:
    keys = tuple(dict.fromkeys(key for name in named for key in name.agency_ids))
    return keys, "class" if any(name.basis == "class" for name in named) else "named"


def _task(sentence: str) -> str:
    """Return what is to be done: the sentence from its verb on, in its own letters.

    Examples
    --------
    >>> _task("Chủ trì, phối hợp với Sở Nông nghiệp và Phát triển nông thôn đưa sản phẩm OCOP lên sàn.")
    'đưa sản phẩm OCOP lên sàn'
    """
    low = folded(sentence)
    hits = [hit for hit in re.finditer(rf"(?:{_LEADS}|{_SUPPORTS})", low) if hit.start() < 90]
    start = hits[-1].end() if hits else 0
    verbs = (hit.start() for hit in _VERB.finditer(low, start) if hit.start() == 0 or sentence[hit.start()].islower())
    return sentence[next(verbs, start) :].strip(" ,.;")


# --- tables ----------------------------------------------------------------------------------------------------------


def _of_row(block: Block, register: Register, year: int) -> list[Duty]:
    """Return the parts that a line of a table gives to agencies: of a task, or of an indicator."""
    kinds = column_kinds(block.header)
    cells = {kind: block.cells[place] for place, kind in reversed(list(enumerate(kinds))) if place < len(block.cells)}
    name = cells.get("name", "")
    if not name or block.heading or not (cells.get("lead") or cells.get("support")):
        return []
    due = deadline(cells.get("deadline", ""), year, whole=True)
    found: list[Duty] = []
    for kind in ("lead", "support"):
        for part in re.split(r"[;\n]|, (?=Sở|UBND|Ban|Công an|Văn phòng|Các|các)", cells.get(kind, "")):
            if not part.strip(" -–"):
                continue
            found += [
                Duty(block, name, name, kind, key, text, basis, due)
                for key, text, basis in _cell_agencies(part, register)
            ]
    leads = {duty.agency_id for duty in found if duty.role == "lead"}
    return [duty for duty in found if duty.role == "lead" or not duty.agency_id or duty.agency_id not in leads]


def _cell_agencies(part: str, register: Register) -> list[tuple[str, str, str]]:
    whole = register.whole(part)
    if whole is not None:
        return [(key, register.names[key], whole.basis) for key in whole.agency_ids]
    named = register.found(part)
    if named:
        ids, basis = _ids(named)
        return [(key, register.names[key], basis) for key in ids]
    return [("", part.strip(), "named")]


# --- deadlines -------------------------------------------------------------------------------------------------------

_QUARTER = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def deadline(text: str, year: int, *, whole: bool = False) -> str:
    """Return the day until which a task is to be done (ISO), blank if none is named.

    Parameters
    ----------
    whole : the text is nothing but a deadline (a cell), so no "trước", "hoàn thành" is needed

    Examples
    --------
    >>> deadline("hoàn thành trước ngày 30/9/2024", 2024), deadline("hoàn thành trong quý IV năm 2024", 2024)
    ('2024-09-30', '2024-12-31')
    >>> deadline("Luật có hiệu lực từ ngày 01/7/2024", 2024), deadline("Tháng 11/2025", 2025, whole=True)
    ('', '2025-11-30')
    """
    low = folded(text)
    until = (
        ""
        if whole
        else r"(?:trước|hoàn thành (?:trong|vào|trước)?|chậm nhất(?: là)?(?: vào)?|xong (?:trong|trước)?|đến hết|hết|trong|hạn(?: hoàn thành)?:?)\s*"
    )
    day = re.search(until + r"(?:ngày )?(\d{1,2})(?:/| tháng )(\d{1,2})(?:/| năm )(\d{4})", low)
    if day:
        return _iso(int(day.group(3)), int(day.group(2)), int(day.group(1)))
    quarter = re.search(until + r"quý (iv|i{1,3}|[1-4])(?:[/, ]+(?:năm )?(\d{4}))?", low)
    if quarter:
        month = 3 * _QUARTER[quarter.group(1)]
        due = int(quarter.group(2) or year)
        return _iso(due, month, monthrange(due, month)[1])
    month = re.search(until + r"tháng (\d{1,2})(?:/| năm )?(\d{4})?", low)
    if month and 1 <= int(month.group(1)) <= 12:
        due = int(month.group(2) or year)
        return _iso(due, int(month.group(1)), monthrange(due, int(month.group(1)))[1])
    return ""


def _iso(year: int, month: int, day: int) -> str:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return ""
    return f"{year:04d}-{month:02d}-{day:02d}"
