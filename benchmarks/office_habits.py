"""What real offices do to a form or a table without meaning harm: each habit, and what intake must make of it.

``python benchmarks/office_habits.py`` prints what went otherwise; a test asserts every line. A habit ends in a figure
(the value that must be taken in, as the table keeps it) or in the code of the finding that must be told.
"""

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path
from typing import NamedTuple

import openpyxl
from bad_input import (
    _FIGURES,
    COUNT,
    PERCENT,
    Maker,
    _cells,
    edited,
    good_form,
    patched,
    place_file,
    result_cell,
    table,
    typed,
)
from openpyxl.styles import Font, Protection
from openpyxl.worksheet.worksheet import Worksheet

from dti.intake.cells import Unreadable
from dti.intake.judge import REGISTERS, Judge
from dti.intake.read_submission import extract
from dti.intake.reading import FileReader, read_bytes
from dti.intake.typed_numbers import plain
from dti.store.tables import PROJECT, load_all

COUNT_ROW = {"indicator_id": COUNT, "unit": "Số lượng"}


class Habit(NamedTuple):
    """What somebody did, the file that came of it, and what must come of the file: a value or a finding's code."""

    name: str
    file: str
    content: bytes | Maker
    wanted: str


def in_cell(value: object, wanted: str, indicator: str = PERCENT, code: str = "General") -> Habit:
    """Return the form with a value in a result's cell; beside a count stands the good figure."""
    wanted = f"71.5 {wanted}" if indicator == COUNT and wanted[0].isdigit() else wanted
    return Habit(f"{value!r} as {code}", "a.xlsx", typed(value, indicator, code), wanted)


def in_table(wanted: str, name: str = "", **changed: str) -> Habit:
    """Return a plain table whose good row has cells changed."""
    return Habit(name or repr(changed), "a.csv", table(changed), wanted)


def numbers_as_typed() -> Iterator[Habit]:
    """Yield figures as people and keyboards write them."""
    for text, wanted in {
        "7l,5%": "no-number", "71,S%": "no-number", "７１，５％": "71.5", "71,5\u00a0%": "71.5", "71,5\u202f%": "71.5",
        "٧١": "no-number", "๗๑": "no-number", "⑦": "no-number", "LXXI": "no-number", "1/2": "fraction",
        "96/106": "fraction", "96 / 106": "fraction", "96/106 = 90,6%": "no-number", "96∕106": "fraction",
        "96÷106": "no-number", "-0%": "0", "71,5%%": "no-number", "71,5 phần trăm": "no-number",
        "71,5%(1)": "no-number",
        "71,5*": "no-number", "~71%": "no-number", "71-72%": "no-number", "71,5% (đạt)": "no-number",
        "bảy mươi mốt": "no-number", "+71,5%": "71.5", "71\u00ad,5%": "no-number", "7\u200b1,5%": "71.5",
        "0,715": "share-or-percent", "71;5%": "no-number", "71,5 %.": "no-number", "=71,5%": "formula",
        "'71,5%": "no-number", "71·5%": "no-number", "71,5٪": "no-number", "100.000%": "two-readings",
        "01/02/2023": "no-number", "71,5% (tạm tính)": "no-number", "Đạt 71,5%": "no-number", "71,5/100": "fraction",
        "#N/A": "error", "chưa có": "no-figure-sent", "Chưa có số liệu.": "no-figure-sent", "71,5‰": "no-number",
    }.items():  # fmt: skip
        yield in_cell(text, wanted)
    for text, wanted in {
        "1\u00a0234": "1234", "1\u2009234": "1234", "1.234.567": "1234567", "1,234,567": "1234567",
        "1'234": "no-number", "1’234": "no-number", "12.34.5": "no-number", "1,2 nghìn": "no-number",
        "12 xã": "no-number",
        "1E+03": "no-number", "100.000": "100000", "1 234 567,0": "1234567", "12,0": "12", "012": "12",
        "12/106": "fraction", "12 CSDL": "no-number", "1234 .": "no-number", "mười hai (12)": "no-number",
    }.items():  # fmt: skip
        yield in_cell(text, wanted, COUNT)
        yield in_table("fraction" if wanted == "fraction" else wanted, f"{text!r} in CSV", **COUNT_ROW, value=text)


def numbers_as_shown() -> Iterator[Habit]:
    """Yield numbers that Excel holds, by how it shows them."""
    yield in_cell(0.715, "71.5", code="0.0%")
    yield in_cell(71.5, "over-100", code="0.0%")
    yield in_cell(0.00715, "0.715", code="0.00%")
    yield in_cell(-0.0, "0", code="0.0%")
    yield in_cell(71.5, "71.5", code="@")
    yield in_cell(71.5, "71.5", code='0.0"%"')
    yield in_cell(0.5, "share-or-percent", code='0.0"%"')
    yield in_cell(71.5, "71.5", code=r"0.0\ ")
    yield in_cell(0.1 + 0.2, "30", code="0%")
    yield in_cell(1234, "1234", COUNT, r"_-* #,##0\ _₫_-;\-* #,##0\ _₫_-;_-* \-??\ _₫_-;_-@_-")
    yield in_cell(1234, "1234", COUNT, r"_(* #,##0_);_(* \(#,##0\);_(* \-_);_(@_)")
    yield in_cell(1234, "1234", COUNT, "[$-42A]#,##0")
    yield in_cell(1234, "1234", COUNT, "#,##0;[Red]-#,##0")
    yield in_cell(12, "12", COUNT, "00000")
    yield in_cell(1234, "scaled", COUNT, "0.0E+00")
    yield in_cell(1234, "scaled", COUNT, "[>1000]0,;0")
    yield in_cell(12, "scaled", COUNT, "000-000")
    yield in_cell(0.5, "scaled", code="# ?/?")
    yield in_cell(45659, "date", COUNT, "d-mmm")
    yield in_cell(45659, "date", COUNT, "[$-42A]dd mmmm yyyy")
    yield in_cell(12, "scaled", COUNT, '0" tỷ"')
    yield in_cell("71,5%\n", "71.5")
    yield in_cell("71,5%\n(tạm tính)", "no-number")


def formulas() -> Iterator[Habit]:
    """Yield formulas with and without the value that Excel keeps beside them."""
    value = r'(<c r="J(?:1[0-9]|[2-9][0-9])" s="[0-9]+") t="s"><v>[0-9]+</v>'
    for name, new, wanted in (
        ("a formula with its value", r"\1><f>50+21.5</f><v>71.5</v>", "71.5"),
        ("a formula that gives text", r'\1 t="str"><f>"71,5"&amp;"%"</f><v>71,5%</v>', "71.5"),
        ("a formula that gives an error", r'\1 t="e"><f>1/0</f><v>#DIV/0!</v>', "error"),
        ("a formula without a value", r"\1><f>50+21.5</f>", "formula"),
        ("a formula with an empty text", r'\1 t="str"><f>IF(A1="","")</f><v></v>', "formula"),
        ("a formula with an external book", r"\1><f>[1]Sheet1!A1</f><v>71.5</v>", "71.5"),
        ("a share from a formula", r"\1><f>96/106</f><v>0.9057</v>", "share-or-percent"),
        ("an array formula", r'\1><f t="array" ref="J12">SUM(1,2)</f><v>71.5</v>', "71.5"),
        ("text in the cell itself", r'\1 t="inlineStr"><is><t>71,5%</t></is>', "71.5"),
        ("a boolean", r'\1 t="b"><v>1</v>', "boolean"),
    ):
        yield Habit(name, "a.xlsx", patched(_FIGURES, value, new), wanted)
    yield Habit("a formula as a note", "a.xlsx", _cells(M="=A1"), "formula")


def on_sheet(change: Callable[[openpyxl.Workbook, Worksheet], object], name: str, wanted: str) -> Habit:
    """Return the good form, changed."""
    return Habit(name, "a.xlsx", edited(change), wanted)


def _copied_row(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    row, last = result_cell(sheet, PERCENT).row, sheet.max_row + 1
    for cell in sheet[row]:
        sheet.cell(last, cell.column).value = cell.value


def _sorted_rows(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    rows = [row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 1).value).count("|") == 3][:5]
    values = [[cell.value for cell in sheet[row]] for row in rows]
    for row, cells in zip(rows, reversed(values), strict=True):
        for column, value in enumerate(cells, start=1):
            sheet.cell(row, column).value = value


def _filtered(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.auto_filter.ref = f"B9:N{sheet.max_row}"


def _filtered_out(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    _filtered(book, sheet)
    sheet.row_dimensions[result_cell(sheet, PERCENT).row].hidden = True


def _unlocked(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.protection.disable()
    sheet.column_dimensions["A"].hidden = False
    for row in sheet.iter_rows():
        for cell in row:
            cell.protection = Protection(locked=False)


def _other_fonts(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            cell.font = Font(name="Arial", size=8, bold=not cell.font.bold)


def _pasted_form(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    """Copy what can be seen into a new sheet and delete the form, as somebody does who cannot unlock it."""
    new = book.create_sheet("Sheet1", 0)
    for row in sheet.iter_rows(min_col=2):
        for cell in row:
            new.cell(cell.row, cell.column - 1).value = copy(cell.value)
    del book["Số liệu"]


def _without_ids(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 1).value = None


def _old_header(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    for cell in sheet[9]:
        cell.value = f"  {str(cell.value).lower()} " if cell.column > 1 and cell.value else cell.value


def _moved(columns: int) -> Callable[[openpyxl.Workbook, Worksheet], None]:
    """Return what types the figure that many columns beside its cell."""

    def change(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        cell = result_cell(sheet, PERCENT)
        cell.offset(0, columns).value, cell.value = cell.value, None

    return change


def sheets_handled() -> Iterator[Habit]:
    """Yield what is done to the sheet around the figures."""
    yield on_sheet(lambda book, sheet: setattr(sheet, "title", "Sheet1"), "the sheet renamed", "71.5")
    yield on_sheet(lambda book, sheet: book.move_sheet(sheet, 1), "sheets in another order", "71.5")
    yield on_sheet(lambda book, sheet: book.create_sheet("Sheet2"), "an empty sheet added", "71.5")
    yield on_sheet(lambda book, sheet: book.remove(book["Hướng dẫn"]), "the guide removed", "71.5")
    yield on_sheet(_unlocked, "the sheet unlocked and its ids shown", "71.5")
    yield on_sheet(_other_fonts, "other fonts", "71.5")
    yield on_sheet(_old_header, "heads in small letters with blanks", "71.5")
    yield on_sheet(_sorted_rows, "whole rows sorted", "71.5")
    yield on_sheet(_filtered, "a filter that hides nothing", "71.5")
    yield on_sheet(_filtered_out, "a filter that hides the row", "hidden-row")
    yield on_sheet(lambda book, sheet: sheet.insert_rows(14), "a blank row inserted", "71.5")
    yield on_sheet(lambda book, sheet: sheet.delete_rows(sheet.max_row), "a row deleted", "71.5")
    yield on_sheet(_copied_row, "a row copied below", "duplicate")
    yield on_sheet(_pasted_form, "the visible part pasted into another sheet", "no-layout")
    yield on_sheet(_without_ids, "the hidden column emptied", "no-layout")
    yield on_sheet(lambda book, sheet: sheet.delete_cols(1), "the hidden column deleted", "no-layout")
    yield on_sheet(_moved(3), "the figure typed as a note", "figure-in-note")
    yield on_sheet(_moved(4), "the figure typed as evidence", "figure-in-note")
    yield on_sheet(_moved(1), "the figure typed as a numerator", "percent-sign")
    yield on_sheet(_moved(-1), "the figure typed over the target", "row-changed")
    yield Habit("parts as a fraction", "a.xlsx", _cells(K="96/106"), "fraction")
    yield Habit("parts with per cent", "a.xlsx", _cells(K="71,5%", L="100%"), "percent-sign")
    yield Habit("parts the wrong way round", "a.xlsx", _cells(J="71,5%", K=1000, L=715), "over-100")
    yield Habit("parts that agree", "a.xlsx", _cells(J="71,5%", K="1.430", L="2 000"), "71.5")
    yield Habit("a link as evidence", "a.xlsx", edited(_linked), "71.5")


def _linked(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    cell = result_cell(sheet, PERCENT, "N")
    cell.value, cell.hyperlink = "Báo cáo số 12/BC-SYT", "https://example.org/bc"


_GARBLED = "Sá»Ÿ Y táº¿ bÃ¡o cÃ¡o sá»‘ liá»‡u"


def words_spoiled() -> Iterator[Habit]:
    """Yield notes whose letters were lost on the way, and ids and words as people write them."""
    yield Habit("a note read in another encoding", "a.xlsx", _cells(M=_GARBLED), "garbled")
    yield in_table("garbled", "a note read in another encoding, CSV", note=_GARBLED)
    yield in_table("garbled", "letters become question marks", note="S? Y t? báo cáo s? li?u")
    yield Habit("letters become boxes", "a.xlsx", _cells(M="S\ufffd Y t\ufffd"), "garbled")
    yield in_table("71.5", "a question as a note", note="Đã đúng chưa? Xin ý kiến.")
    yield in_table("71.5", "an address with a question mark", note="https://laichau.gov.vn/bc?so=12&nam=2023")
    yield in_table("71.5", "letters in two pieces", note="So\u031b\u0309 Y te\u0302\u0301")
    yield in_table("unknown-agency", "the agency's name for its id", agency_id="Sở Y tế")
    yield in_table("unknown-agency", "an id in capitals", agency_id="SO-Y-TE")
    yield in_table("unknown-indicator", "an indicator's name for its id", indicator_id="Hồ sơ sức khỏe điện tử")
    yield in_table("71.5", "year with a hard blank", year="\u00a02023")
    yield in_table("no-year", "two years", year="2022-2023")
    yield in_table("71.5", "unit in words", unit="percent")


def tables_saved() -> Iterator[Habit]:
    """Yield plain tables as programs save them."""
    good = table({}).decode()
    yield Habit("line ends of an old Mac", "a.csv", good.replace("\n", "\r").encode(), "71.5")
    yield Habit("line ends of Windows", "a.csv", good.replace("\n", "\r\n").encode("utf-8-sig"), "71.5")
    yield Habit("UTF-16 with tabs", "a.csv", good.replace(";", "\t").encode("utf-16"), "71.5")
    yield Habit("Windows-1258", "a.csv", table({"note": "#"}).replace(b"#", b"Ti\xd2nh"), "71.5")
    yield Habit("columns without a name", "a.csv", good.replace("\n", ";;\n").encode(), "71.5")
    yield Habit("a title above", "a.csv", ("Biểu số liệu" + ";" * 7 + "\n" + good).encode(), "no-layout")
    yield Habit("a total below", "a.csv", (good + "Tổng cộng;;;;71,5%;;;\n").encode(), "blank-cell")
    yield Habit("a note over two lines", "a.csv", table({"note": '"dòng một\ndòng hai"'}), "71.5")
    yield Habit("everything in quotes", "a.csv", re.sub(r"([^;\n]+)", r'"\1"', good).encode(), "71.5")
    yield Habit("capitals in heads", "a.csv", good.upper().replace("SO-Y-TE", "so-y-te").replace(
        PERCENT.upper(), PERCENT).encode(), "71.5")  # fmt: skip
    yield Habit("heads in Vietnamese", "a.csv", good.replace("agency_id", "Mã cơ quan").replace(
        "year", "NĂM").replace("indicator_id", "mã  chỉ tiêu").encode(), "71.5")  # fmt: skip


def files_of_other_kinds() -> Iterator[Habit]:
    """Yield files that are no form, by the name under which they come."""
    form_bytes = good_form()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("so-lieu.xlsx", form_bytes)
    for name, content, wanted in (
        ("bieu.zip", archive.getvalue(), "archive"),
        ("bieu.rar", b"Rar!\x1a\x07", "archive"),
        ("bieu.7z", b"7z\xbc\xaf", "archive"),
        ("bieu.doc", b"\xd0\xcf\x11\xe0", "word-document"),
        ("bieu.docx", archive.getvalue(), "word-document"),
        ("scan.pdf", b"%PDF-1.7", "picture-file"),
        ("anh.jpg", b"\xff\xd8\xff", "picture-file"),
        ("anh.HEIC", b"x", "picture-file"),
        ("bieu.eml", b"x", "other-kind"),
        ("bieu.xlsx.crdownload", form_bytes, "other-kind"),
        ("BIEU.XLSX", form_bytes, "71.5"),
        ("Bản sao của bieu (1) - Copy.xlsx", form_bytes, "71.5"),
        ("zip-trong.xlsx", archive.getvalue(), "not-excel"),
        ("bieu.et", form_bytes, "old-excel"),
    ):
        yield Habit(name, name, content, wanted)


def parts_of_other_programs() -> Iterator[Habit]:
    """Yield forms as other programs pack them."""
    base = good_form()
    yield Habit("saved without properties (Google Sheets)", "a.xlsx", repacked(base, drop="docProps/"), "71.5")
    yield Habit("a folder of a Mac in it", "a.xlsx", repacked(base, add={"__MACOSX/._a": b"x"}), "71.5")
    yield Habit("a signature in it", "a.xlsx", repacked(base, add={"_xmlsignatures/sig1.xml": b"<a/>"}), "71.5")
    yield Habit(
        "a label of secrecy in it", "a.xlsx", repacked(base, add={"docMetadata/LabelInfo.xml": b"<a/>"}), "71.5"
    )
    yield Habit("WPS's own property", "a.xlsx", repacked(base, add={"docProps/custom.xml": b"<Properties/>"}), "71.5")
    yield Habit(
        "saved as a template",
        "a.xlsx",
        repacked(base, replace=("[Content_Types].xml", b"sheet.main", b"template.main")),
        "71.5",
    )
    usual, other = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/main"
    strict = repacked(base, everywhere=(usual, other))
    yield Habit("saved as Strict Open XML", "a.xlsx", strict, "strict")
    yield Habit("parts stored, not deflated", "a.xlsx", repacked(base, method=zipfile.ZIP_STORED), "71.5")
    yield Habit("xlsb named xlsx", "a.xlsx", repacked(base, rename=("xl/workbook.xml", "xl/workbook.bin")), "not-excel")


def repacked(
    content: bytes,
    drop: str = "\0",
    add: dict[str, bytes] | None = None,
    replace: tuple[str, bytes, bytes] = ("", b"", b""),
    everywhere: tuple[bytes, bytes] = (b"", b""),
    rename: tuple[str, str] = ("", ""),
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a workbook packed anew."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name in source.namelist():
            part = source.read(name)
            if drop != "\0" and name in ("[Content_Types].xml", "_rels/.rels"):
                part = re.sub(rb"<(?:Override|Relationship)[^>]*docProps[^>]*/>", b"", part)
            if name == replace[0]:
                part = part.replace(*replace[1:])
            if everywhere[0]:
                part = part.replace(*everywhere)
            if not name.startswith(drop):
                archive.writestr(rename[1] if name == rename[0] else name, part)
        for name, part in (add or {}).items():
            archive.writestr(name, part)
    return target.getvalue()


def habits() -> list[Habit]:
    """Return all of them."""
    return [
        *numbers_as_typed(),
        *numbers_as_shown(),
        *formulas(),
        *sheets_handled(),
        *words_spoiled(),
        *tables_saved(),
        *files_of_other_kinds(),
        *parts_of_other_programs(),
    ]


class Tried:
    """Offers habits one after the other to what reads and judges, without writing anything."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.reading = folder, FileReader()
        self.judge = Judge(load_all(REGISTERS, PROJECT / "data"))

    def __call__(self, habit: Habit) -> str:
        """Return the value that is taken in, or the codes of what is told."""
        path = place_file(self.folder, habit.file, habit.content)
        try:
            content = read_bytes(path)
        except Unreadable as error:
            return error.code
        finally:
            path.unlink()
        sent = extract(habit.file, content, path.suffix, self.reading)
        figures = [self.judge.resolved(figure) for figure in sent.figures]
        found = [*sent.findings, *self.judge.of_form(sent, figures, []), *self.judge.twice(figures)]
        codes = {one.code for one in found if one.severity == "error"}
        values = [plain(figure.value) for figure in figures if figure.value is not None]
        return " ".join(sorted(codes)) or " ".join(values) or "no-figure-sent"


def main() -> None:
    """Print what went otherwise, and the counts."""
    right = unclear = wrong = 0
    with tempfile.TemporaryDirectory() as place:
        tried = Tried(Path(place))
        for habit in habits():
            got = tried(habit)
            taken = bool(re.match("[0-9]", got))
            if got == habit.wanted or (not taken and habit.wanted in got.split(" ")):
                right += 1
                continue
            unclear += not taken
            wrong += taken
            print(f"{habit.name[:60]:60} {habit.wanted:18} {got}")
        tried.reading.close()
    print(f"{right + unclear + wrong} habits: {right} right, {unclear} unclear, {wrong} taken in wrong")


if __name__ == "__main__":
    main()
