"""Weights under which parts matter as intended: nominal weights are not what a part counts for.

References
----------
Becker, W., Saisana, M., Paruolo, P. and Vandecasteele, I. (2017), Weights and importance in composite indicators:
Closing the gap. Ecological Indicators 80, 12-22.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import optimize

from dti.composite.aggregation import Method, Missing, aggregate, methods_by_level, total_array
from dti.composite.normalisation import check_finite
from dti.composite.structure import cut, tree
from dti.store.faults import DataError


def balanced_weights(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    parts: Sequence[str] | None = None,
    target: pd.Series | None = None,
    method: Method | Sequence[Method] = "arithmetic",
    missing: Missing = "blank",
) -> pd.DataFrame:
    """Return weights under which parts correlate with the whole as intended: equally, unless a target says otherwise.

    Parameters
    ----------
    values : units × indices that make up the whole
    parts : whose weights are sought, of any level; those right below the root if left out
    target : importance of each part, above zero; only proportions count

    Returns
    -------
    nominal, weight (shares within the parent), before, after (correlation with the whole), wanted (the after that the
    target asks for); index: index ids. ``attrs["balanced"]`` says whether every correlation is within 0.01 of what
    is wanted: where parts go against each other, no weights may do.

    Raises
    ------
    DataError
        a part that is not in the structure, fewer than two, a target that is not above zero, units too few

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> values = pd.DataFrame({"wide": rng.normal(0, 3, 200), "narrow": rng.normal(0, 1, 200)})
    >>> rows = pd.DataFrame({"index_id": ["t", "wide", "narrow"], "parent": [None, "t", "t"], "weight": [1.0] * 3})
    >>> found = balanced_weights(values, rows)
    >>> found["weight"].round(2).to_dict(), found.attrs["balanced"]
    ({'wide': 0.24, 'narrow': 0.76}, True)
    """
    check_finite(values)
    own = tree(cut(rows, values.columns))
    leaves = values.reindex(columns=own.leaf_ids).to_numpy(dtype=float)[None]
    methods = methods_by_level(method, own)
    places = _places(own.ids, [own.ids[part] for part in own.children.get(0, [])] if parts is None else list(parts))
    wanted = _shares_wanted([own.ids[place] for place in places], target)
    nodes = _part_values(values, rows, [own.ids[place] for place in places], method, missing)

    def correlations(logs: np.ndarray) -> np.ndarray:
        weights = own.weights.copy()
        weights[places] = np.exp(logs)
        return _correlations(nodes, total_array(leaves, weights[None], own, methods, missing)[0])

    start = np.log(np.maximum(own.weights[places], 1e-6 * own.weights.max()))

    def distances(logs: np.ndarray) -> np.ndarray:
        found = correlations(logs)
        return np.append(found / np.abs(found).sum() - wanted, 1e-6 * (logs - start).mean())

    solved = optimize.least_squares(distances, start, bounds=(start - 12, start + 12), xtol=1e-12, ftol=1e-12)
    before, after = correlations(start), correlations(solved.x)
    ids = [own.ids[place] for place in places]
    parents = pd.Series({own.ids[part]: parent for parent, members in own.children.items() for part in members})[ids]
    weight = pd.Series(np.exp(solved.x), index=ids)
    nominal = pd.Series(own.weights[places], index=ids)
    frame = pd.DataFrame(
        {
            "nominal": nominal / nominal.groupby(parents).transform("sum"),
            "weight": weight / weight.groupby(parents).transform("sum"),
            "before": before,
            "after": after,
            "wanted": wanted * np.abs(after).sum(),
        },
        index=pd.Index(ids, name="index_id"),
    )
    frame.attrs["balanced"] = bool(((frame["after"] - frame["wanted"]).abs() < 0.01).all())
    return frame


def _places(known: Sequence[str], parts: Sequence[str]) -> np.ndarray:
    unknown = [part for part in parts if part not in known[1:]]
    if unknown:
        raise DataError(f"The structure has no part {', '.join(unknown)}. Known: {', '.join(known[1:])}.")
    if len(parts) < 2:
        raise DataError(f"{len(parts)} part cannot be balanced; expected: at least two.")
    return np.array([known.index(part) for part in parts])


def _shares_wanted(ids: Sequence[str], target: pd.Series | None) -> np.ndarray:
    wanted = pd.Series(1.0, index=ids) if target is None else target.reindex(ids).astype(float)
    if not (wanted > 0).all() or not np.isfinite(wanted).all():
        raise DataError(
            f"The target of {', '.join(wanted.index[~(wanted > 0)])} is not above zero; expected: a number."
        )
    return (wanted / wanted.sum()).to_numpy()


def _part_values(
    values: pd.DataFrame, rows: pd.DataFrame, ids: list[str], method: Method | Sequence[Method], missing: Missing
) -> np.ndarray:
    """Return the values of the parts under the nominal weights, shape (units, parts)."""
    return aggregate(values, rows, method, missing)[ids].to_numpy()


def _correlations(parts: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return the correlation of each part with the total over the units that have both."""
    found = []
    for part in parts.T:
        both = ~np.isnan(part) & ~np.isnan(total)
        if both.sum() < 3 or np.ptp(part[both]) == 0:
            raise DataError(
                "A part has fewer than three units, or the same value for all; expected: values that differ."
            )
        found.append(np.corrcoef(part[both], total[both])[0, 1])
    return np.array(found)
