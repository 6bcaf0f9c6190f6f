"""File → Save and Export Notebook As, in a real JupyterLab in a real browser."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import nbformat
import pytest
from browsers import NEEDED, running_browser, running_lab
from exported import everything
from playwright.sync_api import Browser, Page

MENU = {
    "Word report (.docx)": b"PK",
    "PDF report (.pdf)": b"%PDF",
    "Web page report (.html)": b"<!DOCTYPE html>",
    "Tables for Excel (.xlsx)": b"PK",
    "Main table as CSV (.csv)": "\ufeff".encode(),
    "Notebook with its code (.html)": b"<!DOCTYPE html>",
    "The code alone (.py)": b"#!/usr/bin/env python",
}


pytestmark = NEEDED


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that shows a notebook with outputs and one without."""
    home = tmp_path_factory.mktemp("lab")
    run, blank = everything(), everything()
    for cell in blank.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    for name, notebook in {"executed": run, "blank": blank}.items():
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, home / f"{name}.ipynb")
    with running_lab(home, home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


def opened(browser: Browser, address: str, name: str) -> tuple[Page, list[str]]:
    """A notebook in Lab, and what its console has complained of so far."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address.format(name=name))
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=90_000)
    return page, complaints


def export_menu(page: Page):
    """Open the export menu and return it."""
    page.click("text=File")
    page.hover(".lm-Menu-item:has-text('Save and Export Notebook As')")
    menu = page.locator("#jp-mainmenu-file-notebookexport")
    menu.wait_for()
    return menu


def test_every_format_of_the_export_menu_comes_as_a_file(lab, browser):
    page, complaints = opened(browser, lab, "executed")
    labels = [label for label in export_menu(page).locator(".lm-Menu-itemLabel").all_text_contents() if label]
    assert labels == list(MENU)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    for label, start in MENU.items():
        item = export_menu(page).locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{re.escape(label)}$"))
        with page.expect_download(timeout=90_000) as caught:
            item.click()
        name, content = caught.value.suggested_filename, Path(caught.value.path()).read_bytes()
        assert name == f"executed.{label.rstrip(')').rpartition('.')[2]}", label
        assert content.startswith(start), label
        if start == b"PK":
            assert ZipFile(io.BytesIO(content)).testzip() is None
    assert complaints == []
    page.close()


def test_a_notebook_that_was_not_run_is_refused_with_a_sentence(lab, browser):
    page, _ = opened(browser, lab, "blank")
    export_menu(page).locator("text=Word report (.docx)").click()
    said = page.locator(".jp-Dialog-content")
    said.wait_for(timeout=90_000)
    assert "Hãy chạy mọi ô (Run → Run All Cells) rồi xuất lại" in said.inner_text()
    assert "Traceback" not in said.inner_text()
    page.close()
