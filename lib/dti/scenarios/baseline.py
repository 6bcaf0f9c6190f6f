"""The published year that a scenario starts from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from dti.composite import scores
from dti.composite.aggregation import aggregate, leaf_weights
from dti.composite.scores import TOTAL
from dti.composite.structure import below, cut
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
        """Return the share of each index in a province's score, zero for one that cannot be changed: it is not known.

        The published score holds what is not known too, so the shares of the others stay as they are.
        """
        return self.shares.where(self.values.loc[province].notna(), 0.0)

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


def with_whole(base: Baseline, indices: Iterable[str]) -> Baseline:
    """Return a baseline in which the given indices stand as a whole, where it has only their parts.

    Their published values are taken, or what their parts add up to where none is published. So a change of any level
    of the structure can be made, whatever the finest level known.

    Examples
    --------
    >>> with_whole(baseline(2023), ["NEN_TANG"]).values.columns.tolist()
    ['HDCQS', 'HDKTS', 'HDXHS', 'NEN_TANG']
    """
    known = set(base.rows["index_id"])
    whole = [index_id for index_id in dict.fromkeys(indices) if index_id in known and index_id not in base.values]
    if not whole:
        return base
    parts = {part for index_id in whole for part in below(base.rows, index_id)["index_id"]}
    kept = [index_id for index_id in base.values if index_id not in parts]
    computed = aggregate(base.values, base.rows)[whole]
    published = scores.scores(base.year, base.data).reindex(index=computed.index, columns=whole)
    values = base.values[kept].join(published.fillna(computed))
    return replace(base, rows=cut(base.rows, values.columns), values=values)


def newest_year(data: Folder = None) -> int:
    """Return the newest year that a scenario can start from.

    Examples
    --------
    >>> newest_year()
    2024
    """
    return scores.score_years(data)[-1]
