"""What next year's rank may be, and whether anything can be said beyond "the same as this year".

A forecast is put forward only if, each unit left out in turn, it misses by fewer places than last year's rank does,
and if its interval holds about as many units as it claims. Otherwise the answer is that nothing beats last year's
rank, and by how much that misses. Both years must follow the same decision.

References
----------
Barber, R. F., Candès, E. J., Ramdas, A. and Tibshirani, R. J. (2021), Predictive inference with the jackknife+.
Annals of Statistics 49, 486-507 (intervals from the residuals of units left out).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from dti.composite.aggregation import check_units
from dti.composite.normalisation import check_finite
from dti.composite.ranks import rank_array
from dti.store.faults import DataError

#: Share of units that an interval is to hold, and how far the share that it does hold may be from that.
LEVEL, SLACK = 0.8, 0.05
#: A regression on fewer units says nothing.
FEWEST = 20
SAME = "same"


class Outlook(NamedTuple):
    """What can be said of next year's ranks.

    Parameters
    ----------
    trials : one row per forecast tried on the change already seen: error (mean absolute miss in places, each unit left
        out), coverage (share of units in their interval), shown (whether it may be put forward). ``same``: last year's
        rank
    best : the forecast put forward; blank where nothing beats last year's rank
    ranks : units × expected, low, high, of the forecast put forward, otherwise of ``same``; at `LEVEL`
    """

    trials: pd.DataFrame
    best: str | None
    ranks: pd.DataFrame


def outlook(base: pd.Series, now: pd.Series, circumstances: pd.DataFrame | None = None) -> Outlook:
    """Return the outlook on next year's ranks from the change between two years of one decision.

    Tried are ``same``; ``regression`` (the rank drawn towards the middle); ``context`` (the rank, with circumstances);
    ``scores`` (ranks of the scores that last year's score and circumstances suggest).

    Parameters
    ----------
    base, now : scores by unit
    circumstances : units × what they cannot change, as `dti.composite.peers.circumstances` gives them

    Raises
    ------
    DataError
        fewer than 20 units with both scores, a unit twice

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> base = pd.Series(rng.normal(0, 1, 63))
    >>> outlook(base, base + rng.normal(0, 0.05, 63)).best is None
    True
    """
    check_units(base)
    check_units(now)
    check_finite(pd.DataFrame({"base": base, "now": now}))
    both = base.index[base.notna() & now.reindex(base.index).notna()]
    if len(both) < FEWEST:
        raise DataError(f"{len(both)} units with scores in both years give no outlook; expected: at least {FEWEST}.")
    base, now = base[both].to_numpy(dtype=float), now[both].to_numpy(dtype=float)
    before, after = rank_array(base).astype(float), rank_array(now).astype(float)
    context = np.empty((len(both), 0)) if circumstances is None else circumstances.reindex(both).to_numpy(dtype=float)
    if np.isnan(context).any():
        raise DataError("Circumstances are not known for every unit; expected: a figure in every cell, or none at all.")
    left_out = {
        SAME: before,
        "regression": _left_out(before[:, None], after),
        "context": _left_out(np.column_stack([before, context]), after),
        "scores": _ranks_left_out(np.column_stack([base, context]), now),
    }
    trials = _trials({name: np.clip(found, 1, len(both)) for name, found in left_out.items()}, after)
    shown = trials.index[trials["shown"]]
    best = trials.loc[shown, "error"].idxmin() if len(shown) else None
    nexts = {
        SAME: after,
        "regression": _fitted(before[:, None], after, after[:, None]),
        "context": _fitted(np.column_stack([before, context]), after, np.column_stack([after, context])),
        "scores": rank_array(_fitted(np.column_stack([base, context]), now, np.column_stack([now, context]))),
    }
    chosen = best or SAME
    half = _half_width(np.abs(left_out[chosen] - after))
    expected = pd.Series(np.clip(nexts[chosen], 1, len(both)).astype(float), index=both)
    frame = pd.DataFrame({"expected": expected, "low": expected - half, "high": expected + half})
    return Outlook(trials, best, frame.clip(1, len(both)))


def _trials(left_out: dict[str, np.ndarray], after: np.ndarray) -> pd.DataFrame:
    """Return how far each forecast misses, and whether it may be put forward."""
    misses = {name: np.abs(found - after) for name, found in left_out.items()}
    frame = pd.DataFrame(
        {
            "error": {name: miss.mean() for name, miss in misses.items()},
            "coverage": {name: _coverage(miss) for name, miss in misses.items()},
        }
    ).rename_axis("forecast")
    honest = (frame["coverage"] - LEVEL).abs() <= SLACK
    return frame.assign(shown=honest & (frame["error"] < frame.at[SAME, "error"] - 1e-9) & (frame.index != SAME))


def _left_out(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return what a linear regression on the others suggests for each unit."""
    keep = ~np.eye(len(design), dtype=bool)
    return np.array([_fitted(design[others], outcome[others], design[[unit]])[0] for unit, others in enumerate(keep)])


def _ranks_left_out(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return each unit's rank among the scores that a regression on the others suggests for all."""
    keep = ~np.eye(len(design), dtype=bool)
    return np.array(
        [rank_array(_fitted(design[others], outcome[others], design))[unit] for unit, others in enumerate(keep)],
        dtype=float,
    )


def _fitted(design: np.ndarray, outcome: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return what a linear regression of the outcome on the design suggests for the rows wanted."""
    centre, scale = design.mean(axis=0), design.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    known, asked = ((rows - centre) / scale for rows in (design, wanted))
    solved = np.linalg.lstsq(np.column_stack([np.ones(len(known)), known]), outcome)[0]
    return np.column_stack([np.ones(len(asked)), asked]) @ solved


def _half_width(misses: np.ndarray) -> float:
    """Return how many places either way come nearest to holding `LEVEL` of the units, by the misses of units left out.

    Misses in whole places jump past the level: the nearer of the two steps beside it is taken.
    """
    steps = np.unique(misses)
    held = np.searchsorted(np.sort(misses), steps, side="right") / len(misses)
    return float(steps[np.abs(held - LEVEL).argmin()])


def _coverage(misses: np.ndarray) -> float:
    """Return the share of units whose miss is within the half width that the others' misses give."""
    keep = ~np.eye(len(misses), dtype=bool)
    return float(np.mean([miss <= _half_width(misses[others]) for miss, others in zip(misses, keep, strict=True)]))
