"""The index laboratory: silent faults that now speak, figures computed elsewhere, textbook cases by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti.composite import changes as changes_of
from dti.composite import gaps as gaps_of
from dti.composite.aggregation import aggregate, contributions, unit_weights
from dti.composite.availability import availability, screened
from dti.composite.consistency import cronbach_alpha, principal_components
from dti.composite.correlations import with_ancestors, within_groups
from dti.composite.denominators import denominate
from dti.composite.importance import correlation_ratio, importance
from dti.composite.imputation import impute, impute_panel
from dti.composite.leave_out import leave_out
from dti.composite.normalisation import normalise
from dti.composite.outlook import outlook
from dti.composite.outranking import copeland, outranking_matrix
from dti.composite.peers import circumstances, expected_scores
from dti.composite.ranks import rank_among, rank_array, ranks
from dti.composite.robustness import Choices, above_shares, draw_ranks, first_shares, rank_intervals, rank_shares
from dti.composite.scores import TwoYears, compare
from dti.composite.sensitivity import ranking_sensitivity, sobol_indices
from dti.composite.statistics import statistics
from dti.composite.strengths import strengths_and_weaknesses
from dti.composite.structure import finest, tree
from dti.composite.treatment import Limits, treat
from dti.composite.trends import trends
from dti.composite.variants import compare_variants
from dti.composite.weights import balanced_weights
from dti.store.faults import DataError
from dti.store.tables import PROJECT, load

ASEM = PROJECT / "examples" / "asem"
STILL = Choices(weights="nominal", methods=("arithmetic",), normalisations=("published",), rounding=False)


def structure_of(*rows):
    return pd.DataFrame(rows, columns=["index_id", "parent", "weight"])


FLAT = structure_of(("t", None, 1.0), ("x", "t", 1.0), ("y", "t", 1.0), ("z", "t", 2.0))


@pytest.fixture(scope="module")
def asem():
    """The ASEM index: structure, raw values, direction."""
    meta = pd.read_csv(ASEM / "structure.csv").query("Type in ('Indicator', 'Aggregate')")
    rows = meta.rename(columns={"iCode": "index_id", "Parent": "parent", "Weight": "weight", "Direction": "direction"})
    leaves = rows.query("Type == 'Indicator'")
    raw = pd.read_csv(ASEM / "raw.csv", index_col="uCode")[leaves["index_id"]]
    return rows.reset_index(drop=True), raw, leaves.set_index("index_id")["direction"]


@pytest.fixture(scope="module")
def asem_every(asem):
    rows, raw, direction = asem
    return aggregate(normalise(raw, direction, low=0, high=100), rows, missing="rescale")


# --- effective weight has no unit


@given(st.floats(1e-6, 1e6), st.floats(-1e3, 1e3))
@settings(max_examples=15, deadline=None)
def test_the_correlation_ratio_does_not_depend_on_the_unit_of_x(scale, shift):
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, 60)
    y = np.sin(6 * x) + rng.normal(0, 0.2, 60)
    assert correlation_ratio(x * scale + shift, y) == pytest.approx(correlation_ratio(x, y), abs=2e-3)
    assert correlation_ratio(x * scale, y) > 0.85


def test_the_correlation_ratio_is_never_below_the_straight_line_and_society_weighs_as_standardised():
    compared = compare(2022, 2023)
    parts = contributions(compared.values, compared.structure)
    found = importance(parts, pd.Series({"HTS": 0.1, "NT4": 0.4, "HDCQS": 0.2, "HDKTS": 0.15, "HDXHS": 0.15}))
    assert (found["correlation_ratio"] >= found["pearson"] ** 2 - 1e-12).all()
    assert found.at["HDXHS", "effective"] == pytest.approx(0.196, abs=0.0015)
    assert (found["ratio_low"] < found["correlation_ratio"]).all()
    assert (found["ratio_high"] > found["correlation_ratio"]).all()
    assert found.attrs["units"] == 63


def test_every_asem_indicator_has_a_correlation_ratio(asem, asem_every):
    _, raw, _ = asem
    total = asem_every["Index"].to_numpy()
    for name in ["TIRcon", "Flights", "Goods", "FDI", "Gas", "Pat", "Lang"]:  # groups, ties, long tails
        x = raw[name].to_numpy(dtype=float)
        both = ~np.isnan(x)
        ratio = correlation_ratio(x, total)
        assert np.corrcoef(x[both], total[both])[0, 1] ** 2 - 1e-12 <= ratio <= 1


def test_few_levels_are_groups_by_hand():
    x, y = np.repeat([0.0, 1.0, 2.0], 4), np.array([1.0, 2, 3, 2, 5, 6, 5, 4, 1, 2, 1, 2])
    means = np.repeat([2.0, 5.0, 1.5], 4)
    assert correlation_ratio(x, y) == pytest.approx(means.var() / y.var())


# --- unknown words


MANY = pd.Series(np.arange(25.0))
ONE = pd.DataFrame({"x": [1.0, 2.0, 4.0], "y": [3.0, 1.0, 2.0], "z": [1.0, 1.0, 5.0]}, index=list("abc"))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: aggregate(ONE, FLAT, "geometrc"), "no aggregation 'geometrc'. Known: arithmetic, geometric, harmonic"),
        (lambda: aggregate(ONE, FLAT, ["arithmetic", "geometric"]), "2 methods for 1 levels"),
        (lambda: aggregate(ONE, FLAT, missing="resale"), "'resale'. Known: blank, rescale"),
        (lambda: aggregate(ONE, FLAT, missing="rescale", least=65), "least is 65; expected: a share"),
        (lambda: normalise(ONE, method="z-score"), "no normalisation 'z-score'. Known: minmax, zscore, rank"),
        (lambda: normalise(ONE, method="goal_posts"), "needs lower, upper"),
        (lambda: impute(ONE, "mode"), "'mode'. Known: mean, median"),
        (lambda: treat(ONE, "trim"), "'trim'. Known: none, winsorise, log"),
        (lambda: within_groups(ONE, FLAT, "pearsn"), "'pearsn'. Known: pearson, spearman, kendall"),
        (lambda: aggregate(ONE.replace(5.0, np.inf), FLAT), "z of c is infinite"),
        (lambda: aggregate(ONE.assign(x=["a", "b", "c"]), FLAT), "x: not numbers"),
        (lambda: aggregate(ONE.rename({"b": "a"}), FLAT), "a stands twice"),
        (lambda: aggregate(ONE - 1, FLAT, "harmonic"), "wants values above zero"),
        (lambda: aggregate(ONE - 2, FLAT, 0.5), "wants values from zero up"),
        (lambda: aggregate(ONE, FLAT.assign(weight=[1.0, np.inf, 1.0, 1.0])), r"x \(inf\) is not a finite number"),
        (lambda: aggregate(ONE, FLAT.assign(weight=["1", "two", "1", "1"])), r"x \(two\) is not a finite number"),
        (lambda: aggregate(ONE, FLAT.assign(weight=[1.0, 0.0, 0.0, 0.0])), "parts of t all weigh nothing"),
        (lambda: importance(ONE, pd.Series(1.0, index=list("xyz"))), "3 units show no relation"),
        (lambda: expected_scores(ONE["x"], ONE), "too few for a regression"),
        (
            lambda: gaps_of.standing(ONE, pd.Series(1.0, index=list("xyz")), ONE["x"], "q"),
            "no unit 'q'. Known: a, b, c",
        ),
        (lambda: gaps_of.next_places(ONE["x"], "q"), "no unit 'q'"),
        (lambda: gaps_of.reference_groups(ONE["x"], "q", {}), "no unit 'q'"),
        (lambda: gaps_of.gaps(ONE, "q", {"all": ["a"]}), "no unit 'q'"),
        (lambda: changes_of.score_changes(compare(2022, 2023), "hanoi"), "no unit 'hanoi' with a score in both years"),
        (lambda: sobol_indices(ONE, FLAT, "q", base_samples=4), "no unit 'q'"),
        (lambda: sobol_indices(ONE, FLAT, "a", base_samples=3), "a power of two"),
        (lambda: outlook(ONE["x"], ONE["y"]), "3 units with scores in both years"),
        (lambda: denominate(ONE, ONE, pd.Series({"x": "people"})), "no denominator people. Known: x, y, z"),
        (lambda: first_shares(pd.DataFrame([[1.0]], columns=[1]), 10), "The first 10 of 1"),
        (lambda: normalise(ONE, low=5, high=1), "lower end below the upper"),
        (lambda: leave_out(ONE, FLAT, "x"), "expected: a list"),
        (lambda: rank_shares(ONE, FLAT, 1.5, STILL), "expected: a whole number"),
        (
            lambda: outlook(MANY, MANY + 1, pd.DataFrame({"a": [np.inf, *[0.0] * 24]})),
            "Circumstances are not known for every unit",
        ),
    ],
)
def test_what_is_not_known_or_cannot_be_is_refused_with_the_reason(call, words):
    with pytest.raises(DataError, match=words):
        call()


# --- gaps


def test_a_unit_without_data_has_no_rank_and_takes_none():
    values = pd.DataFrame(
        {"x": [0.9, 0.5, np.nan], "y": [0.8, 0.4, np.nan], "z": [0.7, 0.3, np.nan]}, index=list("abc")
    )
    for missing in ("blank", "rescale"):
        shares = rank_shares(values, FLAT, 20, STILL, missing=missing)
        assert shares.loc["c"].isna().all()
        assert shares.loc["a", 1] == 1
        assert shares.attrs["left_out"] == ["c"]
        intervals = rank_intervals(shares)
        assert intervals.loc["c"].isna().all()
        assert intervals.loc["b", ["low", "high"]].tolist() == [2, 2]
    sensitivity = sobol_indices(values, FLAT, "c", Choices(rounding=False), base_samples=8)
    assert sensitivity.isna().all(axis=None)


def test_a_unit_with_some_data_is_left_out_or_rescaled_as_asked():
    values = pd.DataFrame({"x": [0.9, 0.5], "y": [0.8, np.nan], "z": [0.7, 0.3]}, index=list("ab"))
    assert rank_shares(values, FLAT, 5, STILL).loc["b"].isna().all()
    assert rank_shares(values, FLAT, 5, STILL, missing="rescale").loc["b", 2] == 1


def comparison_with_gap():
    """Two units gain 29 points each; one lacks an index in the later year."""
    base = pd.DataFrame({"x": [0.5, 0.3], "y": [0.4, 0.2], "z": [0.6, 0.4]}, index=["a", "b"])
    now = base + pd.DataFrame({"x": [0.02, 0.02], "y": [0.016, 0.016], "z": [0.04, 0.04]}, index=["a", "b"])
    totals = [aggregate(frame, FLAT)["t"] for frame in (base, now)]
    now.loc["a", "z"] = np.nan
    return TwoYears(FLAT, base, now, *totals)


def test_score_changes_add_up_with_a_gap_and_say_what_is_not_known():
    found = changes_of.score_changes(comparison_with_gap(), "a")["change"]
    assert found.sum() == pytest.approx(29.0)
    assert np.isnan(found["z"])
    assert found[changes_of.UNPUBLISHED] == pytest.approx(20.0)
    whole = changes_of.score_changes(comparison_with_gap(), "b")["change"]
    assert whole.to_dict() == pytest.approx({"x": 5.0, "y": 4.0, "z": 20.0})


def test_contributions_book_no_gap_as_rounding():
    compared = comparison_with_gap()
    parts = contributions(compared.values, FLAT, compared.total)
    assert np.isnan(parts.at["a", "rounding"])
    assert np.isnan(parts.at["a", "z"])
    assert parts.at["b", "rounding"] == 0


def test_the_two_places_gained_are_found_with_a_gap():
    base = pd.DataFrame({"x": [0.1, 0.3, 0.5], "y": [0.1, 0.3, 0.5], "z": [0.1, 0.3, 0.5]}, index=list("abc"))
    now = base.copy()
    now.loc["a"] = 0.9
    totals = [aggregate(frame, FLAT)["t"] for frame in (base, now)]
    now.loc["a", "y"] = np.nan
    made = TwoYears(FLAT, base, now, *totals)
    found = changes_of.rank_changes(made, "a")
    assert found.sum() == pytest.approx(2)
    assert np.isnan(found["y"])
    assert found[changes_of.UNPUBLISHED] > 0


@given(st.integers(0, 2**12 - 1))
@settings(max_examples=40, deadline=None)
def test_decompositions_add_up_whatever_is_missing(holes):
    rng = np.random.default_rng(7)
    base, now = (pd.DataFrame(rng.integers(0, 9, (2, 3)) / 10, index=list("ab"), columns=list("xyz")) for _ in range(2))
    totals = [aggregate(frame, FLAT)["t"] for frame in (base, now)]
    mask = ((holes >> np.arange(12)) & 1).astype(bool).reshape(2, 2, 3)
    made = TwoYears(FLAT, base.mask(mask[0]), now.mask(mask[1]), *totals)
    frame = changes_of.changes(made)
    for unit in "ab":
        change = changes_of.score_changes(made, unit)["change"].sum()
        assert change == pytest.approx(1000 * frame.at[unit, "change"], abs=1e-9)
        assert changes_of.rank_changes(made, unit).sum() == pytest.approx(frame.at[unit, "places"], abs=1e-9)
    groups = {"other": ["b"]}
    parts = contributions(made.values, FLAT, made.total)
    found = gaps_of.gaps(parts, "a", groups, made.total)
    assert found["other"].sum() == pytest.approx(1000 * (made.total["b"] - made.total["a"]), abs=1e-9)


def test_standing_with_a_gap_is_blank_there():
    compared = comparison_with_gap()
    shares = pd.Series({"x": 0.25, "y": 0.25, "z": 0.5})
    found = gaps_of.standing(compared.values, shares, compared.total, "a")
    assert found.loc["z", ["value", "rank", "places_10"]].isna().all()
    assert found.at["x", "rank"] == 1


def test_rescaled_contributions_add_up_to_the_rescaled_total():
    values = pd.DataFrame({"x": [0.9, np.nan], "y": [0.8, 0.2], "z": [0.7, 0.3]}, index=list("ab"))
    assert unit_weights(values, FLAT).sum(axis=1).tolist() == pytest.approx([1, 1])
    parts = contributions(values, FLAT, missing="rescale").sum(axis=1)
    assert parts.tolist() == pytest.approx(aggregate(values, FLAT, missing="rescale")["t"].tolist())


# --- published values, ties, depth


def test_nothing_varied_moves_no_rank_even_below_one_hundredth():
    values = pd.DataFrame(
        {"x": [0.004, 0.009, 0.001], "y": [0.2, 0.1, 0.3], "z": [0.005, 0.007, 0.0]}, index=list("abc")
    )
    shares = rank_shares(values, FLAT, 5, STILL)
    assert all(shares.at[unit, rank] == 1 for unit, rank in ranks(aggregate(values, FLAT)["t"]).items())


def test_nominal_weights_do_not_vary_in_sobol_indices_either():
    values = pd.DataFrame(
        np.random.default_rng(2).uniform(0.1, 0.9, (8, 3)), columns=list("xyz"), index=list("abcdefgh")
    )
    found = sobol_indices(values, FLAT, "a", Choices(weights="nominal", rounding=False), base_samples=8)
    assert set(found.index) == {"method", "normalisation"}


@pytest.mark.parametrize("scale", [1e-10, 1.0, 1e10])
def test_ties_do_not_depend_on_the_unit(scale):
    values = pd.Series([0.1 + 0.2, 0.3, 0.30001, 0.5]) * scale
    assert ranks(values).tolist() == [3, 3, 2, 1]
    assert rank_among(values.to_numpy()[:1], values.to_numpy()[None, 1:]).tolist() == [3]
    assert normalise(values.to_frame("x"), method="borda")["x"].tolist() == [0, 0, 2, 3]


def test_sums_that_cancel_out_are_tied():
    assert ranks(pd.Series([0.1 + 0.2 - 0.3, 0.0, -1.0, 1.0])).tolist() == [2, 2, 4, 1]


def test_a_chain_of_1200_levels_is_no_trouble():
    ids = [f"i{level}" for level in range(1200)]
    rows = structure_of(*((own, above, 1.0) for own, above in zip(ids, [None, *ids], strict=False)))
    assert tree(rows).leaf_ids == ["i1199"]
    assert finest(rows, ids) == ["i1199"]
    assert aggregate(pd.DataFrame({"i1199": [0.5]}), rows)["i0"].item() == 0.5


def test_thirteen_parts_are_more_than_twelve_but_not_nothing():
    rows = structure_of(("t", None, 1.0), *((f"i{part}", "t", 1.0) for part in range(13)))
    assert len(finest(rows, rows["index_id"], limit=12)) == 13


# --- figures computed elsewhere (ASEM), and by hand


def test_asem_statistics_agree_with_scipy(asem):
    from scipy import stats

    _, raw, _ = asem
    found = statistics(raw)
    for name in raw:
        known = raw[name].dropna()
        assert found.at[name, "skewness"] == pytest.approx(stats.skew(known, bias=False), abs=1e-9)
        assert found.at[name, "kurtosis"] == pytest.approx(stats.kurtosis(known, bias=False), abs=1e-9)
    assert int((51 - found["number"]).sum()) == 63


def test_asem_outliers_are_treated_until_they_pass(asem):
    _, raw, _ = asem
    treated = treat(raw)
    report = treated.report
    assert report["needed"].sum() > 0
    assert report["passes"].all()
    assert (report.loc[~report["needed"], "done"] == "none").all()
    assert treated.changed[report.index[report["done"] == "winsorise"]].sum().le(5).all()
    pd.testing.assert_frame_equal(treated.values.isna(), raw.isna())
    order = raw["FDI"].rank(method="min")
    assert treated.values["FDI"].corr(order, method="spearman") > 0.99


def test_winsorising_stops_at_its_limit_and_a_log_follows():
    column = pd.DataFrame({"x": [*range(1, 41), *[10.0**k for k in range(4, 11)]]}, dtype=float)
    report = treat(column, limits=Limits(most=2)).report.loc["x"]
    assert report["done"] == "log"
    assert treat(column, "winsorise", Limits(most=2)).report.at["x", "winsorised"] == 2


def test_asem_variants_and_leaving_out(asem, asem_every):
    rows, raw, direction = asem
    geometric = aggregate(normalise(raw, direction, low=1, high=100), rows, "geometric", "rescale")["Index"]
    found = compare_variants({"arithmetic": asem_every["Index"], "geometric": geometric})
    published = pd.read_csv(ASEM / "ranks_arithmetic.csv", index_col="uCode")["rank"]
    assert found.ranks["arithmetic"].sort_index().tolist() == published.sort_index().tolist()
    assert 0.8 < found.agreement.at["geometric", "spearman"] < 1
    out = leave_out(normalise(raw, direction, low=0, high=100), rows, ["Conn", "Sust", "LPI"], missing="rescale")
    assert out.ranks["Sust"].equals(ranks(asem_every["Conn"]).rename("Sust"))
    assert out.effect.at["LPI", "mean_shift"] < out.effect.at["Sust", "mean_shift"]


def test_asem_correlations_and_availability(asem, asem_every):
    rows, raw, _ = asem
    up = with_ancestors(asem_every, rows).set_index(["index_id", "ancestor"])
    assert up.at[("Conn", "Index"), "correlation"] == pytest.approx(asem_every["Conn"].corr(asem_every["Index"]))
    assert up.loc["LPI"]["steps"].tolist() == [1, 2, 3]
    inside = within_groups(asem_every, rows)
    assert ((inside["flag"] == "redundant") == (inside["correlation"] > 0.9)).all()
    share = availability(raw, rows)
    assert share["Index"].tolist() == pytest.approx(raw.notna().mean(axis=1).tolist())
    assert screened(raw, 0.9)["keep"].sum() == (raw.notna().mean(axis=1) >= 0.9).sum()


def test_asem_weights_can_be_balanced(asem, asem_every):
    rows, raw, direction = asem
    values = normalise(raw, direction, low=0, high=100)
    found = balanced_weights(values, rows, ["Conn", "Sust"], missing="rescale")
    assert found.attrs["balanced"]
    assert found["after"].iloc[0] == pytest.approx(found["after"].iloc[1], abs=0.01)
    tuned = rows.assign(
        weight=rows["weight"].where(~rows["index_id"].isin(found.index), rows["index_id"].map(found["weight"]))
    )
    total = aggregate(values, tuned, missing="rescale")["Index"]
    assert asem_every["Sust"].corr(total) == pytest.approx(found.at["Sust", "after"], abs=1e-9)


TEXTBOOK = pd.DataFrame({"x": [2.0, 4.0, 10.0, 4.0]}, index=list("abcd"))
ENDS = pd.DataFrame({"lower": [0.0], "upper": [8.0], "target": [6.0]}, index=["x"])


@pytest.mark.parametrize(
    ("method", "direction", "expected"),
    [
        ("minmax", 1, [0, 0.25, 1, 0.25]),
        ("minmax", -1, [1, 0.75, 0, 0.75]),
        ("rank", 1, [0, 0.5, 1, 0.5]),
        ("percentile", 1, [0, 1 / 3, 1, 1 / 3]),
        ("borda", 1, [0, 1, 3, 1]),
        ("fraction_of_max", 1, [0.2, 0.4, 1, 0.4]),
        ("fraction_of_max", -1, [1, 0.5, 0.2, 0.5]),
        ("goal_posts", 1, [0.25, 0.5, 1, 0.5]),
        ("goal_posts", -1, [0.75, 0.5, 0, 0.5]),
        ("scaled", 1, [0.25, 0.5, 1.25, 0.5]),
        ("target", 1, [0, 0.5, 2, 0.5]),
        ("target", -1, [2, 1.5, 0, 1.5]),
    ],
)
def test_normalisations_by_hand(method, direction, expected):
    found = normalise(TEXTBOOK, pd.Series({"x": direction}), method, ends=ENDS)
    assert found["x"].tolist() == pytest.approx(expected)


def test_z_scores_take_a_mean_and_a_standard_deviation():
    found = normalise(TEXTBOOK, method="zscore", mean=100, sd=10)["x"]
    assert (found.mean(), found.std()) == pytest.approx((100, 10))


def test_means_by_hand_and_by_level():
    values = pd.DataFrame({"x": [1.0], "y": [4.0], "z": [2.0]})
    assert aggregate(values, FLAT, "harmonic")["t"].item() == pytest.approx(4 / (1 + 1 / 4 + 2 / 2))
    assert aggregate(values, FLAT, 2.0)["t"].item() == pytest.approx(((1 + 16 + 2 * 4) / 4) ** 0.5)
    deep = structure_of(("t", None, 1), ("g", "t", 1), ("z", "t", 1), ("x", "g", 1), ("y", "g", 1))
    found = aggregate(values, deep, ["geometric", "arithmetic"]).iloc[0]
    assert (found["g"], found["t"]) == pytest.approx((2.0, 2.0))


def test_a_part_of_no_weight_does_not_count_even_if_missing():
    rows = FLAT.assign(weight=[1.0, 1.0, 0.0, 1.0])
    values = pd.DataFrame({"x": [0.2], "y": [np.nan], "z": [0.4]})
    assert aggregate(values, rows)["t"].item() == pytest.approx(0.3)
    assert rank_shares(values, rows, 3, STILL).notna().all(axis=None)


def test_an_index_needs_enough_of_its_parts():
    values = pd.DataFrame({"x": [0.2, 0.2], "y": [np.nan, 0.4], "z": [np.nan, np.nan]})
    found = aggregate(values, FLAT, missing="rescale", least=0.6)["t"]
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(0.3)


def test_outranking_by_hand():
    values = pd.DataFrame({"x": [3.0, 2.0, 1.0], "y": [1.0, 1.0, 3.0], "z": [1.0, 2.0, np.nan]}, index=list("abc"))
    weights = pd.Series({"x": 1.0, "y": 1.0, "z": 2.0})
    matrix = outranking_matrix(values, weights)
    assert matrix.at["a", "b"] == pytest.approx(1.5 / 4)
    assert matrix.at["b", "a"] == pytest.approx(2.5 / 4)
    assert matrix.at["a", "c"] == pytest.approx(0.5)
    assert copeland(values, weights).to_dict() == {"a": -1.0, "b": 1.0, "c": 0.0}
    assert aggregate(values.fillna(0), FLAT, "copeland")["t"].sum() == pytest.approx(0)


def test_imputation_marks_every_cell_and_leaves_the_rest(asem):
    _, raw, _ = asem
    groups = pd.Series(np.where(np.arange(51) < 30, "europe", "asia"), index=raw.index)
    found = impute(raw, "median", groups)
    assert found.filled.equals(raw.isna())
    assert ((found.values == raw) | raw.isna()).all(axis=None)
    name = raw.columns[raw.isna().any()][0]
    unit = raw.index[raw[name].isna()][0]
    assert found.values.at[unit, name] == raw.loc[groups == groups[unit], name].median()


def test_a_panel_is_filled_from_its_own_years_only():
    panel = {
        year: pd.DataFrame({"x": [value]}, index=["a"]) for year, value in [(2020, 1.0), (2021, None), (2022, None)]
    }
    panel = {year: frame.astype(float) for year, frame in panel.items()}
    assert impute_panel(panel, 2022).values["x"].item() == 1.0
    assert impute_panel(panel, 2022, most=1).values["x"].isna().all()
    assert impute_panel(panel, 2021, "linear").values["x"].isna().all()


def test_trends_by_hand():
    panel = {
        2020: pd.DataFrame({"x": [1.0]}, ["a"]),
        2021: pd.DataFrame({"x": [2.0]}, ["a"]),
        2023: pd.DataFrame({"x": [8.0]}, ["a"]),
    }
    row = trends(panel).iloc[0]
    assert row["growth"] == pytest.approx(1.0)
    assert row["slope"] == pytest.approx(np.median([1.0, 3.0, 7 / 3]))


def test_alpha_and_components_by_hand():
    values = pd.DataFrame({"x": [1.0, 2, 3, 4], "y": [2.0, 4, 6, 8], "z": [4.0, 3, 2, 1]})
    assert cronbach_alpha(values[["x", "y"]], standardised=True) == pytest.approx(1)
    found = principal_components(values)
    assert found.variance["share"].tolist() == pytest.approx([1, 0, 0], abs=1e-12)
    assert found.loadings["PC1"].abs().tolist() == pytest.approx([1, 1, 1])
    assert found.weights.sum() == pytest.approx(1)


def test_strengths_and_weaknesses_say_last_places_and_groups():
    values = pd.DataFrame({"x": [1.0, 2, 3, 4], "y": [1.0, 1, 3, 4], "z": [9.0, 2, 3, 4]}, index=list("abcd"))
    groups = pd.Series(["g", "g", "h", "h"], index=list("abcd"))
    found = strengths_and_weaknesses(values, "a", groups)
    assert found.index[0] == "z"
    assert found.loc["x", ["rank", "from_last", "group_rank", "group_from_last"]].tolist() == [4, 0, 2, 0]
    assert found.loc["y", ["rank", "from_last"]].tolist() == [3, 0]
    assert found["verdict"].to_dict() == {"z": "strength", "y": "weakness", "x": "weakness"}


# --- draws


def test_draws_give_back_what_was_chosen_and_who_stands_above_whom():
    values = pd.DataFrame(np.random.default_rng(1).uniform(0.1, 0.9, (6, 3)), columns=list("xyz"), index=list("abcdef"))
    drawn = draw_ranks(values, FLAT, 200, Choices(rounding=False, spread=0.5))
    weights = drawn.parameters[["weight:x", "weight:y", "weight:z"]]
    assert weights.sum(axis=1).tolist() == pytest.approx([1] * 200)
    first = drawn.parameters.iloc[0]
    rows = FLAT.assign(weight=[1.0, *first[["weight:x", "weight:y", "weight:z"]]])
    scaled = (
        values if first["normalisation"] == "published" else normalise(values, method=first["normalisation"], low=0.01)
    )
    again = ranks(aggregate(scaled, rows, first["method"])["t"])
    assert drawn.ranks.iloc[0].tolist() == again.tolist()
    shares = rank_shares(values, FLAT, 200, Choices(rounding=False, spread=0.5))
    counted = drawn.ranks.apply(lambda one: one.value_counts(normalize=True)).T.fillna(0)
    assert np.allclose(counted, shares[counted.columns])
    above = above_shares(drawn)
    both = (above + above.T).to_numpy()[~np.eye(6, dtype=bool)]
    assert (both <= 1 + 1e-12).all()
    assert first_shares(shares, 6).tolist() == pytest.approx([1] * 6)


def test_treatment_is_redone_in_every_draw():
    rng = np.random.default_rng(3)
    values = pd.DataFrame(rng.lognormal(0, 2, (40, 3)), columns=list("xyz"))
    choices = Choices(weights="nominal", methods=("arithmetic",), normalisations=("minmax",), treatments=("winsorise",))
    widths = pd.Series(0.3, index=list("xyz"))
    drawn = draw_ranks(values, FLAT, 30, choices, widths=widths)
    still = draw_ranks(values, FLAT, 1, Choices("nominal", 0, ("arithmetic",), ("minmax",), False, ("winsorise",)))
    treated = normalise(treat(values, "winsorise").values, low=0.01)
    assert still.ranks.iloc[0].tolist() == ranks(aggregate(treated, FLAT)["t"]).tolist()
    assert drawn.ranks.nunique().gt(1).any()


def test_the_whole_ranking_has_a_sensitivity_with_its_sample():
    values = pd.DataFrame(np.random.default_rng(1).uniform(0.1, 0.9, (10, 3)), columns=list("xyz"))
    found = ranking_sensitivity(values, FLAT, Choices(rounding=False, spread=0.5), base_samples=32)
    assert len(found.sample) == len(found.ranks) == len(found.output) == 32 * 7
    assert found.indices["total"].max() > 0.1


# --- outlook


def test_nothing_beats_last_years_rank_where_nothing_moves():
    base = pd.Series(np.random.default_rng(0).normal(0, 1, 63))
    found = outlook(base, base * 1.1)
    assert found.best is None
    assert found.trials.at["same", "error"] == 0


def test_a_forecast_is_put_forward_where_circumstances_tell_the_change():
    rng = np.random.default_rng(0)
    base, pull = pd.Series(rng.normal(0, 1, 63)), rng.normal(0, 1, 63)
    found = outlook(base, base + pull + rng.normal(0, 0.3, 63), pd.DataFrame({"pull": pull}))
    assert found.best in {"context", "scores"}
    chosen = found.trials.loc["chosen"]
    assert chosen["error"] < found.trials.at["same", "error"]
    assert chosen["gain_low"] > 0
    assert 0.75 <= chosen["coverage"] <= 0.85
    assert found.ranks["low"].ge(1).all()
    assert found.ranks["high"].le(63).all()


def test_the_best_of_several_forecasts_does_not_count_as_better_than_the_same_rank():
    compared = compare(2022, 2023)
    context = circumstances(load("province_context"), 2022)
    found = outlook(compared.base_total, compared.total, context)
    error = found.trials["error"]
    assert error["same"] == pytest.approx(7.17, abs=0.005)
    assert error["scores"] < error["chosen"] < error["same"]
    assert found.trials.at["chosen", "gain_low"] < 0 < found.trials.at["chosen", "gain_high"]
    assert found.best is None
    assert found.ranks.at["lai-chau", "expected"] == 54


def test_a_unit_left_out_is_forecast_as_if_it_had_never_been_there():
    rng = np.random.default_rng(2)
    base, pull = pd.Series(rng.normal(0, 1, 30)), pd.Series(rng.normal(0, 1, 30))
    now = base + pull + rng.normal(0, 0.5, 30)
    found = outlook(base, now, pull.to_frame("pull")).trials
    before, after = rank_array(base.to_numpy()), rank_array(now.to_numpy())
    misses = []
    for unit in range(30):
        others = np.arange(30) != unit
        design = np.column_stack([np.ones(30), before, pull])
        solved = np.linalg.lstsq(design[others], after[others])[0]
        misses.append(abs(np.clip(design[unit] @ solved, 1, 30) - after[unit]))
    assert found.at["context", "error"] == pytest.approx(np.mean(misses))


def test_a_circumstance_that_one_unit_alone_has_leaves_it_at_last_years_rank():
    rng = np.random.default_rng(2)
    base = pd.Series(rng.normal(0, 1, 30))
    alone = pd.DataFrame({"alone": [1.0, *[0.0] * 29]})
    found = outlook(base, base + rng.normal(0, 0.5, 30), alone).trials
    assert found["error"].notna().all()
