"""The file in which an analyst writes a scenario."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dti.store.faults import DataError
from dti.store.settings import read_settings
from dti.store.tables import Folder, data_dir
from dti.words.vietnamese import Lang

Others = Literal["fixed", "published", "growth", "regional_growth", "uncertain"]


Yardstick = Literal["median", "p75", "leader", "region_median"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True, strict=True)


class Words(_Strict):
    """A text in both languages."""

    vi: Annotated[str, Field(min_length=1, max_length=2000)]
    en: Annotated[str, Field(min_length=1, max_length=2000)]


class Change(_Strict):
    """A change of one index, said in exactly one of four ways.

    Parameters
    ----------
    set : the new value, in [0, 1]
    add : what is added to the value
    points : what is added, in points of the index
    to : a yardstick of the baseline year that the index reaches
    """

    set: float | None = None
    add: float | None = None
    points: float | None = None
    to: Yardstick | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Change":
        said = [name for name, value in self if value is not None]
        if len(said) != 1:
            raise ValueError(f"says {' and '.join(said) or 'nothing'}; expected exactly one of set, add, points, to")
        return self


class Goal(_Strict):
    """A rank to reach with the least effort: points weighted by a cost per index, up to a cap per index.

    Parameters
    ----------
    costs : of a point, 1 where not said
    caps : highest value thinkable, or a yardstick (the value already reached, where that is higher); 1 where not said
    """

    rank: Annotated[int, Field(ge=1, le=63)]
    costs: dict[str, Annotated[float, Field(gt=0)]] = {}
    caps: dict[str, Annotated[float, Field(ge=0, le=1)] | Yardstick] = {}


class Scenario(_Strict):
    """What a scenario file says.

    Parameters
    ----------
    title, reasoning : by its author
    year : baseline year of the DTI
    province : whose indices change
    others : what the other provinces do
    changes : by index
    goal : a rank to seek instead
    plan_year : year of the plan whose indicators are assumed
    indicators : assumed results of plan indicators of the province
    link : the author's own assumption of how plan indicators and indices hang together; repeated, never computed
    """

    title: Words
    reasoning: Words
    year: int
    province: str = "lai-chau"
    others: Others = "fixed"
    changes: dict[str, Change] = {}
    goal: Goal | None = None
    plan_year: int = 2023
    indicators: dict[str, float] = {}
    link: Words | None = None


def read_scenario(path: Path) -> Scenario:
    """Return a scenario file, or raise a `DataError` that names file, line and key of every fault.

    Examples
    --------
    >>> read_scenario(data_dir() / "scenarios" / "ha-tang-trung-vi-vung.yml").others
    'growth'
    """
    return read_settings(path, Scenario)


def scenario_path(name: str, data: Folder = None) -> Path:
    """Return the file of a scenario of the data folder by its name.

    Raises
    ------
    DataError
        there is none of that name; the known ones are listed
    """
    folder, known = data_dir(data) / "scenarios", scenario_names(data)
    if name not in known:
        raise DataError(f"There is no scenario '{name}' in {folder}. Known: {', '.join(known) or 'none'}.")
    return folder / f"{name}.yml"


def scenario_names(data: Folder = None) -> list[str]:
    """Return the names of the scenarios of the data folder.

    Examples
    --------
    >>> "hang-45" in scenario_names()
    True
    """
    return sorted(path.stem for path in (data_dir(data) / "scenarios").glob("*.yml"))


def scenario_titles(lang: Lang, data: Folder = None) -> dict[str, str]:
    """Return the title of every scenario of the data folder by name, or raise a `DataError` for a faulty file."""
    return {name: getattr(read_scenario(scenario_path(name, data)).title, lang) for name in scenario_names(data)}
