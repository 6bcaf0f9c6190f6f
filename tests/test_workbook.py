"""The workbook with live formulas: LibreOffice works out what the library does."""

import io
import random
import runpy
import shutil
import zipfile

import openpyxl
import pytest

from dti.scenarios.baseline import baseline
from dti.scenarios.faults import ScenarioError
from dti.scenarios.page import of_scenario, page
from dti.scenarios.scenario_file import Scenario
from dti.scenarios.workbook import workbook_bytes
from dti.store.tables import PROJECT

checks = runpy.run_path(str(PROJECT / "benchmarks" / "workbook.py"))


def scenario(**given) -> Scenario:
    return Scenario.model_validate({"title": "a", "reasoning": "a", "year": 2023} | given)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_works_out_the_librarys_scores_and_ranks(tmp_path):
    base = baseline(2023)
    provinces = random.Random(14).sample(list(base.total.index), 5)
    pages = checks["pages_of"](checks["changed_scenarios"](base, 2, [*provinces, "lai-chau"]), base)
    pages += [page("ha-tang-trung-vi-vung"), page("hang-45")]
    pages.append(
        of_scenario(scenario(others="growth", elsewhere={"dien-bien": {"HTS": 0.9}}, changes={"HDXHS": "+3 điểm"}))
    )
    for of, table in zip(pages, checks["recalculated"](pages, tmp_path), strict=True):
        off, ranks = checks["difference"](of, table)
        assert off < 1e-9 and ranks == 0, of.title


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_a_year_known_as_a_whole_alone_works_too(tmp_path):
    of = of_scenario(scenario(year=2024, changes={"DTI": "+10,4 điểm"}))
    table = checks["recalculated"]([of], tmp_path)[0]
    assert table.loc["Lai Châu", "rank"] == of.outcome.rank == 30 and table.loc["Lai Châu", "base_rank"] == 36


def test_a_workbook_is_small_has_no_macros_and_every_figure_is_a_formula(dti, tmp_path):
    out = tmp_path / "kich-ban.xlsx"
    code, said, _ = dti("whatif", "hang-45", "--xlsx", out)
    assert code == 0 and str(out) in said
    content = out.read_bytes()
    assert len(content) < 300_000
    assert not [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if "vba" in name.lower()]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    ranks = [sheet.cell(row, 13).value for row in range(10, 73)]
    assert all(str(formula).startswith("=1+SUMPRODUCT") for formula in ranks)
    shown = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    assert 45 in [cell.value for cell in shown["E"]]
    assert sheet._charts


def test_what_a_workbook_cannot_hold_is_refused():
    with pytest.raises(ScenarioError, match="ngẫu nhiên"):
        workbook_bytes([page("bi-quan")])
    with pytest.raises(ScenarioError, match="năm cơ sở"):
        workbook_bytes([page("hang-45"), of_scenario(scenario(year=2022))])
