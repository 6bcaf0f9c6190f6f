"""What moves a rank: decompositions add up, and small tables worked by hand come out right."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti.composite import aggregation, gaps, importance, peers, scores
from dti.composite import changes as factors
from dti.store.faults import DataError
from dti.store.tables import load


@pytest.fixture(scope="module")
def compared():
    return scores.compare(2022, 2023)


def comparison_of(base, now):
    """Return a comparison of units × equally weighted indices."""
    columns = list(base)
    rows = pd.DataFrame(
        {"index_id": ["t", *columns], "parent": [None, *["t"] * len(columns)], "weight": [1.0, *[1.0] * len(columns)]}
    )
    return scores.TwoYears(rows, base, now, base.mean(axis=1), now.mean(axis=1))


# --- changes


def test_lai_chau_2023(compared):
    own = factors.changes(compared).loc["lai-chau"]
    assert own[["base_rank", "rank", "places"]].tolist() == [53, 54, -1]
    assert own[["base_score", "score", "change"]].round(4).tolist() == [0.5032, 0.6185, 0.1153]
    change = factors.score_changes(compared, "lai-chau")["change"]
    assert change.round(3).to_dict() == {"HTS": 24.19, "NT4": 63.915, "HDCQS": 14.4, "HDKTS": -2.145, "HDXHS": 14.94}
    crossed = factors.crossings(compared, "lai-chau")["passed"]
    assert set(crossed.index[crossed == -1]) == {"ca-mau", "ha-giang", "thai-binh"}
    assert set(crossed.index[crossed == 1]) == {"hoa-binh", "dak-nong"}


def test_all_decompositions_add_up_for_one_province_in_three(compared):
    change = factors.changes(compared)
    for unit, own in change.iloc[::3].iterrows():
        assert factors.score_changes(compared, unit)["change"].sum() == pytest.approx(1000 * own["change"], abs=1e-9)
        assert factors.rank_changes(compared, unit).sum() == pytest.approx(own["places"], abs=1e-9)
        assert factors.crossings(compared, unit)["passed"].sum() == own["places"]


def test_a_rank_change_worked_by_hand():
    base = pd.DataFrame({"x": [0.5, 0.6, 0.1], "y": [0.5, 0.6, 0.1]}, index=["a", "b", "c"])
    now = pd.DataFrame({"x": [0.7, 0.6, 0.1], "y": [0.5, 0.6, 0.9]}, index=["a", "b", "c"])
    places = factors.rank_changes(comparison_of(base, now), "a")
    # x alone draws level with b (rank 1); the others alone do nothing to the rank (c reaches a and ties with it).
    assert places.to_dict() == pytest.approx({"x": 1.0, "y": 0.0, "others": 0.0})


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(-5, 5), min_size=2**n, max_size=2**n)))
@settings(max_examples=30, deadline=None)
def test_shapley_is_the_mean_over_all_orders(payoffs):
    payoffs = np.array(payoffs, dtype=float)
    players = (len(payoffs) - 1).bit_length()
    expected = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        joined = 0
        for player in order:
            expected[player] += payoffs[joined | 1 << player] - payoffs[joined]
            joined |= 1 << player
    found = factors.shapley(payoffs)
    np.testing.assert_allclose(found, expected / len(orders), atol=1e-9)
    assert found.sum() == pytest.approx(payoffs[-1] - payoffs[0])


@given(st.lists(st.integers(0, 10), min_size=24, max_size=24))
@settings(max_examples=30, deadline=None)
def test_decompositions_add_up_with_ties_too(numbers):
    cells = np.array(numbers, dtype=float).reshape(2, 4, 3) / 10
    base, now = (pd.DataFrame(part, index=list("abcd"), columns=list("xyz")) for part in cells)
    made = comparison_of(base, now)
    change = factors.changes(made)
    for unit in made.total.index:
        assert factors.rank_changes(made, unit).sum() == pytest.approx(change.at[unit, "places"], abs=1e-9)
        assert factors.crossings(made, unit)["passed"].sum() == change.at[unit, "places"]


def test_rounding_of_a_published_total_is_a_part_of_its_own(compared):
    rounded = compared._replace(total=(compared.total + 0.00004))
    change = factors.score_changes(rounded, "lai-chau")["change"]
    assert change[aggregation.ROUNDING] == pytest.approx(0.04)
    assert factors.rank_changes(rounded, "lai-chau").sum() == pytest.approx(-1)


def test_with_many_players_orders_are_sampled_and_the_sum_is_exact(monkeypatch):
    rng = np.random.default_rng(4)
    base = pd.DataFrame(rng.uniform(0, 1, (20, 30)), columns=[f"i{number}" for number in range(30)])
    now = pd.DataFrame(rng.uniform(0, 1, (20, 30)), columns=base.columns)
    made = comparison_of(base, now)
    monkeypatch.setattr(factors, "ORDERS", 50)
    found = factors.rank_changes(made, 3)
    assert len(found) == 31
    assert found.sum() == pytest.approx(factors.changes(made).at[3, "places"], abs=1e-9)
    assert 0 < found.attrs["error"] < 2


def test_a_sample_of_orders_comes_near_the_exact_values(monkeypatch):
    rng = np.random.default_rng(5)
    base, now = (pd.DataFrame(rng.uniform(0, 1, (12, 5)), columns=list("vwxyz")) for _ in range(2))
    exact = factors.rank_changes(comparison_of(base, now), 0)
    monkeypatch.setattr(factors, "MOST_PLAYERS", 2)
    monkeypatch.setattr(factors, "ORDERS", 800)
    sampled = factors.rank_changes(comparison_of(base, now), 0)
    assert (sampled - exact).abs().max() < 5 * sampled.attrs["error"]


# --- gaps and places


def test_gaps_add_up_to_the_gap_of_the_totals(compared):
    parts = aggregation.contributions(compared.values, compared.structure, compared.total)
    groups = gaps.reference_groups(compared.total, "lai-chau", {"peers": ["lai-chau", "dien-bien"]})
    found = gaps.gaps(parts, "lai-chau", groups)
    assert groups["leader"] == ["da-nang"]
    assert groups["next"] == ["ben-tre"]
    assert groups["peers"] == ["dien-bien"]
    assert len(groups["ahead"]) == 10
    assert found["leader"].sum() == pytest.approx(1000 * (0.8340 - 0.6185))
    assert found["next"].sum() == pytest.approx(1.8)


def test_the_leader_has_nobody_above():
    total = pd.Series({"a": 0.9, "b": 0.5})
    assert set(gaps.reference_groups(total, "a", {})) == {"leader", "median"}
    assert gaps.next_places(total, "a").empty


def test_drawing_level_reaches_the_rank_that_is_stated(compared):
    ahead = gaps.next_places(compared.total, "lai-chau")
    assert len(ahead) == 10
    for _, row in ahead.iterrows():
        assert gaps.places_gained(compared.total, "lai-chau", row["points"]) == 54 - row["rank"]
        assert gaps.places_gained(compared.total, "lai-chau", row["points"] - 0.01) < 54 - row["rank"]


def test_standing_worked_by_hand():
    values = pd.DataFrame({"x": [0.2, 0.5, 0.8], "y": [0.9, 0.1, 0.2]}, index=["a", "b", "c"])
    shares = pd.Series({"x": 0.6, "y": 0.4})
    total = (values * shares).sum(axis=1)  # a 0.48, b 0.34, c 0.56
    found = gaps.standing(values, shares, total, "a")
    assert found["rank"].to_dict() == {"x": 3, "y": 1}
    assert found["headroom"].round(6).to_dict() == {"x": 480.0, "y": 40.0}
    assert found["to_median"].round(6).to_dict() == {"x": 180.0, "y": 0.0}
    assert found["places_median"].to_dict() == {"x": 1, "y": 0}


# --- importance


def test_effective_weight_follows_spread_not_nominal_weight():
    rng = np.random.default_rng(5)
    parts = pd.DataFrame({"wide": rng.normal(0, 3, 200), "narrow": rng.normal(0, 1, 200)})
    found = importance.importance(parts, pd.Series({"wide": 0.5, "narrow": 0.5}))
    assert found["correlation_ratio"].to_dict() == pytest.approx({"wide": 0.9, "narrow": 0.1}, abs=0.06)
    assert found["variance_share"].sum() == pytest.approx(1)
    assert found["effective"].sum() == pytest.approx(1)
    assert found["redundancy"].max() < 0.05


def test_the_correlation_ratio_sees_a_bend_and_takes_ties():
    x = np.repeat(np.linspace(-1, 1, 40), 2)
    assert importance.correlation_ratio(x, x**2) > 0.95
    noise = np.random.default_rng(2).normal(size=80)
    assert importance.correlation_ratio(noise, np.tile([0.0, 1.0], 40)) < 0.3


def test_redundant_indices_are_found(compared):
    parts = aggregation.contributions(compared.values, compared.structure)
    doubled = parts.assign(copy=2 * parts["HTS"])
    assert importance.redundancy(doubled, "copy") == pytest.approx(1)
    assert 0 < importance.redundancy(parts, "HTS") < 1


# --- peers, expectation, service index


def test_peers_are_the_nearest_in_standard_deviations():
    means = pd.DataFrame({"x": [0.0, 1.0, 10.0], "y": [0.0, 300.0, 0.0]}, index=["a", "b", "c"])
    scaled = means / means.std()
    expected = np.sqrt(((scaled.loc["b"] - scaled.loc["a"]) ** 2).sum())
    assert peers.peers(means, "a", 2)["b"] == pytest.approx(expected)
    assert "a" not in peers.peers(means, "a", 3)


def test_expected_scores_leave_the_unit_itself_out(compared):
    means = peers.circumstances(load("province_context"), 2023).loc[compared.total.index]
    found = peers.expected_scores(compared.total, means).loc["lai-chau"]
    others, total = means.drop("lai-chau"), compared.total.drop("lai-chau")
    design = np.column_stack([np.ones(len(others)), others])
    solved, residuals, *_ = np.linalg.lstsq(design, total)
    own = np.array([1.0, *means.loc["lai-chau"]])
    assert found["expected"] == pytest.approx(own @ solved)
    spread = np.sqrt(residuals[0] / (len(others) - 4) * (1 + own @ np.linalg.inv(design.T @ design) @ own))
    assert (found["high"] - found["low"]) / 2 / spread == pytest.approx(1.6716, abs=1e-3)  # t, 58 degrees, 90 %


def test_circumstances_that_are_missing_are_refused():
    context = load("province_context")
    with pytest.raises(DataError, match="Known: 2022, 2023, 2024"):
        peers.circumstances(context, 2021)
    context.loc[0, "population_thousand"] = 0
    with pytest.raises(DataError, match="an-giang"):
        peers.circumstances(context, 2022)


def test_only_unchanged_units_are_the_same_place(compared):
    found = peers.service_beside(load("service_index"), compared.values["HDCQS"], load("provinces"), 2023)
    assert len(found) == 34
    assert found["same_place"].sum() == 11
    assert bool(found.at["lai-chau", "same_place"])
    assert found.at["lai-chau", "total"] == 78.39
