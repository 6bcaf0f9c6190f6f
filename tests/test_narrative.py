"""What the reports say: every number in a sentence can be followed to the table cell that shows it."""

import re

import pandas as pd
import pytest
from in_process import shown_by
from lxml import html

from dti.assessment import charts as assessment_charts
from dti.assessment import dti_part
from dti.assessment import sentences as assess
from dti.assessment.page import Assessment
from dti.composite.scores import score_years
from dti.plan import charts
from dti.plan import sentences as say
from dti.plan import tables as show
from dti.plan.progress import agency_progress
from dti.plan.rows import described
from dti.scenarios.scenario_file import scenario_names
from dti.show import outputs as display
from dti.store.tables import load, load_all, table_names
from dti.words.markdown import escape
from dti.words.markdown import plain as as_read
from dti.words.sentences import lowered

AGENCIES = load("agencies").query("has_report")["agency_id"].tolist()
TABLES = ["agencies", "pillars", "indicators", "observations", "responsibilities", "statements", "sources"]

LINK = re.compile(r"\[([^\]]+)\]\(#([^)]+)\)")
#: Numbers that need no table: years, dates, numbers of documents and standards, the former levels of online services,
#: places in the plan, marks of lists, headings, and what an author is quoted with.
EXEMPT = re.compile(
    r"\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d+/(?:\d{4}/)?[A-ZĐ][\w-]*|\d+-[A-Z]+/[A-Z]+|\bTCVN \d+:\d+|\bIPv6\b"
    r"|\b(?:P\.)?[IVX]+(?:–[IVX]+)?(?:\.\d+)*(?:\.[ab])?(?:,\s(?:ý|item)\s\d+(?:–\d+)?(?:,\s\d+(?:–\d+)?)*)?"
    r"|từ đủ \d+ tuổi|aged \d+ and over|mức độ \d(?:(?:,| và) \d)?|[Ll]evels? \d(?: and \d)?"
    r"|\b(?:Phụ lục|Appendix) \d|\b20\d\d\b|^\s*1\.|^#+ .*|^> .*",
    re.M,
)
#: Names may hold digits of their own ("mức độ 3, 4"); a name is quoted, not a finding.
NAMES = sorted(
    {
        escape(form)
        for lang in ("vi", "en")
        for name in load("indicators")[f"name_{lang}"]
        for form in (name, lowered(name))
    },
    key=len,
    reverse=True,
)


def problems(outputs) -> list[str]:
    """Numbers in sentences without a link, and links whose row does not show their number."""
    rows, sentences = {}, []
    for output in outputs:
        if "text/html" in output.bundle:
            for row in html.fromstring(output.bundle["text/html"]).iter("tr"):
                if row.get("id"):
                    assert row.get("id") not in rows, f"anchor {row.get('id')} stands twice"
                    rows[row.get("id")] = " | ".join(cell.text_content() for cell in row)
        elif "text/markdown" in output.bundle:
            sentences.append(output.bundle["text/markdown"])
    found = []
    for sentence in sentences:
        for shown, anchor in LINK.findall(sentence):
            digits = re.search(r"\d[\d.,]*", shown)
            if anchor not in rows:
                found.append(f"no row {anchor} for {shown}")
            elif digits and not re.search(rf"(?<![\d.,]){re.escape(digits[0])}(?![\d]|[.,]\d)", rows[anchor]):
                found.append(f"{shown} is not in row {anchor}: {rows[anchor]}")
        rest = LINK.sub("", sentence)
        for name in NAMES:
            rest = rest.replace(name, "")
        rest = EXEMPT.sub("", rest.replace("\\", ""))
        found += [f"unlinked {number} in: {sentence}" for number in re.findall(r"\d[\d.,]*", rest)]
    return found


@pytest.fixture(autouse=True)
def without_charts(monkeypatch):
    """Charts hold no sentences, and drawing them is what takes time."""
    for module, names in (
        (charts, ("base_to_target_chart", "pillar_gap_chart")),
        (assessment_charts, ("pillar_chart", "farthest_chart")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, lambda *_: display.text(""))


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("agency", AGENCIES)
def test_every_number_of_an_agency_report_stands_in_the_row_it_links_to(agency, lang):
    assert problems(shown_by("02_agency_report", agency=agency, lang=lang)) == []


@pytest.mark.parametrize("notebook", ["01_plan_progress", "05_annual_assessment"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_number_of_the_provinces_reports_stands_in_the_row_it_links_to(notebook, lang):
    assert problems(shown_by(notebook, lang=lang)) == []


def with_results(values: dict[str, float]) -> dict[str, pd.DataFrame]:
    """The tables with results of 2023 for the province."""
    tables = load_all(TABLES)
    seed = tables["observations"].iloc[0].to_dict()
    rows = [
        seed | {"indicator_id": name, "year": 2023, "kind": "actual", "value": value, "in_use": True, "note": None}
        for name, value in values.items()
    ]
    return tables | {"observations": pd.concat([tables["observations"], pd.DataFrame(rows)], ignore_index=True)}


def plain(markdown: str) -> str:
    return LINK.sub(r"\1", markdown)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("scenario", scenario_names())
def test_every_number_of_a_scenario_stands_in_the_row_it_links_to(scenario, lang):
    assert problems(shown_by("04_what_if", scenario=scenario, lang=lang)) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_number_of_the_comparison_of_scenarios_stands_in_the_row_it_links_to(lang):
    assert problems(shown_by("06_compare_scenarios", lang=lang)) == []


VERDICTS = [
    ("bao-cao-dinh-ky", 90, "đạt 90%, bằng mục tiêu đề ra.", "90% in 2023, on target."),
    (
        "bao-cao-dinh-ky",
        95.5,
        "đạt 95,5%, vượt 5,5 điểm phần trăm so với mục tiêu 90%.",
        "better than the target of 90% by 5.5 percentage points.",
    ),
    (
        "bao-cao-dinh-ky",
        85,
        "tăng 5 điểm phần trăm so với năm 2022 (80%), chưa đạt mục tiêu 90%, còn thiếu 5 điểm phần trăm.",
        "up 5 percentage points on 2022 (80%), short of the target of 90% by 5 percentage points.",
    ),
    (
        "bao-cao-dinh-ky",
        79,
        "giảm 1 điểm phần trăm so với năm 2022 (80%)",
        "down 1 percentage point on 2022 (80%)",
    ),
    (
        "bao-cao-dinh-ky",
        80,
        "không đổi so với năm 2022, chưa đạt mục tiêu 90%",
        "unchanged on 2022, short of the target of 90%",
    ),
    (
        "ho-so-suc-khoe-dien-tu",
        60,
        "chưa đạt mục tiêu tối thiểu 70%, còn thiếu 10 điểm phần trăm; không có kết quả năm 2022 để so sánh.",
        "short of the target of at least 70% by 10 percentage points; there is no 2022 result to compare with.",
    ),
]


@pytest.mark.parametrize(("indicator", "value", "vi", "en"), VERDICTS)
def test_a_verdict_uses_the_right_verb(indicator, value, vi, en):
    tables = with_results({indicator: float(value)})
    for lang, words in (("vi", vi), ("en", en)):
        rows = described(agency_progress(tables, "tinh", 2023), tables, 2023, lang)
        row = rows[rows["indicator_id"] == indicator].iloc[0]
        assert words in plain(say.verdict(row, 2023, lang))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_without_results_nothing_sounds_as_if_the_year_had_happened(lang):
    outputs = shown_by("02_agency_report", agency="huyen-sin-ho", lang=lang)
    text = "\n".join(plain(output.bundle.get("text/markdown", "")) for output in outputs)
    happened = {
        "vi": r"năm 2023 (?:đã )?(?:đạt|tăng|giảm)|kết quả năm 2023(?! để)(?!: mọi)",
        "en": r"(?:reached|rose|fell|stood)[^.]* in 2023|\d%? in 2023",
    }[lang]
    text = text.replace("Chưa có kết quả năm 2023", "")
    assert not re.search(happened, text, re.I), re.search(happened, text, re.I)


def test_results_turn_the_same_report_to_results():
    tables = with_results({"bao-cao-dinh-ky": 90.0})
    rows = described(agency_progress(tables, "tinh", 2023), tables, 2023, "vi")
    assert say.title("Tỉnh", 2023, "vi", has_results=say.has_results(rows)).endswith("kết quả so với mục tiêu")
    assert "1 chỉ tiêu đạt hoặc vượt mục tiêu 2023" in plain(say.headline(rows, "Tỉnh", 2023, "vi"))
    assert "Kết quả 2023" in show.indicator_table(rows, 2023, "vi").bundle["text/html"]


def test_names_with_markup_come_out_as_text():
    nasty = "<script>alert(1)</script> *x* [a](b) $1$"
    tables = load_all(TABLES)
    tables["indicators"].loc[:, "name_vi"] = nasty
    rows = described(agency_progress(tables, "so-y-te", 2023), tables, 2023, "vi")
    markdown = say.priorities(rows, 2023, "vi")
    assert "<script" not in markdown and r"\*x\*" in markdown and r"\[a\]" in markdown
    assert "<script" not in show.indicator_table(rows, 2023, "vi").bundle["text/html"]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("notebook", "parameters"),
    [("01_plan_progress", {}), ("02_agency_report", {"agency": "so-y-te"}), ("05_annual_assessment", {})],
)
def test_with_results_every_number_still_stands_in_its_row(data_with_results, notebook, parameters, lang):
    assert problems(shown_by(notebook, lang=lang, **parameters)) == []


def said(outputs) -> str:
    return "\n".join(plain(output.bundle.get("text/markdown", "")) for output in outputs).strip()


def test_the_assessment_is_of_the_last_year_with_results():
    text = said(shown_by("05_annual_assessment"))
    assert text.startswith("# Đánh giá kết quả chuyển đổi số năm 2022 và nhiệm vụ năm 2023")
    assert "đạt 50,84%, vượt 0,84 điểm phần trăm so với mục tiêu 50%" in text
    assert "không phải kết quả" in text


def test_with_results_the_assessment_is_of_the_report_year(data_with_results):
    text = said(shown_by("05_annual_assessment"))
    assert text.startswith("# Đánh giá kết quả chuyển đổi số năm 2023 và nhiệm vụ năm 2024")
    assert "đạt 95,5%, tăng 15,5 điểm phần trăm so với năm 2022, vượt 5,5 điểm phần trăm so với mục tiêu 90%" in text
    assert "đạt 80%, tăng 30 điểm phần trăm so với năm 2022, đạt mục tiêu đề ra" in text
    assert "đạt 29% so với mục tiêu 45%, giảm so với năm 2022" in text
    assert "đạt 50% so với mục tiêu 70%, không đổi so với năm 2022" in text
    assert "đạt 61,5% so với mục tiêu tối thiểu 70%" in text
    assert "Kế hoạch năm 2023 nêu các giải pháp" in text and "Việc kế hoạch năm 2023 giao đích danh" in text
    assert "số cơ sở dữ liệu của các sở, ban, ngành và địa phương là 21, tăng 3 so với năm 2022" in text


def test_an_agencys_own_result_stands_beside_the_provinces_figures(data_with_results):
    outputs = shown_by("02_agency_report", agency="so-y-te")
    table = next(
        output.bundle["text/html"]
        for output in outputs
        if 'class="dti indicators"' in str(output.bundle.get("text/html"))
    )
    own = next(row for row in html.fromstring(table).iter("tr") if row.get("id") == "i-bao-cao-dinh-ky").text_content()
    assert all(words in own for words in ("[của cơ quan]", "85%", "90%", "95,5%"))
    assert "được đánh giá theo số liệu của cơ quan" in said(outputs)


@pytest.mark.parametrize("agency", ["so-y-te", "huyen-sin-ho"])
def test_the_base_year_has_reports_too(agency):
    assert problems(shown_by("02_agency_report", agency=agency, year=2022)) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_year_whose_dti_has_nothing_to_compare_with_is_assessed_too(lang):
    shown = shown_by("05_annual_assessment", year=2022, lang=lang)
    assert problems(shown) == []
    dti = next(text for text in said(shown).splitlines() if "(DTI)" in text and "53" in text)
    assert ("0,5032" if lang == "vi" else "0.5032") in dti and "2021" in dti


def test_a_year_without_a_dti_takes_the_newest_and_says_so():
    of = Assessment(load_all(table_names()), 2031, "vi")
    said = plain(dti_part.outputs(of, "lai-chau")[0].bundle["text/markdown"])
    assert f"năm {max(score_years())} của Lai Châu" in said and "DTI năm 2031 chưa có trong số liệu" in said
    assert dti_part.rank(of, "lai-chau")["verdict"] == "unknown"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_assessment_says_of_each_aim_whether_it_was_reached(lang):
    of = Assessment(load_all(table_names()), 2023, lang)
    said = as_read(assess.aims(of, dti_part.rank(of, "lai-chau")))
    aims = [line for line in said.splitlines() if line.startswith("- ")]
    verdicts = {"vi": "Đạt|Chưa đạt|Chưa đánh giá được|Không đo được", "en": "Reached|Not reached|Cannot be"}
    assert len(aims) >= 5 and all(re.search(verdicts[lang], aim) for aim in aims)
    fell = {
        "vi": "Thứ hạng chuyển đổi số (DTI) của tỉnh năm 2023 giảm 1 bậc so với năm 2022, từ hạng 53 xuống hạng 54: "
        "mục tiêu nâng cao thứ hạng chưa đạt.",
        "en": "The province’s rank in the Digital Transformation Index (DTI) fell by 1 place in 2023, from 53 in 2022 "
        "to 54: the aim of a better rank was not reached.",
    }[lang]
    assert as_read(assess.opening(of, dti_part.rank(of, "lai-chau"))).strip("*") == fell


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_dti_newer_than_the_year_assessed_is_explained_where_the_year_is_named(lang):
    of = Assessment(load_all(table_names()), 2023, lang)
    told, later = {"vi": ("mới hơn năm được đánh giá", "Riêng DTI"), "en": ("later than the year assessed", "The DTI")}[
        lang
    ]
    assert told in assess.scope(of, 2023) and later in assess.scope(of, 2023)
    assert later not in assess.scope(of, 2022)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("results", [False, True])
def test_no_section_of_the_assessment_gives_a_figure_twice(lang, results, request):
    if results:
        request.getfixturevalue("data_with_results")
    told = [output.bundle.get("text/markdown", "") for output in shown_by("05_annual_assessment", lang=lang)]
    sections = [LINK.findall(text) for text in told if LINK.search(text)]
    assert len(sections) > 5
    for section in sections:
        measured = [figure for figure in section if figure[0][:1].isdigit() and figure[1][:2] not in {"l-", "p-", "a-"}]
        assert len(measured) == len(set(measured)), [one for one in measured if measured.count(one) > 1]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_pillar_takes_a_third_of_a_page(lang):
    of = Assessment(load_all(table_names()), 2023, lang)
    for pillar in of.tables["pillars"].iloc:
        assert len(as_read(assess.pillar(of, pillar)).split()) < 350, pillar["pillar"]


def test_who_compiles_is_told_where_the_plan_named_another_body():
    of = Assessment(load_all(table_names()), 2023, "vi")
    assert "giao Sở Thông tin và Truyền thông tổng hợp" in assess.compiled(of, "Sở Khoa học và Công nghệ")
    assert assess.compiled(of, "Sở Thông tin và Truyền thông") == ""


def test_the_chart_of_gaps_is_drawn_where_none_is_open():
    tables = load_all(TABLES)
    rows = described(agency_progress(tables, "so-y-te", 2023), tables, 2023, "vi")
    met = rows[rows["gap"].notna() & rows["unit"].eq("percent")].assign(gap=0.0)
    figure = charts.gaps_by_pillar(met, "vi")
    labels = [" ".join(label.get_text().split()) for label in figure.axes[0].get_yticklabels()]
    names = met.groupby("pillar_name", sort=False).size()
    assert labels == [f"{name} ({count} tỷ lệ đã ở mức mục tiêu)" for name, count in names.items()]
