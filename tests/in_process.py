"""Our notebooks, run in this process: much faster than a kernel, for tests that look at what many reports say."""

import ast
from collections.abc import Iterator

import nbformat
import pandas as pd
from nbformat import NotebookNode
from pandas.io.formats.style import Styler

from dti.show import tables
from dti.show.outputs import Shown
from dti.store.tables import PROJECT


def notebook_of(name: str) -> NotebookNode:
    """One of our notebooks as it is committed."""
    return nbformat.read(PROJECT / "notebooks" / f"{name}.ipynb", as_version=4)


def run(notebook: NotebookNode, parameters: dict[str, object]) -> Iterator[tuple[NotebookNode, list[Shown]]]:
    """Run the code cells in their order; yields each with what it shows."""
    scope: dict[str, object] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        shown: list[Shown] = []
        if "display" in scope:
            scope["display"] = lambda *outputs, shown=shown: shown.extend(map(as_shown, outputs))
        body = ast.parse(cell.source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "cell", "exec"), scope)
        if "parameters" in cell.metadata.get("tags", []):
            scope.update(parameters)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), scope)
            shown += [as_shown(value)] if value is not None else []
        yield cell, shown


def as_shown(value: object) -> Shown:
    """What a notebook shows of a cell's value: ours, a Styler, a plain table."""
    if isinstance(value, Styler):
        return Shown(*tables.bundle(value))
    if isinstance(value, pd.DataFrame):
        return Shown({"text/html": value.to_html(), "text/plain": value.to_string()})
    return value if isinstance(value, Shown) else Shown({"text/plain": ""})


def shown_by(name: str, **parameters: object) -> list[Shown]:
    """What a report of a notebook shows, in order: not what an analyst's notes do."""
    cells = run(notebook_of(name), parameters)
    return [output for cell, shown in cells if "note" not in cell.metadata.get("tags", []) for output in shown]
