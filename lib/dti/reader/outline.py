"""The document as a tree: parts, sections, items, bullets, footnotes and lines of tables, each with its clause.

A clause is written as the tables write it: ``Phần II, mục III.6, ý 2``; ``titles`` are the headings on the way there.
"""

import re
from dataclasses import dataclass, field, replace

from dti.reader.lines import DITTO, LEFT, Line, Lines, folded

#: Outline marks, outermost first: name, pattern of the printed mark, an example.
MARKS = [
    ("part", r"(?:phần|chương)\s+(?P<mark>[ivx]+|\d+|thứ \w+)\b[.:]?\s*", "PHẦN I. ĐÁNH GIÁ KẾT QUẢ"),
    (
        "annex",
        r"(?:phụ lục|phụ biểu|biểu số|biểu)\s*(?P<mark>[ivx]+\b|\d+|)\s*[.:]?\s*",
        "Phụ lục II: Danh mục nhiệm vụ",
    ),
    ("division", r"(?P<mark>[A-HK-N])[.)]\s+(?=[^\W\d_])", "A. ĐÁNH GIÁ TÌNH HÌNH THỰC HIỆN"),
    ("section", r"(?P<mark>[IVX]{1,5})[.)]\s+", "II. MỤC TIÊU"),
    ("subitem", r"(?P<mark>\d{1,2}(?:\.\d{1,2})+)[.)]?\s+(?=\D)", "1.1. Ngày Chuyển đổi số"),
    ("item", r"(?P<mark>\d{1,2})[.)]\s+", "2. Thể chế số"),
    ("letter", r"(?P<mark>[a-zđ])[.)]\s+", "a) Kết quả đạt được"),
    ("bullet", r"(?P<mark>[-–•*])\s*(?=\S)", "- 80% báo cáo định kỳ"),
    ("subbullet", r"(?P<mark>[+o])\s*(?=[A-ZĐ“\d])", "+ Cấp tỉnh: 90%"),
]
_DEPTH = {name: depth for depth, (name, _, _) in enumerate(MARKS)}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE if name in ("part", "annex") else 0) for name, pattern, _ in MARKS}
_TABLE_TITLE = re.compile(r"(?:bảng|biểu)\s+(?:số\s+)?(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A paragraph, a bullet, a heading or a line of a table, with the way to it.

    ``marks`` are the printed marks on the way (level, mark), ``titles`` the headings; ``lead`` is the sentence that
    introduces a list ("Đến năm 2025:"), ``header`` the heads of the table's columns.
    """

    number: int
    kind: str
    text: str
    clause: str
    titles: tuple[str, ...]
    heading: bool = False
    lead: str = ""
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    caption: str = ""
    note: str = ""


@dataclass(frozen=True)
class Outline:
    """The blocks of a document in order, and the lines left out because the page only repeats them."""

    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()


@dataclass
class _Way:
    """Where the reading stands: the open headings, and the count of bullets below the last of them."""

    open: list[tuple[str, str, str]] = field(default_factory=list)  # level, mark, printed line
    bullets: int = 0
    subbullets: int = 0
    lead: str = ""

    def enter(self, level: str, mark: str, printed: str) -> None:
        depth = _DEPTH[level]
        if level == "subitem":
            depth_of = [m for _, m, _ in self.open if re.fullmatch(r"\d+(\.\d+)*", m)]
            self.open = [
                entry
                for entry in self.open
                if _DEPTH[entry[0]] < _DEPTH["subitem"]
                or (entry[0] in ("item", "subitem") and mark.startswith(entry[1] + "."))
            ]
            del depth_of
        else:
            self.open = [
                entry
                for entry in self.open
                if _DEPTH[entry[0]] < depth and not (level == "item" and entry[0] == "subitem")
            ]
        if level in ("part", "annex"):
            self.open = []
        self.open.append((level, mark, printed))
        self.bullets = self.subbullets = 0
        self.lead = ""

    def clause(self, bullet: bool = False, deeper: bool = False) -> str:
        """Return the clause in the words of the tables."""
        outer = "part" if any(level == "part" for level, _, _ in self.open) else "division"
        first = [mark for level, mark, _ in self.open if level == outer]
        annex = [printed for level, _, printed in self.open if level == "annex"]
        marks: list[str] = []
        for level, mark, _ in self.open:
            if level in ("annex", outer):
                continue
            if level == "subitem" and marks and mark.startswith(marks[-1] + "."):
                marks[-1] = mark
            else:
                marks.append(mark)
        names = []
        if first:
            names.append(f"Phần {first[0].upper()}")
        if annex:
            found = _PATTERNS["annex"].match(annex[0])
            kind = found.group()[: found.start("mark")].strip().capitalize()
            names.append(f"{kind} {found.group('mark').upper()}".strip())
        if marks:
            names.append("mục " + ".".join(marks))
        if bullet:
            names.append(f"ý {self.bullets}" + (f".{self.subbullets}" if deeper else ""))
        return ", ".join(names) or "Phần đầu"

    def titles(self) -> tuple[str, ...]:
        return tuple(printed for _, _, printed in self.open)


def outline(lines: Lines) -> Outline:
    """Return the tree of a document as its blocks in order."""
    way, blocks = _Way(), []
    table = _TableState()
    anchors: dict[str, tuple[str, tuple[str, ...]]] = {}
    for line in lines.kept:
        if line.cells:
            made = table.row(line, way, blocks)
        else:
            table.last_text = line.text
            made = _note(line, anchors) if line.note else _block(line, way)
        if made is None:
            continue
        block = replace(made, number=len(blocks))
        for reference in re.findall(r"\[(\d{1,3})\]", block.text):
            anchors.setdefault(reference, (block.clause, block.titles))
        blocks.append(block)
    return Outline(tuple(_counted(blocks)), lines.left_out)


def _counted(blocks: list[Block]) -> list[Block]:
    """Number the paragraphs of a clause that has several and no bullets, as bullets are numbered."""
    inside: dict[str, list[int]] = {}
    bulleted = {block.clause.rsplit(", ý ", 1)[0] for block in blocks if block.kind in ("bullet", "subbullet")}
    for block in blocks:
        if block.kind == "paragraph" and block.titles and block.clause not in bulleted:
            inside.setdefault(block.clause, []).append(block.number)
    counted = list(blocks)
    for clause, numbers in inside.items():
        for place, number in enumerate(numbers if len(numbers) > 1 else [], start=1):
            counted[number] = replace(blocks[number], clause=f"{clause}, ý {place}")
    return counted


def _note(line: Line, anchors: dict[str, tuple[str, tuple[str, ...]]]) -> Block:
    clause, titles = anchors.get(line.note, ("Cuối văn bản", ()))
    text = re.sub(r"^\[\d+\]\s*", "", line.text)
    return Block(0, "note", text, f"{clause}, chú thích {line.note}", titles, note=line.note)


def _block(line: Line, way: _Way) -> Block:
    text = line.text
    level, mark, rest = _marked(text, way)
    if level in ("bullet", "subbullet"):
        deeper = level == "subbullet" and way.bullets > 0
        if deeper:
            way.subbullets += 1
        else:
            way.bullets, way.subbullets = way.bullets + 1, 0
        lead = way.lead
        if not deeper:
            way.lead = rest if rest.endswith(":") else way.lead
        return Block(0, level, rest, way.clause(True, deeper), way.titles(), lead=lead)
    if level:
        way.enter(level, mark, text)
        way.lead = rest if rest.endswith(":") else ""
        return Block(0, level, rest, way.clause(), way.titles(), heading=len(rest) < 160 and not rest.endswith("."))
    way.lead = text if text.endswith(":") else ""
    return Block(0, "paragraph", text, way.clause(), way.titles(), lead="")


def _marked(text: str, way: _Way) -> tuple[str, str, str]:
    """Return the level of a line's mark, the mark and the text behind it; blank level if it has none."""
    for level, pattern in _PATTERNS.items():
        found = pattern.match(text)
        alone = found is not None and not text[found.end() :].strip()
        if found is None or (alone and not (level in ("part", "annex") and len(text) < 30)):
            continue
        mark, rest = found.group("mark"), text[found.end() :]
        if level == "part" and not (text.isupper() or len(text) < 120):
            continue
        if level == "annex" and (
            len(text) > 140 or text[0].islower() or re.match(r"[a-z]", rest) or not _is_annex(text)
        ):
            continue
        if level == "item" and re.match(r"\d", rest):
            continue
        return level, mark, rest
    return "", "", text


def _is_annex(text: str) -> bool:
    return text.split()[0].isupper()


# --- tables ----------------------------------------------------------------------------------------------------------

_ORDINAL = re.compile(r"(?:\d{1,3}|[IVX]{1,5}|[A-ZĐ]|\d{1,2}\.\d{1,2})[.)]?")
_HEAD = re.compile(r"^(?:tt|stt|số tt|chỉ tiêu|nội dung|tên chỉ tiêu|nhiệm vụ|chỉ số|danh mục)", re.IGNORECASE)


@dataclass
class _TableState:
    """The table being read: heads of its columns, the line above, the group it stands in."""

    table: int = 0
    header: tuple[str, ...] = ()
    open_header: bool = True
    above: tuple[str, ...] = ()
    group: str = ""
    caption: str = ""
    last_text: str = ""
    lines: int = 0
    tables: int = 0
    title: str = ""

    def row(self, line: Line, way: _Way, blocks: list[Block]) -> Block | None:
        if line.table != self.table:
            self._begin(line)
        elif self.open_header and self.header and (_is_header(line.cells) or self._under_head(line.cells)):
            self.header = tuple(_joined(a, b) for a, b in _paired(_spread(self.header, line.cells), line.cells))
            self.heads.append(line.cells)
            return None
        if any(_same(line.cells, head) for head in self.heads):
            return None
        if self.lines == 0 and _is_header(line.cells):
            self.header = line.cells
            self.heads = [line.cells]
            self.lines = 1
            return None
        self.lines += 1
        self.open_header = False
        return self._body(line, way, blocks)

    def _under_head(self, cells: tuple[str, ...]) -> bool:
        """Tell whether a line goes on with the heads: its first cells belong to the cells above, some head spans several."""
        if len(self.heads) > 2 or self.lines > 1 or not any(cells[2:]):
            return False
        if cells[0] == DITTO and self.header[0] not in ("", DITTO, LEFT):
            return True
        spans = [place for place, head in enumerate(self.heads[-1]) if place and head in ("", LEFT)]
        below = [place for place, cell in enumerate(cells) if cell not in ("", DITTO, LEFT)]
        alone = [place for place in below if place not in spans and place + 1 not in spans]
        return cells[0] == "" and bool(spans) and not alone and set(spans) <= set(below)

    def _begin(self, line: Line) -> None:
        caption = self.last_text if len(self.last_text) < 200 else ""
        found = _TABLE_TITLE.match(caption)
        same = bool(self.header) and (
            _same(line.cells, self.heads[0]) or (not caption and len(line.cells) == len(self.header))
        )
        self.table = line.table
        if same and self.header:  # a table that goes on over a page
            self.open_header = False
            return
        self.header, self.heads, self.parent = (), [], ("", "")
        self.open_header, self.above, self.group, self.lines = True, (), "", 0
        self.tables += 1
        self.caption, self.title = caption, f"Bảng {found.group(1)}" if found else ""
        self.last_text = ""

    def _body(self, line: Line, way: _Way, blocks: list[Block]) -> Block | None:
        cells = line.cells
        if not self.header:  # a frame of the page, no table of figures
            return Block(0, "frame", " | ".join(cell for cell in cells if cell), way.clause(), way.titles())
        if self._goes_on(cells) and blocks and blocks[-1].kind == "row":
            last = blocks[-1]
            merged = tuple(_joined(a, b) for a, b in _paired(last.cells, cells))
            blocks[-1] = replace(last, cells=merged, text=" | ".join(merged))
            self.above = merged
            return None
        filled = [cell for cell in cells if cell and cell not in (DITTO, LEFT)]
        name = max(filled, key=len)
        first = next(iter(filled))
        alone = len(filled) == 1 or (len(filled) == 2 and _ORDINAL.fullmatch(filled[0]) is not None)
        if alone and not re.fullmatch(r"[\d.,% ]+", name):
            self.group = name
        cells = tuple(
            up
            if cell == DITTO and up != LEFT and not re.fullmatch(r"[≥≤<>~]?\s*[\d.,]+\s*%?", up)
            else ""
            if cell == DITTO
            else cell
            for up, cell in _paired(self.above or cells, cells)
        )
        self.above = cells
        place = self._place(first, name)
        base = way.clause()
        clause = ", ".join(part for part in ("" if base == "Phần đầu" else base, self.title, place) if part)
        titles = (*way.titles(), *([self.caption] if self.caption else []), *([self.group] if self.group else []))
        return Block(
            0,
            "row",
            " | ".join(cells),
            clause,
            titles,
            cells=cells,
            header=self.header,
            caption=self.caption,
            heading=alone,
            lead=self.parent[1] if place.startswith(self.parent[0] + ",") and self.parent[0] else "",
        )

    def _place(self, first: str, name: str) -> str:
        """Return how a line is cited: by its number, below one by its name, else by its place in the table."""
        if _ORDINAL.fullmatch(first):
            self.parent = (f"TT {first.rstrip('.)')}", name)
            return self.parent[0]
        short = first.lstrip("-+• ").rstrip(":")
        if self.parent[0] and first.startswith(("-", "+", "•")) and len(short) < 60:
            return f"{self.parent[0]}, {short}"
        return short if self.parent[0] and len(short) < 40 else f"dòng {self.lines - 1}"

    def _goes_on(self, cells: tuple[str, ...]) -> bool:
        """Tell whether a line only continues the cells above it: no number, no name of its own."""
        filled = [cell for cell in cells if cell]
        open_cell = len(cells) > 2 and not cells[0] and (not cells[1] or cells[1][0].islower())
        return bool(self.above and filled) and open_cell and DITTO not in cells and LEFT not in cells

    heads: list[tuple[str, ...]] = field(default_factory=list)
    parent: tuple[str, str] = ("", "")


def _is_header(cells: tuple[str, ...]) -> bool:
    filled = [cell for cell in cells if cell and cell not in (DITTO, LEFT)]
    if not filled:
        return False
    named = any(_HEAD.match(folded(cell)) for cell in filled)
    numbers = [
        cell
        for cell in filled
        if re.fullmatch(r"[≥≤<>~ ]*[\d.,]+\s*%?", cell) and not re.fullmatch(r"(19|20)\d\d", cell)
    ]
    counting = all(re.fullmatch(r"\(?\d{1,2}\)?", cell) for cell in filled) and len(filled) > 2
    first_is_number = _ORDINAL.fullmatch(cells[0]) is not None and not re.fullmatch(r"TT|STT", cells[0])
    return (
        counting
        or (named and not numbers)
        or (
            not numbers
            and not first_is_number
            and len(filled) > 1
            and all(len(c) < 60 for c in filled)
            and ({DITTO, LEFT, ""} & set(cells))
            and _only_heads(filled)
        )
    )


def _only_heads(filled: list[str]) -> bool:
    words = r"năm|cấp|đơn vị|kết quả|mục tiêu|thực hiện|kế hoạch|chủ trì|phối hợp|ghi chú|toàn tỉnh|quý|đến|\d{4}"
    return all(re.search(words, folded(cell)) for cell in filled)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool(one) and tuple(map(folded, one)) == tuple(map(folded, other))


def _paired(above: tuple[str, ...], cells: tuple[str, ...]) -> list[tuple[str, str]]:
    width = max(len(above), len(cells))
    fill = lambda row: (*row, *[""] * (width - len(row)))  # noqa: E731
    return list(zip(fill(above), fill(cells), strict=True))


def _spread(header: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """Return the heads of columns with a head that spans several of them repeated over each.

    Examples
    --------
    >>> _spread(("TT", "Mục tiêu", ""), ("", "2025", "2030"))
    ('TT', 'Mục tiêu', 'Mục tiêu')
    """
    spread: list[str] = []
    for head, (_, under) in zip(header, _paired(header, below), strict=False):
        spans = head in ("", LEFT) and under not in ("", DITTO) and bool(spread)
        spread.append(spread[-1] if spans else head)
    return tuple(spread)


def _joined(above: str, cell: str) -> str:
    """Return two cells as one; a head merged over lines stays as it is."""
    if cell in ("", DITTO, LEFT) or re.fullmatch(r"\(?\d{1,2}\)?", cell):
        return above
    return f"{above} {cell}".strip()
