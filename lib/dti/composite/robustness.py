"""How firm a rank is: other weights, aggregations, normalisations, treatments, and the rounding of published values.

Every draw computes the whole index anew under choices that could have been made as well: values within their
rounding, then treatment of outliers, normalisation, weights, aggregation, ranks.

References
----------
Saisana, M., Saltelli, A. and Tarantola, S. (2005), Uncertainty and sensitivity analysis techniques as tools for
the quality assessment of composite indicators. Journal of the Royal Statistical Society A 168, 307-323.
OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 7.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from dti.composite.aggregation import (
    COPELAND,
    MEANS,
    MISSING,
    Method,
    Missing,
    check_method,
    check_units,
    methods_by_level,
    total_array,
)
from dti.composite.normalisation import SCALES, check_finite, check_spread, zscore
from dti.composite.options import list_of, one_of
from dti.composite.ranks import rank_array
from dti.composite.scores import TOLERANCE
from dti.composite.structure import Tree, cut, tree
from dti.composite.treatment import TREATMENTS, Limits, Treatment, treat_array
from dti.store.faults import DataError
from dti.store.tables import Folder, load

SEED = 20231231
#: Cells (draws × units × indices) computed at a time: what stays in a processor's cache.
CHUNK_CELLS = 300_000
#: A normalised value begins here, so that a geometric mean is possible.
LOWEST = 0.01

WeightDraw = Literal["uniform", "dirichlet", "nominal"]
#: ``published`` keeps the values as they are.
NORMALISATIONS: tuple[str, ...] = ("published", "zscore", *SCALES)


@dataclass(frozen=True)
class Choices:
    """What varies from draw to draw.

    Parameters
    ----------
    weights : ``uniform`` moves every weight by up to ±`spread` of itself; ``dirichlet`` draws the weights of the
        parts of each index from a Dirichlet distribution around the nominal ones, with as much dispersion as if
        `spread` were the coefficient of variation of an average part; ``nominal`` leaves them
    spread : see `weights`
    methods : aggregations, one at random in each draw; see `dti.composite.aggregation.aggregate`
    normalisations : likewise; ``published`` keeps the values as they are (under a geometric or harmonic mean, values
        below 0.01 count as 0.01)
    rounding : vary values within what rounding to the printed decimals leaves open
    treatments : of outliers, likewise; see `dti.composite.treatment.treat`
    limits : of the treatments
    """

    weights: WeightDraw = "uniform"
    spread: float = 0.25
    methods: tuple[Method, ...] = ("arithmetic", "geometric")
    normalisations: tuple[str, ...] = ("published", "minmax", "rank")
    rounding: bool = True
    treatments: tuple[Treatment, ...] = ("none",)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        one_of("way to draw weights", self.weights, get_args(WeightDraw))
        if not 0 <= self.spread < 1:
            raise DataError(f"The spread of weights is {self.spread:g}; expected: from 0 up to, not including, 1.")
        list_of("methods", self.methods, self.methods)
        for method in self.methods:
            check_method(method)
        list_of("normalisations", self.normalisations, NORMALISATIONS)
        list_of("treatments", self.treatments, TREATMENTS)
        if "zscore" in self.normalisations and any(_wants_positive(method) for method in self.methods):
            raise DataError("z-scores have no geometric mean; expected: methods = ('arithmetic',) with them.")

    @property
    def moves_weights(self) -> bool:
        """Whether weights vary at all."""
        return self.weights != "nominal" and self.spread > 0


def _wants_positive(method: Method) -> bool:
    return method != COPELAND and MEANS.get(method, method) != 1


class Draws(NamedTuple):
    """Every draw: what was chosen, and the ranks it gave.

    Parameters
    ----------
    parameters : draws × (normalisation, method, treatment, and ``weight:<index>``, the share within its parent)
    ranks : draws × units; blank where a unit lacks data
    """

    parameters: pd.DataFrame
    ranks: pd.DataFrame


class _Chunk(NamedTuple):
    """Draws computed together: their choices, weights (draws or 1 × nodes) and totals (draws × ranked units)."""

    setting: tuple[str, Method, Treatment]
    weights: np.ndarray
    totals: np.ndarray


class Model(NamedTuple):
    """An index ready to be drawn: its tree, the values of the units that can be ranked, and who they are."""

    own: Tree
    leaves: np.ndarray
    widths: np.ndarray
    ranked: np.ndarray
    missing: Missing


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
    values : units × indices, as published, higher being better
    rows : the structure
    widths : half-width of each index's rounding error, as `rounding_widths` gives them; needed for
        ``choices.rounding``
    missing : ``blank`` leaves out units that lack an index; ``rescale`` shares its weight among the others, and
        leaves out units that lack them all
    seed : of the random numbers; kept in ``attrs`` with the number of draws and the units left out

    Returns
    -------
    Units × ranks (1 … number of units ranked), each row summing to 1; blank for a unit left out.

    Raises
    ------
    DataError
        no draws, no unit to be ranked, infinite values, or rounding asked for without widths

    Examples
    --------
    >>> from dti.composite.scores import score_matrix, structure
    >>> shares = rank_shares(score_matrix(2023), structure("922"), 100, Choices(rounding=False))
    >>> shares.shape, float(shares.loc["da-nang", 1]) > 0.5
    ((63, 63), True)
    """
    choices = choices or Choices()
    model = model_of(values, rows, choices, widths, missing)
    number = int(model.ranked.sum())
    counts = np.zeros(number * (number + 1), dtype=np.int64)
    offsets = np.arange(number) * (number + 1)
    for chunk in _chunks(model, draws, choices, np.random.default_rng(seed)):
        counts += np.bincount((rank_array(chunk.totals) + offsets).ravel(), minlength=len(counts))
    shares = pd.DataFrame(np.nan, index=values.index, columns=range(1, number + 1))
    shares.loc[model.ranked] = counts.reshape(number, number + 1)[:, 1:] / draws
    shares.attrs.update(seed=seed, draws=draws, left_out=values.index[~model.ranked].tolist())
    return shares


def draw_ranks(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    draws: int = 10_000,
    choices: Choices | None = None,
    *,
    widths: pd.Series | None = None,
    missing: Missing = "blank",
    seed: int = SEED,
) -> Draws:
    """Return every draw with its choices and ranks; the parameters are those of `rank_shares`.

    Examples
    --------
    >>> from dti.composite.scores import score_matrix, structure
    >>> drawn = draw_ranks(score_matrix(2023), structure("922"), 50, Choices(rounding=False))
    >>> drawn.ranks.shape, drawn.parameters.columns[:3].tolist()
    ((50, 63), ['normalisation', 'method', 'treatment'])
    """
    choices = choices or Choices()
    model = model_of(values, rows, choices, widths, missing)
    ranks, settings, weights = [], [], []
    for chunk in _chunks(model, draws, choices, np.random.default_rng(seed)):
        ranks.append(rank_array(chunk.totals))
        settings += [chunk.setting] * len(chunk.totals)
        weights.append(
            np.broadcast_to(_within_parents(chunk.weights, model.own), (len(chunk.totals), len(model.own.ids)))
        )
    parameters = pd.DataFrame(settings, columns=["normalisation", "method", "treatment"])
    named = [f"weight:{index_id}" for index_id in model.own.ids[1:]]
    parameters[named] = np.concatenate(weights)[:, 1:]
    frame = pd.DataFrame(np.nan, index=range(draws), columns=values.index)
    frame.loc[:, model.ranked] = np.concatenate(ranks)
    return Draws(parameters, frame)


def model_of(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    choices: Choices,
    widths: pd.Series | None,
    missing: Missing,
    *,
    rounding: bool | None = None,
) -> Model:
    """Return an index ready to be drawn, once its values and options are known to be usable.

    Parameters
    ----------
    rounding : whether values vary within their rounding, where not as the choices say
    """
    rounding = choices.rounding if rounding is None else rounding
    one_of("rule for missing values", missing, MISSING)
    check_units(values)
    check_finite(values)
    own = tree(cut(rows, values.columns))
    leaves = values.reindex(columns=own.leaf_ids)
    counting = leaves.notna().to_numpy() | (own.weights[own.leaves] == 0)
    ranked = counting.all(axis=1) if missing == "blank" else leaves.notna().to_numpy().any(axis=1)
    if not ranked.any():
        raise DataError("Every unit lacks an index, so none can be ranked; fill them in or ask for missing='rescale'.")
    if rounding and widths is None:
        raise DataError("To vary values within their rounding, the widths are needed; see rounding_widths.")
    if set(choices.normalisations) != {"published"} and ranked.sum() > 1:
        check_spread(leaves[ranked])
    half = widths.reindex(own.leaf_ids).fillna(0.0) if rounding else pd.Series(0.0, index=own.leaf_ids)
    return Model(own, leaves[ranked].to_numpy(dtype=float), half.to_numpy(dtype=float), ranked, missing)


def _chunks(model: Model, draws: int, choices: Choices, rng: np.random.Generator) -> Iterator[_Chunk]:
    """Yield the draws chunk by chunk, every setting as often as chance gives it."""
    if not isinstance(draws, int | np.integer) or draws < 1:
        raise DataError(f"{draws} draws give no ranks; expected: a whole number, at least 1.")
    settings = list(product(choices.normalisations, choices.methods, choices.treatments))
    still = (
        {} if model.widths.any() else {setting: scaled(model.leaves[None], setting, choices) for setting in settings}
    )
    size = max(1, CHUNK_CELLS // (len(model.leaves) * len(model.own.ids)))
    drawn = np.bincount(rng.integers(len(settings), size=draws), minlength=len(settings))
    for setting, times in zip(settings, drawn, strict=True):
        methods = methods_by_level(setting[1], model.own)
        for start in range(0, times, size):
            number = min(size, times - start)
            weights = draw_weights(model.own, number, choices, rng)
            varied = still[setting] if still else scaled(_with_error(model, number, rng), setting, choices)
            totals = total_array(varied, weights, model.own, methods, model.missing)
            yield _Chunk(setting, weights, np.broadcast_to(totals, (number, totals.shape[1])))


def _with_error(model: Model, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return values with an error of rounding in each draw, shape (draws, units, leaves)."""
    return model.leaves + rng.uniform(-1, 1, size=(number, *model.leaves.shape)) * model.widths


def scaled(values: np.ndarray, setting: tuple[str, Method, Treatment], choices: Choices) -> np.ndarray:
    """Return values treated and normalised as a setting says, shape (draws or 1, units, leaves)."""
    normalisation, method, treatment = setting
    if treatment != "none":
        values = treat_array(values, treatment, choices.limits)[0]
    if normalisation == "zscore":
        return zscore(values)
    if normalisation == "borda":
        return SCALES["borda"](values, 0.0, 1.0) + LOWEST
    if normalisation != "published":
        return SCALES[normalisation](values, LOWEST, 1.0)
    return np.maximum(values, LOWEST) if _wants_positive(method) else values


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
    if not choices.moves_weights:
        return weights
    return moved_weights(own, rng.random(weights.shape), choices)


def moved_weights(own: Tree, chance: np.ndarray, choices: Choices) -> np.ndarray:
    """Return the weights that chance (uniform in [0, 1], shape (draws, nodes)) makes of the nominal ones."""
    if choices.weights == "uniform":
        return own.weights * (1 + choices.spread * (2 * chance - 1))
    from scipy.special import gammaincinv

    drawn = np.broadcast_to(own.weights, chance.shape).copy()
    for parts in own.children.values():
        shares = own.weights[parts] / own.weights[parts].sum()
        drawn[:, parts] = gammaincinv(_concentration(len(parts), choices.spread) * shares, chance[:, parts])
    return np.where(own.weights > 0, np.maximum(drawn, np.finfo(float).tiny), 0.0)


def _concentration(parts: int, spread: float) -> float:
    """Return the Dirichlet concentration whose average part (share 1/parts) varies by `spread` of itself."""
    return max((parts - 1) / spread**2 - 1, 1.0)


def _within_parents(weights: np.ndarray, own: Tree) -> np.ndarray:
    """Return weights as shares within their parent, shape (draws, nodes); the root's is 1."""
    shares = np.ones(weights.shape)
    for parts in own.children.values():
        shares[:, parts] = weights[:, parts] / weights[:, parts].sum(axis=1, keepdims=True)
    return shares


def rank_intervals(shares: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Return for each unit the ranks that hold the middle `level` of all draws, and the median rank.

    Returns
    -------
    low (best), median, high (worst), mean; index: unit ids; blank for a unit without ranks.

    Examples
    --------
    >>> shares = pd.DataFrame([[0.96, 0.04], [0.04, 0.96]], index=["a", "b"], columns=[1, 2])
    >>> rank_intervals(shares)[["low", "median", "high"]].to_numpy().tolist()
    [[1, 1, 1], [2, 2, 2]]
    """
    if not 0 < level < 1:
        raise DataError(f"The level of the interval is {level:g}; expected: between 0 and 1.")
    places, reached = shares.columns.to_numpy(dtype=int), shares.cumsum(axis=1).to_numpy()
    ranked, tail = shares.notna().all(axis=1), (1 - level) / 2

    def quantile(probability: float) -> pd.Series:
        found = places[(reached >= probability - 1e-12).argmax(axis=1)]
        return pd.Series(found, index=shares.index, dtype="Int64").where(ranked)

    return pd.DataFrame(
        {
            "low": quantile(tail),
            "median": quantile(0.5),
            "high": quantile(1 - tail),
            "mean": shares.to_numpy() @ places.astype(float),
        },
        index=shares.index,
    )


def first_shares(shares: pd.DataFrame, places: int = 10) -> pd.Series:
    """Return the share of draws in which each unit is among the first so many; blank for a unit without ranks.

    Examples
    --------
    >>> first_shares(pd.DataFrame([[0.5, 0.25, 0.25]], index=["a"], columns=[1, 2, 3]), 2).to_dict()
    {'a': 0.75}
    """
    if not 1 <= places <= shares.shape[1]:
        raise DataError(f"The first {places} of {shares.shape[1]}; expected: from 1 to {shares.shape[1]} places.")
    return shares.loc[:, :places].sum(axis=1, skipna=False).rename("share")


def above_shares(drawn: Draws) -> pd.DataFrame:
    """Return the share of draws in which each unit (row) stands above each other one (column).

    A tie counts for neither; blank with a unit without ranks, and on the diagonal.

    Examples
    --------
    >>> drawn = Draws(pd.DataFrame(), pd.DataFrame({"a": [1.0, 2.0, 1.0, 1.0], "b": [2.0, 1.0, 1.0, 2.0]}))
    >>> above_shares(drawn).round(2).to_dict()["b"]["a"], above_shares(drawn).round(2).to_dict()["a"]["b"]
    (0.5, 0.25)
    """
    ranks = drawn.ranks.to_numpy()
    shares = np.array([(ranks[:, [unit]] < ranks).mean(axis=0) for unit in range(ranks.shape[1])])
    known = ~np.isnan(ranks).any(axis=0)
    shares[~(known[:, None] & known)] = np.nan
    np.fill_diagonal(shares, np.nan)
    return pd.DataFrame(shares, index=drawn.ranks.columns, columns=drawn.ranks.columns)
