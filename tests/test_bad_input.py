"""Bad files of every kind, offered together: each is found, named for what it is, and nothing is changed."""

import runpy
from pathlib import Path

from dti.intake.take_in import intake
from dti.store.tables import PROJECT

bad_input = runpy.run_path(str(PROJECT / "benchmarks" / "bad_input.py"))


def test_every_bad_file_is_found_for_what_it_is_and_changes_nothing(tmp_path, data_copy):
    before = bad_input["fingerprint"](data_copy)
    folder, wanted = tmp_path / "nhan", {}
    folder.mkdir()
    for place, kind in enumerate(bad_input["kinds"]()):
        for name, content in kind.files.items():
            path = bad_input["place_file"](folder, f"{place:02}-{name}", content)
            wanted[path.name] = kind.code
    outcome = intake([folder], data_copy)
    found: dict[str, set[str]] = {}
    for finding in outcome.findings:
        found.setdefault(finding.file, set()).add(finding.code)
    # The same bytes under two names are read once, so each kind's finding is looked for at either name.
    missed = {name: code for name, code in wanted.items() if code not in found.get(name, set())}
    twins = {path.name for path in folder.iterdir() if path.is_file() and _has_twin(path, folder)}
    assert not {name: code for name, code in missed.items() if name not in twins}
    assert outcome.refused and bad_input["fingerprint"](data_copy) == before


def _has_twin(path: Path, folder: Path) -> bool:
    size = path.stat().st_size
    return size < 10**7 and any(
        other != path and other.is_file() and other.stat().st_size == size and other.read_bytes() == path.read_bytes()
        for other in folder.iterdir()
    )


def test_reasons_let_only_odd_moves_through(tmp_path, data_copy):
    for place, kind in enumerate(bad_input["odd_moves"]()):
        for name, content in kind.files.items():
            path = bad_input["place_file"](tmp_path, f"{place}-{name}", content)
            assert not intake([path], data_copy, accept="đã kiểm tra").refused
