"""A sender's own workbook with what was found in it: cells coloured, each with a comment that says what is expected."""

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from dti.intake.cells import area, reference
from dti.intake.findings import Finding
from dti.intake.form_layout import digest
from dti.intake.status import RETURNED
from dti.intake.submission import Submission
from dti.store.write import make_folder, write_whole
from dti.words.vietnamese import Lang
from dti.words.word_list import word

_COLOURS = {"error": "FFC7CE", "warning": "FFEB9C"}
_MARK = "DTI"
RETURNED_COLUMNS = ["agency_id", "year", "period", "file", "findings"]


def is_ours(comment: str) -> bool:
    """Tell whether a comment is one of ours, unchanged: it says so by a digest of its own words.

    Examples
    --------
    >>> is_ours(_signed("số âm; cần: số từ 0 trở lên")), is_ours(_signed("số âm") + " không, đúng là 5")
    (True, False)
    """
    words, _, end = comment.rpartition(f" [{_MARK} ")
    return bool(words) and end == f"{digest([words])}]"


def marked_copy(content: bytes, findings: Sequence[Finding], lang: Lang = "vi") -> bytes:
    """Return a copy of a workbook in which the cells with findings are coloured and say what is expected.

    What concerns a sheet or the whole file is told at the first cell of the sheet that a reader sees.

    Parameters
    ----------
    content : an Excel file that could be read
    findings : of this file
    """
    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        sheet = finding.sheet if finding.sheet in book.sheetnames else book.sheetnames[0]
        by_cell.setdefault((sheet, _first_cell(finding.cell)), []).append(finding)
    for (sheet, where), some in by_cell.items():
        cell = book[sheet][where]
        severities = {finding.severity for finding in some}
        cell.fill = PatternFill("solid", fgColor=_COLOURS["error" if "error" in severities else "warning"])
        comment = Comment(_signed("\n".join(_line(finding, lang) for finding in some)), _MARK)
        comment.width, comment.height = 320, 60 + 40 * len(some)
        cell.comment = comment
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def write_marked(
    sent: Sequence[Submission], findings: Sequence[Finding], folder: Path, lang: Lang = "vi"
) -> list[Path]:
    """Write a marked copy of each form in which something was found; return where they are.

    Raises
    ------
    DataError
        if the folder cannot be written to
    """
    made: list[Path] = []
    returned: list[list[object]] = []
    for one in sent:
        mine = [finding for finding in findings if finding.file == one.file]
        if one.suffix != ".xlsx" or not mine or not one.readable:
            continue
        make_folder(folder)
        name = Path(one.file)
        path = folder / f"{name.stem}-{word('intake.marked', lang)}{name.suffix}"
        write_whole(path, marked_copy(one.content, mine, lang))
        made.append(path)
        if one.identity is not None:
            returned.append([one.identity.agency_id, one.identity.year, one.identity.period, one.file, len(mine)])
    if returned:
        _note(folder / RETURNED, returned)
    return made


def _note(path: Path, rows: list[list[object]]) -> None:
    """Add to the list of the forms that went back to their senders; `dti status --waiting` reads it."""
    old = pd.read_csv(path) if path.is_file() else pd.DataFrame(columns=RETURNED_COLUMNS)
    both = pd.DataFrame([*old.to_numpy().tolist(), *rows], columns=RETURNED_COLUMNS)
    last = both.drop_duplicates(["agency_id", "year", "period"], keep="last")
    write_whole(path, last.to_csv(index=False).encode())


def _first_cell(where: str) -> str:
    """Return the first cell of a place; of none, the first that is visible in a form."""
    try:
        rows, columns = area(where)
    except ValueError:
        return "B1"
    return reference(rows.start, max(columns.start, 2))


def _line(finding: Finding, lang: Lang) -> str:
    wrong, expected = finding.words(lang)
    return f"{word(f'intake.severity.{finding.severity}', lang)}: {wrong}; {word('intake.expected', lang)}: {expected}"


def _signed(words: str) -> str:
    return f"{words} [{_MARK} {digest([words])}]"
