"""Does a report that officials edited in Word still say what the data says.

The report is made anew from the data and set beside the edited one, paragraph by paragraph and cell by cell. Whatever
must agree with the data (figures, units, years, agencies, verdicts) and was changed is told, with its place; so is a
figure that was put in and stands nowhere in the rows that the sentence speaks of.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from dti.review.alignment import aligned
from dti.review.meaning import FIGURE, UNIT, Edit, changes, marks
from dti.review.word_document import ParagraphAt, RowAt, TableAt, Text, WordDocument
from dti.words.vietnamese import Lang, nfc
from dti.words.word_list import word

#: Words on each side of what was changed that are told with it.
AROUND = 40


@dataclass(frozen=True)
class Disagreement:
    """One place that no longer agrees.

    Parameters
    ----------
    place : paragraph, or table, row and column, in words
    kind : figure, unit, year, agency, verdict
    now, was : what stands there, and what the data says; blank where there is nothing
    said : the words around it
    elsewhere : other places of the same document that still say what the data says
    tracked : the paragraph or cell was edited with changes tracked
    """

    place: str
    kind: str
    now: str
    was: str
    said: str
    elsewhere: tuple[str, ...] = ()
    tracked: bool = False


def findings(made: WordDocument, edited: WordDocument, lang: Lang, agencies: Sequence[str]) -> list[Disagreement]:
    """Return what no longer agrees, in the order of the document.

    Parameters
    ----------
    made : the report as the data gives it
    edited : the report as it was edited
    agencies : names by which an agency is told
    """
    proof = _Proof(made, edited, lang, tuple(agencies))
    return [*proof.of_paragraphs(), *proof.of_tables()]


class _Proof:
    def __init__(self, made: WordDocument, edited: WordDocument, lang: Lang, agencies: tuple[str, ...]) -> None:
        self.made, self.edited, self.lang, self.agencies = made, edited, lang, agencies
        self.rows = {mark: row for table in made.tables for row in table.rows for mark in row.bookmarks}
        self.rows_edited = {
            mark: (table, row) for table in edited.tables for row in table.rows for mark in row.bookmarks
        }

    def of_paragraphs(self) -> Iterator[Disagreement]:
        before, after = self.made.paragraphs, self.edited.paragraphs
        texts = [[paragraph.text.text for paragraph in side] for side in (before, after)]
        for old, new in aligned(before, after, texts):
            if new is None:
                continue
            place = self._paragraph(new)
            if old is None:
                yield from self._new(new, place)
            else:
                yield from self._changed(old.text, new.text, place)

    def of_tables(self) -> Iterator[Disagreement]:
        before, after = self.made.tables, self.edited.tables
        texts = [[" ".join((table.name, *table.head)) for table in side] for side in (before, after)]
        for old, new in aligned(before, after, texts, in_order=True):
            if old is not None and new is not None:
                yield from self._rows(old, new)

    def _rows(self, old: TableAt, new: TableAt) -> Iterator[Disagreement]:
        texts = [[" ".join(row.key) for row in side.rows] for side in (old, new)]
        for was, now in aligned(old.rows, new.rows, texts, in_order=True):
            if now is None:
                continue
            if was is None:
                yield from self._new_row(new, now)
                continue
            for column, (a, b) in enumerate(_cells(old, new, was, now)):
                yield from self._changed(a, b, self._cell(new, now, column), row=was)

    def _changed(self, old: Text, new: Text, place: str, row: RowAt | None = None) -> Iterator[Disagreement]:
        for change in dict.fromkeys(changes(old.text, new.text, self.lang, self.agencies)):
            if not change.was and self._stands_in_rows(change, old, new, row):
                continue
            yield self._finding(change, new, place, self._elsewhere(change, old, row))

    def _new(self, paragraph: ParagraphAt, place: str) -> Iterator[Disagreement]:
        """Tell the figures of a new paragraph that the rows it names do not hold."""
        for mark in marks(paragraph.text.text, self.lang, self.agencies):
            if mark.kind == FIGURE:
                change = Edit(FIGURE, "", mark.text, mark.begin)
                if not self._stands_in_rows(change, paragraph.text, paragraph.text, None):
                    yield self._finding(change, paragraph.text, place, ())

    def _new_row(self, table: TableAt, row: RowAt) -> Iterator[Disagreement]:
        for column, cell in enumerate(row.cells):
            for mark in marks(cell.text, self.lang, self.agencies):
                if mark.kind == FIGURE:
                    change = Edit(FIGURE, "", mark.text, mark.begin)
                    yield self._finding(change, cell, self._cell(table, row, column), ())

    def _stands_in_rows(self, change: Edit, old: Text, new: Text, row: RowAt | None) -> bool:
        """Return whether a figure that was put in stands in a row that the sentence links to, or speaks of by name."""
        if change.kind not in {FIGURE, UNIT}:
            return False
        linked = [self.rows[mark] for _, _, mark in (*old.links, *new.links) if mark in self.rows]
        spoken_of = [*([row] if row else []), *linked, *self._named_rows(new.text)]
        digits = re.sub(r"[^\d.,]", "", change.now)
        pattern = re.compile(rf"(?<![\d.,]){re.escape(digits)}(?![.,]?\d)")
        return bool(digits) and any(pattern.search(cell) for found in spoken_of for cell in found.key)

    def _named_rows(self, text: str) -> Iterator[RowAt]:
        folded = nfc(text).casefold()
        for table in self.made.tables:
            for row in table.rows[1:]:
                name = next((cell for cell in row.key if len(cell) > 12 and not cell[:1].isdigit()), "")
                if name and name.casefold() in folded:
                    yield row

    def _elsewhere(self, change: Edit, old: Text, row: RowAt | None) -> tuple[str, ...]:
        """Return the other places of the edited document that still say what the data says."""
        if not change.was or change.kind not in {FIGURE, UNIT}:
            return ()
        found = []
        for mark in dict.fromkeys(mark for _, _, mark in old.links):
            table, at = self.rows_edited.get(mark, (None, None))
            column = next((number for number, cell in enumerate(at.key) if change.was in cell), None) if at else None
            if column is not None:
                found.append(self._cell(table, at, column))
        if row is not None:
            for paragraph in self.edited.paragraphs:
                if any(
                    mark in row.bookmarks and change.was in paragraph.text.text[begin : end + 25]
                    for begin, end, mark in paragraph.text.links
                ):
                    found.append(self._paragraph(paragraph))
        return tuple(dict.fromkeys(found))[:3]

    def _finding(self, change: Edit, text: Text, place: str, elsewhere: tuple[str, ...]) -> Disagreement:
        begin, end = max(0, change.begin - AROUND), change.begin + len(change.now) + AROUND
        said = ("…" if begin else "") + text.text[begin:end].strip() + ("…" if end < len(text.text) else "")
        return Disagreement(place, change.kind, change.now, change.was, said, elsewhere, text.tracked)

    def _paragraph(self, paragraph: ParagraphAt) -> str:
        under = paragraph.heading
        if not under or under == paragraph.text.text:
            return word("proof.paragraph", self.lang, number=paragraph.number)
        return word("proof.paragraph_under", self.lang, number=paragraph.number, heading=under)

    def _cell(self, table: TableAt, row: RowAt, column: int) -> str:
        name = re.match(r"[^\d.]*[\d.]*\d", table.name)
        head = table.head[column].strip() if column < len(table.head) and row.number > 1 else ""
        named = name[0] if name else table.name
        return word("proof.cell", self.lang, table=named, row=row.number, column=head or column + 1)


def _cells(old: TableAt, new: TableAt, was: RowAt, now: RowAt) -> list[tuple[Text, Text]]:
    """Pair the cells of a row: in order, or by their heads where columns were taken out or put in."""
    if len(was.cells) == len(now.cells):
        return list(zip(was.cells, now.cells, strict=True))
    by_head = dict(zip(old.head, was.cells, strict=False))
    return [
        (by_head.get(new.head[column], Text("")) if column < len(new.head) else Text(""), cell)
        for column, cell in enumerate(now.cells)
    ]


def lines(found: Sequence[Disagreement], lang: Lang) -> list[str]:
    """Return each finding as a sentence for people."""
    if not found:
        return [word("proof.nothing", lang)]
    said = []
    for finding in found:
        kind = word(f"proof.kind.{finding.kind}", lang)
        key = "changed" if finding.was and finding.now else "added" if finding.now else "removed"
        text = word(f"proof.{key}", lang, place=finding.place, kind=kind, now=finding.now, was=finding.was)
        if finding.elsewhere:
            text += " " + word("proof.elsewhere", lang, was=finding.was, places="; ".join(finding.elsewhere))
        tracked = f" ({word('proof.tracked', lang)})" if finding.tracked else ""
        said.append(f"{text}{tracked}\n    {finding.said}")
    return [*said, word("proof.count", lang, count=len(found))]


def as_json(found: Sequence[Disagreement]) -> str:
    """Return the findings as JSON, one record each."""
    return json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1)
