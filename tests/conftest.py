"""What tests share: a copy of the data, the plan's text, the command."""

import os
import shutil
import sys
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from dti import cli
from dti.store import cache
from dti.store.tables import PROJECT

#: The plan's text is not part of this project: ``DTI_PLAN=FILE make test`` gives it.
PLAN = Path(os.environ.get("DTI_PLAN", PROJECT.parent / "shared" / "plan_4900_kh_ubnd_2022.txt"))

#: ``DTI_EVERY_CASE=1 make test`` goes through every case where the suite otherwise takes a part of them.
EVERY_CASE = bool(os.environ.get("DTI_EVERY_CASE"))

NO_PLAN = "the plan's text is not at hand"


def pytest_configure(config: pytest.Config) -> None:
    """Keep what tables were read into beside pytest's own cache, not in the home of whoever runs the tests."""
    os.environ.setdefault(cache.PLACE, str(config.cache.mkdir("dti")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end of a run what was not checked for want of the plan's text, and how to give it."""
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if NO_PLAN in str(report.longrepr)]
    if left_out:
        terminalreporter.section("figures not checked against the plan", yellow=True)
        terminalreporter.line(
            f"{len(left_out)} tests were left out because {NO_PLAN}. Run them with the text of Plan 4900/KH-UBND "
            "(UTF-8): DTI_PLAN=FILE make test"
        )


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """A copy of data/ that a test may spoil."""
    return Path(shutil.copytree(PROJECT / "data", tmp_path / "data"))


@pytest.fixture(scope="session")
def plan_text() -> str:
    """The plan's text, NFC, every run of white space one blank; the test is left out, and said so, without it."""
    if not PLAN.is_file():
        pytest.skip(NO_PLAN)
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


@pytest.fixture
def dti(monkeypatch, capsys):
    """Run the command in this process; returns exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dti", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


@pytest.fixture
def data_with_results(data_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of data/ with results of 2023: above, on and short of target, fallen, unchanged, an agency's own."""
    path = data_copy / "observations.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    results = {
        ("bao-cao-dinh-ky", "tinh"): "95.5",
        ("ho-so-cong-viec-cap-tinh", "tinh"): "80",
        ("ho-so-cong-viec-cap-huyen", "tinh"): "45",
        ("ho-so-cong-viec-cap-xa", "tinh"): "29",
        ("hop-qua-he-thong-cap-xa", "tinh"): "50",
        ("ho-so-suc-khoe-dien-tu", "tinh"): "61.5",
        ("co-so-du-lieu", "tinh"): "21",
        ("bao-cao-dinh-ky", "so-y-te"): "85",
    }
    rows = [
        frame.iloc[0].to_dict()
        | {
            "indicator_id": indicator, "agency_id": agency, "year": "2023", "kind": "actual", "value": value,
            "in_use": "true", "evidence": value, "note": "", "note_en": "", "comparator": "=", "wording": "reached",
        }
        for (indicator, agency), value in results.items()
    ]  # fmt: skip
    pd.concat([frame, pd.DataFrame(rows)]).to_csv(path, index=False)
    monkeypatch.setenv("DTI_DATA", str(data_copy))
    return data_copy
