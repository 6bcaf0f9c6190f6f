"""A what-if asked in one line of a cell."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from pydantic import ValidationError

from dti.scenarios import charts, tables
from dti.scenarios import sentences as say
from dti.scenarios.faults import ScenarioError, refuse
from dti.scenarios.motion import DRAWS, SEED, Moves
from dti.scenarios.page import WhatIf, of_scenario
from dti.scenarios.scenario_file import Scenario, as_faults
from dti.store.tables import Folder
from dti.words.markdown import plain
from dti.words.vietnamese import Lang


class Answer:
    """The answer to a what-if.

    Parameters
    ----------
    page : what pages on scenarios are made from; the functions of `dti.scenarios.tables` and `charts` take it
    """

    def __init__(self, page: WhatIf) -> None:
        self.page = page

    @property
    def rank(self) -> int:
        """The rank in the scenario; where chance moves provinces, the best one held in at least half of the draws."""
        return self.page.outcome.rank

    @property
    def base_rank(self) -> int:
        """The rank as published."""
        return self.page.outcome.base_rank

    @property
    def table(self) -> pd.DataFrame:
        """Every index as published (``base``), moved (``before``), changed (``scenario``); ``points`` of the change."""
        return self.page.outcome.table

    @property
    def passed(self) -> list[str]:
        """The provinces that were ahead and no longer are."""
        return sorted(self.page.outcome.passed())

    @property
    def passed_by(self) -> list[str]:
        """The provinces that were not ahead and now are."""
        return sorted(self.page.outcome.passed_by())

    def chance(self, rank: int, *, changed: bool = True) -> float:
        """Return how likely the rank, or a better one, is next year.

        Whatever the scenario assumes of the provinces, here all of them, the own one too, move by chance
        (``uncertain``); then the changes are made.

        Parameters
        ----------
        changed : False asks the same without the changes

        Raises
        ------
        ScenarioError
            a year from which nothing can be projected
        """
        if self.page.futures is None:
            raise refuse("year", "no_chance", year=self.page.scenario.year)
        return self.page.futures[1 if changed else 0].chance(rank)

    def chart(self) -> Figure:
        """Return the chart of how likely each rank is; of a year without projections that of the indices."""
        return charts.indices(self.page) if self.page.futures is None else charts.chance(self.page)

    def _repr_markdown_(self) -> str:
        page = self.page
        said = [say.answer(page, tables.results(page), tables.places(page)), say.back_test(page)]
        return "\n\n".join(plain(text) for text in said if text)

    def __repr__(self) -> str:
        return self._repr_markdown_()


def what_if(
    province: str,
    year: int,
    changes: Mapping[str, object] | None = None,
    *,
    own: Moves | None = None,
    others: Moves = "fixed",
    goal: int | None = None,
    lang: Lang = "vi",
    data: Folder = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Answer:
    """Return where a province would stand if some of its indices changed.

    Parameters
    ----------
    province : id or name
    year : the published year to start from
    changes : by index, as in a scenario file: ``0.65`` (the new value), ``"+0,05"``, ``"+10 điểm"``, ``"median"``,
        ``"dien-bien"`` (what the index reaches), ``"lock"``
    own, others : what the province itself (by default as the others) and the others do before that: ``fixed``,
        ``published``, ``growth``, ``regional_growth``, ``uncertain``
    goal : a rank to reach with the fewest points on top of the changes

    Raises
    ------
    ScenarioError
        what cannot be applied: which key, what is wrong, what is expected

    Examples
    --------
    >>> answer = what_if("lai-chau", 2023, {"HTS": 0.95}, own="growth", others="growth")
    >>> answer.rank, answer.base_rank
    (47, 54)
    >>> 0 < answer.chance(45, changed=False) < answer.chance(45) < 1
    True
    """
    asked = {"title": "what-if", "reasoning": "what-if", "year": year, "province": province, "others": others}
    asked |= {"own": own, "changes": dict(changes or {}), "goal": {"rank": goal} if goal else None}
    try:
        scenario = Scenario.model_validate(asked)
        return Answer(of_scenario(scenario, lang, data, draws, seed))
    except ValidationError as error:
        raise ScenarioError(as_faults(error), lang) from None
    except ScenarioError as error:
        raise ScenarioError(error.of_scenario, lang) from None
