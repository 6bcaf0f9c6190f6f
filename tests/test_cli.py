"""The command, as a user meets it: what it prints, what it writes, how it ends."""

import pandas as pd
import pytest

from dti.plan.progress import COLUMNS


def test_check_counts_the_tables_or_lists_every_fault_and_ends_with_2(dti, edit):
    assert dti("check")[0] == 0
    edit("observations", "indicator_id == 'may-tinh-cap-xa'", "value", "abc")
    data = edit("agencies", "agency_id == 'so-y-te'", "kind", "benh-vien")
    code, out, err = dti("check", "--data", data)
    assert (code, out) == (2, "")
    assert "observations.csv" in err and "agencies.csv" in err and "'abc' is not a number" in err


def test_progress_is_written_with_the_columns_of_the_design(dti, tmp_path):
    out = tmp_path / "x.csv"
    assert dti("progress", "--year", 2023, "--out", out)[0] == 0
    rows = pd.read_csv(out)
    assert rows.columns.tolist() == [*COLUMNS[:1], "name", *COLUMNS[1:2], "lead", "role", *COLUMNS[2:]]
    row = rows.set_index("indicator_id").loc["ho-so-cong-viec-cap-tinh"]
    assert (row["change"], row["gap"], row["status"]) == (30, 30, "to_do")
    assert "-0.84" in out.read_text().split("ho-so-truc-tuyen", 1)[1].splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--agency", "so-abc"], "so-y-te"),
        (["--year", "1999"], "Known years: 2022, 2023"),
        (["--year", "abc"], "số nguyên"),
        (["--data", "no-such-folder"], "codebook.csv"),
    ],
)
def test_bad_arguments_end_with_2_and_write_nothing(dti, tmp_path, arguments, words):
    out = tmp_path / "x.csv"
    code, _, err = dti("progress", "--out", out, *arguments)
    assert code == 2
    assert words in err
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_named(dti, tmp_path):
    code, _, err = dti("progress", "--out", tmp_path / "no" / "x.csv")
    assert code == 2
    assert "cannot be written" in err
