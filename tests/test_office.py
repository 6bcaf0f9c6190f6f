"""The official frame: what office.yml says is what is printed, and what is wrong in it is named."""

import shutil
from pathlib import Path

import pytest
from exported import everything

from dti.export.frame import frame
from dti.export.report import report
from dti.store.faults import DataError
from dti.store.tables import PROJECT


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return Path(shutil.copy(PROJECT / "data" / "office.yml", tmp_path / "office.yml"))


def edited(office: Path, old: str, new: str) -> Path:
    content = office.read_text(encoding="utf-8")
    assert content.count(old) == 1
    office.write_text(content.replace(old, new), encoding="utf-8")
    return office.parent


def test_blanks_stay_blank_to_be_filled_in_by_hand():
    found = frame(report(everything()))
    assert found.number.split() == ["Số:", "/BC-SKHCN"]
    assert found.place_and_date.split() == "Lai Châu, ngày tháng năm".split()  # noqa: SIM905
    assert found.name == ""


def test_numbers_and_dates_are_written_as_the_decree_wants(office):
    edited(office, 'number: ""', "number: 7")
    found = frame(report(everything()), edited(office, 'date: ""', "date: 2023-02-05"))
    assert found.number == "Số: 07/BC-SKHCN"
    assert found.place_and_date == "Lai Châu, ngày 05 tháng 02 năm 2023"
    assert frame(report(everything("en")), office.parent).place_and_date == "Lai Châu, 5 February 2023"


def test_a_kind_of_report_has_its_own_addressees():
    assert frame(report(everything())).addressees == []
    assert frame(report(everything(report="annual_assessment"))).addressees == ["Ủy ban nhân dân tỉnh Lai Châu"]
    assert frame(report(everything(report=None))) is None


def test_lists_of_recipients_end_as_official_lists_do():
    recipients = frame(report(everything())).recipients
    assert all(line.endswith(";") for line in recipients[:-1]) and recipients[-1] == "Lưu: VT."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("place: Lai Châu", "palce: Lai Châu", "palce"),
        ("place: Lai Châu", "place: Lai Châu\nplace: Huế", "'place' stands twice"),
        ("place: Lai Châu", "place: &a Lai Châu\nsymbol2: *a", "aliases"),
        ('number: ""', "number: số một", "number"),
        ('date: ""', "date: 2023-02-30", "date"),
        ("  agency_report: {}", "  agency_report: {plaec: Huế}", "plaec"),
        ("place: Lai Châu", "place: [Lai Châu", "not readable as YAML"),
        ("place: Lai Châu", "place: !!python/object/apply:os.getcwd []", "not readable as YAML"),
    ],
)
def test_what_is_wrong_is_named(office, old, new, said):
    with pytest.raises(DataError, match=said) as caught:
        frame(report(everything()), edited(office, old, new))
    assert "office.yml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"office\.yml: cannot be read"):
        frame(report(everything()), tmp_path)
