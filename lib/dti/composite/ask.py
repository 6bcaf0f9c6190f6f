"""The ranking by one line, for an analyst."""

import pandas as pd

from dti.composite.changes import changes
from dti.composite.scores import TwoYears, alone, comparable, compare, decision, score_years, version_of
from dti.store.tables import Folder, load
from dti.words.vietnamese import Lang
from dti.words.word_list import word


def ranking(
    year: int | None = None, base_year: int | None = None, *, lang: Lang = "vi", data: Folder = None
) -> pd.DataFrame:
    """Return every province with its score, rank, indices, and what changed, best rank first.

    Parameters
    ----------
    year : by default the newest with scores
    base_year : year compared with; by default the year before where both follow one decision, else none

    Returns
    -------
    One row per province (index ``province_id``): name, region, rank, score; each index under its id; and, where there
    is a base year, base_rank, base_score, places (gained), change (of the score) and ``…_change`` of each index.
    ``.attrs``: ``year``, ``base_year``, ``source`` (the decision), ``indices`` (their names by id).

    Raises
    ------
    dti.store.faults.DataError
        a year without scores, or two that follow different decisions

    Examples
    --------
    >>> rows = ranking(2023)
    >>> len(rows), rows.loc["lai-chau", ["rank", "base_rank", "places"]].tolist()
    (63, [54, 53, -1])
    >>> ranking(2023).groupby("region")["HTS"].median().idxmax()
    'Đông Nam Bộ'
    """
    year = max(score_years(data)) if year is None else year
    if base_year is None and year - 1 in score_years(data) and comparable(year, data):
        base_year = year - 1
    compared = alone(year, data) if base_year is None else compare(base_year, year, data)
    provinces = load("provinces", data).set_index("province_id")
    found = pd.DataFrame({"name": provinces["name_vi"], "region": provinces["region" if lang == "vi" else "region_en"]})
    found = found.join(_moved(compared, base_year), how="right").join(compared.values)
    if base_year is not None:
        found = found.join((compared.values - compared.base).add_suffix("_change"))
    names = compared.structure.set_index("index_id")[f"name_{lang}"]
    found.attrs = {
        "year": year,
        "base_year": base_year,
        "source": word("ranking.source", lang, decision=decision(version_of(year, data), data)),
        "indices": names.reindex(compared.values.columns).to_dict(),
    }
    return found.rename_axis("province_id").sort_values("rank", kind="stable")


def _moved(compared: TwoYears, base_year: int | None) -> pd.DataFrame:
    moved = changes(compared)[["rank", "score", "base_rank", "base_score", "places", "change"]]
    return moved if base_year is not None else moved[["rank", "score"]]
