"""Tables that an official opened and saved in Excel are read for what they plainly are, or refused in one sentence."""

import csv

import pandas as pd
import pytest

from dti.store.faults import DataError
from dti.store.tables import codebook, load


def through_excel(folder, table, sign=";", encoding="utf-8-sig"):
    """Save a table as Excel in Vietnam does: semicolons, a mark, TRUE and FALSE, decimal commas, days first."""
    path = folder / f"{table}.csv"
    types = codebook(folder).query("table == @table").set_index("column")["type"]
    rows = list(csv.reader(path.open(encoding="utf-8")))
    header, cells = rows[0], pd.DataFrame(rows[1:], columns=rows[0])
    for column in header:
        if types[column] == "boolean":
            cells[column] = cells[column].str.upper()
        if types[column] == "number":
            cells[column] = cells[column].str.replace(".", ",")
        if types[column] == "date":
            cells[column] = cells[column].str.replace(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", regex=True)
    path.write_bytes(cells.to_csv(index=False, sep=sign, lineterminator="\r\n").encode(encoding, "replace"))
    return path


@pytest.mark.parametrize("table", ["observations", "agencies", "sources", "dti_scores", "responsibilities"])
@pytest.mark.parametrize("sign", [";", "\t"])
def test_what_excel_saved_is_the_same_table(data_copy, table, sign):
    before = load(table, data_copy)
    through_excel(data_copy, table, sign)
    pd.testing.assert_frame_equal(load(table, data_copy), before)


def test_a_number_that_can_mean_two_things_is_refused_by_name(data_copy):
    path = through_excel(data_copy, "observations")
    path.write_text(path.read_text(encoding="utf-8-sig").replace(";50,84;", ";8.200;", 1), encoding="utf-8-sig")
    with pytest.raises(DataError) as caught:
        load("observations", data_copy)
    assert str(caught.value).count("observations.csv") == 1 and "8.200" in str(caught.value)


def test_an_old_encoding_is_one_sentence(data_copy):
    through_excel(data_copy, "agencies", encoding="cp1258")
    with pytest.raises(DataError) as caught:
        load("agencies", data_copy)
    assert "CSV UTF-8" in str(caught.value) and "Arrow" not in str(caught.value)
    assert str(caught.value).count("\n") == 0
