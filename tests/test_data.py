"""The data against its sources and against itself."""

import re

import pandas as pd
import pytest

from dti.check import check
from dti.plan.rows import PLACEHOLDER
from dti.store.codebook import rules
from dti.store.faults import fault_lines
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


def test_an_indicator_is_led_by_nobody_where_the_plan_names_nobody_and_the_field_is_not_plain():
    leads = load("responsibilities").query("role == 'lead'")
    unled = set(load("indicators")["indicator_id"]) - set(leads["indicator_id"])
    assert "dn-dung-hoa-don-dien-tu" in unled and "may-tinh-cap-xa" in unled
    assert leads.query("duty_basis == 'named'")["agency_id"].tolist() == ["chi-nhanh-ngan-hang-nha-nuoc-tinh"]


def test_the_bank_branch_leads_on_accounts_because_the_plan_says_so():
    row = load("responsibilities").query("agency_id == 'chi-nhanh-ngan-hang-nha-nuoc-tinh'").iloc[0]
    assert (row["indicator_id"], row["role"], row["duty_basis"]) == ("tai-khoan-giao-dich-ngan-hang", "lead", "named")


CLAUSE = r"Phần I{1,2}, mục [IV]+(\.\d+)*(\.[ab])?(, ý \d+)?(, phần liệt kê)?"


@pytest.mark.parametrize("basis", ["named", "class", "reading"])
def test_a_duty_names_its_clause_or_says_that_it_is_read_from_the_field(basis):
    clauses = load("responsibilities").set_index("duty_basis").loc[basis, "clause"]
    form = CLAUSE if basis != "reading" else f"{CLAUSE}|Theo chức năng của cơ quan"
    assert clauses.map(lambda clause: re.fullmatch(form, clause) is not None).all()


def test_every_figure_and_statement_of_the_plan_says_where_it_stands():
    assert from_plan()["clause"].map(lambda clause: re.fullmatch(CLAUSE, clause) is not None).all()
    assert load("statements")["clause"].map(lambda clause: re.fullmatch(CLAUSE, clause) is not None).all()


#: How many items the plan prints in each section; of II.2 two are printed twice.
ITEMS = {
    "Phần I, mục I.1": 6, "Phần I, mục I.2": 16, "Phần I, mục II.3.a": 3, "Phần I, mục II.3.b": 4,
    "Phần I, mục II.4.a": 1, "Phần I, mục II.4.b": 4, "Phần I, mục II.5.a": 3, "Phần I, mục II.5.b": 3,
    "Phần I, mục II.6.a": 4, "Phần I, mục II.6.b": 3, "Phần I, mục II.7.a": 3, "Phần I, mục II.7.b": 6,
    "Phần I, mục II.8": 7, "Phần I, mục II.9": 6, "Phần I, mục II.10": 8, "Phần II, mục I": 10,
    "Phần II, mục II.1": 5, "Phần II, mục II.2": 23, "Phần II, mục III.1.1": 4, "Phần II, mục III.1.2": 3,
    "Phần II, mục III.3": 3, "Phần II, mục III.4": 11, "Phần II, mục III.5": 9, "Phần II, mục III.6": 3,
    "Phần II, mục III.7": 5, "Phần II, mục III.8": 8, "Phần II, mục III.9": 5, "Phần II, mục III.10": 5,
    "Phần II, mục IV.1": 5, "Phần II, mục IV.2": 2, "Phần II, mục VI.2": 4, "Phần II, mục VI.7": 3,
}  # fmt: skip


@pytest.mark.parametrize("section", ITEMS)
def test_every_item_of_the_plan_is_a_statement(section):
    items = load("statements")["clause"].str.extract(rf"^{re.escape(section)}, ý (\d+)$")[0].dropna().astype(int)
    repeated = {10, 11} if section == "Phần II, mục II.2" else set()
    assert set(items) == set(range(1, ITEMS[section] + 1)) - repeated


def test_quotes_of_assignments_stand_in_the_plan_letter_by_letter(plan_text):
    quotes = load("assignments")["evidence"].drop_duplicates()
    assert [quote for quote in quotes if quote not in plan_text] == []


def test_whom_the_plan_names_it_names_in_the_quote_or_in_the_heading_of_the_section():
    """Section VI names its agency in the heading; the heading VI.2 misprints the name and still names it."""
    rows = load("assignments").query("duty_basis == 'named'").merge(load("statements"), on="statement_id")
    rows = rows.merge(load("agencies"), on="agency_id")
    headed = {
        "VI.1": "ban-chi-dao-chuyen-doi-so-tinh", "VI.2": "so-thong-tin-va-truyen-thong", "VI.3": "so-tai-chinh",
        "VI.4": "so-ke-hoach-va-dau-tu", "VI.5": "so-noi-vu", "VI.6": "chi-nhanh-ngan-hang-nha-nuoc-tinh",
    }  # fmt: skip
    for row in rows.itertuples():
        section = re.search(r"Phần II, mục (VI\.\d)", row.clause)
        if section and headed.get(section[1]) == row.agency_id:
            continue
        short = re.sub(r" tỉnh$|^UBND (huyện|thành phố) ", "", row.name_vi)
        assert short.casefold() in row.evidence.casefold() or row.agency_id == "ban-chi-dao-chuyen-doi-so-tinh", row


def test_health_finds_its_six_passages_of_the_plan():
    asked = load("assignments").query("agency_id == 'so-y-te' and role == 'lead'").merge(load("statements"))
    assert asked.query("duty_basis == 'reading'")["clause"].tolist() == [
        "Phần II, mục II.2, ý 18", "Phần II, mục II.2, ý 19", "Phần II, mục III.4, ý 10",
        "Phần II, mục III.5, ý 5", "Phần II, mục III.5, ý 6", "Phần II, mục III.5, ý 7",
    ]  # fmt: skip


def test_results_worded_as_goals_are_marked():
    rows = load("observations").query("kind == 'actual' and in_use")
    as_goal = rows[rows["wording"] == "as_target"]["indicator_id"]
    assert len(as_goal) == 17
    assert {"bao-cao-dinh-ky", "ho-so-cong-viec-cap-tinh", "mang-lan-ket-noi-wan"} <= set(as_goal)


def test_a_norm_is_no_target():
    row = load("observations").query("indicator_id == 'kinh-phi-an-toan-thong-tin'").iloc[0]
    assert (row["kind"], row["year"], row["value"], row["comparator"]) == ("norm", 2023, 10, ">=")


def test_a_class_of_bodies_has_no_report_and_what_the_plan_names_has_one():
    agencies = load("agencies").set_index("agency_id")
    assert not agencies.loc[agencies["kind"] == "nhom", ["in_register", "has_report"]].any(axis=None)
    named = load("assignments").query("duty_basis == 'named'")["agency_id"]
    assert agencies.loc[named, "has_report"].all()
    assert agencies["has_report"].sum() == 33


@pytest.mark.parametrize(
    ("table", "query", "column", "value", "told"),
    [
        ("observations", "evidence == '80% báo cáo định kỳ'", "value", "85", "'85.0' is not in the quote"),
        ("observations", "indicator_id == 'bao-cao-dinh-ky' and kind == 'actual'", "wording", "", "not right"),
        ("observations", "indicator_id == 'bao-cao-dinh-ky' and kind == 'target'", "wording", "reached", "not right"),
        ("observations", "indicator_id == 'bao-cao-dinh-ky'", "value_high", "90", "not the upper end of a range"),
        ("agencies", "agency_id == 'doanh-nghiep-vien-thong'", "has_report", "true", "a class of bodies"),
    ],
)
def test_check_finds_what_the_tables_must_not_say(edit, table, query, column, value, told):
    lines = fault_lines(check(edit(table, query, column, value)))
    assert any(told in line for line in lines), lines


def test_an_agency_of_whom_nothing_is_asked_is_a_fault(data_copy):
    for name in ("responsibilities", "assignments"):
        path = data_copy / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "thanh-tra-tinh" not in line), encoding="utf-8")
    [line] = fault_lines(check(data_copy))
    assert "'thanh-tra-tinh' is not in responsibilities.csv or assignments.csv" in line


def test_statements_take_their_figures_from_observations():
    used = load("observations").query("in_use and agency_id == 'tinh'")
    known = set(zip(used["indicator_id"], used["kind"], used["year"].astype(str), strict=True))
    for row in load("statements").itertuples():
        cited = PLACEHOLDER.findall(row.text_vi)
        assert set(cited) <= known, row
        assert sorted(cited) == sorted(PLACEHOLDER.findall(row.text_en)), row


def test_every_pillar_but_those_the_plan_is_silent_on_has_results_tasks_and_limitations():
    of_pillars = load("statements").dropna(subset=["pillar"])
    kinds = pd.crosstab(of_pillars["pillar"], of_pillars["kind"])
    pillars = set(load("pillars")["pillar"])
    assert set(kinds.index) == pillars
    assert (kinds[["result", "task"]] > 0).all().all()
    silent = {"the-che-so", "chinh-quyen-so", "kinh-te-so", "xa-hoi-so"}
    assert set(kinds.index[kinds["limitation"] > 0]) == pillars - silent


def test_evidence_and_names_are_free_of_markup():
    text = pd.concat([load("indicators")["name_vi"], load("statements")["text_vi"], load("observations")["evidence"]])
    assert not text.str.contains("<|>|\\*\\*|https?://", regex=True).any()
