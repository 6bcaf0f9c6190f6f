"""The published year that a scenario starts from."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dti.composite import scores
from dti.composite.aggregation import leaf_weights, unit_weights
from dti.composite.scores import TOTAL
from dti.composite.structure import cut
from dti.scenarios.faults import refuse
from dti.store.tables import Folder, load

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
        """Share of each index in the whole, where a province has them all."""
        return leaf_weights(cut(self.rows, self.values.columns)).reindex(self.values.columns)

    def shares_of(self, province: str) -> pd.Series:
        """Return the share of each index in a province's score: those that it lacks count for nothing."""
        if self.values.loc[province].notna().all():
            return self.shares
        return (
            unit_weights(self.values.loc[[province]], cut(self.rows, self.values.columns))
            .loc[province, self.values.columns]
            .fillna(0.0)
        )

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
    def motions(self) -> dict[tuple, object]:
        """What `dti.scenarios.motion.moved` has worked out for this baseline."""
        return {}

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
    known = scores.alone(year, data, limit=None)
    return Baseline(year, scores.version_of(year, data), known.structure, known.values, known.total, data)


def newest_year(data: Folder = None) -> int:
    """Return the newest year that a scenario can start from.

    Examples
    --------
    >>> newest_year()
    2024
    """
    return scores.score_years(data)[-1]
