"""Every notebook: written as a page, committed clean, running from top to bottom on its defaults."""

import ast
import re
from itertools import pairwise

import nbformat
import papermill
import pytest

from dti.export.two_languages import in_language
from dti.store.tables import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_it_is_committed_without_outputs(notebook):
    assert all(not cell.outputs and cell.execution_count is None for cell in code(notebook))
    assert set(notebook.metadata) == {"kernelspec", "language_info", "dti"}
    assert notebook.metadata.language_info == {"name": "python"}


def test_one_cell_holds_the_parameters_and_their_real_defaults(notebook):
    cells = [cell for cell in code(notebook) if "parameters" in tags(cell)]
    assert len(cells) == 1
    names = [node.targets[0].id for node in ast.parse(cells[0].source).body]
    assert "lang" in names and {"year", "scenario", "scenarios", "workbook"} & set(names)


def test_code_reads_like_a_page(notebook):
    for cell in code(notebook):
        tree = ast.parse(cell.source)
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Try) for node in ast.walk(tree))
        imports = [isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body]
        assert all(imports) or not any(imports), "imports stand in one cell of their own"
        assert all(imports) or len(cell.source.splitlines()) <= 8


def test_every_text_is_one_cell_with_both_languages_in_it(notebook):
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown" and "note" not in tags(cell)]
    assert texts
    for cell in texts:
        assert {"vi", "en"} <= tags(cell)
        vietnamese, english = (in_language(cell.source, lang).split("\n\n") for lang in ("vi", "en"))
        assert [marks(block) for block in vietnamese] == [marks(block) for block in english] and all(english)
        assert set(vietnamese).isdisjoint(english)
    headings = [re.fullmatch("#.*\n> .*", cell.source) for cell in notebook.cells]
    assert not any(one and other for one, other in pairwise(headings)), "two headings one under the other"


def marks(block: str) -> str:
    return re.match(r"#{0,6}|[-*] ", block)[0]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_on_its_defaults(path, tmp_path, monkeypatch):
    monkeypatch.chdir(path.parent)
    executed = papermill.execute_notebook(path, tmp_path / path.name, progress_bar=False)
    assert not any(output.output_type == "stream" for cell in code(executed) for output in cell.outputs), (
        "a report has no place for stray prints and warnings"
    )
