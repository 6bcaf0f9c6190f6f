"""Proof that the tables say what the kept files say: every file is read again, in the order of their coming."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from dti.intake.history import FOLDER, kept_name
from dti.intake.read_submission import extract
from dti.intake.reading import MAX_BYTES, FileReader
from dti.intake.submission import SentFigure, Submission, evidence_of
from dti.store.faults import concat_faults, fault, faults_at, no_faults
from dti.store.tables import PROJECT, data_dir

KEY = ["indicator_id", "agency_id", "year", "period"]


class Standing(NamedTuple):
    """A figure as it stood after some file: value, parts, and the file that it came in."""

    value: Decimal | None
    parts: tuple[Decimal | None, Decimal | None]
    cited: str


def figures_follow_from_files(tables: dict[str, pd.DataFrame], data: str | os.PathLike | None) -> pd.DataFrame:
    """Return where the observations are not what the kept files say.

    Each file must be there unchanged and say the very figures that cite it. A figure without a row of its own must
    have been sent unchanged. Of a figure that was sent more than once the last must be in use, and none that was taken
    back.
    """
    sent = tables["submissions"].dropna(subset=["source_id", "file", "sha256", "suffix"])
    standing: dict[tuple, Standing] = {}
    parts = []
    with FileReader() as reading:
        for row in sent.itertuples():
            content = _kept_content(data_dir(data), row.sha256, row.suffix)
            if hashlib.sha256(content).hexdigest() != row.sha256:
                parts.append(
                    fault(
                        "submissions.csv",
                        row.Index + 2,
                        "sha256",
                        row.sha256,
                        "not the fingerprint of a kept file",
                        f"the file as it was sent, in {FOLDER}/; send it again to restore it",
                    )
                )
                _stand_as_written(standing, tables, row.source_id)
                continue
            said = extract(row.file, content, row.suffix, reading)
            parts.append(_differences(said, tables, row.source_id, row.Index + 2, standing))
    return concat_faults([*parts, _not_as_last_sent(tables["observations"], sent, standing)])


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


def _kept_content(folder: Path, sha256: str, suffix: str) -> bytes:
    try:
        with (folder / kept_name(sha256, suffix)).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return b""


def _stand_as_written(standing: dict[tuple, Standing], tables: Mapping[str, pd.DataFrame], cited: str) -> None:
    """Take a lost file's figures from the tables, so that later files are not held against it."""
    for row in tables["observations"].query("source_id == @cited").itertuples():
        standing[row.indicator_id, row.agency_id, row.year, row.period] = Standing(None, (None, None), cited)


def _differences(
    said: Submission, tables: Mapping[str, pd.DataFrame], cited: str, place: int, standing: dict[tuple, Standing]
) -> pd.DataFrame:
    """Return where the rows of one file differ from what the file says; note how each figure stands after it."""
    mine = tables["observations"].query("source_id == @cited")
    figures = {figure.clause: figure for figure in said.figures if figure.says in ("figure", "withdrawn")}
    if said.findings:
        figures = {}
    parts = tables["fractions"].query("source_id == @cited").set_index("clause")
    found = []
    for index, row in mine.iterrows():
        figure = figures.pop(row["clause"], None)
        if figure is None or figure.value is None:
            found.append(_unproven(index, "clause", row["clause"]))
            continue
        found += _wrong_cells(index, row, figure, parts)
        standing[tuple(row[name] for name in KEY)] = _stands(figure, cited)
    gone = tables["withdrawals"].query("source_id == @cited").set_index("clause")
    left = [figure for figure in figures.values() if not _accounted_for(figure, gone, standing, cited)]
    if left:
        found.append(
            fault(
                "submissions.csv",
                place,
                "figures",
                len(left),
                "not all figures of the file are in observations.csv",
                "every figure that the file holds",
            )
        )
    return concat_faults(found)


def _wrong_cells(index: int, row: pd.Series, figure: SentFigure, parts: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for column, right in _facts(figure, row["agency_id"]).items():
        if row[column] != right:
            yield _unproven(index, column, row[column])
    kept = parts.loc[[row["clause"]], ["numerator", "denominator"]] if row["clause"] in parts.index else parts[:0]
    wanted = [] if figure.numerator is None else [[float(figure.numerator), float(figure.denominator or 0)]]
    if kept.reindex(columns=["numerator", "denominator"]).to_numpy().tolist() != wanted:
        yield _unproven(index, "evidence", row["evidence"])


def _accounted_for(figure: SentFigure, gone: pd.DataFrame, standing: dict[tuple, Standing], cited: str) -> bool:
    """Tell whether a figure without a row was taken back, or had been sent unchanged."""
    keys = [(figure.indicator_id, subject, figure.year, figure.period) for subject in _subjects(figure)]
    if figure.says == "withdrawn":
        if figure.clause in gone.index:
            standing[keys[0][0], gone.at[figure.clause, "agency_id"], *keys[0][2:]] = Standing(None, (None, None), "")
            return True
        return False
    same = (figure.value, (figure.numerator, figure.denominator))
    return any(key in standing and same in ((standing[key].value, standing[key].parts),) for key in keys)


def _subjects(figure: SentFigure) -> list[str]:
    """Return whom a figure may be about; a plain table may leave it out."""
    return [figure.subject_id] if figure.subject_id else [figure.agency_id, "tinh"]


def _stands(figure: SentFigure, cited: str) -> Standing:
    return Standing(figure.value, (figure.numerator, figure.denominator), cited)


def _facts(figure: SentFigure, agency_id: str) -> dict[str, object]:
    """Return what an observation of this figure must say."""
    subjects = _subjects(figure)
    return {
        "indicator_id": figure.indicator_id,
        "agency_id": agency_id if agency_id in subjects else subjects[0],
        "year": figure.year,
        "value": float(figure.value or 0),
        "evidence": evidence_of(figure),
        "period": figure.period,
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


def _not_as_last_sent(
    observations: pd.DataFrame, sent: pd.DataFrame, standing: Mapping[tuple, Standing]
) -> pd.DataFrame:
    """Return the figures in use although a later file replaced them or took them back."""
    actual = observations["kind"].eq("actual") & observations["in_use"]
    last = [standing.get(key) for key in observations[KEY].itertuples(index=False, name=None)]
    other = [one is not None and one.cited != cited for one, cited in zip(last, observations["source_id"], strict=True)]
    bad = actual & pd.Series(other, index=observations.index, dtype=bool)
    return faults_at(
        "observations.csv", observations, bad, "in_use", "not the figure sent last", "the last figure in use"
    )
