"""The what-if notebook in a real JupyterLab: a slider moves, the answer changes, the state is saved."""

import shutil

import pytest
from browsers import NEEDED, running_browser, running_lab
from playwright.sync_api import expect

from dti.scenarios.outcome import apply
from dti.scenarios.scenario_file import read_scenario
from dti.store.tables import PROJECT

pytestmark = NEEDED


@pytest.fixture
def lab(tmp_path, data_copy):
    """A JupyterLab on a copy of the notebook and the data; its address."""
    root = tmp_path / "notebooks"
    root.mkdir()
    shutil.copy(PROJECT / "notebooks" / "04_what_if.ipynb", root)
    with running_lab(root, tmp_path, DTI_DATA=str(data_copy)) as address:
        yield address.format(name="04_what_if")


def test_a_slider_moves_and_the_saved_scenario_loads_back_to_the_same_rank(lab, data_copy):
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.set_default_timeout(90_000)
        page.goto(lab)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # else JupyterLab asks which kernel to use
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        handle = page.locator(".jp-OutputArea .noUi-handle").nth(2)  # Hoạt động chính quyền số
        handle.wait_for(state="attached")
        rank = page.locator(".widget-label", has_text="năm cơ sở: 54")
        sentence = page.locator(".widget-html-content", has_text="Trong kịch bản này")
        expect.set_options(timeout=30_000)
        expect(rank).to_have_text("Hạng 54 (năm cơ sở: 54)")
        before = sentence.inner_text()
        handle.scroll_into_view_if_needed()
        handle.focus()
        for _ in range(3):
            page.keyboard.press("PageUp")
        expect(rank).not_to_have_text("Hạng 54 (năm cơ sở: 54)")
        expect(sentence).not_to_have_text(before)
        shown = int(rank.inner_text().split()[1])
        page.locator(".widget-text input[type=text]").last.fill("tu-trinh-duyet")
        page.get_by_role("button", name="Lưu kịch bản").click()
        expect(page.locator(".widget-label", has_text="Đã lưu: tu-trinh-duyet.yml")).to_be_visible()
    assert shown < 54
    assert apply(read_scenario(data_copy / "scenarios" / "tu-trinh-duyet.yml"), data_copy).rank == shown
