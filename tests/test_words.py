"""Words and texts that an office can change: what it may write, and what it is told where it may not."""

import ast
import datetime
import re
import unicodedata
from pathlib import Path

import pytest
from markupsafe import Markup

from dti.store.faults import DataError, concat_faults, fault_lines
from dti.store.tables import read
from dti.words.checks import texts_in_order, words_in_order
from dti.words.figures import count, measured
from dti.words.numbers_typed import numbers_typed
from dti.words.texts import prose
from dti.words.used import PACKAGE
from dti.words.vietnamese import nfc
from dti.words.word_list import word

SCOPE = "assessment_scope"
GIVEN = {"assessed": 2022, "ahead": 2023, "reported": False, "newer": None}


@pytest.fixture
def texts(data_copy, monkeypatch):
    """Write a text of the copy, and read words and texts from there."""
    monkeypatch.setenv("DTI_DATA", str(data_copy))

    def write(text: str, name: str = SCOPE, lang: str = "vi") -> None:
        (data_copy / "texts" / lang / f"{name}.md.j2").write_text(text, encoding="utf-8")

    return write


def told(**slots) -> str:
    with pytest.raises(DataError) as error:
        prose(SCOPE, "vi", **slots)
    return str(error.value)


def test_an_edited_text_is_what_is_said_next(texts):
    before = prose(SCOPE, "vi", **GIVEN)
    texts("Năm {{ assessed }}: xem xét lại.")
    assert before != "Năm 2022: xem xét lại." == prose(SCOPE, "vi", **GIVEN)


def test_a_figure_is_cited_or_refused_with_file_and_line(texts):
    texts("Cơ quan chủ trì\n{{ led | cite }} chỉ tiêu")
    assert prose(SCOPE, "vi", led=count(1234, "k-lead", "vi")) == "Cơ quan chủ trì [1.234](#k-lead) chỉ tiêu"
    texts("Cơ quan chủ trì\n{{ led }} chỉ tiêu")
    said = told(led=count(1234, "k-lead", "vi"))
    assert "texts/vi/assessment_scope.md.j2, line 2: the figure 1.234 is not cited" in said
    assert "34 cannot be written" in told(led=34).replace("'", "")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            "Năm\n{{ assessd }}",
            "line 2: 'assessd' is undefined; expected: only what this text is given: assessed, name",
        ),
        ("Năm\n\n{% if assessed %}", "line 3"),
        ("{{ assessed + 1 }}", "line 1: '+' works something out"),
        ("{{ name | upper }}", "line 1: No filter named 'upper'"),
        ("{{ name.__class__ }}", "line 1: access to attribute '__class__'"),
        ("{{ name | cite }}", "line 1: 'cite' is given 'Sở Y tế'"),
        ("x\n{% include 'khong-co.md.j2' %}", "khong-co.md.j2"),
    ],
)
def test_a_mistake_names_file_line_and_what_is_expected(texts, text, wrong):
    texts(text)
    said = told(assessed=2022, name="Sở Y tế")
    assert "texts/vi/assessment_scope.md.j2" in said and wrong in said


def test_data_in_a_text_is_shown_letter_by_letter(texts):
    texts("{{ name }} và {{ names | joined }}: {{ said }}")
    said = prose(SCOPE, "vi", name="<b>*x*</b>", names=["[a](b)", "c"], said=Markup("[5%](#i-1)"))
    assert said == r"&lt;b&gt;\*x\*&lt;/b&gt; và \[a\]\(b\) và c: [5%](#i-1)"


def test_the_form_of_figures_names_and_days(texts):
    texts("{{ body | agency }}: {{ rate | cite }}, {{ rate | number | cite }}; {{ day | date }}", lang="en")
    day, rate = datetime.date(2022, 12, 5), measured(50.84, "percent", "i-1", "en")
    said = prose(SCOPE, "en", body="Department of Health", rate=rate, day=day)
    assert said == "The Department of Health: [50.84%](#i-1), [50.84](#i-1); 5 December 2022"


@pytest.mark.parametrize(
    ("lang", "text", "numbers"),
    [
        ("vi", "Có 34 chỉ tiêu, 5,5% và ba mươi tư nhiệm vụ.", ["34", "5,5", "ba mươi"]),
        ("vi", "Tăng hai bậc, gấp đôi, một nửa, mười lăm", ["hai bậc", "gấp đôi", "một nửa", "mười lăm"]),
        ("vi", "Cả hai năm 2022 và 2023, một số cơ quan, phần trăm, Kế hoạch số 4900/KH-UBND, Phụ lục 1", []),
        ("en", "Thirty-four tasks, half of them twice; one task", ["Thirty", "four", "half of", "twice", "one"]),
        ("en", "One of the tasks of 2023, Decision 922/QĐ-BTTTT, Annex 2, both, none", []),
        ("vi", "{{ '34' }} {% if x == 1 %}½{% endif %}", ["34", "½"]),
    ],
)  # fmt: skip
def test_a_number_typed_into_a_text_is_found_in_digits_and_in_words(lang, text, numbers):
    assert sorted(number for _, number in numbers_typed(text, lang)) == sorted(numbers)


def faults(folder) -> str:
    words, of_cells = read("words", folder)
    found = [of_cells, words_in_order({"words": words}, folder), texts_in_order({}, folder)]
    return "\n".join(fault_lines(concat_faults(found)))


def test_the_texts_and_words_of_the_project_are_in_order(data_copy):
    assert faults(data_copy) == ""


def test_check_looks_at_words_and_texts_too(texts, dti, data_copy):
    texts("Có 34 chỉ tiêu")
    code, _, err = dti("check", "--data", data_copy)
    assert code == 2 and "texts/vi/assessment_scope.md.j2, line 1: a number typed into the text" in err


def test_check_finds_what_is_wrong_with_texts(texts, data_copy):
    texts(
        "Năm {{ assessed }}, {{ tomorrow }}, 34 chỉ tiêu\n{{ ahead ~ ahead }}"
        "\n{% if newer %}{{ ahead | upper }}{% endif %}"
    )
    texts("Chưa dùng", name="unused")
    (data_copy / "texts" / "en" / "unused.md.j2").unlink(missing_ok=True)
    found = faults(data_copy)
    for wrong in (
        "texts/en/assessment_scope.md.j2: 'reported, tomorrow' is not in both languages",
        "texts/vi/assessment_scope.md.j2: 'tomorrow' is not given to this text; expected: ahead, assessed, newer",
        "texts/vi/assessment_scope.md.j2, line 1: a number typed into the text",
        "texts/vi/assessment_scope.md.j2, line 2: something is worked out here",
        "texts/vi/assessment_scope.md.j2, line 3: 'upper' is not a filter of these texts; expected: agency, cite",
        "texts/en/unused.md.j2: missing",
        "texts/vi/unused.md.j2: 'unused' is not used anywhere",
    ):
        assert wrong in found


def test_check_finds_a_missing_text(data_copy):
    for lang in ("vi", "en"):
        (data_copy / "texts" / lang / f"{SCOPE}.md.j2").unlink()
    assert f"texts/vi/{SCOPE}.md.j2: missing" in faults(data_copy)


@pytest.mark.parametrize(
    ("column", "value", "wrong"),
    [
        ("en", "", "row 2, column en: blank"),
        ("en", "and {year}", "row 2, column en: 'and {year}' is not with the same slots"),
        ("vi", "và {", "row 2, column vi: 'và {' is not read: a brace outside a slot"),
        ("key", "list.or", "row 2, column key: 'list.or' is not used anywhere"),
        ("key", "list.or", "column key: 'list.and' is not there, but words/sentences.py, line"),
    ],
)
def test_check_finds_what_is_wrong_with_words(edit, column, value, wrong):
    assert wrong in faults(edit("words", "key == 'list.and'", column, value))


def test_check_finds_a_slot_that_nothing_fills(edit):
    edit("words", "key == 'list.and'", "en", "and {year}")
    assert "{year}' is not a slot that words/sentences.py fills" in faults(
        edit("words", "key == 'list.and'", "vi", "và {year}")
    )


def test_an_edited_word_is_what_is_said_next(edit, monkeypatch):
    assert word("list.and", "vi") == "và"
    monkeypatch.setenv("DTI_DATA", str(edit("words", "key == 'list.and'", "vi", "cùng với")))
    assert word("list.and", "vi") == "cùng với"


def test_an_unknown_key_says_where_it_is_missing():
    with pytest.raises(DataError, match=r"words\.csv has no key 'khong\.co'"):
        word("khong.co", "vi")


#: What reads Vietnamese, or writes its figures and dates: patterns, never what a reader is told.
GRAMMAR = [
    *(f"words/{name}.py" for name in ("clauses", "numbers_typed", "vietnamese")),
    *(
        f"reader/{name}.py"
        for name in ("agencies", "context", "contradictions", "duties", "figures", "grammar", "levels")
    ),
    *(
        f"reader/{name}.py"
        for name in ("lines", "matching", "meaning", "measures", "outline", "quantities", "table_rows")
    ),
    "composite/own_index.py",
    "intake/typed_numbers.py",
    "scenarios/scenario_file.py",
    "reader/sections.py",
    "reader/series.py",
    "review/meaning.py",
    "store/excel.py",
]
#: Modules whose words still have to move to words.csv and the texts.
TO_MOVE = {
    *(f"intake/{name}.py" for name in ("form_layout", "forms", "history", "read_csv", "read_row", "read_submission")),
    *(f"intake/{name}.py" for name in ("submission", "take_in")),
    *(f"plan/{name}.py" for name in ("duties", "rows", "sentences", "tables")),
    *(f"reader/{name}.py" for name in ("commands", "page", "review", "take", "verify", "word_file", "workbook")),
    *(f"scenarios/{name}.py" for name in ("changes", "saving")),
}
VIETNAMESE = re.compile("[ăâđêôơư]|[aăâeêioôơuưy][\u0300\u0301\u0303\u0309\u0323]", re.I)


def with_vietnamese(path: Path) -> bool:
    """Whether a module has a Vietnamese string that is not its documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return any(
        id(string) not in told
        and VIETNAMESE.search(nfc(string.value) + " " + unicodedata.normalize("NFD", string.value))
        for string in strings
    )


def test_no_word_that_is_read_stands_in_python():
    modules = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if with_vietnamese(path)}
    assert modules - set(GRAMMAR) - TO_MOVE == set()
