"""Bad files of every kind, offered together: each is found, named for what it is, and nothing is changed.

The first of each kind; `benchmarks/bad_input.py` tries all of them.
"""

from pathlib import Path

import bad_input
import pytest
from office_habits import Tried, habits

from dti.intake.findings import lines
from dti.intake.take_in import intake, summary


def test_every_bad_file_is_found_for_what_it_is_and_changes_nothing(tmp_path, data_copy):
    before = bad_input.fingerprint(data_copy)
    folder, wanted = tmp_path / "nhan", {}
    folder.mkdir()
    for place, kind in enumerate(bad_input.kinds()):
        for name, content in list(kind.files.items())[:1]:
            path = bad_input.place_file(folder, f"{place:02}-{name}", content)
            wanted[path.name] = kind.code
    outcome = intake([folder], data_copy)
    found: dict[str, set[str]] = {}
    for finding in outcome.findings:
        found.setdefault(finding.file, set()).add(finding.code)
    # The same bytes under two names are read once, so each kind's finding is looked for at either name.
    missed = {name: code for name, code in wanted.items() if code not in found.get(name, set())}
    twins = {path.name for path in folder.iterdir() if path.is_file() and _has_twin(path, folder)}
    assert not {name: code for name, code in missed.items() if name not in twins}
    assert outcome.refused and bad_input.fingerprint(data_copy) == before


def _has_twin(path: Path, folder: Path) -> bool:
    size = path.stat().st_size
    return size < 10**7 and any(
        other != path and other.is_file() and other.stat().st_size == size and other.read_bytes() == path.read_bytes()
        for other in folder.iterdir()
    )


def test_reasons_let_only_odd_moves_through(tmp_path, data_copy):
    for place, kind in enumerate(bad_input.odd_moves()):
        for name, content in kind.files.items():
            path = bad_input.place_file(tmp_path, f"{place}-{name}", content)
            assert not intake([path], data_copy, accept="đã kiểm tra").refused


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    offered = Tried(tmp_path_factory.mktemp("nhan"))
    yield offered
    offered.reading.close()


@pytest.mark.parametrize("habit", habits(), ids=lambda habit: habit.name)
def test_what_offices_do_ends_in_their_figure_or_in_words(tried, habit):
    got = tried(habit)
    assert got == habit.wanted or (not got[0].isdigit() and habit.wanted in got.split(" "))


def test_a_name_written_for_an_id_is_told_with_the_id(tmp_path, data_copy):
    path = tmp_path / "a.csv"
    path.write_bytes(bad_input.table({"agency_id": "Sở Y tế"}))
    (line,) = lines(intake([path], data_copy).findings)
    assert "(có lẽ là “so-y-te”)" in line


def test_a_note_beside_an_open_figure_is_told(tmp_path, data_copy):
    path = tmp_path / "a.csv"
    rows = {}, {"indicator_id": "co-so-du-lieu", "unit": "Số lượng", "value": "", "note": "Chờ Bộ Y tế công bố"}
    path.write_bytes(bad_input.table(*rows))
    told = summary(intake([path], data_copy, dry_run=True))
    assert any("chưa có số" in line and "người gửi ghi: “Chờ Bộ Y tế công bố”" in line for line in told)
