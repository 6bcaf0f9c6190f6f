"""The index: structures of any depth, and what others published or computed."""

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti.check import points_add_up, scores_add_up, unknown_indices
from dti.composite import scores as scores_of
from dti.composite.aggregation import aggregate, contributions
from dti.composite.normalisation import normalise
from dti.composite.ranks import rank_array, ranks
from dti.composite.scores import compare, known_province, pillars, published_ranks, score_matrix, totals
from dti.composite.structure import check_points, cut, finest, tree
from dti.store.faults import DataError
from dti.store.tables import PROJECT, load, load_all, table_names

ASEM = PROJECT / "examples" / "asem"


def structure_of(*rows):
    return pd.DataFrame(rows, columns=["index_id", "parent", "weight"])


THREE_LEVELS = structure_of(
    ("total", None, 1.0), ("a", "total", 3.0), ("b", "total", 1.0), ("a1", "a", 1.0), ("a2", "a", 1.0)
)


# --- what was published


@pytest.mark.parametrize("year", [2022, 2023])
def test_computed_totals_give_the_published_order_of_63_provinces(year):
    computed = aggregate(score_matrix(year), scores_of.structure("922"))["DTI"]
    published = published_ranks(year)["DTI"]
    assert len(published) == 63
    assert ranks(computed).eq(published).all()


def test_the_tie_of_2022_is_kept():
    place = ranks(totals(2022))
    assert place[place.between(14, 18)].sort_values().tolist() == [14, 15, 15, 17, 18]


def test_complete_rows_reproduce_the_printed_dti_from_all_eight_indices():
    mains = ["NTS", "TCS", "HTS", "NLS", "ATTT", "HDCQS", "HDKTS", "HDXHS"]
    known = scores_of.scores(2022).dropna(subset=mains)
    computed = aggregate(known[mains], scores_of.structure("922"))["DTI"]
    assert len(known) == 5
    assert (computed - known["DTI"]).abs().max() <= 0.0001


def test_pillars_reproduce_every_published_value_and_rank():
    values, places = 0, 0
    for year in (2022, 2023):
        computed = pillars(score_matrix(year), "922")
        stated = published_ranks(year)[computed.columns].stack().dropna()
        assert (ranks(computed).stack().loc[stated.index] == stated).all()
        printed = scores_of.scores(year).reindex(columns=computed.columns).stack().dropna()
        assert ((computed.stack().loc[printed.index] - printed).abs() <= 0.0001).all()
        values, places = values + len(printed), places + len(stated)
    assert (values, places) == (6, 24)


def test_scores_of_2020_follow_the_weights_of_decision_1726():
    known = scores_of.scores(2020)[["DTI", "P_CQS", "P_KTS", "P_XHS"]].dropna()
    computed = aggregate(known[["P_CQS", "P_KTS", "P_XHS"]], scores_of.structure("1726"))["DTI"]
    assert len(known) >= 9
    assert (computed - known["DTI"]).abs().max() <= 0.0001


def test_the_derived_index_is_the_published_total_less_the_published_indices():
    rows = load("dti_scores").query("index_id == 'NT4'")
    assert rows["score_basis"].eq("derived").all()
    assert len(rows) == 2 * 63
    for year in (2022, 2023):
        parts = contributions(score_matrix(year), scores_of.structure("922"), totals(year))
        assert parts.columns.tolist() == ["HTS", "NT4", "HDCQS", "HDKTS", "HDXHS"]
        assert (parts.sum(axis=1) - totals(year)).abs().max() < 1e-12


# --- what somebody else computed


def test_asem_is_reproduced_from_its_raw_data():
    meta = pd.read_csv(ASEM / "structure.csv").query("Type in ('Indicator', 'Aggregate')")
    rows = meta.rename(columns={"iCode": "index_id", "Parent": "parent", "Weight": "weight", "Direction": "direction"})
    raw = pd.read_csv(ASEM / "raw.csv", index_col="uCode")[rows.query("Type == 'Indicator'")["index_id"]]
    direction = rows.set_index("index_id")["direction"]

    normal = normalise(raw, direction, low=0, high=100)
    expected = pd.read_csv(ASEM / "normalised_minmax.csv", index_col="uCode")
    np.testing.assert_allclose(normal, expected[normal.columns], rtol=0, atol=1e-9)

    every = aggregate(normal, rows, missing="rescale")
    expected = pd.read_csv(ASEM / "aggregated_arithmetic.csv", index_col="uCode")
    compared = rows["index_id"].tolist()
    np.testing.assert_allclose(every[compared], expected[compared], rtol=0, atol=1e-9)

    places = pd.read_csv(ASEM / "ranks_arithmetic.csv", index_col="uCode")
    assert ranks(every["Index"]).loc[places.index].tolist() == places["rank"].tolist()

    geometric = aggregate(normalise(raw, direction, low=1, high=100), rows, "geometric", "rescale")
    expected = pd.read_csv(ASEM / "aggregated_geometric.csv", index_col="uCode")
    np.testing.assert_allclose(geometric[expected.columns], expected, rtol=0, atol=1e-9)


# --- worked by hand


def test_aggregation_level_by_level():
    values = pd.DataFrame({"a1": [1.0], "a2": [0.0], "b": [1.0]})
    assert aggregate(values, THREE_LEVELS).iloc[0].to_dict() == {
        "total": 0.625, "a": 0.5, "b": 1.0, "a1": 1.0, "a2": 0.0
    }  # fmt: skip


def test_geometric_mean():
    values = pd.DataFrame({"a": [4.0], "b": [1.0]})
    assert aggregate(values, THREE_LEVELS, "geometric")["total"].item() == pytest.approx(4**0.75)


def test_a_missing_part_leaves_a_blank_unless_rescaling_is_asked_for():
    values = pd.DataFrame({"a1": [1.0, np.nan], "a2": [np.nan, np.nan], "b": [0.2, 0.2]})
    blank = aggregate(values, THREE_LEVELS)
    assert blank[["a", "total"]].isna().all(axis=None)
    rescaled = aggregate(values, THREE_LEVELS, missing="rescale")
    assert rescaled["a"].fillna(-1).tolist() == [1.0, -1]
    assert rescaled["total"].tolist() == pytest.approx([0.8, 0.2])


def test_an_index_left_out_counts_as_missing():
    assert aggregate(pd.DataFrame({"b": [1.0]}), THREE_LEVELS)["total"].isna().all()


def test_lower_is_better_where_direction_says_so():
    raw = pd.DataFrame({"days": [2.0, 4.0, 10.0, np.nan]})
    result = normalise(raw, pd.Series({"days": -1}), low=0, high=100)["days"]
    assert result[:3].tolist() == [100.0, 75.0, 0.0]
    assert np.isnan(result[3])


def test_competition_ranks_with_ties_and_blanks():
    assert ranks(pd.Series([0.1 + 0.2, 0.3, 0.5, np.nan, 0.1])).tolist() == [2, 2, 1, pd.NA, 4]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30))
def test_both_rankings_agree(values):
    series = pd.Series(values, dtype=float) / 7
    assert ranks(series).tolist() == rank_array(series.to_numpy()).tolist()


@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
    st.lists(st.floats(0.1, 10), min_size=3, max_size=3),
    st.floats(0.5, 4),
)
@settings(max_examples=50, deadline=None)
def test_a_weighted_mean_lies_between_its_parts_and_ignores_the_scale_of_weights(values, weights, factor):
    rows = structure_of(("t", None, 1.0), *(("xyz"[place], "t", weights[place]) for place in range(3)))
    given_values = pd.DataFrame([values], columns=list("xyz"))
    total = aggregate(given_values, rows)["t"].item()
    assert min(values) - 1e-12 <= total <= max(values) + 1e-12
    scaled = rows.assign(weight=rows["weight"] * factor)
    assert aggregate(given_values, scaled)["t"].item() == pytest.approx(total, abs=1e-12)
    assert contributions(given_values, rows).sum(axis=1).item() == pytest.approx(total, abs=1e-12)


# --- a fuller table needs no code


def test_the_finest_known_level_is_found_and_can_be_limited():
    assert finest(THREE_LEVELS, ["total", "a", "b", "a1", "a2"]) == ["a1", "a2", "b"]
    assert finest(THREE_LEVELS, ["total", "a", "b", "a1"]) == ["a", "b"]
    assert finest(THREE_LEVELS, ["a", "b", "a1", "a2"], limit=2) == ["a", "b"]
    assert finest(THREE_LEVELS, ["total", "a"]) == ["total"]
    with pytest.raises(DataError, match="cannot be taken apart"):
        finest(THREE_LEVELS, ["a", "a1"])


def test_components_loaded_later_are_used(tmp_path):
    shutil.copytree(PROJECT / "data", tmp_path, dirs_exist_ok=True)
    structure, scores = load("dti_structure"), load("dti_scores")
    parts = structure.query("index_id == 'HTS' and version == '922'").assign(parent="HTS")
    known = scores.query("index_id == 'HTS' and version == '922'")
    pd.concat(
        [structure, parts.assign(index_id="H1", max_points=60), parts.assign(index_id="H2", max_points=40)]
    ).to_csv(tmp_path / "dti_structure.csv", index=False)
    pd.concat([scores, known.assign(index_id="H1"), known.assign(index_id="H2")]).to_csv(
        tmp_path / "dti_scores.csv", index=False
    )
    compared = compare(2022, 2023, tmp_path)
    assert compared.values.columns.tolist() == ["H1", "H2", "NT4", "HDCQS", "HDKTS", "HDXHS"]
    computed = aggregate(compared.values, compared.structure)["DTI"]
    assert ranks(computed).eq(published_ranks(2023)["DTI"]).all()


# --- bad input


def bad_structures():
    yield "exactly one", structure_of(("a", None, 1.0), ("b", None, 1.0))
    yield "twice", structure_of(("a", None, 1.0), ("b", "a", 1.0), ("b", "a", 1.0))
    yield "not in the structure", structure_of(("a", None, 1.0), ("b", "x", 1.0))
    yield "circle", structure_of(("a", None, 1.0), ("b", "c", 1.0), ("c", "b", 1.0))
    yield "a all weigh nothing", structure_of(("a", None, 1.0), ("b", "a", 0.0))
    yield r"b \(blank\) is not a finite number", structure_of(("a", None, 1.0), ("b", "a", np.nan))
    yield r"b \(-1.0\) is not a finite number", structure_of(("a", None, 1.0), ("b", "a", -1.0))
    yield r"b \(inf\) is not a finite number", structure_of(("a", None, 1.0), ("b", "a", np.inf))
    yield r"b \(heavy\) is not a finite number", structure_of(("a", None, 1.0), ("b", "a", "heavy"))
    yield "no column weight", structure_of(("a", None, 1.0)).drop(columns="weight")


@pytest.mark.parametrize(("words", "rows"), list(bad_structures()))
def test_a_bad_structure_is_refused(words, rows):
    with pytest.raises(DataError, match=words):
        tree(rows)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: scores_of.scores(2019), "no DTI scores for 2019. Known: 2020, 2021, 2022, 2023, 2024"),
        (lambda: totals(2021), "of 63 provinces only"),
        (lambda: compare(2023, 2024), "922/QĐ-BTTTT.*405/QĐ-BKHCN"),
        (lambda: compare(2020, 2022), "cannot be compared"),
        (lambda: compare(2023, 2023), "expected: an earlier year"),
        (lambda: scores_of.structure("923"), "Known: 1726, 405, 922"),
        (lambda: scores_of.structure("405"), "not known"),
        (lambda: known_province("lai_chau"), "Known: an-giang"),
        (lambda: score_matrix(2023, ["NTS"]), "NTS of 2023: not known for most provinces"),
        (lambda: pillars(pd.DataFrame({"HTS": [1.0]}), "405"), "not known"),
        (lambda: cut(THREE_LEVELS, ["a", "a1"]), "together with its own part a1"),
        (lambda: aggregate(pd.DataFrame({"x": [1.0]}), THREE_LEVELS), "no index x. Known"),
        (lambda: aggregate(pd.DataFrame({"a": [0.0], "b": [1.0]}), THREE_LEVELS, "geometric"), "above zero"),
        (lambda: normalise(pd.DataFrame({"a": [1.0, 1.0]})), "same value"),
        (lambda: normalise(pd.DataFrame({"a": [1.0, 2.0]}), pd.Series({"a": 0})), "not 1 or -1"),
        (lambda: check_points(structure_of(("a", None, 10.0), ("b", "a", 9.0))), "9 points.*expected: 10"),
    ],
)
def test_bad_input_is_refused_with_the_reason(call, words):
    with pytest.raises(DataError, match=words):
        call()


def tables():
    return {name: frame.copy() for name, frame in load_all(table_names()).items()}


def test_a_mistyped_score_is_found_by_its_sum():
    changed = tables()
    scores = changed["dti_scores"]
    place = scores.query("year == 2022 and province_id == 'lai-chau' and index_id == 'HTS'").index
    scores.loc[place, "value"] = 0.4240
    assert scores_add_up(changed, None)["column"].tolist() == ["value"]
    assert len(scores_add_up(tables(), None)) == 0


def test_points_and_indices_that_do_not_fit_are_found():
    changed = tables()
    rows = changed["dti_structure"]
    rows.loc[rows.eval("version == '922' and index_id == 'HTS'"), "max_points"] = 90
    assert points_add_up(changed, None)["column"].tolist() == ["max_points"]
    changed["dti_scores"].loc[0, "index_id"] = "XYZ"
    assert unknown_indices(changed, None)["value"].tolist() == ["XYZ"]
