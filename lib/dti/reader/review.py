"""The review workbook: every figure and every task of a plan with what is proposed, for people to decide.

Sheets: "Tóm tắt", "Số liệu" (a row per number, in the order of the document), "Nhiệm vụ" (a row per agency and task),
"Mâu thuẫn", "Cơ quan mới", "Chỉ tiêu" (the indicators to choose from), "Hướng dẫn", "Nguồn" (what was read).
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dti.reader.agencies import Register
from dti.reader.contradictions import contradictions
from dti.reader.duties import Duty, duties
from dti.reader.figures import DECISIONS, LEAVE, figures
from dti.reader.open_file import UnreadablePlan
from dti.reader.plan import Plan, read_plan
from dti.store.faults import DataError
from dti.store.tables import load_all
from dti.store.write import make_folder, write_whole

OLD_DUTIES = "Trách nhiệm cũ"
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

OLD_DUTY_COLUMNS = [
    ("number", 20, "Cơ quan/chỉ tiêu: mã của dòng"),
    ("agency_id", 34, "Cơ quan"),
    ("agency", 34, "Tên cơ quan"),
    ("indicator_id", 30, "Chỉ tiêu mà văn bản này có số liệu"),
    ("name", 60, "Tên chỉ tiêu"),
    ("role", 11, "Vai trò theo kế hoạch trước"),
    ("clause", 24, "Căn cứ ở kế hoạch trước"),
    ("decision", 14, "Quyết định: nhận (báo cáo ghi rõ là theo kế hoạch trước), để lại"),
    ("reason", 40, "Lý do để lại"),
]

#: Why a number is no figure, and what must be looked at, in words.
REASONS = {
    "address": "địa chỉ", "note-mark": "dấu chú thích", "document": "số hiệu văn bản", "standard": "số hiệu tiêu chuẩn",
    "telephone": "số điện thoại", "code": "mã số", "date": "ngày, tháng", "year": "năm", "money": "số tiền",
    "age": "độ tuổi trong tên chỉ tiêu", "structure": "bố cục văn bản", "ordinal": "số thứ tự", "version": "phiên bản",
    "name": "số trong tên riêng", "grade": "mức độ, cấp độ", "model": "tên mô hình", "clock": "thời gian, chu kỳ",
    "area": "diện tích, chiều dài", "population": "dân số", "tiers": "số cấp hành chính", "nation": "số của cả nước",
    "body-size": "quy mô một tổ chức", "in-words": "số viết bằng chữ, không đi với đơn vị đo", "difference": "mức chênh lệch, không phải mức đạt",
    "legal-basis": "trích trong căn cứ", "note": "số trong chú thích", "no-unit": "số không có đơn vị",
    "of-plan": "tỷ lệ hoàn thành kế hoạch, không phải mức đạt", "no-measure": "“toàn bộ”, “tất cả” không phải số đo", "not-reached-norm": "chuẩn chưa đạt",
    "scope-of-task": "phạm vi của nhiệm vụ", "money-share": "tỷ lệ của một khoản tiền", "administrative-units": "số đơn vị hành chính",
    "printed-twice": "đoạn in lặp lại", "not-a-share": "không phải số đếm trên tổng số", "no-value-column": "ô không thuộc cột số liệu",
    "in-name": "số trong tên chỉ tiêu", "contradiction": "MÂU THUẪN trong văn bản: xem trang Mâu thuẫn",
    "flattened": "ô bảng trong PDF: chọn chỉ tiêu, hoặc đọc từ tệp Word",
    "two-alike": "hai chỉ tiêu gần như nhau: cần chọn", "one-agency": "số của riêng một cơ quan: xem có nhận không",
}  # fmt: skip
REMARKS = {
    "definition": "định nghĩa cũ, không so sánh trực tiếp được", "narrower": "chỉ tiêu gần nhất có phạm vi hẹp hơn",
    "wider": "văn bản nói về một phần, chỉ tiêu gần nhất rộng hơn", "two-alike": "hai chỉ tiêu gần như nhau", "flattened": "ô bảng trong PDF",
}  # fmt: skip


def read(file: Path, year: int, data: str | os.PathLike | None = None) -> tuple[Plan, dict[str, pd.DataFrame], bytes]:
    """Return a plan that was read, the tables it was read beside, and the file's bytes.

    Raises
    ------
    DataError
        the file cannot be read as a plan; the text says why
    """
    tables = load_all(["agencies", "indicators", "observations", "pillars", "responsibilities"], data)
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
    tables : agencies, indicators, observations, pillars, responsibilities
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
        OLD_DUTIES: _old_duties(found, tasks, tables, plan.year),
    }


DECISION_COLUMNS = ["sheet", "number", "column", "value"]


def read_decisions(path: Path) -> pd.DataFrame:
    """Return decisions made before, from a CSV file with the columns of `DECISION_COLUMNS`."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path}: cannot be read ({error}). Expected: a CSV file: {', '.join(DECISION_COLUMNS)}."
        ) from None
    if list(table.columns) != DECISION_COLUMNS:
        raise DataError(f"{path}: columns {', '.join(table.columns)}. Expected: {', '.join(DECISION_COLUMNS)}.")
    return table


def with_decisions(sheets: Mapping[str, pd.DataFrame], decisions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the sheets with decisions filled in that were made before.

    Parameters
    ----------
    decisions : columns ``sheet``, ``number`` (of the row; on "Cơ quan mới" the name), ``column``, ``value``; all text

    Raises
    ------
    DataError
        a decision names a sheet, row or column that is not there
    """
    filled = {name: table.astype(object) for name, table in sheets.items()}
    for line, one in enumerate(decisions.itertuples(index=False), start=2):
        table = filled.get(one.sheet)
        key = "name_vi" if one.sheet == NEW_AGENCIES else "number"
        at = pd.Series(dtype=bool) if table is None or key not in table else table[key].astype(str).eq(one.number)
        if not at.any() or one.column not in table:
            wrong = f"decisions, line {line}: no '{one.column}' of '{one.number}' on the sheet '{one.sheet}'"
            raise DataError(f"{wrong}. Expected: decisions made on a review of this very document.")
        table.loc[at, one.column] = one.value
    return filled | {DUTIES: _with_new_agencies(filled[DUTIES], filled[NEW_AGENCIES])}


def _with_new_agencies(tasks: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    """Return the duties of agencies that are new with their ids, and with the decision on the agency."""
    ids = dict(zip(agencies["name_vi"], agencies["agency_id"], strict=True))
    decisions = dict(zip(agencies["name_vi"], agencies["decision"], strict=True))
    new = tasks["agency_id"].eq("") & tasks["agency"].map(lambda name: bool(ids.get(name)))
    tasks.loc[new, "agency_id"] = tasks.loc[new, "agency"].map(ids)
    tasks.loc[new, "decision"] = tasks.loc[new, "agency"].map(decisions)
    tasks.loc[new, "reason"] = ""
    return tasks


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


def _old_duties(
    found: pd.DataFrame, tasks: pd.DataFrame, tables: Mapping[str, pd.DataFrame], year: int
) -> pd.DataFrame:
    """Return who followed, by the plan before, what this document measures and names nobody for; all left aside.

    Last year's duty is this year's only where the new plan says so or the office decides it.
    """
    every = tables["responsibilities"]
    before = every[every["year"].eq(every.loc[every["year"] < year, "year"].max())]
    named = tasks[tasks["indicator_id"].ne("")]
    pairs = set(zip(named["agency_id"], named["indicator_id"], strict=True))
    led = set(named.loc[named["role"].eq("lead"), "indicator_id"])
    again = [pair in pairs for pair in zip(before["agency_id"], before["indicator_id"], strict=True)]
    lead_named = before["role"].eq("lead") & before["indicator_id"].isin(led)
    measured = before["indicator_id"].isin(set(found.loc[found["kind"].isin(["actual", "target"]), "indicator_id"]))
    open_ones = before[measured & ~pd.Series(again, index=before.index, dtype=bool) & ~lead_named]
    return pd.DataFrame(
        {
            "number": (open_ones["agency_id"] + "/" + open_ones["indicator_id"]).to_numpy(),
            "agency_id": open_ones["agency_id"].to_numpy(),
            "agency": open_ones["agency_id"].map(tables["agencies"].set_index("agency_id")["name_vi"]).to_numpy(),
            "indicator_id": open_ones["indicator_id"].to_numpy(),
            "name": open_ones["indicator_id"].map(tables["indicators"].set_index("indicator_id")["name_vi"]).to_numpy(),
            "role": open_ones["role"].to_numpy(),
            "clause": [f"Kế hoạch năm {row.year}: {row.clause}" for row in open_ones.itertuples()],
            "decision": LEAVE,
            "reason": "văn bản này không nêu",
        },
        dtype=object,
    )


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
        ("Trách nhiệm theo kế hoạch trước mà văn bản này không nêu: để lại, trừ khi quyết định nhận", len(sheets[OLD_DUTIES])),
        ("Cơ quan chưa có trong bộ dữ liệu", len(sheets[NEW_AGENCIES])),
        ("Chỗ văn bản tự mâu thuẫn", len(sheets[CONFLICTS])),
        ("Dòng bỏ qua vì trang in lặp lại", len(plan.outline.left_out)),
        ("Chỉ tiêu có mục tiêu năm trước mà văn bản này không có số", len(without)),
        *((f"   {names.get(key, key)}", key) for key in without),
    ]  # fmt: skip


CSV_FILES = {
    FIGURES: "so_lieu.csv",
    DUTIES: "nhiem_vu.csv",
    CONFLICTS: "mau_thuan.csv",
    NEW_AGENCIES: "co_quan_moi.csv",
    OLD_DUTIES: "trach_nhiem_cu.csv",
}


def write_csv(folder: Path, sheets: Mapping[str, pd.DataFrame]) -> None:
    """Write a review as CSV files for other programs into a folder: UTF-8, comma, decimal point."""
    make_folder(folder)
    for name, file in CSV_FILES.items():
        write_whole(folder / file, sheets[name].to_csv(index=False, float_format="%.10g").encode("utf-8"))
