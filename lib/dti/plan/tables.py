"""The tables that reports show: key figures, indicators, what comes first, what is not known, sources.

Each function returns a table of raw values with the names and anchors that sentences link to, or that table as
an output (`dti.show.outputs.Shown`). Words in both languages stand side by side.
"""

import pandas as pd

from dti.plan.duties import province_from_agencies
from dti.plan.progress import FIGURES, PROVINCE
from dti.plan.rows import goal_mark, with_base_target
from dti.show import outputs
from dti.show.outputs import Column
from dti.words.clauses import short_clause
from dti.words.labels import ROLES, STATUS, TREND
from dti.words.vietnamese import UNKNOWN, Lang, difference, number, quantity


def key_figures_table(figures_: pd.DataFrame, lang: Lang) -> outputs.Shown:
    """Return the key figures as an output, shown as cards."""
    words = {"vi": ("Số chỉ tiêu", "Số lượng", "Số liệu chính"), "en": ("Indicators", "Number", "Key figures")}[lang]
    columns = [
        Column("label", words[0]),
        Column("value", words[1], lambda value: number(value, lang), numeric=True),
    ]
    return outputs.table(figures_, columns, words[2], anchor="anchor", kind="key-figures")


def indicator_table(rows: pd.DataFrame, year: int, lang: Lang, caption: str | None = None) -> outputs.Shown:
    """Return the table of indicators as an output: figures, change, gap, status, role and source, by pillar.

    Parameters
    ----------
    rows : as `described` gives them
    """
    has_actual = rows["year_actual"].notna().any()
    words = _indicator_words(year, lang, planned=not has_actual)
    texts = _indicator_texts(rows, lang)
    has_own = (rows["agency_id"] != PROVINCE).any()
    results = [*(["actual"] if has_actual else []), *(["province"] if has_own else [])]
    names = ["no", "indicator", "base", *results, "target", "change", "gap", "status"]
    names += ["role"] if "role" in rows and rows["role"].notna().any() else []
    numeric = {"no", "base", "actual", "province", "target", "change", "gap"}
    columns = [Column(name, words[name], numeric=name in numeric) for name in [*names, "source"]]
    for basis in ("reading", "carried"):
        if "role" in names and (rows["duty_basis"] == basis).any():
            caption = (caption or words["caption"]) + words[basis]
    if any(goal_mark(row, name) for row in rows.to_dict("records") for name in ("base_actual", "year_actual")):
        caption = (caption or words["caption"]) + words["goal"]
    return outputs.table(
        texts.assign(anchor=rows["anchor"], pillar_name=rows["pillar_name"]),
        columns,
        caption or words["caption"],
        anchor="anchor",
        group="pillar_name",
        kind="indicators",
        raw=_raw_figures(rows, words, lang, has_actual=has_actual),
    )


def _indicator_words(year: int, lang: Lang, *, planned: bool = False) -> dict[str, str]:
    return {
        "vi": {
            "no": "TT",
            "indicator": "Chỉ tiêu",
            "base": f"Kết quả {year - 1}",
            "actual": f"Kết quả {year}",
            "province": f"Toàn tỉnh {year}",
            "target": f"Mục tiêu {year}",
            "change": "Thay đổi theo kế hoạch" if planned else "Thay đổi",
            "gap": "Khoảng cách",
            "status": "Trạng thái",
            "role": "Vai trò",
            "trend": "Xu hướng",
            "lead": "Cơ quan chủ trì",
            "source": "Nguồn",
            "unit": "Đơn vị",
            "pillar": "Nội dung",
            "agency": "Số liệu của",
            "caption": "Chỉ tiêu, thay đổi và khoảng cách đến mục tiêu (tỷ lệ: điểm phần trăm)",
            "goal": "; † kế hoạch ghi bằng lời của mục tiêu",
            "reading": "; * vai trò theo chức năng, kế hoạch không nêu tên cơ quan",
            "carried": "; ° vai trò theo kế hoạch trước, kế hoạch này không nêu",
        },
        "en": {
            "no": "No.",
            "indicator": "Indicator",
            "base": f"Result {year - 1}",
            "actual": f"Result {year}",
            "province": f"Province {year}",
            "target": f"Target {year}",
            "change": "Planned change" if planned else "Change",
            "gap": "Gap",
            "status": "Status",
            "role": "Role",
            "trend": "Trend",
            "lead": "Lead agency",
            "source": "Source",
            "unit": "Unit",
            "pillar": "Pillar",
            "agency": "Figures of",
            "caption": "Indicators, change and gap to target (shares: percentage points)",
            "goal": "; † worded as a goal by the plan",
            "reading": "; * by its field, the plan does not name the agency",
            "carried": "; ° by the plan before, this plan does not say",
        },
    }[lang]


def _indicator_texts(rows: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Return the table of indicators as the text of its cells."""
    records = rows.to_dict("records")
    # Marked row by row only where results and plans stand side by side; else the header says it for all.
    mixed = rows["year_actual"].notna().any()
    planned = {"vi": " (KH)", "en": " (plan)"}[lang] if mixed else ""
    own = {"vi": " [của cơ quan]", "en": " [own]"}[lang]
    return pd.DataFrame(
        {
            "no": rows["no"],
            "indicator": [row["name"] + (own if row["agency_id"] != PROVINCE else "") for row in records],
            "base": [_figure_text(row, "base_actual", lang) + goal_mark(row, "base_actual") for row in records],
            "actual": [_figure_text(row, "year_actual", lang) + goal_mark(row, "year_actual") for row in records],
            "province": [quantity(row["province_actual"], row["unit"], lang) for row in records],
            "target": [_figure_text(row, "year_target", lang) for row in records],
            "change": [
                _change_text(row, lang) + (planned if row["basis"] == "planned" and pd.notna(row["change"]) else "")
                for row in records
            ],
            "gap": [number(row["gap"], lang) for row in records],
            "status": [STATUS[row["status"]][lang] for row in records],
            "role": [
                ROLES[row["role"]][lang] + {"reading": "*", "carried": "°"}.get(row["duty_basis"], "")
                if pd.notna(row.get("role"))
                else UNKNOWN
                for row in records
            ],
            "source": [_source_text(row, lang) for row in records],
        },
        index=rows.index,
    )


def _figure_text(row: dict, name: str, lang: Lang) -> str:
    comparator = row.get(f"{name}_comparator")
    return quantity(row[name], row["unit"], lang, comparator="=" if pd.isna(comparator) else comparator)


def _change_text(row: dict, lang: Lang) -> str:
    text = number(row["change"], lang, sign=True)
    return text if pd.isna(row["relative"]) else f"{text} ({number(row['relative'], lang, sign=True)}%)"


def _gap_text(row: dict, lang: Lang) -> str:
    """Return the gap; without a plus, which would read as a gain."""
    return difference(row["gap"], row["unit"], lang).removeprefix("+")


def _source_text(row: dict, lang: Lang) -> str:
    places = [row.get(f"{name}_clause") for name in FIGURES]
    return "; ".join(dict.fromkeys(short_clause(place, lang) for place in places if pd.notna(place))) or UNKNOWN


def _raw_figures(rows: pd.DataFrame, words: dict[str, str], lang: Lang, *, has_actual: bool) -> pd.DataFrame:
    """Return the raw values that go into spreadsheets beside the shown table."""
    names = {
        "no": "no",
        "pillar_name": "pillar",
        "name": "indicator",
        "agency_id": "agency",
        "unit": "unit",
        "base_actual": "base",
        "year_actual": "actual",
        "year_target": "target",
        "change": "change",
        "gap": "gap",
        "status": "status",
        "trend": "trend",
        "lead": "lead",
        "role": "role",
    }
    lang_rows = rows.assign(
        status=rows["status"].map({key: label[lang] for key, label in STATUS.items()}),
        trend=rows["trend"].map({key: label[lang] for key, label in TREND.items()}),
        role=rows["role"].map({key: label[lang] for key, label in ROLES.items()}) if "role" in rows else None,
    )
    kept = {column: words[word] for column, word in names.items() if column != "year_actual" or has_actual}
    return lang_rows[list(kept)].rename(columns=kept)


def pillar_table(counts: pd.DataFrame, lang: Lang) -> outputs.Shown:
    """Return the counts by pillar as an output."""
    words = {
        "vi": ("Nội dung", "Số chỉ tiêu", "Số chỉ tiêu theo nội dung và trạng thái"),
        "en": ("Pillar", "Indicators", "Indicators by pillar and status"),
    }[lang]
    columns = [Column("name", words[0]), Column("total", words[1], numeric=True)]
    columns += [Column(name, STATUS[name][lang], numeric=True) for name in STATUS if name in counts]
    return outputs.table(counts, columns, words[2], anchor="anchor", kind="pillars")


def gap_table(rows: pd.DataFrame, year: int, lang: Lang, leads: pd.DataFrame) -> outputs.Shown:
    """Return the ranked gaps as an output: figure, target, gap and who leads.

    Parameters
    ----------
    rows : as `largest_gaps` gives them
    leads : indicator_id, leads (names of the agencies that lead it)
    """
    words = _indicator_words(year, lang)
    known = {"vi": "Kết quả gần nhất", "en": "Latest result"}[lang]
    who = {"vi": "Cơ quan chủ trì", "en": "Lead agency"}[lang]
    caption = {"vi": "Khoảng cách đến mục tiêu, lớn nhất xếp trước", "en": "Gaps to target, largest first"}[lang]
    records = rows.to_dict("records")
    latest = ["year_actual" if pd.notna(row["year_actual"]) else "base_actual" for row in records]
    texts = pd.DataFrame(
        {
            "no": range(1, len(rows) + 1),
            "indicator": rows["name"],
            "known": [_figure_text(row, name, lang) for row, name in zip(records, latest, strict=True)],
            "target": [_figure_text(row, "year_target", lang) for row in records],
            "gap": [_gap_text(row, lang) for row in records],
            "who": rows["indicator_id"].map(leads.set_index("indicator_id")["leads"]).fillna(UNKNOWN),
            "anchor": "g-" + rows["indicator_id"],
        }
    )
    columns = [
        Column("no", words["no"], numeric=True),
        Column("indicator", words["indicator"]),
        Column("known", known, numeric=True),
        Column("target", words["target"], numeric=True),
        Column("gap", words["gap"], numeric=True),
        Column("who", who),
    ]
    raw = texts.assign(
        known=[row[name] for row, name in zip(records, latest, strict=True)],
        target=rows["year_target"],
        gap=rows["gap"],
        unit=rows["unit"],
    )
    heads = {column.name: column.label for column in columns} | {"unit": words["unit"]}
    raw = raw[["no", "indicator", "unit", "known", "target", "gap", "who"]].rename(columns=heads)
    return _table(texts, columns, caption, lang, anchor="anchor", kind="gaps", raw=raw)


def from_agencies_table(tables: dict[str, pd.DataFrame], year: int, lang: Lang) -> outputs.Shown:
    """Return the province's figures that follow from its agencies' own as an output, each with how it was made.

    Parameters
    ----------
    tables : also ``fractions`` (numerators and denominators that agencies reported)
    """
    words = {
        "vi": ("Chỉ tiêu", f"Kết quả {year}", "Cách tính", "Số liệu toàn tỉnh tính từ số liệu của các cơ quan"),
        "en": ("Indicator", f"Result {year}", "How it was made", "The province’s figures made from its agencies’"),
    }[lang]
    made = province_from_agencies(tables, year).merge(tables["indicators"], on="indicator_id")
    frame = pd.DataFrame(
        {
            "name": made[f"name_{lang}"],
            "value": [quantity(row.value, row.unit, lang) for row in made.itertuples()],
            "how": made[f"how_{lang}"],
        }
    )
    columns = [Column("name", words[0]), Column("value", words[1], numeric=True), Column("how", words[2])]
    return _table(frame, columns, words[3], lang, kind="from-agencies")


def base_target_table(rows: pd.DataFrame, year: int, lang: Lang) -> outputs.Shown:
    """Return the base year's results against its own targets, where they are known, as an output."""
    words = {
        "vi": (
            "Chỉ tiêu",
            "Kết quả",
            "Mục tiêu",
            "Khoảng cách",
            f"Kết quả năm {year - 1} so với mục tiêu năm {year - 1}",
        ),
        "en": ("Indicator", "Result", "Target", "Gap", f"Results of {year - 1} against the targets of {year - 1}"),
    }[lang]
    reached = with_base_target(rows)
    records = reached.to_dict("records")
    texts = pd.DataFrame(
        {
            "name": reached["name"],
            "base": [_figure_text(row, "base_actual", lang) for row in records],
            "target": [_figure_text(row, "base_target", lang) for row in records],
            "gap": [difference(row["base_gap"], row["unit"], lang).removeprefix("+") for row in records],
            "anchor": "b-" + reached["indicator_id"],
        }
    )
    columns = [Column("name", words[0])]
    columns += [
        Column(name, word, numeric=True) for name, word in zip(["base", "target", "gap"], words[1:4], strict=True)
    ]
    return _table(texts, columns, words[4], lang, anchor="anchor", kind="base-targets")


def unknown_table(rows: pd.DataFrame, year: int, lang: Lang) -> outputs.Shown:
    """Return the indicators of which something is missing, and what, as an output."""
    words = {
        "vi": ("Chỉ tiêu", "Còn thiếu", "Số liệu còn thiếu"),
        "en": ("Indicator", "Missing", "Figures that are missing"),
    }[lang]
    labels = {
        "vi": [f"kết quả {year - 1}", f"mục tiêu {year - 1}", f"kết quả {year}", f"mục tiêu {year}"],
        "en": [f"{year - 1} result", f"{year - 1} target", f"{year} result", f"{year} target"],
    }[lang]
    labelled = dict(zip(FIGURES, labels, strict=True))
    of_none = [name for name in ("base_actual", "year_actual", "year_target") if rows[name].isna().all()]
    wanted = {name: labelled[name] for name in ("base_actual", "year_actual", "year_target") if name not in of_none}
    caption = words[2]
    if of_none:
        listed = ", ".join(labelled[name] for name in of_none)
        caption += {
            "vi": f" (ngoài {listed}, chưa có ở chỉ tiêu nào)",
            "en": f" (beside the {listed}, known of no indicator)",
        }[lang]
    missing = [
        ", ".join(label for name, label in wanted.items() if pd.isna(row[name])) for row in rows.to_dict("records")
    ]
    grouped = (
        pd.DataFrame({"missing": missing, "name": rows["name"].to_numpy(), "anchor": rows["anchor"].to_numpy()})
        .query("missing != ''")
        .sort_values("missing", kind="stable", key=lambda column: column.map(len), ascending=False)
    )
    return _table(grouped, [Column("name", words[0]), Column("missing", words[1])], caption, lang, kind="unknown")


def remark_table(frame: pd.DataFrame, lang: Lang) -> outputs.Shown:
    """Return the remarks on figures as an output."""
    words = {
        "vi": ("Chỉ tiêu", "Số liệu", "Giá trị", "Dùng", "Lưu ý", "Lưu ý về định nghĩa và các số liệu mâu thuẫn"),
        "en": ("Indicator", "Figure", "Value", "In use", "Remark", "Remarks on definitions and on sources that differ"),
    }[lang]
    columns = [
        Column("name", words[0]),
        Column("figure", words[1]),
        Column("value", words[2], numeric=True),
        Column("used", words[3]),
        Column("remark", words[4]),
    ]
    return _table(frame, columns, words[5], lang, kind="remarks", group="name")


def _table(
    frame: pd.DataFrame,
    columns: list[Column],
    caption: str,
    lang: Lang,
    *,
    kind: str,
    anchor: str | None = None,
    group: str | None = None,
    raw: pd.DataFrame | None = None,
) -> outputs.Shown:
    """Return a table as an output, or a line that says that it would be empty.

    Parameters
    ----------
    group : column whose value heads the rows that share it, instead of standing in each of them
    raw : figures for spreadsheets, where the cells shown are words
    """
    if frame.empty:
        return outputs.text(f"{caption}: " + {"vi": "không có.", "en": "none."}[lang])
    if group is not None:
        raw = frame[[column.name for column in columns]].set_axis([column.label for column in columns], axis=1)
        columns = [column for column in columns if column.name != group]
    return outputs.table(frame, columns, caption, anchor=anchor, kind=kind, group=group, raw=raw)


def source_table(frame: pd.DataFrame, lang: Lang, caption: str | None = None) -> outputs.Shown:
    """Return the sources of figures as an output."""
    words = {
        "vi": (
            "TT",
            "Chỉ tiêu",
            "Số liệu",
            "Giá trị",
            "Vị trí trong nguồn",
            "Trích nguồn",
            "Loại nguồn",
            "Nguồn số liệu",
        ),
        "en": ("No.", "Indicator", "Figure", "Value", "Place in source", "Evidence", "Basis", "Sources of figures"),
    }[lang]
    names = ["no", "name", "figure", "value", "clause", "evidence", "basis"]
    columns = [
        Column(name, word, numeric=name in ("no", "value")) for name, word in zip(names, words[:-1], strict=True)
    ]
    return _table(frame, columns, caption or words[-1], lang, anchor="anchor", kind="sources", group="name")
