"""What the pages on scenarios are made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from dti.plan.progress import PROVINCE, agency_progress
from dti.plan.rows import described
from dti.scenarios.goal_seek import Found, seek
from dti.scenarios.outcome import DRAWS, SEED, Baseline, Outcome, apply
from dti.scenarios.plan_figures import assumed_observations, load_plan
from dti.scenarios.scenario_file import Scenario, read_scenario, scenario_names, scenario_path
from dti.show.sheet import Field, Sheet
from dti.store.faults import DataError
from dti.store.settings import placed
from dti.store.tables import Folder, load
from dti.words.vietnamese import Lang


@dataclass(frozen=True)
class WhatIf:
    """What every table and sentence of a scenario's page has in common."""

    scenario: Scenario
    outcome: Outcome
    lang: Lang
    data: Folder = None

    def words(self, vi: str, en: str) -> str:
        """Return the text in the page's language."""
        return {"vi": vi, "en": en}[self.lang]

    @cached_property
    def provinces(self) -> pd.Series:
        """Names of provinces by id."""
        return load("provinces", self.data).set_index("province_id")["name_vi"]

    @property
    def name(self) -> str:
        """The name of the province."""
        return self.provinces[self.scenario.province]

    def index_name(self, index_id: str) -> str:
        """Return the name of an index."""
        return self.outcome.base.names[self.lang].get(index_id, index_id)

    @cached_property
    def found(self) -> Found | None:
        """What the search for a rank found, if the scenario seeks one."""
        return seek(self.outcome, self.scenario.goal) if self.scenario.goal else None

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The plan's tables with the assumed results in use."""
        tables = load_plan(self.data)
        return tables | {"observations": assumed_observations(self.scenario, tables)}

    @cached_property
    def plan(self) -> pd.DataFrame:
        """Progress of the indicators whose results are assumed, as reports show it."""
        year = self.scenario.plan_year
        rows = described(agency_progress(self.tables, PROVINCE, year), self.tables, year, self.lang)
        return rows[rows["indicator_id"].isin(self.scenario.indicators)]

    def sheet(
        self, rows: pd.DataFrame, fields: Sequence[tuple[str, ...]], caption: tuple[str, str], prefix: str
    ) -> Sheet:
        """Return a sheet in the page's language; fields are (name, vi, en[, kind])."""
        made = tuple(Field(name, self.words(vi, en), *kind) for name, vi, en, *kind in fields)
        return Sheet(rows, made, self.words(*caption), prefix, self.lang)


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
    scenario = read_scenario(path)
    try:
        return of_scenario(scenario, lang, data)
    except DataError as error:
        raise DataError(placed(path, str(error))) from None


def of_scenario(
    scenario: Scenario,
    lang: Lang = "vi",
    data: Folder = None,
    draws: int = DRAWS,
    seed: int = SEED,
    base: Baseline | None = None,
) -> WhatIf:
    """Return the page of a scenario, its plan indicators and its goal checked too."""
    made = WhatIf(scenario, apply(scenario, data, draws, seed, base), lang, data)
    if scenario.indicators:
        _ = made.plan
    _ = made.found
    return made


def pages(names: Sequence[str], lang: Lang = "vi", data: Folder = None) -> list[WhatIf]:
    """Return the pages of several scenarios of the data folder, with the faults of all at once if there are any.

    Raises
    ------
    DataError
        no scenario, one named twice, an unknown one, or a file that cannot be applied
    """
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice or not names:
        said = f"'{twice[0]}' is named twice" if twice else "No scenario is named"
        raise DataError(f"{said}. Expected: names of scenarios, each once. Known: {', '.join(scenario_names(data))}.")
    made, faults = [], []
    for name in names:
        try:
            made.append(page(name, lang, data))
        except DataError as error:
            faults.append(str(error))
    if faults:
        raise DataError("\n".join(faults))
    return made


def titles(pages: Sequence[WhatIf]) -> list[str]:
    """Return what to call scenarios beside each other: their titles, with province and year where these differ."""
    alike = len({(of.scenario.province, of.scenario.year) for of in pages}) == 1
    own = [getattr(of.scenario.title, of.lang) for of in pages]
    return own if alike else [f"{title} ({of.name}, {of.scenario.year})" for title, of in zip(own, pages, strict=True)]
