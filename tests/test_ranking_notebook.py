"""The ranking page: every number of its sentences stands in the linked row, for every province, in both languages."""

import re
from functools import cache
from html.parser import HTMLParser

import lxml.html
import pytest
from exported import executed
from in_process import notebook_of, run

from conftest import EVERY_CASE
from dti.composite import charts as charts_ranking
from dti.composite import importance, robustness, sensitivity
from dti.composite import page as page_of
from dti.composite import tables as ranking_tables
from dti.composite.aggregation import leaf_weights
from dti.composite.page import NEEDED
from dti.export.blocks import Heading, Picture, plain
from dti.export.report import report
from dti.store.tables import load
from dti.words.vietnamese import LANGUAGES

PROVINCES = load("provinces")["province_id"].tolist()
#: Those that are told of in a way of their own: the leader, the last, merged units, those that moved most.
SPECIAL = ["lai-chau", "da-nang", "ha-giang", "bac-lieu", "cao-bang", "quang-ninh"]
#: Every province in both languages takes minutes: without it, the others take turns.
CASES = {
    lang: PROVINCES if EVERY_CASE else sorted({*SPECIAL, *PROVINCES[turn::4]}) for turn, lang in enumerate(LANGUAGES)
}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LINK = re.compile(r"\[([^\]]*)\]\(#([^)]+)\)")
#: Exempt: years, and numbers of documents.
EXEMPT = re.compile(r"\b20\d\d\b|\d+/[\w\\-]+|(?:Decision|Quyết định) \d+")


class Rows(HTMLParser):
    """The text of each row that has an anchor."""

    def __init__(self):
        super().__init__()
        self.found, self.current = {}, None

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.current = dict(attributes).get("id")
            if self.current is not None:
                assert self.current not in self.found, f"two rows are called {self.current}"
                self.found[self.current] = ""

    def handle_data(self, data):
        if self.current is not None:
            self.found[self.current] += f" {data} "


@pytest.fixture(scope="module")
def shared():
    """Compute what does not depend on the province once, and draw fewer samples."""
    patch = pytest.MonkeyPatch()
    tables, compared = page_of.load_all(NEEDED), page_of.compare(2022, 2023)
    weighed = importance.importance(page_of.page("lai-chau", 2022, 2023).parts, leaf_weights(compared.structure))
    draw, drivers = robustness.rank_shares, sensitivity.sobol_indices
    drawn = cache(lambda: draw(compared.values, compared.structure, 2000, robustness.Choices(rounding=False)))
    patch.setattr(page_of, "load_all", lambda *_: tables)
    patch.setattr(page_of, "compare", lambda *_: compared)
    patch.setattr(importance, "importance", lambda *_: weighed)
    patch.setattr(robustness, "rank_shares", lambda *_, **__: drawn())
    patch.setattr(
        sensitivity, "sobol_indices", lambda values, rows, unit, choices: drivers(values, rows, unit, choices, 8)
    )
    yield
    patch.undo()


def without_charts(source):
    """The lines of a cell that draw nothing: charts hold no sentences, and drawing them is what takes time."""
    drawing = r"^( *)(display\()?(draw\.|tile_map\.|ax\b|ax = |sns\.|show\.chart|own = |caption = ).*"
    return re.sub(drawing, r"\1pass", source, flags=re.MULTILINE)


def outputs(province, lang, *, charts=False):
    """Return what the notebook's cells show, run in their order; charts only where asked for."""
    notebook = notebook_of("03_ranking_factors")
    for cell in notebook.cells:
        if re.search(r"\bdraw\.|^tile_map\.|^ax = ", cell.source, re.MULTILINE) and not charts:
            cell.source = without_charts(cell.source)
    cells = run(notebook, {"province": province, "lang": lang})
    return [output.bundle for _, shown in cells for output in shown]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_of_every_sentence_is_in_the_linked_row(shared, lang):
    for province in CASES[lang]:
        bundles = outputs(province, lang)
        rows = Rows()
        rows.feed("".join(bundle.get("text/html", "") for bundle in bundles))
        sentences = [bundle["text/markdown"] for bundle in bundles if "text/markdown" in bundle]
        links = [link for sentence in sentences for link in LINK.findall(sentence)]
        assert len(links) > 30
        for figure, anchor in links:
            in_row = NUMBER.findall(rows.found.get(anchor, ""))
            assert NUMBER.findall(figure), f"{province}: the link '{figure}' holds no number"
            assert set(NUMBER.findall(figure)) <= set(in_row), f"{province}: {figure} is not in row {anchor}"
        for sentence in sentences:
            loose = NUMBER.findall(EXEMPT.sub("", LINK.sub("", sentence)))
            assert not loose, f"{province}: {loose} without a link in: {sentence}"
            assert not re.search(r"\bnan\b|None(?! of)|<NA>|\{|\}", sentence)


def test_the_page_answers_for_lai_chau(shared):
    text = "\n".join(bundle.get("text/markdown", "") for bundle in outputs("lai-chau", "vi"))
    plain = LINK.sub(r"\1", text)
    assert "tụt từ hạng 53 xuống hạng 54 dù DTI tăng 0,1153" in plain
    assert "Cà Mau, Hà Giang, Thái Bình (3) vượt lên trên Lai Châu" in plain
    assert "hạng 44, tăng 10 bậc) cần thêm 41,3 điểm" in plain
    assert "0,5787, nguồn công bố ghi 0,5791; chưa rõ nguyên nhân" in plain


def test_a_leader_and_a_merged_unit_have_sentences_of_their_own(shared):
    text = "\n".join(bundle.get("text/markdown", "") for bundle in outputs("da-nang", "en"))
    assert "leads: there is no place above" in text
    assert "is the merged unit" in text
    gone = "\n".join(bundle.get("text/markdown", "") for bundle in outputs("ha-giang", "en"))
    assert "no longer a unit of its own" in gone


@pytest.mark.parametrize("year", [2022, 2024])
def test_a_year_may_stand_alone(year):
    """What needs two years is not asked, and the page is whole."""
    found = report(executed("03_ranking_factors", province="lai-chau", year=year, base_year=None, lang="vi"))
    headings = [plain(block.runs) for block in found.blocks if isinstance(block, Heading)]
    assert "Chỉ số nào đẩy lên, chỉ số nào kéo xuống?" not in headings
    assert "Điểm và thứ hạng thay đổi ra sao?" in headings and "Các bậc tiếp theo nằm ở đâu?" in headings
    assert any("có điểm cao nhất" in block.caption for block in found.blocks if isinstance(block, Picture))


@pytest.mark.parametrize(("province", "lang"), [("lai-chau", "vi"), ("da-nang", "en"), ("bac-lieu", "vi")])
def test_charts_are_drawn_with_caption_and_text_for_those_who_cannot_see_them(shared, province, lang):
    page = page_of.page(province, 2022, 2023, lang)
    firm = ranking_tables.intervals(page, robustness.rank_intervals(robustness.rank_shares()))
    near, guess = ranking_tables.peers(page), ranking_tables.expected(page)
    shown = [
        charts_ranking.slope_chart(page),
        charts_ranking.waterfall_chart(page, ranking_tables.decomposition(page)),
        charts_ranking.heat_map_chart(page),
        charts_ranking.interval_chart(page, firm),
        charts_ranking.peer_chart(page, near, guess),
    ]
    for chart in shown:
        drawn = lxml.html.fragment_fromstring(chart.bundle["text/html"])
        assert drawn.find("img").get("src").startswith("data:image/svg+xml;base64,")
        assert page.name in drawn.find("img").get("alt") or page.name in drawn.find("figcaption").text
