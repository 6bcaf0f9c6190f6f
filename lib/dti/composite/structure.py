"""The tree of an index: which part belongs to which, with how many points."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti.store.faults import DataError


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
    dti.store.faults.DataError: The components of a have 9 points together; expected: 10.
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
    >>> from dti.composite.scores import structure
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
    >>> from dti.composite.scores import structure
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
