"""What is kept of tables: found again, never believed when it is old or spoilt, and never needed."""

from pathlib import Path

import pandas as pd
import pytest

from dti.render.run import checked_tables
from dti.store import cache, tables
from dti.store.faults import DataError


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """An empty folder for what is kept."""
    monkeypatch.setenv(cache.PLACE, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def looked_at(monkeypatch) -> list[str]:
    """The files of which every cell was looked at."""
    found: list[str] = []
    read = tables._looked_at
    monkeypatch.setattr(tables, "_looked_at", lambda path, columns: found.append(path.name) or read(path, columns))
    return found


def fresh(name: str, data: Path) -> pd.DataFrame:
    """Return a table as a process that has read nothing yet reads it."""
    tables.LAST_READ.clear()
    return tables.load(name, data)


def test_every_table_that_was_kept_is_the_table_that_was_read(place, monkeypatch):
    monkeypatch.setenv(cache.PLACE, "")
    names = tables.table_names()
    read = {name: fresh(name, tables.data_dir()) for name in names}
    monkeypatch.setenv(cache.PLACE, str(place))
    for name in names:
        fresh(name, tables.data_dir())
        kept = fresh(name, tables.data_dir())
        pd.testing.assert_frame_equal(kept, read[name], check_exact=True, check_index_type="exact")
        assert [repr(kind) for kind in kept.dtypes] == [repr(kind) for kind in read[name].dtypes]
    assert len(list(place.glob("*.arrow"))) == len(names)


def test_a_table_is_looked_at_again_only_when_it_or_its_description_has_changed(place, data_copy, looked_at):
    first = fresh("agencies", data_copy)
    assert fresh("agencies", data_copy).equals(first) and looked_at == ["agencies.csv"]
    path = data_copy / "agencies.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Sở Y tế", "Sở Y Tế"), encoding="utf-8")
    assert "Sở Y Tế" in set(fresh("agencies", data_copy)["name_vi"]) and len(looked_at) == 2
    book = data_copy / "codebook.csv"
    book.write_text(book.read_text(encoding="utf-8").replace("agencies,agency_id,id,,key", "agencies,agency_id,id,,"))
    fresh("agencies", data_copy)
    assert len(looked_at) == 3


def test_faults_are_told_each_time(place, edit):
    data = edit("agencies", "agency_id == 'so-y-te'", "has_report", "maybe")
    for _ in range(2):
        with pytest.raises(DataError, match=r"agencies\.csv, row .*maybe"):
            fresh("agencies", data)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(b""),
        Path.unlink,
        lambda path: path.write_bytes(path.read_bytes().replace(b"Y t", b"X t")),
    ],
    ids=["cut", "empty", "deleted", "changed"],
)
def test_what_was_spoilt_is_not_believed_and_is_made_anew(place, data_copy, looked_at, spoil):
    first = fresh("agencies", data_copy)
    [kept] = place.glob("*.arrow")
    spoil(kept)
    assert fresh("agencies", data_copy).equals(first) and len(looked_at) == 2
    assert fresh("agencies", data_copy).equals(first) and len(looked_at) == 2


def test_nothing_needs_a_place_to_keep_things(tmp_path, data_copy, monkeypatch):
    (tmp_path / "file").touch()
    for named in ("", str(tmp_path / "file" / "below")):
        monkeypatch.setenv(cache.PLACE, named)
        assert len(fresh("agencies", data_copy))


def test_tables_in_order_are_checked_again_after_any_change(place, data_copy, monkeypatch):
    seen = []
    check = "dti.check.check"
    monkeypatch.setattr(check, lambda data: seen.append(data) or pd.DataFrame())
    for _ in range(2):
        checked_tables(data_copy)
    assert len(seen) == 1
    (data_copy / "texts" / "vi" / "new.md.j2").write_text("Mới.", encoding="utf-8")
    checked_tables(data_copy)
    assert len(seen) == 2
