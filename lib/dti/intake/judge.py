"""What the registers and the history say of figures that were sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from dti.intake import findings as found
from dti.intake.findings import About, Finding
from dti.intake.form_layout import UNIT_NAMES
from dti.intake.history import TABLES
from dti.intake.submission import SentFigure, Submission
from dti.plan.duties import PROVINCE, figures_due
from dti.words.vietnamese import quantity

REGISTERS = ["agencies", "indicators", "responsibilities", *TABLES]
JUMP = 40
FACTOR = 10
MAX_REMARKS = 100


@dataclass(frozen=True)
class Correction:
    """A figure that was taken in before, and what a new file makes of it; nothing if it is taken back."""

    file: str
    about: About
    unit: str
    before: float
    after: float | None


class Judge:
    """The registers and the history, arranged for questions about single figures."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tables = tables
        self.agencies = tables["agencies"].set_index("agency_id")["name_vi"].to_dict()
        indicators = tables["indicators"].set_index("indicator_id")
        self.both_names = _both(tables["agencies"].set_index("agency_id"))
        self.both_indicators = _both(indicators)
        self.names, self.units = indicators["name_vi"].to_dict(), indicators["unit"].to_dict()
        self.directions = indicators["direction"].to_dict()
        years = tables["observations"]["year"]
        self.years = list(range(int(years.min()), int(years.max()) + 2)) if len(years) else []
        actual = tables["observations"].query("kind == 'actual'")
        self.sent = set(tables["submissions"]["source_id"])
        self.actual = {key_of(row): (float(row.value), row.source_id) for row in actual.query("in_use").itertuples()}
        self.before = {(*key_of(row), float(row.value)) for row in actual.query("not in_use").itertuples()}
        targets = tables["observations"].query("kind == 'target' and in_use")["year"]
        self.collected = int(targets.max()) if len(targets) else None
        self._due: dict[tuple[str, int], dict[str, list[str]]] = {}
        self._remarks: dict[str, tuple[str, str] | str] = {}

    def due(self, agency_id: str, year: int) -> dict[str, list[str]]:
        """Return the subjects that an agency reports for a year, by indicator."""
        if (agency_id, year) not in self._due:
            rows = figures_due(self.tables, agency_id, year)
            self._due[agency_id, year] = rows.groupby("indicator_id")["subject_id"].agg(list).to_dict()
        return self._due[agency_id, year]

    def resolved(self, figure: SentFigure) -> SentFigure:
        """Return the figure with whom it is about, where the file leaves it out and only one is possible."""
        if figure.subject_id or figure.agency_id not in self.agencies:
            return figure
        subjects = self.due(figure.agency_id, figure.year).get(figure.indicator_id, [])
        if len(subjects) != 1:
            return figure
        return replace(figure, subject_id=subjects[0])

    def of_form(self, sent: Submission, figures: Sequence[SentFigure], blanks: Sequence[SentFigure]) -> list[Finding]:
        """Return what is wrong with a form as a whole, once instead of at every row; else with single figures."""
        identity, where = sent.identity, (figures[0].sheet if figures else "", "A1")
        if identity is not None and identity.agency_id not in self.agencies:
            facts = {"near": self._near(identity.agency_id, self.agencies)}
            return [Finding("unknown-agency", sent.file, *where, identity.agency_id, facts)]
        if identity is not None and identity.year not in self.years:
            return [Finding("unknown-year", sent.file, *where, str(identity.year), self._year_facts())]
        faults = []
        if identity is not None and figures and self.collected not in (None, identity.year):
            facts = {"year": identity.year, "wanted": self.collected}
            faults.append(Finding("other-year", sent.file, *where, str(identity.year), facts))
        faults += [fault for figure in figures for fault in self.of_figure(figure)]
        return faults + [fault for figure in blanks for fault in self._emptied(figure)]

    def is_outdated(self, sent: Submission) -> bool:
        """Tell whether a file's figures have been replaced or taken back since it was taken in."""
        figures = [self.resolved(figure) for figure in sent.figures if figure.value is not None]
        return any(self.actual.get(figure.key, (None,))[0] != float(figure.value or 0) for figure in figures)

    def change(self, figure: SentFigure) -> Correction | None:
        """Return how a figure changes one that was sent in before; nothing if there is none or it says nothing."""
        now = self.actual.get(figure.key)
        if now is None or now[1] not in self.sent or figure.says == "none":
            return None
        after = None if figure.value is None else float(figure.value)
        about = self.named(figure.finding("fall")).about
        assert about is not None
        return Correction(figure.file, about, figure.unit, now[0], after)

    def open_notes(self, figures: Iterable[SentFigure]) -> list[tuple[str, About, str]]:
        """Return file, figure and the sender's words where there is no figure yet but a note."""
        told = [self.named(figure.finding("stays")) for figure in figures if figure.says in ("none", "blank")]
        return [(one.file, one.about, one.note) for one in told if one.about is not None and one.note]

    def named(self, finding: Finding) -> Finding:
        """Return a finding that speaks of its figure by names instead of ids."""
        about = finding.about
        if about is None or about.indicator not in self.names or about.subject not in self.both_names:
            return finding
        names = (self.both_indicators[about.indicator], self.both_names[about.subject])
        return replace(finding, about=about._replace(names=names))

    def of_figure(self, figure: SentFigure) -> list[Finding]:
        """Return what the registers say against a figure; only if nothing, what the history finds odd."""
        errors = list(self._errors(figure))
        return errors or list(self._odd(figure))

    def twice(self, figures: Iterable[SentFigure]) -> list[Finding]:
        """Return the figures that are given more than once, and say whether they disagree."""
        first: dict[tuple[str, str, int, str], SentFigure] = {}
        faults = []
        for figure in figures:
            other = first.setdefault(figure.key, figure)
            if other is not figure:
                where = ", ".join(filter(None, [other.file, other.sheet, other.cell]))
                code = "duplicate" if other.value == figure.value else "disagree"
                faults.append(figure.finding(code, other=where, first=other.typed))
        return faults

    def _errors(self, figure: SentFigure) -> Iterator[Finding]:
        if figure.agency_id not in self.agencies or figure.agency_id == PROVINCE:
            yield figure.finding("unknown-agency", near=self._near(figure.agency_id, self.agencies))
            return
        if figure.year not in self.years:
            yield figure.finding("unknown-year", **self._year_facts())
        if figure.indicator_id not in self.names:
            yield figure.finding("unknown-indicator", near=self._near(figure.indicator_id, self.names))
            return
        agency = self.agencies[figure.agency_id]
        subjects = self.due(figure.agency_id, figure.year).get(figure.indicator_id, [])
        if not subjects:
            yield figure.finding("not-responsible", agency=agency)
        elif figure.subject_id not in subjects:
            yield figure.finding("wrong-subject", agency=agency, wanted=" / ".join(subjects))
        unit = self.units[figure.indicator_id]
        if figure.unit != unit:
            yield figure.finding("wrong-unit", wanted=UNIT_NAMES[unit])

    def _emptied(self, figure: SentFigure) -> Iterator[Finding]:
        now = self.actual.get(figure.key)
        if now is not None and now[1] in self.sent:
            yield figure.finding("emptied", before=self._shown(now[0], figure.unit))

    def _odd(self, figure: SentFigure) -> Iterator[Finding]:
        now = self.actual.get(figure.key)
        if figure.says == "withdrawn":
            if now is None or now[1] not in self.sent:
                yield figure.finding("nothing-to-withdraw")
            return
        if figure.value is None:
            if now is not None:
                yield figure.finding("stays", before=self._shown(now[0], figure.unit))
            return
        value = float(figure.value)
        if now is not None and now[0] == value and now[1] in self.sent:
            return
        if now is not None and now[1] not in self.sent:
            yield figure.finding("replaces-other", before=self._shown(now[0], figure.unit), source=now[1])
        elif now is not None and (*figure.key, value) in self.before:
            yield figure.finding("older", before=self._shown(now[0], figure.unit))
        elif now is not None and _is_large(now[0], value, figure.unit):
            facts = {"before": self._shown(now[0], figure.unit), "after": self._shown(value, figure.unit)}
            yield figure.finding("corrects", **facts)
        last_year = (figure.indicator_id, figure.subject_id, figure.year - 1, figure.period)
        if last_year in self.actual:
            yield from self._odd_move(figure, self.actual[last_year][0])

    def _odd_move(self, figure: SentFigure, before: float) -> Iterator[Finding]:
        value = float(figure.value or 0)
        facts = {"before": self._shown(before, figure.unit)}
        if figure.unit == "percent" and abs(value - before) > JUMP:
            yield figure.finding("jump", most=JUMP, **facts)
        elif figure.unit != "percent" and min(value, before) > 0 and max(value, before) >= FACTOR * min(value, before):
            yield figure.finding("factor", most=FACTOR, **facts)
        elif self.directions[figure.indicator_id] * (value - before) < 0:
            yield figure.finding("fall", **facts)

    @staticmethod
    def _shown(value: float, unit: str) -> tuple[str, str]:
        return quantity(value, unit), quantity(value, unit, "en")

    def _year_facts(self) -> dict[str, object]:
        return {"years": ", ".join(map(str, self.years))}

    def _near(self, text: str, known: Mapping[str, str]) -> tuple[str, str] | str:
        """Return the id most like a text, or of the name that was written instead, as a remark.

        A file of nothing but unknown names gets no more than the first.
        """
        if len(self._remarks) > MAX_REMARKS:
            return ""
        if text not in self._remarks:
            by_name = {name.casefold(): one for one, name in known.items()}
            self._remarks[text] = found.near(by_name.get(text.casefold(), text.lower()), known)
        return self._remarks[text]


def key_of(row: NamedTuple) -> tuple[str, str, int, str]:
    """Return what an observation is of: indicator, whom it is about, year, period."""
    return row.indicator_id, row.agency_id, row.year, row.period


def _both(register: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return dict(zip(register.index, zip(register["name_vi"], register["name_en"], strict=True), strict=True))


def _is_large(before: float, after: float, unit: str) -> bool:
    """Tell whether a correction is so large that a slip of the decimal sign or the unit may be behind it."""
    if unit == "percent" and abs(after - before) > JUMP:
        return True
    return min(before, after) > 0 and max(before, after) >= FACTOR * min(before, after) * (1 - 1e-9)
