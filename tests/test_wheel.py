"""A wheel built from the tree, installed away from it, does what the checkout does."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dti.store.tables import PROJECT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's package, as ``pip install --target`` would leave it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=PROJECT, check=True)
    (wheel,) = folder.glob("dti-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, where: Path, *arguments: object) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if name != "DTI_DATA"}
    return subprocess.run(
        [sys.executable, "-m", "dti", *map(str, arguments)],
        cwd=where, env=environment | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_the_wheel_makes_a_report_from_tables_named_on_the_command_line(installed, tmp_path):
    out = tmp_path / "out"
    ended = run(
        installed, tmp_path, "report", "--agency", "so-y-te", "--data", PROJECT / "data", "--jobs", 1,
        "--format", "html", "--format", "docx", "--format", "pdf", "--out", out,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    made = {path.suffix for path in out.rglob("*so-y-te*")}
    assert {".html", ".docx", ".pdf"} <= made


def test_the_wheel_says_where_tables_can_be_named_when_there_are_none(installed, tmp_path):
    ended = run(installed, tmp_path, "check")
    assert ended.returncode == 2
    assert "name their folder with --data FOLDER or DTI_DATA=FOLDER" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_wheel_carries_jupyterlabs_export_menu(installed):
    folder = next(installed.glob("dti-*.data")) / "data" / "share" / "jupyter" / "labextensions" / "dti-export"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {"package.json", "static/export_menu.js", "schemas/dti-export/menu.json"}
