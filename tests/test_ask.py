"""What an analyst types first: one line, one table, names in the language asked for."""

import importlib
import pkgutil

import pandas as pd
import pytest

import dti
from dti.store.faults import DataError

CALLS = {
    "load": lambda: dti.load("observations"),
    "progress": lambda: dti.progress(2023, agency="so-y-te"),
    "ranking": lambda: dti.ranking(2023),
}


def test_each_works_twice_after_every_wing_is_loaded():
    for module in pkgutil.walk_packages(dti.__path__, "dti."):
        if module.name not in ("dti.__main__", "dti.kernels.engine"):  # papermill alone may load that one
            importlib.import_module(module.name)
    for name, call in CALLS.items():
        assert callable(getattr(dti, name)), f"dti.{name} is a function, whatever is loaded"
        pd.testing.assert_frame_equal(call(), call())
    assert not set(dti.__all__) & {module.name for module in pkgutil.iter_modules(dti.__path__)}
    with pytest.raises(AttributeError, match="rankings"):
        _ = dti.rankings


def test_progress_has_names_in_the_language_and_says_where_it_is_from():
    vi, en = (dti.progress(2023, agency="so-y-te", lang=lang) for lang in ("vi", "en"))
    assert vi["indicator_id"].tolist() == en["indicator_id"].tolist() and (vi["name"] != en["name"]).all()
    assert vi.attrs["year"] == 2023 and any("4900/KH-UBND" in source for source in vi.attrs["source"])
    assert dti.progress().attrs["year"] == 2023
    for wrong in ({"agency": "so-khong-co"}, {"year": 1999}):
        with pytest.raises(DataError, match="Known"):
            dti.progress(**wrong)


@pytest.fixture
def command(request):
    return request.getfixturevalue("dti")


def test_the_columns_are_those_of_the_command(command, tmp_path):
    assert command("progress", "--year", "2023", "--agency", "so-y-te", "--out", tmp_path / "a.csv")[0] == 0
    written = pd.read_csv(tmp_path / "a.csv")
    assert written.columns.tolist() == dti.progress(2023, "so-y-te").columns.tolist()[:-2]
    assert "Tỷ lệ hồ sơ thủ tục hành chính xử lý trực tuyến" in set(written["name"])


def test_the_ranking_of_any_year_with_scores():
    rows = dti.ranking(2023)
    assert len(rows) == 63 and rows["rank"].is_monotonic_increasing and rows["region"].notna().all()
    assert set(rows.attrs["indices"]) < set(rows.columns) and "922/QĐ-BTTTT" in rows.attrs["source"]
    assert (rows["places"] == rows["base_rank"] - rows["rank"]).all()
    assert rows.eval("HTS - HTS_change").round(4).equals(dti.ranking(2022)["HTS"].loc[rows.index].round(4))
    alone = dti.ranking(2024)
    assert len(alone) == 63 and alone.attrs["base_year"] is None and "places" not in alone
    assert dti.ranking().attrs["year"] == 2024


def test_a_table_comes_in_one_language_with_its_columns_described():
    agencies = dti.load("agencies", lang="en")
    assert "name" in agencies and "name_vi" not in agencies and "name_en" not in agencies
    assert agencies.attrs["columns"]["agency_id"]
    assert "name_vi" in dti.load("agencies")
