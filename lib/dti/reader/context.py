"""The words beside a number: what stands left and right of it, up to the next number, and what they are said of."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dti.reader.lines import folded
from dti.reader.outline import Block
from dti.reader.quantities import Quantity


@dataclass(frozen=True)
class Piece:
    """A stretch of a text between semicolons and full stops; brackets are pieces of their own."""

    start: int
    end: int
    inside: bool = False


def pieces(text: str) -> list[Piece]:
    """Return the pieces of a text; semicolons inside brackets part only what is inside.

    Examples
    --------
    >>> [("A; b (c; d) e. F"[p.start:p.end], p.inside) for p in pieces("A; b (c; d) e. F")]
    [('A', False), (' b (c; d) e', False), ('c', True), (' d', True), (' F', False)]
    """
    found, start, depth, inner = [], 0, 0, 0
    for place, sign in enumerate(text):
        if sign == "(":
            depth += 1
            inner = place + 1 if depth == 1 else inner
        elif sign == ")" and depth:
            depth -= 1
            if depth == 0:
                found.append(Piece(inner, place, True))
        elif depth == 1 and (sign == ";" or (sign in ".!?…" and _ends_sentence(text, place))):
            found.append(Piece(inner, place, True))
            inner = place + 1
        elif depth == 0 and (sign == ";" or (sign in ".!?…" and _ends_sentence(text, place))):
            found.append(Piece(start, place))
            start = place + 1
    found.append(Piece(start, len(text)))
    return sorted(found, key=lambda piece: (piece.start, -piece.end))


def _ends_sentence(text: str, place: int) -> bool:
    rest = text[place + 1 :]
    if not rest.strip():
        return True
    short = re.search(r"(?<!\w)(?:TP|Tp|TX|T|v)$", text[:place])
    return re.match(r" [\"“(]?[A-ZĐÀ-Ỹ\d]", rest) is not None and short is None


@lru_cache(maxsize=256)
def sentence_starts(text: str) -> tuple[int, ...]:
    """Return where the sentences of a text begin.

    Examples
    --------
    >>> sentence_starts("Đạt 93.5% mạng. Còn 5% chưa.")
    (0, 15)
    """
    stops = (hit.start() for hit in re.finditer("[.!?…]", text))
    return (0, *(stop + 1 for stop in stops if text[stop + 1 :].strip() and _ends_sentence(text, stop)))


def sentence_of(text: str, place: int) -> str:
    """Return the sentence that a place of a text lies in.

    Examples
    --------
    >>> sentence_of("Đạt 93.5% mạng. Còn 5% chưa.", 20)
    'Còn 5% chưa.'
    """
    starts = sentence_starts(text)
    spot = bisect_right(starts, place) - 1
    return text[starts[spot] : starts[spot + 1] if spot + 1 < len(starts) else len(text)].strip()


def sentence_start(text: str, place: int) -> int:
    """Return where the sentence begins that a place of a text lies in."""
    starts = sentence_starts(text)
    return starts[bisect_right(starts, place) - 1]


_THIN_WORDS = re.compile(
    r"(?<!\w)(?:cấp|tỉnh|huyện|xã|phường|thị trấn|thành phố|các|của|ở|tại|đối với|và|đạt|là|từ|đến|năm \d+|\d+|ubnd|ủy ban nhân dân|kết quả"
    r"|thực hiện|mục tiêu|kế hoạch|chỉ tiêu|phấn đấu|hết|tháng|lần lượt|giao|trong|đó|riêng|toàn|khoảng|trên|dưới|hơn|gần|tối thiểu|ít nhất|không quá"
    r"|đã|mới|còn|có|được|số|cơ quan|đơn vị|sở|ban|ngành|tương ứng|ước|khi|chỉ|tính|vào|hướng tới|tới|lên|duy trì|đảm bảo|bảo đảm|hiện nay|hiện)(?!\w)"
)
_LATE = re.compile(
    r"^\s*(?:$|[,;.):]|\((?!lan)|(?:ở|đối với|đối|tại|trong|vào|so|và|theo|nhưng|trở|năm|hướng|vượt|tăng|giảm|thấp|cao|với|cho|đến|bằng|trên|của|,)(?!\w))"
)
_RESTART = re.compile(r"(?<!\w)(?:tỷ lệ|tỉ lệ|tỷ trọng|tỉ trọng|số lượng|tốc độ|tổng số|mức độ(?! \d))(?!\w)(?! này)")
_ANAPHORA = re.compile(r"(?:tỷ lệ|tỉ lệ|chỉ tiêu|kết quả|con số|số) này")
_GENERIC = re.compile(
    r"(?:phần|chương|phụ lục) |(?:[ivx]+\.|\d[\d.]*\.?|[a-zđ]\)|[-+]) *(?:kết quả|tồn tại|hạn chế|mục tiêu|tình hình|nội dung|nhiệm vụ|giải pháp"
    r"|tổ chức thực hiện|chỉ tiêu|đánh giá|căn cứ|kinh phí|danh mục)|(?:bảng|biểu) \d"
)
_VERB = re.compile(
    r"(?<!\w)(?:được|đã|có|sử dụng|kết nối|thực hiện|xử lý|tiếp nhận|tham gia|công khai|tích hợp|hài lòng|phát sinh|họp|cung cấp|liên thông|triển khai|áp dụng|ứng dụng)(?!\w)"
)
_YEAR = re.compile(r"năm ((?:19|20)\d\d)")
_NOT_ITS_YEAR = re.compile(
    r"(?:so với|cùng kỳ|ban hành|từ|đầu tư|giai đoạn|thành lập|chỉ thị[^,;]*|nghị định[^,;]*|nghị quyết[^,;]*|quyết định[^,;]*|kế hoạch số[^,;]*|luật [^,;]*)"
    r"(?: từ)? ?(?:cuối |đầu |ngày [^,;]*|tháng [^,;]*)?$"
)


class Context:
    """A figure and the words around it; all texts are folded.

    Parameters
    ----------
    block : the paragraph
    low : its text, folded
    parts : its pieces
    found : all its numbers
    place : which of them
    """

    def __init__(self, block: Block, low: str, parts: list[Piece], found: list[Quantity], place: int) -> None:
        self.block, self.low, self.quantity = block, low, found[place]
        at = self.quantity.start
        self.piece = max(
            (part for part in parts if part.start <= at < part.end), key=lambda part: (part.inside, part.start)
        )
        self.inside = self.piece.inside
        inner = [
            part
            for part in parts
            if part.inside and not self.inside and self.piece.start <= part.start < self.piece.end
        ]
        self._parts = parts
        figures = [q for q in found if not q.aside and self.piece.start <= q.start < self.piece.end]
        self.figures = [q for q in figures if not any(part.start <= q.start < part.end for part in inner)]
        self._open = low
        for part in inner:  # a bracket with figures of its own is not read as part of what stands around it
            if any(part.start <= q.start < part.end for q in figures):
                self._open = (
                    self._open[: part.start - 1] + " " * (part.end - part.start + 2) + self._open[part.end + 1 :]
                )
        spot = self.figures.index(self.quantity)
        self.before = self.figures[spot - 1] if spot else None
        self.after = self.figures[spot + 1] if spot + 1 < len(self.figures) else None

    @property
    def left_start(self) -> int:
        """Where the words begin that belong to this figure alone."""
        return self.before.end if self.before else self.piece.start

    @cached_property
    def left(self) -> str:
        """The words between the figure before, or the piece's beginning, and this one."""
        return self._open[self.left_start : self.quantity.start]

    @cached_property
    def right(self) -> str:
        """The words up to the next figure, or to the piece's end."""
        return self._open[self.quantity.end : self.after.start if self.after else self.piece.end]

    @cached_property
    def left_in_piece(self) -> str:
        """All words of the piece before this figure."""
        return self._open[self.piece.start : self.quantity.start]

    @cached_property
    def sentence_left(self) -> str:
        """All words of the sentence before this figure."""
        return self.low[sentence_start(self.low, self.quantity.start) : self.quantity.start]

    @cached_property
    def piece_text(self) -> str:
        """The piece."""
        return self._open[self.piece.start : self.piece.end]

    @property
    def outer_end(self) -> str:
        """The last words before the bracket that the figure stands in."""
        return self.low[max(0, self.piece.start - 45) : self.piece.start - 1]

    @cached_property
    def first(self) -> bool:
        """Whether the figure stands before what it measures ("90% báo cáo"), not behind it ("tỷ lệ … đạt 90%")."""
        return _LATE.match(self.right) is None

    @cached_property
    def thin(self) -> bool:
        """Whether the words beside the figure name no measure of their own."""
        return content(self.left + " " + self.right[:90] if not self.first else self.right + " " + self.left) <= 2

    def year(self) -> int | None:
        """Return the year that is said of this figure, none if none is."""
        if self.inside and not self.left_in_piece.strip():  # "so với năm 2022 (50,84%)"
            outer = _YEAR.search(self.low[max(0, self.piece.start - 11) : self.piece.start - 1].rstrip())
            if outer:
                return int(outer.group(1))
        after = re.match(r"[^,;.\d]{0,45}?(?:vào|đến|trong|của|hết|cuối)?\s*năm ((?:19|20)\d\d)", self.right)
        if after and not re.search(r"so với|cùng kỳ|từ năm", after.group()) and not self._of_the_next(after):
            return int(after.group(1))
        return self.year_before()

    def _of_the_next(self, after: re.Match) -> bool:
        """Tell whether a year behind the figure opens what is said of the next: "80% và đến năm 2030, 100%"."""
        opens = re.match(r"\s*(?:và|còn|,|;)\s*(?:đến|vào|trong|hết|năm)", after.group()) is not None
        return opens and self.after is not None and self.year_before() is not None

    def year_before(self) -> int | None:
        """Return the nearest year left of this figure in its piece, kept through a series."""
        hits = list(_YEAR.finditer(self.left_in_piece))
        for hit in reversed(hits):
            if not _NOT_ITS_YEAR.search(self.left_in_piece[: hit.start()]):
                return int(hit.group(1))
        return None

    def target_bracket(self) -> bool:
        """Tell whether the figure stands in a bracket that opens with the plan: "(kế hoạch giao lần lượt là …)"."""
        return self.inside and re.match(r"\s*(?:mục tiêu|kế hoạch|chỉ tiêu|kh)\b", self.piece_text) is not None

    @cached_property
    def heading(self) -> str:
        """The nearest heading or lead sentence that names something, blank if all are formal."""
        for title in (self.block.lead, *reversed(self.block.titles)):
            if title and not _GENERIC.match(folded(title)) and content(folded(title)) > 2:
                return folded(title)
        return ""

    def subject(self) -> tuple[tuple[str, float], ...]:
        """Return the texts that say what is measured, with their weights, nearest first."""
        texts: list[tuple[str, float]] = [(folded(self.quantity.text), 1.0)]
        restarts = _RESTART.search(self.left) is not None
        if self.first:
            texts += [(self.right, 1.0), (self.left, 0.9)]
        else:
            texts += [(self.left, 1.0), (self.right, 0.75)]
        if not restarts and self.before:
            head = self._open[self.piece.start : self.figures[0].start]
            texts.append((head, 0.85))
            if not self.first or self.thin:
                texts.append((self._open[self.figures[0].end : self.figures[1].start], 0.8))
        texts.append((self.shared_tail(), 0.9))
        texts += self._from_outside(restarts)
        return tuple((text, weight) for text, weight in texts if text.strip())

    def shared_tail(self) -> str:
        """Return the words behind a series that this figure shares, blank if it shares none."""
        return self._tail() if self.first and self.after and not _VERB.search(self.right) else ""

    def phrase(self) -> str:
        """Return the words nearest to the figure: what narrows a measure must stand here."""
        left = self.left[hit.start() :] if (hit := _last(_RESTART, self.left)) else self.left
        close = (
            f"{left} {self.right}"
            if self.first
            else f"{left} {self.right[: self.right.find(')') + 1] if self.right.lstrip().startswith('(') else ''}"
        )
        if self.thin and self.inside:
            before = self.low[: self.piece.start - 1]
            hit = _last(_RESTART, before)
            close = f"{before[hit.start() if hit else sentence_start(self.low, self.piece.start) :]} {close}"
        elif self.thin:
            close = f"{self._open[self.piece.start : self.figures[0].start]} {close}"
        return close

    def measure_left(self) -> str:
        """Return the words left of the figure from where its own measure begins."""
        hit = _last(_RESTART, self.left)
        return self.left[hit.start() :] if hit else self.left

    def _tail(self) -> str:
        """Return the words that end a series which shares one verb."""
        place = self.figures.index(self.quantity)
        for quantity, following in zip(self.figures[place + 1 :], [*self.figures[place + 2 :], None], strict=True):
            words = self._open[quantity.end : following.start if following else self.piece.end]
            if _VERB.search(words) or following is None:
                return words
        return ""

    def _from_outside(self, restarts: bool) -> list[tuple[str, float]]:
        """Return what stands before the piece: the sentence a bracket explains, the pieces before, the heading."""
        texts = []
        start = self.piece.start
        refers = _ANAPHORA.search(self.left_in_piece) is not None
        if self.inside:
            outer = [part for part in self._parts if not part.inside and part.start <= start < part.end]
            begin = outer[-1].start if outer else 0
            texts.append((self.low[begin : self.piece.start - 1], 0.95 if self.thin else 0.85))
        else:
            sentence = sentence_start(self.low, self.quantity.start)
            earlier = self.low[0 if refers else sentence : start]
            texts.append((earlier, 0.9 if refers else 0.85 if self.thin and not restarts else 0.6))
            if sentence and not refers:
                counted = self.quantity.unit == "count" and not restarts
                texts.append((self.low[:sentence], 0.6 if counted else 0.25))
        if self.heading:
            texts.append((self.heading, 0.9 if self.thin and content(self.left_in_piece) <= 3 else 0.6))
        return texts


def _last(pattern: re.Pattern, text: str) -> re.Match | None:
    return next(iter(reversed(list(pattern.finditer(text)))), None)


def content(text: str) -> int:
    """Return how many syllables of a text could name a measure.

    Examples
    --------
    >>> content("đối với cấp huyện"), content("hồ sơ công việc tại cấp xã")
    (0, 4)
    """
    return len(re.findall(r"[^\W\d_]+", _THIN_WORDS.sub(" ", text)))
