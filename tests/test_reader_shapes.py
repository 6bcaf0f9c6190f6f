"""Many shapes of official sentences, tables and small plans, each with what must be read in it.

The texts stand in ``tests/plans/*-minh-hoa.txt``, so that an official can add one that was misread.
"""

import json
import re

import docx
import pytest
import typst

from dti.reader.figures import TABLES
from dti.reader.plan import FoundFigure, read_plan
from dti.store.tables import PROJECT, load_all

FOLDER = PROJECT / "tests" / "plans"
UNITS = {"percent": "%", "count": " n", "rank": " n", "ratio": " r", "mbps": " mbps"}


@pytest.fixture(scope="module")
def known():
    return load_all(TABLES)


def shown(found: FoundFigure) -> str:
    """Return a figure as the texts write it: "T25 >=80% @xa"."""
    reading, quantity = found.reading, found.reading.quantity
    sign = "" if quantity.comparator in ("=", "range") else quantity.comparator
    whole = f"/{quantity.total:f}" if quantity.total is not None else UNITS[quantity.unit]
    high = f"..{quantity.high:f}" if quantity.high is not None else ""
    value = f"{quantity.value.normalize():f}"
    level = "" if reading.level == "toan-tinh" else f" @{reading.level.removeprefix('cap-')}"
    return f"{'i ' if reading.implied else ''}{reading.kind[0].upper()}{reading.year % 100} {sign}{value}{high}{whole}{level}"


def listed(text: str) -> list[str]:
    """Return the readings that a text asks for, one spelling."""
    return [re.sub(r"(/\d+) n", r"\1", part.strip()) for part in text.split(";") if part.strip()]


def readings(plan, block=None) -> list[str]:
    """Return the figures of a plan, or of one of its blocks."""
    return [
        shown(found)
        for found in plan.found
        if found.reading.kind != "none" and block in (None, found.reading.block.number)
    ]


def parts(name: str) -> list[tuple[str, list[str]]]:
    """Return the parts of a text: heading, lines."""
    blocks = (FOLDER / name).read_text(encoding="utf-8").split("\n== ")[1:]
    return [(lines[0], [line for line in lines[1:] if line]) for lines in (block.split("\n") for block in blocks)]


def read(path, text, known):
    path.write_text(text, encoding="utf-8")
    return read_plan(path, 2025, known)


SENTENCES = parts("cau-minh-hoa.txt")
TABLE_PARTS = parts("bang-minh-hoa.txt")
SMALL = parts("ke-hoach-ngan-minh-hoa.txt")


@pytest.mark.parametrize(("heading", "lines"), SENTENCES, ids=[heading[:30] for heading, _ in SENTENCES])
def test_sentences_of_many_shapes_are_read(tmp_path, known, heading, lines):
    wanted = {text.strip(): listed(want) for text, want in (line.split("=>") for line in lines)}
    assert len(wanted) > 30
    plan = read(tmp_path / "plan.txt", "\n".join([*heading.split("|"), *(f"- {text}" for text in wanted)]), known)
    blocks = {block.text: block.number for block in plan.outline.blocks}
    explicit = {
        text: [one for one in readings(plan, blocks[text]) if not one.startswith("i ") or one in want]
        for text, want in wanted.items()
    }
    assert {text: got for text, got in explicit.items() if got != wanted[text]} == {}


def cells(lines):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def as_text(heading, rows):
    plain = [["" if cell in ("^", "<") else cell for cell in row] for row in rows]
    return "\n".join([*heading.split(" | "), "", *(f"| {' | '.join(row)} |" for row in plain)])


def as_word(heading, rows, path):
    document = docx.Document()
    for line in heading.split(" | "):
        document.add_paragraph(line)
    table = document.add_table(len(rows), len(rows[0]))
    for down, row in enumerate(rows):
        for across, cell in enumerate(row):
            if cell == "^":
                table.cell(down - 1, across).merge(table.cell(down, across))
            elif cell == "<":
                table.cell(down, across - 1).merge(table.cell(down, across))
    for down, row in enumerate(rows):
        for across, cell in enumerate(row):
            if cell not in ("^", "<"):
                table.cell(down, across).text = cell
    document.save(path)


def spans(rows, down, across):
    """Return over how many lines and columns a cell reaches."""
    high, wide = 1, 1
    while down + high < len(rows) and rows[down + high][across] == "^":
        high += 1
    while across + wide < len(rows[0]) and rows[down][across + wide] == "<":
        wide += 1
    return high, wide


def as_pdf(heading, rows, path):
    said = lambda text: f"#{json.dumps(text, ensure_ascii=False)}"  # noqa: E731
    inside = [
        "table.cell(rowspan: {}, colspan: {})[{}]".format(*spans(rows, down, across), said(cell))
        for down, row in enumerate(rows)
        for across, cell in enumerate(row)
        if cell not in ("^", "<")
    ]
    table = f"#table(columns: {len(rows[0])}, {', '.join(inside)})"
    page = "#set page(width: 30cm)\n" + "\n\n".join([*map(said, heading.split(" | ")), table])
    path.write_bytes(typst.compile(page.encode("utf-8")))


@pytest.mark.parametrize(("heading", "lines"), TABLE_PARTS, ids=[heading[:40] for heading, _ in TABLE_PARTS])
def test_tables_of_many_shapes_are_read_in_word_pdf_and_text(tmp_path, known, heading, lines):
    rows, wanted = cells(lines), listed(lines[-1].removeprefix("=>"))
    as_word(heading, rows, tmp_path / "plan.docx")
    assert readings(read_plan(tmp_path / "plan.docx", 2025, known)) == wanted
    as_pdf(heading, rows, tmp_path / "plan.pdf")
    assert readings(read_plan(tmp_path / "plan.pdf", 2025, known)) == wanted
    assert readings(read(tmp_path / "plan.txt", as_text(heading, rows), known)) == wanted


@pytest.mark.parametrize(("name", "lines"), SMALL, ids=[name for name, _ in SMALL])
def test_small_plans_of_many_shapes_are_read(tmp_path, known, name, lines):
    wanted = listed(lines[-1].removeprefix("=>"))
    assert readings(read(tmp_path / "plan.txt", "\n".join(lines[:-1]), known)) == wanted
