"""The history of what was sent in: every file kept, every figure traceable to one, corrections that erase nothing."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from dti.intake.findings import Finding
from dti.intake.submission import SentFigure, Submission, evidence_of
from dti.intake.typed_numbers import plain
from dti.store.excel import require_commas

#: Tables that an intake writes.
TABLES = ["observations", "sources", "submissions", "fractions", "withdrawals"]
FOLDER = "submissions"

#: How a note begins that says why a warning was let through.
_ACCEPTED = "Đã chấp nhận dù"

Row = dict[str, str]


def kept_name(sha256: str, suffix: str) -> str:
    """Return the name, below the folder of tables, under which a file is kept.

    Raises
    ------
    ValueError
        not a fingerprint or not a kind of file that is taken, so never a path to somewhere else

    Examples
    --------
    >>> kept_name("0" * 64, ".csv").startswith("submissions/000")
    True
    """
    if re.fullmatch("[0-9a-f]{64}", sha256) is None or suffix not in (".xlsx", ".csv"):
        raise ValueError(f"{sha256}{suffix}")
    return f"{FOLDER}/{sha256}{suffix}"


def source_id(sent: Submission) -> str:
    """Return the id under which a file's figures are cited: agency, year, start of its fingerprint."""
    agencies = {figure.agency_id for figure in sent.figures}
    agency = agencies.pop() if len(agencies) == 1 else "nhieu-co-quan"
    return f"bc-{min(figure.year for figure in sent.figures)}-{agency}-{sent.sha256[:10]}"


def new_files(
    folder: Path,
    sent: Sequence[Submission],
    names: Mapping[str, str],
    received: datetime,
    sender: str = "",
    reasons: Mapping[str, str] | None = None,
    warnings: Sequence[Finding] = (),
) -> dict[str, bytes]:
    """Return the files that take these submissions in, by name below the folder of tables.

    A figure that is sent again as it was gets no second row; one that is taken back gets a row in ``withdrawals``.

    Parameters
    ----------
    names : the agencies' names by id
    received : time of intake, with its zone
    sender : who sent the files, where they do not say
    reasons : why ``warnings`` were accepted, by agency; under "" for all others

    Returns
    -------
    the kept files, then the tables; rows that are not concerned stay as they are, byte for byte
    """
    tables = {name: _text_rows(folder / f"{name}.csv") for name in TABLES}
    files = {kept_name(one.sha256, one.suffix): one.content for one in sent}
    for one in sent:
        cited = source_id(one)
        reason = _reason_of(one, reasons or {}, warnings)
        tables["sources"][1].append(_source(one, cited, names, received))
        tables["submissions"][1].append(_submission(one, cited, names, received, sender, reason))
        for figure in one.figures:
            about = [warning for warning in warnings if _is_about(warning, figure)]
            _enter(tables, figure, cited, received, reason, about)
    return files | {f"{name}.csv": _csv_bytes(*table) for name, table in tables.items()}


def _reason_of(sent: Submission, reasons: Mapping[str, str], warnings: Sequence[Finding]) -> str:
    """Return why a file's warnings were accepted; nothing for a file that has none."""
    if not any(warning.file == sent.file for warning in warnings):
        return ""
    agencies = {figure.agency_id for figure in sent.figures}
    own = [reasons[agency] for agency in sorted(agencies) if agency in reasons]
    return "; ".join(own) or reasons.get("", "")


def _enter(
    tables: Mapping[str, tuple[list[str], list[Row]]],
    figure: SentFigure,
    cited: str,
    received: datetime,
    reason: str,
    warnings: Sequence[Finding],
) -> None:
    """Put a figure, or the taking back of one, into the tables."""
    rows = tables["observations"][1]
    in_use = [row for row in rows if _key(row) == (*map(str, figure.key), "actual", "true")]
    if figure.says == "withdrawn":
        for row in in_use:
            _supersede(row, *_withdrawn_words(cited, received))
        tables["withdrawals"][1].append(_withdrawal(figure, cited))
    elif figure.value is not None and not any(_is_same(row, tables["fractions"][1], figure) for row in in_use):
        for row in in_use:
            _supersede(row, *_replaced_words(cited, received))
        rows.append(_observation(figure, cited, reason, warnings))
        if figure.numerator is not None:
            tables["fractions"][1].append(_fraction(figure, cited))


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("indicator_id", "agency_id", "year", "period", "kind", "in_use"))


def _is_same(row: Row, fractions: Sequence[Row], figure: SentFigure) -> bool:
    """Tell whether a figure says what a row says already: the same value, parts and words."""
    parts = [
        (part["numerator"], part["denominator"])
        for part in fractions
        if (part["source_id"], part["clause"]) == (row["source_id"], row["clause"])
    ]
    mine = [] if figure.numerator is None else [(_plain(figure.numerator), _plain(figure.denominator))]
    words = _notes(figure, "", [])[0]
    same_words = row["note"] == words or row["note"].startswith(f"{words}; {_ACCEPTED}".removeprefix("; "))
    same_file = row["source_id"].startswith("bc-")
    return same_file and same_words and row["value"] == _plain(figure.value) and parts == mine


# --- rows ----------------------------------------------------------------------------------------------------------


def _source(sent: Submission, cited: str, names: Mapping[str, str], received: datetime) -> Row:
    years = ", ".join(sorted({str(figure.year) for figure in sent.figures}))
    agencies = sorted({figure.agency_id for figure in sent.figures})
    who = names[agencies[0]] if len(agencies) == 1 else f"{len(agencies)} cơ quan"
    mark = " (số liệu minh họa)" if sent.illustrative else ""
    return {
        "source_id": cited,
        "publisher": who,
        "title_vi": f"Biểu số liệu chuyển đổi số năm {years} của {who}{mark}",
        "date_published": f"{received:%Y-%m-%d}",
        "basis": "illustrative" if sent.illustrative else "official",
        "note": f"Tệp gửi: {sent.file}",
    }


def _submission(
    sent: Submission, cited: str, names: Mapping[str, str], received: datetime, sender: str, reason: str
) -> Row:
    agencies = sorted({figure.agency_id for figure in sent.figures})
    only = agencies[0] if len(agencies) == 1 else ""
    return {
        "source_id": cited,
        "file": sent.file,
        "sha256": sent.sha256,
        "suffix": sent.suffix,
        "received": received.isoformat(timespec="seconds"),
        "sender": sender or sent.sender or ", ".join(names[agency] for agency in agencies),
        "agency_id": only,
        "figures": str(sum(figure.value is not None for figure in sent.figures)),
        "accepted": reason,
    }


def _observation(figure: SentFigure, cited: str, reason: str, warnings: Sequence[Finding]) -> Row:
    note, note_en = _notes(figure, reason, warnings)
    return {
        "indicator_id": figure.indicator_id,
        "agency_id": figure.subject_id,
        "year": str(figure.year),
        "period": figure.period,
        "kind": "actual",
        "source_id": cited,
        "clause": figure.clause,
        "value": _plain(figure.value),
        "comparator": "=",
        "wording": "reached",
        "in_use": "true",
        "stated": "stated",
        "evidence": evidence_of(figure),
        "note": note,
        "note_en": note_en,
    }


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _withdrawal(figure: SentFigure, cited: str) -> Row:
    return {
        "indicator_id": figure.indicator_id,
        "agency_id": figure.subject_id,
        "year": str(figure.year),
        "period": figure.period,
        "source_id": cited,
        "clause": figure.clause,
        "reason": "; ".join(filter(None, [figure.note, figure.evidence])),
    }


def _fraction(figure: SentFigure, cited: str) -> Row:
    return {
        "indicator_id": figure.indicator_id,
        "agency_id": figure.subject_id,
        "year": str(figure.year),
        "source_id": cited,
        "clause": figure.clause,
        "numerator": _plain(figure.numerator),
        "denominator": _plain(figure.denominator),
    }


def _notes(figure: SentFigure, reason: str, warnings: Sequence[Finding]) -> tuple[str, str]:
    """Return a figure's note in both languages: the sender's own words, and why a warning was let through."""
    vi = [figure.note, f"Minh chứng: {figure.evidence}" if figure.evidence else ""]
    sent = "; ".join(filter(None, vi))
    en = [f"Sent with these words, in Vietnamese: “{sent}”" if sent else ""]
    for warning in warnings:
        vi.append(f"{_ACCEPTED} {warning.words('vi')[0]}, lý do: {reason}")
        en.append(f"Accepted although {warning.words('en')[0]}; reason given: “{reason}”")
    return "; ".join(filter(None, vi)), "; ".join(filter(None, en))


def _supersede(row: Row, vi: str, en: str) -> None:
    row["in_use"] = "false"
    row["note"] = "; ".join(filter(None, [row["note"], vi]))
    row["note_en"] = "; ".join(filter(None, [row["note_en"], en]))


def _replaced_words(cited: str, received: datetime) -> tuple[str, str]:
    return (
        f"Được thay bằng số nhận ngày {received:%d/%m/%Y} ({cited})",
        f"Superseded by the figure received on {received:%Y-%m-%d} ({cited})",
    )


def _withdrawn_words(cited: str, received: datetime) -> tuple[str, str]:
    return (
        f"Được rút ngày {received:%d/%m/%Y} ({cited})",
        f"Withdrawn on {received:%Y-%m-%d} ({cited})",
    )


def _is_about(warning: Finding, figure: SentFigure) -> bool:
    return (warning.file, warning.sheet, warning.cell) == (figure.file, figure.sheet, figure.cell)


def _text_rows(path: Path) -> tuple[list[str], list[Row]]:
    """Return header and rows of a table as the text they are, so that no figure changes its writing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        require_commas(reader.fieldnames, Path(file.name))
        return list(reader.fieldnames or []), list(reader)


def _csv_bytes(header: list[str], rows: list[Row]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()
