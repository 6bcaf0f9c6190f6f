"""Where a plan disagrees with itself: two values for one thing, "maintain 100 %" of what has not reached it."""

import re

import pandas as pd

from dti.reader.levels import ONE_AGENCY
from dti.reader.lines import folded
from dti.reader.measures import alike

COLUMNS = ["first", "second", "clause_first", "clause_second", "value_first", "value_second", "what"]


def contradictions(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of figures that cannot both hold.

    Parameters
    ----------
    figures : see `dti.reader.figures.figures`; its ``number`` names a row

    Returns
    -------
    One row per pair, with the columns of `COLUMNS`; ``what`` is values, maintained or whole-and-part.
    """
    rows = figures[figures["kind"].isin(["actual", "target"])].to_dict("records")
    found = [
        (one, other, what)
        for place, one in enumerate(rows)
        for other in rows[place + 1 :]
        if (what := _disagree(one, other))
    ]
    table = [
        (a["number"], b["number"], a["clause"], b["clause"], _shown(a, what), _shown(b, what), what)
        for a, b, what in found
    ]
    return pd.DataFrame(table, columns=COLUMNS)


def _shown(row: dict, what: str) -> float:
    return row["value"] if what == "share" else _level_of(row)


def same_measure(one: dict, other: dict) -> bool:
    """Tell whether two figures measure the same: the same indicator, else the same words, at the same level, of the same agency."""
    if one["level"] != other["level"] or one["agency_id"] != other["agency_id"]:
        return False
    if one["level"] == ONE_AGENCY:
        return one["unit"] == other["unit"] and alike(one["indicator_text"], other["indicator_text"])
    if one["indicator_id"] or other["indicator_id"]:
        return one["indicator_id"] == other["indicator_id"]
    return one["new_id"] == other["new_id"] or (
        _unit(one) == _unit(other) and alike(one["indicator_text"], other["indicator_text"])
    )


def _disagree(one: dict, other: dict) -> str:
    if one["implied"] or other["implied"] or "flattened" in (one["remark"], other["remark"]):
        return ""
    if _share_misstated(one, other):
        return "share"
    if one["kind"] == other["kind"] and one["year"] == other["year"]:
        if same_measure(one, other):
            return "values" if _apart(one, other) else ""
        whole, part = _whole_and_part(one, other)
        if whole is not None and one["kind"] == "actual" and _level_of(whole) == 100 and _level_of(part) < 100:
            return "whole-and-part"
        return ""
    actual, target = (one, other) if one["kind"] == "actual" else (other, one)
    if actual["kind"] != "actual" or target["kind"] != "target" or target["year"] != actual["year"] + 1:
        return ""
    keeps = re.search(r"(?:duy trì|giữ vững|tiếp tục bảo đảm|tiếp tục đảm bảo)[^;.\d]{0,30}$", folded(target["before"]))
    related = same_measure(actual, target) or _whole_and_part(target, actual)[0] is target
    if keeps and related and _level_of(target) is not None and _level_of(actual) < _level_of(target) - 1e-9:
        return "maintained"
    return ""


def _share_misstated(one: dict, other: dict) -> bool:
    """Tell whether a sentence gives a count of a total and, right behind or before it, a share that is another one."""
    count, share = (one, other) if pd.notna(one["share"]) else (other, one)
    if (
        pd.isna(count["share"])
        or share["unit"] != "percent"
        or pd.notna(share["share"])
        or one["block"] != other["block"]
    ):
        return False
    behind = share["start"] > count["end"] and re.search(
        r",\s(?:tương đương|tức|bằng|đạt|chiếm)(?: khoảng| gần)? ?$", share["before"]
    )
    bracket = 0 <= count["start"] - share["end"] <= 3 and not count["before"].strip()
    return bool(behind or bracket) and abs(count["share"] - share["value"]) > 0.06


def _apart(one: dict, other: dict) -> bool:
    """Tell whether two values differ; a count of a total is compared with a share by its own share."""
    if one["comparator"] != other["comparator"] and "range" not in (one["comparator"], other["comparator"]):
        compatible = {one["comparator"], other["comparator"]} <= {"=", ">=", ">", "~"} and abs(
            _level_of(one) - _level_of(other)
        ) < 1e-9
        return not compatible
    return abs(_level_of(one) - _level_of(other)) > 0.0101 or _high(one) != _high(other)


def _high(row: dict) -> float | None:
    return None if pd.isna(row["value_high"]) else row["value_high"]


def _level_of(row: dict) -> float:
    """Return the value that is compared: the share of a count of a total, else the value itself."""
    return row["share"] if pd.notna(row["share"]) else row["value"]


def _unit(row: dict) -> str:
    return "percent" if pd.notna(row["share"]) else row["unit"]


def _whole_and_part(one: dict, other: dict) -> tuple[dict | None, dict | None]:
    for whole, part in ((one, other), (other, one)):
        if whole["indicator_id"] and part["indicator_id"].startswith(f"{whole['indicator_id']}-cap-"):
            return whole, part
    return None, None
