"""What each indicator looks like: centre, spread, shape, gaps, and what should be looked at before it is used.

References
----------
OECD and JRC (2008), Handbook on Constructing Composite Indicators, steps 2 and 3.
"""

import pandas as pd

from dti.composite.normalisation import check_finite
from dti.composite.treatment import Limits, beyond, shape_moments

#: Flags are raised below these shares of known, different and non-zero values.
FEWEST_KNOWN, FEWEST_DIFFERENT, FEWEST_NOT_ZERO = 0.65, 0.5, 0.5


def statistics(values: pd.DataFrame, limits: Limits | None = None) -> pd.DataFrame:
    """Return the statistics of every indicator and its flags.

    Parameters
    ----------
    values : units × indicators
    limits : of skewness and kurtosis, beyond which outliers distort an indicator

    Returns
    -------
    One row per indicator: number (of known values), known (share), different, not_zero (shares of those known),
    most_frequent (share of the commonest value), minimum, median, mean, maximum, sd, skewness, kurtosis; flags few
    (values known), alike (few different), zeros (many), outliers.

    Examples
    --------
    >>> found = statistics(pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 100.0, None]}))
    >>> int(found.at["x", "number"]), float(found.at["x", "mean"]), bool(found.at["x", "outliers"])
    (5, 22.0, True)
    """
    check_finite(values)
    skewness, kurtosis = shape_moments(values.to_numpy(dtype=float))
    number = values.notna().sum()
    some = number.where(number > 0)
    frame = pd.DataFrame(
        {
            "number": number,
            "known": number / len(values),
            "different": values.nunique() / some,
            "not_zero": ((values != 0) & values.notna()).sum() / some,
            "most_frequent": values.apply(lambda one: one.value_counts(normalize=True).max()),
            "minimum": values.min(),
            "median": values.median(),
            "mean": values.mean(),
            "maximum": values.max(),
            "sd": values.std(),
            "skewness": skewness,
            "kurtosis": kurtosis,
        }
    ).rename_axis("index_id")
    return frame.assign(
        few=frame["known"] < FEWEST_KNOWN,
        alike=frame["different"] < FEWEST_DIFFERENT,
        zeros=frame["not_zero"] < FEWEST_NOT_ZERO,
        outliers=beyond(skewness, kurtosis, limits or Limits()),
    )
