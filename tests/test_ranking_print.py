"""The command ``dti rank``, and what both it and the ranking page refuse."""

import re

import pytest
from typer.testing import CliRunner

from dti.cli import app
from dti.composite import page, scores
from dti.store.faults import DataError


def printed(*arguments):
    result = CliRunner().invoke(app, ["rank", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_lai_chau_2023_and_contributions_that_add_up():
    text = printed()
    assert "Hạng 54 trên 63, DTI 0,6185" in text
    assert "DTI 0,5032 → 0,6185 (+0,1153), hạng 53 → 54 (−1)" in text
    rows = re.findall(r"^(.+?) {2,}([+−]\d,\d{6}|–) +([+−]\d+,\d\d)$", text, re.MULTILINE)
    figures = [tuple(_number(cell) for cell in row[1:]) for row in rows]
    assert len(rows) == 7
    assert sum(change for change, _ in figures[:-1]) == pytest.approx(figures[-1][0], abs=1e-9)
    assert figures[-1] == (0.1153, -1.0)
    assert re.search(r"5\d–5\d \(90% của 10\.000 lần, hạt giống \d+\)", text)


def _number(text):
    return 0.0 if text == "–" else float(text.replace("−", "-").replace(",", "."))


def test_the_official_order_of_2022():
    lines = printed("--year", "2022", "--all", "--lang", "en").splitlines()[1:]
    assert len(lines) == 63
    published = scores.published_ranks(2022)["DTI"].astype(int).sort_values(kind="stable")
    assert [int(re.match(r"[> ] *(\d+)", line)[1]) for line in lines] == published.tolist()
    assert [line for line in lines if line.startswith(">")] == [line for line in lines if "Lai Châu" in line]


def test_a_year_under_another_decision_stands_alone():
    text = printed("--year", "2024", "--lang", "en")
    assert "Rank 36 of 63, DTI 0.7056" in text
    assert (
        "Not compared with 2023: its scores follow Decision 922/QĐ-BTTTT, and no source says which part equals which."
        in text
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--year", "2024", "--base-year", "2023"], "cannot be compared"),
        (["--year", "2024", "--base-year", "2023", "--all"], "cannot be compared"),
        (["--year", "2021"], "gives no ranking. Years with all: 2022, 2023, 2024"),
        (["--province", "hanoi"], "no province 'hanoi'. Known: an-giang"),
    ],
)
def test_bad_input_is_refused(arguments, words):
    with pytest.raises(DataError, match=words):
        CliRunner().invoke(app, ["rank", *arguments], catch_exceptions=False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lai_chau", 2022, 2023), "Known: an-giang"),
        (("lai-chau", 2023, 2024), "405/QĐ-BKHCN"),
        (("lai-chau", 2021, 2023), "of 63 provinces only"),
        (("lai-chau", 2019, 2023), "no DTI scores for 2019"),
    ],
)
def test_bad_parameters_stop_the_page_with_the_reason(arguments, words):
    with pytest.raises(DataError, match=words):
        page.page(*arguments)
