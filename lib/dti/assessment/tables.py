"""The tables of the annual assessment: where the indicators stand, and what each agency must do."""

import pandas as pd

from dti.assessment.page import Assessment
from dti.plan.progress import of_plan
from dti.show import outputs
from dti.show.outputs import Column
from dti.words.labels import LEVELS
from dti.words.vietnamese import sort_key
from dti.words.word_list import labels, word

COUNTS = ["results", "above", "met", "short", "no_target", "worded", "ahead", "left"]


def standing(of: Assessment) -> pd.DataFrame:
    """Return how many indicators stand where: the whole, each level, each pillar.

    Returns
    -------
    group, name, anchor, and counts: ``results`` of the year assessed, by verdict; ``worded`` as a goal by their source;
    ``ahead`` with a target for the year that follows, ``left`` of these with a known gap.
    """
    rows, known = of.rows, of.rows["result"].notna()
    flags = {name: of.rows["verdict"] == name for name in ("above", "met", "short", "no_target")}
    flags |= {"results": known, "worded": of.rows["worded"] & known}
    flags |= {"ahead": of.rows["following"].notna(), "left": of.rows["left"] > 0}
    flagged = pd.DataFrame(flags)[COUNTS].astype(int)
    names = labels("assessment.standing.group", of.lang)
    pillars = of.tables["pillars"].sort_values("number")
    named = pillars["number"].astype(str) + ". " + pillars[f"name_{of.lang}"]
    parts = [
        flagged.sum().to_frame().T.assign(group=names["all"], name=word("assessment.total", of.lang), key="l-total")
    ]
    by_level = flagged.groupby(rows["level"]).sum().reindex(list(LEVELS), fill_value=0)
    parts.append(
        by_level.assign(
            group=names["level"], name=[LEVELS[level][of.lang] for level in LEVELS], key="l-" + by_level.index
        )
    )
    by_pillar = flagged.groupby(rows["pillar"]).sum().reindex(pillars["pillar"], fill_value=0)
    parts.append(by_pillar.assign(group=names["pillar"], name=named.to_numpy(), key="p-" + by_pillar.index))
    return pd.concat(parts, ignore_index=True).rename(columns={"key": "anchor"})


def standing_table(of: Assessment) -> outputs.Shown:
    """Return `standing` as an output; columns that are zero throughout are left out."""
    rows = standing(of)
    heads = labels("assessment.standing", of.lang, year=of.assessed, ahead=of.ahead)
    shown = ["name", "results", *(name for name in COUNTS[1:] if rows[name].any())]
    columns = [Column(name, heads[name], numeric=name != "name") for name in shown]
    caption = word("assessment.standing_caption", of.lang, year=of.assessed)
    return outputs.table(rows, columns, caption, anchor="anchor", group="group", kind="levels")


def duties(of: Assessment) -> pd.DataFrame:
    """Return what each agency must do in the year that follows, in counts; who has most first.

    Returns
    -------
    agency_id, name, lead (indicators with a target that it leads), left (of these, with a known gap), part (indicators
    in which it has another part), tasks_led, tasks_part (tasks and duties of the plan), named (of all these, where the
    plan itself names it).
    """
    target, gap = ("following", "left") if of.planned == of.ahead else ("target", "gap")
    ahead = of.rows.loc[of.rows[target].notna(), ["indicator_id", gap]].rename(columns={gap: "left"})
    answers = of_plan(of.tables["responsibilities"], of.planned).merge(ahead, on="indicator_id")
    tasks = of.tables["assignments"].merge(
        of.tables["statements"].query("kind in ['task', 'duty'] and year == @of.planned")[["statement_id"]]
    )
    found = pd.DataFrame(
        {
            "lead": _number(answers, answers["role"] == "lead"),
            "left": _number(answers, (answers["role"] == "lead") & (answers["left"] > 0)),
            "part": _number(answers, answers["role"] != "lead"),
            "tasks_led": _number(tasks, tasks["role"].isin(["lead", "direct"])),
            "tasks_part": _number(tasks, ~tasks["role"].isin(["lead", "direct"])),
            "named": _number(pd.concat([answers, tasks]), pd.concat([answers, tasks])["duty_basis"] == "named"),
        }
    )
    agencies = of.tables["agencies"].set_index("agency_id")
    found = found.fillna(0).astype(int).rename_axis("agency_id")
    found.insert(0, "name", agencies[f"name_{of.lang}"].reindex(found.index))
    order = found["name"].map(sort_key)
    counts = ["lead", "left", "tasks_led", "part", "tasks_part"]
    found = found[found[counts].sum(axis=1) > 0].assign(_order=order)
    return found.sort_values([*counts, "_order"], ascending=[False] * 5 + [True]).drop(columns="_order").reset_index()


def _number(rows: pd.DataFrame, wanted: pd.Series) -> pd.Series:
    return rows[wanted.to_numpy()].groupby("agency_id").size()


def duties_table(of: Assessment) -> outputs.Shown:
    """Return `duties` as an output; agencies with the same counts throughout share a row."""
    found = duties(of)
    counts = found.columns.drop(["agency_id", "name"]).tolist()
    rows = found.groupby(counts, sort=False).agg({"agency_id": "first", "name": "; ".join}).reset_index()
    heads = labels("assessment.duties", of.lang, ahead=of.planned)
    columns = [Column(name, head, numeric=name != "name") for name, head in heads.items()]
    caption = word("assessment.duties_caption", of.lang, ahead=of.planned)
    return outputs.table(rows.assign(anchor="a-" + rows["agency_id"]), columns, caption, anchor="anchor", kind="act")


def missing_table(of: Assessment) -> outputs.Shown:
    """Return of how many indicators which figures are missing, by their numbers in the table of all indicators."""
    lacking = {
        "base_actual": word("assessment.lacks.result", of.lang, year=of.year - 1),
        "year_actual": word("assessment.lacks.result", of.lang, year=of.year),
        "year_target": word("assessment.lacks.target", of.lang, year=of.year),
    }
    rows = of.progress.reset_index(drop=True)
    numbers = {name: [at + 1 for at in rows.index[rows[name].isna()]] for name in lacking}
    found = pd.DataFrame(
        {
            "what": [text for name, text in lacking.items() if numbers[name]],
            "number": [len(at) for at in numbers.values() if at],
            "rows": [in_ranges(at) for at in numbers.values() if at],
        }
    )
    columns = [
        Column(name, head, numeric=name == "number") for name, head in labels("assessment.missing", of.lang).items()
    ]
    return outputs.table(found, columns, word("assessment.missing_caption", of.lang), kind="unknown")


def in_ranges(numbers: list[int]) -> str:
    """Return whole numbers in ascending order in short.

    Examples
    --------
    >>> in_ranges([1, 2, 3, 5, 8, 9])
    '1–3, 5, 8, 9'
    """
    series = pd.Series(numbers)
    runs = series.groupby(series.diff().ne(1).cumsum()).agg(["min", "max"])
    parts = [
        f"{low}–{high}" if high > low + 1 else f"{low}, {high}" if high > low else f"{low}"
        for low, high in runs.itertuples(index=False)
    ]
    return ", ".join(parts)
