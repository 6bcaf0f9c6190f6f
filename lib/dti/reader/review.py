"""The review workbook: every figure and every task of a plan with what is proposed, for people to decide.

Sheets: "Tóm tắt", "Số liệu" (a row per number, in the order of the document), "Nhiệm vụ" (a row per agency and task),
"Mâu thuẫn", "Cơ quan mới", "Chỉ tiêu" (the indicators to choose from), "Hướng dẫn", "Nguồn" (what was read).
"""

import hashlib
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xlsxwriter

from dti.reader.agencies import Register
from dti.reader.contradictions import contradictions
from dti.reader.duties import Duty, duties
from dti.reader.figures import DECISIONS, LEAVE, figures
from dti.reader.open_file import UnreadablePlan
from dti.reader.plan import Plan, read_plan
from dti.store.faults import DataError
from dti.store.tables import load_all
from dti.store.write import make_folder, write_whole

FIGURES, DUTIES, CONFLICTS, NEW_AGENCIES, CHOICES, SOURCE = (
    "Số liệu", "Nhiệm vụ", "Mâu thuẫn", "Cơ quan mới", "Chỉ tiêu", "Nguồn",
)  # fmt: skip

#: Column of the sheet "Số liệu", its width, what it holds.
FIGURE_COLUMNS = [
    ("number", 6, "Số thứ tự của số trong văn bản"),
    ("clause", 24, "Mục của văn bản, viết như trong bộ dữ liệu"),
    ("sentence", 70, "Đoạn văn; con số được in đậm, màu đỏ"),
    ("evidence", 34, "Trích đoạn ngắn có con số"),
    ("year", 7, "Năm mà con số nói về"),
    ("kind", 9, "actual: kết quả; target: mục tiêu; norm: định mức được dẫn lại; none: không phải số liệu"),
    ("level", 12, "toan-tinh, cap-tinh, cap-huyen, cap-xa; one-agency: của riêng một cơ quan"),
    ("comparator", 6, "=, >=, <=, >, <, ~ (khoảng), range (từ … đến)"),
    ("value", 10, "Giá trị; một khoảng: cận dưới"),
    ("value_high", 10, "Cận trên của một khoảng"),
    ("unit", 9, "percent, count, ratio, mbps"),
    ("unit_text", 16, "Đơn vị như văn bản ghi"),
    ("total", 8, "Tổng số, nếu văn bản ghi dạng 96/106"),
    ("share", 8, "Tỷ lệ phần trăm tính từ số đếm và tổng số"),
    ("agency_id", 20, "Cơ quan mà con số nói về; tinh là toàn tỉnh"),
    ("wording", 10, "reached: ghi là đã đạt; as_target: kết quả viết bằng lời của mục tiêu"),
    ("stated", 9, "stated: ghi rõ; implied: suy ra từ câu văn"),
    ("indicator_text", 50, "Chỉ tiêu như văn bản gọi"),
    ("indicator_id", 34, "Chỉ tiêu của bộ dữ liệu: chọn trong danh sách"),
    ("decision", 14, "Quyết định: " + ", ".join(DECISIONS)),
    ("reason", 34, "Lý do để lại, hoặc điều cần xem"),
    ("last_value", 10, "Kết quả năm trước trong bộ dữ liệu"),
    ("last_target", 10, "Mục tiêu năm trước trong bộ dữ liệu"),
    ("score", 7, "Độ khớp với chỉ tiêu, từ 0 đến 1"),
    ("runner_up", 30, "Chỉ tiêu gần nhất khác"),
    ("runner_score", 7, "Độ khớp của chỉ tiêu đó"),
    ("remark", 14, "Điều cần xem về định nghĩa"),
    ("new_id", 28, "Mã đề xuất cho chỉ tiêu mới"),
    ("new_name", 46, "Tên đề xuất cho chỉ tiêu mới"),
    ("new_name_en", 46, "Tên tiếng Anh của chỉ tiêu mới: điền khi quyết định là “chỉ tiêu mới”"),
    ("pillar", 18, "Nội dung (trụ cột) của chỉ tiêu mới"),
    ("direction", 8, "1: càng cao càng tốt; -1: càng thấp càng tốt"),
    ("note", 30, "Ghi chú đưa vào bộ dữ liệu"),
    ("note_en", 30, "Ghi chú bằng tiếng Anh"),
]  # fmt: skip
DUTY_COLUMNS = [
    ("number", 6, "Số thứ tự của nhiệm vụ"),
    ("clause", 24, "Mục của văn bản"),
    ("evidence", 70, "Câu của văn bản"),
    ("agency_id", 34, "Cơ quan; trống nếu cơ quan chưa có trong bộ dữ liệu"),
    ("agency", 34, "Tên cơ quan"),
    ("role", 11, "direct: chỉ đạo; lead: chủ trì; support: phối hợp; implement: thực hiện"),
    ("basis", 9, "named: nêu tên; class: nêu nhóm cơ quan"),
    ("deadline", 12, "Thời hạn, nếu có"),
    ("indicator_id", 30, "Chỉ tiêu gắn với nhiệm vụ, nếu có"),
    ("kind", 9, "task: nhiệm vụ; duty: trách nhiệm ở mục Tổ chức thực hiện; indicator: theo dõi chỉ tiêu"),
    ("decision", 14, "Quyết định: nhận, để lại"),
    ("reason", 30, "Lý do để lại"),
    ("pillar", 18, "Nội dung (trụ cột), nếu có"),
    ("text_vi", 60, "Nội dung ghi vào bộ dữ liệu, bằng lời của người biên soạn"),
    ("text_en", 60, "Nội dung bằng tiếng Anh: cần điền trước khi nhận"),
]  # fmt: skip

#: Why a number is no figure, and what must be looked at, in words.
REASONS = {
    "address": "địa chỉ", "note-mark": "dấu chú thích", "document": "số hiệu văn bản", "standard": "số hiệu tiêu chuẩn",
    "telephone": "số điện thoại", "code": "mã số", "date": "ngày, tháng", "year": "năm", "money": "số tiền",
    "age": "độ tuổi trong tên chỉ tiêu", "structure": "bố cục văn bản", "ordinal": "số thứ tự", "version": "phiên bản",
    "name": "số trong tên riêng", "grade": "mức độ, cấp độ", "model": "tên mô hình", "clock": "thời gian, chu kỳ",
    "area": "diện tích, chiều dài", "population": "dân số", "tiers": "số cấp hành chính", "nation": "số của cả nước",
    "body-size": "quy mô một tổ chức", "in-words": "số viết bằng chữ, không đi với đơn vị đo", "difference": "mức chênh lệch, không phải mức đạt",
    "legal-basis": "trích trong căn cứ", "note": "số trong chú thích", "no-unit": "số không có đơn vị",
    "no-measure": "“toàn bộ”, “tất cả” không phải số đo", "not-reached-norm": "chuẩn chưa đạt",
    "scope-of-task": "phạm vi của nhiệm vụ", "money-share": "tỷ lệ của một khoản tiền", "administrative-units": "số đơn vị hành chính",
    "printed-twice": "đoạn in lặp lại", "not-a-share": "không phải số đếm trên tổng số", "no-value-column": "ô không thuộc cột số liệu",
    "in-name": "số trong tên chỉ tiêu", "contradiction": "MÂU THUẪN trong văn bản: xem trang Mâu thuẫn",
    "two-alike": "hai chỉ tiêu gần như nhau: cần chọn", "one-agency": "số của riêng một cơ quan: xem có nhận không",
}  # fmt: skip
REMARKS = {
    "definition": "định nghĩa cũ, không so sánh trực tiếp được", "narrower": "chỉ tiêu gần nhất có phạm vi hẹp hơn",
    "wider": "văn bản nói về một phần, chỉ tiêu gần nhất rộng hơn", "two-alike": "hai chỉ tiêu gần như nhau",
}  # fmt: skip
_KIND_COLOURS = {"actual": "#DCEBF7", "target": "#FDE9DD", "norm": "#F3F0D7", "none": "#EDEDED"}


def read(file: Path, year: int, data: str | os.PathLike | None = None) -> tuple[Plan, dict[str, pd.DataFrame], bytes]:
    """Return a plan that was read, the tables it was read beside, and the file's bytes.

    Raises
    ------
    DataError
        the file cannot be read as a plan; the text says why
    """
    tables = load_all(["agencies", "indicators", "observations", "pillars"], data)
    if not 2000 <= year <= 2100:
        raise DataError(f"--year {year}: no year of a plan. Expected: four digits, 2000 to 2100.")
    try:
        plan = read_plan(file, year, tables)
    except UnreadablePlan as error:
        raise DataError(str(error)) from None
    return plan, tables, file.read_bytes()


def reason_text(reason: str) -> str:
    """Return a reason in words.

    Examples
    --------
    >>> reason_text("document"), reason_text("restated:12")
    ('số hiệu văn bản', 'nhắc lại số 12, không có khác biệt')
    """
    name, _, rest = reason.partition(":")
    if name == "restated":
        return f"nhắc lại số {rest}, không có khác biệt"
    if name == "definition":
        return f"ĐỊNH NGHĨA khác với {rest}: cần xem"
    return REASONS.get(name, name)


def review_tables(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the sheets of a review as tables, by name.

    Parameters
    ----------
    plan : see `dti.reader.plan.read_plan`
    tables : agencies, indicators, observations, pillars
    """
    found = figures(plan, dict(tables))
    register = Register(tables["agencies"])
    tasks = _tasks(duties(plan.outline, register, plan.year), found, plan)
    conflicts = contradictions(found)
    shown = found.assign(
        reason=found["reason"].map(reason_text), remark=found["remark"].map(lambda text: REMARKS.get(text, text)),
        new_name_en="", note="", note_en="",
    )  # fmt: skip
    strangers = tasks[tasks["agency_id"].eq("")].drop_duplicates("agency")
    new_agencies = pd.DataFrame(
        {
            "agency_id": "",
            "name_vi": strangers["agency"],
            "name_en": "",
            "kind": "khac",
            "clause": strangers["clause"],
            "decision": "",
        }
    )
    return {
        FIGURES: shown[[name for name, _, _ in FIGURE_COLUMNS] + ["block", "start", "end"]],
        DUTIES: tasks[[name for name, _, _ in DUTY_COLUMNS]],
        CONFLICTS: conflicts,
        NEW_AGENCIES: new_agencies,
    }


def _tasks(found: list[Duty], rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    numbers: dict[tuple[int, str], int] = {}
    of_block = rows[rows["indicator_id"].ne("") | rows["new_id"].ne("")].drop_duplicates("block").set_index("block")
    table = []
    for duty in found:
        number = numbers.setdefault((duty.block.number, duty.evidence), len(numbers) + 1)
        at = of_block.loc[duty.block.number] if duty.block.number in of_block.index else None
        indicator = "" if at is None else (at["indicator_id"] or at["new_id"])
        titles = " ".join(duty.block.titles).lower()
        kind = (
            "indicator"
            if duty.block.kind == "row" and at is not None
            else "duty"
            if "tổ chức thực hiện" in titles
            else "task"
        )
        text = duty.task[:1].upper() + duty.task[1:] if duty.task else duty.evidence
        table.append(
            (number, duty.block.clause, duty.evidence, duty.agency_id, duty.named, duty.role, duty.basis, duty.deadline, indicator, kind,
             "nhận" if duty.agency_id else "", "" if duty.agency_id else "cơ quan chưa có trong bộ dữ liệu: xem trang Cơ quan mới", "", f"{text}.", "")
        )  # fmt: skip
    return pd.DataFrame(table, columns=[name for name, _, _ in DUTY_COLUMNS])


def summary(
    sheets: Mapping[str, pd.DataFrame], plan: Plan, tables: Mapping[str, pd.DataFrame]
) -> list[tuple[str, object]]:
    """Return what the summary sheet says: counts, open decisions, last year's indicators without a figure."""
    rows = sheets[FIGURES]
    figures_only = rows[rows["kind"].ne("none")]
    targets = tables["observations"].query("kind == 'target' and in_use and year == @plan.year - 1")["indicator_id"]
    without = sorted(set(targets) - set(figures_only["indicator_id"]))
    names = tables["indicators"].set_index("indicator_id")["name_vi"]
    return [
        ("Số trong văn bản", len(rows)),
        ("Trong đó là số liệu (kết quả, mục tiêu, định mức)", len(figures_only)),
        ("Đã có quyết định đề xuất", int(figures_only["decision"].ne("").sum())),
        ("Còn để ngỏ, cần người quyết định", int(figures_only["decision"].eq("").sum())),
        ("Chỉ tiêu mới được đề xuất", figures_only.loc[figures_only["indicator_id"].eq(""), "new_id"].nunique()
         if "new_id" in figures_only else 0),
        ("Số để lại, mỗi số có lý do", int(rows["kind"].eq("none").sum())),
        ("Nhiệm vụ, trách nhiệm", int(sheets[DUTIES]["number"].nunique())),
        ("Cơ quan chưa có trong bộ dữ liệu", len(sheets[NEW_AGENCIES])),
        ("Chỗ văn bản tự mâu thuẫn", len(sheets[CONFLICTS])),
        ("Dòng bỏ qua vì trang in lặp lại", len(plan.outline.left_out)),
        ("Chỉ tiêu có mục tiêu năm trước mà văn bản này không có số", len(without)),
        *((f"   {names.get(key, key)}", key) for key in without),
    ]  # fmt: skip


def workbook(plan: Plan, tables: Mapping[str, pd.DataFrame], file: str, content: bytes) -> bytes:
    """Return the review as an Excel file.

    Parameters
    ----------
    file, content : name and bytes of the document that was read; its fingerprint goes into the sheet "Nguồn"
    """
    sheets = review_tables(plan, tables)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        styles = _styles(book)
        _write_summary(book, styles, summary(sheets, plan, tables), file, plan.year)
        _write_figures(book, styles, sheets[FIGURES], tables["indicators"])
        _write_duties(book, styles, sheets[DUTIES])
        _write_plain(book, styles, CONFLICTS, sheets[CONFLICTS])
        _write_plain(book, styles, NEW_AGENCIES, sheets[NEW_AGENCIES])
        _write_plain(book, styles, CHOICES, _choices(tables["indicators"], sheets[FIGURES]))
        _write_guide(book, styles)
        source = [("file", file), ("sha256", hashlib.sha256(content).hexdigest()), ("year", plan.year)]
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


def _write_duties(book: xlsxwriter.Workbook, styles: Mapping, rows: pd.DataFrame) -> None:
    sheet = book.add_worksheet(DUTIES)
    _heads(sheet, styles, DUTY_COLUMNS)
    names = [name for name, _, _ in DUTY_COLUMNS]
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
        ("5", "Trang Nguồn: kiểm tra số hiệu, ngày ban hành, mã nguồn. Rồi chạy: dti plan take <tệp này> --document <văn bản>."),
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


def csv_files(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Return the same review as CSV files for other programs, by name: UTF-8, comma, decimal point."""
    names = {
        FIGURES: "so_lieu.csv",
        DUTIES: "nhiem_vu.csv",
        CONFLICTS: "mau_thuan.csv",
        NEW_AGENCIES: "co_quan_moi.csv",
    }
    sheets = review_tables(plan, tables)
    return {
        file: sheets[name].to_csv(index=False, float_format="%.10g").encode("utf-8") for name, file in names.items()
    }


def write_csv(folder: Path, plan: Plan, tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write the review as CSV files into a folder and return their paths."""
    make_folder(folder)
    paths = []
    for name, content in csv_files(plan, tables).items():
        write_whole(folder / name, content)
        paths.append(folder / name)
    return paths
