"""Reports edited in Word: what no longer agrees with the data is found, and nothing else."""

from functools import lru_cache
from pathlib import Path

import pytest
from edited import edits
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from dti.export.report import made_as
from dti.render.catalogue import KINDS, reports
from dti.render.run import checked_tables
from dti.review import again
from dti.review.meaning import KINDS as MEANINGS
from dti.review.meaning import changes
from dti.review.proof import findings, lines
from dti.review.word_document import document_of
from dti.scenarios.scenario_file import scenario_names
from dti.store.faults import DataError
from dti.store.tables import NOTEBOOKS, load

#: Of each of five kinds in each of two languages, half of them with changes tracked; benchmarks/proof.py tries more.
SEEDED = 3


@lru_cache
def word_report(lang: str, name: str = "annual_assessment") -> bytes:
    kind = next(kind for kind in KINDS if kind.output == name)
    own = {"agency": "so-y-te", "scenario": scenario_names()[0]}
    given = {"year": 2023} if "year" in kind.takes else {}
    return again.word_again(kind, given | {"lang": lang} | ({kind.each: own[kind.each]} if kind.each else {}))


@lru_cache
def names(lang: str) -> list[str]:
    return again.names_of_agencies(load("agencies"), lang)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_seeded_edits_are_found(lang):
    content = word_report(lang)
    made, missed = document_of(content), []
    for kind in MEANINGS:
        for copy in edits(content, kind, lang, names(lang), SEEDED, seed=2023):
            found = findings(made, document_of(copy), lang, names(lang))
            near = {"figure": {"figure", "unit"}, "unit": {"unit", "figure"}}.get(kind, {kind})
            if not any(finding.kind in near for finding in found):
                missed.append((kind, found))
    assert missed == []


UNEDITED = [
    ("annual_assessment", "vi"),
    ("plan_progress", "en"),
    ("what_if/{scenario}", "vi"),
    ("agency/{agency}", "en"),
]


@pytest.mark.parametrize(("name", "lang"), UNEDITED)
def test_an_unedited_report_raises_no_alarm(name, lang, tmp_path, dti):
    path = tmp_path / "report.docx"
    path.write_bytes(word_report(lang, name))
    code, out, _ = dti("proof", path)
    assert code == 0 and out.strip() in {"Không thấy chỗ nào khác với số liệu.", "Nothing differs from the data."}


def test_the_command_tells_paragraph_cell_and_what_the_data_says(tmp_path, dti):
    path = tmp_path / "report.docx"
    [copy] = edits(word_report("vi"), "figure", "vi", [], 1, seed=1)
    path.write_bytes(copy)
    code, out, _ = dti("proof", path)
    assert code == 1 and "theo số liệu là" in out and ("đoạn" in out or "Bảng" in out) and "1 chỗ cần xem lại" in out


WORDINGS = [
    ("Tỷ lệ đạt 50%, vượt mục tiêu.", "Tỷ lệ này đã đạt 50%, vượt mục tiêu đề ra.", []),
    ("Tỷ lệ chưa đạt mục tiêu.", "Tỷ lệ đạt mục tiêu.", [("verdict", "chưa", "")]),
    ("Đạt 50% (năm 2022).", "Đạt 50% (năm 2023).", [("year", "2022", "2023")]),
    ("Còn thiếu 0,84 điểm phần trăm.", "Còn thiếu 0,84%.", [("unit", "0,84 điểm phần trăm", "0,84%")]),
    ("Sở Y tế chủ trì.", "Sở Nội vụ chủ trì.", [("agency", "Sở Y tế", "Sở Nội vụ")]),
    ("Đạt 50%, vượt 0,84 điểm phần trăm so với mục tiêu 50%.", "Đạt 50%.", []),
    ("Có 8.200 tài khoản.", "Có 8200 tài khoản.", [("figure", "8.200", "8200")]),
]


@pytest.mark.parametrize(("was", "now", "expected"), WORDINGS)
def test_what_an_edit_changes_of_what_must_agree(was, now, expected):
    found = changes(was, now, "vi", ("Sở Y tế", "Sở Nội vụ"))
    assert [(change.kind, change.was, change.now) for change in found] == expected


def test_a_paragraph_of_ones_own_may_hold_only_figures_of_the_data():
    from dataclasses import replace

    from dti.review.word_document import ParagraphAt, Text

    made = document_of(word_report("vi"))
    row = next(row for table in made.tables for row in table.rows if "50,84%" in row.key)
    name = next(cell for cell in row.key if cell.startswith("Tỷ lệ"))
    own = [f"Riêng {name.lower()} là 50,84%.", f"Riêng {name.lower()} là 77%."]
    paragraphs = [*made.paragraphs, *(ParagraphAt(900 + i, "", Text(text)) for i, text in enumerate(own))]
    found = findings(made, replace(made, paragraphs=paragraphs), "vi", names("vi"))
    assert [(finding.kind, finding.now) for finding in found] == [("figure", "77")]
    assert "được thêm vào" in lines(found, "vi")[0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", Path(__file__).read_bytes()])
def test_what_is_no_word_document_is_refused_in_words(content, tmp_path, dti):
    path = tmp_path / "x.docx"
    path.write_bytes(content)
    code, _, err = dti("proof", path)
    assert code == 2 and "not a Word document" in err


def test_a_document_that_is_none_of_our_reports_is_refused_in_words(tmp_path, dti):
    import docx

    path = tmp_path / "x.docx"
    docx.Document().save(path)
    code, _, err = dti("proof", path)
    assert code == 2 and "does not say which report it is" in err


@pytest.mark.parametrize("brief", [False, True])
def test_every_report_says_what_it_was_made_from(brief):
    for report in reports(checked_tables(), 2023, "vi", brief=brief):
        made = parameterize_notebook(load_notebook_node(str(NOTEBOOKS / report.kind.notebook)), report.parameters)
        kind, parameters = again.made_from(made_as(made), Path("x"))
        assert kind.notebook == report.kind.notebook and report.parameters.items() <= parameters.items()
        assert brief or not parameters.get("brief")
    with pytest.raises(DataError):
        again.made_from("khong-co?lang=vi", Path("x"))
