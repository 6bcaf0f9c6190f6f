"""The tables that reports show: key figures, indicators, what comes first, what is not known, sources.

Each function returns a table of raw values with the names and anchors that sentences link to, or that table as
an output (`dti.display.Shown`). Words in both languages stand side by side.
"""

import re

import pandas as pd

from dti import display
from dti.display import Column
from dti.duties import province_from_agencies
from dti.progress import FIGURES, PROVINCE, differing_sources, figures, relative_change
from dti.vietnamese import UNKNOWN, Lang, difference, number, quantity

STATUS = {
    "met": {"vi": "Đạt", "en": "Met"},
    "improving": {"vi": "Tiến bộ, chưa đạt", "en": "Improving, not met"},
    "stalled": {"vi": "Không đổi, chưa đạt", "en": "Unchanged, not met"},
    "worse": {"vi": "Giảm sút, chưa đạt", "en": "Worse, not met"},
    "to_do": {"vi": "Phải phấn đấu", "en": "To do"},
    "hold": {"vi": "Duy trì", "en": "Hold"},
    "no_baseline": {"vi": "Chưa so sánh được", "en": "No earlier result"},
    "no_target": {"vi": "Không có mục tiêu", "en": "No target"},
    "no_data": {"vi": "Chưa có số liệu", "en": "No data"},
}
ROLES = {
    "direct": {"vi": "Chỉ đạo", "en": "Direct"},
    "lead": {"vi": "Chủ trì", "en": "Lead"},
    "support": {"vi": "Phối hợp", "en": "Support"},
    "implement": {"vi": "Thực hiện", "en": "Implement"},
}
KINDS = {"actual": {"vi": "Kết quả", "en": "Result"}, "target": {"vi": "Mục tiêu", "en": "Target"}}
BASES = {
    "official": {"vi": "Chính thức", "en": "Official"},
    "transcription": {"vi": "Bản chép lại", "en": "Transcription"},
    "press": {"vi": "Báo chí", "en": "Press"},
    "derived": {"vi": "Suy ra", "en": "Derived"},
    "illustrative": {"vi": "MINH HỌA", "en": "ILLUSTRATIVE"},
}
SCOPES = {
    "toan-tinh": {"vi": "Toàn tỉnh", "en": "Whole province"},
    "cap-tinh": {"vi": "Cấp tỉnh", "en": "Province level"},
    "cap-huyen": {"vi": "Cấp huyện", "en": "District level"},
    "cap-xa": {"vi": "Cấp xã", "en": "Commune level"},
}
#: A figure in a statement: ``{indicator_id.kind.year}``.
PLACEHOLDER = re.compile(r"\{([a-z0-9-]+)\.(actual|target)\.(\d{4})\}")

_CLAUSE_WORDS = {
    "Phần": "Part",
    "mục": "section",
    "ý": "item",
    "Theo chức năng của cơ quan": "By the agency’s mandate",
}


def clause(text: str | None, lang: Lang) -> str:
    """Return the place in a source, in the report's language.

    Examples
    --------
    >>> clause("Phần II, mục III.8, ý 4", "en")
    'Part II, section III.8, item 4'
    """
    if pd.isna(text):
        return UNKNOWN
    if lang == "vi":
        return text
    return re.sub("|".join(_CLAUSE_WORDS), lambda match: _CLAUSE_WORDS[match[0]], text)


def short_clause(text: str | None, lang: Lang) -> str:
    r"""Return the place in a source short enough for a table of indicators.

    Examples
    --------
    >>> short_clause("Phần II, mục III.8, ý 4", "vi"), short_clause("Phần II, mục VI.6", "en")
    ('P.II–III.8, ý\xa04', 'P.II–VI.6')
    """
    short = re.sub(r"^(?:Phần|Part) (\w+), (?:mục|section) ", r"P.\1–", clause(text, lang))
    return re.sub(r", (ý|item) ", ", \\1\N{NO-BREAK SPACE}", short)


def described(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], year: int, lang: Lang) -> pd.DataFrame:
    """Return progress rows with all that a reader needs to see beside the figures.

    Parameters
    ----------
    rows : as `dti.progress.progress` or `agency_progress` gives them
    tables : ``indicators``, ``pillars``, ``observations``

    Returns
    -------
    The rows in the plan's order, plus ``no`` (running number), ``name``, ``scope``, ``pillar``, ``pillar_name``,
    ``anchor``, ``relative`` (relative change of counts, percent), ``province_actual`` (the province's result of the
    report year, to set beside an agency's own), and per figure its ``…_comparator`` and ``…_clause``.
    """
    names = tables["indicators"][["indicator_id", f"name_{lang}", "scope", "pillar"]]
    pillars = tables["pillars"][["pillar", "number", f"name_{lang}"]]
    joined = rows.merge(names.rename(columns={f"name_{lang}": "name"}), on="indicator_id", validate="m:1").merge(
        pillars.rename(columns={f"name_{lang}": "pillar_name", "number": "pillar_number"}), on="pillar", validate="m:1"
    )
    joined = joined.sort_values("pillar_number", kind="stable").reset_index(drop=True)
    beside = [
        _origin(joined, tables["observations"], year, what).add_suffix(f"_{what}") for what in ("comparator", "clause")
    ]
    results = figures(tables["observations"], year)["year_actual"]
    of_province = results[results.index.get_level_values("agency_id") == PROVINCE].droplevel("agency_id")
    return pd.concat([joined, *beside], axis=1).assign(
        province_actual=joined["indicator_id"].map(of_province),
        no=range(1, len(joined) + 1),
        anchor="i-" + joined["indicator_id"],
        relative=relative_change(joined["change"], joined["base_actual"]).where(joined["unit"] == "count"),
    )


def _origin(rows: pd.DataFrame, observations: pd.DataFrame, year: int, what: str) -> pd.DataFrame:
    """Return what is noted beside each figure of ``rows``: of its own agency, else of the province."""
    wide = figures(observations, year, what)
    own = wide.reindex(pd.MultiIndex.from_frame(rows[["indicator_id", "agency_id"]]))
    whole = wide.reindex(pd.MultiIndex.from_arrays([rows["indicator_id"], [PROVINCE] * len(rows)]))
    known = rows[FIGURES].notna().to_numpy()
    return (
        own.reset_index(drop=True)
        .combine_first(whole.reset_index(drop=True))
        .reindex(columns=FIGURES)
        .astype("object")
        .where(known)
    )


def key_figures(rows: pd.DataFrame, year: int, lang: Lang) -> pd.DataFrame:
    """Return the counts a report opens with: key, label, value, anchor; only those above zero.

    Parameters
    ----------
    rows : progress rows, one per indicator; with ``role`` where they are an agency's
    """
    counts = {"total": len(rows)}
    counts |= {name: int((rows["status"] == name).sum()) for name in STATUS}
    if "role" in rows:
        counts |= {name: int((rows["role"] == name).sum()) for name in ROLES}
        counts["mandate"] = int((rows["role_basis"] == "mandate").sum())
    return pd.DataFrame(
        [(name, label(name, year, lang), counts[name], f"k-{name}") for name in _labels(year) if counts.get(name)],
        columns=["key", "label", "value", "anchor"],
    )


def label(key: str, year: int, lang: Lang) -> str:
    """Return what a count of indicators counts, in words; blank for what is no count.

    Examples
    --------
    >>> label("to_do", 2023, "en")
    'short of the 2023 target'
    """
    return _labels(year).get(key, {}).get(lang, "")


def _labels(year: int) -> dict[str, dict[Lang, str]]:
    return {
        "total": {"vi": "chỉ tiêu được theo dõi", "en": "indicators followed"},
        "met": {"vi": f"đạt hoặc vượt mục tiêu {year}", "en": f"meet the {year} target"},
        "improving": {"vi": "tiến bộ nhưng chưa đạt mục tiêu", "en": "improving, target not met"},
        "stalled": {"vi": "không đổi, chưa đạt mục tiêu", "en": "unchanged, target not met"},
        "worse": {"vi": "giảm sút, chưa đạt mục tiêu", "en": "worse, target not met"},
        "to_do": {"vi": f"còn khoảng cách đến mục tiêu {year}", "en": f"short of the {year} target"},
        "hold": {"vi": "đã ở mức mục tiêu, phải duy trì", "en": "at target level, to be held"},
        "no_baseline": {
            "vi": f"có mục tiêu {year}, không có kết quả {year - 1}",
            "en": f"with a {year} target but no {year - 1} result",
        },
        "no_target": {"vi": f"không có mục tiêu {year}", "en": f"without a {year} target"},
        "no_data": {"vi": f"chưa có số liệu {year - 1} và {year}", "en": f"without figures for {year - 1} and {year}"},
        "direct": {"vi": "cơ quan chỉ đạo", "en": "directed"},
        "lead": {"vi": "cơ quan chủ trì", "en": "led"},
        "support": {"vi": "cơ quan phối hợp", "en": "supported"},
        "implement": {"vi": "cơ quan thực hiện", "en": "implemented"},
        "mandate": {"vi": "giao theo chức năng, kế hoạch không nêu tên", "en": "by mandate, not named in the plan"},
    }


def key_figures_table(figures_: pd.DataFrame, lang: Lang) -> display.Shown:
    """Return the key figures as an output, shown as cards."""
    words = {"vi": ("Số chỉ tiêu", "Số lượng", "Số liệu chính"), "en": ("Indicators", "Number", "Key figures")}[lang]
    columns = [
        Column("label", words[0]),
        Column("value", words[1], lambda value: number(value, lang), numeric=True),
    ]
    return display.table(figures_, columns, words[2], anchor="anchor", kind="key-figures")


def indicator_table(
    rows: pd.DataFrame, year: int, lang: Lang, caption: str | None = None, *, by_pillar: bool = True
) -> display.Shown:
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
    if "role" in names and (rows["role_basis"] == "mandate").any():
        caption = (caption or words["caption"]) + words["mandate"]
    return display.table(
        texts.assign(anchor=rows["anchor"], pillar_name=rows["pillar_name"]),
        columns,
        caption or words["caption"],
        anchor="anchor",
        group="pillar_name" if by_pillar else None,
        kind="indicators",
        raw=_raw_figures(rows, words, has_actual=has_actual),
    )


def pillar_indicators(rows: pd.DataFrame, pillar: pd.Series, year: int, lang: Lang) -> list[display.Shown]:
    """Return the table of one pillar's indicators as an output, or nothing where it has none.

    Parameters
    ----------
    pillar : one row of ``data/pillars.csv``
    """
    of_pillar = rows[rows["pillar"] == pillar["pillar"]]
    caption = {"vi": "Chỉ tiêu về {} (tỷ lệ: điểm phần trăm)", "en": "Indicators of {} (shares: percentage points)"}[
        lang
    ].format(pillar[f"name_{lang}"])
    return [indicator_table(of_pillar, year, lang, caption, by_pillar=False)] if len(of_pillar) else []


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
            "source": "Nguồn",
            "unit": "Đơn vị",
            "pillar": "Nội dung",
            "agency": "Số liệu của",
            "caption": "Chỉ tiêu, thay đổi và khoảng cách đến mục tiêu (tỷ lệ: điểm phần trăm)",
            "mandate": "; * vai trò theo chức năng, kế hoạch không nêu tên cơ quan",
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
            "source": "Source",
            "unit": "Unit",
            "pillar": "Pillar",
            "agency": "Figures of",
            "caption": "Indicators, change and gap to target (shares: percentage points)",
            "mandate": "; * by mandate, the plan does not name the agency",
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
            "base": [_figure_text(row, "base_actual", lang) for row in records],
            "actual": [_figure_text(row, "year_actual", lang) for row in records],
            "province": [quantity(row["province_actual"], row["unit"], lang) for row in records],
            "target": [_figure_text(row, "year_target", lang) for row in records],
            "change": [
                _change_text(row, lang) + (planned if row["basis"] == "planned" and pd.notna(row["change"]) else "")
                for row in records
            ],
            "gap": [number(row["gap"], lang) for row in records],
            "status": [STATUS[row["status"]][lang] for row in records],
            "role": [
                ROLES[row["role"]][lang] + ("*" if row["role_basis"] == "mandate" else "")
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


def _raw_figures(rows: pd.DataFrame, words: dict[str, str], *, has_actual: bool) -> pd.DataFrame:
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
    }
    kept = {column: words[word] for column, word in names.items() if column != "year_actual" or has_actual}
    return rows[list(kept)].rename(columns=kept)


def pillar_counts(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], lang: Lang) -> pd.DataFrame:
    """Return how many indicators of each pillar stand where: every pillar of the plan, one row each.

    Returns
    -------
    pillar, name, anchor, total, and one column per status that occurs, in the order of `STATUS`.
    """
    counts = pd.crosstab(rows["pillar"], rows["status"])
    pillars = tables["pillars"].sort_values("number")
    counts = counts.reindex(index=pillars["pillar"], columns=[s for s in STATUS if s in counts], fill_value=0)
    counts.insert(0, "total", counts.sum(axis=1))
    counts.insert(0, "anchor", "p-" + counts.index)
    counts.insert(0, "name", (pillars["number"].astype(str) + ". " + pillars[f"name_{lang}"]).to_numpy())
    return counts.rename_axis(columns=None).reset_index()


def pillar_table(counts: pd.DataFrame, lang: Lang) -> display.Shown:
    """Return the counts by pillar as an output."""
    words = {
        "vi": ("Nội dung", "Số chỉ tiêu", "Số chỉ tiêu theo nội dung và trạng thái"),
        "en": ("Pillar", "Indicators", "Indicators by pillar and status"),
    }[lang]
    columns = [Column("name", words[0]), Column("total", words[1], numeric=True)]
    columns += [Column(name, STATUS[name][lang], numeric=True) for name in STATUS if name in counts]
    return display.table(counts, columns, words[2], anchor="anchor", kind="pillars")


def focus_pillars(rows: pd.DataFrame, most: int = 2) -> list[str]:
    """Return the pillars with the most left to do, those with the largest gap first.

    Where no gap can be measured: those of which an earlier result is missing, then the others.
    """
    gap = rows["gap"].where(rows["unit"] == "percent", 0).clip(lower=0).fillna(0)
    waiting = rows["status"].isin(["to_do", "no_baseline", "improving", "stalled", "worse"])
    order = pd.DataFrame({"pillar": rows["pillar"], "gap": gap, "waiting": waiting})
    order = order.groupby("pillar", sort=False).agg(gap=("gap", "max"), waiting=("waiting", "sum"))
    return order.sort_values(["gap", "waiting"], ascending=False, kind="stable").index.tolist()[:most]


def largest_gaps(rows: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """Return the rows that still miss their target, what comes first on top.

    Shares come first, by percentage points; counts and ratios follow, by the part of the target that is missing.
    """
    short = rows[rows["gap"] > 0]
    missing = short["gap"].where(short["unit"] == "percent", short["gap"] / short["year_target"].abs())
    order = short.assign(_other=short["unit"] != "percent", _missing=missing)
    order = order.sort_values(["_other", "_missing"], ascending=[True, False], kind="stable")
    return order.drop(columns=["_other", "_missing"]).head(most if most is not None else len(order))


def gap_table(rows: pd.DataFrame, year: int, lang: Lang, leads: pd.DataFrame) -> display.Shown:
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
    return _table(texts, columns, caption, lang, anchor="anchor", kind="gaps")


def from_agencies_table(tables: dict[str, pd.DataFrame], year: int, lang: Lang) -> display.Shown:
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


def lead_agencies(tables: dict[str, pd.DataFrame], lang: Lang) -> pd.DataFrame:
    """Return the agencies that lead each indicator: indicator_id, leads; a mandate is named as such."""
    rows = tables["responsibilities"].query("role == 'lead'").merge(tables["agencies"], on="agency_id")
    mandated = {"vi": " (theo chức năng)", "en": " (by mandate)"}[lang]
    names = rows[f"name_{lang}"] + rows["basis"].map({"mandate": mandated, "plan": ""})
    return names.groupby(rows["indicator_id"], sort=False).agg("; ".join).rename("leads").reset_index()


def with_base_target(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of which the base year's own target and result are both known."""
    return rows[rows["base_gap"].notna()]


def base_target_table(rows: pd.DataFrame, year: int, lang: Lang) -> display.Shown:
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


def unknown_table(rows: pd.DataFrame, year: int, lang: Lang) -> display.Shown:
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


def remarks(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], year: int, lang: Lang) -> pd.DataFrame:
    """Return what must be said of the figures shown: definitions, wording, sources that differ.

    Returns
    -------
    name, figure ("Kết quả 2022"), value text, remark, in_use; in the order of ``rows``.
    """
    note = "note" if lang == "vi" else "note_en"
    wanted = rows[["indicator_id", "agency_id", "name", "unit"]]
    whole = wanted.assign(agency_id=PROVINCE)
    keys = pd.concat([wanted, whole]).drop_duplicates(["indicator_id", "agency_id"])
    noted = tables["observations"][tables["observations"]["year"].isin([year - 1, year])]
    noted = keys.merge(noted, on=["indicator_id", "agency_id"], how="inner")
    noted = noted[noted["note"].notna()]
    differing = set(differing_sources(tables["observations"], year)["indicator_id"])
    noted = noted[noted["in_use"] | noted["indicator_id"].isin(differing)]
    return pd.DataFrame(
        {
            "name": noted["name"],
            "figure": [f"{KINDS[row.kind][lang]} {row.year}" for row in noted.itertuples()],
            "value": [quantity(row.value, row.unit, lang, comparator=row.comparator) for row in noted.itertuples()],
            "used": noted["in_use"].map(
                {True: {"vi": "có", "en": "yes"}[lang], False: {"vi": "không", "en": "no"}[lang]}
            ),
            "remark": noted[note].fillna(noted["note"]),
        }
    )


def remark_table(frame: pd.DataFrame, lang: Lang) -> display.Shown:
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
    return _table(frame, columns, words[5], lang, kind="remarks")


def _table(
    frame: pd.DataFrame, columns: list[Column], caption: str, lang: Lang, *, kind: str, anchor: str | None = None
) -> display.Shown:
    """Return a table as an output, or a line that says that it would be empty."""
    if frame.empty:
        return display.text(f"{caption}: " + {"vi": "không có.", "en": "none."}[lang])
    return display.table(frame, columns, caption, anchor=anchor, kind=kind)


def figure_anchor(indicator: str, kind: str, year: int, agency: str = PROVINCE) -> str:
    """Return the anchor of a figure's row in the table of sources.

    Examples
    --------
    >>> figure_anchor("ho-so-truc-tuyen", "actual", 2022)
    'o-tinh-ho-so-truc-tuyen-actual-2022'
    """
    return f"o-{agency}-{indicator}-{kind}-{year}"


def figures_of(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], *years: int) -> pd.DataFrame:
    """Return the observations of some years, and of the one before each, behind progress rows; those out of use too."""
    keys = rows[["indicator_id", "agency_id"]]
    noted = tables["observations"][tables["observations"]["year"].isin([*years, *(year - 1 for year in years)])]
    return keys.merge(noted, on=["indicator_id", "agency_id"])


def cited_figures(tables: dict[str, pd.DataFrame], pillars: list[str]) -> pd.DataFrame:
    """Return the observations that the statements of some pillars cite, in their table's order."""
    said = tables["statements"][tables["statements"]["pillar"].isin(pillars)]
    keys = {(*match[:2], int(match[2])) for text in said["text_vi"] for match in PLACEHOLDER.findall(text)}
    rows = tables["observations"][tables["observations"]["in_use"] & (tables["observations"]["agency_id"] == PROVINCE)]
    cited = [key in keys for key in zip(rows["indicator_id"], rows["kind"], rows["year"], strict=True)]
    return rows[cited]


def source_rows(observations: pd.DataFrame, tables: dict[str, pd.DataFrame], lang: Lang) -> pd.DataFrame:
    """Return figures with their source: no, name, figure, value, clause, evidence, basis, anchor."""
    rows = observations.merge(tables["indicators"], on="indicator_id", suffixes=("", "_of_indicator")).merge(
        tables["sources"][["source_id", "document_no", "title_vi", "basis"]], on="source_id"
    )
    implied = {"vi": " (suy ra)", "en": " (implied)"}[lang]
    records = list(rows.itertuples())
    return pd.DataFrame(
        {
            "no": range(1, len(rows) + 1),
            "name": rows[f"name_{lang}"],
            "figure": [f"{KINDS[row.kind][lang]} {row.year}" for row in records],
            "value": [quantity(row.value, row.unit, lang, comparator=row.comparator) for row in records],
            "clause": [
                f"{row.title_vi if pd.isna(row.document_no) else row.document_no}, {clause(row.clause, lang)}"
                for row in records
            ],
            "evidence": [f"“{row.evidence}”" + (implied if row.stated == "implied" else "") for row in records],
            "basis": [BASES[row.basis][lang] for row in records],
            "anchor": [
                figure_anchor(row.indicator_id, row.kind, row.year, row.agency_id) if row.in_use else None
                for row in records
            ],
        }
    )


def source_table(frame: pd.DataFrame, lang: Lang, caption: str | None = None) -> display.Shown:
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
    return _table(frame, columns, caption or words[-1], lang, anchor="anchor", kind="sources")
