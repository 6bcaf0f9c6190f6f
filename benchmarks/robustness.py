"""Seconds and memory for 10,000 draws of a ranking: the DTI's 63 provinces, and the ASEM index if it is there.

Run: ``python benchmarks/robustness.py [DRAWS]``. The limits it is held to are 1 and 4 seconds.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable

import pandas as pd

from dti.composite.robustness import Choices, rank_shares, rounding_widths
from dti.composite.scores import score_matrix, structure
from dti.store.tables import PROJECT

ASEM = PROJECT.parent / "shared" / "asem"


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


def provinces(draws: int) -> object:
    """Return the ranks of 63 provinces: weights ±25 %, two aggregations, three normalisations, rounding."""
    values, rows = score_matrix(2023), structure("922")
    widths = rounding_widths(values, rows, 2023)
    return lambda: rank_shares(values, rows, draws, widths=widths)


def asem(draws: int) -> object:
    """Return the ranks of 51 countries on 49 indicators: weights ±25 %, two aggregations, two normalisations."""
    meta = pd.read_csv(ASEM / "structure.csv").query("Type in ('Indicator', 'Aggregate')")
    rows = meta.rename(columns={"iCode": "index_id", "Parent": "parent", "Weight": "weight"})
    direction = meta[meta["Type"] == "Indicator"].set_index("iCode")["Direction"]
    values = pd.read_csv(ASEM / "raw.csv", index_col="uCode")[direction.index] * direction
    choices = Choices(normalisations=("minmax", "rank"), rounding=False)
    return lambda: rank_shares(values, rows, draws, choices, missing="rescale")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    within = [measure(f"63 provinces, {wanted} draws", 1.0, provinces(wanted))]
    if ASEM.is_dir():
        within.append(measure(f"ASEM, {wanted} draws", 4.0, asem(wanted)))
    else:
        print("The ASEM example is not beside the project: left out.")
    sys.exit(not all(within))
