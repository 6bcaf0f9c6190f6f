"""The rows that tables, sentences and charts of the plan are made from."""

import re
from typing import NamedTuple

import pandas as pd

from dti.plan.progress import FIGURES, PROVINCE, differing_sources, figures, of_plan, relative_change
from dti.words.clauses import clause
from dti.words.labels import BASES, KINDS, ROLES, STATUS, TREND, count_labels
from dti.words.periods import time
from dti.words.vietnamese import Lang, quantity
from dti.words.word_list import word

#: The mark of a result that its source words as a goal ("Đảm bảo 100 % …").
GOAL = "†"
#: A figure in a statement: ``{indicator_id.kind.year}``.
PLACEHOLDER = re.compile(r"\{([a-z0-9-]+)\.(actual|target|norm)\.(\d{4})\}")


def described(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], year: int, lang: Lang) -> pd.DataFrame:
    """Return progress rows with all that a reader needs to see beside the figures.

    Parameters
    ----------
    rows : as `dti.plan.progress.progress` or `agency_progress` gives them
    tables : ``agencies``, ``indicators``, ``pillars``, ``observations``, ``responsibilities``

    Returns
    -------
    The rows in the plan's order, plus ``no`` (running number), ``name``, ``lead`` (who leads), ``level``, ``pillar``,
    ``pillar_name``, ``anchor``, ``relative`` (relative change of counts, percent), ``province_actual`` (the province's
    result of the report year, to set beside an agency's own), and per figure its ``…_comparator``, ``…_clause`` and
    ``…_wording``.
    """
    names = tables["indicators"][["indicator_id", f"name_{lang}", "level", "pillar"]]
    pillars = tables["pillars"][["pillar", "number", f"name_{lang}"]]
    joined = rows.merge(names.rename(columns={f"name_{lang}": "name"}), on="indicator_id", validate="m:1").merge(
        pillars.rename(columns={f"name_{lang}": "pillar_name", "number": "pillar_number"}), on="pillar", validate="m:1"
    )
    joined = joined.sort_values("pillar_number", kind="stable").reset_index(drop=True)
    beside = [
        _origin(joined, tables["observations"], year, what).add_suffix(f"_{what}")
        for what in ("comparator", "clause", "wording")
    ]
    results = figures(tables["observations"], year)["year_actual"]
    of_province = results[results.index.get_level_values("agency_id") == PROVINCE].droplevel("agency_id")
    leads = lead_agencies(tables, year, lang).set_index("indicator_id")["leads"]
    return pd.concat([joined, *beside], axis=1).assign(
        lead=joined["indicator_id"].map(leads),
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
    counts |= {name: int((rows["trend"] == name).sum()) for name in TREND}
    if "role" in rows:
        counts |= {name: int((rows["role"] == name).sum()) for name in ROLES}
        counts |= {name: int((rows["duty_basis"] == name).sum()) for name in ("named", "reading", "carried")}
    return pd.DataFrame(
        [
            (name, said, counts[name], f"k-{name}")
            for name, said in count_labels(year, lang).items()
            if counts.get(name)
        ],
        columns=["key", "label", "value", "anchor"],
    )


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


def focus_pillars(rows: pd.DataFrame, most: int = 2) -> list[str]:
    """Return the pillars with the most left to do, those with the largest gap first.

    Where no gap can be measured: those of which an earlier result is missing, then the others.
    """
    gap = rows["gap"].where(rows["unit"] == "percent", 0).clip(lower=0).fillna(0)
    waiting = rows["status"].isin(["to_do", "no_baseline", "missed"])
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


def lead_agencies(tables: dict[str, pd.DataFrame], year: int, lang: Lang) -> pd.DataFrame:
    """Return the agencies that lead each indicator: indicator_id, leads; our reading of a field is named as such.

    An indicator of which the plan names nobody, and which is plainly nobody's field, has no row.
    """
    every = of_plan(tables["responsibilities"], year)
    rows = every.query("role == 'lead'").merge(tables["agencies"], on="agency_id")
    said = {basis: f" ({word(f'agency.basis.{basis}', lang)})" for basis in ("reading", "carried")}
    names = rows[f"name_{lang}"] + rows["duty_basis"].map(said).fillna("")
    return names.groupby(rows["indicator_id"], sort=False).agg("; ".join).rename("leads").reset_index()


def with_base_target(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of which the base year's own target and result are both known."""
    return rows[rows["base_gap"].notna()]


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
    interim = noted["in_use"] & noted["period"].ne("year")
    noted = noted[noted["note"].notna() | interim]
    differing = set(differing_sources(tables["observations"], year)["indicator_id"])
    noted = noted[noted["in_use"] | noted["indicator_id"].isin(differing)]
    return pd.DataFrame(
        {
            "name": noted["name"],
            "figure": [f"{KINDS[row.kind][lang]} {_when(row, lang)}" for row in noted.itertuples()],
            "value": [quantity(row.value, row.unit, lang, comparator=row.comparator) for row in noted.itertuples()],
            "used": noted["in_use"].map(
                {True: {"vi": "có", "en": "yes"}[lang], False: {"vi": "không", "en": "no"}[lang]}
            ),
            "remark": _remark(noted, note, lang),
        }
    )


def _when(row: NamedTuple, lang: Lang) -> str:
    return str(row.year) if row.period == "year" else time(row.year, row.period, lang)


def _remark(noted: pd.DataFrame, note: str, lang: Lang) -> pd.Series:
    """Return what is noted of each figure; of one for a part of the year also that it is not the year's."""
    said = noted[note].fillna(noted["note"]).fillna("")
    interim = word("plan.interim", lang)
    both = said.map(lambda text: f"{interim}; {text}" if text else interim)
    return said.where(noted["period"] == "year", both)


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
    return keys.merge(noted[noted["period"] == "year"], on=["indicator_id", "agency_id"])


def cited_figures(tables: dict[str, pd.DataFrame], pillars: list[str]) -> pd.DataFrame:
    """Return the observations that the statements of some pillars cite, in their table's order."""
    said = tables["statements"][tables["statements"]["pillar"].isin(pillars)]
    keys = {(*match[:2], int(match[2])) for text in said["text_vi"] for match in PLACEHOLDER.findall(text)}
    rows = tables["observations"].query("in_use and agency_id == @PROVINCE and period == 'year'")
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


def rests_on_goal(rows: pd.DataFrame) -> pd.Series:
    """Return whether a gap rests on a result that its source words as a goal ("Đảm bảo 100 % …")."""
    measured_by = rows["base_actual_wording"].where(rows["year_actual"].isna(), rows["year_actual_wording"])
    return rows["gap"].notna() & measured_by.eq("as_target")


def goal_mark(row: dict, name: str) -> str:
    """Return the mark of a result that its source words as a goal, or nothing."""
    return GOAL if row.get(f"{name}_wording") == "as_target" else ""
