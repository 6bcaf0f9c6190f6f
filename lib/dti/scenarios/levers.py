"""How far each index moves the rank."""

import numpy as np
import pandas as pd

from dti.scenarios.outcome import POINTS, Outcome, rank_among


def sensitivity(outcome: Outcome) -> pd.DataFrame:
    """Return what each index alone would do from the baseline, with the others as in the scenario.

    Returns
    -------
    One row per index, most places first: value, headroom (points to its maximum), p75 (upper quartile of all
    provinces), points (what reaching it adds; none where it is passed), places (gained by that), per_point.
    """
    base, own = outcome.base, outcome.base_values
    others = outcome.others.median().to_frame().T.to_numpy()
    upper = base.values.quantile(0.75)
    points = ((upper - own).clip(lower=0) * base.shares * POINTS).round(9)
    start = rank_among(np.array([outcome.base_total]), others)[0]
    reached = [rank_among(np.array([outcome.base_total + more / POINTS]), others)[0] for more in points]
    frame = pd.DataFrame(
        {
            "value": own,
            "headroom": (1 - own) * base.shares * POINTS,
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
    totals = outcome.total + (grid - outcome.values[index_id]) * outcome.base.shares[index_id]
    others = np.repeat(outcome.others.median().to_frame().T.to_numpy(), steps, axis=0)
    return pd.Series(rank_among(totals, others), index=grid)
