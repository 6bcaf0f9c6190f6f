"""Take a decided review into the tables: all of them or none; document and workbook are kept as they came."""

import csv
import hashlib
import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pandas as pd

from dti.reader.decided import (
    KEPT,
    Review,
    check_review,
    indicator_of,
    level_of_new,
    read_review,
    require_right,
    unit_of_new,
)
from dti.reader.figures import LEAVE, NEW, TAKE
from dti.store.all_or_none import locked, replace_together
from dti.store.excel import require_commas
from dti.store.faults import DataError
from dti.store.tables import PROJECT, data_dir, load_all, telling_plainly

TABLES = [
    "sources",
    "agencies",
    "indicators",
    "observations",
    "fractions",
    "statements",
    "assignments",
    "responsibilities",
]
KEPT_IN = "plans"


@dataclass(frozen=True)
class Taken:
    """What was written: rows added by table, and what was carried over from the plan before."""

    source_id: str
    year: int
    added: dict[str, int]
    carried: int

    def lines(self) -> list[str]:
        """Return what was done, in sentences."""
        return [
            f"Đã nhận kế hoạch năm {self.year} ({self.source_id}):",
            *(f"  {name}.csv: thêm {count} dòng" for name, count in self.added.items() if count),
            f"  trong đó {self.carried} trách nhiệm theo chỉ tiêu giữ theo kế hoạch trước, do cơ quan quyết định (carried)",
        ]


def take(
    review: str | os.PathLike,
    document: str | os.PathLike | None = None,
    data: str | os.PathLike | None = None,
    *,
    dry_run: bool = False,
) -> Taken:
    """Check a decided review and write what it decides, all or nothing.

    Parameters
    ----------
    review : the workbook of `dti plan read`, decided
    document : the plan that was read; by default where the workbook says it lay
    dry_run : check everything, write nothing

    Raises
    ------
    DataError
        with every cell that must be corrected, or what the tables would break
    """
    folder = data_dir(data).resolve()
    decided = read_review(Path(review))
    kept = _document(decided, document)
    tables = load_all([*TABLES, "pillars"], folder)
    source_id = decided.source.get("source_id", "")
    if decided.source.get("basis") == "illustrative" and folder == (PROJECT / "data").resolve():
        raise DataError(
            f"{source_id} is illustrative. Expected: --data with a copy of the tables; figures that are made up stay out of data/."
        )
    if source_id in set(tables["sources"]["source_id"]):
        raise DataError(
            f"{source_id} is in sources.csv already: this plan was taken. Expected: another source_id on the sheet Nguồn."
        )
    check_review(decided, tables)
    require_right(decided)
    with telling_plainly(folder), locked(folder):
        rows, carried = _new_rows(decided, tables)
        files = {f"{name}.csv": _appended(folder / f"{name}.csv", added) for name, added in rows.items() if added}
        files |= {
            f"{KEPT_IN}/{source_id}{kept.suffix.lower()}": kept.read_bytes(),
            f"{KEPT_IN}/{source_id}.review.xlsx": decided.content,
        }
        _must_be_right(folder, files)
        if not dry_run:
            replace_together(folder, files)
    return Taken(source_id, int(decided.source["year"]), {name: len(added) for name, added in rows.items()}, carried)


def _document(decided: Review, given: str | os.PathLike | None) -> Path:
    """Return the document that was read, unchanged since."""
    named = decided.source.get("file", "")
    places = (
        [Path(given)]
        if given
        else [decided.path.parent / decided.source.get("path", named), decided.path.parent / named, Path(named)]
    )
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        raise DataError(
            f"{named}: not found beside {decided.path.name}. Expected: --document with the plan that was read."
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != decided.source.get("sha256"):
        raise DataError(
            f"{path}: not the file that {decided.path.name} was made from. Expected: the same file, unchanged."
        )
    return path


def _must_be_right(folder: Path, files: dict[str, bytes]) -> None:
    """Try the new tables in a copy first, so that whatever breaks them breaks nothing."""
    from dti.check import check

    with tempfile.TemporaryDirectory() as aside:
        copy = Path(aside) / "data"
        copytree(folder, copy, ignore=lambda _, names: [name for name in names if name.startswith(".")])
        for name, content in files.items():
            (copy / name).parent.mkdir(exist_ok=True)
            (copy / name).write_bytes(content)
        faults = check(copy)
    if len(faults):
        raise DataError("The tables would not hold together; nothing was written:", faults)


def _appended(path: Path, rows: list[dict[str, object]]) -> bytes:
    """Return a table's bytes with rows added at its end; the rows that are there stay byte for byte."""
    before = path.read_bytes()
    heads = next(csv.reader(io.StringIO(before.decode("utf-8"))))
    require_commas(heads, path)
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, lineterminator="\n", extrasaction="raise", restval="")
    writer.writerows(rows)
    return before + (b"" if before.endswith(b"\n") else b"\n") + text.getvalue().encode("utf-8")


# --- rows ------------------------------------------------------------------------------------------------------------


def _new_rows(decided: Review, tables: dict[str, pd.DataFrame]) -> tuple[dict[str, list[dict]], int]:
    source = decided.source
    cited, year = source["source_id"], int(source["year"])
    rows: dict[str, list[dict]] = {name: [] for name in TABLES}
    facts = {
        name: source.get(name, "")
        for name in ("publisher", "title_vi", "document_no", "date_published", "basis", "terms", "note")
    }
    rows["sources"].append({"source_id": cited, "plan_year": year, **facts})
    rows["agencies"] = [
        {"agency_id": row.agency_id, "name_vi": row.name_vi, "name_en": row.name_en, "kind": row.kind or "khac", "in_register": "false",
         "has_report": "false", "source_id": cited}
        for row in decided.agencies[decided.agencies["decision"].eq(TAKE)].itertuples()
    ]  # fmt: skip
    rows["indicators"] = _indicators(decided, set(tables["indicators"]["indicator_id"]))
    _observations(decided, tables, rows)
    _duties(decided, tables, rows, year)
    carried = _carried(decided, rows, year)
    return rows, carried


def _indicators(decided: Review, known: set[str]) -> list[dict]:
    made: dict[str, dict] = {}
    for row in decided.figures[decided.figures["decision"].eq(NEW)].itertuples():
        key = indicator_of(row)
        if key not in known and key not in made:
            made[key] = {
                "indicator_id": key, "name_vi": row.new_name, "name_en": row.new_name_en, "pillar": row.pillar, "level": level_of_new(row),
                "unit": unit_of_new(row), "direction": row.direction,
            }  # fmt: skip
    return list(made.values())


def _observations(decided: Review, tables: dict[str, pd.DataFrame], rows: dict[str, list[dict]]) -> None:
    """Add the figures that are taken; what is left aside for a reason stays beside them, out of use."""
    units = dict(zip(tables["indicators"]["indicator_id"], tables["indicators"]["unit"], strict=True))
    units |= {row["indicator_id"]: row["unit"] for row in rows["indicators"]}
    directions = dict(
        zip(tables["indicators"]["indicator_id"], tables["indicators"]["direction"].astype(int), strict=True)
    )
    directions |= {row["indicator_id"]: int(row["direction"]) for row in rows["indicators"]}
    there = tables["observations"].query("in_use and period == 'year'")
    used = {(r.indicator_id, r.agency_id, int(r.year), r.kind): r for r in there.itertuples()}
    written: set[tuple] = set()
    taken = decided.figures[decided.figures["decision"].isin(KEPT)]
    beside = decided.figures[decided.figures["decision"].eq(LEAVE) & decided.figures["kind"].ne("none")]
    for row in [*taken.itertuples(), *beside.itertuples()]:
        key = indicator_of(row) or row.new_id
        if key not in units:
            continue
        cell = (key, row.agency_id, int(row.year), row.kind)
        clause = (*cell, row.clause)
        is_taken = row.decision in KEPT
        if clause in written or (not is_taken and cell not in used and not any(one[:4] == cell for one in written)):
            continue
        written.add(clause)
        in_use = is_taken and cell not in used
        made = _observation(decided, row, key, units[key], directions[key], in_use)
        if is_taken and not in_use:
            made["note"] = "; ".join(filter(None, [_beside(used[cell], float(made["value"])), row.note]))
        if in_use:
            used[cell] = row
        elif not is_taken:
            made["note"] = "; ".join(filter(None, [f"Không dùng: {row.reason}", row.note]))
        rows["observations"].append(made)
        if row.total and units[key] == "percent":
            rows["fractions"].append(
                {"indicator_id": key, "agency_id": row.agency_id, "year": row.year, "source_id": decided.source["source_id"],
                 "clause": row.clause, "numerator": row.value, "denominator": row.total}
            )  # fmt: skip


def _beside(other: object, value: float) -> str:
    cited = getattr(other, "source_id", "")
    if not cited:
        return "Nhắc lại số đã nêu; không có khác biệt."
    same = float(other.value) == value
    return (
        f"Nhắc lại số của {cited}; không có khác biệt."
        if same
        else f"Khác số đang dùng, lấy từ {cited}: cần đối chiếu."
    )


def _observation(decided: Review, row: object, key: str, unit: str, direction: int, in_use: bool) -> dict:
    share = unit == "percent" and row.unit == "count"
    value = row.share if share else row.value
    stated = row.stated if row.stated == "implied" or not share else "implied"
    if stated == "stated" and not quote_holds(row.evidence, value, row.value_high, unit):
        stated = "implied"
    return {
        "indicator_id": key, "agency_id": row.agency_id, "year": row.year, "period": "year", "kind": row.kind,
        "source_id": decided.source["source_id"], "clause": row.clause, "value": value, "value_high": row.value_high,
        "comparator": row.comparator, "wording": (row.wording or "reached") if row.kind == "actual" else "",
        "in_use": "true" if in_use else "false", "stated": stated, "evidence": row.evidence, "note": row.note, "note_en": row.note_en,
    }  # fmt: skip


def quote_holds(quote: str, value: str, high: str, unit: str) -> bool:
    """Tell whether a quote holds a value as the sources write numbers, a percentage with its sign.

    Examples
    --------
    >>> quote_holds("đạt 50,84% vượt", "50.84", "", "percent"), quote_holds("đạt từ 70 đến 75%", "70", "75", "percent")
    (True, False)
    """
    found = set()
    for digits, sign in re.findall(r"(\d[\d.,]*\d|\d)(\s?%)?", quote):
        if bool(sign) == (unit == "percent"):
            grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits)
            plain = re.sub("[.,]", "", digits) if grouped else digits.replace(",", ".")
            if plain.count(".") <= 1:
                found.add(float(plain))
    return float(value) in found and (not high or float(high) in found)


def _duties(decided: Review, tables: dict[str, pd.DataFrame], rows: dict[str, list[dict]], year: int) -> None:
    """Add the tasks as statements with their assignments, and who follows which indicator."""
    ids, seen = set(tables["statements"]["statement_id"]), {}
    duties: set[tuple] = set()
    known = set(tables["indicators"]["indicator_id"]) | {row["indicator_id"] for row in rows["indicators"]}
    taken = decided.duties[decided.duties["decision"].eq(TAKE)]
    for row in taken.itertuples():
        if row.indicator_id in known:
            duty = (row.agency_id, row.indicator_id, row.role)
            if (row.agency_id, row.indicator_id) not in {one[:2] for one in duties}:
                duties.add(duty)
                rows["responsibilities"].append(
                    {"agency_id": row.agency_id, "indicator_id": row.indicator_id, "year": year, "role": row.role, "duty_basis": row.basis,
                     "clause": row.clause}
                )  # fmt: skip
        if row.kind == "indicator":
            continue
        if row.number not in seen:
            seen[row.number] = _statement_id(row, year, ids)
            rows["statements"].append(
                {"statement_id": seen[row.number], "pillar": row.pillar, "year": year, "kind": row.kind, "text_vi": row.text_vi,
                 "text_en": row.text_en, "clause": row.clause, "source_id": decided.source["source_id"]}
            )  # fmt: skip
        made = {
            "statement_id": seen[row.number],
            "agency_id": row.agency_id,
            "role": row.role,
            "duty_basis": row.basis,
            "evidence": row.evidence,
        }
        if not any(
            (one["statement_id"], one["agency_id"], one["role"])
            == (made["statement_id"], made["agency_id"], made["role"])
            for one in rows["assignments"]
        ):
            rows["assignments"].append(made)


def _statement_id(row: object, year: int, taken: set[str]) -> str:
    number = 1
    while (key := f"{row.pillar or 'chung'}-{row.kind}-{year}-{number}") in taken:
        number += 1
    taken.add(key)
    return key


def _carried(decided: Review, rows: dict[str, list[dict]], year: int) -> int:
    """Add the duties of the plan before that the office decided to keep; nothing is carried over by itself."""
    led = {row["indicator_id"] for row in rows["responsibilities"] if row["role"] == "lead"}
    there = {(row["agency_id"], row["indicator_id"]) for row in rows["responsibilities"]}
    kept = [
        {"agency_id": row.agency_id, "indicator_id": row.indicator_id, "year": year, "role": row.role, "duty_basis": "carried", "clause": row.clause}
        for row in decided.old_duties[decided.old_duties["decision"].eq(TAKE)].itertuples()
        if (row.agency_id, row.indicator_id) not in there and not (row.role == "lead" and row.indicator_id in led)
    ]  # fmt: skip
    rows["responsibilities"] += kept
    return len(kept)
