"""A season played through with a few agencies, and a few sudden deaths: samples of what benchmarks/ does in full."""

import runpy
import shutil

import pytest

from dti.store.tables import PROJECT

season = runpy.run_path(str(PROJECT / "benchmarks" / "season.py"))
kills = runpy.run_path(str(PROJECT / "benchmarks" / "kills.py"))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="there is no LibreOffice on this machine")
def test_a_season_with_forms_saved_by_libreoffice(tmp_path, data_copy):
    told = season["play"](data_copy, tmp_path, ["so-y-te", "huyen-sin-ho", "so-noi-vu"], withheld=1, partly=1)
    assert told[0].startswith("2 forms in time") and told[-1] == "every figure follows from the files"


def test_intakes_and_reports_that_are_killed_lose_nothing_and_leave_nothing_behind(tmp_path):
    seen = kills["intakes"](3, tmp_path)
    assert seen["torn"] == seen["left behind"] == seen["faults"] == 0
    seen = kills["reports"](2, tmp_path)
    assert seen["left behind"] == seen["half written"] == seen["last run failed"] == 0
