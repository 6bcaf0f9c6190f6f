"""What the command says of arguments that it cannot use, in the user's language, and how it ends."""

import pytest
import typer.main

from dti import cli

COMMANDS = typer.main.get_command(cli.app).commands


def spoiled(path: list[str], command) -> list[list[str]]:
    """Return command lines that spoil each parameter of a command in turn."""
    lines = [[*path, "--khong-co"]]
    for parameter in command.params:
        kind = parameter.type_descriptor
        if parameter.param_type_name == "option" and not parameter.is_flag:
            lines.append([*path, parameter.opts[0]])
            if kind.choices or kind.annotation in (int, float):
                lines.append([*path, f"{parameter.opts[0]}=q9"])
        elif parameter.param_type_name == "option":
            lines.append([*path, f"{parameter.opts[0]}=q9"])
    if any(parameter.required for parameter in command.params):
        lines.append(path)
    return lines


ALL = [(name, sub) for name, command in COMMANDS.items() for sub in getattr(command, "commands", {"": command}).items()]


@pytest.mark.parametrize(("name", "sub"), ALL, ids=lambda one: one if isinstance(one, str) else one[0] or "-")
def test_every_argument_of_every_command_is_asked_for_in_the_users_language(dti, name, sub):
    path = [name, *filter(None, sub[:1])]
    for line in spoiled(path, sub[1]):
        code, out, told = dti(*line)
        assert code == 2 and out == "", line
        assert any(word in told for word in ("Cần: ", "Các tùy chọn có thể dùng: ")), told
        assert f"Xem hướng dẫn: dti {' '.join(path)}" in told or "dti plan" in told, told
    for line in spoiled(path, sub[1])[:2]:
        code, out, told = dti(*line[: len(path)], "--lang=en", *line[len(path) :])
        assert code == 2 and ("Expected: " in told or "Options: " in told) and "Help: dti" in told, told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["form", "--period", "q9"], "--period: “q9” không dùng được. Cần: một trong: year, h1, h2, q1, q2, q3, q4."),
        (["report", "--year", "hai nghìn"], "--year: “hai nghìn” không dùng được. Cần: số nguyên, ví dụ 2023."),
        (["report", "--timeout", "0"], "Cần: một con số từ 1."),
        (["report", "--yaer", "3"], "Không có tùy chọn --yaer. Các tùy chọn có thể dùng: --year."),
        (["status", "--due", "15/1/2024"], "năm-tháng-ngày"),
        (["form", "--all", "--year", "0"], "--year: “0” không dùng được. Cần: số nguyên từ 2000 đến 2099."),
        (["status", "--year", "1000000000"], "số nguyên từ 2000 đến 2099"),
        (["history"], "Thiếu INDICATOR. Cần: mã chỉ tiêu"),
        (["rank", "lai", "chau"], "Thừa “lai chau”"),
        (["bao-cao"], "Không có lệnh “bao-cao”. Các lệnh: check,"),
        (["plan", "doc"], "Không có lệnh “doc”. Các lệnh: read, take, verify."),
        (["check", "--data", "pyproject.toml"], "tên thư mục, không phải tệp"),
        (["proof", "lib"], "tên tệp, không phải thư mục"),
        (["rank", "--year", "2,023", "--lang", "en"], "--year: “2,023” cannot be used. Expected: a whole number,"),
    ],
)
def test_a_bad_argument_is_named_with_what_is_expected(dti, line, words):
    code, out, told = dti(*line)
    assert code == 2 and out == "" and words in told and "Traceback" not in told


@pytest.mark.parametrize("line", [["report", "--out", ""], ["progress", "--out="], ["whatif", "--new", ""]])
def test_an_empty_place_is_not_taken_for_the_folder_one_stands_in(dti, line):
    code, out, told = dti(*line)
    assert code == 2 and out == "" and "còn thiếu giá trị" in told


@pytest.mark.parametrize(
    "line",
    [
        ["edit", "--table", "agencies", "--out"],
        ["whatif", "--new"],
        ["whatif", "minh-hoa", "--xlsx"],
        ["diff", ".", ".", "--page"],
        ["progress", "--out"],
    ],
)
def test_nothing_that_a_command_writes_replaces_a_table_or_a_setting(dti, data_copy, line):
    before = {path: path.read_bytes() for path in data_copy.glob("*.*")}
    code, _, told = dti(*line, data_copy / "office.yml")
    assert code == 2 and "office.yml" in told
    assert {path: path.read_bytes() for path in data_copy.glob("*.*")} == before
