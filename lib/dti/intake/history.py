"""The history of what was sent in: every file kept, every figure traceable to one, corrections that erase nothing."""

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd

from dti.intake.findings import Finding
from dti.intake.read_submission import Figure, Submission, evidence_of, extract
from dti.intake.reading import MAX_BYTES
from dti.intake.typed_numbers import plain
from dti.store.faults import concat_faults, fault, faults_at, no_faults
from dti.store.tables import PROJECT, data_dir

#: Tables that an intake writes.
TABLES = ["observations", "sources", "submissions", "fractions"]
FOLDER = "submissions"

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
    reason: str = "",
    warnings: Sequence[Finding] = (),
) -> dict[str, bytes]:
    """Return the files that take these submissions in, by name below the folder of tables.

    Parameters
    ----------
    names : the agencies' names by id
    received : time of intake, with its zone
    sender : who sent the files, where they do not say
    reason : why ``warnings`` were accepted

    Returns
    -------
    the kept files, then the tables; rows that are not concerned stay as they are, byte for byte
    """
    tables = {name: _text_rows(folder / f"{name}.csv") for name in TABLES}
    files = {kept_name(one.sha256, one.suffix): one.content for one in sent}
    for one in sent:
        cited = source_id(one)
        tables["sources"][1].append(_source(one, cited, names, received))
        tables["submissions"][1].append(_submission(one, cited, names, received, sender, reason))
        for figure in one.figures:
            if figure.value is not None:
                about = [warning for warning in warnings if _is_about(warning, figure)]
                _supersede(tables["observations"][1], figure, cited, received)
                tables["observations"][1].append(_observation(figure, cited, reason, about))
            if figure.numerator is not None:
                tables["fractions"][1].append(_fraction(figure, cited))
    return files | {f"{name}.csv": _csv_bytes(*table) for name, table in tables.items()}


def figures_follow_from_files(tables: dict[str, pd.DataFrame], data: str | os.PathLike | None) -> pd.DataFrame:
    """Return where the observations are not what the kept files say: every file is read again.

    Each file must be there unchanged and say the very figures that cite it, no more and no fewer; of a figure that was
    sent more than once the last must be in use.
    """
    sent = tables["submissions"].dropna(subset=["source_id", "file", "sha256", "suffix"])
    observations = tables["observations"]
    cited = observations[observations["source_id"].isin(sent["source_id"])]
    parts = []
    for row in sent.itertuples():
        place = row.Index + 2
        try:
            content = _kept_content(data_dir(data) / kept_name(row.sha256, row.suffix))
        except (OSError, ValueError):
            content = b""
        if hashlib.sha256(content).hexdigest() != row.sha256:
            parts.append(
                fault(
                    "submissions.csv",
                    place,
                    "sha256",
                    row.sha256,
                    "not the fingerprint of a kept file",
                    f"the file as it was sent, in {FOLDER}/",
                )
            )
            continue
        said = extract(row.file, content, row.suffix)
        mine = cited[cited["source_id"] == row.source_id]
        parts.append(_differences(said, mine, tables["fractions"], row.source_id, place))
    return concat_faults([*parts, _not_the_last(observations, sent)])


def illustrative_in_project(tables: dict[str, pd.DataFrame], data: str | os.PathLike | None) -> pd.DataFrame:
    """Return the illustrative sources in the project's own data, where only real figures belong."""
    if data_dir(data).resolve() != (PROJECT / "data").resolve():
        return no_faults()
    sources = tables["sources"]
    return faults_at(
        "sources.csv",
        sources,
        sources["basis"].eq("illustrative"),
        "basis",
        "not allowed in the project's own data",
        "illustrative figures only in a copy of the data",
    )


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


def _observation(figure: Figure, cited: str, reason: str, warnings: Sequence[Finding]) -> Row:
    note, note_en = _notes(figure, reason, warnings)
    return {
        "indicator_id": figure.indicator_id,
        "agency_id": figure.subject_id,
        "year": str(figure.year),
        "period": "year",
        "kind": "actual",
        "source_id": cited,
        "clause": figure.clause,
        "value": _value(figure),
        "comparator": "=",
        "wording": "reached",
        "in_use": "true",
        "stated": "stated",
        "evidence": evidence_of(figure),
        "note": note,
        "note_en": note_en,
    }


def _value(figure: Figure) -> str:
    return "" if figure.value is None else plain(figure.value)


def _fraction(figure: Figure, cited: str) -> Row:
    return {
        "indicator_id": figure.indicator_id,
        "agency_id": figure.subject_id,
        "year": str(figure.year),
        "source_id": cited,
        "clause": figure.clause,
        "numerator": "" if figure.numerator is None else plain(figure.numerator),
        "denominator": "" if figure.denominator is None else plain(figure.denominator),
    }


def _notes(figure: Figure, reason: str, warnings: Sequence[Finding]) -> tuple[str, str]:
    """Return a figure's note in both languages: the sender's own words, and why a warning was let through."""
    vi = [figure.note, f"Minh chứng: {figure.evidence}" if figure.evidence else ""]
    sent = "; ".join(filter(None, vi))
    en = [f"Sent with these words, in Vietnamese: “{sent}”" if sent else ""]
    for warning in warnings:
        vi.append(f"Đã chấp nhận dù {warning.words('vi')[0]}, lý do: {reason}")
        en.append(f"Accepted although {warning.words('en')[0]}; reason given: “{reason}”")
    return "; ".join(filter(None, vi)), "; ".join(filter(None, en))


def _supersede(rows: Iterable[Row], figure: Figure, cited: str, received: datetime) -> None:
    key = (figure.indicator_id, figure.subject_id, str(figure.year), "year", "actual", "true")
    columns = ("indicator_id", "agency_id", "year", "period", "kind", "in_use")
    for row in rows:
        if tuple(row[column] for column in columns) == key:
            row["in_use"] = "false"
            vi = f"Được thay bằng số nhận ngày {received:%d/%m/%Y} ({cited})"
            en = f"Superseded by the figure received on {received:%Y-%m-%d} ({cited})"
            row["note"] = "; ".join(filter(None, [row["note"], vi]))
            row["note_en"] = "; ".join(filter(None, [row["note_en"], en]))


def _is_about(warning: Finding, figure: Figure) -> bool:
    return (warning.file, warning.sheet, warning.cell) == (figure.file, figure.sheet, figure.cell)


def _text_rows(path: Path) -> tuple[list[str], list[Row]]:
    """Return header and rows of a table as the text they are, so that no figure changes its writing."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or []), list(reader)


def _csv_bytes(header: list[str], rows: list[Row]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


# --- proof ---------------------------------------------------------------------------------------------------------


def _kept_content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _differences(said: Submission, mine: pd.DataFrame, fractions: pd.DataFrame, cited: str, place: int) -> pd.DataFrame:
    """Return where the observations of one file differ from what the file says."""
    figures = {figure.clause: figure for figure in said.figures if figure.value is not None}
    parts = fractions[fractions["source_id"] == cited].set_index("clause")
    found = []
    for index, row in mine.iterrows():
        figure = figures.pop(row["clause"], None)
        if figure is None or said.findings:
            found.append(_unproven(index, "clause", row["clause"]))
            continue
        for column, right in _facts(figure, row["agency_id"]).items():
            if row[column] != right:
                found.append(_unproven(index, column, row[column]))
        kept = parts.loc[[row["clause"]], ["numerator", "denominator"]] if row["clause"] in parts.index else parts[:0]
        wanted = [] if figure.numerator is None else [[float(figure.numerator), float(figure.denominator or 0)]]
        if kept[["numerator", "denominator"]].to_numpy().tolist() != wanted:
            found.append(_unproven(index, "evidence", row["evidence"]))
    if figures:
        found.append(
            fault(
                "submissions.csv",
                place,
                "figures",
                len(figures),
                "not all figures of the file are in observations.csv",
                "every figure that the file holds",
            )
        )
    return concat_faults(found)


def _facts(figure: Figure, agency_id: str) -> dict[str, object]:
    """Return what an observation of this figure must say; a plain table may leave out whom the figure is about."""
    subject = figure.subject_id or (agency_id if agency_id in (figure.agency_id, "tinh") else figure.agency_id)
    return {
        "indicator_id": figure.indicator_id,
        "agency_id": subject,
        "year": figure.year,
        "value": float(figure.value or 0),
        "evidence": evidence_of(figure),
        "period": "year",
        "kind": "actual",
        "comparator": "=",
        "wording": "reached",
    }


def _unproven(index: int, column: str, value: object) -> pd.DataFrame:
    return fault(
        "observations.csv",
        index + 2,
        column,
        value,
        "not what the file that it cites says",
        "the figure as it was sent; take in a corrected file instead of editing the table",
    )


def _not_the_last(observations: pd.DataFrame, sent: pd.DataFrame) -> pd.DataFrame:
    """Return the figures in use although a later file replaced them."""
    order = {cited: place for place, cited in enumerate(sent["source_id"])}
    rows = observations[observations["kind"] == "actual"]
    place = rows["source_id"].map(order).fillna(-1)
    last = place.groupby([rows["indicator_id"], rows["agency_id"], rows["year"], rows["period"]]).transform("max")
    bad = pd.Series(False, index=observations.index)
    bad[rows.index] = rows["in_use"] & (place < last)
    return faults_at(
        "observations.csv", observations, bad, "in_use", "not the figure sent last", "the last figure in use"
    )
