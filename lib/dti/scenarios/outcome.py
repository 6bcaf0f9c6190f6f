"""Apply a scenario to its baseline, and set both side by side.

First the provinces move as the scenario assumes (`dti.scenarios.motion`), then its changes are made. A score is the
one so reached plus what the changes add, so a scenario in which nothing moves and nothing changes returns the published
year exactly. Assumed results of plan indicators are a matter of their own: no rule is published by which they feed the
DTI, and none is invented.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dti.composite import scores
from dti.composite.ranks import TIE_SHARE, rank_among, ranks, sides, threshold
from dti.scenarios.baseline import POINTS, Baseline, baseline, with_whole
from dti.scenarios.changes import YARDSTICKS, Change
from dti.scenarios.faults import Fault, ScenarioError, refuse
from dti.scenarios.motion import DRAWS, PROJECTED, SEED, Motion, moved
from dti.scenarios.scenario_file import Scenario, closest, name_for
from dti.store.tables import Folder, load
from dti.words.vietnamese import nfc


@dataclass(frozen=True)
class Outcome:
    """A scenario beside its baseline.

    Parameters
    ----------
    reference : the province's indices after it has moved, before its changes; what is expected where chance moves it
    values : the province's indices in the scenario
    stand : the indices of all provinces in the scenario, the own one before its changes: what yardsticks are read from
    own : the province's score in every draw; a single one unless chance moves it
    others : the other provinces' scores, draws × provinces; a single draw unless chance moves them
    """

    scenario: Scenario
    base: Baseline
    reference: pd.Series
    values: pd.Series
    stand: pd.DataFrame
    own: np.ndarray
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
        return (self.values - self.reference) * self.base.shares_of(self.province) * POINTS

    @property
    def base_total(self) -> float:
        """The published score."""
        return float(self.base.total[self.province])

    @cached_property
    def total(self) -> float:
        """The score in the scenario; the median where chance plays a part."""
        return float(np.median(self.own))

    @property
    def base_rank(self) -> int:
        """The rank as published."""
        return int(ranks(self.base.total)[self.province])

    @property
    def projected(self) -> bool:
        """Whether provinces move as a projection has it, so that scores are assumed and not known."""
        return self.scenario.others in PROJECTED or self.scenario.moves in PROJECTED

    @property
    def by_chance(self) -> bool:
        """Whether chance plays a part in it."""
        return "uncertain" in (self.scenario.others, self.scenario.moves)

    @cached_property
    def draws(self) -> np.ndarray:
        """The rank in every draw."""
        return rank_among(self.own, self.others.to_numpy())

    @property
    def rank(self) -> int:
        """The rank in the scenario: where chance plays a part, the best one held in at least half of the draws."""
        return self.rank_at(0.5)

    def rank_at(self, share: float) -> int:
        """Return the best rank that is held or bettered in at least this share of the draws."""
        return int(np.quantile(self.draws, share, method="inverted_cdf"))

    @cached_property
    def lacking(self) -> np.ndarray:
        """What the score lacks for rank 1, 2 … in at least half of the draws; negative where the rank is held."""
        gaps = -np.sort(-(self.others.to_numpy() - self.own[:, None]), axis=1)
        return np.quantile(gaps, 0.5, axis=0, method="inverted_cdf")

    def rank_with(self, more: float) -> int:
        """Return the rank if so much were added to the score in every draw."""
        return 1 + int((self.lacking > more + TIE_SHARE).sum())

    def chance(self, rank: int) -> float:
        """Return the share of draws in which the rank, or a better one, is reached."""
        return float((self.draws <= rank).mean())

    def ahead(self) -> pd.Index:
        """Return who is ahead in the scenario: as many as the rank says, those most often ahead in the draws."""
        often = stand_above(self.own, self.others.to_numpy()).mean(axis=0)
        order = np.lexsort((-self.others.median().to_numpy(), -often))
        return self.others.columns[order[: self.rank - 1]]

    def base_ahead(self) -> pd.Index:
        """Return who is ahead in the baseline."""
        return self.base.total.index[sides(self.base.total, self.base_total) > 0]

    def passed(self) -> pd.Index:
        """Return who was ahead and is no longer; less those of `passed_by` they are exactly the places gained."""
        return self.base_ahead().difference(self.ahead())

    def passed_by(self) -> pd.Index:
        """Return who was not ahead and now is."""
        return self.ahead().difference(self.base_ahead())

    @property
    def table(self) -> pd.DataFrame:
        """Every index as published, as it stands before the changes and after them, and the points that they add."""
        columns = {"base": self.base_values, "before": self.reference, "scenario": self.values, "points": self.added}
        return pd.DataFrame(columns).rename_axis("index_id")

    def pillars(self) -> pd.DataFrame:
        """Return the pillars as published and in the scenario: base, scenario; no rows where they are unknown."""
        if load("dti_pillars", self.base.data).query("version == @self.base.version").empty:
            return pd.DataFrame(columns=["base", "scenario"])
        both = pd.DataFrame([self.base_values, self.values], index=["base", "scenario"])
        return scores.pillars(both, self.base.version, self.base.data).T


def stand_above(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return which of the others stand above a score, draws × provinces.

    Examples
    --------
    >>> stand_above(np.array([0.5]), np.array([[0.7, 0.5, 0.4]])).tolist()
    [[True, False, False]]
    """
    return others > threshold(own[:, None], np.abs(others).max())


def apply(
    scenario: Scenario,
    data: Folder = None,
    draws: int = DRAWS,
    seed: int = SEED,
    base: Baseline | None = None,
    *,
    cut: bool = False,
) -> Outcome:
    """Return a scenario beside its baseline.

    Parameters
    ----------
    base : the baseline of the scenario's year, where it is at hand
    cut : let a value that would leave [0, 1] stop there, and do not refuse it

    Raises
    ------
    ScenarioError
        unknown province or index, a year of another decision, a value outside [0, 1] (never clipped)

    Examples
    --------
    >>> outcome = apply(Scenario(title="a", reasoning="a", year=2023))
    >>> outcome.rank, outcome.total
    (54, 0.6185)
    """
    changed = [*scenario.changes, *(name for changes in scenario.elsewhere.values() for name in changes)]
    base = with_whole(base or baseline(scenario.year, data), changed)
    province = known_province(scenario.province, base, "province")
    scenario = scenario.model_copy(update={"province": province})
    rest = moved(base, scenario.others, draws, seed)
    own = rest if scenario.moves == scenario.others else _own_motion(scenario, base, draws, seed)
    stand = rest.values.copy()
    stand.loc[province] = own.values.loc[province]
    others = rest.totals.copy()
    for name, changes in scenario.elsewhere.items():
        other = known_province(name, base, f"elsewhere.{name}")
        if other == province:
            raise refuse(f"elsewhere.{name}", "own_elsewhere")
        made = _made(changes, other, base, stand, f"elsewhere.{name}")
        others[other] = _totals(made, other, base, rest)
        stand.loc[other] = _changed(stand.loc[other], made, f"elsewhere.{name}", cut)
    made = _made(scenario.changes, province, base, stand, "changes")
    values = _changed(stand.loc[province], made, "changes", cut)
    total = _totals(made, province, base, own)
    others = others.drop(columns=province).reset_index(drop=True)
    return Outcome(scenario, base, own.values.loc[province], values, stand, total, others, seed)


def with_points(outcome: Outcome, points: pd.Series) -> Outcome:
    """Return the outcome with points added to indices, on top of its changes.

    Parameters
    ----------
    points : by index; those of indices left out are zero
    """
    shares, changes = outcome.base.shares_of(outcome.province) * POINTS, dict(outcome.scenario.changes)
    for name, more in points[points > 0].items():
        reached = min(1.0, float(outcome.values[name] + more / shares[name]))
        changes[name] = Change(set=reached) if name in changes else Change(points=float(more))
    scenario = outcome.scenario.model_copy(update={"changes": changes})
    return apply(scenario, outcome.base.data, len(outcome.draws), outcome.seed, outcome.base)


def changes_by_chance(outcome: Outcome) -> dict[str, dict]:
    """Return a scenario's changes as they are made where all provinces move by chance: ``changes``, ``elsewhere``.

    In a projection an index goes to the value that the scenario gives it. A scenario in which nobody moves says what a
    change adds to the baseline: just as much is added to what chance brings.
    """
    own = _by_chance(outcome, outcome.scenario.changes, outcome.reference, outcome.values)
    elsewhere = {}
    for name, changes in outcome.scenario.elsewhere.items():
        other = known_province(name, outcome.base, "elsewhere")
        elsewhere[other] = _by_chance(outcome, changes, outcome.base.values.loc[other], outcome.stand.loc[other])
    return {"changes": own, "elsewhere": elsewhere}


def _by_chance(outcome: Outcome, changes: dict[str, Change], before: pd.Series, after: pd.Series) -> dict[str, Change]:
    if not outcome.projected:
        return {name: Change(add=float(after[name] - before[name])) for name in changes}
    return {name: change if change.by_more else Change(set=float(after[name])) for name, change in changes.items()}


def _own_motion(scenario: Scenario, base: Baseline, draws: int, seed: int) -> Motion:
    try:
        return moved(base, scenario.moves, draws, seed)
    except ScenarioError as error:
        raise ScenarioError([Fault("own", fault.kind, fault.slots) for fault in error.of_scenario]) from None


def known_province(said: str, base: Baseline, place: str) -> str:
    """Return the id of a province that is called by its id or its name.

    Examples
    --------
    >>> known_province("Điện Biên", baseline(2023), "province"), known_province("dien bien", baseline(2023), "province")
    ('dien-bien', 'dien-bien')
    """
    if said in base.total.index:
        return said
    if name_for(said) in base.total.index:
        return name_for(said)
    names = load("provinces", base.data).set_index("province_id")["name_vi"].reindex(base.total.index).dropna()
    named = {nfc(name).casefold(): province for province, name in names.items()}
    found = named.get(nfc(said).strip().casefold())
    if found is None:
        known = list(base.total.index)
        raise refuse(place, "no_province", name=said, close=closest(name_for(said), known), known=known)
    return found


@dataclass(frozen=True)
class _Made:
    """A change worked out: the index goes to a value, or by so much."""

    at: float | None = None
    by: float = 0.0


def _made(
    changes: dict[str, Change], province: str, base: Baseline, stand: pd.DataFrame, place: str
) -> dict[str, _Made]:
    """Return what the changes of a province come to, or raise every fault of them at once."""
    made, faults = {}, []
    for index_id, change in changes.items():
        where = f"{place}.{index_id}"
        if index_id not in base.values:
            kind = "whole_only" if base.whole_only else "no_index"
            faults.append(Fault(where, kind, {"year": base.year, "known": list(base.values)}))
        elif pd.isna(stand.at[province, index_id]):
            faults.append(Fault(where, "value_unknown", {"year": base.year}))
        else:
            try:
                made[index_id] = _one_made(change, index_id, province, base, stand, where)
            except ScenarioError as error:
                faults += error.of_scenario
    if faults:
        raise ScenarioError(faults)
    return made


def _one_made(change: Change, index_id: str, province: str, base: Baseline, stand: pd.DataFrame, place: str) -> _Made:
    if change.set is not None:
        return _Made(at=change.set)
    if change.lock is not None:
        return _Made(at=float(base.values.at[province, index_id]))
    if change.to is None:
        return _Made(
            by=change.points / (base.shares_of(province)[index_id] * POINTS) if change.add is None else change.add
        )
    reached, here = yardstick(stand, base, index_id, change.to, province, place), stand.at[province, index_id]
    if reached < here:
        raise refuse(place, "already_passed", name=change.to, value=reached, here=float(here))
    return _Made(at=reached)


def yardstick(stand: pd.DataFrame, base: Baseline, index_id: str, name: str, province: str, place: str) -> float:
    """Return a yardstick of an index: among all provinces, those of the province's region, or one province's value.

    Parameters
    ----------
    stand : the provinces' indices as they stand in the scenario

    Examples
    --------
    >>> base = baseline(2023)
    >>> round(yardstick(base.values, base, "HTS", "median", "lai-chau", "changes.HTS"), 4)
    0.6928
    """
    column = stand[index_id]
    if name == "region_median":
        return float(column[base.regions.reindex(column.index) == base.regions.get(province)].median())
    if name in YARDSTICKS:
        return float(column.quantile({"median": 0.5, "p75": 0.75, "leader": 1.0}[name]))
    try:
        return float(column[known_province(name, base, place)])
    except ScenarioError:
        known = [*YARDSTICKS, *base.total.index]
        raise refuse(place, "no_yardstick", name=name, close=closest(name_for(name), known), known=known) from None


def _changed(before: pd.Series, made: dict[str, _Made], place: str, cut: bool) -> pd.Series:
    """Return indices after the changes, or raise the values that leave [0, 1]."""
    after = before.copy()
    for index_id, change in made.items():
        after[index_id] = after[index_id] + change.by if change.at is None else change.at
    near = TIE_SHARE  # a mix of points that fills an index may miss 1 by a binary fraction
    beyond = after[list(made)][lambda new: (new < -near) | (new > 1 + near)]
    if len(beyond) and not cut:
        raise ScenarioError(
            Fault(f"{place}.{index_id}", "beyond", {"value": float(value), "here": float(before[index_id])})
            for index_id, value in beyond.items()
        )
    return after.clip(0, 1)


def _totals(made: dict[str, _Made], province: str, base: Baseline, motion: Motion) -> np.ndarray:
    """Return a province's score after its changes in every draw; they are made after it has moved."""
    totals = motion.totals[province].to_numpy()
    if not made:
        return totals
    before, columns = motion.of(province), list(base.values)
    for index_id, change in made.items():
        here = before[:, columns.index(index_id)]
        after = np.clip(here + change.by, 0, 1) if change.at is None else change.at
        totals = totals + (after - here) * base.shares_of(province)[index_id]
    return np.clip(totals, 0, 1)
