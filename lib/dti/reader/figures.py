"""Every number of a plan as one table: what it is, where it stands, what it is of, and what is proposed to do with it."""

import os
import re

import pandas as pd

from dti.reader.contradictions import contradictions, same_measure
from dti.reader.levels import ONE_AGENCY
from dti.reader.lines import LEFT
from dti.reader.measures import alike, direction_of, measure, pillar_of, proposed_id, proposed_name
from dti.reader.plan import FoundFigure, Plan, read_plan
from dti.reader.reading import Reading

TAKE, CHANGE, NEW, LEAVE = DECISIONS = ("nhận", "nhận có sửa", "chỉ tiêu mới", "để lại")
COLUMNS = [
    "number", "clause", "evidence", "year", "kind", "level", "comparator", "value", "value_high", "unit", "unit_text",
    "total", "share", "agency_id", "wording", "stated", "indicator_text", "indicator_id", "decision", "reason", "remark",
    "score", "runner_up", "runner_score", "new_id", "new_name", "pillar", "direction", "last_value", "last_target",
    "lead_agency", "block", "start", "end", "sentence", "implied", "before",
]  # fmt: skip
TABLES = ["agencies", "indicators", "observations", "pillars"]


def figures(plan: Plan, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return every number of a plan, in the order of the document, with the decision that is proposed for it.

    Parameters
    ----------
    plan : see `dti.reader.plan.read_plan`
    tables : those of `TABLES`

    Returns
    -------
    One row per number, with the columns of `COLUMNS`. ``kind`` none are numbers left aside, ``reason`` says why.
    ``block``, ``start``, ``end`` are the place in the outline.
    """
    rows = [_row(number, found) for number, found in enumerate(plan.found, start=1)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame = _with_new_ones(frame, plan, tables["pillars"])
    frame = _with_last_year(frame, tables["observations"], plan.year)
    return _with_decisions(frame)


def _row(number: int, found: FoundFigure) -> dict:
    reading, match = found.reading, found.match
    quantity, block = reading.quantity, reading.block
    row = dict.fromkeys(COLUMNS, "")
    numbers = dict.fromkeys(
        ("value", "value_high", "total", "share", "score", "runner_score", "last_value", "last_target", "direction")
    )
    row |= numbers | {
        "number": number, "clause": block.clause, "evidence": _evidence(reading), "year": reading.year, "kind": reading.kind,
        "block": block.number, "start": quantity.start, "end": quantity.end, "sentence": block.text, "implied": reading.implied,
        "value": _float(quantity.value), "unit_text": quantity.unit_text,
    }  # fmt: skip
    if reading.kind == "none":
        return row | {"reason": reading.reason, "decision": "" if reading.reason == "no-unit" else LEAVE}
    one_agency = reading.level == ONE_AGENCY
    return row | {
        "level": reading.level, "comparator": quantity.comparator, "value_high": _float(quantity.high),
        "unit": "count" if quantity.unit == "rank" else quantity.unit, "total": _float(quantity.total),
        "share": _float(quantity.share), "agency_id": reading.agency_id,
        "wording": reading.wording if reading.kind == "actual" else "", "stated": "implied" if reading.implied else "stated",
        "indicator_text": measure(reading), "indicator_id": "" if one_agency else match.indicator_id, "remark": match.remark,
        "score": round(match.score or match.runner_score, 2), "runner_up": match.runner_up or (match.indicator_id if one_agency else ""),
        "runner_score": round(match.runner_score, 2), "lead_agency": reading.lead_agency, "before": reading.before,
    }  # fmt: skip


def _float(value: object) -> float | None:
    return None if value is None else float(value)


def _evidence(reading: Reading) -> str:
    """Return the shortest stretch around a figure that stands once in its paragraph; of a table, its line."""
    text, quantity = reading.block.text, reading.quantity
    if reading.block.kind == "row":
        return " | ".join(cell for cell in reading.block.cells if cell and cell != LEFT)
    start, end = quantity.start, quantity.end
    ends = [hit.start() for hit in re.finditer(r"[,;.:)]?\s|$", text)]
    end = next((place for place in ends if place >= min(len(text), end + 25)), len(text))
    while text.count(text[start:end]) > 1 or (start > 0 and quantity.start - start < 12):
        before = text.rfind(" ", 0, max(start - 1, 0))
        start = max(before + 1, 0) if before >= 0 else 0
        if start == 0:
            break
    return text[start:end].strip(" ,;.:")


def _with_new_ones(frame: pd.DataFrame, plan: Plan, pillars: pd.DataFrame) -> pd.DataFrame:
    """Propose name, id, pillar and direction for what the tables have no indicator of; alike phrases get one id."""
    seen: list[dict] = []
    for place, row in frame[frame["kind"].isin(["actual", "target"]) & frame["indicator_id"].eq("")].iterrows():
        reading = plan.found[place].reading
        level = "toan-tinh" if row["level"] == ONE_AGENCY else row["level"]
        unit = "percent" if pd.notna(row["share"]) else row["unit"]
        known = next(
            (
                one
                for one in seen
                if one["level"] == level and one["unit"] == unit and alike(one["text"], row["indicator_text"])
            ),
            None,
        )
        if known is None:
            name = proposed_name(reading, row["indicator_text"])
            if unit == "percent" and name.startswith("Số "):
                name = "Tỷ lệ " + name.removeprefix("Số ")
            key, taken = proposed_id(name, level), {one["new_id"] for one in seen}
            key = next(k for k in [key, *(f"{key}-{n}" for n in range(2, 99))] if k not in taken)
            known = {"level": level, "unit": unit, "text": row["indicator_text"], "new_id": key, "new_name": name}
            known |= {"pillar": pillar_of(reading.block.titles, name, pillars), "direction": direction_of(name)}
            seen.append(known)
        for column in ("new_id", "new_name", "pillar", "direction"):
            frame.at[place, column] = known[column]
    return frame


def _with_last_year(frame: pd.DataFrame, observations: pd.DataFrame, year: int) -> pd.DataFrame:
    """Set last year's value and target beside each figure, as the tables have them."""
    used = observations[observations["in_use"] & observations["agency_id"].eq("tinh")]
    for column, kind, of_year in [("last_value", "actual", year - 2), ("last_target", "target", year - 1)]:
        values = (
            used[used["kind"].eq(kind) & used["year"].eq(of_year)]
            .drop_duplicates("indicator_id")
            .set_index("indicator_id")["value"]
        )
        frame[column] = frame["indicator_id"].map(values)
    return frame


def _with_decisions(frame: pd.DataFrame) -> pd.DataFrame:
    """Propose a decision for each figure; what people must judge stays open."""
    disputed = contradictions(frame)
    open_rows = set(disputed["first"]) | set(disputed["second"])
    earlier: list[dict] = []
    for place, row in frame[frame["kind"].ne("none")].iterrows():
        record = row.to_dict()
        twin = next((one for one in earlier if _restates(one, record)), None)
        decision, reason = NEW if not row["indicator_id"] else TAKE, ""
        if row["number"] in open_rows:
            decision, reason = "", "contradiction"
        elif row["remark"] == "flattened":
            decision, reason = "", "flattened"
        elif twin is not None:
            decision, reason = LEAVE, f"restated:{twin['number']}"
        elif row["remark"] in ("definition", "narrower", "wider", "two-alike"):
            decision, reason = (
                "",
                f"definition:{row['runner_up'] or row['indicator_id']}"
                if row["remark"] != "two-alike"
                else "two-alike",
            )
        elif row["level"] == ONE_AGENCY:
            decision, reason = "", "one-agency"
        frame.at[place, "decision"], frame.at[place, "reason"] = decision, reason
        earlier.append(record)
    return frame


def _restates(one: dict, other: dict) -> bool:
    same = one["kind"] == other["kind"] and one["year"] == other["year"] and one["value"] == other["value"]
    return same and one["comparator"] == other["comparator"] and same_measure(one, other)


def pairs(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return result and target of the same measure: of the year before, and of the plan's year.

    Parameters
    ----------
    frame : see `figures`
    """
    rows = frame[frame["kind"].isin(["actual", "target"]) & frame["level"].ne(ONE_AGENCY)]
    results = rows[rows["kind"].eq("actual") & rows["year"].eq(year - 1)].to_dict("records")
    targets = rows[rows["kind"].eq("target") & rows["year"].eq(year)].to_dict("records")
    found = [
        (one["number"], two["number"], one["indicator_id"] or one["new_id"], one["level"])
        for one in results
        for two in targets
        if same_measure(one, two) and "wider" not in (one["remark"], two["remark"])
    ]
    return pd.DataFrame(found, columns=["result", "target", "indicator_id", "level"])


def read_figures(path: str | os.PathLike, year: int, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the figures of a plan's file; see `figures`."""
    return figures(read_plan(path, year, tables), tables)
