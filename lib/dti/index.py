"""A composite index of any depth: structure, points, scores, ranks, contributions.

A structure is a table of ``index_id``, ``parent``, ``weight`` (or ``max_points``) and, where lower values are
better, ``direction``; values are a wide table of units × indices. Nothing here knows which index it computes:
the DTI's decisions are tables (``dti_structure``, ``dti_pillars``, ``dti_scores``).

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators: Methodology and User Guide.
Decision 922/QĐ-BTTTT of 20 May 2022: points of the DTI's indices, 1000 in all.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from dti.tables import DataError, load, load_all

Method = Literal["arithmetic", "geometric"]
Missing = Literal["blank", "rescale"]
Normalisation = Literal["minmax", "zscore", "rank"]

TOTAL = "DTI"
#: What remains of a published total when the points of its published indices are taken off: rounding alone.
ROUNDING = "rounding"
#: Published values have four decimals, so sums of them may miss the published total by so much of the maximum.
TOLERANCE = 1e-4
#: Scores closer than this are tied: binary fractions must not separate what the printed decimals tie.
TIE_DECIMALS = 9

Folder = str | os.PathLike | None


@dataclass(frozen=True)
class Tree:
    """A checked structure as arrays; parents stand before their children.

    Parameters
    ----------
    ids : index ids, the root first
    weights : weight of each within its parent, in any unit; shape (nodes,)
    children : positions of the children of each node that has any, parents in order
    leaves : positions of the nodes without children
    """

    ids: tuple[str, ...]
    weights: np.ndarray
    children: dict[int, np.ndarray]
    leaves: np.ndarray

    @property
    def leaf_ids(self) -> list[str]:
        """The ids of the leaves, in order."""
        return [self.ids[leaf] for leaf in self.leaves]


class Comparison(NamedTuple):
    """Two years of one index on the finest level known for every unit in both."""

    structure: pd.DataFrame
    base: pd.DataFrame
    values: pd.DataFrame
    base_total: pd.Series
    total: pd.Series


# ---------------------------------------------------------------------------------------------- structure


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


def below(rows: pd.DataFrame, root: str) -> pd.DataFrame:
    """Return the rows of a root and of everything under it, parents before children.

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["b", "x", "a"], "parent": ["a", None, None]})
    >>> below(rows, "a")["index_id"].tolist()
    ['a', 'b']
    """
    duplicated = rows.loc[rows["index_id"].duplicated(), "index_id"]
    if len(duplicated):
        raise DataError(f"The structure has {', '.join(duplicated.unique())} twice; expected: each index once.")
    if root not in set(rows["index_id"]):
        raise DataError(f"The structure has no index '{root}'. Known: {', '.join(rows['index_id'])}.")
    order = _descent(_parts(rows), root)
    return rows.iloc[pd.Index(rows["index_id"]).get_indexer(order)].reset_index(drop=True)


def _parts(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Return the parts of every index that has any."""
    parts: dict[str, list[str]] = {}
    for index_id, parent in zip(rows["index_id"], rows["parent"], strict=True):
        if pd.notna(parent):
            parts.setdefault(parent, []).append(index_id)
    return parts


def _descent(parts: dict[str, list[str]], root: str) -> list[str]:
    """Return an index and all below it level by level; a circle is walked once."""
    order, level = [], [root]
    while level:
        order += level
        level = [part for index_id in level for part in parts.get(index_id, []) if part not in order]
    return order


def check_points(rows: pd.DataFrame) -> None:
    """Raise a `DataError` where the children's points do not add up to their parent's.

    Examples
    --------
    >>> check_points(pd.DataFrame({"index_id": ["a", "b"], "parent": [None, "a"], "weight": [10.0, 9.0]}))
    Traceback (most recent call last):
    ...
    dti.tables.DataError: The components of a have 9 points together; expected: 10.
    """
    sums = rows.groupby("parent")["weight"].sum()
    own = rows.set_index("index_id")["weight"].reindex(sums.index)
    wrong = (sums - own).abs() > 1e-9
    if wrong.any():
        raise DataError(
            "\n".join(
                f"The components of {index_id} have {sums[index_id]:g} points together; expected: {own[index_id]:g}."
                for index_id in sums.index[wrong]
            )
        )


def tree(rows: pd.DataFrame) -> Tree:
    """Return a structure as arrays, once it is known to be one tree with usable weights.

    Parameters
    ----------
    rows : ``index_id``, ``parent`` (blank for the root), ``weight``

    Raises
    ------
    DataError
        an index twice, no root or several, an unknown parent, a circle, a weight that is not positive

    Examples
    --------
    >>> tree(pd.DataFrame({"index_id": ["b", "a"], "parent": ["a", None], "weight": [1.0, 1.0]})).leaf_ids
    ['b']
    """
    roots = rows.loc[rows["parent"].isna(), "index_id"].tolist()
    if len(roots) != 1:
        raise DataError(
            f"The structure has {len(roots)} indices without a parent ({', '.join(roots)}); expected: exactly one."
        )
    unknown = rows.loc[rows["parent"].notna() & ~rows["parent"].isin(rows["index_id"]), "parent"].unique()
    if len(unknown):
        raise DataError(f"The parent {', '.join(unknown)} is not in the structure; expected: an index_id of it.")
    ordered = below(rows, roots[0])
    if len(ordered) < len(rows):
        lost = sorted(set(rows["index_id"]) - set(ordered["index_id"]))
        raise DataError(f"The parents of {', '.join(lost)} go round in a circle; expected: a path to {roots[0]}.")
    weights = ordered["weight"].to_numpy(dtype=float)
    if not (weights > 0).all():
        wrong = ordered.loc[~(weights > 0), "index_id"]
        raise DataError(f"The weight of {', '.join(wrong)} is blank, zero or negative; expected: a positive number.")
    position = {index_id: place for place, index_id in enumerate(ordered["index_id"])}
    parents = ordered["parent"].map(position).fillna(-1).to_numpy(dtype=int)
    children = {place: found for place in range(len(parents)) if len(found := np.flatnonzero(parents == place))}
    leaves = np.array([place for place in range(len(parents)) if place not in children])
    return Tree(tuple(ordered["index_id"]), weights, children, leaves)


def cut(rows: pd.DataFrame, indices: Iterable[str]) -> pd.DataFrame:
    """Return the structure with everything below the given indices cut off.

    Raises
    ------
    DataError
        an index that the structure does not have, or one given together with a part of it

    Examples
    --------
    >>> cut(structure("922"), ["HTS", "NT4", "HOAT_DONG"])["index_id"].tolist()
    ['DTI', 'NEN_TANG', 'HOAT_DONG', 'HTS', 'NT4']
    """
    indices = list(indices)
    unknown = [index_id for index_id in indices if index_id not in set(rows["index_id"])]
    if unknown:
        raise DataError(
            f"The structure has no index {', '.join(map(str, unknown))}. Known: {', '.join(rows['index_id'])}."
        )
    parts, cut_off = _parts(rows), set()
    for index_id in indices:
        under = _descent(parts, index_id)[1:]
        both = [part for part in under if part in indices]
        if both:
            raise DataError(f"{index_id} is given together with its own part {', '.join(both)}; expected: one of them.")
        cut_off.update(under)
    return rows[~rows["index_id"].isin(cut_off)].reset_index(drop=True)


def finest(rows: pd.DataFrame, known: Iterable[str], limit: int | None = None) -> list[str]:
    """Return the deepest indices, covering the whole, of which all are known.

    Parameters
    ----------
    known : indices with a value for every unit
    limit : at most so many indices, as far as what is known allows

    Raises
    ------
    DataError
        the whole cannot be covered by what is known

    Examples
    --------
    >>> finest(structure("922"), ["HTS", "NT4", "HDCQS", "HDKTS", "HDXHS", "NTS"])
    ['HTS', 'NT4', 'HDCQS', 'HDKTS', 'HDXHS']
    """
    known = set(known)
    root = tree(rows).ids[0]
    parts = _parts(rows)

    def cover(index_id: str, depth: int) -> list[str]:
        """Return known indices that make up this one, opened so many levels deep; none if it cannot be covered."""
        if depth <= 0 and index_id in known:
            return [index_id]
        opened = [cover(part, depth - 1) for part in parts.get(index_id, [])]
        if opened and all(opened):
            return [found for part in opened for found in part]
        return [index_id] if index_id in known else []

    covers = [cover(root, depth) for depth in range(len(rows), -1, -1)]
    if not covers[0]:
        raise DataError(
            f"{root} cannot be taken apart: no set of indices that makes it up is known for every unit "
            f"(known for all: {', '.join(sorted(known)) or 'none'})."
        )
    return next((chosen for chosen in covers if limit is None or len(chosen) <= limit), covers[-1])


# ------------------------------------------------------------------------------------------------- scores


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
    """Return a complete matrix of a year: provinces × the finest indices that make up the total.

    Parameters
    ----------
    indices : other indices than these; each must be known for every province

    Raises
    ------
    DataError
        an unknown index or year, or a value missing

    Examples
    --------
    >>> score_matrix(2023).columns.tolist()
    ['HTS', 'NT4', 'HDCQS', 'HDKTS', 'HDXHS']
    """
    units = totals(year, data).index
    values = scores(year, data).loc[units]
    complete = values.columns[values.notna().all()]
    if indices is None:
        indices = finest(structure(version_of(year, data), data), complete)
    missing = [index_id for index_id in indices if index_id not in complete]
    if missing:
        raise DataError(
            f"{', '.join(missing)} of {year}: not known for every province. Known for all: {', '.join(complete)}."
        )
    return values[list(indices)]


def compare(base_year: int, year: int, data: Folder = None, limit: int | None = 12) -> Comparison:
    """Return two years of the index on the finest level known for every province in both.

    Parameters
    ----------
    limit : at most so many indices; a deeper level says more than a reader can take in

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
    known = [column for column in both[0] if column in both[1] and all(known[column].notna().all() for known in both)]
    indices = finest(rows, known, limit)
    return Comparison(cut(rows, indices), both[0][indices], both[1][indices], base_total.loc[total.index], total)


def refuse_other_version(base_year: int, year: int, data: Folder = None) -> None:
    """Raise a `DataError` if the scores of two years follow different decisions.

    Examples
    --------
    >>> refuse_other_version(2023, 2024)
    Traceback (most recent call last):
    ...
    dti.tables.DataError: 2023 and 2024 cannot be compared: the scores of 2023 follow Decision 922/QĐ-BTTTT, those \
of 2024 Decision 405/QĐ-BKHCN, with other indices and other points. Years that can be compared: 2022, 2023.
    """
    versions = [version_of(of, data) for of in (base_year, year)]
    if versions[0] != versions[1]:
        of_years = pd.Series({of: version_of(of, data) for of in score_years(data)})
        alike = of_years.index[of_years.duplicated(keep=False)]
        raise DataError(
            f"{base_year} and {year} cannot be compared: the scores of {base_year} follow Decision "
            f"{decision(versions[0], data)}, those of {year} Decision {decision(versions[1], data)}, with other "
            f"indices and other points. Years that can be compared: {_listed(alike)}."
        )


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


# ------------------------------------------------------------------------------------------ normalisation


def normalise(
    raw: pd.DataFrame,
    direction: pd.Series | None = None,
    method: Normalisation = "minmax",
    low: float = 0.0,
    high: float = 1.0,
) -> pd.DataFrame:
    """Return indicators on one scale, higher always being better; blanks stay blank.

    Parameters
    ----------
    raw : units × indicators
    direction : +1 or -1 per indicator (index: indicator ids); +1 where left out
    method : ``minmax`` stretches each indicator from `low` to `high`; ``rank`` does the same to its ranks;
        ``zscore`` gives mean 0 and standard deviation 1, and takes no heed of `low` and `high`

    Raises
    ------
    DataError
        a direction other than +1 and -1, or an indicator with the same value everywhere

    Examples
    --------
    >>> raw = pd.DataFrame({"speed": [1.0, 3.0], "cost": [10.0, 20.0]})
    >>> normalise(raw, pd.Series({"speed": 1, "cost": -1})).to_numpy().tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    signs = pd.Series(1, index=raw.columns) if direction is None else direction.reindex(raw.columns)
    if not signs.isin([1, -1]).all():
        raise DataError(f"The direction of {', '.join(signs.index[~signs.isin([1, -1])])} is not 1 or -1.")
    oriented = raw * signs
    if method == "rank":
        oriented = oriented.rank(method="average")
    spread = oriented.max() - oriented.min()
    if (spread == 0).any():
        raise DataError(
            f"{', '.join(spread.index[spread == 0])}: the same value for every unit; expected: values that differ."
        )
    if method == "zscore":
        return (oriented - oriented.mean()) / oriented.std()
    return (oriented - oriented.min()) / spread * (high - low) + low


# -------------------------------------------------------------------------------------------- aggregation


def aggregate(
    values: pd.DataFrame, rows: pd.DataFrame, method: Method = "arithmetic", missing: Missing = "blank"
) -> pd.DataFrame:
    """Return every index of the structure, computed level by level from the lowest that is given.

    Parameters
    ----------
    values : units × indices; each is a leaf, or stands for all that is below it
    rows : the structure
    method : weighted mean, ``arithmetic`` or ``geometric`` (which wants values above zero)
    missing : ``blank`` leaves an index blank if any of its parts is; ``rescale`` shares the weight of a
        missing part among the others of its parent, unit by unit

    Returns
    -------
    Units × indices, the root first.

    Raises
    ------
    DataError
        an index that the structure does not have; a value not above zero under a geometric mean

    Examples
    --------
    >>> aggregate(score_matrix(2023), structure("922")).loc["lai-chau", ["DTI", "NEN_TANG"]].round(4).tolist()
    [0.6185, 0.7407]
    """
    own = tree(cut(rows, values.columns))
    leaves = values.reindex(columns=own.leaf_ids).to_numpy(dtype=float)
    if method == "geometric" and (leaves <= 0).any():
        raise DataError("A geometric mean wants values above zero; normalise to a range that begins above zero.")
    nodes = aggregate_array(leaves[None], own.weights[None], own, method, missing)[0]
    return pd.DataFrame(nodes, index=values.index, columns=list(own.ids))


def aggregate_array(
    leaves: np.ndarray, weights: np.ndarray, own: Tree, method: Method = "arithmetic", missing: Missing = "blank"
) -> np.ndarray:
    """Return every node of a tree for many draws of values or weights at once.

    Parameters
    ----------
    leaves : shape (draws or 1, units, leaves), blanks as NaN
    weights : shape (draws or 1, nodes), above zero; only their proportions within a parent count

    Returns
    -------
    Shape (draws, units, nodes).

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6.

    Examples
    --------
    >>> own = tree(pd.DataFrame({"index_id": ["a", "b", "c"], "parent": [None, "a", "a"], "weight": [1.0, 1.0, 3.0]}))
    >>> aggregate_array(np.array([[[0.0, 1.0]]]), own.weights[None], own)[0, 0].tolist()
    [0.75, 0.0, 1.0]
    """
    draws = max(len(leaves), len(weights))
    nodes = np.full((draws, leaves.shape[1], len(own.ids)), np.nan)
    nodes[..., own.leaves] = np.log(leaves) if method == "geometric" else leaves
    for parent in sorted(own.children, reverse=True):
        parts = own.children[parent]
        nodes[..., parent] = _weighted_mean(nodes[..., parts], weights[:, None, parts], missing)
    return np.exp(nodes) if method == "geometric" else nodes


def _weighted_mean(values: np.ndarray, weights: np.ndarray, missing: Missing) -> np.ndarray:
    if missing == "blank":
        return (values * weights).sum(axis=-1) / weights.sum(axis=-1)
    present = ~np.isnan(values)
    total = (present * weights).sum(axis=-1)
    summed = (np.where(present, values, 0.0) * weights).sum(axis=-1)
    return np.divide(summed, total, out=np.full(summed.shape, np.nan), where=total > 0)


def leaf_weights(rows: pd.DataFrame) -> pd.Series:
    """Return the share of each leaf in the whole; they add up to 1.

    Examples
    --------
    >>> leaf_weights(cut(structure("922"), ["HTS", "NT4", "HOAT_DONG"])).to_dict()
    {'HOAT_DONG': 0.5, 'HTS': 0.1, 'NT4': 0.4}
    """
    own = tree(rows)
    shares = np.ones(len(own.ids))
    for parent in sorted(own.children):
        parts = own.children[parent]
        shares[parts] = shares[parent] * own.weights[parts] / own.weights[parts].sum()
    return pd.Series(shares[own.leaves], index=own.leaf_ids)


def contributions(values: pd.DataFrame, rows: pd.DataFrame, total: pd.Series | None = None) -> pd.DataFrame:
    """Return what each index adds to the total; the columns sum to it.

    Parameters
    ----------
    values : units × indices that make up the whole
    total : the published total; what rounding leaves between it and the sum becomes the column `ROUNDING`

    Examples
    --------
    >>> contributions(score_matrix(2023), structure("922")).loc["lai-chau"].round(4).tolist()
    [0.0566, 0.3138, 0.1203, 0.076, 0.0518]
    """
    shares = leaf_weights(cut(rows, values.columns)).reindex(values.columns)
    parts = values * shares
    if total is None:
        return parts
    rest = (total - parts.sum(axis=1)).round(TIE_DECIMALS)
    return parts.assign(**{ROUNDING: rest}) if rest.any() else parts


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


# -------------------------------------------------------------------------------------------------- ranks


def ranks(values: pd.Series | pd.DataFrame) -> pd.Series | pd.DataFrame:
    """Return competition ranks (1, 2, 2, 4), the highest value first; a blank has no rank.

    Examples
    --------
    >>> ranks(pd.Series([0.5, 0.7, 0.7, 0.1])).tolist()
    [3, 1, 1, 4]
    """
    return values.round(TIE_DECIMALS).rank(method="min", ascending=False).astype("Int64")


def rank_array(values: np.ndarray) -> np.ndarray:
    """Return competition ranks along the last axis of complete values: one more than there are higher ones.

    Parameters
    ----------
    values : shape (..., units); memory grows with the square of the units, so draws come in chunks

    Examples
    --------
    >>> rank_array(np.array([[0.5, 0.7, 0.7, 0.1]])).tolist()
    [[3, 1, 1, 4]]
    """
    exact = np.round(values, TIE_DECIMALS)
    return 1 + (exact[..., None, :] > exact[..., :, None]).sum(axis=-1)
