"""Executed notebooks for the tests of the exporters: one that holds every nuisance, and our own run in this process."""

import base64
from functools import cache
from typing import Any

import in_process
import nbformat
import pandas as pd
from in_process import notebook_of
from matplotlib.figure import Figure
from nbformat import NotebookNode, v4

from dti.show import outputs as display
from dti.show.outputs import Column, Shown, text
from dti.words.markdown import escape, linked

#: A table too wide for an upright page, in Markdown.
WIDE = "|" + "|".join(f"Cột thứ {n}" for n in range(16)) + "|\n" + "|---" * 16 + "|\n"
WIDE += ("|" + "|".join(f"giá trị dài {n}" for n in range(16)) + "|\n") * 14

#: Texts that one format or another would take for something else.
NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"hai\" 'một' & <b>đậm</b> &amp; <!-- -->",
    "$x^2$ \\(y\\) \\textbf{z}",
    "#let a = 1; #panic() @nguon <nhan>",
    "=cmd|' /C calc'!A0",
    "+1 -1 @SUM(1)",
    "*sao* _gạch_ `mã` ~~bỏ~~ [x](javascript:alert(3))",
    "{{ frame }} {% raw %} {# x #}",
    "1. Một; - hai; > ba; # bốn; -- ---",
    "http://example.invalid/a_b_c",
    "Đ ð ằ ẵ ữ ợ ‰ ≥ ≤ − – … “ ”",
]


def output_of(shown: Shown) -> NotebookNode:
    """A display output as a kernel would write it."""
    data, metadata = shown._repr_mimebundle_()
    data = {form: base64.b64encode(c).decode() if isinstance(c, bytes) else c for form, c in data.items()}
    return v4.new_output("display_data", data, metadata=metadata)


def code(*shown: Shown | NotebookNode, source: str = "1", tags: tuple[str, ...] = ()) -> NotebookNode:
    outputs = [output_of(one) if isinstance(one, Shown) else one for one in shown]
    return v4.new_code_cell(source, outputs=outputs, metadata={"tags": list(tags)})


def markdown(source: str, *tags: str) -> NotebookNode:
    return v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def notebook(*cells: NotebookNode, lang: str = "vi", report: str | None = "plan_progress") -> NotebookNode:
    parameters = code(source=f'year = 2023\nlang = "{lang}"', tags=("parameters",))
    metadata = {"dti": {"report": report}} if report else {}
    return v4.new_notebook(cells=[parameters, *cells], metadata=metadata)


def figure(points: int = 3) -> Figure:
    drawn = Figure(figsize=(6.5, 2))
    drawn.subplots().plot(range(points))
    return drawn


def long_table(rows: int = 45, *, kind: str = "indicators") -> Shown:
    """Eight columns in groups, a nasty text in every row, more rows than a page holds."""
    frame = pd.DataFrame(
        {
            "no": range(1, rows + 1),
            "name": [f"Tỷ lệ hồ sơ thứ {n}: {NASTY[n % len(NASTY)]}" for n in range(rows)],
            "group": [f"Nội dung {n // 15 + 1} {NASTY[n // 15]}" for n in range(rows)],
            "base": [n * 1.5 for n in range(rows)],
            "target": [None if n % 7 == 0 else n * 2.0 for n in range(rows)],
            "status": ["Duy trì" if n % 2 else "Phải phấn đấu" for n in range(rows)],
            "source": [f"P.II–II.{n}, ý {n}" for n in range(rows)],
            "note": [NASTY[(n * 5) % len(NASTY)] for n in range(rows)],
            "anchor": [f"i-chi-tieu-co-ten-rat-dai-de-vuot-qua-gioi-han-{n}" for n in range(rows)],
        }
    )
    columns = [
        Column("no", "TT", numeric=True),
        Column("name", "Chỉ tiêu"),
        Column("base", "Kết quả", lambda value: f"{value:.1f}%".replace(".", ","), numeric=True),
        Column("target", "Mục tiêu", lambda value: "–" if pd.isna(value) else f"{value:.0f}%", numeric=True),
        Column("status", "Trạng thái"),
        Column("source", "Nguồn"),
        Column("note", "Lưu ý"),
        Column("group", "Nội dung"),
    ]
    return display.table(frame, columns, f"Chỉ tiêu {NASTY[0]}", anchor="anchor", group="group", kind=kind)


def key_figures() -> Shown:
    frame = pd.DataFrame({"label": ["chỉ tiêu", "đạt mục tiêu"], "value": [45, 8200], "anchor": ["k-a", "k-b"]})
    columns = [
        Column("label", "Số chỉ tiêu"),
        Column("value", "Số lượng", lambda v: f"{v:,}".replace(",", "."), numeric=True),
    ]
    return display.table(frame, columns, "Số liệu chính", anchor="anchor", kind="key-figures")


@cache
def _everything(lang: str, report: str | None, illustrative: bool) -> str:
    row = "i-chi-tieu-co-ten-rat-dai-de-vuot-qua-gioi-han-3"
    basis = "illustrative" if illustrative else "official"
    cells = [
        markdown("# Ghi chú của người phân tích", "note"),
        code(
            v4.new_output("stream", name="stdout", text="in ra màn hình"),
            v4.new_output("error", ename="ValueError", evalue="lỗi nội bộ", traceback=["Traceback lỗi nội bộ"]),
            source="print('in ra màn hình')",
        ),
        code(display.mark_if_illustrative(pd.DataFrame({"basis": [basis]}), lang)),
        code(text(f"# Báo cáo của {escape('Sở <Y> & tế')}: mục tiêu")),
        code(text(f"Có {linked('45', 'k-a')}, {linked('8.200', 'k-b')}, {linked('4,5%', row)}, [nguồn](#khong-co).")),
        code(key_figures()),
        markdown("## Còn cách **bao xa**?", "vi"),
        markdown("## How far is it?", "en"),
        *(code(text(escape(nasty))) for nasty in NASTY),
        code(text("Khoảng cách:\n\n" + "\n".join(f"1. {escape(nasty)} {linked('6%', row)}." for nasty in NASTY[:4]))),
        code(text("- một\n- hai\n    - ba\n    - bốn\n\n5. năm\n6. sáu")),
        code(long_table()),
        code(display.chart(figure(), f"Biểu đồ {NASTY[0]}", f"Nói bằng lời: {NASTY[3]}")),
        markdown("### Nguồn\n\nXem [cổng](https://dti.gov.vn/) hoặc [thư](mailto:a@example.org).\n\n> Trích dẫn", "vi"),
        markdown("### Sources\n\nSee [the portal](https://dti.gov.vn/).\n\n> Quoted", "en"),
        code(display.chart(figure(9), "Biểu đồ hai", "Hai")),
        code(long_table(3, kind="remarks")),
    ]  # fmt: skip
    return nbformat.writes(notebook(*cells, lang=lang, report=report))


def everything(lang: str = "vi", report: str | None = "plan_progress", *, illustrative: bool = False) -> NotebookNode:
    """A notebook with all that reports are made of, and with the texts of NASTY wherever data can stand."""
    return nbformat.reads(_everything(lang, report, illustrative), as_version=4)


@cache
def _executed(name: str, parameters: tuple[tuple[str, Any], ...]) -> str:
    run = notebook_of(name)
    for cell, shown in in_process.run(run, dict(parameters)):
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(f"{key} = {value!r}" for key, value in parameters)
        cell.outputs = [output_of(one) for one in shown]
    return nbformat.writes(run)


def executed(name: str, **parameters: Any) -> NotebookNode:
    """One of our notebooks, run in this process."""
    return nbformat.reads(_executed(name, tuple(parameters.items())), as_version=4)
