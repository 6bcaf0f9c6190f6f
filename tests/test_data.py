"""The data against its sources and against itself."""

import re

import pandas as pd
import pytest

from dti.check import check
from dti.plan.rows import PLACEHOLDER
from dti.store.codebook import rules
from dti.store.tables import PROJECT, codebook, load, table_names

PLAN_SOURCE = "kh-4900-2022"


def from_plan() -> pd.DataFrame:
    rows = load("observations")
    return rows[rows["source_id"] == PLAN_SOURCE]


def written_forms(value: float) -> set[str]:
    """Every way in which the plan may write a figure."""
    if value == int(value):
        whole = int(value)
        return {str(whole), f"{whole:02d}", f"{whole:,}".replace(",", ".")}
    return {
        form for decimals in (1, 2) for form in (f"{value:.{decimals}f}", f"{value:.{decimals}f}".replace(".", ","))
    }


def test_all_tables_are_in_order():
    assert check().empty, check().to_string()


def test_every_file_has_its_rows_in_the_codebook_and_every_row_its_file():
    assert {path.stem for path in (PROJECT / "data").glob("*.csv")} == set(table_names())


def test_every_id_in_the_codebook_refers_to_a_column_that_exists():
    book = codebook()
    columns = set(zip(book["table"], book["column"], strict=True))
    for allowed in book["allowed"]:
        for rule in rules(allowed):
            if rule.startswith("in "):
                assert tuple(rule.removeprefix("in ").split(".")) in columns


def test_evidence_stands_in_the_plan_letter_by_letter_and_holds_the_value(plan_text):
    for row in from_plan().itertuples():
        assert row.evidence in plan_text, row
        if row.stated == "stated":
            found = re.findall(r"\d[\d.,]*\d|\d", row.evidence)
            assert written_forms(row.value) & set(found), row


def test_every_percentage_of_the_plan_is_an_observation(plan_text):
    """Each "N%" of the plan, its repeated opening apart, is in the evidence of some observation."""
    evidence = from_plan()["evidence"].tolist()
    body = plan_text[plan_text.rindex("PHẦN I. ĐÁNH GIÁ KẾT QUẢ") :]
    exempt = ["0.84% so với", "100% các cấp chính quyền"]
    for match in re.finditer(r"\d+(?:[.,]\d+)?%", body):
        around = body[max(0, match.start() - 220) : match.end() + 220]
        assert any(fragment in around and match[0] in fragment for fragment in [*evidence, *exempt]), (
            f"…{body[match.start() - 60 : match.end() + 60]}…"
        )


def test_both_sides_of_a_contradiction_are_kept_and_one_is_chosen_with_a_reason():
    rows = load("observations").query("year == 2022 and kind == 'actual'")
    computers = rows.query("indicator_id == 'may-tinh-cap-xa'")
    assert computers.set_index("value")["in_use"].to_dict() == {87.4: True, 90.0: False}
    network = rows.query("indicator_id == 'mang-truyen-so-lieu-chuyen-dung-cap-tinh'")
    assert network.set_index("value")["in_use"].to_dict() == {95.0: True, 100.0: False}
    assert computers["note"].notna().all() and network["note"].notna().all()


def test_minimum_targets_are_kept_as_minimums():
    rows = load("observations").query("year == 2023 and kind == 'target' and in_use").set_index("indicator_id")
    for indicator in ("ho-so-suc-khoe-dien-tu", "tai-khoan-giao-dich-ngan-hang", "pho-cap-ky-nang-so"):
        assert rows.loc[indicator, "comparator"] == ">="


def test_what_binds_every_agency_binds_all_28():
    duties = load("responsibilities")
    register = set(load("agencies").query("in_register")["agency_id"])
    assert len(register) == 28
    for indicator in ("van-ban-dien-tu", "bao-cao-dinh-ky", "mang-lan-ket-noi-wan", "ho-so-truc-tuyen"):
        assert register <= set(duties[duties["indicator_id"] == indicator]["agency_id"])


def test_every_indicator_has_somebody_who_leads_it():
    duties = load("responsibilities")
    assert set(duties.query("role == 'lead'")["indicator_id"]) == set(load("indicators")["indicator_id"])


def test_the_bank_branch_leads_on_accounts_because_the_plan_says_so():
    row = load("responsibilities").query("agency_id == 'chi-nhanh-ngan-hang-nha-nuoc-tinh'").iloc[0]
    assert (row["indicator_id"], row["role"], row["basis"]) == ("tai-khoan-giao-dich-ngan-hang", "lead", "plan")


@pytest.mark.parametrize("basis", ["plan", "mandate"])
def test_a_duty_names_its_clause_or_says_that_it_is_a_mandate(basis):
    clauses = load("responsibilities").set_index("basis").loc[basis, "clause"]
    form = r"Phần I{1,2}, mục [IV]+(\.\d+)*(\.[ab])?(, ý \d+)?" if basis == "plan" else "Theo chức năng của cơ quan"
    assert clauses.map(lambda clause: re.fullmatch(form, clause) is not None).all()


def test_statements_take_their_figures_from_observations():
    used = load("observations").query("in_use and agency_id == 'tinh'")
    known = set(zip(used["indicator_id"], used["kind"], used["year"].astype(str), strict=True))
    for row in load("statements").itertuples():
        cited = PLACEHOLDER.findall(row.text_vi)
        assert set(cited) <= known, row
        assert sorted(cited) == sorted(PLACEHOLDER.findall(row.text_en)), row


def test_every_pillar_but_those_the_plan_is_silent_on_has_results_tasks_and_limitations():
    kinds = pd.crosstab(load("statements")["pillar"], load("statements")["kind"])
    pillars = set(load("pillars")["pillar"])
    assert set(kinds.index) == pillars
    assert (kinds[["result", "task"]] > 0).all().all()
    silent = {"the-che-so", "chinh-quyen-so", "kinh-te-so", "xa-hoi-so"}
    assert set(kinds.index[kinds["limitation"] > 0]) == pillars - silent


def test_evidence_and_names_are_free_of_markup():
    text = pd.concat([load("indicators")["name_vi"], load("statements")["text_vi"], load("observations")["evidence"]])
    assert not text.str.contains("<|>|\\*\\*|https?://", regex=True).any()
