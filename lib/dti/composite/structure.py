"""The structure of an index: a checked tree of any depth, and what can be cut off it.

A structure is a table of ``index_id``, ``parent`` (blank for the root), ``weight`` and, where lower values are better,
``direction``. Nothing here knows which index it describes.
"""

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
        raise DataError(f"The structure has {_listed(duplicated.unique())} twice; expected: each index once.")
    if root not in set(rows["index_id"]):
        raise DataError(f"The structure has no index '{root}'. Known: {_listed(rows['index_id'])}.")
    order = _descent(_parts(rows), root)
    return rows.iloc[pd.Index(rows["index_id"]).get_indexer(order)].reset_index(drop=True)


def _listed(ids: Iterable[object]) -> str:
    return ", ".join(map(str, ids))


def _parts(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Return the parts of every index that has any."""
    parts: dict[str, list[str]] = {}
    for index_id, parent in zip(rows["index_id"], rows["parent"], strict=True):
        if pd.notna(parent):
            parts.setdefault(parent, []).append(index_id)
    return parts


def _descent(parts: dict[str, list[str]], root: str) -> list[str]:
    """Return an index and all below it level by level; a circle is walked once."""
    order, level = {}, [root]
    while level:
        order.update(dict.fromkeys(level))
        level = [part for index_id in level for part in parts.get(index_id, []) if part not in order]
    return list(order)


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
    rows : ``index_id``, ``parent`` (blank for the root), ``weight`` (from zero up; the root's own does not matter)

    Raises
    ------
    DataError
        an index twice, no root or several, an unknown parent, a circle, a weight that is no number, infinite or
        negative, an index whose parts all weigh nothing

    Examples
    --------
    >>> tree(pd.DataFrame({"index_id": ["b", "a"], "parent": ["a", None], "weight": [1.0, 1.0]})).leaf_ids
    ['b']
    """
    absent = [column for column in ("index_id", "parent", "weight") if column not in rows]
    if absent:
        raise DataError(f"The structure has no column {_listed(absent)}; expected: index_id, parent, weight.")
    roots = rows.loc[rows["parent"].isna(), "index_id"].tolist()
    if len(roots) != 1:
        raise DataError(
            f"The structure has {len(roots)} indices without a parent ({_listed(roots)}); expected: exactly one."
        )
    unknown = rows.loc[rows["parent"].notna() & ~rows["parent"].isin(rows["index_id"]), "parent"].unique()
    if len(unknown):
        raise DataError(f"The parent {_listed(unknown)} is not in the structure; expected: an index_id of it.")
    ordered = below(rows, roots[0])
    if len(ordered) < len(rows):
        lost = sorted(set(rows["index_id"]) - set(ordered["index_id"]))
        raise DataError(f"The parents of {_listed(lost)} go round in a circle; expected: a path to {roots[0]}.")
    weights = _weights(ordered)
    position = {index_id: place for place, index_id in enumerate(ordered["index_id"])}
    children: dict[int, list[int]] = {}
    for place, parent in enumerate(ordered["parent"]):
        if pd.notna(parent):
            children.setdefault(position[parent], []).append(place)
    for parent, parts in children.items():
        if not weights[parts].sum() > 0:
            raise DataError(
                f"The parts of {ordered['index_id'][parent]} all weigh nothing; expected: a weight above zero."
            )
    leaves = np.array([place for place in range(len(ordered)) if place not in children])
    return Tree(
        tuple(ordered["index_id"]), weights, {parent: np.array(children[parent]) for parent in sorted(children)}, leaves
    )


def _weights(ordered: pd.DataFrame) -> np.ndarray:
    """Return the weights of a structure whose root stands first; the root weighs 1 if nothing is said."""
    weights = pd.to_numeric(ordered["weight"], errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
    weights[0] = weights[0] if np.isfinite(weights[0]) and weights[0] > 0 else 1.0
    usable = np.isfinite(weights) & (weights >= 0)
    if not usable.all():
        wrong = [
            f"{index_id} ({'blank' if pd.isna(weight) else weight})"
            for index_id, weight in ordered.loc[~usable, ["index_id", "weight"]].itertuples(index=False)
        ]
        raise DataError(f"The weight of {_listed(wrong)} is not a finite number from zero up; expected: one.")
    return weights


def cut(rows: pd.DataFrame, indices: Iterable[str]) -> pd.DataFrame:
    """Return the structure with everything below the given indices cut off.

    Raises
    ------
    DataError
        an index that the structure does not have, or one given together with a part of it

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": list("tabcd"), "parent": [None, "t", "t", "a", "a"]})
    >>> cut(rows, ["a", "b"])["index_id"].tolist()
    ['t', 'a', 'b']
    """
    indices = list(indices)
    known = set(rows["index_id"])
    unknown = [index_id for index_id in indices if index_id not in known]
    if unknown:
        raise DataError(f"The structure has no index {_listed(unknown)}. Known: {_listed(rows['index_id'])}.")
    parts, cut_off, given = _parts(rows), set(), set(indices)
    for index_id in indices:
        if index_id in parts:
            under = _descent(parts, index_id)[1:]
            both = [part for part in under if part in given]
            if both:
                raise DataError(
                    f"{index_id} is given together with its own part {_listed(both)}; expected: one of them."
                )
            cut_off.update(under)
    return rows[~rows["index_id"].isin(cut_off)].reset_index(drop=True)


def finest(rows: pd.DataFrame, known: Iterable[str], limit: int | None = None) -> list[str]:
    """Return the deepest indices, covering the whole, of which all are known.

    Parameters
    ----------
    known : indices whose values are known
    limit : no more indices than this, if that leaves a level below the whole; else the highest such level

    Raises
    ------
    DataError
        the whole cannot be covered by what is known

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": list("tabcd"), "parent": [None, "t", "t", "a", "a"], "weight": [1.0] * 5})
    >>> finest(rows, ["t", "a", "b", "c", "d"]), finest(rows, ["t", "a", "b", "c", "d"], limit=2)
    (['c', 'd', 'b'], ['a', 'b'])
    """
    own, known = tree(rows), set(known)
    covers = [_cover(own, known, levels) for levels in range(_depths(own).max(), -1, -1)]
    if not covers[0]:
        raise DataError(
            f"{own.ids[0]} cannot be taken apart: no set of indices that makes it up is known for enough units "
            f"(known: {', '.join(sorted(known)) or 'none'})."
        )
    opened = [chosen for chosen in covers if chosen != [own.ids[0]]]
    if not opened:
        return covers[-1]
    return next((chosen for chosen in opened if limit is None or len(chosen) <= limit), opened[-1])


def _depths(own: Tree) -> np.ndarray:
    """Return how many levels below the root each node is."""
    depths = np.zeros(len(own.ids), dtype=int)
    for parent, parts in own.children.items():
        depths[parts] = depths[parent] + 1
    return depths


def _cover(own: Tree, known: set[str], levels: int) -> list[str]:
    """Return known indices that make up the whole, opened so many levels deep; none if it cannot be covered."""
    depths, covers = _depths(own), {}
    for place in range(len(own.ids) - 1, -1, -1):
        is_known, opened = own.ids[place] in known, []
        if not (is_known and depths[place] >= levels) and place in own.children:
            parts = [covers[part] for part in own.children[place]]
            opened = [found for part in parts for found in part] if all(parts) else []
        covers[place] = opened or ([own.ids[place]] if is_known else [])
    return covers[0]
