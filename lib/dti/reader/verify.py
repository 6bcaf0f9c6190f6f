"""Whether every quote of a source still stands in its document, at its clause, and holds its value."""

import os
import re
from pathlib import Path

import pandas as pd

from dti.reader.lines import folded, tidy
from dti.reader.open_file import UnreadablePlan, read_lines
from dti.reader.outline import Outline, outline
from dti.reader.take import quote_holds
from dti.store.faults import DataError
from dti.store.tables import load_all

COLUMNS = ["table", "row", "what", "clause", "evidence", "verdict"]
STANDS, ELSEWHERE, GONE, NO_VALUE = "stands", "elsewhere", "gone", "no-value"
VERDICTS = {
    STANDS: "còn nguyên", ELSEWHERE: "có trong văn bản, nhưng không ở mục này", GONE: "không có trong văn bản",
    NO_VALUE: "trích đoạn không có giá trị này",
}  # fmt: skip


def verify(document: str | os.PathLike, source: str = "", data: str | os.PathLike | None = None) -> pd.DataFrame:
    """Return, for each quote of a source, whether it stands in a document.

    Parameters
    ----------
    document : the plan
    source : id of the source; by default the plan whose number the document bears

    Returns
    -------
    One row per figure and assignment of the source, with the columns of `COLUMNS`; ``verdict`` is one of `VERDICTS`.

    Raises
    ------
    DataError
        the document cannot be read, or no source fits it
    """
    tables = load_all(["sources", "observations", "indicators", "statements", "assignments"], data)
    try:
        tree = outline(read_lines(Path(document)))
    except UnreadablePlan as error:
        raise DataError(str(error)) from None
    cited = source or _source_of(tree, tables["sources"])
    if cited not in set(tables["sources"]["source_id"]):
        raise DataError(
            f"There is no source '{cited}' in sources.csv. Expected: {', '.join(_plans(tables['sources']))}."
        )
    texts = _Texts(tree)
    units = tables["indicators"].set_index("indicator_id")["unit"]
    rows = [
        ("observations", place + 2, f"{row.indicator_id} {row.kind} {row.year}", row.clause, row.evidence,
         _verdict(texts, row.clause, row.evidence, row, units[row.indicator_id]))
        for place, row in enumerate(tables["observations"].itertuples()) if row.source_id == cited
    ]  # fmt: skip
    clauses = tables["statements"].query("source_id == @cited").set_index("statement_id")["clause"]
    rows += [
        ("assignments", place + 2, f"{row.statement_id} {row.agency_id}", clauses[row.statement_id], row.evidence,
         _verdict(texts, clauses[row.statement_id].rpartition(", ý ")[0] or clauses[row.statement_id], row.evidence))
        for place, row in enumerate(tables["assignments"].itertuples()) if row.statement_id in clauses.index
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _plans(sources: pd.DataFrame) -> list[str]:
    return sources.loc[sources["plan_year"].notna(), "source_id"].tolist()


def _source_of(tree: Outline, sources: pd.DataFrame) -> str:
    """Return the plan whose number, or whose kept name, stands at the head of a document."""
    head = " ".join(block.text for block in tree.blocks[:40])
    plans = sources[sources["plan_year"].notna()]
    fits = [
        row.source_id
        for row in plans.itertuples()
        if isinstance(row.document_no, str) and row.document_no and row.document_no in head
    ]
    if len(fits) != 1:
        raise DataError(
            f"The document bears the number of no single source. Expected: --source with one of {', '.join(_plans(sources))}."
        )
    return fits[0]


class _Texts:
    """The text of a document by clause, as it is compared."""

    def __init__(self, tree: Outline) -> None:
        self.by_clause: dict[str, str] = {}
        for block in tree.blocks:
            text = (
                " | ".join(cell for cell in block.cells if cell not in ("", "←")) if block.kind == "row" else block.text
            )
            self.by_clause[block.clause] = f"{self.by_clause.get(block.clause, '')} ¶ {_plain(text)}"
        self.whole = " ¶ ".join(self.by_clause.values())

    def at(self, clause: str) -> str:
        """Return the text of a clause, with all that lies below it; of "…, phần liệt kê" that of the clause it is part of."""
        while clause and not any(
            known == clause or known.startswith((f"{clause},", f"{clause}.")) for known in self.by_clause
        ):
            clause = clause.rpartition(",")[0]
        return " ".join(
            text
            for known, text in self.by_clause.items()
            if known == clause or known.startswith((f"{clause},", f"{clause}."))
        )


def _verdict(texts: _Texts, clause: str, evidence: str, row: object = None, unit: str = "") -> str:
    quote = _plain(evidence)
    if quote not in texts.at(clause):
        return ELSEWHERE if quote in texts.whole else GONE
    if (
        row is not None
        and row.stated == "stated"
        and not quote_holds(evidence, str(row.value), "" if pd.isna(row.value_high) else str(row.value_high), unit)
    ):
        return NO_VALUE
    return STANDS


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", folded(tidy(text)))
