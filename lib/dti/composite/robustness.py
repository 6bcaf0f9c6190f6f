"""How firm a rank is: other weights, aggregations, normalisations, and the rounding of published values.

Every draw computes the whole index anew under choices that could have been made as well. Only counts are kept,
in chunks, so memory does not grow with the number of draws.

References
----------
Saisana, M., Saltelli, A. and Tarantola, S. (2005), Uncertainty and sensitivity analysis techniques as tools for
the quality assessment of composite indicators. Journal of the Royal Statistical Society A 168, 307-323.
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from dti.composite.index import (
    TOLERANCE,
    Folder,
    Method,
    Missing,
    Normalisation,
    aggregate_array,
    normalise,
    rank_array,
)
from dti.composite.structure import Tree, cut, tree
from dti.store.faults import DataError
from dti.store.tables import load

SEED = 20231231
#: Cells (draws × units × indices) computed at a time: what stays in a processor's cache.
CHUNK_CELLS = 300_000
#: A normalised value begins here, so that a geometric mean is possible.
LOWEST = 0.01


@dataclass(frozen=True)
class Choices:
    """What varies from draw to draw.

    Parameters
    ----------
    weights : ``uniform`` moves every weight by up to ±`spread` of itself; ``dirichlet`` draws the weights of the
        parts of each index from a Dirichlet distribution around the nominal ones, with as much dispersion as if
        `spread` were the coefficient of variation of an average part; ``nominal`` leaves them
    spread : see `weights`
    methods : aggregations, one at random in each draw
    normalisations : likewise; ``published`` keeps the values as they are
    rounding : vary values within what rounding to the printed decimals leaves open
    """

    weights: Literal["uniform", "dirichlet", "nominal"] = "uniform"
    spread: float = 0.25
    methods: tuple[Method, ...] = ("arithmetic", "geometric")
    normalisations: tuple[Normalisation | Literal["published"], ...] = ("published", "minmax", "rank")
    rounding: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.spread < 1:
            raise DataError(f"The spread of weights is {self.spread:g}; expected: from 0 up to, not including, 1.")
        for field in fields(self):
            if getattr(self, field.name) == ():
                raise DataError(f"There is nothing to choose from in {field.name}; expected: at least one.")
        if "zscore" in self.normalisations and "geometric" in self.methods:
            raise DataError("z-scores have no geometric mean; expected: methods = ('arithmetic',) with them.")


def rounding_widths(values: pd.DataFrame, rows: pd.DataFrame, year: int, data: Folder = None) -> pd.Series:
    """Return by how much each index may differ from its exact value because published figures are rounded.

    Half a unit of the fourth decimal; for a derived index what the rounding of the total leaves open.

    Examples
    --------
    >>> from dti.composite.scores import score_matrix, structure
    >>> rounding_widths(score_matrix(2023), structure("922"), 2023)[["HTS", "NT4"]].tolist()
    [5e-05, 0.00025]
    """
    table = load("dti_scores", data)
    derived = set(table.query("year == @year and score_basis == 'derived'")["index_id"])
    points = rows.set_index("index_id")["weight"]
    return pd.Series(
        {
            index_id: TOLERANCE * points.iloc[0] / points[index_id] if index_id in derived else TOLERANCE / 2
            for index_id in values.columns
        }
    )


def rank_shares(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    draws: int = 10_000,
    choices: Choices | None = None,
    *,
    widths: pd.Series | None = None,
    missing: Missing = "blank",
    seed: int = SEED,
) -> pd.DataFrame:
    """Return how often each unit takes each rank: the probability of each rank under the choices.

    Parameters
    ----------
    values : units × indices, as published
    rows : the structure
    widths : half-width of each index's rounding error, as `rounding_widths` gives them; needed for
        ``choices.rounding``
    seed : of the random numbers; kept in ``attrs`` with the number of draws

    Returns
    -------
    Units × ranks (1 … number of units), each row summing to 1.

    Raises
    ------
    DataError
        no draws, values missing although `missing` is ``blank``, or rounding asked for without widths

    Examples
    --------
    >>> from dti.composite.scores import score_matrix, structure
    >>> shares = rank_shares(score_matrix(2023), structure("922"), 100, Choices(rounding=False))
    >>> shares.shape, float(shares.loc["da-nang", 1]) > 0.5
    ((63, 63), True)
    """
    choices = choices or Choices()
    own = tree(cut(rows, values.columns))
    leaves = values.reindex(columns=own.leaf_ids)
    if draws < 1:
        raise DataError(f"{draws} draws give no ranks; expected: at least 1.")
    if missing == "blank" and leaves.isna().any(axis=None):
        raise DataError("Values are missing, so units cannot be ranked; fill them in or ask for missing='rescale'.")
    counts = np.zeros((len(leaves), len(leaves) + 1), dtype=np.int64)
    units = np.arange(len(leaves))[None, :]
    for total in _draw_totals(leaves, own, draws, choices, widths, missing, np.random.default_rng(seed)):
        np.add.at(counts, (units, rank_array(total)), 1)
    shares = pd.DataFrame(counts[:, 1:] / draws, index=values.index, columns=range(1, len(leaves) + 1))
    shares.attrs.update(seed=seed, draws=draws)
    return shares


def _draw_totals(
    leaves: pd.DataFrame,
    own: Tree,
    draws: int,
    choices: Choices,
    widths: pd.Series | None,
    missing: Missing,
    rng: np.random.Generator,
) -> Iterator[np.ndarray]:
    """Yield the totals chunk by chunk, shape (draws of the chunk, units)."""
    settings = list(product(choices.normalisations, choices.methods))
    normal = {name: _normalised(leaves, name) for name in choices.normalisations}
    slopes = {name: _slopes(leaves, name, widths, choices) for name in choices.normalisations}
    chunk = max(1, CHUNK_CELLS // (len(leaves) * len(own.ids)))
    drawn = np.bincount(rng.integers(len(settings), size=draws), minlength=len(settings))
    for (normalisation, method), times in zip(settings, drawn, strict=True):
        for start in range(0, times, chunk):
            size = min(chunk, times - start)
            weights = draw_weights(own, size, choices, rng)
            varied = normal[normalisation][None]
            if slopes[normalisation].any():
                error = rng.uniform(-1, 1, size=(size, *varied.shape[1:])) * slopes[normalisation]
                varied = np.maximum(varied + error, LOWEST / 10) if method == "geometric" else varied + error
            yield aggregate_array(varied, weights, own, method, missing)[..., 0]


def _normalised(leaves: pd.DataFrame, name: str) -> np.ndarray:
    if name == "published":
        return leaves.clip(lower=LOWEST).to_numpy(dtype=float)
    return normalise(leaves, method=name, low=LOWEST).to_numpy(dtype=float)


def _slopes(leaves: pd.DataFrame, name: str, widths: pd.Series | None, choices: Choices) -> np.ndarray:
    """Return the half-width of rounding error on the normalised scale, per index; ranks have none."""
    if not choices.rounding or name == "rank":
        return np.zeros(leaves.shape[1])
    if widths is None:
        raise DataError("To vary values within their rounding, the widths are needed; see rounding_widths.")
    width = widths.reindex(leaves.columns).to_numpy(dtype=float)
    if name == "minmax":
        return width * (1 - LOWEST) / (leaves.max() - leaves.min()).to_numpy()
    return width / leaves.std().to_numpy() if name == "zscore" else width


def draw_weights(own: Tree, draws: int, choices: Choices, rng: np.random.Generator) -> np.ndarray:
    """Return weights around the nominal ones, shape (draws, nodes); proportions within a parent are what counts.

    Examples
    --------
    >>> own = tree(pd.DataFrame({"index_id": ["a", "b", "c"], "parent": [None, "a", "a"], "weight": [1.0, 1.0, 3.0]}))
    >>> drawn = draw_weights(own, 1000, Choices(weights="dirichlet"), np.random.default_rng(1))
    >>> (drawn[:, 1] / drawn[:, 1:].sum(axis=1)).mean().round(2).item()
    0.25
    """
    weights = np.broadcast_to(own.weights, (draws, len(own.weights)))
    if choices.weights == "nominal" or choices.spread == 0:
        return weights
    if choices.weights == "uniform":
        return weights * rng.uniform(1 - choices.spread, 1 + choices.spread, size=weights.shape)
    drawn = weights.copy()
    for parts in own.children.values():
        shares = own.weights[parts] / own.weights[parts].sum()
        drawn[:, parts] = rng.standard_gamma(_concentration(len(parts), choices.spread) * shares, (draws, len(parts)))
    return np.maximum(drawn, np.finfo(float).tiny)


def _concentration(parts: int, spread: float) -> float:
    """Return the Dirichlet concentration whose average part (share 1/parts) varies by `spread` of itself."""
    return max((parts - 1) / spread**2 - 1, 1.0)


def rank_intervals(shares: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Return for each unit the ranks that hold the middle `level` of all draws, and the median rank.

    Returns
    -------
    low (best), median, high (worst), mean; index: unit ids.

    Examples
    --------
    >>> shares = pd.DataFrame([[0.96, 0.04], [0.04, 0.96]], index=["a", "b"], columns=[1, 2])
    >>> rank_intervals(shares)[["low", "median", "high"]].to_numpy().tolist()
    [[1, 1, 1], [2, 2, 2]]
    """
    if not 0 < level < 1:
        raise DataError(f"The level of the interval is {level:g}; expected: between 0 and 1.")
    ranks, reached = shares.columns.to_numpy(dtype=int), shares.cumsum(axis=1).to_numpy()
    tail = (1 - level) / 2

    def quantile(probability: float) -> np.ndarray:
        return ranks[(reached >= probability - 1e-12).argmax(axis=1)]

    return pd.DataFrame(
        {
            "low": quantile(tail),
            "median": quantile(0.5),
            "high": quantile(1 - tail),
            "mean": shares.to_numpy() @ ranks.astype(float),
        },
        index=shares.index,
    )


def sobol_indices(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    unit: str,
    choices: Choices | None = None,
    base_samples: int = 512,
    seed: int = SEED,
) -> pd.DataFrame:
    """Return what drives the uncertainty of a unit's rank: Sobol indices of the choices made.

    Parameters
    ----------
    base_samples : a power of two; the index is computed base_samples × (choices + 2) times

    Returns
    -------
    first (share of the rank's variance due to this choice alone), total (with all its interactions), and the
    half-widths of their 95 % intervals; index: ``weight:<index>``, ``method``, ``normalisation``. All blank
    where no choice moves the rank at all.

    References
    ----------
    Saltelli, A. et al. (2010), Variance based sensitivity analysis of model output. Computer Physics
    Communications 181, 259-270.

    Examples
    --------
    >>> from dti.composite.scores import score_matrix, structure
    >>> found = sobol_indices(score_matrix(2023), structure("922"), "lai-chau", base_samples=32)
    >>> "method" in found.index, "weight:HTS" in found.index
    (True, True)
    """
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    choices = choices or Choices()
    own = tree(cut(rows, values.columns))
    leaves = values.reindex(columns=own.leaf_ids)
    names = [f"weight:{index_id}" for index_id in own.ids[1:]] if choices.spread else []
    names += ["method"] * (len(choices.methods) > 1) + ["normalisation"] * (len(choices.normalisations) > 1)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    sample = sampling.sample(problem, base_samples, calc_second_order=False, seed=seed)
    rank = _ranks_of_sample(sample, names, leaves, own, choices)[:, values.index.get_loc(unit)]
    if rank.min() == rank.max():
        return pd.DataFrame(np.nan, index=names, columns=["first", "first_half", "total", "total_half"])
    found = analysis.analyze(problem, rank.astype(float), calc_second_order=False, seed=seed)
    return pd.DataFrame(
        {"first": found["S1"], "first_half": found["S1_conf"], "total": found["ST"], "total_half": found["ST_conf"]},
        index=names,
    ).sort_values("total", ascending=False, kind="stable")


def _ranks_of_sample(
    sample: np.ndarray, names: Sequence[str], leaves: pd.DataFrame, own: Tree, choices: Choices
) -> np.ndarray:
    """Return all ranks for each row of a sample from the unit cube, shape (rows, units)."""
    columns = {name: sample[:, place] for place, name in enumerate(names)}
    weights = np.tile(own.weights, (len(sample), 1))
    for place, index_id in enumerate(own.ids):
        if f"weight:{index_id}" in columns:
            weights[:, place] *= 1 + choices.spread * (2 * columns[f"weight:{index_id}"] - 1)
    settings = [
        np.minimum((columns[name] * len(options)).astype(int), len(options) - 1)
        if name in columns
        else np.zeros(len(sample), dtype=int)
        for name, options in [("normalisation", choices.normalisations), ("method", choices.methods)]
    ]
    found = np.empty((len(sample), len(leaves)), dtype=int)
    for (first, normalisation), (second, method) in product(
        enumerate(choices.normalisations), enumerate(choices.methods)
    ):
        chosen = np.flatnonzero((settings[0] == first) & (settings[1] == second))
        normal = _normalised(leaves, normalisation)[None]
        for part in np.array_split(chosen, max(1, len(chosen) * normal.size // CHUNK_CELLS)):
            found[part] = rank_array(aggregate_array(normal, weights[part], own, method)[..., 0])
    return found
