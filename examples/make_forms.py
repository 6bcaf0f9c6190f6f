"""Make the illustrative set of 2023 forms: figures drawn at random with a fixed seed, not results of anybody.

``python examples/make_forms.py`` writes them anew to ``so-lieu-2023-minh-hoa/`` beside this file; needed only after the
indicators or the responsibilities have changed.
"""

import random
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from dti.intake.forms import file_name, form
from dti.plan.duties import PROVINCE, figures_due, reporting_agencies
from dti.store.tables import load_all
from dti.words.vietnamese import number, rounded

SEED = 4900
YEAR = 2023
FOLDER = Path(__file__).parent / "so-lieu-2023-minh-hoa"
TABLES = ["agencies", "indicators", "responsibilities", "observations", "sources"]

Answer = dict[str, float | str]
Answers = dict[tuple[str, str], Answer]


class Level(NamedTuple):
    """Around which figure an indicator's illustrative results lie, and what the year before and the target were."""

    before: float | None
    target: float | None
    around: float


def main(folder: Path = FOLDER) -> None:
    """Write every agency's form, filled in with illustrative figures."""
    tables = load_all(TABLES)
    folder.mkdir(exist_ok=True)
    for name, content in forms(tables):
        (folder / name).write_bytes(content)


def forms(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each form."""
    chance = random.Random(SEED)
    units = tables["indicators"].set_index("indicator_id")["unit"].to_dict()
    levels = {indicator: _level(tables, indicator, unit, chance) for indicator, unit in units.items()}
    agencies = reporting_agencies(tables, YEAR)
    due = {agency: figures_due(tables, agency, YEAR) for agency in agencies}
    bound = pd.concat(rows for rows in due.values())["role"].eq("implement")
    carriers = (
        pd.concat(rows for rows in due.values())[bound.to_numpy()].groupby("indicator_id")["subject_id"].agg(list)
    )
    own: Answers = {}
    for agency in agencies:
        for row in due[agency][due[agency]["subject_id"] != PROVINCE].itertuples():
            if row.role == "implement" or chance.random() < 0.3:
                many = len(carriers.get(row.indicator_id, [""]))
                own[row.indicator_id, agency] = _own_answer(
                    units[row.indicator_id], levels[row.indicator_id], many, chance
                )
    for place, agency in enumerate(agencies, start=1):
        answers = {key: answer for key, answer in own.items() if key[1] == agency}
        for row in due[agency][due[agency]["subject_id"] == PROVINCE].itertuples():
            parts = [own[row.indicator_id, carrier] for carrier in carriers.get(row.indicator_id, [])]
            answers[row.indicator_id, PROVINCE] = _province_answer(
                units[row.indicator_id], levels[row.indicator_id], parts, chance
            )
        for answer in answers.values():
            if chance.random() < 0.5 and "value" in answer:
                answer["evidence"] = f"Báo cáo minh họa số {place}/BC-MH ngày 10/12/{YEAR}"
        content = form(tables, agency, YEAR, answers=answers, sender="Người lập minh họa", illustrative=True)
        yield file_name(agency, YEAR, illustrative=True), content


def _level(tables: Mapping[str, pd.DataFrame], indicator: str, unit: str, chance: random.Random) -> Level:
    """Return a level that may be met, better, the same or worse, so that every status occurs."""
    figures = tables["observations"].query(
        "in_use and period == 'year' and agency_id == @PROVINCE and indicator_id == @indicator"
    )
    known = {(row.year, row.kind): float(row.value) for row in figures.itertuples()}
    before, target = known.get((YEAR - 1, "actual")), known.get((YEAR, "target"))
    start = (
        before if before is not None else (target or {"percent": 60, "count": 20, "ratio": 1, "mbps": 50}[unit]) * 0.7
    )
    goal = target if target is not None else start * 1.1
    around = start + chance.choice([1.05, 1.0, 0.8, 0.5, 0.0, -0.1]) * (goal - start)
    if goal == start:
        around = start * chance.choice([1.0, 1.0, 0.97])
    return Level(before, target, min(around, 100) if unit == "percent" else around)


def _own_answer(unit: str, level: Level, many: int, chance: random.Random) -> Answer:
    """Return one agency's figure; a count is its part of the province's, of which ``many`` agencies have one each."""
    fate = chance.random()
    if fate < 0.01:
        return {}
    if fate < 0.02:
        return {"value": "chưa có số liệu"}
    if unit == "percent":
        whole = chance.randint(40, 400)
        part = min(whole, max(0, round(whole * (level.around + chance.uniform(-4, 4)) / 100)))
        return _share(part, whole)
    if unit == "ratio":
        whole = chance.randint(1, 15)
        part = max(0, round(whole * level.around + chance.uniform(-1, 1)))
        return {"value": number(part / whole, decimals=2), "numerator": part, "denominator": whole}
    if unit == "mbps":
        return {"value": max(1, round(level.around + chance.uniform(-3, 3)))}
    return {"value": max(0, round(level.around / many * chance.uniform(0.7, 1.3)))}


def _province_answer(unit: str, level: Level, parts: list[Answer], chance: random.Random) -> Answer:
    """Return the province's figure: what its agencies' figures make where all of them are there."""
    if unit in ("percent", "ratio") and parts and all("denominator" in part for part in parts):
        over, under = (sum(int(part[name]) for part in parts) for name in ("numerator", "denominator"))
        if unit == "percent":
            return _share(over, under)
        return {"value": number(over / under, decimals=2), "numerator": over, "denominator": under}
    if unit == "percent":
        return {"value": f"{number(level.around, decimals=2)}%"}
    if unit == "ratio":
        return {"value": number(level.around, decimals=2)}
    if parts and all(isinstance(part.get("value"), int) for part in parts):
        return {"value": sum(int(part["value"]) for part in parts)}
    return {"value": max(0, round(level.around * chance.uniform(0.98, 1.02)))}


def _share(part: int, whole: int) -> Answer:
    value = rounded(100 * part / whole, 2)
    return {"value": f"{number(float(value), decimals=2)}%", "numerator": part, "denominator": whole}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
