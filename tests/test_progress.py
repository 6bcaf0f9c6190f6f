import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dti.plan.progress import COLUMNS, agency_progress, differing_sources, progress
from dti.store.faults import DataError
from dti.store.tables import load, load_all

NAN = float("nan")
TABLES = ["agencies", "indicators", "observations", "responsibilities"]


def observation(indicator, year, kind, value, agency="tinh", in_use=True):
    return {
        "indicator_id": indicator, "agency_id": agency, "year": year, "period": "year", "kind": kind,
        "source_id": "s", "clause": "c", "value": value, "comparator": "=", "wording": None, "in_use": in_use,
        "stated": "stated", "evidence": "e", "note": None,
    }  # fmt: skip


def indicators(**directions):
    return pd.DataFrame({"indicator_id": list(directions), "unit": "percent", "direction": list(directions.values())})


def one(rows, direction=1):
    """Progress of 2023 for a single indicator given as {(year, kind): value}."""
    table = pd.DataFrame([observation("x", year, kind, value) for (year, kind), value in rows.items()])
    other = pd.DataFrame([observation("y", 2023, "target", 1)])
    return progress(pd.concat([table, other]), indicators(x=direction, y=1), 2023).iloc[0]


@pytest.mark.parametrize(
    ("figures", "direction", "expected"),
    [
        # (base actual, year actual, year target), direction, (basis, change, gap, gap_year, share, status, trend)
        ((50, NAN, 80), 1, ("planned", 30, 30, 2022, NAN, "to_do", None)),
        ((100, NAN, 100), 1, ("planned", 0, 0, 2022, NAN, "hold", None)),
        ((90, NAN, 80), 1, ("planned", -10, -10, 2022, NAN, "hold", None)),
        ((50, 60, 80), 1, ("actual", 10, 20, 2023, 1 / 3, "missed", "better")),
        ((50, 80, 80), 1, ("actual", 30, 0, 2023, 1, "met", "better")),
        ((50, 85, 80), 1, ("actual", 35, -5, 2023, 35 / 30, "met", "better")),
        ((50, 50, 80), 1, ("actual", 0, 30, 2023, 0, "missed", "same")),
        ((50, 45, 80), 1, ("actual", -5, 35, 2023, -5 / 30, "missed", "worse")),
        ((NAN, 70, 80), 1, ("actual", NAN, 10, 2023, NAN, "missed", None)),
        ((NAN, 80, 80), 1, ("actual", NAN, 0, 2023, NAN, "met", None)),
        ((NAN, NAN, 80), 1, ("planned", NAN, NAN, None, NAN, "no_baseline", None)),
        ((50, NAN, NAN), 1, (None, NAN, NAN, None, NAN, "no_target", None)),
        ((50, 60, NAN), 1, ("actual", 10, NAN, None, NAN, "no_target", "better")),
        # lower is better
        ((11, NAN, 4), -1, ("planned", -7, 7, 2022, NAN, "to_do", None)),
        ((11, 8, 4), -1, ("actual", -3, 4, 2023, 3 / 7, "missed", "better")),
        ((11, 12, 4), -1, ("actual", 1, 8, 2023, -1 / 7, "missed", "worse")),
        ((11, 3, 4), -1, ("actual", -8, -1, 2023, 8 / 7, "met", "better")),
        ((80, 80, 80), 1, ("actual", 0, 0, 2023, NAN, "met", "same")),
    ],
)  # fmt: skip
def test_worked_by_hand(figures, direction, expected):
    keys = [(2022, "actual"), (2023, "actual"), (2023, "target")]
    rows = {key: value for key, value in zip(keys, figures, strict=True) if not np.isnan(value)}
    found = one(rows | {(2022, "target"): 40}, direction)
    basis, change, gap, gap_year, share, status, trend = expected
    assert found["status"] == status
    assert found["trend"] == trend or (trend is None and pd.isna(found["trend"]))
    assert found["basis"] == basis or (basis is None and pd.isna(found["basis"]))
    np.testing.assert_allclose(
        [found["change"], found["gap"], found["progress_share"]], [change, gap, share], rtol=1e-12
    )
    assert pd.isna(found["gap_year"]) if gap_year is None else found["gap_year"] == gap_year


def test_last_years_own_target_has_its_own_gap():
    assert one({(2022, "actual"): 50.84, (2022, "target"): 50, (2023, "target"): 60})["base_gap"] == pytest.approx(
        -0.84
    )


def test_nothing_known_is_no_data_and_keeps_its_row():
    table = pd.DataFrame([observation("y", 2023, "target", 1)])
    rows = progress(table, indicators(x=1, y=1), 2023)
    assert rows.set_index("indicator_id")["status"].to_dict() == {"x": "no_data", "y": "no_baseline"}
    assert rows.columns.tolist() == COLUMNS


def test_a_figure_out_of_use_counts_for_nothing():
    table = pd.DataFrame(
        [
            observation("x", 2022, "actual", 90, in_use=False),
            observation("x", 2022, "actual", 87.4),
            observation("x", 2023, "target", 90),
        ]
    )
    assert progress(table, indicators(x=1), 2023)["gap"].item() == pytest.approx(2.6)
    assert differing_sources(table, 2023)["value"].tolist() == [90, 87.4]


@given(
    base=st.one_of(st.none(), st.integers(0, 100)),
    actual=st.one_of(st.none(), st.integers(0, 100)),
    target=st.integers(0, 100),
    direction=st.sampled_from([1, -1]),
)
def test_met_or_hold_exactly_where_no_gap_remains(base, actual, target, direction):
    figures = {(2022, "actual"): base, (2023, "actual"): actual, (2023, "target"): target}
    found = one({key: value for key, value in figures.items() if value is not None}, direction)
    if pd.isna(found["gap"]):
        assert found["status"] == "no_baseline"
    else:
        assert (found["gap"] <= 0) == (found["status"] in ("met", "hold"))
    assert (found["basis"] == "actual") == (actual is not None)


def test_the_plans_own_figures():
    rows = progress(load("observations"), load("indicators"), 2023).set_index("indicator_id")
    e_records = rows.loc["ho-so-cong-viec-cap-tinh"]
    assert (e_records["base_actual"], e_records["year_target"], e_records["change"]) == (50, 80, 30)
    assert (e_records["gap"], e_records["gap_year"], e_records["status"]) == (30, 2022, "to_do")
    meetings = rows.loc["hop-qua-he-thong-cap-huyen"]
    assert (meetings["base_actual"], meetings["year_target"], meetings["status"]) == (100, 100, "hold")
    online = rows.loc["ho-so-truc-tuyen"]
    assert (online["base_actual"], online["year_target"], online["base_target"]) == (50.84, 60, 50)
    assert online["base_gap"] < 0
    assert rows["year_actual"].isna().all()


def test_an_agency_without_figures_takes_the_provinces():
    rows = agency_progress(load_all(TABLES), "so-y-te", 2023)
    assert set(rows["agency_id"]) == {"tinh"}
    assert rows["role"].notna().all()
    assert rows.set_index("indicator_id").loc["ho-so-suc-khoe-dien-tu", ["role", "duty_basis"]].tolist() == [
        "lead",
        "reading",
    ]


def test_an_agency_with_a_result_is_measured_by_it_against_the_provinces_target():
    tables = load_all(TABLES)
    own = pd.DataFrame([observation("bao-cao-dinh-ky", 2023, "actual", 85.0, agency="so-y-te")])
    tables["observations"] = pd.concat([tables["observations"], own], ignore_index=True)
    rows = agency_progress(tables, "so-y-te", 2023).set_index("indicator_id")
    row = rows.loc["bao-cao-dinh-ky"]
    assert (row["agency_id"], row["target_from"], row["gap"]) == ("so-y-te", "tinh", 5)
    assert pd.isna(row["base_actual"]) and row["status"] == "missed"
    assert (rows.drop("bao-cao-dinh-ky")["agency_id"] == "tinh").all()


@pytest.mark.parametrize("agency", load("agencies").query("in_register")["agency_id"])
def test_every_agency_has_indicators_to_answer_for(agency):
    rows = agency_progress(load_all(TABLES), agency, 2023)
    assert len(rows) >= 18
    assert not rows.duplicated("indicator_id").any()


def test_an_unknown_agency_and_a_year_without_figures_are_refused_with_the_known_ones():
    with pytest.raises(DataError, match=r"so-y-te  Sở Y tế"):
        agency_progress(load_all(TABLES), "so-ytế", 2023)
    with pytest.raises(DataError, match=r"year 2031.*2022, 2023"):
        progress(load("observations"), load("indicators"), 2031)
