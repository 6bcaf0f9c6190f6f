"""The Excel form on which an agency reports its figures of a year, and its layout, which intake reads back."""

import io
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dti.intake.form_layout import (
    FIGURES_SHEET,
    GUIDE_SHEET,
    HEADER_MARK,
    LEVELS,
    MARK_ILLUSTRATIVE,
    PARTS,
    SENDER_COLUMN,
    SENDER_MARK,
    UNIT_NAMES,
    FormColumn,
    FormId,
    columns,
    digest,
    row_id,
)
from dti.intake.typed_numbers import LARGEST, Unit
from dti.plan.duties import PROVINCE, figures_due
from dti.store.faults import DataError
from dti.words.periods import time
from dti.words.vietnamese import UNKNOWN, quantity


def form_rows(tables: Mapping[str, pd.DataFrame], agency_id: str, year: int) -> pd.DataFrame:
    """Return what stands in the rows of an agency's form.

    Parameters
    ----------
    tables : ``agencies``, ``indicators``, ``responsibilities``, ``observations``

    Returns
    -------
    indicator_id, subject_id, role, unit, and the texts name, meaning, subject, level, before, target

    Raises
    ------
    DataError
        no such agency, or one that has nothing to report
    """
    agencies = tables["agencies"].set_index("agency_id")
    if agency_id not in agencies.index or agency_id == PROVINCE:
        known = ", ".join(agencies.index.drop(PROVINCE))
        raise DataError(f"There is no agency '{agency_id}' that sends figures. Known: {known}.")
    due = figures_due(tables, agency_id, year)
    if due.empty:
        raise DataError(f"'{agency_id}' leads, carries out or supports no indicator, so it has no form.")
    rows = due.merge(tables["indicators"], on="indicator_id", how="left")
    used = tables["observations"].query("in_use and period == 'year'")
    figures = {
        (row.indicator_id, row.agency_id, row.year, row.kind): (row.value, row.comparator) for row in used.itertuples()
    }
    return rows.assign(
        name=rows["name_vi"],
        meaning=rows["note"].fillna(""),
        subject=[agencies.at[subject, "name_vi"] for subject in rows["subject_id"]],
        level=rows["level"].map(LEVELS),
        before=[_known_figure(figures, row, year - 1, "actual") for row in rows.itertuples()],
        target=[_known_figure(figures, row, year, "target") for row in rows.itertuples()],
    )


def form(
    tables: Mapping[str, pd.DataFrame],
    agency_id: str,
    year: int,
    *,
    period: str = "year",
    answers: Mapping[tuple[str, str], Mapping[str, float | str]] | None = None,
    sender: str = "",
    illustrative: bool = False,
) -> bytes:
    """Return an agency's form as an Excel file.

    Parameters
    ----------
    tables : ``agencies``, ``indicators``, ``responsibilities``, ``observations``, ``sources``
    period : year, or the part of it that the figures are for: h1, h2, q1 … q4
    answers : what to fill in, by (indicator_id, subject_id): value, numerator, denominator, note, evidence
    sender : name of who fills the form in
    illustrative : figures are made up, so every sheet says so and intake keeps them out of the real data

    Raises
    ------
    DataError
        no such agency, or one that has nothing to report
    """
    rows = form_rows(tables, agency_id, year)
    name = tables["agencies"].set_index("agency_id").at[agency_id, "name_vi"]
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    title = f"Biểu số liệu chuyển đổi số {time(year, period, 'vi')} - {name}"
    # A fixed day: the same form has the same bytes whenever it is made.
    book.set_properties({"title": title, "author": "UBND tỉnh Lai Châu", "created": datetime(year, 12, 1)})
    looks = _looks(book)
    sheet = book.add_worksheet(FIGURES_SHEET)
    heading, guide = _heading_texts(tables, year, period, name, illustrative), _guide_texts(year, period, illustrative)
    identity = FormId(
        agency_id, year, illustrative, period, digest(heading.values()), digest(text for _, text in guide)
    )
    header = _heading(sheet, looks, identity, heading, sender)
    _table(sheet, looks, header, identity, rows, answers or {})
    _guide(book.add_worksheet(GUIDE_SHEET), looks, guide)
    book.close()
    return target.getvalue()


def file_name(agency_id: str, year: int, *, period: str = "year", illustrative: bool = False) -> str:
    """Return the name of an agency's form.

    Examples
    --------
    >>> file_name("so-y-te", 2023, period="h1"), file_name("so-y-te", 2023, illustrative=True)
    ('so-lieu-2023-h1-so-y-te.xlsx', 'so-lieu-2023-so-y-te-minh-hoa.xlsx')
    """
    part = "" if period == "year" else f"{period}-"
    return f"so-lieu-{year}-{part}{agency_id}{'-minh-hoa' if illustrative else ''}.xlsx"


def differs(path: Path, content: bytes) -> bool:
    """Tell whether another file stands where this form would be written."""
    return path.is_file() and path.read_bytes() != content


def _known_figure(figures: Mapping[tuple, tuple[float, str]], row: NamedTuple, year: int, kind: str) -> str:
    """Return the subject's own figure; the province's, marked as such, where it has none of its own."""
    own = figures.get((row.indicator_id, row.subject_id, year, kind))
    if own is not None:
        return quantity(own[0], row.unit, comparator=own[1])
    province = figures.get((row.indicator_id, PROVINCE, year, kind))
    if province is None:
        return UNKNOWN
    return quantity(province[0], row.unit, comparator=province[1]) + ("" if kind == "target" else "\n(toàn tỉnh)")


def _plan(tables: Mapping[str, pd.DataFrame], year: int) -> str:
    """Return a line that names the documents which set the year's targets."""
    targets = tables["observations"].query("kind == 'target' and year == @year and in_use")
    documents = tables["sources"][tables["sources"]["source_id"].isin(targets["source_id"])].dropna(
        subset=["document_no"]
    )
    names = [
        f"{row.document_no} ngày {row.date_published:%d/%m/%Y} của {row.publisher}" for row in documents.itertuples()
    ]
    return "Chỉ tiêu theo văn bản số " + "; ".join(names) if names else ""


def _looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter", "locked": True}
    cell = {**base, "border": 1, "text_wrap": True, "font_size": 11}
    return {
        "plain": book.add_format(base),
        "centre": book.add_format({**base, "align": "center"}),
        "bold": book.add_format({**base, "bold": True}),
        "title": book.add_format({**base, "bold": True, "font_size": 14}),
        "small": book.add_format({**base, "italic": True, "font_size": 11}),
        "mark": book.add_format({**base, "bold": True, "font_size": 16, "font_color": "#B00020"}),
        "wrap": book.add_format({**base, "text_wrap": True, "valign": "top"}),
        "hidden": book.add_format({**base, "hidden": True}),
        "header": book.add_format({**cell, "bold": True, "align": "center", "bg_color": "#DCE6F1"}),
        "part": book.add_format({**base, "bold": True, "font_size": 11, "bg_color": "#F2F2F2", "top": 1, "bottom": 1}),
        "text": book.add_format(cell),
        "middle": book.add_format({**cell, "align": "center"}),
        "figure": book.add_format({**cell, "align": "right"}),
        "fill": book.add_format({**cell, "locked": False, "bg_color": "#FFF9DB"}),
        "fill_figure": book.add_format(
            {**cell, "locked": False, "bg_color": "#FFF9DB", "align": "right", "bold": True}
        ),
        "fill_sender": book.add_format({**base, "locked": False, "bg_color": "#FFF9DB", "bottom": 4}),
    }


#: Which look each line above the table has, by its row (from 0).
_HEADING_LOOKS = {0: "plain", 1: "bold", 2: "mark", 3: "title", 4: "small", 5: "small", 6: "plain"}
_SENDER_ROW = 6


def _heading_texts(
    tables: Mapping[str, pd.DataFrame], year: int, period: str, name: str, illustrative: bool
) -> dict[int, str]:
    """Return what stands above the table, by row (from 0)."""
    texts = {
        0: "ỦY BAN NHÂN DÂN TỈNH LAI CHÂU",
        1: name,
        2: MARK_ILLUSTRATIVE if illustrative else "",
        3: f"Biểu số liệu kết quả chuyển đổi số {time(year, period, 'vi')}".upper(),
        4: _plan(tables, year),
        5: f"Chỉ điền vào các ô nền vàng. Cách điền xem trang “{GUIDE_SHEET}”. Chưa có số liệu thì để trống.",
        _SENDER_ROW: "Người lập biểu (họ tên, điện thoại):",
    }
    return {row: text for row, text in texts.items() if text}


def _heading(
    sheet: Worksheet, looks: Mapping[str, Format], identity: FormId, texts: Mapping[int, str], sender: str
) -> int:
    """Write what stands above the table; return the row (from 0) of the table's header."""
    sheet.write_string(0, 0, identity.written(), looks["hidden"])
    for row, text in texts.items():
        sheet.write_string(row, 1, text, looks[_HEADING_LOOKS[row]])
    sheet.set_row(3, 21)
    if identity.illustrative:
        sheet.set_row(2, 24)
    sheet.write_string(_SENDER_ROW, 0, SENDER_MARK, looks["hidden"])
    sheet.write_string(_SENDER_ROW, SENDER_COLUMN - 1, sender, looks["fill_sender"])
    return 8


def _table(
    sheet: Worksheet,
    looks: Mapping[str, Format],
    header: int,
    identity: FormId,
    rows: pd.DataFrame,
    answers: Mapping[tuple[str, str], Mapping[str, float | str]],
) -> None:
    layout = columns(identity.year, identity.period)
    sheet.set_column(0, 0, 2, None, {"hidden": True})
    sheet.write_string(header, 0, HEADER_MARK, looks["hidden"])
    sheet.set_row(header, 48)
    for place, column in enumerate(layout, start=1):
        sheet.set_column(place, place, column.width)
        sheet.write_string(header, place, column.header, looks["header"])
    line, part = header, ""
    for number, row in enumerate(rows.itertuples(), start=1):
        if row.role != part:
            part, line = row.role, line + 1
            for place in range(1, len(layout) + 1):
                sheet.write_blank(line, place, None, looks["part"])
            sheet.write_string(line, 1, PARTS[part], looks["part"])
        line += 1
        texts = [_text(column, row, number) for column in layout if not column.fill]
        sheet.write_string(line, 0, row_id(row.indicator_id, row.subject_id, row.unit, texts), looks["hidden"])
        answer = answers.get((row.indicator_id, row.subject_id), {})
        sheet.set_row(line, _height(row, layout))
        for place, column in enumerate(layout, start=1):
            _cell(sheet, looks, line, place, column, row, number, answer)
    _page(sheet, header, line, len(layout))


def _height(row: NamedTuple, layout: list[FormColumn]) -> float:
    """Return a row's height in points; LibreOffice does not fit it to wrapped text by itself."""
    texts = [(getattr(row, column.field, ""), column.width) for column in layout if not column.fill]
    lines = [
        sum(math.ceil(max(len(line), 1) / (1.15 * width)) for line in str(text).split("\n")) for text, width in texts
    ]
    return 15.0 * max(2, *lines) + 3


def _cell(
    sheet: Worksheet,
    looks: Mapping[str, Format],
    line: int,
    place: int,
    column: FormColumn,
    row: NamedTuple,
    number: int,
    answer: Mapping[str, float | str],
) -> None:
    if column.fill:
        words = column.field in ("note", "evidence")
        wanted = words or column.field == "value" or row.unit in ("percent", "ratio")
        look = looks["fill" if words else "fill_figure"] if wanted else looks["text"]
        value = answer.get(column.field)
        if value is None:
            sheet.write_blank(line, place, None, look)
        elif isinstance(value, str):
            sheet.write_string(line, place, value, look)
        else:
            sheet.write_number(line, place, value, look)
        if wanted:
            sheet.data_validation(line, place, line, place, _validation(column, row.unit, line, place))
    elif column.field == "place":
        sheet.write_number(line, place, number, looks["middle"])
    else:
        look = {"level": "middle", "subject": "middle", "unit": "middle", "before": "figure", "target": "figure"}
        sheet.write_string(line, place, _text(column, row, number), looks[look.get(column.field, "text")])


def _text(column: FormColumn, row: NamedTuple, number: int) -> str:
    """Return what stands in a cell that is not to be filled."""
    if column.field == "place":
        return str(number)
    return UNIT_NAMES[row.unit][0] if column.field == "unit" else getattr(row, column.field)


def _validation(column: FormColumn, unit: Unit, line: int, place: int) -> dict[str, object]:
    """Return Excel's own check of a cell: a first help for who types; intake checks everything again."""
    if column.field in ("note", "evidence"):
        return {
            "validate": "length",
            "criteria": "<=",
            "value": 1000,
            "error_title": "Nội dung quá dài",
            "error_message": "Không quá 1000 ký tự.",
        }
    cell = f"{chr(65 + place)}{line + 1}"
    whole = f",INT({cell})={cell}" if unit == "count" else ""
    most = LARGEST[unit] if column.field == "value" else LARGEST["part"]
    whole = whole if column.field == "value" else ""
    absent = f',LOWER({cell})="chưa có số liệu",LOWER({cell})="rút số liệu"' if column.field == "value" else ""
    help_texts = {
        "percent": ("Tỷ lệ phần trăm", "Từ 0% đến 100%. Ghi kèm dấu %, ví dụ 50,84%."),
        "count": ("Số lượng", "Số nguyên từ 0 trở lên, ví dụ 1234."),
        "ratio": ("Bình quân", "Số từ 0 trở lên, ví dụ 0,71."),
        "mbps": ("Tốc độ", "Số Mbps từ 0 trở lên, ví dụ 20."),
    }
    title, words = (
        help_texts[unit] if column.field == "value" else (column.header, "Số từ 0 trở lên; ghi cả hai hoặc để trống.")
    )
    return {
        "validate": "custom",
        "value": f"=OR(AND(ISNUMBER({cell}),{cell}>=0,{cell}<={most}{whole}){absent})",
        "input_title": title,
        "input_message": words,
        "error_title": "Giá trị không hợp lệ",
        "error_message": f"{words} Chưa có số liệu thì để trống.",
    }


def _page(sheet: Worksheet, header: int, last: int, width: int) -> None:
    sheet.freeze_panes(header + 1, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)
    sheet.print_area(0, 1, last, width)
    sheet.set_footer('&C&"Times New Roman"&10Trang &P/&N')
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _guide_texts(year: int, period: str, illustrative: bool) -> list[tuple[str, str]]:
    """Return look and text of each paragraph of the guide."""
    paragraphs = [
        ("title", f"Cách điền biểu số liệu chuyển đổi số {time(year, period, 'vi')}"),
        ("bold", "1. Điền ở đâu"),
        (
            "wrap",
            f"Trang “{FIGURES_SHEET}”, các ô nền vàng. Các ô khác được khóa để tên chỉ tiêu không bị xê dịch; "
            "không chèn, xóa, sắp xếp lại, gộp hay ẩn dòng, cột.",
        ),
        (
            "wrap",
            "Phần A là số liệu của toàn tỉnh, do cơ quan chủ trì chỉ tiêu tổng hợp. Phần B là số liệu của riêng "
            "cơ quan, địa phương. Phần C chỉ điền nếu cơ quan có số liệu riêng.",
        ),
        ("bold", "2. Ghi số thế nào"),
        (
            "wrap",
            "Tỷ lệ: ghi kèm dấu %, ví dụ 50,84%. Số 0,5 không có dấu % sẽ bị hỏi lại, vì có thể là 0,5% hoặc 50%.",
        ),
        (
            "wrap",
            "Số lượng: số nguyên, ví dụ 1234. Dấu chấm, dấu phẩy mà có thể hiểu hai cách (như 1,234) sẽ bị hỏi lại.",
        ),
        (
            "wrap",
            "Số 0 là kết quả bằng không. Chưa có số liệu thì để trống, hoặc ghi “chưa có số liệu”; không ghi 0, không "
            "ghi dấu gạch, không ước đoán.",
        ),
        (
            "wrap",
            "Tử số, mẫu số (không bắt buộc): ghi cả hai để tỉnh có thể tổng hợp từ số của các cơ quan; kết quả phải "
            "bằng tử số chia mẫu số, làm tròn.",
        ),
        ("bold", "3. Ghi chú, minh chứng"),
        (
            "wrap",
            "Minh chứng là số, ngày của văn bản hoặc nguồn có số liệu. Giảm so với năm trước hoặc tăng rất mạnh "
            "thì nêu lý do ở cột Ghi chú.",
        ),
        ("bold", "4. Gửi lại, đính chính"),
        (
            "wrap",
            "Lưu tệp dạng .xlsx, không đặt mật khẩu mở tệp, và gửi lại. Đính chính: sửa số trong chính biểu này rồi "
            "gửi lần nữa; số cũ vẫn được lưu trong lịch sử. Rút một số đã gửi: ghi “rút số liệu” vào ô kết quả.",
        ),
    ]
    return [("mark", MARK_ILLUSTRATIVE), *paragraphs] if illustrative else paragraphs


def _guide(sheet: Worksheet, looks: Mapping[str, Format], paragraphs: list[tuple[str, str]]) -> None:
    sheet.set_column(0, 0, 68)
    for line, (look, text) in enumerate(paragraphs):
        sheet.set_row(line, 17 * math.ceil(len(text) / 78) + 6)
        sheet.write_string(line, 0, text, looks[look])
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"select_locked_cells": True})
