"""Whatever is offered to intake ends in being accepted or in findings that can be read; never in a traceback."""

import contextlib
import io
import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dti.intake.take_in
from dti.intake.findings import lines
from dti.intake.forms import form
from dti.intake.read_submission import PLAIN_COLUMNS
from dti.intake.reading import FileReader
from dti.intake.take_in import REGISTERS, intake
from dti.store.tables import PROJECT, load_all

TABLES = load_all([*REGISTERS])
FORM = form(
    TABLES,
    "so-y-te",
    2023,
    answers={
        ("ho-so-suc-khoe-dien-tu", "tinh"): {"value": "71,5%", "numerator": 715, "denominator": 1000, "note": "x"}
    },
)
PLAIN = (
    "agency_id;subject_id;year;indicator_id;unit;value;numerator;denominator;note;evidence\n"
    'so-y-te;tinh;2023;ho-so-suc-khoe-dien-tu;%;"71,5%";715;1000;Ghi chú;BC 12\n'
    "so-y-te;so-y-te;2023;may-tinh-cap-tinh;%;99,5%;;;;\n"
).encode()
PARTS = {name: zipfile.ZipFile(io.BytesIO(FORM)).read(name) for name in zipfile.ZipFile(io.BytesIO(FORM)).namelist()}
READING = FileReader()
READ_PARTS = [name for name in PARTS if name.startswith("xl/") and "theme" not in name]

fuzz = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=6)


def spoiled(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for share, gone, new in changes:
        at = int(share * len(content))
        content = content[:at] + new + content[at + gone :]
    return content


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return Path(shutil.copytree(PROJECT / "data", tmp_path_factory.mktemp("fuzz") / "data"))


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch):
    monkeypatch.setattr(dti.intake.take_in, "load_all", lambda *_: TABLES)
    monkeypatch.setattr(dti.intake.take_in, "FileReader", lambda: contextlib.nullcontext(READING))


@pytest.fixture(autouse=True, scope="module")
def read_by_one():
    yield
    READING.close()


def offer(content: bytes, suffix: str, data: Path) -> None:
    path = data.parent / f"offered{suffix}"
    path.write_bytes(content)
    outcome = intake([path], data, dry_run=True)
    if outcome.refused:
        for lang in ("vi", "en"):
            told = lines(outcome.findings, lang)
            assert told and all(line.isprintable() and "{" not in line.partition(": ")[0] for line in told)
    else:
        known = set(TABLES["indicators"]["indicator_id"])
        assert outcome.taken and all(figure.indicator_id in known for figure in outcome.taken[0].figures)


@fuzz
@given(st.binary(max_size=300), st.sampled_from([".csv", ".xlsx"]))
def test_any_bytes(data, content, suffix):
    offer(content, suffix, data)


@fuzz
@given(edits)
def test_a_table_with_bytes_changed(data, changes):
    offer(spoiled(PLAIN, changes), ".csv", data)


@fuzz
@given(edits)
def test_a_form_with_bytes_changed(data, changes):
    offer(spoiled(FORM, changes), ".xlsx", data)


@fuzz
@given(st.sampled_from(READ_PARTS), edits)
def test_a_form_with_its_xml_changed(data, part, changes):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in PARTS.items():
            archive.writestr(name, spoiled(content, changes) if name == part else content)
    offer(target.getvalue(), ".xlsx", data)


words = st.one_of(
    st.sampled_from(
        ["so-y-te", "tinh", "2023", "ho-so-suc-khoe-dien-tu", "%", "count", "50,84%", "1.234", "chưa có số liệu"]
    ),
    st.text(max_size=8),
    st.integers(-10, 10**16).map(str),
)
headers = st.lists(st.sampled_from([name for column in PLAIN_COLUMNS for name in column[:2]]), min_size=1, max_size=11)


@fuzz
@given(headers, st.lists(st.lists(words, max_size=12), max_size=5), st.sampled_from(";,\t"))
def test_any_table(data, header, rows, separator):
    text = "\n".join(separator.join(row) for row in [header, *rows])
    offer(text.encode("utf-8", "replace"), ".csv", data)


values = st.one_of(words, st.floats(), st.booleans(), st.none())


@fuzz
@given(
    headers,
    st.lists(st.lists(st.tuples(values, st.sampled_from(["", "0%", "d/m/y", "#,", '0"k"'])), max_size=12), max_size=4),
)
def test_any_workbook(data, header, rows):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for row, cells in enumerate(rows, start=1):
            for column, (value, shown) in enumerate(cells):
                sheet.write(row, column, value, book.add_format({"num_format": shown} if shown else {}))
    offer(target.getvalue(), ".xlsx", data)
