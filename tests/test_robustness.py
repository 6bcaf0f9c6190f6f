"""How firm a rank is: draws are reproducible, choices do what they say, memory does not depend on the draws."""

import numpy as np
import pandas as pd
import pytest

from dti.composite import aggregation, normalisation, ranks, robustness, scores, structure
from dti.composite.robustness import Choices, rank_intervals, rank_shares
from dti.composite.sensitivity import sobol_indices
from dti.store.faults import DataError

STILL = Choices(weights="nominal", methods=("arithmetic",), normalisations=("published",), rounding=False)


@pytest.fixture(scope="module")
def dti():
    return scores.score_matrix(2023), scores.structure("922")


def test_without_any_choice_every_draw_gives_the_published_rank(dti):
    shares = rank_shares(*dti, 20, STILL)
    published = scores.published_ranks(2023)["DTI"]
    assert all(shares.at[unit, rank] == 1 for unit, rank in published.items())
    intervals = rank_intervals(shares)
    assert intervals["low"].eq(published).all()
    assert intervals["high"].eq(published).all()


def test_the_same_seed_gives_the_same_draws_and_says_so(dti):
    choices = Choices(rounding=False)
    first, again, other = (rank_shares(*dti, 300, choices, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
    assert first.attrs == {"seed": 1, "draws": 300, "left_out": []}
    assert np.allclose(first.sum(axis=1), 1)


def test_chunks_do_not_change_who_takes_part(dti, monkeypatch):
    monkeypatch.setattr(robustness, "CHUNK_CELLS", 63 * 8)
    shares = rank_shares(*dti, 100, STILL)
    assert shares.sum(axis=1).eq(1).all()


@pytest.mark.parametrize("kind", ["uniform", "dirichlet"])
def test_more_spread_gives_wider_intervals(dti, kind):
    widths = [
        rank_intervals(
            rank_shares(*dti, 400, Choices(kind, spread, ("arithmetic",), ("published",), rounding=False))
        ).eval("high - low").mean()
        for spread in (0.05, 0.4)
    ]  # fmt: skip
    assert widths[0] < widths[1]


def test_dirichlet_weights_keep_the_nominal_mean_and_vary_as_asked():
    rows = pd.DataFrame({"index_id": list("tabcd"), "parent": [None, *"tttt"], "weight": [1.0, 1.0, 1.0, 1.0, 1.0]})
    own = structure.tree(rows)
    drawn = robustness.draw_weights(own, 20_000, Choices("dirichlet", 0.25), np.random.default_rng(0))
    shares = drawn[:, 1:] / drawn[:, 1:].sum(axis=1, keepdims=True)
    assert shares.mean(axis=0) == pytest.approx(np.full(4, 0.25), abs=0.005)
    assert shares.std(axis=0) == pytest.approx(np.full(4, 0.25 * 0.25), abs=0.005)


def test_rounding_alone_moves_only_those_who_are_close(dti):
    values, rows = dti
    widths = robustness.rounding_widths(values, rows, 2023)
    choices = Choices(weights="nominal", methods=("arithmetic",), normalisations=("published",))
    intervals = rank_intervals(rank_shares(values, rows, 500, choices, widths=widths))
    assert intervals.loc["da-nang", ["low", "high"]].tolist() == [1, 1]
    assert intervals.loc[["phu-yen", "an-giang"], "low"].min() == 59
    assert intervals.loc[["phu-yen", "an-giang"], "high"].max() == 60


def test_the_interval_of_lai_chau_holds_its_published_rank(dti):
    values, rows = dti
    shares = rank_shares(values, rows, 2000, widths=robustness.rounding_widths(values, rows, 2023))
    own = rank_intervals(shares).loc["lai-chau"]
    assert own["low"] <= 54 <= own["high"]
    assert own["high"] - own["low"] < 15


def test_ranks_agree_with_single_computations(dti):
    values, rows = dti
    choices = Choices(weights="nominal", methods=("geometric",), normalisations=("minmax",), rounding=False)
    shares = rank_shares(values, rows, 3, choices)
    normal = normalisation.normalise(values, low=robustness.LOWEST)
    single = ranks.ranks(aggregation.aggregate(normal, rows, "geometric")["DTI"])
    assert all(shares.at[unit, rank] == 1 for unit, rank in single.items())


def test_quantiles_of_ranks_worked_by_hand():
    shares = pd.DataFrame([[0.04, 0.06, 0.80, 0.10]], columns=[1, 2, 3, 4])
    assert rank_intervals(shares, 0.9).iloc[0].tolist() == pytest.approx([2, 3, 4, 2.96])
    assert rank_intervals(shares, 0.5)[["low", "high"]].iloc[0].tolist() == [3, 3]


def test_sobol_indices_name_the_only_choice_that_matters():
    values = pd.DataFrame({"x": [0.9, 0.1, 0.5], "y": [0.1, 0.9, 0.2], "z": [0.4, 0.4, 0.4]}, index=list("abc"))
    rows = pd.DataFrame({"index_id": list("txyz"), "parent": [None, *"ttt"], "weight": [1.0, 1.0, 1.0, 0.001]})
    choices = Choices(spread=0.5, methods=("arithmetic",), normalisations=("published",), rounding=False)
    found = sobol_indices(values, rows, "a", choices, base_samples=256)
    assert found.index[-1] == "weight:z"
    assert found.at["weight:z", "total"] == pytest.approx(0, abs=0.01)
    assert found.loc[["weight:x", "weight:y"], "total"].min() > 0.3


def test_a_rank_that_nothing_moves_has_no_indices(dti):
    found = sobol_indices(*dti, "da-nang", Choices(spread=0.01), base_samples=16)
    assert found.isna().all(axis=None)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda dti: rank_shares(*dti, 0, STILL), "at least 1"),
        (lambda dti: rank_shares(*dti, 10), "widths are needed"),
        (lambda dti: rank_shares(dti[0].assign(HTS=np.nan), dti[1], 10, STILL), "Every unit lacks an index"),
        (lambda dti: rank_shares(dti[0].assign(HTS=np.inf), dti[1], 10, STILL), "HTS of an-giang.* is infinite"),
        (lambda dti: rank_shares(*dti, 10, STILL, missing="resale"), "no rule for missing values 'resale'"),
        (lambda dti: Choices(weights="nominl"), "no way to draw weights 'nominl'. Known: uniform, dirichlet, nominal"),
        (lambda dti: Choices(methods=("arithmetic", "geometrc")), "no aggregation 'geometrc'. Known: arithmetic"),
        (lambda dti: Choices(methods="geometric"), "methods is 'geometric'; expected: a list"),
        (lambda dti: Choices(normalisations=("z-score",)), "'z-score'. Known: published, zscore, minmax"),
        (lambda dti: Choices(treatments=("trim",)), "'trim'. Known: none, winsorise"),
        (lambda dti: rank_shares(dti[0].rename(columns={"HTS": "x"}), dti[1], 10, STILL), "no index x"),
        (lambda dti: Choices(spread=1.2), "spread of weights is 1.2"),
        (lambda dti: Choices(methods=()), "nothing to choose from in methods"),
        (lambda dti: Choices(normalisations=("zscore",)), "no geometric mean"),
        (lambda dti: rank_intervals(pd.DataFrame([[1.0]], columns=[1]), 1.0), "between 0 and 1"),
    ],
)
def test_bad_input_is_refused_with_the_reason(dti, call, words):
    with pytest.raises(DataError, match=words):
        call(dti)
