"""Take in what agencies send: read everything, check everything, and only then write, all of it or nothing."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from dti.intake import findings as found
from dti.intake.cells import Unreadable, clean
from dti.intake.findings import Finding
from dti.intake.forms import UNIT_NAMES
from dti.intake.history import TABLES, new_files
from dti.intake.read_submission import Figure, Submission, extract
from dti.intake.reading import Reading, read_bytes
from dti.plan.duties import PROVINCE, figures_due
from dti.store.all_or_none import locked, replace_together
from dti.store.faults import DataError
from dti.store.tables import PROJECT, data_dir, load_all, telling_plainly
from dti.words.vietnamese import Lang, quantity

REGISTERS = ["agencies", "indicators", "responsibilities", *TABLES]
MAX_FILES = 500
JUMP = 40
FACTOR = 10
MAX_REMARKS = 100
#: Files that systems leave beside documents; nobody sent them.
_NOISE = ("~$", ".", "Thumbs.db", "desktop.ini")


@dataclass
class Outcome:
    """What became of the files: what was found, what was (or would be) taken in, what was known already."""

    findings: list[Finding] = field(default_factory=list)
    taken: list[Submission] = field(default_factory=list)
    known: list[Submission] = field(default_factory=list)
    reason: str = ""
    written: bool = False

    @property
    def refused(self) -> bool:
        """Whether something keeps the files out: an error, or a warning without a reason."""
        return bool(found.errors(self.findings)) or bool(self.findings and not self.reason)

    @property
    def figures(self) -> int:
        """How many figures the files hold."""
        return sum(figure.value is not None for sent in self.taken for figure in sent.figures)


def intake(
    paths: Iterable[str | os.PathLike],
    data: str | os.PathLike | None = None,
    *,
    accept: str = "",
    dry_run: bool = False,
    sender: str = "",
    now: datetime | None = None,
    wait: float = 10,
) -> Outcome:
    """Take in files and folders of figures; nothing is written unless everything is in order.

    Parameters
    ----------
    paths : files (.xlsx, .csv) or folders of them
    data : folder of tables; see `dti.store.tables.data_dir`
    accept : the reason for which warnings are let through; kept with the figures
    dry_run : check only
    sender : who sent the files, where they do not say
    now : time of intake; the present by default
    wait : seconds to wait for another intake

    Raises
    ------
    DataError
        the folder of tables cannot be used: faulty, held by another intake, or not writable
    """
    files, findings = _files(paths)
    sent, unread = _submissions(files)
    outcome = Outcome(findings + unread, reason=clean(accept))
    folder = data_dir(data)
    try:
        with telling_plainly(folder), locked(folder, wait):
            _judge(outcome, sent, folder)
            if not (outcome.refused or dry_run or not outcome.taken):
                _write(outcome, folder, clean(sender), now or datetime.now().astimezone())
    except OSError as error:
        raise DataError(f"{folder} cannot be written ({error.strerror}); nothing was changed.") from None
    return outcome


def summary(outcome: Outcome, lang: Lang = "vi") -> list[str]:
    """Return what became of the files, in a few lines for the terminal.

    Examples
    --------
    >>> summary(Outcome(), "en")
    ['Nothing new: no figure was taken in.']
    """
    vi = lang == "vi"
    lines = [
        f"{sent.file}: đã nhận trước đây, không thay đổi gì."
        if vi
        else f"{sent.file}: taken in before, nothing changes."
        for sent in outcome.known
    ]
    if outcome.refused:
        errors = len(found.errors(outcome.findings))
        warnings = len(outcome.findings) - errors
        return [
            *lines,
            f"Không nhận: {errors} lỗi, {warnings} cảnh báo. Chưa ghi gì."
            if vi
            else f"Refused: {errors} error(s), {warnings} warning(s). Nothing was written.",
        ]
    for sent in outcome.taken:
        values = sum(figure.value is not None for figure in sent.figures)
        blanks = sent.blanks + len(sent.figures) - values
        lines.append(
            f"{sent.file}: {values} số liệu, {blanks} chỉ tiêu chưa có số."
            if vi
            else f"{sent.file}: {values} figure(s), {blanks} indicator(s) without one."
        )
    if not outcome.taken:
        return [
            *lines,
            "Không có gì mới: không số liệu nào được ghi." if vi else "Nothing new: no figure was taken in.",
        ]
    done = ("Đã ghi", "Taken in") if outcome.written else ("Kiểm tra xong, chưa ghi", "Checked, not written")
    total = (
        f"{outcome.figures} số liệu từ {len(outcome.taken)} tệp."
        if vi
        else (f"{outcome.figures} figure(s) from {len(outcome.taken)} file(s).")
    )
    return [*lines, f"{done[0 if vi else 1]}: {total}"]


def _files(paths: Iterable[str | os.PathLike]) -> tuple[list[Path], list[Finding]]:
    """Return the files to read, folders searched through, without what systems leave behind."""
    files: list[Path] = []
    for path in map(Path, paths):
        files += sorted(_below(path)) if path.is_dir() else [path]
    if not files:
        return [], [Finding("no-files", "")]
    if len(files) > MAX_FILES:
        return [], [Finding("too-many-files", "", facts={"most": MAX_FILES})]
    return files, []


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent) / name for name in names if not name.startswith(_NOISE))


def _submissions(files: Sequence[Path]) -> tuple[list[Submission], list[Finding]]:
    sent, unread = {}, []
    with Reading() as reading:
        for path in files:
            name = clean(path.name)
            try:
                content = read_bytes(path)
            except Unreadable as error:
                unread.append(Finding(error.code, name, facts=error.facts))
            else:
                one = extract(name, content, path.suffix, reading)
                sent.setdefault(one.sha256, one)
    return list(sent.values()), unread


def _judge(outcome: Outcome, sent: Sequence[Submission], folder: Path) -> None:
    """Sort the submissions into known and new, and add what the registers and the history have to say."""
    tables = load_all(REGISTERS, folder)
    known = set(tables["submissions"]["sha256"])
    outcome.known = [one for one in sent if one.sha256 in known]
    judge = _Judge(tables)
    for one in sent:
        if one.sha256 in known:
            continue
        outcome.findings += one.findings
        if one.illustrative and folder.resolve() == (PROJECT / "data").resolve():
            outcome.findings.append(Finding("illustrative-here", one.file))
        figures = [judge.resolved(figure) for figure in one.figures]
        outcome.findings += judge.of_form(one) or [fault for figure in figures for fault in judge.of_figure(figure)]
        outcome.taken.append(replace(one, figures=figures))
    outcome.findings += judge.twice(figure for one in outcome.taken for figure in one.figures)


def _write(outcome: Outcome, folder: Path, sender: str, now: datetime) -> None:
    names = load_all(["agencies"], folder)["agencies"].set_index("agency_id")["name_vi"].to_dict()
    files = new_files(folder, outcome.taken, names, now, sender, outcome.reason, outcome.findings)
    replace_together(folder, files)
    outcome.written = True


class _Judge:
    """The registers and the history, arranged for questions about single figures."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tables = tables
        self.agencies = tables["agencies"].set_index("agency_id")["name_vi"].to_dict()
        indicators = tables["indicators"].set_index("indicator_id")
        self.names, self.units = indicators["name_vi"].to_dict(), indicators["unit"].to_dict()
        self.directions = indicators["direction"].to_dict()
        years = tables["observations"]["year"]
        self.years = list(range(int(years.min()), int(years.max()) + 2)) if len(years) else []
        actual = tables["observations"].query("kind == 'actual' and in_use")
        self.actual = {
            (row.indicator_id, row.agency_id, row.year): (float(row.value), row.source_id)
            for row in actual.itertuples()
        }
        self.sent = set(tables["submissions"]["source_id"])
        self._due: dict[tuple[str, int], dict[str, list[str]]] = {}
        self._remarks: dict[str, tuple[str, str] | str] = {}

    def due(self, agency_id: str, year: int) -> dict[str, list[str]]:
        """Return the subjects that an agency reports for a year, by indicator."""
        if (agency_id, year) not in self._due:
            rows = figures_due(self.tables, agency_id, year)
            self._due[agency_id, year] = rows.groupby("indicator_id")["subject_id"].agg(list).to_dict()
        return self._due[agency_id, year]

    def resolved(self, figure: Figure) -> Figure:
        """Return the figure with whom it is about, where the file leaves it out and only one is possible."""
        if figure.subject_id or figure.agency_id not in self.agencies:
            return figure
        subjects = self.due(figure.agency_id, figure.year).get(figure.indicator_id, [])
        if len(subjects) != 1:
            return figure
        return replace(figure, subject_id=subjects[0])

    def of_form(self, sent: Submission) -> list[Finding]:
        """Return what is wrong with a form as a whole, once instead of at every row."""
        if sent.identity is None:
            return []
        where = (sent.figures[0].sheet if sent.figures else "", "A1")
        if sent.identity.agency_id not in self.agencies:
            facts = {"near": self._near(sent.identity.agency_id, self.agencies)}
            return [Finding("unknown-agency", sent.file, *where, sent.identity.agency_id, facts)]
        if sent.identity.year not in self.years:
            return [Finding("unknown-year", sent.file, *where, str(sent.identity.year), self._year_facts())]
        return []

    def of_figure(self, figure: Figure) -> list[Finding]:
        """Return what the registers say against a figure; only if nothing, what the history finds odd."""
        errors = list(self._errors(figure))
        return errors or list(self._odd(figure))

    def twice(self, figures: Iterable[Figure]) -> list[Finding]:
        """Return the figures that are given more than once, and say whether they disagree."""
        first: dict[tuple[str, str, int], Figure] = {}
        faults = []
        for figure in figures:
            other = first.setdefault((figure.indicator_id, figure.subject_id, figure.year), figure)
            if other is not figure:
                where = ", ".join(filter(None, [other.file, other.sheet, other.cell]))
                code = "duplicate" if other.value == figure.value else "disagree"
                faults.append(figure.finding(code, other=where, first=other.typed))
        return faults

    def _errors(self, figure: Figure) -> Iterator[Finding]:
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
        right = (self.names[figure.indicator_id], self.agencies.get(figure.subject_id, ""))
        if figure.shown is not None and figure.shown != right:
            yield figure.finding("row-changed", wanted=" – ".join(right))

    def _odd(self, figure: Figure) -> Iterator[Finding]:
        key = (figure.indicator_id, figure.subject_id)
        now = self.actual.get((*key, figure.year))
        if figure.value is None:
            if now is not None:
                yield figure.finding("stays", before=self._shown(now[0], figure.unit))
            return
        if now is not None and now[1] not in self.sent:
            yield figure.finding("replaces-other", before=self._shown(now[0], figure.unit), source=now[1])
        if (*key, figure.year - 1) in self.actual:
            yield from self._odd_move(figure, self.actual[*key, figure.year - 1][0])

    def _odd_move(self, figure: Figure, before: float) -> Iterator[Finding]:
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

    def _near(self, text: str, known: Iterable[str]) -> tuple[str, str] | str:
        """Return the known name most like a text; a file of nothing but unknown names gets no more than the first."""
        if len(self._remarks) > MAX_REMARKS:
            return ""
        if text not in self._remarks:
            self._remarks[text] = found.near(text, known)
        return self._remarks[text]
