"""What the annual assessment hands to its texts: figures, names and verdicts by name; the words are in ``data/texts``."""

import pandas as pd
from markupsafe import Markup

from dti.assessment.page import Assessment
from dti.assessment.tables import COUNTS, duties, standing
from dti.plan.sentences import pillar_heading, with_figures
from dti.words.figures import Figure, count
from dti.words.sentences import lowered
from dti.words.texts import prose
from dti.words.word_list import word

#: So much of a pillar is told in a third of a page; all of it stands in the first appendix.
MOST_RESULTS, MOST_NAMES, MOST_SHORT, MOST_STATEMENTS, FEW = 3, 2, 3, 3, 2
#: Agencies named as those with most left to do.
MOST_AGENCIES = 3


def title(of: Assessment) -> str:
    """Return the report's heading."""
    return prose("assessment_title", of.lang, assessed=of.assessed, ahead=of.ahead)


def opening(of: Assessment, rank: dict[str, object]) -> str:
    """Return what became of the plan's first aim, a better rank, in one plain sentence.

    Parameters
    ----------
    rank : as `dti.assessment.dti_part.rank` gives it
    """
    return prose("assessment_opening", of.lang, year=of.aimed, before=of.aimed - 1, rank=rank)


def scope(of: Assessment, dti: int | None) -> str:
    """Return which year is assessed, so that tasks cannot be read as results, and of which year the DTI is.

    Parameters
    ----------
    dti : the newest year with a DTI of all provinces
    """
    newer = dti if dti is not None and dti > of.assessed else None
    reported = of.assessed == of.year
    return prose("assessment_scope", of.lang, assessed=of.assessed, ahead=of.ahead, reported=reported, newer=newer)


def aims(of: Assessment, rank: dict[str, object]) -> str:
    """Return the plan's aims, and of each whether it was reached; those of one pillar together.

    Parameters
    ----------
    rank : as `dti.assessment.dti_part.rank` gives it
    """
    counts = standing(of).set_index("anchor")
    said = of.of_kind("objective", of.aimed)
    said = said[~said["text_vi"].str.contains("{", regex=False)]  # a target of its own is told among the results
    ranked = said["text_vi"].str.contains("DTI")
    measured = said["pillar"].notna() & ~ranked
    found = [{"said": _statements(of, said[ranked]), "kind": "rank", "pillar": None}] if ranked.any() else []
    for pillar, group in said[measured].groupby("pillar", sort=False):
        kind = "year" if of.aimed == of.assessed else "ahead"
        figures = _counts(of, counts.loc[f"p-{pillar}"], f"p-{pillar}")
        found.append({"said": _statements(of, group), "kind": kind, "pillar": _pillar_name(of, pillar), **figures})
    rest = said[~measured & ~ranked]
    found += [{"said": _statements(of, rest), "kind": "none", "pillar": None}] if len(rest) else []
    return prose("assessment_aims", of.lang, year=of.aimed, aims=found, rank=rank)


def _pillar_name(of: Assessment, pillar: str) -> str:
    return of.tables["pillars"].set_index("pillar")[f"name_{of.lang}"][pillar]


def results(of: Assessment) -> str:
    """Return how the year stands against its own targets, and how much the next one asks."""
    figures = _counts(of, standing(of).set_index("anchor").loc["l-total"], "l-total")
    return prose("assessment_results", of.lang, assessed=of.assessed, ahead=of.ahead, counts=figures)


def _counts(of: Assessment, counts: pd.Series, anchor: str) -> dict[str, Figure]:
    figures = {name: count(counts[name], anchor, of.lang) for name in COUNTS}
    judged = counts[["above", "met", "short"]].sum()
    return figures | {"judged": Figure("", anchor, judged), "open": count(counts["ahead"], anchor, of.lang)}


def pillars(of: Assessment) -> str:
    """Return what is to be known before the pillars are read: where nothing is known of their limitations."""
    limits = bool(len(of.of_kind("limitation", of.assessed)))
    return prose("assessment_pillars", of.lang, assessed=of.assessed, limits=limits)


def pillar(of: Assessment, row: pd.Series) -> str:
    """Return a third of a page on one pillar: reached, not reached, why, and what that rests on.

    Parameters
    ----------
    row : one row of ``data/pillars.csv``
    """
    limits = of.of_kind("limitation", of.assessed, row["pillar"])
    rows = of.rows[of.rows["pillar"] == row["pillar"]]
    known = rows[rows["result"].notna()]
    short = _widest(known[known["verdict"] == "short"], "gap")
    good = known[known["verdict"].isin(["above", "met"])]
    behind = _widest(known.drop([*short.index, *good.index]).query("left > 0"), "left")
    quoted = _quoted(known, limits.head(MOST_STATEMENTS))
    others = known[~quoted].drop([*short.index, *behind.index, *good.index], errors="ignore")
    told = [_result(of, item) for _, item in good.iterrows()] + _grouped(of, others)
    achieved = of.of_kind("result", of.assessed, row["pillar"])
    achieved = achieved[~achieved["text_vi"].str.contains("{", regex=False)] if told else achieved
    room = MOST_STATEMENTS if not told else FEW if len(told) < MOST_RESULTS else 1
    return prose(
        "assessment_pillar",
        of.lang,
        heading=Markup(pillar_heading(row, of.lang)),
        assessed=of.assessed,
        ahead=of.ahead,
        before=of.assessed - 1,
        results=told[:MOST_RESULTS],
        more_results=len(told) > MOST_RESULTS,
        achieved=_statements(of, achieved.head(room)),
        short=[_result(of, item) for _, item in short.head(MOST_SHORT).iterrows()],
        more_short=len(short) > MOST_SHORT,
        behind=[_behind(of, item) for _, item in behind.head(MOST_SHORT).iterrows()],
        more_behind=len(behind) > MOST_SHORT,
        limits=_statements(of, limits.head(MOST_STATEMENTS)),
        more_limits=len(limits) > MOST_STATEMENTS,
        limits_known=bool(len(of.of_kind("limitation", of.assessed))),
        worded=count(int(known["worded"].sum()), f"p-{row['pillar']}", of.lang),
        measured=bool(len(known)),
        targets=count(int(rows["following"].notna().sum()), f"p-{row['pillar']}", of.lang),
    )


def _widest(rows: pd.DataFrame, gap: str) -> pd.DataFrame:
    """Return rows by what is missing, most first: shares before counts, which cannot be compared with them."""
    size = rows[gap].where(rows["unit"] == "percent", 0)
    return rows.loc[size.sort_values(ascending=False, kind="stable").index]


def _quoted(known: pd.DataFrame, limits: pd.DataFrame) -> pd.Series:
    """Return which results the limitations told of already give."""
    said = " ".join(limits["text_vi"])
    return known["indicator_id"].map(lambda name: f"{{{name}." in said).astype(bool)


def _result(of: Assessment, row: pd.Series) -> dict[str, object]:
    """Return a result with the year before and its own target, for a text to put into words."""
    change = row["result"] - row["before"]
    judged = row["verdict"] != "no_target"
    of_gap = "i" if of.assessed == of.year else "b"
    return {
        "names": [],
        "others": False,
        "name": lowered(row["name"]),
        "share": row["unit"] == "percent",
        "figure": of.figure(row, "result"),
        "moved": _moved(row),
        "by": of.size(row, change, "i") if _moved(row) in {"up", "down"} else None,
        "verdict": row["verdict"],
        "target": of.figure(row, "target") if judged else None,
        "size": of.size(row, row["gap"], of_gap) if judged else None,
    }


def _moved(row: pd.Series) -> str:
    change = row["result"] - row["before"]
    return "" if pd.isna(change) else "same" if change == 0 else "up" if change > 0 else "down"


def _behind(of: Assessment, row: pd.Series) -> dict[str, object]:
    return _result(of, row) | {"target": of.figure(row, "following")}


def _grouped(of: Assessment, rows: pd.DataFrame) -> list[dict[str, object]]:
    """Return results without a target: shares of the same size that moved alike together, the highest first; counts."""
    share, moved = rows["unit"] == "percent", rows.apply(_moved, axis=1) if len(rows) else rows["unit"]
    alone, found = moved.isin(["up", "down"]), []
    for _, group in rows[share & ~alone].groupby(["result", moved], sort=False):
        item = _result(of, group.iloc[0])
        if len(group) > 1:
            some = group.head(MOST_NAMES)
            item["names"] = [Figure(lowered(row["name"]), of.anchor(row, "result")) for _, row in some.iterrows()]
            item["others"] = len(group) > len(some)
        found.append((group["result"].iloc[0], item))
    found += [(row["result"], _result(of, row)) for _, row in rows[share & alone].iterrows()]
    found.sort(key=lambda pair: -pair[0])
    return [item for _, item in found] + [_result(of, row) for _, row in rows[~share].iterrows()]


def _statement(of: Assessment, said: dict[str, object]) -> Markup:
    return Markup(with_figures(said[f"text_{of.lang}"], of.tables["observations"], of.tables["indicators"], of.lang))


def _statements(of: Assessment, rows: pd.DataFrame) -> list[Markup]:
    return [_statement(of, said) for said in rows.to_dict("records")]


def agencies(of: Assessment) -> str:
    """Return who answers for what: where most is left to do, and the duties on which the plan names an agency."""
    rows = duties(of)
    most = [
        {"name": row["name"], "left": count(row["left"], f"a-{row['agency_id']}", of.lang)}
        for _, row in rows.query("left > 0").head(MOST_AGENCIES).iterrows()
    ]
    named = (
        of.tables["assignments"]
        .query("duty_basis == 'named' and role in ['lead', 'direct']")
        .merge(of.of_kind("duty", of.planned))
    )
    names = of.tables["agencies"].set_index("agency_id")[f"name_{of.lang}"]
    said = [
        {"name": names[agency], "duties": _statements(of, group.drop_duplicates("statement_id"))}
        for agency, group in named.groupby("agency_id", sort=False)
    ]
    return prose("assessment_agencies", of.lang, ahead=of.planned, most=most, named=said)


def solutions(of: Assessment) -> str:
    """Return the plan's solutions and where its money comes from."""
    said = {kind: _statements(of, of.of_kind(kind, of.planned)) for kind in ("solution", "funding")}
    spent = _statements(of, of.of_kind("funding", of.assessed)) if of.planned != of.assessed else []
    return prose(
        "assessment_solutions",
        of.lang,
        assessed=of.assessed,
        ahead=of.planned,
        solutions=said["solution"],
        funding=said["funding"],
        spent=spent,
    )


def legal_bases(of: Assessment) -> str:
    """Return the legal bases of the plan."""
    return prose(
        "assessment_legal", of.lang, ahead=of.planned, bases=_statements(of, of.of_kind("legal_basis", of.planned))
    )


def compiled(of: Assessment, compiler: str) -> str:
    """Return who compiles the report, where the plan named another body than today's; else nothing.

    Parameters
    ----------
    compiler : the body that issues the report, as ``office.yml`` names it
    """
    duty = of.of_kind("duty", of.planned)
    duty = duty[duty["text_vi"].str.contains(word("assessment.compiles", "vi"), regex=False)]
    named = _named_lead(of, duty)
    if not named or named["name"].casefold() == compiler.casefold():
        return ""
    return prose(
        "assessment_compiled",
        of.lang,
        ahead=of.planned,
        compiler=compiler,
        named=named["name"],
        successor=named["successor"],
    )


def _named_lead(of: Assessment, duty: pd.DataFrame) -> dict[str, str]:
    """Return the agency that the plan names as leading a duty, and which has taken its place; nothing if it names none."""
    leads = of.tables["assignments"].query("duty_basis == 'named' and role == 'lead'").merge(duty[["statement_id"]])
    if leads.empty:
        return {}
    agencies = of.tables["agencies"].set_index("agency_id")
    names, successor = agencies[f"name_{of.lang}"], agencies["successor"][leads["agency_id"].iloc[0]]
    return {"name": names[leads["agency_id"].iloc[0]], "successor": names.get(successor, "")}
