"""Where the package and the notebooks ask for words and texts, read from their source."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dti.store.tables import NOTEBOOKS

PACKAGE = Path(__file__).resolve().parents[1]

#: The functions that ask for words, and what each asks for.
ASKING = {"word": "key", "labels": "group", "Labels": "group", "prose": "text"}


@dataclass(frozen=True)
class Use:
    """One call that asks for a word, a group of words, or a text.

    Parameters
    ----------
    file : below the package (``plan/tables.py``) or the notebook's name
    what : ``key``, ``group`` or ``text``
    name : what is asked for; of a name put together at run time, what is known of its beginning
    whole : the name is known whole
    slots : what is handed over by name
    open : more is handed over than can be seen here (``**slots``)
    """

    file: str
    line: int
    what: str
    name: str
    whole: bool
    slots: frozenset[str]
    open: bool


@lru_cache(maxsize=1)
def uses() -> tuple[Use, ...]:
    """Return every call of `ASKING` in the package and, where they are at hand, in the notebooks."""
    found: list[Use] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if any(f"{name}(" in source for name in ASKING):
            found += _calls(source, path.relative_to(PACKAGE).as_posix())
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                found += _calls("".join(cell["source"]), path.name)
    return tuple(found)


def _calls(source: str, file: str) -> Iterator[Use]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        asked = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        names = _names(node.args[0])
        if asked in ASKING:
            slots = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            is_open = any(keyword.arg is None for keyword in node.keywords)
            for name, whole in names:
                yield Use(file, node.lineno, ASKING[asked], name, whole, slots, is_open)


def _names(node: ast.expr) -> list[tuple[str, bool]]:
    """Return what is known of a name: as it is written, of both arms of a choice, or how it begins."""
    match node:
        case ast.Constant(value=str(name)):
            return [(name, True)]
        case ast.IfExp():
            return _names(node.body) + _names(node.orelse)
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
            return [(beginning, False)]
    return []
