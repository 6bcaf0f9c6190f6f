"""Who reports which figure, and when agencies' figures make the province's."""

import pandas as pd
import pytest

from dti.plan.duties import figures_due, province_from_agencies, reporting_agencies
from dti.store.tables import load_all

AGENCIES = [
    ("tinh", "tinh", False),
    ("so-a", "so", True),
    ("so-b", "so", True),
    ("huyen-c", "huyen", True),
    ("huyen-d", "huyen", True),
    ("bcd", "khac", True),
    ("class", "nhom", False),
]


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Three indicators: a share all departments carry out, a count of districts, a count of both levels."""
    roles = [
        ("so-a", "share", "lead"),
        ("so-b", "share", "implement"),
        ("so-a", "count", "lead"),
        ("huyen-c", "count", "implement"),
        ("huyen-d", "count", "implement"),
        ("so-b", "mixed", "implement"),
        ("huyen-c", "mixed", "implement"),
        ("so-b", "count", "support"),
        ("bcd", "share", "direct"),
        ("class", "count", "implement"),
    ]
    return {
        "agencies": pd.DataFrame(AGENCIES, columns=["agency_id", "kind", "has_report"]),
        "indicators": pd.DataFrame(
            [("count", "count"), ("share", "percent"), ("mixed", "count")], columns=["indicator_id", "unit"]
        ),
        "responsibilities": pd.DataFrame(roles, columns=["agency_id", "indicator_id", "role"]).assign(year=2023),
        "observations": observed([]),
        "fractions": parts([]),
    }


def observed(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    columns = ["indicator_id", "agency_id", "value", "year", "period", "kind", "in_use", "source_id"]
    return pd.DataFrame([(*row, 2023, "year", "actual", True, row[1]) for row in rows], columns=columns)


def parts(rows: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    columns = ["indicator_id", "agency_id", "numerator", "denominator", "year", "source_id", "clause"]
    return pd.DataFrame([(*row, 2023, row[1], "Dòng 2") for row in rows], columns=columns)


def test_a_leading_agency_reports_the_province_and_itself_where_its_level_is_bound(tables):
    due = figures_due(tables, "so-a", 2023)
    assert due[["indicator_id", "subject_id", "role"]].to_numpy().tolist() == [
        ["count", "tinh", "lead"],
        ["share", "tinh", "lead"],
        ["share", "so-a", "implement"],
    ]


def test_supporting_comes_last_and_directing_reports_nothing(tables):
    assert figures_due(tables, "so-b", 2023)["role"].tolist() == ["implement", "implement", "support"]
    assert figures_due(tables, "bcd", 2023).empty
    assert reporting_agencies(tables, 2023) == ["so-a", "so-b", "huyen-c", "huyen-d"]


def test_counts_add_up_only_when_every_bound_agency_reported(tables):
    tables["observations"] = observed([("count", "huyen-c", 3)])
    assert province_from_agencies(tables, 2023).empty
    tables["observations"] = observed([("count", "huyen-c", 3), ("count", "huyen-d", 4), ("count", "so-b", 100)])
    (row,) = province_from_agencies(tables, 2023).itertuples()
    assert (row.indicator_id, row.value, row.how_vi) == ("count", 7, "cộng từ số liệu của 2/2 cơ quan")


def test_counts_of_two_levels_may_overlap_and_are_not_added(tables):
    tables["observations"] = observed([("mixed", "so-b", 3), ("mixed", "huyen-c", 4)])
    assert province_from_agencies(tables, 2023).empty


def test_shares_are_weighted_and_never_averaged(tables):
    tables["observations"] = observed([("share", "so-a", 50), ("share", "so-b", 100)])
    assert province_from_agencies(tables, 2023).empty
    tables["fractions"] = parts([("share", "so-a", 50, 100), ("share", "so-b", 10, 10)])
    (row,) = province_from_agencies(tables, 2023).itertuples()
    assert row.value == pytest.approx(100 * 60 / 110)
    assert row.how_en == "numerators 60 by denominators 110, from 2 of 2 agencies"


def test_another_year_says_nothing(tables):
    tables["observations"] = observed([("count", "huyen-c", 3), ("count", "huyen-d", 4)])
    assert province_from_agencies(tables, 2022).empty


def test_every_agency_of_the_register_has_something_to_report():
    tables = load_all(["agencies", "indicators", "responsibilities"])
    register = tables["agencies"].query("in_register")["agency_id"]
    assert set(register) <= set(reporting_agencies(tables, 2023))
    assert all(
        not figures_due(tables, agency, 2023).duplicated(["indicator_id", "subject_id"]).any() for agency in register
    )
