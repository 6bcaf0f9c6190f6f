"""Scenarios: read a file strictly, apply it to a baseline, set both side by side.

A scenario changes indices of one province and says what the other provinces do meanwhile. Its score is the published
one plus what the changes add, so a scenario that changes nothing returns the baseline exactly. Assumed results of
plan indicators are a matter of their own: no rule is published by which they feed the DTI, and none is invented.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dti.composite import scores
from dti.composite.aggregation import aggregate, leaf_weights
from dti.composite.ranks import rank_among, ranks, sides
from dti.composite.scores import TOTAL, structure
from dti.composite.structure import cut
from dti.scenarios.scenario_file import Change, Others, Scenario, Yardstick
from dti.store.faults import DataError
from dti.store.tables import Folder, load

#: Points of the whole index.
POINTS = 1000
DRAWS = 10_000
SEED = 2023


@dataclass(frozen=True)
class Baseline:
    """A year as published: what scenarios start from.

    Parameters
    ----------
    values : provinces × the finest indices known for all
    total : published score of each province
    """

    year: int
    version: str
    rows: pd.DataFrame
    values: pd.DataFrame
    total: pd.Series
    data: Folder = None

    @cached_property
    def shares(self) -> pd.Series:
        """Share of each index in the whole."""
        return leaf_weights(cut(self.rows, self.values.columns)).reindex(self.values.columns)

    @cached_property
    def names(self) -> dict[str, pd.Series]:
        """Names of indices by language."""
        rows = load("dti_structure", self.data).query("version == @self.version").set_index("index_id")
        return {lang: rows[f"name_{lang}"] for lang in ("vi", "en")}


def baseline(year: int, data: Folder = None) -> Baseline:
    """Return a year's published scores as a baseline.

    Raises
    ------
    DataError
        no complete scores of that year, or a year whose indices are not known

    Examples
    --------
    >>> baseline(2023).values.columns.tolist()
    ['HTS', 'NT4', 'HDCQS', 'HDKTS', 'HDXHS']
    """
    version = scores.version_of(year, data)
    rows = structure(version, data)
    values = scores.score_matrix(year, data=data)
    return Baseline(year, version, rows, values, scores.totals(year, data), data)


@dataclass(frozen=True)
class Outcome:
    """A scenario beside its baseline.

    Parameters
    ----------
    values : the province's indices, in the scenario
    others : the other provinces' totals in the scenario; under ``uncertain`` draws × provinces
    """

    scenario: Scenario
    base: Baseline
    values: pd.Series
    others: pd.DataFrame
    seed: int

    @property
    def province(self) -> str:
        """The id of the province."""
        return self.scenario.province

    @cached_property
    def base_values(self) -> pd.Series:
        """The province's indices as published."""
        return self.base.values.loc[self.province]

    @cached_property
    def added(self) -> pd.Series:
        """What each change adds to the score, in points."""
        return (self.values - self.base_values) * self.base.shares * POINTS

    @property
    def base_total(self) -> float:
        """The published score."""
        return float(self.base.total[self.province])

    @cached_property
    def total(self) -> float:
        """The score in the scenario."""
        return self.base_total + float(self.added.sum()) / POINTS

    @property
    def base_rank(self) -> int:
        """The rank as published."""
        return int(ranks(self.base.total)[self.province])

    @cached_property
    def draws(self) -> np.ndarray:
        """The rank in every draw of the others; one draw unless they are uncertain."""
        others = self.others.to_numpy()
        return rank_among(np.full(len(others), self.total), others)

    @property
    def rank(self) -> int:
        """The rank in the scenario; under ``uncertain`` the median of the draws."""
        return int(np.median(self.draws))

    @cached_property
    def everyone(self) -> pd.Series:
        """Totals of all provinces in the scenario; under ``uncertain`` the median of each."""
        return pd.concat([self.others.median(), pd.Series({self.province: self.total})])[self.base.total.index]

    def passed(self) -> pd.Index:
        """Return the provinces that were ahead or level in the baseline and are behind in the scenario."""
        return self._crossed(before=1, after=-1)

    def passed_by(self) -> pd.Index:
        """Return the provinces that were behind or level in the baseline and are ahead in the scenario."""
        return self._crossed(before=-1, after=1)

    def _crossed(self, before: int, after: int) -> pd.Index:
        was = sides(self.base.total, self.base_total)
        now = sides(self.everyone, self.total)
        return now.index[(was * before >= 0) & (now == after) & (now != was)].drop(self.province, errors="ignore")

    def pillars(self) -> pd.DataFrame:
        """Return the pillars before and after: index pillar; columns base, scenario."""
        both = pd.DataFrame([self.base_values, self.values], index=["base", "scenario"])
        return scores.pillars(both, self.base.version, self.base.data).T


def apply(
    scenario: Scenario, data: Folder = None, draws: int = DRAWS, seed: int = SEED, base: Baseline | None = None
) -> Outcome:
    """Return a scenario beside its baseline.

    Parameters
    ----------
    base : the baseline of the scenario's year, where it is at hand

    Raises
    ------
    DataError
        unknown province or index, a year of another decision, a value outside [0, 1] (never clipped)

    Examples
    --------
    >>> from dti.scenarios.scenario_file import Words
    >>> words = Words(vi="a", en="a")
    >>> outcome = apply(Scenario(title=words, reasoning=words, year=2023))
    >>> outcome.rank, outcome.total
    (54, 0.6185)
    """
    with _under("province"):
        scores.known_province(scenario.province, data)
    with _under("year"):
        base = base or baseline(scenario.year, data)
    values = changed_values(scenario, base)
    with _under(f"others: {scenario.others}"):
        others = others_totals(scenario.others, base, scenario.province, draws, seed)
    return Outcome(scenario, base, values, others, seed)


@contextmanager
def _under(key: str) -> Iterator[None]:
    """Say of an error which key of the scenario it comes from."""
    try:
        yield
    except DataError as error:
        raise DataError(f"{key}: {error}") from None


def changed_values(scenario: Scenario, base: Baseline) -> pd.Series:
    """Return the province's indices after the changes.

    Raises
    ------
    DataError
        an unknown index, a value outside [0, 1], or a yardstick that is already passed
    """
    values = base.values.loc[scenario.province].copy()
    faults = []
    for index_id, change in scenario.changes.items():
        if index_id not in values:
            faults.append(
                f"changes.{index_id}: not an index of {base.year}; expected one of {', '.join(values.index)}."
            )
            continue
        new = _new_value(change, index_id, scenario.province, base)
        if change.to is not None and new < values[index_id]:
            faults.append(
                f"changes.{index_id}: {change.to} is {new:.4f}, below the {values[index_id]:.4f} already reached; "
                "expected a yardstick ahead."
            )
        if not 0 <= new <= 1:
            faults.append(f"changes.{index_id}: the value becomes {new:.4f}; expected a value from 0 to 1.")
        values[index_id] = new
    if faults:
        raise DataError("\n".join(faults))
    return values


def _new_value(change: Change, index_id: str, province: str, base: Baseline) -> float:
    value = base.values.at[province, index_id]
    if change.set is not None:
        return change.set
    if change.add is not None:
        return float(value + change.add)
    if change.points is not None:
        return float(value + change.points / (base.shares[index_id] * POINTS))
    return yardstick(base, index_id, change.to, province)


def yardstick(base: Baseline, index_id: str, name: Yardstick, province: str) -> float:
    """Return a yardstick of an index among all provinces, or those of the province's region.

    Examples
    --------
    >>> round(yardstick(baseline(2023), "HTS", "median", "lai-chau"), 4)
    0.6928
    """
    column = base.values[index_id]
    if name == "region_median":
        regions = load("provinces", base.data).set_index("province_id")["region"]
        column = column[regions.index[regions == regions[province]]]
    return float(column.quantile({"p75": 0.75, "leader": 1.0}.get(name, 0.5)))


def others_totals(others: Others, base: Baseline, province: str, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Return the other provinces' scores under an assumption: one row, or one per draw under ``uncertain``.

    Parameters
    ----------
    others : ``fixed``; ``published``: next year's real scores; ``growth``: each repeats its own last change;
        ``regional_growth``: each moves by the mean last change of its region; ``uncertain``: each moves by a change
        drawn with replacement from all observed last changes

    Raises
    ------
    DataError
        the year needed is not there or follows another decision, or a score leaves [0, 1]
    """
    rest = base.total.drop(province)
    if others == "fixed":
        return rest.to_frame().T
    if others == "published":
        scores.refuse_other_version(base.year, base.year + 1, base.data)
        return scores.totals(base.year + 1, base.data)[rest.index].to_frame().T
    changes = last_changes(base)
    if others == "growth":
        moved = (rest + changes[rest.index]).to_frame().T
    elif others == "regional_growth":
        regions = load("provinces", base.data).set_index("province_id")["region"]
        moved = (rest + changes.groupby(regions).transform("mean")[rest.index]).to_frame().T
    else:
        rng = np.random.default_rng(seed)
        drawn = rng.choice(changes.to_numpy(), size=(draws, len(rest)), replace=True)
        return pd.DataFrame(rest.to_numpy() + drawn, columns=rest.index)
    beyond = moved.columns[(moved.iloc[0] > 1) | (moved.iloc[0] < 0)]
    if len(beyond):
        raise DataError(f"the score of {', '.join(beyond)} would leave the range from 0 to 1.")
    return moved


def last_changes(base: Baseline) -> pd.Series:
    """Return each province's change of score from the year before the baseline.

    Raises
    ------
    DataError
        that year is not there or follows another decision
    """
    scores.refuse_other_version(base.year - 1, base.year, base.data)
    return base.total - scores.totals(base.year - 1, base.data)[base.total.index]


def every_index(outcome: Outcome) -> pd.DataFrame:
    """Return all indices of the province before and after, groups and total included: base, scenario."""
    both = pd.DataFrame([outcome.base_values, outcome.values], index=["base", "scenario"])
    nodes = aggregate(both, outcome.base.rows).T
    nodes.loc[TOTAL] = [outcome.base_total, outcome.total]
    return nodes
