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
from typing import Literal

import numpy as np
import pandas as pd

from dti.composite.structure import Tree, cut, tree
from dti.store.faults import DataError

Method = Literal["arithmetic", "geometric"]
Missing = Literal["blank", "rescale"]
Normalisation = Literal["minmax", "zscore", "rank"]

#: What remains of a published total when the points of its published indices are taken off: rounding alone.
ROUNDING = "rounding"
#: Published values have four decimals, so sums of them may miss the published total by so much of the maximum.
TOLERANCE = 1e-4
#: Scores closer than this are tied: binary fractions must not separate what the printed decimals tie.
TIE_DECIMALS = 9

Folder = str | os.PathLike | None


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
    >>> from dti.composite.scores import score_matrix, structure
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
    >>> from dti.composite.scores import structure
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
    >>> from dti.composite.scores import score_matrix, structure
    >>> contributions(score_matrix(2023), structure("922")).loc["lai-chau"].round(4).tolist()
    [0.0566, 0.3138, 0.1203, 0.076, 0.0518]
    """
    shares = leaf_weights(cut(rows, values.columns)).reindex(values.columns)
    parts = values * shares
    if total is None:
        return parts
    rest = (total - parts.sum(axis=1)).round(TIE_DECIMALS)
    return parts.assign(**{ROUNDING: rest}) if rest.any() else parts


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


POINTS = 1000
