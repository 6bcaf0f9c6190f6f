"""The illustrative set: what its script makes, taken in whole, and marked wherever it goes."""

import runpy
from pathlib import Path

import pytest

from dti.check import check
from dti.intake.read_submission import extract
from dti.intake.reading import FileReader
from dti.intake.take_in import REGISTERS, intake
from dti.plan.duties import PROVINCE, province_from_agencies, reporting_agencies
from dti.store.tables import PROJECT, load_all

EXAMPLES = PROJECT / "examples"
FOLDER = EXAMPLES / "so-lieu-2023-minh-hoa"


@pytest.fixture(scope="module")
def script() -> dict:
    return runpy.run_path(str(EXAMPLES / "make_forms.py"))


def said(name: str, content: bytes, reading: FileReader) -> list[tuple]:
    sent = extract(name, content, Path(name).suffix, reading)
    assert not sent.findings and sent.illustrative
    return [(figure.indicator_id, figure.subject_id, figure.value, figure.numerator) for figure in sent.figures]


def test_the_committed_forms_are_what_the_script_makes_and_one_for_each_agency(script):
    tables = load_all(script["TABLES"])
    made = dict(script["forms"](tables))
    assert sorted(made) == sorted(path.name for path in FOLDER.iterdir()), "run python examples/make_forms.py"
    assert len(made) == len(reporting_agencies(tables, 2023)) and all("minh-hoa" in name for name in made)
    with FileReader() as reading:
        for name, content in made.items():
            committed = said(name, (FOLDER / name).read_bytes(), reading)
            assert committed == said(name, content, reading), "run python examples/make_forms.py"


def test_the_set_is_taken_in_whole_and_marked_as_illustrative(data_copy):
    refused = intake([FOLDER], data_copy, dry_run=True)
    assert refused.refused and {finding.severity for finding in refused.findings} == {"warning"}
    assert intake([FOLDER], data_copy, accept="số liệu minh họa").written
    assert check(data_copy).empty
    tables = load_all(REGISTERS, data_copy)
    results = tables["observations"].query("year == 2023 and kind == 'actual'").merge(tables["sources"], on="source_id")
    assert set(results["basis"]) == {"illustrative"} and results["publisher"].nunique() > 28
    assert not (set(results["source_id"]) & set(load_all(["sources"])["sources"]["source_id"]))
    province = results[results["agency_id"] == PROVINCE].set_index("indicator_id")["value"]
    derived = province_from_agencies(tables, 2023).set_index("indicator_id")["value"]
    assert len(derived) > 20
    assert (derived - province.reindex(derived.index)).abs().max() < 0.0051
