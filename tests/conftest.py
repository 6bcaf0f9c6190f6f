"""What tests share: a copy of the data, the plan's text, and a way to run a notebook's cells in this process."""

import shutil
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from dti.tables import PROJECT

PLAN = PROJECT.parent / "shared" / "plan_4900_kh_ubnd_2022.txt"


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """A copy of data/ that a test may spoil."""
    return Path(shutil.copytree(PROJECT / "data", tmp_path / "data"))


@pytest.fixture(scope="session")
def plan_text() -> str:
    """The plan's text, NFC, every run of white space one blank; the test is left out where it is not at hand."""
    if not PLAN.is_file():
        pytest.skip("the plan's text is not on this machine")
    return " ".join(unicodedata.normalize("NFC", PLAN.read_text(encoding="utf-8")).split())


@pytest.fixture
def edit(data_copy: Path):
    """Change one cell of a table in the copy, chosen by a row filter."""

    def change(table: str, query: str, column: str, value: object) -> Path:
        path = data_copy / f"{table}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows = frame.query(query).index
        assert len(rows), f"no row of {table} matches {query}"
        frame.loc[rows[0], column] = value
        frame.to_csv(path, index=False)
        return data_copy

    return change
