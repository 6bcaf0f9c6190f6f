"""How far each index moves the rank."""

import numpy as np
import pandas as pd

from dti.scenarios.baseline import POINTS
from dti.scenarios.outcome import Outcome


def sensitivity(outcome: Outcome) -> pd.DataFrame:
    """Return what each index alone would do before the scenario's changes, with all else as in the scenario.

    Returns
    -------
    One row per index, most places first: value, headroom (points to its maximum), p75 (upper quartile of all
    provinces), points (what reaching it adds; none where it is passed), places (gained by that), per_point.
    """
    own, shares = outcome.reference, outcome.base.shares_of(outcome.province)
    upper = outcome.stand.quantile(0.75)
    points = ((upper - own).clip(lower=0) * shares * POINTS).round(9)
    without = outcome.added.sum() / POINTS
    start = outcome.rank_with(-without)
    reached = [outcome.rank_with(more / POINTS - without) for more in points]
    frame = pd.DataFrame(
        {
            "value": own,
            "headroom": (1 - own) * shares * POINTS,
            "p75": upper,
            "points": points,
            "places": start - np.array(reached),
        }
    )
    frame["per_point"] = frame["places"] / frame["points"].where(frame["points"] > 0)
    return frame.sort_values(["places", "points"], ascending=[False, True], kind="stable")


def rank_curve(outcome: Outcome, index_id: str, steps: int = 101) -> pd.Series:
    """Return the rank as one index goes from 0 to 1, all else as in the scenario: index value, rank."""
    grid = np.linspace(0, 1, steps)
    added = (grid - outcome.values[index_id]) * outcome.base.shares_of(outcome.province)[index_id]
    return pd.Series([outcome.rank_with(more) for more in added], index=grid)
