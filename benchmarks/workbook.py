"""Workbooks with live formulas, worked out by LibreOffice, against the library: every province, twenty changes each.

    .venv/bin/python benchmarks/workbook.py

Scenarios are batched, many sheets to a workbook, and no workbook holds a figure of the library beside a formula.
"""

import random
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd

from dti.scenarios.baseline import Baseline, baseline
from dti.scenarios.page import WhatIf, of_scenario
from dti.scenarios.scenario_file import Scenario
from dti.scenarios.workbook import INDICES_ROW, PROVINCES_COLUMN, workbook_bytes

#: Work every formula out anew, whatever figures a file brings.
ALWAYS = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
    "<value>0</value></prop></item></oor:items>"
)
MOVES = ("fixed", "growth", "regional_growth")


def changed_scenarios(base: Baseline, each: int, provinces: Sequence[str], seed: int = 2023) -> list[Scenario]:
    """Return scenarios of random changes: values, additions, points, yardsticks, ties, several at once."""
    draw = random.Random(seed)
    made = []
    for province in provinces:
        for number in range(each):
            moves = {"others": draw.choice(MOVES), "own": draw.choice(MOVES)}
            chosen = draw.sample(list(base.values), draw.randint(0, 3)) if number else []
            changes = {name: _change(draw, number) for name in chosen}
            said = {"title": f"{province} {number}", "reasoning": "-", "year": base.year, "province": province}
            made.append(Scenario.model_validate(said | moves | {"changes": changes}))
    return made


def _change(draw: random.Random, number: int) -> object:
    kinds = [round(draw.random(), 4), 1.0, 0.0, {"add": round(-0.1 * draw.random(), 4)}, "-5 điểm", "lock"]
    return kinds[(number + draw.randrange(6)) % 6]


def pages_of(scenarios: Sequence[Scenario], base: Baseline) -> list[WhatIf]:
    """Return the pages of those scenarios that can be applied."""
    made = []
    for scenario in scenarios:
        try:
            made.append(of_scenario(scenario, base=base))
        except Exception as error:  # a value that would leave 0 to 1 is refused, and is no case for a workbook
            if "0 đến 1" not in str(error):
                raise
    return made


def recalculated(pages: Sequence[WhatIf], folder: Path) -> list[pd.DataFrame]:
    """Return what LibreOffice works out, one table per scenario: province; base, base_rank, score, rank, by name."""
    source = folder / "scenarios.xlsx"
    source.write_bytes(workbook_bytes(pages, worked_out=False))
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    out = folder / "out"
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", out, source], check=True, capture_output=True, timeout=500)
    book = openpyxl.load_workbook(out / source.name, data_only=True, read_only=True)
    return [_table(book[book.sheetnames[place]], pages[place]) for place in range(len(pages))]


def _table(sheet: object, of: WhatIf) -> pd.DataFrame:
    first, last = INDICES_ROW + 1, INDICES_ROW + len(of.start.base.total)
    column = PROVINCES_COLUMN + 1
    rows = sheet.iter_rows(min_row=first, max_row=last, min_col=column, max_col=column + 4, values_only=True)
    return pd.DataFrame(rows, columns=["name", "base", "base_rank", "score", "rank"]).set_index("name")


def difference(of: WhatIf, table: pd.DataFrame) -> tuple[float, int]:
    """Return by how much scores differ from the library at most, and how many of its ranks are others."""
    outcome = of.outcome
    library = pd.concat([outcome.others.iloc[0], pd.Series({outcome.province: outcome.total})])
    library.index = of.provinces[library.index]
    off = (table["score"].astype(float) - library[table.index]).abs().max()
    own = table.loc[of.name]
    return float(off), int(own["rank"] != outcome.rank) + int(own["base_rank"] != outcome.base_rank)


def main() -> None:
    """Print the table."""
    base = baseline(2023)
    provinces, cases, worst, wrong = list(base.total.index), 0, 0.0, 0
    for start in range(0, len(provinces), 9):
        pages = pages_of(changed_scenarios(base, 20, provinces[start : start + 9], seed=start), base)
        with tempfile.TemporaryDirectory() as folder:
            for of, table in zip(pages, recalculated(pages, Path(folder)), strict=True):
                off, ranks = difference(of, table)
                cases, worst, wrong = cases + 1, max(worst, off), wrong + ranks
    size = len(workbook_bytes(pages[:1])) / 1000
    print("| Scenarios | Largest difference of a score | Ranks that differ | One workbook, KB |")
    print("| --: | --: | --: | --: |")
    print(f"| {cases} | {worst:.1e} | {wrong} | {size:.0f} |")


if __name__ == "__main__":
    main()
