"""What is wrong with a file that was sent in: where, what, and what is expected, in both languages from one source."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import pandas as pd

from dti.intake.cells import clean
from dti.words.vietnamese import Lang, number

COLUMNS = ["file", "sheet", "cell", "value", "wrong", "expected", "severity"]
Severity = Literal["error", "warning"]

#: Longest text for which a similar name is looked up.
MAX_NEAR = 80

_BY_HAND = ("ghi số bằng chữ số, ví dụ 50,84", "a number in digits, such as 50.84")

#: code: (what is wrong, what is expected) in Vietnamese, then in English.
MESSAGES: dict[str, tuple[str, str, str, str]] = {
    # the file
    "old-excel": (
        "định dạng này không được nhận",
        "mở bằng Excel hoặc LibreOffice rồi lưu thành .xlsx (không có macro)",
        "this format is not taken",
        "open it in Excel or LibreOffice and save it as .xlsx (without macros)",
    ),
    "other-kind": (
        "không phải tệp Excel hay CSV",
        "tệp .xlsx hoặc .csv; tài liệu khác để ở thư mục riêng",
        "neither an Excel nor a CSV file",
        "an .xlsx or .csv file; keep other documents in a folder of their own",
    ),
    "not-a-file": (
        "không phải tệp thông thường",
        "một tệp .xlsx hoặc .csv",
        "not a plain file",
        "an .xlsx or .csv file",
    ),
    "no-access": (
        "không mở được tệp ({reason})",
        "tệp có thật và được phép đọc",
        "the file cannot be opened ({reason})",
        "a file that exists and may be read",
    ),
    "no-files": (
        "không có tệp nào để đọc",
        "ít nhất một tệp .xlsx hoặc .csv",
        "there is no file to read",
        "at least one .xlsx or .csv file",
    ),
    "too-many-files": (
        "quá nhiều tệp trong một lần",
        "không quá {most} tệp",
        "too many files at once",
        "no more than {most} files",
    ),
    "too-big": ("tệp quá lớn", "tệp không quá {most} MB", "the file is too large", "a file of no more than {most} MB"),
    "empty": ("tệp không có nội dung", "tệp có số liệu", "the file holds nothing", "a file with figures"),
    "not-excel": (
        "phần mở rộng là .xlsx nhưng nội dung không phải tệp Excel",
        "tệp do Excel hoặc LibreOffice lưu",
        "named .xlsx, but not an Excel file",
        "a file saved by Excel or LibreOffice",
    ),
    "dangerous-xml": (
        "tệp chứa khai báo XML không an toàn",
        "tệp do Excel hoặc LibreOffice lưu",
        "the file holds unsafe XML declarations",
        "a file saved by Excel or LibreOffice",
    ),
    "damaged": (
        "tệp hỏng, không đọc được trọn vẹn ({reason})",
        "mở lại bằng Excel, lưu thành tệp mới rồi gửi lại",
        "the file is damaged and cannot be read whole ({reason})",
        "open it in Excel, save it as a new file, send it again",
    ),
    "password": (
        "tệp có mật khẩu hoặc là định dạng Excel cũ",
        "tệp .xlsx không đặt mật khẩu mở tệp",
        "the file has a password or is of the old Excel format",
        "an .xlsx file that opens without a password",
    ),
    "bomb": (
        "tệp nén bất thường, bung ra quá lớn",
        "tệp do Excel hoặc LibreOffice lưu",
        "the file unpacks to an abnormal size",
        "a file saved by Excel or LibreOffice",
    ),
    "too-heavy": (
        "tệp quá nặng, không đọc xong trong {seconds} giây và {megabytes} MB bộ nhớ",
        "tệp do Excel hoặc LibreOffice lưu từ biểu mẫu gốc",
        "the file is too heavy to be read within {seconds} seconds and {megabytes} MB of memory",
        "a file saved by Excel or LibreOffice from the original form",
    ),
    "macros": ("tệp chứa macro", "tệp .xlsx không có macro", "the file holds macros", "an .xlsx file without macros"),
    "too-many-cells": (
        "quá nhiều ô",
        "không quá {most} ô; xóa các dòng, cột thừa",
        "too many cells",
        "no more than {most} cells; delete rows and columns not needed",
    ),
    "encoding": (
        "không nhận ra bảng mã của tệp",
        "lưu lại với bảng mã UTF-8 (CSV UTF-8)",
        "the text encoding is not known",
        "save it again as UTF-8 (CSV UTF-8)",
    ),
    "tcvn3": (
        "chữ gõ theo bảng mã TCVN3 (phông .Vn…), không phải Unicode",
        "chuyển sang Unicode (ví dụ bằng công cụ chuyển mã của Unikey) rồi gửi lại",
        "text typed in TCVN3 (.Vn… fonts), not in Unicode",
        "convert it to Unicode (with Unikey's converter, for example) and send it again",
    ),
    "vni": (
        "chữ gõ theo bảng mã VNI (phông VNI-…), không phải Unicode",
        "chuyển sang Unicode (ví dụ bằng công cụ chuyển mã của Unikey) rồi gửi lại",
        "text typed in VNI (VNI-… fonts), not in Unicode",
        "convert it to Unicode (with Unikey's converter, for example) and send it again",
    ),
    "separator": (
        "không rõ các cột ngăn cách bằng dấu gì",
        "một loại dấu ngăn cách: dấu phẩy, dấu chấm phẩy hoặc tab",
        "it is not clear what separates the columns",
        "one separator: comma, semicolon or tab",
    ),
    "row-width": (
        "dòng {row} có {found} ô, dòng tiêu đề có {wanted} ô",
        "mỗi dòng đủ số ô; số có dấu phẩy đặt trong dấu nháy kép",
        "row {row} has {found} cells, the header has {wanted}",
        "as many cells in each row; numbers with a comma in quotes",
    ),
    # the layout
    "no-layout": (
        "không phải biểu mẫu và không có dòng tiêu đề theo quy định",
        "biểu mẫu do `dti form` lập, hoặc dòng đầu gồm các cột {columns}",
        "neither a form nor a table with the documented header",
        "a form made by `dti form`, or a first row with the columns {columns}",
    ),
    "missing-column": (
        "thiếu cột “{column}”",
        "đủ các cột theo quy định, giữ nguyên tên cột",
        "the column “{column}” is missing",
        "all columns of the layout, under their own names",
    ),
    "unknown-column": (
        "không có cột nào tên như vậy",
        "tên cột theo quy định{near}",
        "there is no column of this name",
        "a column name of the layout{near}",
    ),
    "column-twice": ("cột xuất hiện hai lần", "mỗi cột một lần", "the column stands twice", "each column once"),
    "form-id": (
        "mã ẩn của biểu mẫu bị thay đổi",
        "điền vào biểu mẫu gốc, không sao chép sang tệp khác",
        "the form's hidden id was changed",
        "fill in the form as it was sent; do not copy it into another file",
    ),
    "form-version": (
        "biểu mẫu thuộc phiên bản khác",
        "biểu mẫu mới lập bằng `dti form`",
        "the form is of another version",
        "a form newly made by `dti form`",
    ),
    "two-forms": (
        "một tệp có hai biểu mẫu",
        "mỗi tệp một biểu mẫu",
        "one file holds two forms",
        "one form in each file",
    ),
    "stray-sheet": (
        "trang tính không thuộc biểu mẫu nên nội dung sẽ bị bỏ sót",
        "xóa trang này; nội dung cần gửi ghi vào cột Ghi chú",
        "the sheet is no part of the form, so what it says would be lost",
        "delete the sheet; put what must be said into the column for notes",
    ),
    "hidden-sheet": (
        "trang tính bị ẩn",
        "bỏ ẩn (Unhide) hoặc xóa trang này",
        "the sheet is hidden",
        "show the sheet or delete it",
    ),
    "hidden-row": (
        "dòng bị ẩn hoặc bị lọc",
        "bỏ ẩn, bỏ lọc mọi dòng",
        "the row is hidden or filtered",
        "show all rows",
    ),
    "hidden-column": ("cột bị ẩn", "bỏ ẩn mọi cột", "the column is hidden", "show all columns"),
    "merged": (
        "các ô bị gộp",
        "bỏ gộp, mỗi ô một giá trị",
        "the cells are merged",
        "one value in each cell, none merged",
    ),
    "no-figure-sent": (
        "không có kết quả nào được điền",
        "ít nhất một kết quả",
        "no result has been filled in",
        "at least one result",
    ),
    # the row
    "no-id": (
        "dòng này không có mã ẩn nên không rõ là chỉ tiêu nào",
        "chỉ điền vào các dòng có sẵn; nội dung khác ghi vào cột Ghi chú",
        "the row has no hidden id, so its indicator is unknown",
        "fill in the rows that are there; put other things into the column for notes",
    ),
    "row-changed": (
        "tên, đơn vị hoặc phạm vi trên dòng không khớp với mã ẩn ({wanted})",
        "giữ nguyên thứ tự và nội dung các ô không phải điền",
        "name, unit or subject in the row do not fit its hidden id ({wanted})",
        "leave the order and the cells that are not to be filled as they are",
    ),
    "blank-cell": ("ô bắt buộc bị bỏ trống", "{wanted}", "a cell that is needed is blank", "{wanted}"),
    "unknown-agency": (
        "không có cơ quan nào mang mã này",
        "mã trong data/agencies.csv{near}",
        "there is no agency of this id",
        "an id of data/agencies.csv{near}",
    ),
    "unknown-year": (
        "không phải năm có trong kế hoạch",
        "một trong các năm {years}",
        "not a year of the plan",
        "one of the years {years}",
    ),
    "unknown-indicator": (
        "không có chỉ tiêu nào mang mã này",
        "mã trong data/indicators.csv{near}",
        "there is no indicator of this id",
        "an id of data/indicators.csv{near}",
    ),
    "not-responsible": (
        "chỉ tiêu không thuộc phần báo cáo của {agency}",
        "chỉ tiêu mà cơ quan chủ trì, phối hợp hoặc thực hiện",
        "the indicator is not one that {agency} reports",
        "an indicator that the agency leads, supports or carries out",
    ),
    "wrong-subject": (
        "{agency} không báo cáo chỉ tiêu này cho phạm vi đó",
        "{wanted}",
        "{agency} does not report this indicator for that subject",
        "{wanted}",
    ),
    "wrong-unit": ("sai đơn vị tính", "{wanted}", "the wrong unit", "{wanted}"),
    "duplicate": (
        "số liệu này đã có ở {other}",
        "mỗi số liệu ghi một lần",
        "this figure stands in {other} already",
        "each figure once",
    ),
    "disagree": (
        "số này khác số đã ghi ở {other} ({first})",
        "một số thống nhất, ghi một lần",
        "this figure differs from the one in {other} ({first})",
        "one figure, agreed on, given once",
    ),
    # the value
    "no-number": ("không phải một con số", *_BY_HAND[:1], "not a number", *_BY_HAND[1:]),
    "two-readings": (
        "có thể hiểu là {low} hoặc {high}",
        "ghi không có dấu ngăn cách hàng nghìn, hoặc ghi đủ cả hai dấu, ví dụ 1234 hoặc 1.234,0",
        "may mean {low} or {high}",
        "no thousands sign, or both signs, such as 1234 or 1,234.0",
    ),
    "share-or-percent": (
        "có thể hiểu là {low}% hoặc {high}%",
        "ghi kèm dấu %, ví dụ {low}% hoặc {high}%",
        "may mean {low}% or {high}%",
        "the figure with its per cent sign, such as {low}% or {high}%",
    ),
    "percent-sign": (
        "có dấu % nhưng chỉ tiêu không tính bằng %",
        "{wanted}",
        "a per cent sign, but the indicator is not a percentage",
        "{wanted}",
    ),
    "negative": ("số âm", "số từ 0 trở lên", "a negative number", "a number from 0"),
    "over-100": ("tỷ lệ lớn hơn 100%", "tỷ lệ từ 0% đến 100%", "a share above 100%", "a share from 0% to 100%"),
    "too-large": ("số lớn bất thường", "không quá {most}", "a number too large to be true", "no more than {most}"),
    "not-whole": (
        "số đếm phải là số nguyên",
        "số nguyên; nếu là hàng nghìn, ghi liền, ví dụ 1234",
        "a count must be a whole number",
        "a whole number; thousands without a sign, such as 1234",
    ),
    "date": (
        "ô chứa ngày tháng (Excel có thể đã tự đổi số thành ngày)",
        "định dạng ô là General rồi ghi lại số",
        "the cell holds a date (Excel may have made one of a number)",
        "set the cell's format to General and type the number again",
    ),
    "error": (
        "ô chứa lỗi của Excel",
        "sửa công thức hoặc ghi thẳng con số",
        "the cell holds an Excel error",
        "mend the formula or type the number itself",
    ),
    "formula": (
        "công thức chưa được tính nên không có giá trị",
        "mở bằng Excel, tính lại (F9), lưu; hoặc ghi thẳng con số",
        "a formula that was never calculated, so it has no value",
        "open in Excel, recalculate (F9), save; or type the number itself",
    ),
    "boolean": ("ô chứa TRUE/FALSE", "{wanted}", "the cell holds TRUE or FALSE", "{wanted}"),
    "scaled": (
        "trong ô hiện {shown} nhưng số được lưu là {value}",
        "một con số: xóa ô rồi ghi lại số cần báo cáo, ví dụ 50,84%",
        "the cell shows {shown} but holds {value}",
        "one figure: empty the cell and type the figure to be reported, such as 50.84%",
    ),
    "struck": (
        "có chữ hoặc số bị gạch ngang nên không rõ còn giá trị hay không",
        "xóa hẳn phần bị gạch, chỉ để lại nội dung cần gửi",
        "part of it is struck out, so it is not clear what still holds",
        "delete what is struck out and leave only what is meant",
    ),
    "raised": (
        "có chữ số viết nhỏ phía trên hoặc dưới dòng, như dấu chú thích",
        "chỉ con số; chú thích ghi vào cột Ghi chú",
        "part of the figure stands above or below the line, like a footnote mark",
        "the figure alone; remarks go into the column for notes",
    ),
    "no-number-for-figure": (
        "có tử số, mẫu số nhưng không có kết quả",
        "ghi kết quả vào cột Kết quả",
        "numerator and denominator without a result",
        "the result in its own column",
    ),
    "part-alone": (
        "chỉ có tử số hoặc chỉ có mẫu số",
        "cả tử số và mẫu số, hoặc để trống cả hai",
        "a numerator or a denominator alone",
        "both, or neither",
    ),
    "zero-denominator": ("mẫu số bằng 0", "mẫu số lớn hơn 0", "the denominator is 0", "a denominator above 0"),
    "parts-disagree": (
        "không khớp với tử số chia mẫu số ({quotient})",
        "kết quả bằng tử số chia mẫu số, làm tròn",
        "does not agree with numerator by denominator ({quotient})",
        "numerator by denominator, rounded",
    ),
    "parts-not-wanted": (
        "chỉ tiêu này không có tử số, mẫu số",
        "để trống hai ô này",
        "this indicator has no numerator or denominator",
        "leave both cells blank",
    ),
    "too-long": (
        "nội dung quá dài",
        "không quá {most} ký tự",
        "the text is too long",
        "no more than {most} characters",
    ),
    # what the data says
    "illustrative-here": (
        "tệp số liệu minh họa không được đưa vào dữ liệu thật",
        "một bản sao: --data THƯ_MỤC_BẢN_SAO",
        "illustrative figures must not enter the real data",
        "a copy: --data FOLDER_OF_THE_COPY",
    ),
    "fall": (
        "xấu đi so với năm trước ({before})",
        "kiểm tra lại; nếu đúng, nhận kèm lý do bằng --accept",
        "worse than the year before ({before})",
        "check it; if it is right, let it in with a reason by --accept",
    ),
    "jump": (
        "thay đổi quá {most} điểm phần trăm so với năm trước ({before})",
        "kiểm tra lại; nếu đúng, nhận kèm lý do bằng --accept",
        "a change of more than {most} percentage points on the year before ({before})",
        "check it; if it is right, let it in with a reason by --accept",
    ),
    "factor": (
        "gấp hoặc kém từ {most} lần so với năm trước ({before})",
        "kiểm tra đơn vị; nếu đúng, nhận kèm lý do bằng --accept",
        "{most} times more or less than the year before ({before})",
        "check the unit; if it is right, let it in with a reason by --accept",
    ),
    "replaces-other": (
        "thay cho số {before} từ nguồn khác ({source})",
        "nếu đúng là số thay thế, nhận kèm lý do bằng --accept",
        "replaces the figure {before} of another source ({source})",
        "if it is meant to, let it in with a reason by --accept",
    ),
    "stays": (
        "ghi chưa có số liệu, nhưng số {before} đã nhận trước đó vẫn được giữ",
        "gửi số đúng để thay; nếu giữ số cũ, nhận kèm lý do bằng --accept",
        "says there is no figure, but {before}, taken in before, stays",
        "send the right figure instead; to keep the old one, let it pass with a reason by --accept",
    ),
}

WARNINGS = {"fall", "jump", "factor", "replaces-other", "stays"}


@dataclass(frozen=True)
class Finding:
    """One thing found in one place of a file.

    ``facts`` fill the message: numbers, or words; a word that differs by language is a pair (vi, en).
    """

    code: str
    file: str
    sheet: str = ""
    cell: str = ""
    value: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """An error is never let through; a warning is, with a reason."""
        return "warning" if self.code in WARNINGS else "error"

    def words(self, lang: Lang) -> tuple[str, str]:
        """Return what is wrong and what is expected."""
        vi = lang == "vi"
        facts = {name: _in_language(fact, lang) for name, fact in self.facts.items()}
        wrong, expected = MESSAGES[self.code][:2] if vi else MESSAGES[self.code][2:]
        return wrong.format_map(facts), expected.format_map(facts)


def near(text: str, known: Iterable[str]) -> tuple[str, str] | str:
    """Return the known name that is most like a text, as a remark in both languages; nothing if none is.

    Examples
    --------
    >>> near("so-yte", ["so-y-te", "so-noi-vu"])[1]
    ' (perhaps “so-y-te”)'
    """
    if len(text) > MAX_NEAR:
        return ""
    found = difflib.get_close_matches(text, list(known), n=1)
    return (f" (có lẽ là “{found[0]}”)", f" (perhaps “{found[0]}”)") if found else ""


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that no reason lets through."""
    return [finding for finding in findings if finding.severity == "error"]


def table(findings: Iterable[Finding], lang: Lang = "vi") -> pd.DataFrame:
    """Return findings as a table with the columns of ``COLUMNS``.

    Examples
    --------
    >>> table([Finding("negative", "so-y-te.csv", cell="C2", value="-5")], "en").iloc[0].tolist()
    ['so-y-te.csv', '', 'C2', '-5', 'a negative number', 'a number from 0', 'error']
    """
    rows = [
        [_shown(f.file), _shown(f.sheet), f.cell, _shown(f.value), *map(clean, f.words(lang)), f.severity]
        for f in findings
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="object")


def lines(findings: Sequence[Finding], lang: Lang = "vi", most: int | None = None) -> list[str]:
    """Return each finding as one line of text.

    Parameters
    ----------
    most : show only so many, and say how many more there are

    Examples
    --------
    >>> lines([Finding("negative", "so-y-te.csv", cell="C2", value="-5")], "en")
    ["ERROR so-y-te.csv, C2: '-5': a negative number; expected: a number from 0"]
    """
    names = {"error": ("LỖI", "ERROR"), "warning": ("CẢNH BÁO", "WARNING")}
    expected = {"vi": "cần", "en": "expected"}[lang]
    shown = [
        f"{names[row.severity][lang == 'en']} {', '.join(filter(None, [row.file, row.sheet, row.cell]))}: "
        + (f"'{row.value}': " if row.value else "")
        + f"{row.wrong}; {expected}: {row.expected}"
        for row in table(findings[:most], lang).itertuples()
    ]
    more = len(findings) - len(shown)
    if more:
        vi, en = (
            f"… và {more} mục nữa; --findings TỆP.csv ghi tất cả",
            f"… and {more} more; --findings FILE.csv has all",
        )
        shown.append(vi if lang == "vi" else en)
    return shown


def csv_bytes(findings: Iterable[Finding], lang: Lang = "vi") -> bytes:
    """Return findings as a CSV file that Excel opens as it is: semicolons, UTF-8 with BOM, no cell a formula.

    Examples
    --------
    >>> csv_bytes([Finding("negative", "=1.csv", cell="C2", value="-5")], "en").decode("utf-8-sig").split()[1]
    "'=1.csv;;C2;'-5;a"
    """
    safe = table(findings, lang).map(lambda text: f"'{text}" if text.startswith(("=", "+", "-", "@")) else text)
    return safe.to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig")


def _in_language(fact: object, lang: Lang) -> str:
    if isinstance(fact, tuple):
        return str(fact[lang == "en"])
    if isinstance(fact, Decimal):
        places = max(0, -int(fact.normalize().as_tuple().exponent))
        return number(float(fact), lang, places)
    return str(fact)


def _shown(text: str) -> str:
    """Return what a stranger wrote as one short line that a terminal shows as it is."""
    line = clean(text)
    return line if len(line) <= 80 else line[:79] + "…"
