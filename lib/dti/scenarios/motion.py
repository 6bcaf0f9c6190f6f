"""How provinces move from the baseline year to the next, before a scenario sets anything.

``fixed`` and ``published`` are facts. The other three are projections from the changes of one pair of years under one
decision; `dti.scenarios.back_test` says how far each of them missed.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from dti.composite import scores
from dti.scenarios.baseline import Baseline
from dti.scenarios.faults import refuse

Moves = Literal["fixed", "published", "growth", "regional_growth", "uncertain"]
MOVES: tuple[Moves, ...] = get_args(Moves)
PROJECTED: tuple[Moves, ...] = ("growth", "regional_growth", "uncertain")

DRAWS = 10_000
SEED = 2023


@dataclass(frozen=True)
class Motion:
    """Where the provinces stand after they have moved.

    Parameters
    ----------
    totals : scores, draws × provinces; one draw unless chance moves them; never outside [0, 1]
    values : what is expected of every index, provinces × indices; blank where that is not known
    donors : whose surprise each province gets in each draw, places in ``surprises``; draws × provinces
    surprises : what the level does not explain of each province's last changes, provinces × indices
    """

    totals: pd.DataFrame
    values: pd.DataFrame
    donors: np.ndarray | None = None
    surprises: np.ndarray | None = None

    def of(self, province: str) -> np.ndarray:
        """Return a province's indices in every draw, shape (draws, indices)."""
        expected = self.values.loc[province].to_numpy(float)
        if self.donors is None:
            return expected[None]
        drawn = self.donors[:, self.totals.columns.get_loc(province)]
        return np.clip(expected + self.surprises[drawn], 0, 1)


def moved(base: Baseline, moves: Moves, draws: int = DRAWS, seed: int = SEED) -> Motion:
    """Return where all provinces stand after they have moved in one of five ways.

    Parameters
    ----------
    moves : ``fixed``; ``published``: next year's real scores; ``growth``: each repeats its own last change;
        ``regional_growth``: each moves by the mean last change of its region; ``uncertain``: each moves by what its
        level lets expect and a surprise drawn with replacement from those observed, all indices of a province together

    Raises
    ------
    ScenarioError
        the year needed is not there or follows another decision

    Examples
    --------
    >>> from dti.scenarios.baseline import baseline
    >>> moved(baseline(2023), "growth").totals["lai-chau"].round(4).tolist()
    [0.7338]
    """
    key = (moves, draws, seed)
    if key not in base.motions:
        base.motions[key] = _moved(base, moves, draws, seed)
    return base.motions[key]


def _moved(base: Baseline, moves: Moves, draws: int, seed: int) -> Motion:
    if moves == "fixed":
        return Motion(_one_row(base.total), base.values)
    if moves == "published":
        _refuse_other_decision(base, base.year, base.year + 1, moves)
        after = scores.scores(base.year + 1, base.data).reindex(index=base.total.index)
        return Motion(_one_row(scores.totals(base.year + 1, base.data)[base.total.index]), _of_indices(after, base))
    change, of_indices = last_changes(base, moves)
    if moves == "uncertain":
        return _drawn(base, change, of_indices, draws, seed)
    if moves == "regional_growth":
        change, of_indices = (each.groupby(base.regions).transform("mean") for each in (change, of_indices))
    return Motion(_one_row((base.total + change).clip(0, 1)), (base.values + of_indices).clip(0, 1))


def last_changes(base: Baseline, moves: Moves = "growth") -> tuple[pd.Series, pd.DataFrame]:
    """Return each province's change from the year before the baseline: of the score, and of every index.

    Raises
    ------
    ScenarioError
        that year is not there or follows another decision
    """
    _refuse_other_decision(base, base.year - 1, base.year, moves)
    before = scores.scores(base.year - 1, base.data).reindex(index=base.total.index)
    total = scores.totals(base.year - 1, base.data)[base.total.index]
    return base.total - total, base.values - _of_indices(before, base)


def projectable(base: Baseline) -> bool:
    """Return whether the baseline has a year before it under the same decision, from which to project.

    Examples
    --------
    >>> from dti.scenarios.baseline import baseline
    >>> [projectable(baseline(year)) for year in (2022, 2023, 2024)]
    [False, True, False]
    """
    return scores.comparable(base.year, base.data)


def possible_moves(base: Baseline) -> list[Moves]:
    """Return the ways in which provinces can move from a baseline.

    Examples
    --------
    >>> from dti.scenarios.baseline import baseline
    >>> possible_moves(baseline(2022)), possible_moves(baseline(2024))
    (['fixed', 'published'], ['fixed'])
    """
    real = ["published"] if scores.comparable(base.year + 1, base.data) else []
    return ["fixed", *real, *(PROJECTED if projectable(base) else ())]


def _drawn(base: Baseline, change: pd.Series, of_indices: pd.DataFrame, draws: int, seed: int) -> Motion:
    """Draw the surprises, from provinces whose last change is known of every index.

    A low level grew more: a change is what a line through the levels says, and a surprise.
    Each index has a line on the same levels, so that the lines of the indices add up to that of the score.
    """
    level = (base.total - change).to_numpy()
    complete = np.flatnonzero(of_indices.dropna(axis=1, how="all").notna().all(axis=1))
    donors = complete[np.random.default_rng(seed).integers(len(complete), size=(draws, len(level)))]
    expected, surprise = _line(level, change.to_numpy()[:, None], base.total.to_numpy())
    totals = np.clip(base.total.to_numpy() + expected[:, 0] + surprise[:, 0][donors], 0, 1)
    expected, surprises = _line(level, of_indices.to_numpy(float), base.total.to_numpy())
    values = (base.values + expected).clip(0, 1)
    return Motion(pd.DataFrame(totals, columns=base.total.index), values, donors, surprises)


def _line(level: np.ndarray, change: np.ndarray, new_level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what least squares expect of changes at new levels, and what they left over; shapes as ``change``.

    A change that is not known has no say in the line, and what it left over counts as nothing.
    """
    known = np.column_stack([np.ones_like(level), level])
    new = np.column_stack([np.ones_like(new_level), new_level])
    expected, surprise = np.full(change.shape, np.nan), np.zeros(change.shape)
    for column, values in enumerate(change.T):
        there = ~np.isnan(values)
        if there.sum() > 2:
            fitted = np.linalg.lstsq(known[there], values[there], rcond=None)[0]
            expected[:, column] = new @ fitted
            surprise[there, column] = values[there] - known[there] @ fitted
    return expected, surprise


def _one_row(totals: pd.Series) -> pd.DataFrame:
    return totals.to_frame().T.reset_index(drop=True)


def _of_indices(frame: pd.DataFrame, base: Baseline) -> pd.DataFrame:
    return frame.reindex(columns=base.values.columns)


def _refuse_other_decision(base: Baseline, first: int, second: int, moves: Moves) -> None:
    years = scores.score_years(base.data)
    missing = [year for year in (first, second) if year not in years]
    if missing:
        raise refuse(
            "others", "no_other_year", moves=moves, year=missing[0], known=years, possible=possible_moves(base)
        )
    numbers = [scores.decision(scores.version_of(year, base.data), base.data) for year in (first, second)]
    if numbers[0] != numbers[1]:
        raise refuse(
            "others", "other_decision", moves=moves, first=first, second=second, first_decision=numbers[0],
            second_decision=numbers[1], possible=possible_moves(base),
        )  # fmt: skip
