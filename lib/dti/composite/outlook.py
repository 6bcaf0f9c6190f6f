"""What next year's rank may be, and whether anything can be said beyond "the same as this year".

Several forecasts are tried, so the best of them looks better than it is. It is therefore chosen anew for each unit
without that unit, and what is tested is this whole way of choosing. It is put forward only if it misses by fewer places
than last year's rank does by more than chance explains, and if its interval holds about as many units as it claims.
Otherwise the answer is that nothing beats last year's rank, and by how much that misses. Both years must follow one
decision.

References
----------
Barber, R. F., Candès, E. J., Ramdas, A. and Tibshirani, R. J. (2021), Predictive inference with the jackknife+.
Annals of Statistics 49, 486-507 (intervals from the residuals of units left out).
Varma, S. and Simon, R. (2006), Bias in error estimation when using cross-validation for model selection. BMC
Bioinformatics 7, 91 (the choice belongs inside what is left out).
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
#: Level of the interval of a gain, by resampling the units so many times.
GAIN_LEVEL, RESAMPLES, SEED = 0.9, 10_000, 20231231
#: A regression on fewer units says nothing.
FEWEST = 20
SAME, CHOSEN = "same", "chosen"


class Outlook(NamedTuple):
    """What can be said of next year's ranks.

    Parameters
    ----------
    trials : one row per forecast tried on the change already seen, and ``chosen``: the best of them, chosen for each
        unit without it. error (mean absolute miss in places, each unit left out), coverage (share of units in their
        interval), gain (places by which the error is below that of ``same``) and its ends at `GAIN_LEVEL`
    best : the forecast put forward; blank where nothing beats last year's rank
    ranks : units × expected, low, high, of the forecast put forward, otherwise of ``same``; at `LEVEL`
    """

    trials: pd.DataFrame
    best: str | None
    ranks: pd.DataFrame


class _Known(NamedTuple):
    """Two years of the units: scores, ranks, and what they cannot change."""

    base: np.ndarray
    now: np.ndarray
    before: np.ndarray
    after: np.ndarray
    context: np.ndarray

    def part(self, kept: np.ndarray) -> "_Known":
        return _Known(*(values[kept] for values in self))


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
        fewer than 20 units with both scores, a unit twice, a circumstance that is not known everywhere

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
    if not np.isfinite(context).all():
        raise DataError("Circumstances are not known for every unit; expected: a figure in every cell, or none at all.")
    known = _Known(base, now, before, after, context)
    trials, misses = _trials(known)
    chosen = trials.loc[CHOSEN]
    beats = chosen["gain_low"] > 0 and abs(chosen["coverage"] - LEVEL) <= SLACK
    best = _nearest(misses) if beats else None
    half = _half_width(misses[best or SAME])
    expected = pd.Series(np.clip(_next(known, best or SAME), 1, len(both)).astype(float), index=both)
    frame = pd.DataFrame({"expected": expected, "low": expected - half, "high": expected + half})
    return Outlook(trials, best, frame.clip(1, len(both)))


def _trials(known: _Known) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Return how far each forecast misses, with the choice among them, and the misses unit by unit."""
    misses = _misses(known)
    held = {name: _held(miss) for name, miss in misses.items()}
    chosen, kept = np.empty(len(known.after)), np.empty(len(known.after), dtype=bool)
    for unit, others in enumerate(~np.eye(len(known.after), dtype=bool)):
        without = _misses(known.part(others))
        name = _nearest(without)
        chosen[unit] = misses[name][unit]
        kept[unit] = chosen[unit] <= _half_width(without[name])
    every, held = misses | {CHOSEN: chosen}, held | {CHOSEN: kept}
    gains = {name: _gain(misses[SAME] - miss) for name, miss in every.items()}
    frame = pd.DataFrame(gains, index=["gain", "gain_low", "gain_high"]).T.rename_axis("forecast")
    frame.insert(0, "error", {name: miss.mean() for name, miss in every.items()})
    frame.insert(1, "coverage", {name: inside.mean() for name, inside in held.items()})
    return frame, misses


def _misses(known: _Known) -> dict[str, np.ndarray]:
    """Return by how many places each forecast misses each unit, made without it."""
    most, found = len(known.after), {SAME: known.before}
    for name in ("regression", "context", "scores"):
        suggested = _left_out(_design(known, name), known.now if name == "scores" else known.after)
        placed = rank_array(np.nan_to_num(suggested)) if name == "scores" else suggested
        untold = np.isnan(suggested).any(axis=1)
        found[name] = np.where(untold, known.before, np.diagonal(placed))
    return {name: np.abs(np.clip(forecast, 1, most) - known.after) for name, forecast in found.items()}


def _design(known: _Known, name: str) -> np.ndarray:
    """Return what a forecast goes by: units × a column of ones and its variables."""
    ones, own = np.ones(len(known.after)), known.base if name == "scores" else known.before
    return np.column_stack([ones, own] if name == "regression" else [ones, own, known.context])


def _nearest(misses: dict[str, np.ndarray]) -> str:
    """Return the forecast that misses least; last year's rank where none misses less."""
    return min(misses, key=lambda name: (round(misses[name].mean(), 9), name != SAME))


def _left_out(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return what a linear regression without each unit (row) suggests for every unit (column).

    A unit that alone has some circumstance tells nothing of what it would be without itself: blank there.
    """
    hat = design @ np.linalg.pinv(design)
    fitted, free = hat @ outcome, 1 - np.diagonal(hat)
    free = np.where(free > 1e-9, free, np.nan)
    return fitted - (hat * ((outcome - fitted) / free)).T


def _next(known: _Known, name: str) -> np.ndarray:
    """Return what a forecast says of the year after."""
    if name == SAME:
        return known.after
    moved_on = known._replace(base=known.now, before=known.after)
    suggested = _design(moved_on, name) @ np.linalg.pinv(_design(known, name))
    return rank_array(suggested @ known.now) if name == "scores" else suggested @ known.after


def _gain(gained: np.ndarray) -> tuple[float, float, float]:
    """Return the mean gain in places, unit by unit, and its interval by resampling the units."""
    drawn = np.random.default_rng(SEED).integers(0, len(gained), (RESAMPLES, len(gained)))
    low, high = np.quantile(gained[drawn].mean(axis=1), [(1 - GAIN_LEVEL) / 2, (1 + GAIN_LEVEL) / 2])
    return float(gained.mean()), float(low), float(high)


def _half_width(misses: np.ndarray) -> float:
    """Return how many places either way hold `LEVEL` of what comes, by the misses of units left out.

    References
    ----------
    Barber et al. (2021): the ceil((n + 1) · level)-th smallest miss.
    """
    return float(np.sort(misses)[min(len(misses), int(np.ceil((len(misses) + 1) * LEVEL))) - 1])


def _held(misses: np.ndarray) -> np.ndarray:
    """Return whether each unit's miss is within the half width that the others' misses give."""
    keep = ~np.eye(len(misses), dtype=bool)
    return np.array([miss <= _half_width(misses[others]) for miss, others in zip(misses, keep, strict=True)])
