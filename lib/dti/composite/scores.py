"""The scores of the provinces, as published, and which years can be compared."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from dti.composite.aggregation import aggregate
from dti.composite.structure import below, check_points, cut, finest, tree
from dti.store.faults import DataError
from dti.store.tables import Folder, load, load_all
from dti.words.vietnamese import Lang
from dti.words.word_list import word

TOTAL = "DTI"
#: Published values have four decimals, so sums of them may miss the published total by so much of the maximum.
TOLERANCE = 1e-4


#: An index is used where more than this share of the units has a value; who lacks it stays blank.
WIDELY = 0.5


class TwoYears(NamedTuple):
    """Two years of one index on the finest level widely known in both; what a unit lacks is blank.

    A year that stands alone has blanks for its base year.
    """

    structure: pd.DataFrame
    base: pd.DataFrame
    values: pd.DataFrame
    base_total: pd.Series
    total: pd.Series


def structure(version: str, data: Folder = None, root: str = TOTAL) -> pd.DataFrame:
    """Return the tree of one version of the DTI: the root and all below it, parents first.

    Parameters
    ----------
    version : number of the decision, e.g. ``922``
    root : the index that heads the tree

    Returns
    -------
    The rows of ``dti_structure`` with ``weight`` (maximum points) in place of ``max_points``. Indices that
    earn no points are left out.

    Raises
    ------
    DataError
        unknown version; points unknown or not adding up; a parent that is not there

    Examples
    --------
    >>> structure("922").query("parent == 'DTI'")[["index_id", "weight"]].to_numpy().tolist()
    [['NEN_TANG', 500.0], ['HOAT_DONG', 500.0]]
    """
    rows = load("dti_structure", data)
    own = rows[rows["version"] == version].rename(columns={"max_points": "weight"})
    if own.empty:
        raise DataError(f"There is no index version '{version}'. Known: {', '.join(sorted(rows['version'].unique()))}.")
    tree_rows = below(own, root)
    unknown = tree_rows.loc[tree_rows["weight"].isna(), "index_id"]
    if len(unknown):
        raise DataError(
            f"The maximum points of {', '.join(unknown)} under version {version} are not known, so its scores "
            "cannot be computed or taken apart; expected: max_points in dti_structure.csv."
        )
    scored = tree_rows[tree_rows["weight"] > 0].reset_index(drop=True)
    check_points(scored)
    return scored


def scores(year: int, data: Folder = None) -> pd.DataFrame:
    """Return what is known of a year: one row per province, one column per index, values in [0, 1].

    Raises
    ------
    DataError
        no scores for that year

    Examples
    --------
    >>> scores(2023).loc["lai-chau", ["DTI", "HTS"]].tolist()
    [0.6185, 0.5659]
    """
    return _wide(_of_year(year, data), "value")


def published_ranks(year: int, data: Folder = None) -> pd.DataFrame:
    """Return the ranks that sources state for a year: one row per province, one column per index, blanks kept.

    Examples
    --------
    >>> int(published_ranks(2023).loc["lai-chau", "DTI"])
    54
    """
    return _wide(_of_year(year, data), "rank")


def score_years(data: Folder = None) -> list[int]:
    """Return the years with the total of every province, in order.

    Examples
    --------
    >>> score_years()
    [2022, 2023, 2024]
    """
    tables = load_all(["dti_scores", "provinces"], data)
    rows = tables["dti_scores"].query("index_id == @TOTAL and value.notna()")
    counts = rows.groupby("year")["province_id"].nunique()
    return [int(year) for year in counts.index[counts == len(tables["provinces"])]]


def version_of(year: int, data: Folder = None) -> str:
    """Return the version of the index (number of the decision) that a year's scores follow.

    Examples
    --------
    >>> version_of(2023), version_of(2024)
    ('922', '405')
    """
    versions = _of_year(year, data)["version"].unique()
    if len(versions) > 1:
        raise DataError(
            f"The scores of {year} follow several versions of the index ({', '.join(versions)}); expected: one."
        )
    return str(versions[0])


def totals(year: int, data: Folder = None) -> pd.Series:
    """Return the published total of every province in a year.

    Raises
    ------
    DataError
        the total of some provinces is not known, so that no rank can be worked out

    Examples
    --------
    >>> totals(2022).idxmin(), len(totals(2022))
    ('bac-kan', 63)
    """
    known = scores(year, data).reindex(columns=[TOTAL])[TOTAL].dropna()
    provinces = load("provinces", data)["province_id"]
    if len(known) < len(provinces):
        raise DataError(
            f"The DTI of {year} is known for {len(known)} of {len(provinces)} provinces only, so it gives no ranking. "
            f"Years with all: {_listed(score_years(data))}."
        )
    return known


def score_matrix(year: int, indices: Sequence[str] | None = None, data: Folder = None) -> pd.DataFrame:
    """Return the values of a year: provinces × the finest indices that make up the total; gaps stay blank.

    Parameters
    ----------
    indices : other indices than these; each must be known for most provinces

    Raises
    ------
    DataError
        an unknown year, or an index that is unknown or not known for most provinces

    Examples
    --------
    >>> score_matrix(2023).columns.tolist()
    ['HTS', 'NT4', 'HDCQS', 'HDKTS', 'HDXHS']
    """
    units = totals(year, data).index
    values = scores(year, data).loc[units]
    known = widely_known(values)
    if indices is None:
        indices = finest(structure(version_of(year, data), data), known)
    missing = [index_id for index_id in indices if index_id not in known]
    if missing:
        raise DataError(
            f"{', '.join(missing)} of {year}: not known for most provinces. Known for most: {', '.join(known)}."
        )
    return values[list(indices)]


def widely_known(values: pd.DataFrame) -> list[str]:
    """Return the indices that more than half of the units have.

    Examples
    --------
    >>> widely_known(pd.DataFrame({"x": [0.1, 0.2, None], "y": [0.1, None, None]}))
    ['x']
    """
    return values.columns[values.notna().mean() > WIDELY].tolist()


def compare(base_year: int, year: int, data: Folder = None, limit: int | None = 12) -> TwoYears:
    """Return two years of the index on the finest level known for most provinces in both; gaps stay blank.

    Parameters
    ----------
    limit : at most so many indices, if that leaves a level below the total; a deeper level says more than a
        reader can take in

    Raises
    ------
    DataError
        the years follow different decisions or are not in order, or one of them has no complete scores

    Examples
    --------
    >>> compared = compare(2022, 2023)
    >>> float(round(compared.total["lai-chau"] - compared.base_total["lai-chau"], 4))
    0.1153
    """
    if base_year >= year:
        raise DataError(f"The base year {base_year} does not come before {year}; expected: an earlier year.")
    refuse_other_version(base_year, year, data)
    rows = structure(version_of(year, data), data)
    base_total, total = totals(base_year, data), totals(year, data)
    both = [scores(of, data).loc[total.index] for of in (base_year, year)]
    in_both = set(widely_known(both[0])) & set(widely_known(both[1]))
    indices = finest(rows, in_both, limit)
    return TwoYears(cut(rows, indices), both[0][indices], both[1][indices], base_total.loc[total.index], total)


def alone(year: int, data: Folder = None, limit: int | None = 12) -> TwoYears:
    """Return a year by itself, on the finest level known for most provinces; all of its base year is blank.

    Where the points of the year's decision are not known, the total stands alone.

    Examples
    --------
    >>> alone(2022).values.columns.tolist(), alone(2024).values.columns.tolist()
    (['HTS', 'NT4', 'HDCQS', 'HDKTS', 'HDXHS'], ['DTI'])
    """
    total, version = totals(year, data), version_of(year, data)
    values = scores(year, data).loc[total.index]
    rows = load("dti_structure", data).query("version == @version").rename(columns={"max_points": "weight"})
    if below(rows, TOTAL)["weight"].notna().all():
        rows = structure(version, data)
        rows = cut(rows, finest(rows, widely_known(values), limit))
    else:
        rows = rows[rows["index_id"] == TOTAL].reset_index(drop=True)
    values = values[tree(rows).leaf_ids]
    nothing = pd.DataFrame(float("nan"), index=values.index, columns=values.columns)
    return TwoYears(rows, nothing, values, pd.Series(float("nan"), index=total.index), total)


def refuse_other_version(base_year: int, year: int, data: Folder = None) -> None:
    """Raise a `DataError` if the scores of two years follow different decisions.

    Examples
    --------
    >>> refuse_other_version(2023, 2024)
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: 2023 and 2024 cannot be compared: the scores of 2023 follow Decision 922/QĐ-BTTTT, \
those of 2024 Decision 405/QĐ-BKHCN, with other indices and other points. Parts stated to be equal \
(dti_bridge.csv): none. Years that can be compared: 2022, 2023.
    """
    versions = [version_of(of, data) for of in (base_year, year)]
    if versions[0] != versions[1]:
        of_years = pd.Series({of: version_of(of, data) for of in score_years(data)})
        alike = of_years.index[of_years.duplicated(keep=False)]
        equal = equal_parts(*versions, data)["index_id"]
        raise DataError(
            f"{base_year} and {year} cannot be compared: the scores of {base_year} follow Decision "
            f"{decision(versions[0], data)}, those of {year} Decision {decision(versions[1], data)}, with other "
            f"indices and other points. Parts stated to be equal (dti_bridge.csv): {_listed(equal)}. Years that can be "
            f"compared: {_listed(alike)}."
        )


def equal_parts(base_version: str, version: str, data: Folder = None) -> pd.DataFrame:
    """Return which index of one decision equals which of a later one, where a source says so: rows of ``dti_bridge``.

    Examples
    --------
    >>> equal_parts("922", "405")["index_id"].tolist()
    []
    """
    return load("dti_bridge", data).query("base_version == @base_version and version == @version")


def comparable(year: int, data: Folder = None) -> bool:
    """Return whether the scores of a year and of the one before are complete and follow the same decision.

    Examples
    --------
    >>> [comparable(year) for year in (2022, 2023, 2024)]
    [False, True, False]
    """
    return {year - 1, year} <= set(score_years(data)) and version_of(year - 1, data) == version_of(year, data)


def decision(version: str, data: Folder = None) -> str:
    """Return the full number of the decision behind a version.

    Examples
    --------
    >>> decision("922")
    '922/QĐ-BTTTT'
    """
    tables = load_all(["dti_structure", "sources"], data)
    source = tables["dti_structure"].query("version == @version and index_id == @TOTAL")["source_id"]
    number = tables["sources"].loc[tables["sources"]["source_id"].isin(source), "document_no"].dropna()
    return number.iloc[0] if len(number) else version


def known_province(province: str, data: Folder = None) -> pd.Series:
    """Return the row of a province.

    Raises
    ------
    DataError
        unknown id; the known ones are listed

    Examples
    --------
    >>> known_province("lai-chau")["name_vi"]
    'Lai Châu'
    """
    provinces = load("provinces", data).set_index("province_id", drop=False)
    if province not in provinces.index:
        raise DataError(f"There is no province '{province}'. Known: {', '.join(provinces.index)}.")
    return provinces.loc[province]


def _of_year(year: int, data: Folder) -> pd.DataFrame:
    rows = load("dti_scores", data)
    found = rows[rows["year"] == year]
    if found.empty:
        raise DataError(f"There are no DTI scores for {year}. Known: {_listed(rows['year'].unique())}.")
    return found


def _wide(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    known = rows[rows[column].notna()]
    return known.pivot(index="province_id", columns="index_id", values=column).rename_axis(columns=None)


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(str, sorted(values))) or "none"


def pillars(values: pd.DataFrame, version: str, data: Folder = None) -> pd.DataFrame:
    """Return the pillars, views of the index that overlap: the points of a pillar's indices of their maximum.

    Parameters
    ----------
    values : units × indices that make up the whole

    References
    ----------
    Decision 922/QĐ-BTTTT; the formula reproduces every pillar published for 2022 and 2023, values within 0.0001
    (the scores it starts from are rounded), ranks exactly.

    Examples
    --------
    >>> pillars(score_matrix(2022), "922").loc["tra-vinh"].round(4).to_dict()
    {'P_CQS': 0.6684, 'P_KTS': 0.6648, 'P_XHS': 0.5992}
    """
    members = load("dti_pillars", data).query("version == @version")
    if members.empty:
        raise DataError(f"How pillars are made up under version {version} is not known.")
    rows = structure(version, data)
    every = aggregate(values, rows)
    points = rows.set_index("index_id")["weight"]
    return pd.DataFrame(
        {
            pillar: (every[parts] * points[parts]).sum(axis=1, skipna=False) / points[parts].sum()
            for pillar, parts in members.groupby("pillar")["index_id"].agg(list).items()
        }
    )


def no_comparison(year: int, data: Folder, lang: Lang) -> str | None:
    """Return why a year cannot be set beside the one before, if so."""
    if year - 1 not in score_years(data):
        return word("ranking_terminal.not_complete", lang, year=year - 1)
    base_version = version_of(year - 1, data)
    if base_version != version_of(year, data):
        equal = len(equal_parts(base_version, version_of(year, data), data)) > 0
        return word(
            "ranking_terminal.parts_alone" if equal else "ranking_terminal.other_decision",
            lang,
            year=year - 1,
            decision=decision(base_version, data),
        )
    return None
