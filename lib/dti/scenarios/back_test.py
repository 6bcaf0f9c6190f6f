"""How far a projection of ranks missed when the next year came.

The year projected follows another decision than the one it is projected from, so ranks alone are compared, and nothing
is calibrated on the result. Forecasts of scores cannot be tested at all: no three years in a row follow one decision.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from dti.composite import scores
from dti.composite.ranks import rank_among, ranks
from dti.scenarios.baseline import Baseline, baseline
from dti.scenarios.motion import PROJECTED, SEED, Moves, moved
from dti.store.tables import Folder

#: Enough for a rank's interval in whole places; the pages themselves draw more.
TEST_DRAWS = 2000


@dataclass(frozen=True)
class BackTest:
    """A projection beside what came.

    Parameters
    ----------
    ranks : one row per province: ``base`` (the rank in the year projected from), ``projected``, ``low`` and ``high``
        (nine draws of ten lie between; blank without chance), ``actual``
    """

    base_year: int
    decisions: tuple[str, str]
    ranks: pd.DataFrame

    @property
    def missed(self) -> float:
        """By how many places the projection missed on average."""
        return float((self.ranks["projected"] - self.ranks["actual"]).abs().mean())

    @property
    def same_missed(self) -> float:
        """By how many places "same rank as last year" missed on average."""
        return float((self.ranks["base"] - self.ranks["actual"]).abs().mean())

    @property
    def held(self) -> float | None:
        """In which share of provinces the interval held the rank that came; none without chance."""
        if self.ranks["low"].isna().any():
            return None
        return float(self.ranks["actual"].between(self.ranks["low"], self.ranks["high"]).mean())

    @property
    def worse(self) -> bool:
        """Whether it missed by more than "same rank as last year"."""
        return self.missed > self.same_missed


def back_test(own: Moves, others: Moves, data: Folder = None) -> BackTest | None:
    """Return the test of a projection on the newest year that can test it; nothing where no year can.

    Examples
    --------
    >>> for own in ("fixed", "growth"):
    ...     test = back_test(own, "growth")
    ...     print(test.base_year, round(test.missed, 1), round(test.same_missed, 1))
    2023 23.0 9.6
    2023 13.8 9.6
    """
    if own not in PROJECTED and others not in PROJECTED:
        return None
    years = scores.score_years(data)
    able = [year for year in years if year + 1 in years and scores.comparable(year, data)]
    if not able or "published" in (own, others):
        return None
    base = baseline(able[-1], data)
    actual = ranks(scores.totals(base.year + 1, data)[base.total.index]).astype(int)
    decisions = tuple(scores.decision(scores.version_of(year, data), data) for year in (base.year, base.year + 1))
    return BackTest(base.year, decisions, _projected(base, own, others).assign(actual=actual))


def _projected(base: Baseline, own: Moves, others: Moves) -> pd.DataFrame:
    """Return the rank of each province as a projection has it, with all others moving as theirs has it."""
    rest = moved(base, others, TEST_DRAWS, SEED).totals
    mine = rest if own == others else moved(base, own, TEST_DRAWS, SEED).totals
    rows = {}
    for province in base.total.index:
        drawn = rank_among(mine[province].to_numpy(), rest.drop(columns=province).to_numpy())
        low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95], method="inverted_cdf")
        chance = "uncertain" in (own, others)
        rows[province] = [middle, low if chance else np.nan, high if chance else np.nan]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["projected", "low", "high"])
    return frame.assign(base=ranks(base.total).astype(int))


@lru_cache(maxsize=32)
def kept(own: Moves, others: Moves, data: str | None = None) -> BackTest | None:
    """Return a test that is worked out once in a process."""
    return back_test(own, others, data)
