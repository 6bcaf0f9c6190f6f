"""The search for a rank against brute force: 6,672 searches, and 2,856 mixes typed back as they are printed.

.venv/bin/python benchmarks/searches.py

Every province seeks every rank ahead of it, with costs and caps drawn anew for each round. Brute force knows nothing of
the library's order of filling: the fewest indices are looked for among all sets; the cheapest mix among all corners of
what is possible, where every index but one is at zero or at its cap.
"""

import itertools
import random
from collections.abc import Iterator

import numpy as np

from dti.scenarios.baseline import Baseline, baseline
from dti.scenarios.goal_seek import Mix, headroom, seek
from dti.scenarios.outcome import Outcome, apply
from dti.scenarios.scenario_file import Goal, Scenario
from dti.words.vietnamese import number

SEARCHES, TYPED_BACK = 6_672, 2_856
NEAR = 1e-6


def scenario(province: str, **given: object) -> Scenario:
    """Return a scenario of 2023 in which nobody else moves."""
    return Scenario.model_validate({"title": "-", "reasoning": "-", "year": 2023, "province": province} | given)


def asked(base: Baseline) -> Iterator[tuple[Outcome, Goal]]:
    """Yield searches without end: every province, every rank ahead of it, costs and caps drawn with a seed."""
    draw = random.Random(14)
    starts = [apply(scenario(province), base=base) for province in base.total.index]
    while True:
        for start in starts:
            for rank in range(1, start.base_rank):
                costs = {name: draw.choice([1, 1.5, 2, 3]) for name in base.values}
                caps = {name: draw.choice(["p75", "leader"]) for name in draw.sample(list(base.values), 2)}
                yield start, Goal.model_validate({"rank": rank, "costs": costs, "caps": caps})


def brute(need: float, room: np.ndarray, costs: np.ndarray) -> tuple[int, float]:
    """Return the fewest indices that cover ``need``, and the least cost of covering it."""
    sets = [chosen for k in range(len(room) + 1) for chosen in itertools.combinations(range(len(room)), k)]
    fewest = next(len(chosen) for chosen in sets if room[list(chosen)].sum() >= need - NEAR)
    least = np.inf
    for full, partly in itertools.product(sets, range(len(room))):
        rest = need - room[list(full)].sum()
        if partly not in full and -NEAR <= rest <= room[partly] + NEAR:
            least = min(least, (room * costs)[list(full)].sum() + max(rest, 0) * costs[partly])
    return fewest, least


def typed_back(base: Baseline, start: Outcome, found: Mix, way: str) -> int:
    """Return the rank that a mix reaches if somebody types it as it is printed."""
    decimals = {name: max(1, len(f"{more:.9f}".rstrip("0").partition(".")[2])) for name, more in found.mix(way).items()}
    said = {name: f"+{number(more, 'vi', decimals[name])} điểm" for name, more in found.mix(way).items()}
    return apply(scenario(start.province, changes=said), base=base).rank


def main() -> None:
    """Print how many searches differ from brute force, and how many printed mixes miss their rank."""
    base = baseline(2023)
    counts = dict.fromkeys(
        ("searches", "out of reach", "fewest differ", "cheapest differ", "miss", "typed", "typed miss"), 0
    )
    for start, goal in asked(base):
        found, room = seek(start, goal), headroom(start, goal)
        if not found.reachable:
            counts["out of reach"] += 1
            if room.sum() >= found.need + NEAR:
                counts["miss"] += 1
            continue
        counts["searches"] += 1
        fewest, least = brute(found.need, room.to_numpy(), found.choice["cost"].to_numpy())
        plans, costs = found.plans, found.choice["cost"]
        counts["fewest differ"] += (plans.loc["fewest", costs.index] > 0).sum() != fewest
        # What is printed is rounded up, index by index, by less than a tenth of a point each.
        counts["cheapest differ"] += not -NEAR <= plans.at["cheapest", "cost"] - least <= 0.1 * costs.sum() + NEAR
        counts["miss"] += (plans.loc[["cheapest", "fewest"], "reaches"] > goal.rank).any()
        for way in ("cheapest", "fewest"):
            if counts["typed"] < TYPED_BACK:
                counts["typed"] += 1
                counts["typed miss"] += typed_back(base, start, found, way) > goal.rank
        if counts["searches"] == SEARCHES:
            break
    print("\n".join(f"{name}: {count}" for name, count in counts.items()))


if __name__ == "__main__":
    main()
