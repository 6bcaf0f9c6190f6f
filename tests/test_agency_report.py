"""Each agency's own report: what the plan gives it stands in it, and nothing that is another's opens it."""

import pandas as pd
import pypdfium2
import pytest
from exported import executed
from in_process import shown_by
from lxml import html

from conftest import EVERY_CASE
from dti.export.pdf import PDFExporter
from dti.plan import agency_sentences as say
from dti.plan import agency_tables as show
from dti.plan.passages import alike, heat, own, passages
from dti.plan.progress import agency_progress
from dti.plan.rows import described
from dti.render.catalogue import reports
from dti.store.tables import load, load_all
from dti.words.clauses import short_clause
from dti.words.markdown import plain

NAMES = ["agencies", "pillars", "indicators", "observations", "responsibilities", "statements", "assignments"]
AGENCIES = load("agencies").query("has_report")["agency_id"].tolist()


def parts_of(agency: str, lang: str = "vi") -> dict[str, object]:
    """The tables, rows, items and counts of one agency's report, without drawing it."""
    tables = load_all(NAMES)
    rows = described(agency_progress(tables, agency, 2023), tables, 2023, lang)
    items = passages(tables, agency, 2023, lang)
    name = tables["agencies"].set_index("agency_id").loc[agency, f"name_{lang}"]
    group = say.group_of(tables["agencies"], agency)
    counted = show.counts(rows, items, 2023, lang)
    return {"tables": tables, "rows": rows, "items": items, "name": name, "group": group, "counted": counted}


def headline(agency: str) -> str:
    of = parts_of(agency)
    return plain(say.headline(of["rows"], of["items"], of["counted"], of["name"], 2023, "vi", of["group"]))


@pytest.mark.parametrize("agency", AGENCIES)
def test_what_the_plan_names_an_agency_for_stands_in_its_report_with_its_clause(agency):
    """A recount from the tables themselves, not through `passages`."""
    given = load("assignments").query("agency_id == @agency and duty_basis == 'named'")
    given = given.merge(load("statements"), on="statement_id").query("kind in ['objective', 'task', 'duty']")
    front, rest = show.task_tables(parts_of(agency)["items"], "vi")
    assert 'class="dti tasks"' not in str(rest.bundle.get("text/html")) or len(given) <= show.TASKS
    shown = [
        [cell.text_content() for cell in row]
        for output in (front, rest)
        for row in html.fromstring(output.bundle.get("text/html") or "<table></table>").iter("tr")
        if row.get("id")
    ]
    for duty in given.itertuples():
        place = short_clause(duty.clause, "vi")
        assert any(cells[-1] == place for cells in shown), (agency, duty.clause)


def test_no_two_agencies_open_alike_unless_the_plan_gives_them_the_same():
    tables = load_all(NAMES)
    twins = [set(group) for group in alike(tables, 2023)]
    opened: dict[str, list[str]] = {}
    for agency in AGENCIES:
        name = tables["agencies"].set_index("agency_id").loc[agency, "name_vi"]
        opened.setdefault(headline(agency).replace("\u00a0", " ").replace(name, "X"), []).append(agency)
    for agencies in opened.values():
        without_own = all(own(parts_of(agency)["items"].query("asked")).empty for agency in agencies)
        assert len(agencies) == 1 or without_own or any(set(agencies) <= group for group in twins), agencies


def test_the_bank_branch_and_the_steering_committee_have_their_reports():
    assert "nêu đích danh" in headline("chi-nhanh-ngan-hang-nha-nuoc-tinh")
    assert "chỉ đạo các cấp, các ngành" in headline("ban-chi-dao-chuyen-doi-so-tinh")
    assert "UBND huyện Mường Tè" in headline("huyen-muong-te").replace("\u00a0", " ")


def test_a_reading_is_never_called_the_plans_word():
    of = parts_of("so-y-te")
    assert "không nêu tên" in headline("so-y-te")
    front, _ = show.task_tables(of["items"], "vi")
    assert "kế hoạch không nêu tên" in front.bundle["text/html"]
    assert "Kế hoạch nêu tên cơ quan" not in front.bundle["text/html"]


@pytest.mark.parametrize("agency", ["so-y-te", "so-thong-tin-va-truyen-thong", "huyen-muong-te"])
def test_at_most_four_cards_none_of_which_the_headline_says(agency):
    of = parts_of(agency)
    cards = show.cards(of["counted"], "vi")
    values = html.fromstring(cards.bundle["text/html"]).xpath("//tbody/tr/th/text()")
    assert 2 <= len(values) <= 4
    said = say.headline(of["rows"], of["items"], of["counted"], of["name"], 2023, "vi", of["group"])
    cited = of["counted"][[f"#{anchor})" in said for anchor in of["counted"]["anchor"]]]
    assert not set(values) & set(cited["label"])


def test_a_gap_that_rests_on_a_goal_is_marked_and_counted():
    of = parts_of("so-thong-tin-va-truyen-thong")
    goal = of["counted"].set_index("key").loc["goal", "value"]
    marked = of["rows"][of["rows"]["base_actual_wording"].eq("as_target") & of["rows"]["gap"].gt(0)]
    assert goal == len(marked) == 6
    text = "".join(str(output.bundle.get("text/html")) for output in shown_by("02_agency_report", agency="so-y-te"))
    assert "80%†" in text and "95%†" not in text


def test_a_section_with_nothing_to_say_is_left_out():
    outputs = shown_by("02_agency_report", agency="thanh-tra-tinh")
    headings = [plain(o.bundle["text/markdown"]) for o in outputs if o.bundle.get("text/markdown", "").startswith("##")]
    text = " ".join(headings)
    assert "Nhiệm vụ được giao" not in text and "Tình hình năm" not in text and "Nhiệm vụ chung" in text


def test_the_heat_of_an_agency_is_a_recount_of_its_rows():
    tables = load_all(NAMES)
    rows = described(agency_progress(tables, "so-y-te", 2023), tables, 2023, "vi")
    found = heat(tables, {"so-y-te": rows}, 2023).set_index("pillar")
    assert found.loc["nen-tang-so", "tasks"] == 3 and found.loc["xa-hoi-so", "tasks"] == 2
    assert heat(tables, {"so-tai-chinh": rows}, 2023).set_index("pillar").loc["", "tasks"] == 4
    assert found["open"].sum() == (rows["gap"].gt(0) & rows["year_actual"].isna()).sum()


def test_districts_share_a_report_where_the_plan_gives_them_the_same():
    groups = [set(group) for group in alike(load_all(NAMES), 2023)]
    assert {"huyen-sin-ho", "huyen-phong-tho", "thanh-pho-lai-chau"} in groups
    assert not any("so-y-te" in group for group in groups)


def test_what_the_province_meets_is_not_met_by_each_agency():
    tables = load_all(NAMES)
    seed = tables["observations"].iloc[0].to_dict()
    result = seed | {"indicator_id": "bao-cao-dinh-ky", "year": 2023, "kind": "actual", "value": 95.0, "in_use": True}
    tables["observations"] = pd.concat([tables["observations"], pd.DataFrame([result])], ignore_index=True)
    rows = described(agency_progress(tables, "so-y-te", 2023), tables, 2023, "vi")
    counted = show.counts(rows, passages(tables, "so-y-te", 2023, "vi"), 2023, "vi").set_index("key")
    assert counted.loc["met", "value"] == 1 and "own_met" not in counted.index


def test_in_brief_there_is_one_report_for_each_agency_and_one_for_the_province():
    tables = load_all(["agencies", "observations"])
    names = [report.name for report in reports(tables, 2023, "vi", brief=True)]
    assert sorted(names) == sorted(["brief_province", *(f"brief/{agency}" for agency in AGENCIES)])
    assert not set(names) & {report.name for report in reports(tables, 2023, "vi")}
    one = reports(tables, 2023, "vi", ["so-y-te"], brief=True)
    assert [(report.name, report.parameters["brief"]) for report in one] == [("brief/so-y-te", True)]


#: The agencies with most of their own to do, whose reports are the longest.
LONGEST = ["so-thong-tin-va-truyen-thong", "van-phong-ubnd-tinh", "so-noi-vu"]


@pytest.mark.parametrize("agency", AGENCIES if EVERY_CASE else LONGEST)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_signed_stands_on_two_pages(agency, lang):
    written, _ = PDFExporter().from_notebook_node(executed("02_agency_report", agency=agency, year=2023, lang=lang))
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(written)]
    post = {"vi": "GIÁM ĐỐC", "en": "DIRECTOR"}[lang]
    assert [number for number, page in enumerate(pages, start=1) if post in page] in ([1], [2])
