"""A plan on paper: what is read of it, what is left aside, and what cannot be read at all."""

import html
import importlib.util
import io
import re
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti.reader import grammar
from dti.reader.agencies import Register
from dti.reader.contradictions import contradictions
from dti.reader.duties import duties
from dti.reader.figures import TABLES, figures
from dti.reader.lines import Line, folded, printed_lines
from dti.reader.open_file import UnreadablePlan, read_lines
from dti.reader.outline import outline
from dti.reader.plan import read_plan
from dti.reader.quantities import quantities
from dti.store.tables import PROJECT, load_all

_SPEC = importlib.util.spec_from_file_location("reader_benchmark", PROJECT / "benchmarks" / "reader.py")
measured = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(measured)


@pytest.fixture(scope="module")
def known():
    return load_all(TABLES)


def read_text(tmp_path, known, text, year=2024):
    file = tmp_path / "plan.txt"
    file.write_text(text, encoding="utf-8")
    rows = figures(read_plan(file, year, known), known)
    return rows[rows["kind"].ne("none")]


# --- how much is found ------------------------------------------------------------------------------------------------


def test_the_first_plan_is_read_as_people_read_it():
    score = measured.score_plan_4900()
    assert score.recall >= 0.95, score.misses
    assert score.precision >= 0.90
    wanted, found = measured.pairs_of_4900()
    assert len(wanted & found) >= len(wanted) - 1
    assert found <= wanted


def test_the_contradictions_that_people_noted_between_figures_of_the_first_plan_are_listed(known):
    """The third note, nine connected applications of which six are listed, is no contradiction between two figures."""
    rows = figures(read_plan(measured.PLAN_4900, 2023, known), known)
    found = contradictions(rows)
    listed = set(
        zip(found["clause_first"], found["clause_second"], found["value_first"], found["value_second"], strict=True)
    )
    assert listed == {
        ("Phần I, mục I.2, ý 5", "Phần I, mục II.3.a, ý 1", 100.0, 95.0),
        ("Phần I, mục I.2, ý 6", "Phần I, mục II.3.a, ý 3", 90.0, 87.4),
    }
    noted = known["observations"].query("source_id == 'kh-4900-2022'")
    noted = noted[noted["note"].fillna("").str.contains("mâu thuẫn", case=False)]
    clauses = {clause for pair in listed for clause in pair[:2]} | {"Phần I, mục I.2, ý 1"}
    assert set(noted["clause"]) <= clauses


def test_a_quote_that_stands_several_times_is_read_at_its_own_clause(known):
    rows = figures(read_plan(measured.PLAN_4900, 2023, known), known)
    rows = rows[rows["kind"].ne("none")]
    text = measured.plain(measured.PLAN_4900.read_text(encoding="utf-8"))
    quotes = known["observations"].query("source_id == 'kh-4900-2022' and in_use")
    several = quotes[[text.count(measured.plain(quote)) > 1 for quote in quotes["evidence"]]]
    assert len(several) > 40
    places = set(zip(rows["clause"], rows["value"], rows["year"], rows["kind"], strict=True))
    lost = [row for row in several.itertuples() if (row.clause, row.value, row.year, row.kind) not in places]
    assert lost == []


@pytest.mark.parametrize("suffix", [".docx", ".txt"])
def test_the_illustrative_plan_of_2024_is_found_by_its_key(suffix):
    score = measured.score_with_key(*measured.PLANS["2024"][:2], suffix, 2024)
    assert score.recall >= 0.90, score.misses
    assert score.precision >= 0.90
    assert score.decoys_taken <= 0.05 * score.decoys
    assert score.matched >= 0.85 * score.known
    assert score.joined_wrongly <= 0.03 * score.joined
    assert score.tasks_right >= 0.80 * score.tasks
    assert score.conflicts_found == score.conflicts


@pytest.mark.parametrize("name", ["bao-cao", "bang-phu-luc"])
def test_most_figures_of_plans_that_no_rule_was_made_for_are_found(name):
    score = measured.score_with_key(*measured.PLANS[name][:2], ".docx", 2025)
    assert score.recall >= 0.85 and score.precision >= 0.8
    assert score.joined_wrongly <= 0.03 * score.joined


@pytest.mark.parametrize("name", ["phu-luc", "van-xuoi"])
def test_plans_of_another_shape_are_found_by_their_keys(name):
    score = measured.score_with_key(*measured.PLANS[name][:2], ".docx", 2025)
    assert score.recall >= 0.85, score.misses
    assert score.joined_wrongly <= 0.03 * score.joined


# --- the grammar -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", grammar.ASIDE, ids=lambda rule: f"{rule.reason}: {rule.example}")
def test_a_number_that_is_no_figure_is_set_aside_for_its_reason(rule):
    found = {folded(quantity.text): quantity.aside for quantity in quantities(rule.example)}
    assert found.get(rule.taken) == rule.reason, found


@pytest.mark.parametrize("rule", grammar.FIGURES, ids=lambda rule: f"{rule.name}: {rule.example}")
def test_a_figure_is_read_as_its_rule_says(rule):
    assert rule.name in {quantity.form for quantity in quantities(rule.example) if not quantity.aside}


@pytest.mark.parametrize(("sign", "example"), [(sign, example) for sign, _, example in grammar.BEFORE])
def test_a_comparator_is_read_from_its_words(sign, example):
    (quantity,) = (found for found in quantities(example) if not found.aside)
    assert quantity.comparator == sign


WORDS = ["đạt", "90%", "kế hoạch", "năm", "2023", "từ", "15", "8.200", "xã", "ngày", "3/4/2023", "(", ")", ";", "1.234,5", "số", "12/QĐ-UBND", "một", "nửa"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_no_digit_of_a_text_is_on_no_list_and_none_on_two(text):
    found = quantities(text)
    covered = [place for quantity in found for place in range(quantity.start, quantity.end)]
    assert len(covered) == len(set(covered))
    assert {hit.start() for hit in re.finditer(r"\d", text)} <= set(covered)


# --- what a sentence says --------------------------------------------------------------------------------------------

HEAD = "PHẦN I. KẾT QUẢ NĂM 2023\nI. KẾT QUẢ ĐẠT ĐƯỢC\n"


def test_levels_share_one_verb(tmp_path, known):
    rows = read_text(tmp_path, known, HEAD + "- 100% cấp huyện, 50% cấp xã họp qua hệ thống.\n")
    assert rows[["value", "level"]].to_numpy().tolist() == [[100.0, "cap-huyen"], [50.0, "cap-xa"]]


def test_what_exceeds_the_plan_implies_the_target(tmp_path, known):
    rows = read_text(tmp_path, known, HEAD + "- Tỷ lệ hộ có Internet đạt 92,3%, vượt 2,3% so với kế hoạch.\n")
    assert rows[["kind", "value", "year", "implied"]].to_numpy().tolist() == [
        ["actual", 92.3, 2023, False],
        ["target", 90.0, 2023, True],
    ]


def test_a_figure_of_the_nation_is_not_the_provinces(tmp_path, known):
    rows = read_text(tmp_path, known, HEAD + "- Tỷ lệ hộ có Internet đạt 46,8%, bình quân cả nước là 79,1%.\n")
    assert rows["value"].tolist() == [46.8]


def test_a_changed_definition_is_marked_and_not_taken_by_itself(tmp_path, known):
    text = "PHẦN II. MỤC TIÊU NĂM 2024\nI. MỤC TIÊU\n- 82% dịch vụ công trực tuyến của tỉnh tích hợp với Cổng Dịch vụ công quốc gia.\n"
    (row,) = read_text(tmp_path, known, text).to_dict("records")
    assert (row["indicator_id"], row["decision"]) == ("", "")
    assert row["reason"].startswith("definition:dvc-tich-hop-cong-quoc-gia")


def test_a_repeated_paragraph_gets_no_second_figure(tmp_path, known):
    text = HEAD + "- 80% báo cáo định kỳ được cập nhật trên hệ thống.\n" * 2
    assert len(read_text(tmp_path, known, text)) == 1


# --- the document ----------------------------------------------------------------------------------------------------

SENTENCE = "- Tỷ lệ hồ sơ thủ tục hành chính xử lý trực tuyến của toàn tỉnh đạt 72,4%; hồ sơ công việc được xử lý trên môi trường mạng đạt 91,2% ở cấp tỉnh."


def test_text_cut_at_the_width_of_a_page_is_read_like_whole_paragraphs(tmp_path, known):
    import textwrap

    whole = HEAD + "\n".join(
        [SENTENCE, "- Hạ tầng số tiếp tục được đầu tư, kết nối thông suốt từ tỉnh đến cơ sở, bảo đảm an toàn."] * 6
    )
    lines = [line for paragraph in whole.split("\n") for line in textwrap.wrap(paragraph, 80)]
    cut = "\n".join(f"{line}\n{place}" if place % 9 == 8 else line for place, line in enumerate(lines))
    columns = ["clause", "value", "level", "year", "kind", "indicator_id"]
    first = read_text(tmp_path, known, whole)[columns].to_numpy().tolist()
    assert read_text(tmp_path, known, cut)[columns].to_numpy().tolist() == first
    assert first


def test_decomposed_and_newer_spelling_reads_the_same(tmp_path, known):
    import unicodedata

    text = HEAD + SENTENCE + "\n- Tỷ lệ dân số được quản lý sức khỏe bằng hồ sơ điện tử đạt 70%.\n"
    other = unicodedata.normalize("NFD", text.replace("khỏe", "khoẻ"))
    columns = ["clause", "value", "level", "indicator_id"]
    assert (
        read_text(tmp_path, known, other)[columns].to_numpy().tolist()
        == read_text(tmp_path, known, text)[columns].to_numpy().tolist()
    )


def test_an_opening_printed_twice_is_read_once():
    opening = [Line(text) for text in ("KẾ HOẠCH", "A " * 30, "I. MỤC TIÊU", "- Đạt 50%.", "- Đạt 60%.", "- Đạt 70%.")]
    lines = printed_lines([*opening, *opening, Line("- Đạt 80%.")])
    assert [line.text for line in lines.kept][-2:] == ["- Đạt 70%.", "- Đạt 80%."]
    assert len(lines.left_out) == len(opening)


def test_word_numbers_headings_and_table_lines_by_itself(known):
    folder, name, _ = measured.PLANS["phu-luc"]
    tree = outline(read_lines(folder / f"{name}.docx"))
    clauses = [block.clause for block in tree.blocks]
    assert "Phụ lục I, TT 6, Cấp xã" in clauses
    assert "mục I.1, ý 2" in clauses


def test_the_same_file_gives_the_same_rows(known):
    folder, name, year = measured.PLANS["2024"]
    first, second = (figures(read_plan(folder / f"{name}.docx", year, known), known) for _ in range(2))
    assert first.equals(second)


def test_duties_name_agencies_and_spell_out_classes(tmp_path, known):
    file = tmp_path / "plan.txt"
    file.write_text(
        "III. NHIỆM VỤ\n- Sở TN&MT chủ trì, phối hợp với Công an tỉnh, UBND các huyện xây dựng dữ liệu, hoàn thành trong quý IV năm 2024.\n",
        encoding="utf-8",
    )
    found = duties(outline(read_lines(file)), Register(known["agencies"]), 2024)
    assert {(duty.role, duty.agency_id) for duty in found if duty.role == "lead"} == {
        ("lead", "so-tai-nguyen-va-moi-truong")
    }
    assert sum(duty.role == "support" and duty.agency_id.startswith("huyen-") for duty in found) == 7
    assert [duty.named for duty in found if not duty.agency_id] == ["Công an tỉnh"]
    assert {duty.deadline for duty in found} == {"2024-12-31"}


# --- files that cannot be read ---------------------------------------------------------------------------------------


def a_word_file(text="Kế hoạch"):
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def a_bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", b"0" * 120_000_000)
    return buffer.getvalue()


BAD = {
    "empty.txt": (b"", "no text in it"),
    "empty.docx": (b"", "not a Word file"),
    "blank.docx": (a_word_file(""), "no text in it"),
    "old.doc": (b"x", "is not read"),
    "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "password"),
    "bomb.docx": (a_bomb(), "unpacks to"),
    "torn.pdf": (b"%PDF-1.4 nothing", "not a PDF"),
    "latin.txt": ("Kế hoạch".encode("cp1258", errors="replace") + b"\xff\xfe\xff", "not UTF-8"),
    "empty.html": (b"", "empty page"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path, name):
    content, words = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadablePlan, match=words) as refused:
        read_lines(tmp_path / name)
    assert name in str(refused.value)
    assert "Expected:" in str(refused.value)


@pytest.mark.parametrize(("pages", "words"), [(3, "a scan"), (201, "201 pages")])
def test_a_scan_and_a_book_are_refused(tmp_path, pages, words):
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 200)
    document.save(tmp_path / "plan.pdf")
    with pytest.raises(UnreadablePlan, match=words):
        read_lines(tmp_path / "plan.pdf")


def test_a_saved_web_page_is_read_like_its_text(tmp_path, known):
    folder, name, year = measured.PLANS["van-xuoi"]
    text = [
        line for line in (folder / f"{name}.txt").read_text(encoding="utf-8").split("\n") if not line.startswith("|")
    ]
    (tmp_path / "plan.txt").write_text("\n".join(text), encoding="utf-8")
    page = "".join(f"<p>{html.escape(line)}</p>" for line in text)
    (tmp_path / "plan.html").write_text(f"<html><script>var a = 7</script><body>{page}</body></html>", encoding="utf-8")
    first, second = (figures(read_plan(tmp_path / file, year, known), known) for file in ("plan.txt", "plan.html"))
    columns = ["clause", "value", "year", "kind", "level", "indicator_id"]
    assert first[columns].equals(second[columns])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadablePlan, match="no such file"):
        read_lines(Path(tmp_path / "none.docx"))
