"""What makes a rank, or the whole ranking, uncertain: Sobol indices of the choices made.

References
----------
Saisana, M., Saltelli, A. and Tarantola, S. (2005), Uncertainty and sensitivity analysis techniques as tools for
the quality assessment of composite indicators. Journal of the Royal Statistical Society A 168, 307-323.
Saltelli, A. et al. (2010), Variance based sensitivity analysis of model output. Computer Physics Communications 181,
259-270.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from dti.composite.aggregation import Missing, methods_by_level, total_array
from dti.composite.gaps import check_unit
from dti.composite.ranks import rank_array
from dti.composite.robustness import CHUNK_CELLS, SEED, Choices, Model, model_of, moved_weights, scaled
from dti.store.faults import DataError

COLUMNS = ["first", "first_half", "total", "total_half"]


class Sensitivity(NamedTuple):
    """What drives the uncertainty of a ranking.

    Parameters
    ----------
    indices : one row per choice: first (share of the variance due to it alone), total (with its interactions), and
        the half-widths of their 95 % intervals; all blank where no choice moves anything
    sample : the draws' parameters, one column per choice, in [0, 1] as sampled
    ranks : draws × units
    output : what was measured in each draw
    """

    indices: pd.DataFrame
    sample: pd.DataFrame
    ranks: pd.DataFrame
    output: pd.Series


def sobol_indices(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    unit: str,
    choices: Choices | None = None,
    base_samples: int = 512,
    seed: int = SEED,
    missing: Missing = "blank",
) -> pd.DataFrame:
    """Return what drives the uncertainty of a unit's rank: Sobol indices of the choices made.

    Parameters
    ----------
    base_samples : a power of two; the index is computed base_samples × (choices + 2) times

    Returns
    -------
    As ``indices`` of `Sensitivity`; index: ``weight:<index>``, ``method``, ``normalisation``, ``treatment``.

    Raises
    ------
    DataError
        an unknown unit

    All blank where no choice moves the rank, or the unit lacks an index and so has no rank.

    Examples
    --------
    >>> from dti.composite.scores import score_matrix, structure
    >>> found = sobol_indices(score_matrix(2023), structure("922"), "lai-chau", base_samples=32)
    >>> "method" in found.index, "weight:HTS" in found.index
    (True, True)
    """
    return _sensitivity(values, rows, unit, choices or Choices(), base_samples, seed, missing).indices


def ranking_sensitivity(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    choices: Choices | None = None,
    base_samples: int = 512,
    seed: int = SEED,
    missing: Missing = "blank",
) -> Sensitivity:
    """Return what moves the ranking as a whole: the mean absolute shift of all ranks from the first choices.

    The first of each list of choices, with nominal weights, is the ranking that shifts are counted from.

    Examples
    --------
    >>> from dti.composite.scores import score_matrix, structure
    >>> found = ranking_sensitivity(score_matrix(2023), structure("922"), base_samples=32)
    >>> found.sample.shape[0] == len(found.ranks) == len(found.output)
    True
    """
    return _sensitivity(values, rows, None, choices or Choices(), base_samples, seed, missing)


def _sensitivity(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    unit: str | None,
    choices: Choices,
    base_samples: int,
    seed: int,
    missing: Missing,
) -> Sensitivity:
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    if base_samples < 2 or base_samples & (base_samples - 1):
        raise DataError(f"{base_samples} samples; expected: a power of two, such as 512.")
    model = model_of(values, rows, choices, None, missing, rounding=False)
    units = values.index[model.ranked]
    if unit is not None:
        check_unit(values.index, unit)
    names = _names(model, choices)
    nothing = pd.DataFrame(np.nan, index=names, columns=COLUMNS)
    if not names or (unit is not None and unit not in units):
        return Sensitivity(nothing, pd.DataFrame(), pd.DataFrame(), pd.Series(dtype=float))
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    sample = pd.DataFrame(sampling.sample(problem, base_samples, calc_second_order=False, seed=seed), columns=names)
    ranks = pd.DataFrame(_ranks_of(sample, model, choices), columns=units)
    if unit is None:
        nominal = pd.DataFrame(0.5, index=[0], columns=[name for name in names if name.startswith("weight:")])
        output = (ranks - _ranks_of(nominal, model, choices)[0]).abs().mean(axis=1)
    else:
        output = ranks[unit].astype(float)
    if output.min() == output.max():
        return Sensitivity(nothing, sample, ranks, output)
    found = analysis.analyze(problem, output.to_numpy(), calc_second_order=False, seed=seed)
    table = pd.DataFrame(
        {"first": found["S1"], "first_half": found["S1_conf"], "total": found["ST"], "total_half": found["ST_conf"]},
        index=names,
    )
    return Sensitivity(table.sort_values("total", ascending=False, kind="stable"), sample, ranks, output)


def _names(model: Model, choices: Choices) -> list[str]:
    """Return the choices that vary."""
    weights = [f"weight:{index_id}" for index_id in model.own.ids[1:]] if choices.moves_weights else []
    lists = {"method": choices.methods, "normalisation": choices.normalisations, "treatment": choices.treatments}
    return weights + [name for name, options in lists.items() if len(options) > 1]


def _ranks_of(sample: pd.DataFrame, model: Model, choices: Choices) -> np.ndarray:
    """Return all ranks for each row of a sample from the unit cube, shape (rows, units)."""
    chance = np.full((len(sample), len(model.own.ids)), 0.5)
    for place, index_id in enumerate(model.own.ids):
        if f"weight:{index_id}" in sample:
            chance[:, place] = sample[f"weight:{index_id}"]
    weights = moved_weights(model.own, chance, choices) if choices.moves_weights else model.own.weights[None]
    weights = np.broadcast_to(weights, chance.shape)
    chosen = {
        "normalisation": _chosen(sample, "normalisation", len(choices.normalisations)),
        "method": _chosen(sample, "method", len(choices.methods)),
        "treatment": _chosen(sample, "treatment", len(choices.treatments)),
    }
    found = np.empty((len(sample), len(model.leaves)), dtype=int)
    for setting in set(zip(*chosen.values(), strict=True)):
        normalisation, method, treatment = setting
        names = (choices.normalisations[normalisation], choices.methods[method], choices.treatments[treatment])
        values, methods = scaled(model.leaves[None], names, choices), methods_by_level(names[1], model.own)
        rows = np.flatnonzero((setting == np.array(list(chosen.values())).T).all(axis=1))
        for part in np.array_split(rows, max(1, len(rows) * values.size // CHUNK_CELLS)):
            found[part] = rank_array(total_array(values, weights[part], model.own, methods, model.missing))
    return found


def _chosen(sample: pd.DataFrame, name: str, options: int) -> np.ndarray:
    """Return the place of the option that each row of the sample means."""
    if name not in sample:
        return np.zeros(len(sample), dtype=int)
    return np.minimum((sample[name].to_numpy() * options).astype(int), options - 1)
