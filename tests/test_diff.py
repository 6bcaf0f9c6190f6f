"""What changed between two runs is told apart by cause; nothing changed gives nothing."""

import json

import nbformat
import pandas as pd
import pytest
from nbformat import v4

from dti.show.outputs import Column, Shown, table, text

SAID, CELL = "Tỷ lệ đạt 50,84%.", "Bảng 1. Thứ hạng; Lai Châu; cột “Hạng 2023”"
INPUTS = {"data/observations.csv": "1", "data/words.csv": "1", "notebooks/01.ipynb": "1", "code": "1"}


def run(folder, shown: list[Shown], inputs=None, lang="vi", name="plan_progress"):
    """Write what a run of `dti report` leaves behind."""
    place = folder / "2023" / lang
    place.mkdir(parents=True)
    parameters = v4.new_code_cell(f'lang = "{lang}"', metadata={"tags": ["parameters"]})
    outputs = [v4.new_output("display_data", data=one.bundle, metadata=one.metadata) for one in shown]
    notebook = v4.new_notebook(cells=[parameters, v4.new_code_cell("…", outputs=outputs)])
    nbformat.write(notebook, place / f"{name}.ipynb")
    manifest = {"layout": 1, "lang": lang, "versions": {}, "inputs": INPUTS | (inputs or {}), "reports": {name: {}}}
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def shown(value="50,84%", rank=54, said="đạt"):
    frame = pd.DataFrame({"name": ["Lai Châu", "Sơn La"], "rank": [rank, 40]})
    ranks = table(frame, [Column("name", "Tỉnh"), Column("rank", "Hạng 2023", str, numeric=True)], "Thứ hạng")
    return [text("# Báo cáo"), text("## Mục I"), text(f"Tỷ lệ {said} {value}."), ranks]


def test_nothing_changed_gives_nothing(tmp_path, dti):
    old, new = run(tmp_path / "a", shown()), run(tmp_path / "b", shown())
    assert dti("diff", old, new)[:2] == (0, "")
    assert json.loads(dti("diff", old, new, "--json")[1])["differences"] == []


@pytest.mark.parametrize(
    ("changed", "other", "kind", "place", "was", "now", "cause"),
    [
        ("data/observations.csv", {"value": "60%"}, "sentence", "Mục I", SAID, "Tỷ lệ đạt 60%.", "data"),
        ("code", {"value": "60%"}, "sentence", "Mục I", SAID, "Tỷ lệ đạt 60%.", "method"),
        ("data/words.csv", {"said": "ở mức"}, "sentence", "Mục I", SAID, "Tỷ lệ ở mức 50,84%.", "wording"),
        ("data/observations.csv", {"rank": 36}, "rank", CELL, "54", "36", "data"),
    ],
)  # fmt: skip
def test_a_change_is_laid_to_its_cause(tmp_path, dti, changed, other, kind, place, was, now, cause):
    old, new = run(tmp_path / "a", shown()), run(tmp_path / "b", shown(**other), {changed: "2"})
    code, out, _ = dti("diff", old, new, "--json")
    [found] = json.loads(out)["differences"]
    assert code == 1
    assert found == {
        "report": "2023/vi/plan_progress", "kind": kind, "place": place, "was": was, "now": now, "causes": [cause],
    }  # fmt: skip
    said = dti("diff", old, new)[1]
    assert f"− {was}" in said and f"+ {now}" in said


def test_the_page_holds_what_the_text_holds_and_runs_nothing(tmp_path, dti):
    old = run(tmp_path / "a", shown(value="<b>1%</b>"))
    new = run(tmp_path / "b", shown(), {"data/observations.csv": "2"})
    page = tmp_path / "page.html"
    assert dti("diff", old, new, "--page", page)[0] == 1
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html and "default-src 'none'" in html and "50,84%" in html and "Số liệu (1)" in html


def test_a_report_that_came_or_went_is_told(tmp_path, dti):
    old = run(tmp_path / "a", shown())
    new = run(tmp_path / "b", shown(), {"data/observations.csv": "2"}, name="annual_assessment")
    out = dti("diff", old, new)[1]
    assert "plan_progress: báo cáo không còn" in out and "annual_assessment: báo cáo mới" in out


def test_a_folder_without_reports_is_refused_in_words(tmp_path, dti):
    (tmp_path / "empty").mkdir()
    code, _, err = dti("diff", tmp_path / "empty", tmp_path / "empty")
    assert code == 2 and "no manifest.json there" in err
    code, _, err = dti("diff", run(tmp_path / "a", shown()), run(tmp_path / "b", shown(), lang="en"))
    assert code == 2 and "No year and language in common" in err
