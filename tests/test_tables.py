import numpy as np
import pandas as pd
import pytest

from dti.check import check
from dti.store.faults import DataError
from dti.store.tables import codebook, load, load_all, table_names


def faults_of(data):
    with pytest.raises(DataError) as raised:
        load("observations", data)
    return raised.value.faults


@pytest.mark.parametrize("name", table_names())
def test_every_table_is_described_column_by_column_and_loads(name):
    frame = load(name)
    assert frame.columns.tolist() == codebook().query("table == @name")["column"].tolist()


def test_types_follow_the_codebook():
    rows = load("observations")
    assert rows["value"].dtype == np.float64
    assert rows["year"].dtype == np.int64
    assert rows["in_use"].dtype == bool
    assert pd.api.types.is_datetime64_any_dtype(load("sources")["date_published"])


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("value", "5O,84", "decimal point"),
        ("value", "nan", "decimal point"),
        ("value", "1e3", "decimal point"),
        ("value", "", "a value"),
        ("year", "2022.5", "whole number"),
        ("year", "1822", "at least 2000"),
        ("kind", "result", "one of actual, target"),
        ("in_use", "yes", "true or false"),
        ("indicator_id", "hồ sơ", "an id"),
        ("note", " đầu dòng", "without blanks"),
        ("note", "sơ\u0302 lie\u0302\u0323u", "accents joined"),
    ],
)
def test_a_bad_cell_is_named_with_its_place_and_what_is_expected(edit, column, value, words):
    data = edit("observations", "indicator_id == 'ho-so-truc-tuyen' and kind == 'actual'", column, value)
    fault = faults_of(data).iloc[0]
    assert fault["file"] == "observations.csv"
    assert fault["column"] == column
    assert words in fault["expected"]
    line = (data / "observations.csv").read_text(encoding="utf-8").splitlines()[fault["row"] - 1]
    assert "50,84%" in line


def test_all_faults_of_several_tables_come_at_once(edit):
    edit("observations", "indicator_id == 'may-tinh-cap-xa'", "value", "abc")
    data = edit("agencies", "agency_id == 'so-y-te'", "kind", "bệnh viện")
    with pytest.raises(DataError) as raised:
        load_all(["observations", "agencies"], data)
    assert set(raised.value.faults["file"]) == {"observations.csv", "agencies.csv"}


def test_the_same_key_twice_is_a_fault(data_copy):
    path = data_copy / "agencies.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    faults = check(data_copy)
    assert faults["wrong"].tolist() == ["the same key twice"]
    assert faults["row"].tolist() == [len(lines) + 1]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda text: text.replace("kind", "loai", 1), "wrong header"),
        (lambda text: text + "a,b\n", "2 cells"),
        (lambda text: text + '"mở ngoặc\n', "cells"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(data_copy, spoil, words):
    path = data_copy / "pillars.csv" if words == "cells" else data_copy / "agencies.csv"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    lines = str(check(data_copy)["wrong"].tolist())
    assert words in lines


def test_a_file_that_is_missing_or_not_utf8_is_named(data_copy):
    (data_copy / "statements.csv").unlink()
    (data_copy / "pillars.csv").write_bytes("pillar,number,name_vi,name_en\na,1,Ý,b\n".encode("utf-16"))
    faults = check(data_copy)
    assert set(faults["file"]) >= {"statements.csv", "pillars.csv"}


def test_an_unknown_table_lists_the_known_ones():
    with pytest.raises(DataError, match="observations"):
        load("observation")


def test_a_changed_file_is_read_anew(edit):
    data = edit("agencies", "agency_id == 'so-y-te'", "name_vi", "Sở Y tế tỉnh")
    assert "Sở Y tế tỉnh" in load("agencies", data)["name_vi"].tolist()


@pytest.mark.parametrize(
    ("table", "query", "column", "value", "wrong"),
    [
        ("observations", "indicator_id == 'co-so-du-lieu'", "source_id", "nguon-la", "not in sources.csv"),
        ("observations", "indicator_id == 'co-so-du-lieu'", "in_use", "false", "not exactly one figure in use"),
        ("observations", "in_use == 'false'", "in_use", "true", "not exactly one figure in use"),
        ("observations", "in_use == 'false'", "note", "", "blank although"),
        ("observations", "indicator_id == 'ho-so-truc-tuyen'", "value", "150.84", "not possible"),
        ("observations", "indicator_id == 'co-so-du-lieu'", "value", "-1", "not possible"),
        ("responsibilities", "agency_id == 'so-y-te'", "indicator_id", "khong-co", "not in indicators.csv"),
    ],
)
def test_check_finds_what_is_wrong_between_tables(edit, table, query, column, value, wrong):
    faults = check(edit(table, query, column, value))
    assert any(wrong in found for found in faults["wrong"])
    assert (faults["file"] == f"{table}.csv").any()
