"""What in a sentence must agree with the data: figures, units, years, agencies, verdicts; all else is wording."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from dti.words.vietnamese import Lang, nfc

FIGURE, UNIT, YEAR, AGENCY, VERDICT = KINDS = ("figure", "unit", "year", "agency", "verdict")

_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?![.,]?\d|\s*%)")
_FIGURE = re.compile(r"[-−+]?\d+(?:[.,]\d+)*|[½¼¾⅓⅔]")
#: A unit counts where it follows a figure.
_UNIT = re.compile(
    r"%|‰|điểm\s*%|điểm phần trăm|phần trăm|điểm|percentage points?|per ?cent|pp\b|points?\b|[KMGT]bps\b|nghìn|triệu|tỷ"
    r"|thousand|million|billion|bậc|places?\b|lần\b|times\b|đồng\b",
    re.I,
)
_VERDICT: dict[Lang, re.Pattern] = {
    "vi": re.compile(
        r"\b(?:không đổi|còn thiếu|còn phải|phải phấn đấu|duy trì|cải thiện|tiến bộ|giảm sút|hoàn thành"
        r"|tối thiểu|tối đa|ít nhất|nhiều nhất|cao hơn|thấp hơn|lớn nhất|nhỏ nhất|cao nhất|thấp nhất|bằng mục tiêu"
        r"|đạt|vượt|tăng|giảm|thiếu"
        r"|chưa|không|kém|trên mức|dưới mức)\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:unchanged|short of|better than|worse than|at least|at most|to be held|on target|still to|met|meets?"
        r"|missed|misses|reached|reaches|exceed(?:s|ed)?|above|below|under|over|beyond|rose|rises?|fell|falls?|up|down"
        r"|held|hold|improv\w+|worse|better|highest|lowest|largest|smallest|higher|lower|not|no|never|without|yet"
        r"|achieved|completed|increased?|decreased?)\b",
        re.I,
    ),
}
#: A column that shows a rank says so in its head.
RANK = re.compile(r"\b(?:hạng|rank)\b", re.I)
#: So many words and signs taken out together are a clause, which takes its figures along.
CLAUSE = 5
_TOKEN = re.compile(r"(?:\d+(?:[.,]\d+)*)|\w+|[^\w\s]")


@dataclass(frozen=True)
class Mark:
    """A place in a sentence that must agree with the data."""

    kind: str
    begin: int
    end: int
    text: str


@dataclass(frozen=True)
class Edit:
    """What an edit changed of what must agree: as it was, as it is; blank where there is nothing."""

    kind: str
    was: str
    now: str
    begin: int


def marks(text: str, lang: Lang, agencies: Sequence[str] = ()) -> list[Mark]:
    """Return what must agree with the data, in the order of the sentence.

    Examples
    --------
    >>> [(mark.kind, mark.text) for mark in marks("Sở Y tế đạt 50,84% năm 2022", "vi", ("Sở Y tế",))]
    [('agency', 'Sở Y tế'), ('verdict', 'đạt'), ('figure', '50,84'), ('unit', '%'), ('year', '2022')]
    """
    found: list[Mark] = []
    taken: set[int] = set()

    def take(kind: str, pattern: re.Pattern, within: slice | None = None) -> list[Mark]:
        new = []
        for match in pattern.finditer(text):
            if taken.isdisjoint(range(*match.span())):
                taken.update(range(*match.span()))
                new.append(Mark(kind, *match.span(), match[0]))
        found.extend(new)
        return new

    if agencies:
        take(AGENCY, _names(tuple(agencies)))
    take(YEAR, _YEAR)
    for figure in take(FIGURE, _FIGURE):
        unit = _UNIT.match(text, figure.end + len(text[figure.end :]) - len(text[figure.end :].lstrip()))
        if unit and taken.isdisjoint(range(*unit.span())):
            taken.update(range(*unit.span()))
            found.append(Mark(UNIT, *unit.span(), unit[0]))
    take(VERDICT, _VERDICT[lang])
    return sorted(found, key=lambda mark: mark.begin)


@lru_cache(maxsize=4)
def _names(agencies: tuple[str, ...]) -> re.Pattern:
    longest = sorted(map(re.escape, agencies), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest)})\b", re.I)


def changes(was: str, now: str, lang: Lang, agencies: Sequence[str] = ()) -> list[Edit]:
    """Return what an edit changed of what must agree with the data; a change of wording alone gives nothing.

    A clause that was taken out takes its figures along and is no fault; a figure or a word of judgement taken out, or
    put in, by itself is.

    Examples
    --------
    >>> [(found.kind, found.was, found.now) for found in changes("đạt 50,84%, vượt", "đã đạt 58,04%, vượt", "vi")]
    [('figure', '50,84%', '58,04%')]
    """
    if was == now:
        return []
    was, now = nfc(was), nfc(now)
    before, after = list(_TOKEN.finditer(was)), list(_TOKEN.finditer(now))
    matcher = SequenceMatcher(None, [t[0] for t in before], [t[0] for t in after], autojunk=False)
    marks_before, marks_after = marks(was, lang, agencies), marks(now, lang, agencies)
    found: list[Edit] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            continue
        span_before, span_after = _span(before, i, j), _span(after, k, m)
        old, new = _touched(marks_before, span_before), _touched(marks_after, span_after)
        differing = [] if kind == "delete" and j - i > CLAUSE else _differing(old, new, was, now, span_after[0])
        found += [change for change in differing if change.now or j - i <= CLAUSE]
    return found


def _span(tokens: list[re.Match], first: int, end: int) -> tuple[int, int]:
    """Return where some tokens begin and end; of none, the place where they would stand."""
    if first < end:
        return tokens[first].start(), tokens[end - 1].end()
    place = tokens[first].start() if first < len(tokens) else tokens[-1].end() if tokens else 0
    return place, place


def _touched(found: list[Mark], span: tuple[int, int]) -> list[Mark]:
    return [mark for mark in found if mark.begin < span[1] and mark.end > span[0]]


def _differing(old: list[Mark], new: list[Mark], was: str, now: str, place: int) -> list[Edit]:
    """Pair what stood there with what stands there now, kind by kind."""
    found = []
    for kind in KINDS:
        olds, news = [m for m in old if m.kind == kind], [m for m in new if m.kind == kind]
        if [m.text.casefold() for m in olds] == [m.text.casefold() for m in news]:
            continue
        for number in range(max(len(olds), len(news))):
            before = olds[number] if number < len(olds) else None
            after = news[number] if number < len(news) else None
            if before and after and before.text.casefold() == after.text.casefold():
                continue
            begin = after.begin if after else place
            found.append(Edit(kind, _whole(before, was), _whole(after, now), begin))
    units = {change.begin for change in found if change.kind == FIGURE}
    return [change for change in found if change.kind != UNIT or not units]


def _whole(mark: Mark | None, text: str) -> str:
    """Return a figure with its unit, anything else as it is."""
    if mark is None:
        return ""
    if mark.kind not in {FIGURE, UNIT}:
        return mark.text
    if mark.kind == UNIT:
        figure = re.search(r"[-−+]?\d+(?:[.,]\d+)*\s*$", text[: mark.begin])
        return text[figure.start() if figure else mark.begin : mark.end]
    rest = text[mark.end :]
    unit = _UNIT.match(rest.lstrip())
    return mark.text + rest[: len(rest) - len(rest.lstrip()) + unit.end()] if unit else mark.text
