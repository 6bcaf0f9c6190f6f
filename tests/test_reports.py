"""Reports in a real browser: no error, no outside request, no finding of axe-core, fit for telephone and paper."""

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import NEEDED, running_browser
from exported import everything, executed
from playwright.sync_api import Page, expect

from dti.export.html import HTMLExporter

REPORTS = {
    "everything": lambda: everything(illustrative=True),
    "stranger": lambda: everything("en", report=None),
    "assessment": lambda: executed("05_annual_assessment", year=2023, lang="vi"),
}

pytestmark = NEEDED


@pytest.fixture(scope="module")
def browser():
    with running_browser() as started:
        yield started


@pytest.fixture(scope="module", params=REPORTS)
def address(request, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("report") / f"{request.param}.html"
    path.write_text(HTMLExporter().from_notebook_node(REPORTS[request.param]())[0], encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser, address):
    """The report, opened; whatever it complains of, asks for or pops up ends the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    trouble: list[str] = []
    opened.on("console", lambda message: trouble.append(message.text))
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    opened.on(
        "request",
        lambda sent: None if sent.url == address or sent.url.startswith("data:") else trouble.append(sent.url),
    )
    opened.goto(address)
    yield opened
    context.close()
    assert trouble == []


def test_axe_finds_nothing(page: Page):
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


def test_styles_apply_and_images_are_drawn(page: Page):
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(18, 67, 109)"
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")


def test_no_screen_has_to_be_scrolled_sideways_but_for_wide_tables(page: Page):
    for width in (1280, 768, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    narrow = "[...document.querySelectorAll('h1, h2, p, li, caption span, figcaption')].filter(e => e.getBoundingClientRect().right > 361 && !e.closest('td, th')).map(e => e.textContent)"  # noqa: E501
    assert page.evaluate(narrow) == []
    region = page.locator(".scroll.wide").first
    if region.count():
        assert region.evaluate("e => e.scrollWidth > e.clientWidth")
        region.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("e => e.scrollLeft > 0", arg=region.element_handle())


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "noi-dung"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_figure_leads_to_its_row(page: Page):
    link = page.locator("main a.source").first
    link.click()
    target = page.locator(link.get_attribute("href").replace("#", "[id='") + "']")
    assert target.evaluate("e => e.matches(':target')")
    expect(target).to_be_in_viewport()  # the page scrolls on its own time


def test_paper_is_a4_with_repeated_headers_and_no_lonely_heading(page: Page):
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    assert {tuple(round(side) for side in sheet.get_size()) for sheet in printed} == {(595, 842)}
    pages = [sheet.get_textpage().get_text_bounded() for sheet in printed]
    assert all(text.split()[0] == str(number) for number, text in enumerate(pages[1:], start=2))
    heads = {" ".join(head.split()) for head in page.locator("h2, h3, thead tr, caption").all_inner_texts()}
    for text in pages:
        assert " ".join(text.strip().splitlines()[-1].split()) not in heads
    if "everything" in page.url:
        assert all("SỐ LIỆU MINH HỌA" in text for text in pages)
        assert sum("Trạng thái" in " ".join(text.split()) for text in pages) >= 3
