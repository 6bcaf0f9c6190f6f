"""The recipes of the README run as they stand there."""

import re

import openpyxl

from dti.store.tables import PROJECT

RECIPES = (PROJECT / "README.md").read_text(encoding="utf-8").split("## Recipes", 1)[1].split("\n## ", 1)[0]


def test_the_recipes_run_and_give_what_they_promise(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (source,) = re.findall(r"```python\n(.*?)```", RECIPES, re.DOTALL)
    scope: dict = {}
    exec(compile(source, "README", "exec"), scope)
    sheet = openpyxl.load_workbook(tmp_path / "gaps.xlsx").active
    gaps = [row[[cell.value for cell in sheet[1]].index("gap")].value for row in sheet.iter_rows(min_row=2)]
    assert gaps and min(gaps) > 10
    assert len(scope["north"]) == 14 and scope["north"]["change"].notna().all()
    assert len(scope["two"]) == 2 and scope["two"][0].notna().any()


def test_every_command_the_recipes_name_is_there(dti):
    named = set(re.findall(r"`dti (\w+)", RECIPES))
    assert {"edit", "report", "check"} <= named
    for command in named:
        assert dti(command, "--help")[0] == 0
