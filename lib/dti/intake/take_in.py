"""Take in what agencies send: read everything, check everything, and only then write, all of it or nothing."""

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from dti.intake import findings as found
from dti.intake.cells import Unreadable, clean
from dti.intake.findings import About, Finding
from dti.intake.history import kept_name, new_files
from dti.intake.judge import REGISTERS, Correction, Judge
from dti.intake.read_submission import extract
from dti.intake.reading import FileReader, read_bytes
from dti.intake.submission import Submission
from dti.store.all_or_none import locked, replace_together
from dti.store.faults import DataError
from dti.store.tables import PROJECT, data_dir, load_all, telling_plainly
from dti.words.vietnamese import Lang, quantity
from dti.words.word_list import word

MAX_FILES = 500
#: Files that systems leave beside documents; nobody sent them.
_NOISE = ("~$", "._", ".~lock.", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass
class IntakeResult:
    """What became of the files: what was found, what was (or would be) taken in, what was known already.

    Parameters
    ----------
    reasons : why warnings are let through, by agency; under "" for all others
    changes : figures that replace or take back one that was taken in before
    outdated : of the known files those whose figures were replaced since
    restored : of the known files those whose kept copy had been lost
    offered : all files that could be opened
    open_notes : file, figure and the sender's words where there is no figure yet but a note
    """

    findings: list[Finding] = field(default_factory=list)
    taken: list[Submission] = field(default_factory=list)
    known: list[Submission] = field(default_factory=list)
    reasons: Mapping[str, str] = field(default_factory=dict)
    changes: list[Correction] = field(default_factory=list)
    outdated: set[str] = field(default_factory=set)
    restored: list[Submission] = field(default_factory=list)
    offered: list[Submission] = field(default_factory=list)
    open_notes: list[tuple[str, About, str]] = field(default_factory=list)
    written: bool = False

    @property
    def refused(self) -> bool:
        """Whether something keeps the files out: an error, or a warning without a reason."""
        return bool(found.errors(self.findings)) or not all(map(self._has_reason, self.findings))

    def _has_reason(self, finding: Finding) -> bool:
        agencies = {
            figure.agency_id
            for sent in self.taken
            if sent.file == finding.file
            for figure in (*sent.figures, *sent.blanks)
        }
        return bool(self.reasons.get("")) or (bool(agencies) and agencies <= set(self.reasons))

    @property
    def figures(self) -> int:
        """How many figures the files hold."""
        return sum(figure.value is not None for sent in self.taken for figure in sent.figures)


def intake(
    paths: Iterable[str | os.PathLike],
    data: str | os.PathLike | None = None,
    *,
    accept: str | Sequence[str] = "",
    dry_run: bool = False,
    sender: str = "",
    now: datetime | None = None,
    wait: float = 10,
) -> IntakeResult:
    """Take in files and folders of figures; nothing is written unless everything is in order.

    Parameters
    ----------
    paths : files (.xlsx, .csv) or folders of them
    data : folder of tables; see `dti.store.tables.data_dir`
    accept : the reason for which warnings are let through, kept with the figures; ``agency=reason`` for one agency's
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
    return _take_in(sent, findings + unread, data_dir(data), reasons(accept), dry_run, clean(sender), now, wait)


def withdraw(
    indicator_id: str,
    agency_id: str,
    year: int,
    reason: str,
    data: str | os.PathLike | None = None,
    *,
    subject_id: str = "",
    period: str = "year",
    dry_run: bool = False,
    sender: str = "",
    now: datetime | None = None,
    wait: float = 10,
) -> IntakeResult:
    """Take back a figure that was taken in: by a file like any other, which is kept with its reason.

    Parameters
    ----------
    agency_id : who had sent the figure
    reason : why; kept
    subject_id : whom the figure is about, where the agency reports it for more than one
    year, period : of the figure

    Raises
    ------
    DataError
        no reason, or the folder of tables cannot be used
    """
    if not clean(reason):
        raise DataError(word("intake.withdraw_reason", "vi"))
    when = now or datetime.now().astimezone()
    units = load_all(["indicators"], data)["indicators"].set_index("indicator_id")["unit"].to_dict()
    header = ["agency_id", "subject_id", "year", "period", "indicator_id", "unit", "value", "note"]
    row = [agency_id, subject_id, str(year), period, indicator_id, units.get(indicator_id, "count"), "rút số liệu"]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows([header, [*row, clean(reason)]])
    name = f"rut-so-lieu-{when:%Y%m%d-%H%M%S}.csv"
    # The time of a withdrawal makes it another file than the last one of the same words.
    content = f"{text.getvalue()}\n".encode() + b"\n" * (int(when.timestamp() * 1000) % 997)
    sent = [extract(name, content, ".csv")]
    return _take_in(sent, [], data_dir(data), {}, dry_run, clean(sender), when, wait)


def reasons(accept: str | Sequence[str]) -> dict[str, str]:
    """Return reasons by agency, under "" what holds for all others.

    Examples
    --------
    >>> reasons(["so-y-te=Đổi cách tính", "Số liệu minh họa"])
    {'so-y-te': 'Đổi cách tính', '': 'Số liệu minh họa'}
    """
    given: dict[str, str] = {}
    for text in [accept] if isinstance(accept, str) else accept:
        match = re.fullmatch(r"([a-z0-9]+(?:-[a-z0-9]+)+)=(.*)", text, re.DOTALL)
        agency, reason = (match[1], clean(match[2])) if match else ("", clean(text))
        if reason:
            given[agency] = reason
    return given


def _take_in(
    sent: Sequence[Submission],
    findings: list[Finding],
    folder: Path,
    given: Mapping[str, str],
    dry_run: bool,
    sender: str,
    now: datetime | None,
    wait: float,
) -> IntakeResult:
    outcome = IntakeResult(findings, reasons=given, offered=list(sent))
    try:
        with telling_plainly(folder), locked(folder, wait):
            _judge(outcome, sent, folder)
            if not (outcome.refused or dry_run):
                _write(outcome, folder, sender, now or datetime.now().astimezone())
    except OSError as error:
        where = error.filename2 or error.filename or folder
        raise DataError(f"{where} cannot be written ({error.strerror}); nothing was changed.") from None
    return outcome


def summary(outcome: IntakeResult, lang: Lang = "vi") -> list[str]:
    """Return what became of the files, in a few lines for the terminal.

    Examples
    --------
    >>> summary(IntakeResult(), "en")
    ['Nothing new: no figure was taken in.']
    """
    known = [_known(sent, outcome, lang) for sent in outcome.known]
    if outcome.refused:
        errors = len(found.errors(outcome.findings))
        return [*known, word("intake.refused", lang, errors=errors, warnings=len(outcome.findings) - errors)]
    lines = [line for sent in outcome.taken for line in _taken(sent, outcome, lang)]
    if not outcome.taken:
        return [*known, word("intake.nothing", lang)]
    totals = {"figures": outcome.figures, "files": len(outcome.taken)}
    return [*known, *lines, word("intake.written" if outcome.written else "intake.checked", lang, **totals)]


def _known(sent: Submission, outcome: IntakeResult, lang: Lang) -> str:
    if sent in outcome.restored:
        return word("intake.restored", lang, file=sent.file)
    outdated = sent.file in outcome.outdated
    return word("intake.replaced_since" if outdated else "intake.known", lang, file=sent.file)


def _taken(sent: Submission, outcome: IntakeResult, lang: Lang) -> Iterator[str]:
    values = sum(figure.value is not None for figure in sent.figures)
    withdrawn = sum(figure.says == "withdrawn" for figure in sent.figures)
    blanks = len(sent.blanks) + len(sent.figures) - values - withdrawn
    yield word("intake.file", lang, file=sent.file, values=values, blanks=blanks)
    mine = [change for change in outcome.changes if change.file == sent.file]
    for change in mine:
        figure = change.about.shown(lang)
        before, after = (quantity(value, change.unit, lang) for value in (change.before, change.after))
        if change.after is None:
            yield "  " + word("intake.withdrawn", lang, figure=figure, before=before)
        elif change.after != change.before:
            yield "  " + word("intake.corrected", lang, figure=figure, before=before, after=after)
    unchanged = sum(change.before == change.after for change in mine)
    if unchanged:
        yield "  " + word("intake.unchanged", lang, count=unchanged)
    for file, about, note in outcome.open_notes:
        if file == sent.file:
            yield "  " + word("intake.open_with_note", lang, figure=about.shown(lang), note=note)


def _files(paths: Iterable[str | os.PathLike]) -> tuple[list[tuple[Path, str]], list[Finding]]:
    """Return the files that are meant, each with the name under which it is spoken of, and what cannot be read."""
    files: list[tuple[Path, Path]] = []
    faults: list[Finding] = []
    for given in map(Path, paths):
        try:
            is_folder = given.is_dir()
        except (OSError, ValueError):
            is_folder = False
        if is_folder:
            files += [(path, path.relative_to(given)) for path in sorted(_below(given, faults))]
        else:
            files.append((given, Path(given.name)))
    if not files and not faults:
        faults.append(Finding("no-files", ", ".join(str(path) for path in paths)))
    if len(files) > MAX_FILES:
        return [], [Finding("too-many-files", "", facts={"most": MAX_FILES})]
    return list(zip([path for path, _ in files], _told_apart(files), strict=True)), faults


def _told_apart(files: Sequence[tuple[Path, Path]]) -> list[str]:
    """Return a name for each file: its own; where several share it, as much of the way to it as tells them apart."""
    names = [[clean(path.name), clean(str(below)), clean(str(path))] for path, below in files]
    shown = []
    for each in names:
        of_kind = [sum(other[kind] == each[kind] for other in names) for kind in range(3)]
        shown.append(next((each[kind] for kind in range(3) if of_kind[kind] == 1), each[2]))
    return shown


def _below(folder: Path, faults: list[Finding]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        faults.append(Finding("no-access", clean(str(error.filename)), facts={"reason": error.strerror}))

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        faults += [Finding("linked-folder", clean(str(Path(parent, name).relative_to(folder)))) for name in links]
        yield from (Path(parent) / name for name in names if not name.startswith(_NOISE))


def _submissions(files: Sequence[tuple[Path, str]]) -> tuple[list[Submission], list[Finding]]:
    sent, unread = {}, []
    with FileReader() as reading:
        for path, name in files:
            try:
                content = read_bytes(path)
            except Unreadable as error:
                unread.append(Finding(error.code, name, facts=error.facts))
            else:
                one = extract(name, content, path.suffix, reading)
                sent.setdefault(one.sha256, one)
    return list(sent.values()), unread


def _judge(outcome: IntakeResult, sent: Sequence[Submission], folder: Path) -> None:
    """Sort the submissions into known and new, and add what the registers and the history have to say."""
    tables = load_all(REGISTERS, folder)
    known = set(tables["submissions"]["sha256"])
    judge = Judge(tables)
    outcome.known = [one for one in sent if one.sha256 in known]
    outcome.outdated = {one.file for one in outcome.known if judge.is_outdated(one)}
    outcome.restored = [one for one in outcome.known if not _is_kept(one, folder)]
    for one in sent:
        if one.sha256 in known:
            continue
        outcome.findings += one.findings
        if one.illustrative and folder.resolve() == (PROJECT / "data").resolve():
            outcome.findings.append(Finding("illustrative-here", one.file))
        figures = [judge.resolved(figure) for figure in one.figures]
        blanks = [judge.resolved(figure) for figure in one.blanks]
        outcome.findings += judge.of_form(one, figures, blanks)
        outcome.changes += [change for figure in figures if (change := judge.change(figure)) is not None]
        outcome.open_notes += judge.open_notes([*figures, *blanks])
        outcome.taken.append(replace(one, figures=figures, blanks=blanks))
    outcome.findings += judge.twice(figure for one in outcome.taken for figure in one.figures)
    outcome.findings = [judge.named(finding) for finding in outcome.findings]


def _is_kept(sent: Submission, folder: Path) -> bool:
    kept = folder / kept_name(sent.sha256, sent.suffix)
    return kept.is_file() and kept.read_bytes() == sent.content


def _write(outcome: IntakeResult, folder: Path, sender: str, now: datetime) -> None:
    files = {kept_name(one.sha256, one.suffix): one.content for one in outcome.restored}
    if outcome.taken:
        names = load_all(["agencies"], folder)["agencies"].set_index("agency_id")["name_vi"].to_dict()
        files |= new_files(folder, outcome.taken, names, now, sender, outcome.reasons, outcome.findings)
    if files:
        replace_together(folder, files)
    outcome.written = bool(outcome.taken)
