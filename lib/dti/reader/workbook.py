"""The review as an Excel file: what is proposed, coloured by what it is, with lists to choose from."""

import hashlib
import io
import re
from collections.abc import Mapping

import pandas as pd
import xlsxwriter

from dti.reader.figures import DECISIONS, LEAVE
from dti.reader.plan import Plan
from dti.reader.review import (
    CHOICES,
    CONFLICTS,
    DUTIES,
    DUTY_COLUMNS,
    FIGURE_COLUMNS,
    FIGURES,
    NEW_AGENCIES,
    OLD_DUTIES,
    OLD_DUTY_COLUMNS,
    SOURCE,
    summary,
)

_KIND_COLOURS = {"actual": "#DCEBF7", "target": "#FDE9DD", "norm": "#F3F0D7", "none": "#EDEDED"}


def workbook(
    sheets: Mapping[str, pd.DataFrame],
    plan: Plan,
    tables: Mapping[str, pd.DataFrame],
    file: str,
    content: bytes,
    path: str = "",
) -> bytes:
    """Return the review as an Excel file.

    Parameters
    ----------
    sheets : see `dti.reader.review.review_tables`
    plan, tables : what was read, and beside what
    file, content : name and bytes of the document that was read; its fingerprint goes into the sheet "Nguồn"
    path : where the document lies, seen from the workbook
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        styles = _styles(book)
        _write_summary(book, styles, summary(sheets, plan, tables), file, plan.year)
        _write_figures(book, styles, sheets[FIGURES], tables["indicators"])
        _write_decided(book, styles, DUTIES, sheets[DUTIES], DUTY_COLUMNS)
        _write_plain(book, styles, CONFLICTS, sheets[CONFLICTS])
        _write_plain(book, styles, NEW_AGENCIES, sheets[NEW_AGENCIES])
        _write_decided(book, styles, OLD_DUTIES, sheets[OLD_DUTIES], OLD_DUTY_COLUMNS)
        _write_plain(book, styles, CHOICES, _choices(tables["indicators"], sheets[FIGURES]))
        _write_guide(book, styles)
        source = [
            ("file", file),
            ("path", path or file),
            ("sha256", hashlib.sha256(content).hexdigest()),
            ("year", plan.year),
        ]
        facts = [
            ("source_id", ""),
            ("publisher", "UBND tỉnh Lai Châu"),
            ("title_vi", ""),
            ("document_no", ""),
            ("date_published", ""),
            ("basis", "official"),
            ("terms", ""),
            ("note", ""),
        ]
        _write_plain(book, styles, SOURCE, pd.DataFrame(source + _guessed(facts, plan), columns=["name", "value"]))
    return buffer.getvalue()


def _guessed(facts: list[tuple[str, str]], plan: Plan) -> list[tuple[str, str]]:
    """Return what the head of the document says of itself: number, date, title, whether it calls itself invented."""
    head = "\n".join(block.text for block in plan.outline.blocks[:40])
    number = re.search(r"Số:?\s*(\S+/KH-UBND)|Số hiệu \| (\S[^|\n]*)", head)
    day = re.search(r"ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})", head)
    title = re.search(r"Kế hoạch[^\n]*chuyển đổi số[^\n]*", head, re.IGNORECASE)
    invented = re.search(r"minh h[oọ]a|không có thật|giả định", head, re.IGNORECASE) is not None
    known = {
        "document_no": next((part.strip() for part in number.groups() if part), "") if number else "",
        "date_published": f"{day.group(3)}-{int(day.group(2)):02d}-{int(day.group(1)):02d}" if day else "",
        "title_vi": (title.group() if title else f"Kế hoạch chuyển đổi số năm {plan.year}").strip()[:200],
        "basis": "illustrative" if invented else "official",
        "source_id": f"kh-{plan.year}" + ("-minh-hoa" if invented else ""),
    }
    return [(name, known.get(name) or value) for name, value in facts]


def _choices(indicators: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    level = "level" if "level" in indicators else "scope"
    known = indicators[["indicator_id", "name_vi", "unit", level]].rename(columns={level: "level"}).assign(new="")
    new = rows[rows["new_id"].ne("")].drop_duplicates("new_id")
    proposed = pd.DataFrame(
        {
            "indicator_id": new["new_id"],
            "name_vi": new["new_name"],
            "unit": new["unit"],
            "level": new["level"],
            "new": "mới",
        }
    )
    return pd.concat([known, proposed], ignore_index=True)


# --- sheets ----------------------------------------------------------------------------------------------------------


def _styles(book: xlsxwriter.Workbook) -> dict[str, object]:
    base = {"valign": "top", "text_wrap": True, "font_name": "Times New Roman", "font_size": 11}
    styles = {
        kind: book.add_format({**base, "bg_color": colour, "border": 1, "border_color": "#BFBFBF"})
        for kind, colour in _KIND_COLOURS.items()
    }
    styles["open"] = book.add_format(
        {**base, "bg_color": "#FFF2A8", "border": 1, "border_color": "#BFBFBF", "bold": True}
    )
    styles["cell"] = book.add_format({**base, "border": 1, "border_color": "#BFBFBF"})
    styles["head"] = book.add_format(
        {**base, "bold": True, "bg_color": "#12436D", "font_color": "#FFFFFF", "border": 1}
    )
    styles["title"] = book.add_format({"bold": True, "font_name": "Times New Roman", "font_size": 14})
    styles["mark"] = book.add_format(
        {"bold": True, "font_color": "#C00000", "font_name": "Times New Roman", "font_size": 11}
    )
    return styles


def _write_summary(
    book: xlsxwriter.Workbook, styles: Mapping, lines: list[tuple[str, object]], file: str, year: int
) -> None:
    sheet = book.add_worksheet("Tóm tắt")
    sheet.set_column(0, 0, 78)
    sheet.set_column(1, 1, 40)
    sheet.write(0, 0, f"Xem xét kế hoạch năm {year}: {file}", styles["title"])
    for row, (name, value) in enumerate(lines, start=2):
        sheet.write(row, 0, name, styles["cell"])
        sheet.write(row, 1, value, styles["cell"])


def _heads(sheet: object, styles: Mapping, columns: list[tuple[str, int, str]]) -> None:
    for place, (name, width, meaning) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write(0, place, name, styles["head"])
        sheet.write_comment(0, place, meaning, {"x_scale": 2})
    sheet.freeze_panes(1, 2)


def _write_figures(book: xlsxwriter.Workbook, styles: Mapping, rows: pd.DataFrame, indicators: pd.DataFrame) -> None:
    sheet = book.add_worksheet(FIGURES)
    _heads(sheet, styles, FIGURE_COLUMNS)
    names = [name for name, _, _ in FIGURE_COLUMNS]
    for line, row in enumerate(rows.to_dict("records"), start=1):
        style = styles[row["kind"]]
        for place, name in enumerate(names):
            cell = styles["open"] if name in ("decision", "reason") and not row["decision"] else style
            if name == "sentence":
                _marked(sheet, line, place, row, styles, style)
            else:
                _write(sheet, line, place, row[name], cell)
    last = len(rows)
    choices = len(indicators) + rows["new_id"].replace("", None).nunique() + 1
    _choose(sheet, names.index("decision"), last, list(DECISIONS))
    _choose(sheet, names.index("kind"), last, ["actual", "target", "norm", "none"])
    _choose(sheet, names.index("level"), last, ["toan-tinh", "cap-tinh", "cap-huyen", "cap-xa", "one-agency"])
    _choose(sheet, names.index("comparator"), last, ["=", ">=", "<=", ">", "<", "~", "range"])
    _choose(sheet, names.index("indicator_id"), last, f"='{CHOICES}'!$A$2:$A${choices}")
    sheet.autofilter(0, 0, last, len(names) - 1)


def _choose(sheet: object, column: int, last: int, source: list[str] | str) -> None:
    sheet.data_validation(
        1, column, max(last, 1), column, {"validate": "list", "source": source, "error_type": "warning"}
    )


def _marked(sheet: object, line: int, place: int, row: Mapping, styles: Mapping, style: object) -> None:
    """Write a paragraph with its figure marked; a long one around the figure only."""
    text, start, end = row["sentence"], int(row["start"]), int(row["end"])
    first, last = max(0, start - 260), min(len(text), end + 260)
    before, figure, after = (
        ("…" if first else "") + text[first:start],
        text[start:end],
        text[end:last] + ("…" if last < len(text) else ""),
    )
    parts = [part for part in (before, styles["mark"], figure, after) if part != ""]
    if len(parts) < 3:
        sheet.write_string(line, place, figure, style)
    else:
        sheet.write_rich_string(line, place, *parts, style)


def _write(sheet: object, line: int, place: int, value: object, style: object) -> None:
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        sheet.write_blank(line, place, None, style)
    elif isinstance(value, str):
        sheet.write_string(line, place, value, style)
    else:
        number = float(value)
        sheet.write_number(line, place, int(number) if number.is_integer() else number, style)


def _write_decided(
    book: xlsxwriter.Workbook, styles: Mapping, name: str, rows: pd.DataFrame, columns: list[tuple[str, int, str]]
) -> None:
    sheet = book.add_worksheet(name)
    _heads(sheet, styles, columns)
    names = [name for name, _, _ in columns]
    for line, row in enumerate(rows.to_dict("records"), start=1):
        for place, name in enumerate(names):
            _write(
                sheet,
                line,
                place,
                row[name],
                styles["open"] if name == "decision" and not row["decision"] else styles["cell"],
            )
    _choose(sheet, names.index("decision"), len(rows), ["nhận", LEAVE])
    _choose(sheet, names.index("role"), len(rows), ["direct", "lead", "support", "implement"])
    sheet.autofilter(0, 0, max(len(rows), 1), len(names) - 1)


def _write_plain(book: xlsxwriter.Workbook, styles: Mapping, name: str, rows: pd.DataFrame) -> None:
    sheet = book.add_worksheet(name)
    for place, column in enumerate(rows.columns):
        sheet.set_column(place, place, 30)
        sheet.write(0, place, column, styles["head"])
    for line, row in enumerate(rows.to_dict("records"), start=1):
        for place, column in enumerate(rows.columns):
            _write(sheet, line, place, row[column], styles["cell"])
    sheet.freeze_panes(1, 0)


def _write_guide(book: xlsxwriter.Workbook, styles: Mapping) -> None:
    sheet = book.add_worksheet("Hướng dẫn")
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    steps = [
        ("1", "Trang Số liệu: lọc cột decision các ô trống (màu vàng) và quyết định từng dòng; các dòng khác đã có đề xuất, chỉ cần đọc lại."),
        ("2", "nhận: ghi như đề xuất. nhận có sửa: sửa ngay trong dòng rồi ghi. chỉ tiêu mới: thêm chỉ tiêu (new_id, new_name, new_name_en, pillar, direction). để lại: không ghi, nêu lý do."),
        ("3", "Hai số mâu thuẫn: nhận một số, để lại số kia kèm lý do; số để lại vẫn được giữ trong bộ dữ liệu cùng lý do."),
        ("4", "Trang Cơ quan mới: điền agency_id, name_en và quyết định nhận, hoặc để lại."),
        ("5", "Trang Trách nhiệm cũ: ai theo dõi chỉ tiêu theo kế hoạch trước mà văn bản này không nêu. Mặc định để lại; chỉ nhận khi cơ quan quyết định giữ phân công cũ."),
        ("6", "Trang Nguồn: kiểm tra số hiệu, ngày ban hành, mã nguồn. Rồi chạy: dti plan take <tệp này> --document <văn bản>."),
    ]  # fmt: skip
    for line, (step, text) in enumerate(
        [
            *steps,
            ("", ""),
            *((name, meaning) for name, _, meaning in FIGURE_COLUMNS),
            ("", ""),
            *((name, meaning) for name, _, meaning in DUTY_COLUMNS),
        ]
    ):
        sheet.write(line, 0, step, styles["cell"])
        sheet.write(line, 1, text, styles["cell"])
