"""An analyst's workbook of two sheets: read, checked cell by cell, computed."""

import shutil

import pandas as pd
import pytest

from dti.composite.aggregation import aggregate
from dti.composite.own_index import own_index
from dti.composite.ranks import ranks
from dti.store.faults import DataError
from dti.store.tables import PROJECT
from dti.store.two_sheets import read_sheets, write_sheets

VALUES = pd.DataFrame({"unit": ["a", "b"], "x": [1.0, 3.0], "y": [2.0, None]})
STRUCTURE = pd.DataFrame({"index_id": ["t", "x", "y"], "parent": [None, "t", "t"], "weight": [1.0, 1.0, 1.0]})


def read_back(tmp_path, values=VALUES, structure=STRUCTURE, names=("values", "structure")):
    path = tmp_path / "chi số.xlsx"
    write_sheets(path, dict(zip(names, (values, structure), strict=True)))
    return own_index(read_sheets(path))


def test_the_asem_workbook_gives_the_ranks_computed_elsewhere():
    own = own_index(read_sheets("examples/asem/asem.xlsx"))
    assert own.values.shape == (51, 49)
    every = aggregate(own.normalised(), own.structure, missing="rescale")
    published = pd.read_csv(PROJECT / "examples" / "asem" / "ranks_arithmetic.csv", index_col="uCode")
    assert ranks(every[own.root]).loc[published.index].tolist() == published["rank"].tolist()
    assert (every[own.root] - published["Index"]).abs().max() < 1e-9


def test_the_illustrative_workbook_has_63_units_of_98_components_and_says_what_it_is():
    own = own_index(read_sheets("examples/chi-so-98-minh-hoa.xlsx"))
    assert own.values.shape == (63, 98)
    assert own.basis == "illustrative"
    assert own.structure.query("parent == 'DTI'")["weight"].sum() == 1000
    assert own.values.isna().any(axis=None)


def test_headers_may_be_vietnamese_with_or_without_accents(tmp_path):
    values = VALUES.rename(columns={"unit": "Đơn vị"}).assign(Tên=["Lai Châu", "Sơn La"])
    structure = STRUCTURE.rename(columns={"index_id": "Ma chi so", "parent": "Chỉ số cấp trên", "weight": "Trọng số"})
    own = read_back(tmp_path, values, structure, ("Giá trị", "Cau truc"))
    assert own.units.to_dict() == {"a": "Lai Châu", "b": "Sơn La"}
    assert own.values.isna().sum().sum() == 1


def test_parents_may_stand_anywhere_and_direction_is_kept(tmp_path):
    structure = STRUCTURE.iloc[[2, 1, 0]].assign(direction=[1, -1, None])
    own = read_back(tmp_path, structure=structure)
    assert own.root == "t"
    assert own.normalised(VALUES.set_index("unit")[["x", "y"]].fillna(4.0))["x"].tolist() == [100.0, 0.0]


@pytest.mark.parametrize(
    ("values", "structure", "words"),
    [
        (VALUES.assign(x=["1,5", 2.0]), STRUCTURE, r"sheet values, row 2, column x: '1,5' is no number"),
        (VALUES.assign(unit=["a", "a"]), STRUCTURE, "sheet values, row 3, column unit: 'a' stands there twice"),
        (VALUES.assign(unit=["a", None]), STRUCTURE, "sheet values, row 3, column unit: blank"),
        (VALUES.assign(z=1.0), STRUCTURE, "column z: not an indicator of the sheet structure"),
        (VALUES.drop(columns="y"), STRUCTURE, "y: the sheet values has no such column"),
        (VALUES.drop(columns="unit"), STRUCTURE, "no column unit; expected: unit .or đơn vị"),
        (VALUES, STRUCTURE.drop(columns="weight"), "no column weight; expected: weight .or trọng số"),
        (VALUES, STRUCTURE.assign(weight=[1, "nặng", 1]), "row 3, column weight: 'nặng' is no number"),
        (VALUES, STRUCTURE.assign(parent=[None, "t", "q"]), "parent q is not in the structure"),
        (VALUES, STRUCTURE.assign(parent=[None, None, "t"]), "2 indices without a parent"),
        (VALUES, pd.concat([STRUCTURE, STRUCTURE.tail(1)]), "column index_id: 'y' stands there twice"),
    ],
)
def test_what_cannot_be_used_is_said_with_sheet_row_and_column(tmp_path, values, structure, words):
    with pytest.raises(DataError, match=words):
        read_back(tmp_path, values, structure)


def test_a_workbook_without_the_sheets_or_no_workbook_at_all_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"no sheet 'structure' .or 'cấu trúc'.. It has: values, other"):
        read_back(tmp_path, names=("values", "other"))
    text = tmp_path / "index.xlsx"
    text.write_text("unit,x\na,1\n")
    with pytest.raises(DataError, match=r"index\.xlsx is not an Excel workbook"):
        read_sheets(text)
    with pytest.raises(DataError, match=r"There is no file nowhere\.xlsx"):
        read_sheets("nowhere.xlsx")


def test_the_examples_can_be_written_again(tmp_path):
    shutil.copy(PROJECT / "tools" / "write_index_examples.py", tmp_path)
    namespace = {}
    exec((tmp_path / "write_index_examples.py").read_text(encoding="utf-8").split("if __name__")[0], namespace)
    for name, made in [
        ("asem/asem.xlsx", namespace["asem"]()),
        ("chi-so-98-minh-hoa.xlsx", namespace["illustrative"]()),
    ]:
        kept = own_index(read_sheets(f"examples/{name}"))
        pd.testing.assert_frame_equal(own_index(made).values, kept.values)
