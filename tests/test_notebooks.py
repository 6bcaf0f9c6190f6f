"""Every notebook: written as a page, committed clean, running from top to bottom on its defaults."""

import ast
import re

import nbformat
import papermill
import pytest

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


def test_every_text_has_its_twin_in_the_other_language(notebook):
    texts = [cell for cell in notebook.cells if cell.cell_type == "markdown" and "note" not in tags(cell)]
    assert texts
    for vietnamese, english in zip(texts[::2], texts[1::2], strict=True):
        assert ("vi" in tags(vietnamese), "en" in tags(english)) == (True, True)
        marks = [re.match(r"#*", cell.source)[0] for cell in (vietnamese, english)]
        assert marks[0] == marks[1]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_on_its_defaults(path, tmp_path, monkeypatch):
    monkeypatch.chdir(path.parent)
    executed = papermill.execute_notebook(path, tmp_path / path.name, progress_bar=False)
    assert not any(output.output_type == "stream" for cell in code(executed) for output in cell.outputs), (
        "a report has no place for stray prints and warnings"
    )
