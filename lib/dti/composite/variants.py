"""Any number of ways to compute an index, set side by side: scores, ranks, how far they agree.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from dti.composite.aggregation import check_units
from dti.composite.ranks import ranks
from dti.store.faults import DataError


class Variants(NamedTuple):
    """Variants of an index side by side.

    Parameters
    ----------
    scores, ranks : units × variants, best rank of the first variant first; blank where a variant has no score
    shifts : places gained (negative: lost) against the first variant, units × variants
    agreement : one row per variant, against the first: spearman, kendall, mean_shift, largest_shift (absolute
        places), units (with a rank in both)
    correlation : variants × variants, rank correlation (Spearman)
    """

    scores: pd.DataFrame
    ranks: pd.DataFrame
    shifts: pd.DataFrame
    agreement: pd.DataFrame
    correlation: pd.DataFrame


def compare_variants(variants: Mapping[str, pd.Series]) -> Variants:
    """Return variants of an index side by side, each against the first.

    Parameters
    ----------
    variants : name → score of each unit

    Raises
    ------
    DataError
        fewer than two variants, a unit twice

    Examples
    --------
    >>> base = pd.Series({"a": 3.0, "b": 2.0, "c": 1.0})
    >>> found = compare_variants({"base": base, "other": pd.Series({"a": 2.0, "b": 3.0, "c": 1.0})})
    >>> found.shifts["other"].tolist(), found.agreement.loc["other", "spearman"].item()
    ([-1, 1, 0], 0.5)
    """
    if len(variants) < 2:
        raise DataError(f"{len(variants)} variant cannot be compared; expected: at least two.")
    for one in variants.values():
        check_units(one)
    scores = pd.concat(variants, axis=1)
    place = ranks(scores)
    first = place.columns[0]
    order = place.sort_values(first, kind="stable").index
    place, scores = place.loc[order], scores.loc[order]
    shifts = place.rsub(place[first], axis=0)
    as_number = place.astype("Float64").astype(float)
    size = shifts.drop(columns=first).abs().astype("Float64").astype(float)
    agreement = pd.DataFrame(
        {
            "spearman": [as_number[first].corr(as_number[name], method="spearman") for name in size],
            "kendall": [as_number[first].corr(as_number[name], method="kendall") for name in size],
            "mean_shift": size.mean(),
            "largest_shift": size.max(),
            "units": size.notna().sum(),
        },
        index=size.columns,
    ).rename_axis("variant")
    return Variants(scores, place, shifts, agreement, as_number.corr(method="spearman"))
