"""How far each projection of ranks missed, for all provinces: 2023 projected on 2024.

.venv/bin/python benchmarks/back_test.py > benchmarks/back_test.md
"""

import itertools

import pandas as pd

from dti.scenarios.back_test import back_test
from dti.scenarios.motion import PROJECTED
from dti.store.tables import load

MOVES = ("fixed", *PROJECTED)


def main() -> None:
    """Print both tables: the ways to project, then every province under those in which all move alike."""
    tests = {(own, others): back_test(own, others) for own, others in itertools.product(MOVES, MOVES)}
    tests = {pair: test for pair, test in tests.items() if test is not None}
    first = next(iter(tests.values()))
    print("# How far projections of ranks missed\n")
    decisions = " and ".join(first.decisions)
    print(f"{first.base_year} projected on {first.base_year + 1}, {len(first.ranks)} provinces; ranks alone, across")
    print(f"Decisions {decisions}; nothing is calibrated on it. “Same rank as last year” missed by")
    print(f"{first.same_missed:.1f} places on average.\n")
    print("| The province itself | The others | Missed by, places | Interval held | Worse than the same rank |")
    print("| --- | --- | --: | --: | --- |")
    for (own, others), test in tests.items():
        held = "–" if test.held is None else f"{test.held:.0%}"
        print(f"| {own} | {others} | {test.missed:.1f} | {held} | {'yes' if test.worse else 'no'} |")
    print("\n| Province | Rank before | Rank after | " + " | ".join(PROJECTED) + " | uncertain: 90 % |")
    print("| --- | --: | --: |" + " --: |" * (len(PROJECTED) + 1))
    names = load("provinces").set_index("province_id")["name_vi"]
    alike = pd.DataFrame({moves: tests[moves, moves].ranks["projected"] for moves in PROJECTED})
    drawn = tests["uncertain", "uncertain"].ranks
    for province, row in drawn.sort_values("actual").iterrows():
        cells = [names[province], row["base"], row["actual"], *alike.loc[province].astype(int)]
        cells.append(f"{row['low']:.0f}–{row['high']:.0f}")
        print("| " + " | ".join(str(int(cell)) if isinstance(cell, float) else str(cell) for cell in cells) + " |")


if __name__ == "__main__":
    main()
