"""Parts put together level by level: weighted means of any exponent, and Copeland's rule, with gaps handled.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from dti.composite.availability import check_share
from dti.composite.normalisation import check_finite
from dti.composite.options import one_of
from dti.composite.outranking import copeland_array
from dti.composite.structure import Tree, cut, tree
from dti.store.faults import DataError

#: A name, or the exponent of a power mean.
Method = Literal["arithmetic", "geometric", "harmonic", "copeland"] | float
Missing = Literal["blank", "rescale"]

#: Exponents of the means that have a name.
MEANS: dict[str, float] = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
COPELAND = "copeland"
METHODS: tuple[str, ...] = (*MEANS, COPELAND)
MISSING: tuple[str, ...] = ("blank", "rescale")

#: What remains of a published total when the points of its published indices are taken off: rounding alone.
ROUNDING = "rounding"
#: Points of a whole whose values lie in [0, 1]: 1 point moves the score by 0.001.
POINTS = 1000


def aggregate(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    method: Method | Sequence[Method] = "arithmetic",
    missing: Missing = "blank",
    least: float = 0.0,
) -> pd.DataFrame:
    """Return every index of the structure, computed level by level from the lowest that is given.

    Parameters
    ----------
    values : units × indices; each is a leaf, or stands for all that is below it
    rows : the structure; a part of weight 0 is shown but does not count
    method : a weighted mean (``arithmetic``, ``geometric``, ``harmonic``, or the exponent of a power mean), or
        ``copeland`` (units each one outranks less those that outrank it); a list gives one for each level, the
        lowest first. Exponents of 0 and below want values above zero, others that are not 1 values from zero up
    missing : ``blank`` leaves an index blank if any of its parts is; ``rescale`` shares the weight of a
        missing part among the others of its parent, unit by unit
    least : under ``rescale``, the smallest share of its parts that an index needs; with fewer it is blank

    Returns
    -------
    Units × indices, the root first.

    Raises
    ------
    DataError
        an index that the structure does not have; an unknown method; infinite values, or values that a mean
        cannot take; units twice

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["t", "a", "b"], "parent": [None, "t", "t"], "weight": [1.0, 1.0, 3.0]})
    >>> values = pd.DataFrame({"a": [1.0], "b": [4.0]})
    >>> [aggregate(values, rows, method)["t"].round(4).item() for method in ("arithmetic", "geometric", "harmonic")]
    [3.25, 2.8284, 2.2857]
    """
    one_of("rule for missing values", missing, MISSING)
    check_share("least", least)
    check_units(values)
    check_finite(values)
    own = tree(cut(rows, values.columns))
    leaves = values.reindex(columns=own.leaf_ids).to_numpy(dtype=float)
    nodes = aggregate_array(leaves[None], own.weights[None], own, methods_by_level(method, own), missing, least)[0]
    return pd.DataFrame(nodes, index=values.index, columns=list(own.ids))


def check_units(values: pd.DataFrame | pd.Series) -> None:
    """Raise a `DataError` if a unit stands twice in the table.

    Examples
    --------
    >>> check_units(pd.Series([1.0, 2.0], index=["a", "a"]))
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: a stands twice; expected: each unit once.
    """
    twice = values.index[values.index.duplicated()].unique()
    if len(twice):
        raise DataError(f"{', '.join(map(str, twice))} stands twice; expected: each unit once.")


def methods_by_level(method: Method | Sequence[Method], own: Tree) -> tuple[Method, ...]:
    """Return the method of each level, the lowest first, once all are known.

    Raises
    ------
    DataError
        an unknown method, or another number of methods than of levels
    """
    levels = int(heights(own).max())
    listed = isinstance(method, Sequence) and not isinstance(method, str)
    methods = tuple(method) if listed else (method,) * levels
    if len(methods) != levels:
        raise DataError(f"{len(methods)} methods for {levels} levels above the lowest; expected: one for each.")
    for name in methods:
        check_method(name)
    return methods


def check_method(name: object) -> None:
    """Raise a `DataError` unless a method has a known name or is a finite exponent.

    Examples
    --------
    >>> check_method("geometrc")
    Traceback (most recent call last):
    ...
    dti.store.faults.DataError: There is no aggregation 'geometrc'. Known: arithmetic, geometric, harmonic, copeland.
    """
    if isinstance(name, bool) or not isinstance(name, int | float) or not np.isfinite(name):
        one_of("aggregation", name, METHODS)


def heights(own: Tree) -> np.ndarray:
    """Return the level of each node of a tree: 0 for leaves, else one more than its highest part."""
    level = np.zeros(len(own.ids), dtype=int)
    for parent in sorted(own.children, reverse=True):
        level[parent] = 1 + level[own.children[parent]].max()
    return level


def aggregate_array(
    leaves: np.ndarray,
    weights: np.ndarray,
    own: Tree,
    methods: Sequence[Method],
    missing: Missing = "blank",
    least: float = 0.0,
) -> np.ndarray:
    """Return every node of a tree for many draws of values or weights at once.

    Parameters
    ----------
    leaves : shape (draws or 1, units, leaves), blanks as NaN
    weights : shape (draws or 1, nodes), from zero up; only their proportions within a parent count
    methods : of each level, the lowest first, as `methods_by_level` gives them

    Returns
    -------
    Shape (draws, units, nodes).

    Examples
    --------
    >>> own = tree(pd.DataFrame({"index_id": ["a", "b", "c"], "parent": [None, "a", "a"], "weight": [1.0, 1.0, 3.0]}))
    >>> aggregate_array(np.array([[[0.0, 1.0]]]), own.weights[None], own, ["arithmetic"])[0, 0].tolist()
    [0.75, 0.0, 1.0]
    """
    found = _nodes(leaves, weights, own, methods, missing, least)
    shape = (max(len(leaves), len(weights)), leaves.shape[1])
    return np.stack([np.broadcast_to(found[place], shape) for place in range(len(own.ids))], axis=-1)


def total_array(
    leaves: np.ndarray,
    weights: np.ndarray,
    own: Tree,
    methods: Sequence[Method],
    missing: Missing = "blank",
    least: float = 0.0,
) -> np.ndarray:
    """Return the root alone of `aggregate_array`, shape (draws, units)."""
    shape = (max(len(leaves), len(weights)), leaves.shape[1])
    return np.broadcast_to(_nodes(leaves, weights, own, methods, missing, least)[0], shape)


def _nodes(
    leaves: np.ndarray, weights: np.ndarray, own: Tree, methods: Sequence[Method], missing: Missing, least: float
) -> dict[int, np.ndarray]:
    """Return each node by its place, shape (draws or 1, units)."""
    found = {int(leaf): leaves[..., place] for place, leaf in enumerate(own.leaves)}
    level = heights(own)
    for parent in sorted(own.children, reverse=True):
        places = own.children[parent]
        parts, shares, method = [found[place] for place in places], weights[:, places], methods[level[parent] - 1]
        enough = _enough(parts, shares, missing, least)
        if method == COPELAND:
            mean = _copeland(parts, shares)
        else:
            mean = _power_mean(parts, shares, MEANS.get(method, method), own.ids[parent])
        found[parent] = mean if enough is None else np.where(enough, mean, np.nan)
    return found


def _has_blank(values: np.ndarray) -> bool:
    """Return whether any of many finite values is blank, in one pass."""
    return bool(np.isnan(values.sum()))


def _enough(parts: list[np.ndarray], weights: np.ndarray, missing: Missing, least: float) -> np.ndarray | None:
    """Return where an index has enough of its parts, shape (draws or 1, units); None where all are there."""
    if not any(map(_has_blank, parts)):
        return None
    blank = [np.isnan(part) for part in parts]
    if missing == "blank":
        counted = [one for one, weight in zip(blank, weights.T, strict=True) if (weight > 0).any()]
        return ~np.logical_or.reduce(np.broadcast_arrays(*counted))
    return 1 - sum(one.astype(float) for one in blank) / len(blank) >= least - 1e-12


def _power_mean(parts: list[np.ndarray], weights: np.ndarray, exponent: float, name: str) -> np.ndarray:
    """Return the weighted power mean of the parts that are there, unit by unit and draw by draw."""
    carried = [_forward(part, exponent, name) for part in parts]
    present = [~np.isnan(part) if _has_blank(part) else np.ones((1, part.shape[1]), dtype=bool) for part in carried]
    filled = [
        np.where(here, part, 0.0) if len(here) == len(part) else part
        for part, here in zip(carried, present, strict=True)
    ]
    if all(len(part) == 1 for part in parts):  # the same in every draw: one product of matrices
        summed = weights @ np.concatenate(filled)
        total = weights @ np.concatenate(present).astype(float)
    else:
        summed = sum(weights[:, [place]] * part for place, part in enumerate(filled))
        total = sum(weights[:, [place]] * here for place, here in enumerate(present))
    mean = np.divide(summed, total, out=np.full(np.broadcast(summed, total).shape, np.nan), where=total > 0)
    return _backward(mean, exponent)


def _forward(values: np.ndarray, exponent: float, name: str) -> np.ndarray:
    if exponent == 1:
        return values
    if exponent <= 0 and (values <= 0).any():
        raise DataError(
            f"{name}: a geometric or harmonic mean wants values above zero; normalise to a range that begins above it."
        )
    if exponent > 0 and (values < 0).any():
        raise DataError(f"{name}: a power mean wants values from zero up; normalise to a range that begins at zero.")
    return np.log(values) if exponent == 0 else values**exponent


def _backward(values: np.ndarray, exponent: float) -> np.ndarray:
    if exponent == 1:
        return values
    return np.exp(values) if exponent == 0 else values ** (1 / exponent)


def _copeland(parts: list[np.ndarray], weights: np.ndarray) -> np.ndarray:
    draws = max(len(weights), *(len(part) for part in parts))
    stacked = np.stack([np.broadcast_to(part, (draws, part.shape[1])) for part in parts], axis=-1)
    return np.array([copeland_array(one, weights[min(draw, len(weights) - 1)]) for draw, one in enumerate(stacked)])


def leaf_weights(rows: pd.DataFrame) -> pd.Series:
    """Return the share of each leaf in the whole; they add up to 1.

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["t", "a", "b"], "parent": [None, "t", "t"], "weight": [1.0, 1.0, 3.0]})
    >>> leaf_weights(rows).to_dict()
    {'a': 0.25, 'b': 0.75}
    """
    own = tree(rows)
    return pd.Series(_shares(np.ones((1, len(own.leaves)), dtype=bool), own)[0], index=own.leaf_ids)


def unit_weights(values: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each leaf in each unit's total when missing parts are rescaled; zero where one is missing.

    Returns
    -------
    Units × leaves, in the order of the values; each row adds up to 1, or is blank if the unit has nothing.

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["t", "a", "b"], "parent": [None, "t", "t"], "weight": [1.0, 1.0, 3.0]})
    >>> unit_weights(pd.DataFrame({"a": [1.0, 1.0], "b": [1.0, np.nan]}), rows).to_numpy().tolist()
    [[0.25, 0.75], [1.0, 0.0]]
    """
    own = tree(cut(rows, values.columns))
    present = values.reindex(columns=own.leaf_ids).notna().to_numpy()
    shares = pd.DataFrame(_shares(present, own), index=values.index, columns=own.leaf_ids)
    return shares.reindex(columns=values.columns)


def _shares(present: np.ndarray, own: Tree) -> np.ndarray:
    """Return the share of each leaf in the whole, unit by unit: shape (units, leaves) of what is there to the same."""
    counts = np.zeros((len(present), len(own.ids)))
    counts[:, own.leaves] = present * own.weights[own.leaves]
    for parent in sorted(own.children, reverse=True):
        there = counts[:, own.children[parent]].sum(axis=1) > 0
        counts[:, parent] = np.where(there, own.weights[parent], 0.0)
    shares = np.where(counts[:, [0]] > 0, np.ones(counts.shape), np.nan)
    for parent in sorted(own.children):
        parts = own.children[parent]
        whole = counts[:, parts].sum(axis=1, keepdims=True)
        shares[:, parts] = shares[:, [parent]] * counts[:, parts] / np.where(whole > 0, whole, 1.0)
    return shares[:, own.leaves]


def contributions(
    values: pd.DataFrame, rows: pd.DataFrame, total: pd.Series | None = None, missing: Missing = "blank"
) -> pd.DataFrame:
    """Return what each index adds to the total of weighted arithmetic means; the columns sum to it, or are blank.

    Parameters
    ----------
    values : units × indices that make up the whole
    total : the published total; what rounding leaves between it and the sum becomes the column `ROUNDING`. A unit
        that lacks an index has no rounding error to be known: blank
    missing : ``blank`` leaves what is missing blank; under ``rescale`` the other indices of its parent carry its
        weight, as they do in `aggregate`

    Examples
    --------
    >>> rows = pd.DataFrame({"index_id": ["t", "a", "b"], "parent": [None, "t", "t"], "weight": [1.0, 1.0, 3.0]})
    >>> contributions(pd.DataFrame({"a": [0.4], "b": [0.8]}), rows, pd.Series([0.7001])).iloc[0].round(4).to_dict()
    {'a': 0.1, 'b': 0.6, 'rounding': 0.0001}
    """
    one_of("rule for missing values", missing, MISSING)
    check_units(values)
    check_finite(values)
    if missing == "rescale":
        parts = values * unit_weights(values, rows)
    else:
        parts = values * leaf_weights(cut(rows, values.columns)).reindex(values.columns)
    if total is None:
        return parts
    rest = total - parts.sum(axis=1, skipna=missing == "rescale")
    rest = rest.mask(rest.abs() <= 1e-9 * total.abs().max(), 0.0)
    return parts.assign(**{ROUNDING: rest}) if rest.fillna(0.0).any() or rest.isna().any() else parts
