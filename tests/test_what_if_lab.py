"""The sliders in a real JupyterLab: a value moves, the answer changes, the state is saved, loads back and renders."""

import nbformat
import pytest
from browsers import NEEDED, running_browser, running_lab
from in_process import shown_by
from playwright.sync_api import expect

from dti.scenarios.page import page as page_of

pytestmark = NEEDED


SHIPPED = ["bi-quan", "dat-moi-muc-tieu", "ha-tang-trung-vi-vung", "hang-45", "xa-hoi-so"]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}


@pytest.fixture
def lab(tmp_path, data_copy):
    """A JupyterLab on a notebook with the sliders of every shipped scenario, and a copy of the data; its address."""
    root = tmp_path / "notebooks"
    root.mkdir()
    panels = [nbformat.v4.new_code_cell(f'Panel(page("{name}")).shown()') for name in SHIPPED]
    imports = nbformat.v4.new_code_cell("from dti.scenarios.page import page\nfrom dti.scenarios.sliders import Panel")
    nbformat.write(nbformat.v4.new_notebook(cells=[imports, *panels], metadata=KERNEL), root / "panels.ipynb")
    settings = tmp_path / ".config" / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # Cells that are out of sight would else be taken out of the page, and the panels be counted anew.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    with running_lab(root, tmp_path, DTI_DATA=str(data_copy)) as address:
        yield address.format(name="panels")


def test_sliders_of_all_shipped_scenarios_move_save_load_back_and_render(lab, data_copy, monkeypatch):
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1300, "height": 1400})
        page.set_default_timeout(120_000)
        expect.set_options(timeout=90_000)
        page.goto(lab)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # else JupyterLab asks which kernel to use
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        shown = {name: _moved_and_saved(page, place, name) for place, name in enumerate(SHIPPED)}
    monkeypatch.setenv("DTI_DATA", str(data_copy))
    for name, rank in shown.items():
        of = page_of(f"thu-{name}", data=data_copy)
        assert of.title == f"Thử {name}" and of.scenario.reasoning.vi == "Thử trong trình duyệt"
        assert of.start.rank == rank and of.start.values["HDCQS"] == 0.95
    rendered = shown_by("04_what_if", scenario="thu-xa-hoi-so")
    texts = [output.bundle.get("text/markdown", "") for output in rendered if hasattr(output, "bundle")]
    assert any("Kịch bản: Thử xa" in text for text in texts)


def _moved_and_saved(page, place, name):
    """Type a value into a panel, save it, and return the rank that it showed."""
    box = page.locator(".jp-OutputArea .widget-vbox").nth(place)
    rank = box.locator(".widget-label", has_text="năm cơ sở: 54")
    rank.wait_for()
    before = rank.inner_text()
    number = box.locator(".widget-text input[type=text]").nth(2)  # Hoạt động chính quyền số
    number.fill("0,95")
    number.press("Enter")
    expect(rank).not_to_have_text(before)
    expect(number).to_have_value("0,9500")
    save = box.get_by_role("button", name="Lưu kịch bản")
    save.click()
    expect(box.get_by_text("Tên kịch bản: ")).to_be_visible()  # a title is asked for before anything is saved
    box.locator(".widget-text input[type=text]").nth(5).fill(f"Thử {name}")
    box.locator("textarea").fill("Thử trong trình duyệt")
    box.locator("textarea").press("Tab")
    save.click()
    expect(box.get_by_text(f"Đã lưu: thu-{name}.yml")).to_be_visible()
    return int(rank.inner_text().split()[1])
