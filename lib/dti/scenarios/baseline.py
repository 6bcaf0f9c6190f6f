"""The published year that a scenario starts from."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dti.composite import scores
from dti.composite.index import Folder, leaf_weights
from dti.composite.scores import TOTAL, structure
from dti.composite.structure import cut
from dti.scenarios.faults import refuse
from dti.store.faults import DataError
from dti.store.tables import load

#: Points of the whole index.
POINTS = 1000


@dataclass(frozen=True)
class Baseline:
    """A year as published: what scenarios start from.

    Parameters
    ----------
    rows : the structure; where the points of a decision are not known, the total alone
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

    @property
    def whole_only(self) -> bool:
        """Whether the total is all that is known, so that points can be added to it alone."""
        return list(self.values.columns) == [TOTAL]

    @cached_property
    def names(self) -> dict[str, pd.Series]:
        """Names of indices by language."""
        rows = load("dti_structure", self.data).query("version == @self.version").set_index("index_id")
        return {lang: rows[f"name_{lang}"] for lang in ("vi", "en")}

    @cached_property
    def regions(self) -> pd.Series:
        """The region of each province."""
        return load("provinces", self.data).set_index("province_id")["region"]

    @cached_property
    def decision(self) -> str:
        """The number of the decision that the year's scores follow."""
        return scores.decision(self.version, self.data)


def baseline(year: int, data: Folder = None) -> Baseline:
    """Return a year's published scores as a baseline.

    Raises
    ------
    ScenarioError
        no complete scores of that year; the years that have them are named

    Examples
    --------
    >>> baseline(2023).values.columns.tolist()
    ['HTS', 'NT4', 'HDCQS', 'HDKTS', 'HDXHS']

    The points of Decision 405 are not known, so 2024 is known as a whole alone:

    >>> baseline(2024).values.columns.tolist()
    ['DTI']
    """
    if year not in scores.score_years(data):
        raise refuse("year", "no_scores", year=year, known=scores.score_years(data))
    version, total = scores.version_of(year, data), scores.totals(year, data)
    try:
        rows, values = structure(version, data), scores.score_matrix(year, data=data)
    except DataError:  # points that are not known: the whole is all that can be changed
        rows = pd.DataFrame({"index_id": [TOTAL], "parent": [None], "weight": [float(POINTS)]})
        values = total.to_frame(TOTAL)
    return Baseline(year, version, rows, values, total, data)


def newest_year(data: Folder = None) -> int:
    """Return the newest year that a scenario can start from.

    Examples
    --------
    >>> newest_year()
    2024
    """
    return scores.score_years(data)[-1]
