"""Bad files of every kind, offered to intake one by one: what is found, and whether any data was lost or changed.

``python benchmarks/bad_input.py`` prints the table. The tests use the same files.
"""

import io
import os
import random
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from dti.intake.forms import form
from dti.intake.take_in import intake
from dti.store.tables import PROJECT, load_all

AGENCY = "so-y-te"
HEADER = ["agency_id", "year", "indicator_id", "unit", "value", "numerator", "denominator", "note"]
ROW = {"agency_id": AGENCY, "year": "2023", "indicator_id": "ho-so-suc-khoe-dien-tu", "unit": "%", "value": "71,5%"}
PERCENT, COUNT = "ho-so-suc-khoe-dien-tu", "co-so-du-lieu"
_FIGURES = "xl/worksheets/sheet1.xml"

Maker = Callable[[Path], None]


class Made(NamedTuple):
    """A file that is made when it is asked for: most take a while."""

    content: Callable[[], bytes]

    def __call__(self, path: Path) -> None:
        """Write it."""
        path.write_bytes(self.content())


class Kind(NamedTuple):
    """A kind of bad input: what it is, the finding it must end in, and its files by name."""

    name: str
    code: str
    files: Mapping[str, bytes | Maker]


# --- how the files are made ----------------------------------------------------------------------------------------


def table(*rows: Mapping[str, str], header: list[str] = HEADER, separator: str = ";") -> bytes:
    """Return a plain table as CSV; each row is the good row with something changed."""
    lines = [header, *([{**ROW, **row}.get(name, "") for name in header] for row in rows)]
    return "".join(separator.join(line) + "\n" for line in lines).encode()


def edited(change: Callable[[openpyxl.Workbook, Worksheet], Any]) -> Made:
    """Return the agency's form with one good figure, changed as somebody might in Excel."""
    return Made(lambda: _edited(change))


def _edited(change: Callable[[openpyxl.Workbook, Worksheet], Any]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(blank_form()))
    sheet = book["Số liệu"]
    result_cell(sheet, PERCENT).value = "71,5%"
    change(book, sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def typed(value: object, indicator: str = PERCENT, number_format: str = "General") -> Made:
    """Return the form with this value as a result."""

    def change(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        cell = result_cell(sheet, indicator)
        cell.value, cell.number_format = value, number_format

    return edited(change)


def result_cell(sheet: Worksheet, indicator: str, column: str = "J") -> Cell:
    """Return a cell of an indicator's first row in a form."""
    row = next(row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 1).value).startswith(f"{indicator}|"))
    return sheet[f"{column}{row}"]


def patched(part: str, pattern: str, replacement: str) -> bytes:
    """Return the good form with a piece of its XML replaced."""
    source = zipfile.ZipFile(io.BytesIO(answered_form()))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                text, count = re.subn(pattern, replacement, content.decode(), count=1, flags=re.DOTALL)
                assert count, f"{pattern} is not in {part}"
                content = text.encode()
            archive.writestr(name, content)
    return target.getvalue()


def with_part(name: str, content: bytes, copies: int = 1) -> bytes:
    """Return the good form with parts added."""
    target = io.BytesIO(good_form())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for copy in range(copies):
            archive.writestr(name.format(copy), content)
    return target.getvalue()


def large(size: int) -> Maker:
    """Return what writes a file of so many bytes without filling the disk."""

    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)

    return make


@cache
def answered_form() -> bytes:
    """Return the agency's form with one good figure, as `dti form` would write it."""
    return form(_tables(), AGENCY, 2023, answers={(PERCENT, "tinh"): {"value": "71,5%"}})


@cache
def good_form() -> bytes:
    """Return the same as a program saved it after a hand filled it in."""
    return typed("71,5%").content()


@cache
def blank_form() -> bytes:
    """Return the agency's form as `dti form` writes it."""
    return form(_tables(), AGENCY, 2023)


@cache
def _tables() -> dict[str, pd.DataFrame]:
    """Return the registers, the agency being asked for a few figures only: its form is opened hundreds of times."""
    names = ["agencies", "indicators", "responsibilities", "observations", "sources"]
    tables = load_all(names, PROJECT / "data")
    few = tables["responsibilities"]["indicator_id"].isin(
        [PERCENT, COUNT, "he-thong-tram-y-te", "bao-cao-dinh-ky", "van-ban-ky-so"]
    )
    return tables | {"responsibilities": tables["responsibilities"][few]}


def _sheet_with(rows: list[list[object]], **settings: object) -> Callable[[openpyxl.Workbook, Worksheet], None]:
    def change(book: openpyxl.Workbook, _: Worksheet) -> None:
        sheet = book.create_sheet("Sheet3")
        for row in rows:
            sheet.append(row)
        for name, value in settings.items():
            setattr(sheet, name, value)

    return change


def _swap_names(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    first, second = result_cell(sheet, PERCENT, "C"), result_cell(sheet, "he-thong-tram-y-te", "C")
    first.value, second.value = second.value, first.value


def _hide_row(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.row_dimensions[result_cell(sheet, PERCENT).row].hidden = True


def _flat_row(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.row_dimensions[result_cell(sheet, PERCENT).row].height = 0.5


def _hide_column(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.column_dimensions["J"].hidden = True


def _merge(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    row = result_cell(sheet, PERCENT).row
    sheet.merge_cells(f"J{row}:J{row + 1}")


def _below(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet[f"J{sheet.max_row + 1}"].value = 12


def _beside(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet[f"P{result_cell(sheet, PERCENT).row}"].value = 12


def _second_form(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    book.copy_worksheet(sheet)


def _cells(**values: object) -> Made:
    """Return the form with these columns of the good row changed."""

    def change(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        for column, value in values.items():
            result_cell(sheet, PERCENT, column).value = value

    return edited(change)


def _heading(column: str, text: str | None) -> Made:
    def change(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet[f"{column}9"].value = text

    return edited(change)


def _mark(old: str, new: str) -> Made:
    def change(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        assert old in sheet["A1"].value
        sheet["A1"].value = sheet["A1"].value.replace(old, new)

    return edited(change)


def _hide_guide(book: openpyxl.Workbook, _: Worksheet) -> None:
    book["Hướng dẫn"].sheet_state = "hidden"


def _two_sheets(first: str, second: str) -> bytes:
    book = openpyxl.Workbook()
    for name, value in (("Quý 3", first), ("Quý 4", second)):
        sheet = book.create_sheet(name)
        sheet.append(HEADER[:5])
        sheet.append([{**ROW, "value": value}[column] for column in HEADER[:5]])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


_LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)
_TCVN3 = "Së Y tÕ b¸o c¸o sè liÖu chuyÓn ®æi sè"
_VNI = "Sôû Y teá baùo caùo soá lieäu chuyeån ñoåi soá"


def kinds() -> list[Kind]:
    """Return every kind of bad input that is tried."""
    good = good_form()
    return [
        Kind("old or macro format", "old-excel", dict.fromkeys(("a.xls", "a.xlsm", "a.xlsb", "a.ods"), good)),
        Kind("another document", "other-kind", {"a.txt": good, "so-lieu": table({})}),
        Kind("empty file", "empty", {"a.xlsx": b"", "a.csv": b"", "b.csv": b"\n\n ; \n"}),
        Kind(
            "not Excel inside",
            "not-excel",
            {"text.xlsx": table({}), "html.xlsx": b"<html><table></table></html>", "zip.xlsx": _archive({"a": b"a"})},
        ),
        Kind("password or old binary", "password", {"a.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)}),
        Kind("macros inside", "macros", {"a.xlsx": with_part("xl/vbaProject.bin", b"x")}),
        Kind(
            "damaged file",
            "damaged",
            {
                "xml.xlsx": patched(_FIGURES, "</sheetData>", "</sheetDat>"),
                "string.xlsx": patched(_FIGURES, r't="s"><v>[0-9]+<', 't="s"><v>99999<'),
                "minus.xlsx": patched(_FIGURES, r't="s"><v>[0-9]+<', 't="s"><v>-1<'),
                "cell.xlsx": patched(_FIGURES, 'r="B2"', 'r="B1"'),
                "merge.xlsx": patched(
                    _FIGURES,
                    "</sheetData>",
                    '</sheetData><mergeCells count="1"><mergeCell ref="J0:K"/></mergeCells>',
                ),
                "quote.csv": b'agency_id;value\n"so-y-te;1\n',
                "accents.csv": ("agency_id;value\na;" + "\u0301\u0323" * 1_000_000 + "x" * 200_000).encode(),
            },
        ),
        Kind(
            "truncated file",
            "not-excel",
            {f"cut{share}.xlsx": good[: len(good) * share // 10] for share in (1, 3, 5, 7, 9)},
        ),
        Kind(
            "zip bomb",
            "bomb",
            {
                "one.xlsx": with_part("xl/media/{}.png", bytes(70_000_000)),
                "many.xlsx": with_part("xl/media/{}.png", bytes(1_000_000), copies=70),
                "parts.xlsx": with_part("xl/media/{}.png", b"x", copies=1_001),
            },
        ),
        Kind(
            "XML entities",
            "dangerous-xml",
            {
                "laughs.xlsx": patched("xl/workbook.xml", r"^(<\?xml.*?\?>)?", _LAUGHS + "]>"),
                "file.xlsx": patched(_FIGURES, "^", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
            },
        ),
        Kind("file of 11 to 200 MB", "too-big", {"a.csv": large(11_000_000), "b.xlsx": large(200_000_000)}),
        Kind(
            "too many cells",
            "too-many-cells",
            {
                "a.csv": table(*[{}] * 10_100),
                "b.xlsx": patched(
                    _FIGURES,
                    "</sheetData>",
                    "".join(f'<row r="{row}"><c><v>1</v></c></row>' for row in range(1000, 51_500)) + "</sheetData>",
                ),
                "c.xlsx": patched(_FIGURES, "</sheetData>", "<row><c/></row>" * 101_000 + "</sheetData>"),
                "d.xlsx": patched(
                    "xl/workbook.xml", "</sheets>", '<sheet name="x" sheetId="9" r:id="rId1"/>' * 20_000 + "</sheets>"
                ),
            },
        ),
        Kind("not a plain file", "not-a-file", {"pipe.csv": os.mkfifo} if hasattr(os, "mkfifo") else {}),
        Kind(
            "unknown text encoding",
            "encoding",
            {
                "a.csv": table({"note": "Sở Y tế"})[:-1] + b"\x81\x9d\n",
                "b.csv": b"agency_id;value\n\xff\xfe\xfd;1\n",
                "c.csv": b"agency_id;value\n\xff;a" + b"\xec\xf2" * 1_000_000,
            },
        ),
        Kind(
            "TCVN3 text",
            "tcvn3",
            {
                "a.csv": table({"note": "#"}).replace(b"#", _TCVN3.encode("latin-1")),
                "b.csv": table({"note": _TCVN3}),
                "c.xlsx": _cells(M=_TCVN3),
            },
        ),
        Kind(
            "VNI text",
            "vni",
            {
                "a.csv": table({"note": "#"}).replace(b"#", _VNI.encode("latin-1")),
                "b.csv": table({"note": _VNI}),
                "c.xlsx": _cells(N=_VNI),
            },
        ),
        Kind("no clear separator", "separator", {"a.csv": table({}, separator="|"), "b.csv": b"a,b;c\n1,2;3\n"}),
        Kind(
            "rows of unequal width",
            "row-width",
            {"a.csv": table({}, separator=","), "b.csv": table({}) + b"so-y-te;2023\n"},
        ),
        Kind("no header", "no-layout", {"a.csv": b"so-y-te;2023;71%\n", "b.csv": b"T\xc3\xaan;Gi\xc3\xa1\nx;1\n"}),
        Kind(
            "renamed column",
            "unknown-column",
            {
                "a.csv": table({}).replace(b"value", b"valeu"),
                "b.xlsx": _heading("J", "Kết quả"),
                "c.xlsx": edited(_beside),
            },
        ),
        Kind(
            "missing column",
            "missing-column",
            {"a.csv": table({}, header=HEADER[:4]), "b.xlsx": _heading("J", None), "c.xlsx": _heading("M", None)},
        ),
        Kind(
            "column twice",
            "column-twice",
            {"a.csv": table({}, header=[*HEADER, "value"]), "b.xlsx": _heading("K", "KẾT QUẢ NĂM 2023")},
        ),
        Kind(
            "form id changed",
            "form-id",
            {"a.xlsx": _mark("|year|", "|"), "b.xlsx": _mark("2023", "20x3"), "c.xlsx": _mark("|year|", "|q5|")},
        ),
        Kind("form of another version", "form-version", {"a.xlsx": _mark("dti-form|2", "dti-form|9")}),
        Kind("two forms in a file", "two-forms", {"a.xlsx": edited(_second_form)}),
        Kind("figures on a sheet of one's own", "stray-sheet", {"a.xlsx": edited(_sheet_with([["Số khác", 12]]))}),
        Kind(
            "hidden sheet",
            "hidden-sheet",
            {
                "a.xlsx": edited(_sheet_with([["x", 1]], sheet_state="hidden")),
                "b.xlsx": edited(_sheet_with([["x", 1]], sheet_state="veryHidden")),
                "c.xlsx": edited(_hide_guide),
            },
        ),
        Kind("hidden row", "hidden-row", {"a.xlsx": edited(_hide_row), "b.xlsx": edited(_flat_row)}),
        Kind("hidden column", "hidden-column", {"a.xlsx": edited(_hide_column)}),
        Kind("merged cells", "merged", {"a.xlsx": edited(_merge)}),
        Kind("row of one's own", "no-id", {"a.xlsx": edited(_below), "b.xlsx": _cells(A=None)}),
        Kind("rows sorted apart from their ids", "row-changed", {"a.xlsx": edited(_swap_names)}),
        Kind("needed cell blank", "blank-cell", {f"{name}.csv": table({name: ""}) for name in HEADER[:4]}),
        Kind(
            "wrong agency",
            "unknown-agency",
            {
                "a.csv": table({"agency_id": "so-yte"}),
                "b.csv": table({"agency_id": "tinh"}),
                "c.csv": table({"agency_id": "../../etc/passwd"}),
                "d.xlsx": _mark("so-y-te", "so-khong-co"),
            },
        ),
        Kind(
            "figure of another agency",
            "not-responsible",
            {"a.csv": table({"agency_id": "so-tu-phap"}), "b.xlsx": _mark("so-y-te", "so-tu-phap")},
        ),
        Kind(
            "figure for another subject",
            "wrong-subject",
            {
                f"{subject}.csv": table({"subject_id": subject}, header=[*HEADER, "subject_id"])
                for subject in ("so-y-te", "huyen-sin-ho", "khong-co")
            },
        ),
        Kind(
            "wrong year",
            "unknown-year",
            {
                "a.csv": table({"year": "2013"}),
                "b.csv": table({"year": "2032"}),
                "c.xlsx": edited(_another_year),
            },
        ),
        Kind("unknown indicator", "unknown-indicator", {"a.csv": table({"indicator_id": "ho-so-suc-khoe"})}),
        Kind(
            "wrong unit",
            "wrong-unit",
            {
                "a.csv": table({"unit": "count", "value": "71"}),
                "b.csv": table({"unit": "người"}),
                "c.xlsx": _cells(F="Số lượng"),
            },
        ),
        Kind(
            "not a number",
            "no-number",
            {
                f"{place}.csv": table({"value": text})
                for place, text in enumerate(
                    ["khoảng 50%", "5O%", "50²", "½", "≥ 70%", "-", "không", "đạt", "1e1", "50-60%", "٥٠", "12 34"]
                )
            }
            | {"a.xlsx": typed("trên 70%"), "b.xlsx": typed("50\n84"), "c.csv": table({"value": "x"})},
        ),
        Kind(
            "two readings",
            "two-readings",
            {
                f"{place}.csv": table({"value": text})
                for place, text in enumerate(["1.234", "1,234", "12.500%", "１．２３４"])
            }
            | {"a.xlsx": typed("1,234", COUNT), "b.xlsx": typed("10.000")},
        ),
        Kind(
            "share or per cent",
            "share-or-percent",
            {
                "a.csv": table({"value": "0,5"}),
                "b.csv": table({"value": "1"}),
                "c.xlsx": typed(0.5084),
                "d.xlsx": typed(1),
            },
        ),
        Kind(
            "per cent sign on a count",
            "percent-sign",
            {"a.xlsx": typed("12%", COUNT), "b.xlsx": typed(0.12, COUNT, "0%")},
        ),
        Kind("negative", "negative", {"a.csv": table({"value": "-5%"}), "b.xlsx": typed(-5), "c.xlsx": typed("−5")}),
        Kind(
            "share above 100",
            "over-100",
            {"a.csv": table({"value": "100,01%"}), "b.xlsx": typed(5084), "c.xlsx": typed(1.2, number_format="0%")},
        ),
        Kind("too large", "too-large", {"a.xlsx": typed(10**12, COUNT), "b.xlsx": typed("12.345.678.901", COUNT)}),
        Kind("count with a fraction", "not-whole", {"a.xlsx": typed(1.234, COUNT), "b.xlsx": typed("12,5", COUNT)}),
        Kind("date", "date", {"a.xlsx": typed(45000, number_format="dd/mm/yyyy"), "b.xlsx": typed(12, COUNT, "d-mmm")}),
        Kind(
            "Excel error",
            "error",
            {f"{place}.xlsx": typed(text) for place, text in enumerate(["#REF!", "#DIV/0!", "#N/A", "#VALUE!"])},
        ),
        Kind("formula never calculated", "formula", {"a.xlsx": typed("=50+1"), "b.xlsx": typed('=HYPERLINK("x")')}),
        Kind("TRUE or FALSE", "boolean", {"a.xlsx": typed(True), "b.xlsx": typed(False, COUNT)}),
        Kind(
            "format that shows another number",
            "scaled",
            {"a.xlsx": typed(12000, COUNT, "#,##0,"), "b.xlsx": typed(12, COUNT, '0" nghìn"')},
        ),
        Kind(
            "numerator or denominator alone",
            "part-alone",
            {"a.csv": table({"numerator": "5"}), "b.csv": table({"denominator": "5"}), "c.xlsx": _cells(K=5)},
        ),
        Kind("denominator 0", "zero-denominator", {"a.csv": table({"numerator": "0", "denominator": "0"})}),
        Kind("parts without a result", "no-number-for-figure", {"a.xlsx": _cells(J=None, K=5, L=10)}),
        Kind("parts of a count", "parts-not-wanted", {"a.xlsx": _count_with_parts()}),
        Kind(
            "result against its parts",
            "parts-disagree",
            {"a.csv": table({"numerator": "70", "denominator": "100"}), "b.xlsx": _cells(K=715, L=10000)},
        ),
        Kind("figure twice", "duplicate", {"a.csv": table({}, {}), "b.xlsx": _two_sheets("71,5%", "71,5%")}),
        Kind(
            "sheets that disagree",
            "disagree",
            {"a.csv": table({}, {"value": "72%"}), "b.xlsx": _two_sheets("71%", "72%")},
        ),
        Kind("nothing filled in", "no-figure-sent", {"a.xlsx": blank_form(), "b.csv": table({"value": ""})}),
        Kind("note too long", "too-long", {"a.csv": table({"note": "x" * 1001}), "b.xlsx": _cells(M="x" * 30_000)}),
        *unseen_kinds(),
        *odd_moves(),
    ]


def odd_moves() -> list[Kind]:
    """Return the kinds that a reason lets through."""
    return [
        Kind(
            "fall on the year before",
            "fall",
            {"a.csv": _about("so-thong-tin-va-truyen-thong", "ho-so-truc-tuyen", "50%")},
        ),
        Kind(
            "jump of over 40 points",
            "jump",
            {"a.csv": _about("so-thong-tin-va-truyen-thong", "ho-so-truc-tuyen", "91%")},
        ),
        Kind(
            "ten times the year before",
            "factor",
            {"a.csv": _about("so-thong-tin-va-truyen-thong", "diem-cau-hop-truc-tuyen", "1320", "count")},
        ),
        Kind(
            "figure of the plan replaced",
            "replaces-other",
            {"a.csv": _about("so-thong-tin-va-truyen-thong", "ho-so-truc-tuyen", "51%", year="2022")},
        ),
    ]


def _about(agency: str, indicator: str, value: str, unit: str = "%", year: str = "2023") -> bytes:
    row = {"agency_id": agency, "indicator_id": indicator, "value": value, "unit": unit, "year": year}
    return table({**row, "subject_id": "tinh"}, header=[*HEADER, "subject_id"])


def _another_year(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["A1"].value = sheet["A1"].value.replace("2023", "2032")
    for column, text in (("H", "Kết quả năm 2031"), ("I", "Mục tiêu năm 2032"), ("J", "KẾT QUẢ NĂM 2032")):
        sheet[f"{column}9"].value = text


def _count_with_parts() -> Made:
    def change(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        for column, value in (("J", 12), ("K", 1), ("L", 2)):
            result_cell(sheet, COUNT, column).value = value

    return edited(change)


def _run(*runs: tuple[str, dict[str, object]]) -> CellRichText:
    """Return rich text: each run with what its font says."""
    return CellRichText(*(TextBlock(InlineFont(**font), text) if font else text for text, font in runs))


def _struck_cell(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    result_cell(sheet, PERCENT).font = Font(strike=True)


def _struck_name(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    result_cell(sheet, PERCENT, "C").font = Font(strike=True)


def _raised_cell(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    cell = result_cell(sheet, PERCENT)
    cell.value, cell.font = 71.5, Font(vertAlign="superscript")


def _comment(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    result_cell(sheet, PERCENT).comment = Comment("Số này chưa đúng, xin rút", "Sở Y tế")


def _outside(cell: str, value: object, sheet_name: str = "Số liệu") -> Made:
    """Return the good form with something written where nothing is to be filled in."""

    def change(book: openpyxl.Workbook, _: Worksheet) -> None:
        book[sheet_name][cell].value = value

    return edited(change)


def _compressed(method: int) -> bytes:
    """Return the good form compressed in a way that no office program does."""
    source = zipfile.ZipFile(io.BytesIO(good_form()))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    return target.getvalue()


def _alike() -> bytes:
    book = openpyxl.Workbook()
    for name, value in (("Quý 4", "71%"), ("Quý  4", "72%")):
        sheet = book.create_sheet(name)
        sheet.append(HEADER[:5])
        sheet.append([{**ROW, "value": value}[column] for column in HEADER[:5]])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


_TEXT_BOX = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:sp><xdr:txBody><a:p><a:r>'
    "<a:t>Đề nghị rút số 71,5%</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
)


def unseen_kinds() -> list[Kind]:
    """Return what a reader of values alone does not see: marks, formats, hidden signs, words beside the cells."""
    struck, raised, lowered = {"strike": True}, {"vertAlign": "superscript"}, {"vertAlign": "subscript"}
    return [
        Kind(
            "struck-out digits or words",
            "struck",
            {
                "half.xlsx": typed(_run(("50", struck), ("60", {}))),
                "before.xlsx": typed(_run(("12", struck), ("345", {})), COUNT),
                "whole.xlsx": edited(_struck_cell),
                "note.xlsx": _cells(M=_run(("Tính cả xã", struck), (" chỉ huyện", {}))),
                "row.xlsx": edited(_struck_name),
            },
        ),
        Kind(
            "footnote marks",
            "raised",
            {
                "a.xlsx": typed(_run(("71", {}), ("2", raised))),
                "b.xlsx": typed(_run(("12", {}), ("3", raised)), COUNT),
                "c.xlsx": typed(_run(("71", {}), ("2", lowered))),
                "d.xlsx": edited(_raised_cell),
            },
        ),
        Kind(
            "cell that shows another number",
            "scaled",
            {
                f"{place}.xlsx": typed(value, PERCENT if value < 1 else COUNT, shown)
                for place, (value, shown) in enumerate(
                    [(5, r"0\0\0"), (50, ";;;"), (0.5, "0,%"), (5, "-0"), (0.7108, "0%"), (5, '"1"0')]
                )
            },
        ),
        Kind(
            "hours instead of a number", "date", {"a.xlsx": typed(2, COUNT, "[h]"), "b.xlsx": typed(2, COUNT, "[mm]")}
        ),
        Kind(
            "digits turned by hidden signs",
            "turned",
            {"a.xlsx": typed("12\u200f34", COUNT), "b.csv": table({"value": "\u202e17%"})},
        ),
        Kind(
            "figure in a column that is not to be filled",
            "row-changed",
            {
                "last.xlsx": _cells(H="65%"),
                "target.xlsx": _cells(I=80),
                "meaning.xlsx": _cells(D="75%"),
                "b.xlsx": _cells(B=7),
            },
        ),
        Kind(
            "figure above the table",
            "heading-changed",
            {
                "a.xlsx": _outside("D3", 55),
                "b.xlsx": _outside("B8", "Xin rút số liệu"),
                "c.xlsx": _outside("B2", "Sở khác"),
            },
        ),
        Kind(
            "figure on the guide's sheet",
            "guide-changed",
            {"a.xlsx": _outside("B4", 71.5, "Hướng dẫn"), "b.xlsx": _outside("A40", "71,5%", "Hướng dẫn")},
        ),
        Kind("comment", "comment", {"a.xlsx": edited(_comment)}),
        Kind("text box", "text-box", {"a.xlsx": with_part("xl/drawings/drawing9.xml", _TEXT_BOX.encode())}),
        Kind(
            "picture or embedded document",
            "picture",
            {"a.xlsx": with_part("xl/media/image1.png", b"x"), "b.xlsx": with_part("xl/embeddings/a.docx", b"x")},
        ),
        Kind(
            "value twice in a cell, cell twice",
            "damaged",
            {
                "v.xlsx": patched(_FIGURES, r"</v></c>", "</v><v>1</v></c>"),
                "c.xlsx": patched(_FIGURES, r'(<c r="B2"[^>]*>.*?</c>)', r"\1\1"),
            },
        ),
        Kind(
            "decimals split off by a comma",
            "split-number",
            {"a.csv": (",".join([*HEADER[:5], "note"]) + "\nso-y-te,2023,ho-so-suc-khoe-dien-tu,%,71,5\n").encode()},
        ),
        Kind("sheets named alike", "sheets-alike", {"a.xlsx": _alike()}),
        Kind(
            "compressed as no office program does",
            "bomb",
            {"bz2.xlsx": _compressed(zipfile.ZIP_BZIP2), "lzma.xlsx": _compressed(zipfile.ZIP_LZMA)},
        ),
        Kind("no year", "no-year", {"a.csv": table({"year": "05/12/2023"}), "b.csv": table({"year": "23"})}),
        Kind("no period", "no-period", {"a.csv": table({"period": "tháng 6"}, header=[*HEADER, "period"])}),
        Kind(
            "words instead of a figure",
            "no-number",
            {
                f"{place}.csv": table({"value": text})
                for place, text in enumerate(
                    ["N/A", "x", "chưa thống kê được", "không có số liệu", "chưa phát sinh", "đang rà soát"]
                )
            },
        ),
        Kind(
            "nothing there to withdraw",
            "nothing-to-withdraw",
            {"a.csv": table({"value": "rút số liệu"}), "b.xlsx": typed("Rút số liệu")},
        ),
    ]


def _archive(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def noise(files: int = 200, seed: int = 2023) -> Kind:
    """Return good files with bytes changed at random; whatever they say must not get in unseen."""
    random_bytes = random.Random(seed)
    made = {}
    for place in range(files):
        suffix, content = random_bytes.choice([(".xlsx", good_form()), (".csv", table({}))])
        spoiled = bytearray(content)
        for _ in range(random_bytes.randint(1, 20)):
            spoiled[random_bytes.randrange(len(spoiled))] = random_bytes.randrange(256)
        made[f"{place}{suffix}"] = bytes(spoiled)
    return Kind("bytes changed at random", "", made)


# --- what becomes of them ------------------------------------------------------------------------------------------


class Result(NamedTuple):
    """What became of the files of one kind."""

    files: int
    found: int
    clear: int
    changed: int
    accepted: int


def place_file(folder: Path, name: str, content: bytes | Maker) -> Path:
    """Write one of a kind's files."""
    path = folder / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    return path


def fingerprint(data: Path) -> str:
    """Return what changes when any table or kept file does."""
    files = sorted(path for path in data.rglob("*") if path.is_file() and path.name != ".lock")
    return sha256(b"".join(str(path).encode() + sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def try_kind(kind: Kind, data: Path, folder: Path) -> Result:
    """Offer each file of a kind to intake, beside a good one."""
    before = fingerprint(data)
    found = clear = changed = accepted = 0
    good = place_file(
        folder, "good-one.csv", _about("huyen-sin-ho", "may-tinh-cap-huyen", "98%").replace(b"tinh\n", b"\n")
    )
    for name, content in kind.files.items():
        path = place_file(folder, name, content)
        outcome = intake([good, path], data, dry_run=not kind.code)
        path.unlink()
        codes = [finding.code for finding in outcome.findings]
        found += outcome.refused
        clear += kind.code in codes if kind.code else outcome.refused
        accepted += not outcome.refused
        changed += fingerprint(data) != before
    return Result(len(kind.files), found, clear, changed, accepted)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as place:
        data = Path(shutil.copytree(PROJECT / "data", Path(place) / "data"))
        folder = Path(place) / "files"
        folder.mkdir()
        print(f"{'kind of bad input':36} {'files':>5} {'found':>6} {'finding meant':>14} {'data lost or changed':>21}")
        total = Result(0, 0, 0, 0, 0)
        for kind in kinds():
            result = try_kind(kind, data, folder)
            total = Result(*map(sum, zip(total, result, strict=True)))
            print(f"{kind.name:36} {result.files:5} {result.found:6} {result.clear:14} {result.changed:21}")
        print(
            f"{f'in all, {len(kinds())} kinds':36} {total.files:5} {total.found:6} {total.clear:14} {total.changed:21}"
        )
        spoiled = try_kind(noise(), data, folder)
        print(
            f"\n{spoiled.files} good files with bytes changed at random: {spoiled.found} refused with findings, "
            f"{spoiled.accepted} still a well-formed table or form."
        )


if __name__ == "__main__":
    main()
