"""What the pages on scenarios are made from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from dti.plan.progress import PROVINCE, agency_progress
from dti.plan.rows import described
from dti.scenarios.back_test import BackTest, kept
from dti.scenarios.baseline import Baseline
from dti.scenarios.faults import Fault, ScenarioError
from dti.scenarios.goal_seek import Mix, seek
from dti.scenarios.motion import DRAWS, SEED, projectable
from dti.scenarios.outcome import Outcome, apply, changes_by_chance, with_points
from dti.scenarios.plan_figures import assumed_observations, load_plan
from dti.scenarios.scenario_file import Scenario, misnamed, placed, read_scenario, scenario_names, scenario_path
from dti.show.sheet import Field, Sheet
from dti.store.faults import DataError, concat_faults, fault
from dti.store.tables import Folder, load
from dti.words.vietnamese import Lang
from dti.words.word_list import word


@dataclass(frozen=True)
class WhatIf:
    """What every table and sentence of a scenario's page has in common.

    Parameters
    ----------
    start : the scenario before the search for a rank, if it seeks one
    """

    scenario: Scenario
    start: Outcome
    lang: Lang
    data: Folder = None
    draws: int = DRAWS

    @cached_property
    def outcome(self) -> Outcome:
        """The answer: the scenario applied; where a rank is sought, with the cheapest mix that reaches it.

        Where none does, with every index at its cap: the best that there is.
        """
        found = self.found
        if found is None or found.held:
            return self.start
        return with_points(self.start, found.mix("cheapest") if found.reachable else found.choice["room"])

    @cached_property
    def futures(self) -> tuple[Outcome, Outcome] | None:
        """Next year by chance, without the changes and with them; none where no change of a year is known."""
        base = self.start.base
        if not projectable(base):
            return None
        without = self.outcome.scenario.model_copy(
            update={"others": "uncertain", "own": None, "goal": None, "changes": {}, "elsewhere": {}}
        )
        changed = without.model_copy(update=changes_by_chance(self.outcome))
        return tuple(apply(one, self.data, self.draws, self.start.seed, base, cut=True) for one in (without, changed))

    @cached_property
    def back_test(self) -> BackTest | None:
        """How far this projection missed when it could be tested; none where there is none, or no year tests it."""
        return kept(self.scenario.moves, self.scenario.others, None if self.data is None else str(self.data))

    def word(self, key: str, **slots: object) -> str:
        """Return a label of words.csv in the page's language."""
        return word(key, self.lang, **slots)

    @property
    def method(self) -> str:
        """What is assumed of the others and, where it is something else, of the province itself."""
        others = self.word(f"scenario.moves.{self.scenario.others}")
        if self.scenario.moves == self.scenario.others:
            return self.word("scenario.all_move", moves=others)
        own = self.word(f"scenario.moves.{self.scenario.moves}")
        return self.word("scenario.others_move", moves=others, name=self.name, own=own)

    @cached_property
    def provinces(self) -> pd.Series:
        """Names of provinces by id."""
        return load("provinces", self.data).set_index("province_id")["name_vi"]

    @property
    def name(self) -> str:
        """The name of the province."""
        return self.provinces[self.start.province]

    @property
    def title(self) -> str:
        """The title that its author gave it."""
        return self.scenario.title.said(self.lang)

    def index_name(self, index_id: str) -> str:
        """Return the name of an index."""
        return self.outcome.base.names[self.lang].get(index_id, index_id)

    @cached_property
    def found(self) -> Mix | None:
        """What the search for a rank found, if the scenario seeks one."""
        return seek(self.start, self.scenario.goal) if self.scenario.goal else None

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The plan's tables with the assumed results in use."""
        tables = load_plan(self.data)
        return tables | {"observations": assumed_observations(self.start.scenario, tables)}

    @cached_property
    def plan(self) -> pd.DataFrame:
        """Progress of the indicators whose results are assumed, as reports show it."""
        year = self.scenario.plan_year
        rows = described(agency_progress(self.tables, PROVINCE, year), self.tables, year, self.lang)
        return rows[rows["indicator_id"].isin(self.scenario.indicators)]

    def field(self, name: str, head: str, kind: str = "text", **slots: object) -> Field:
        """Return a column of a sheet, its head being a key of ``scenario.head.…`` in words.csv."""
        return Field(name, self.word(f"scenario.head.{head}", **slots), kind)

    def sheet(self, rows: pd.DataFrame, fields: Iterable[Field], caption: str, prefix: str) -> Sheet:
        """Return a sheet in the page's language."""
        return Sheet(rows, tuple(fields), caption, prefix, self.lang)


def page(name: str, lang: Lang = "vi", data: Folder = None) -> WhatIf:
    """Return the page of a scenario of the data folder.

    Raises
    ------
    DataError
        unknown scenario, or a file that cannot be applied

    Examples
    --------
    >>> page("xa-hoi-so").outcome.rank
    52
    """
    return of_file(scenario_path(name, data), lang, data)


def of_file(path: Path, lang: Lang = "vi", data: Folder = None) -> WhatIf:
    """Return the page of any scenario file.

    Raises
    ------
    DataError
        with the file, the line and the key of every fault
    """
    scenario = read_scenario(path, lang)
    try:
        return of_scenario(scenario, lang, data)
    except ScenarioError as error:
        raise placed(path, error, lang) from None


def of_scenario(
    scenario: Scenario,
    lang: Lang = "vi",
    data: Folder = None,
    draws: int = DRAWS,
    seed: int = SEED,
    base: Baseline | None = None,
) -> WhatIf:
    """Return the page of a scenario, its plan indicators and its goal checked too."""
    made = WhatIf(scenario, apply(scenario, data, draws, seed, base), lang, data, draws)
    if scenario.indicators:
        _ = made.plan
    _ = made.outcome
    return made


def pages(names: Sequence[str], lang: Lang = "vi", data: Folder = None) -> list[WhatIf]:
    """Return the pages of several scenarios of the data folder, with the faults of all at once if there are any.

    Raises
    ------
    DataError
        no scenario, one named twice, an unknown one, or a file that cannot be applied
    """
    made, faults = sound_pages(names, lang, data)
    if faults:
        raise DataError("\n".join(faults.values()))
    return made


def sound_pages(names: Sequence[str], lang: Lang = "vi", data: Folder = None) -> tuple[list[WhatIf], dict[str, str]]:
    """Return the pages of the scenarios that can be applied, and what is wrong with each of the others, by name.

    Raises
    ------
    DataError
        no scenario, one named twice, or none that can be applied
    """
    names = [name for name in names if name]
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice or not names:
        known = {"known": scenario_names(data)}
        fault_of = Fault(twice[0] if twice else "scenarios", "twice" if twice else "none_named", known)
        raise ScenarioError([fault_of], lang)
    made, faults = [], {}
    for name in names:
        try:
            made.append(page(name, lang, data))
        except ScenarioError as error:
            faults[name] = error.said(lang)
        except DataError as error:
            faults[name] = str(error)
    if not made:
        raise DataError("\n".join(faults.values()))
    return made, faults


def scenarios_in_order(data: Folder = None) -> pd.DataFrame:
    """Return as faults what keeps scenarios of the data folder from being applied."""
    found = [misnamed(data)]
    for name in scenario_names(data):
        path = scenario_path(name, data)
        try:
            of_file(path, "en", data)
        except DataError as error:
            for line in str(error).splitlines():
                wrong, _, expected = line.removeprefix(str(path)).lstrip(":, ").partition(" Expected")
                found.append(fault(f"scenarios/{path.name}", None, "", "", wrong, expected.lstrip(": ")))
    return concat_faults(found)


def titles(pages: Sequence[WhatIf]) -> list[str]:
    """Return what to call scenarios beside each other: their titles, with province and year where these differ."""
    alike = len({(of.start.province, of.scenario.year) for of in pages}) == 1
    own = [of.title for of in pages]
    return own if alike else [f"{title} ({of.name}, {of.scenario.year})" for title, of in zip(own, pages, strict=True)]
