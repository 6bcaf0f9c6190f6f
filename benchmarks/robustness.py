"""Seconds and memory for draws of a ranking: 63 provinces × 8 indices, the ASEM index, treatment in every draw.

Run: ``python benchmarks/robustness.py [DRAWS]``. Each has its limit beside it, for 10,000 draws on a quiet machine.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

from dti.composite.own_index import own_index
from dti.composite.robustness import Choices, rank_shares
from dti.composite.scores import score_matrix, structure
from dti.store.two_sheets import read_sheets


def measure(name: str, limit: float, run: Callable[[], object]) -> bool:
    """Print the best of three times and the peak of memory; return whether the time is within its limit."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"{name}: {min(seconds):.2f} s (limit {limit:g} s), peak memory {peak:.0f} MiB")
    return min(seconds) <= limit


def provinces(draws: int) -> Callable[[], object]:
    """Return the ranks of 63 provinces × 8 indices: weights ±25 %, two aggregations, three normalisations, rounding.

    Three of the foundation indices are drawn at random: they are not published for every province.
    """
    rng = np.random.default_rng(1)
    rows = structure("922")
    known = score_matrix(2023).drop(columns="NT4")
    values = known.assign(
        **{name: rng.uniform(0.3, 0.9, len(known)).round(4) for name in ("NTS", "TCS", "NLS", "ATTT")}
    )
    widths = pd.Series(5e-5, index=values.columns)
    return lambda: rank_shares(values, rows, draws, widths=widths)


def asem(draws: int) -> Callable[[], object]:
    """Return the ranks of 51 countries on 49 indicators: weights ±25 %, two aggregations, two normalisations."""
    own = own_index(read_sheets("examples/asem/asem.xlsx"))
    values = own.values * own.direction[own.values.columns]
    choices = Choices(normalisations=("minmax", "rank"), rounding=False)
    return lambda: rank_shares(values, own.structure, draws, choices, missing="rescale")


def treated(draws: int) -> Callable[[], object]:
    """Return the same with an error of measurement in every cell, and outliers treated anew in every draw."""
    own = own_index(read_sheets("examples/asem/asem.xlsx"))
    values = own.values * own.direction[own.values.columns]
    choices = Choices(normalisations=("minmax",), treatments=("none", "winsorise", "winsorise_then_log"))
    widths = 0.01 * values.std()
    return lambda: rank_shares(values, own.structure, draws, choices, widths=widths, missing="rescale")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    within = [
        measure(f"63 provinces × 8, {wanted} draws", 0.6, provinces(wanted)),
        measure(f"ASEM, {wanted} draws", 1.0, asem(wanted)),
        measure(f"ASEM, outliers treated in every draw, {wanted} draws", 10.0, treated(wanted)),
    ]
    sys.exit(not all(within))
