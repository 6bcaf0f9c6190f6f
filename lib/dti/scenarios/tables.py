"""The tables of a scenario's page: each row has an anchor, so that sentences can quote and link its figures."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from dti.composite.scores import TOTAL
from dti.plan import tables
from dti.scenarios.baseline import POINTS
from dti.scenarios.levers import sensitivity
from dti.scenarios.motion import MOVES
from dti.scenarios.page import WhatIf, titles
from dti.scenarios.plan_figures import who_must
from dti.show import outputs
from dti.show.sheet import Field, Sheet
from dti.words.labels import ROLES
from dti.words.vietnamese import UNKNOWN, number, quantity, sort_key


def results(of: WhatIf) -> Sheet:
    """Return score and pillars before and after; of a projection only those of the baseline, for it projects ranks.

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> results(page("xa-hoi-so")).cite("dti", "scenario")
    '[0,6278](#s-dti)'
    """
    outcome, pillars = of.outcome, of.outcome.pillars()
    whole = pd.DataFrame({"base": outcome.base_total, "scenario": outcome.total}, index=["dti"])
    rows = pd.concat([whole, pillars]) if len(pillars) else whole
    names = ["DTI", *map(of.index_name, pillars.index)]
    rows = rows.assign(name=names, change=rows["scenario"] - rows["base"])
    fields = [of.field("name", "index"), of.field("base", "year", "score", year=of.scenario.year)]
    if outcome.projected:
        return of.sheet(rows, fields, of.word("scenario.caption.base_scores"), "s")
    fields += [of.field("scenario", "scenario", "score"), of.field("change", "change", "change")]
    return of.sheet(rows, fields, of.word("scenario.caption.scores"), "s")


def places(of: WhatIf) -> Sheet:
    """Return the rank before and after, and who is passed."""
    outcome = of.outcome
    rows = pd.DataFrame(
        {
            "name": [of.word(f"scenario.place.{key}") for key in ("rank", "passed", "passed_by")],
            "base": [outcome.base_rank, np.nan, np.nan],
            "scenario": [outcome.rank, len(outcome.passed()), len(outcome.passed_by())],
            "who": [UNKNOWN, _listed(of, outcome.passed()), _listed(of, outcome.passed_by())],
        },
        index=["rank", "passed", "passed-by"],
    )
    fields = [
        of.field("name", "name"),
        of.field("base", "year", "count", year=of.scenario.year),
        of.field("scenario", "scenario", "count"),
        of.field("who", "provinces"),
    ]
    return of.sheet(rows, fields, of.word("scenario.caption.ranks"), "w")


def _listed(of: WhatIf, ids: pd.Index) -> str:
    return ", ".join(sorted(of.provinces[ids], key=sort_key)) or UNKNOWN


def changes(of: WhatIf) -> Sheet:
    """Return every index before and after, and the points that its change adds."""
    outcome = of.outcome
    rows = outcome.table.assign(name=[of.index_name(index_id) for index_id in outcome.values.index])
    whole = {"name": "DTI", "points": outcome.added.sum(), "base": outcome.base_total}
    if not outcome.projected:
        whole |= {"before": float(np.median(outcome.own)) - outcome.added.sum() / POINTS, "scenario": outcome.total}
    rows.loc[TOTAL] = whole
    fields = [of.field("name", "index"), of.field("base", "year", "score", year=of.scenario.year)]
    if not outcome.reference.equals(outcome.base_values):
        fields.append(of.field("before", "moved", "score"))
    fields += [of.field("scenario", "scenario", "score"), of.field("points", "points_by_change", "points more")]
    caption = of.word("scenario.caption.assumed" if outcome.projected else "scenario.caption.changes")
    return of.sheet(rows, fields, caption, "x")


def chances(of: WhatIf) -> Sheet:
    """Return how likely ranks are next year, without the changes and with them; no rows where that cannot be said."""
    futures = of.futures
    ranks = _ranks_asked(of) if futures else []
    rows = pd.DataFrame(
        {
            "name": [of.word("scenario.rank_or_better", rank=rank) for rank in ranks],
            "without": [futures[0].chance(rank) for rank in ranks],
            "with": [futures[1].chance(rank) for rank in ranks],
        },
        index=[f"rank-{rank}" for rank in ranks],
    )
    caption = of.word("scenario.caption.chances", year=of.scenario.year + 1)
    return of.sheet(rows, _futures_fields(of, "share"), caption, "u")


def _ranks_asked(of: WhatIf) -> list[int]:
    """Return the ranks whose chance is told: the one sought, the present one, and every fifth that is in question."""
    ends = [end for one in of.futures for end in (one.rank_at(0.05), one.rank_at(0.95))]
    fifths = range(5 * (min(ends) // 5), min(5 * (max(ends) // 5 + 1), len(of.start.base.total)) + 1, 5)
    own = {of.start.base_rank} | ({of.scenario.goal.rank} if of.scenario.goal else set())
    return sorted({rank for rank in fifths if rank} | own)


def likely(of: WhatIf) -> Sheet:
    """Return the ranks between which nine draws of ten lie, and the one in the middle, without and with the changes."""
    futures = of.futures or ()
    shares = {"low": 0.05, "middle": 0.5, "high": 0.95} if futures else {}
    rows = pd.DataFrame(
        [
            [of.word(f"scenario.likely.{key}"), *(one.rank_at(share) for one in futures)]
            for key, share in shares.items()
        ],
        columns=["name", "without", "with"] if futures else ["name"],
        index=list(shares),
    )
    draws = number(len(futures[0].draws) if futures else 0, of.lang)
    caption = of.word("scenario.caption.likely", year=of.scenario.year + 1, draws=draws, seed=of.start.seed)
    return of.sheet(rows, _futures_fields(of, "count"), caption, "v")


def _futures_fields(of: WhatIf, kind: str) -> list[Field]:
    return [of.field("name", "name"), of.field("without", "without", kind), of.field("with", "with", kind)]


def tested(of: WhatIf) -> Sheet:
    """Return how far this projection, and the same rank as last year, missed when a year could test them."""
    test = of.back_test
    rows = pd.DataFrame(columns=["name", "missed", "held"])
    if test is not None:
        rows.loc["method"] = [of.method, test.missed, np.nan if test.held is None else test.held]
        rows.loc["same"] = [of.word("scenario.same_rank"), test.same_missed, np.nan]
    fields = [of.field("name", "method"), of.field("missed", "missed", "points"), of.field("held", "held", "share")]
    return of.sheet(rows, fields, of.word("scenario.caption.tested", year=test.base_year + 1 if test else ""), "b")


def single(of: WhatIf) -> Sheet:
    """Return what each index alone would bring if it reached the upper quartile."""
    rows = sensitivity(of.start)
    rows = rows.assign(name=[of.index_name(index_id) for index_id in rows.index])
    moved = not of.start.reference.equals(of.start.base_values)
    fields = [
        of.field("name", "index"),
        of.field("value", "moved" if moved else "year", "score", year=of.scenario.year),
        of.field("headroom", "room", "points"),
        of.field("p75", "upper_quartile", "score"),
        of.field("points", "points_to_it", "points"),
        of.field("places", "places", "places"),
        of.field("per_point", "places_per_point", "ratio"),
    ]
    return of.sheet(rows, fields, of.word("scenario.caption.alone"), "t")


def ways(of: WhatIf) -> Sheet:
    """Return the ways to the rank sought: points per index, cost, rank reached."""
    found = of.found
    rows = found.plans if found is not None else pd.DataFrame()
    if len(rows):
        rows = rows.assign(
            name=[_way(of, way) for way in rows.index],
            done=[of.word("scenario.yes" if rank <= found.rank else "scenario.no") for rank in rows["reaches"]],
        )
    fields = [
        of.field("name", "way"),
        *(Field(index_id, of.index_name(index_id), "points exact") for index_id in of.outcome.values.index),
        of.field("points", "points", "points exact"),
        of.field("cost", "whole_cost", "points exact"),
        of.field("reaches", "reaches", "count"),
        of.field("done", "done"),
    ]
    return of.sheet(rows, fields, of.word("scenario.caption.ways"), "y")


def _way(of: WhatIf, way: str) -> str:
    """Return what a way to the rank sought is called."""
    index_id = way.removeprefix("only-")
    return of.word(f"scenario.way.{way}") if index_id == way else of.word("scenario.only", name=of.index_name(index_id))


def choice(of: WhatIf) -> Sheet:
    """Return what each index costs, and how many points it has in any of the cheapest mixes."""
    found = of.found
    rows = found.choice if found is not None and len(found.plans) else pd.DataFrame(columns=["name", "cost"])
    rows = rows.assign(name=[of.index_name(index_id) for index_id in rows.index])
    fields = [
        of.field("name", "index"),
        *(of.field(name, name, "points") for name in ("cost", "room", "least", "most")),
    ]
    return of.sheet(rows, fields, of.word("scenario.caption.choice"), "c")


def goal(of: WhatIf) -> Sheet:
    """Return the rank sought, the points it needs and the best rank within the caps."""
    found = of.found
    values = {"rank": found.rank, "need": found.need_printed, "best": found.best_rank} if found else {}
    rows = pd.DataFrame([values] if found else [], index=["goal"] if found else [])
    fields = [of.field("name", "province"), *_goal_fields(of)]
    return of.sheet(rows.assign(name=of.name), fields, of.word("scenario.caption.goal"), "g")


def _goal_fields(of: WhatIf) -> list[Field]:
    return [of.field("rank", "sought", "count"), of.field("need", "need", "points"), of.field("best", "best", "count")]


def _keys(pages: Sequence[WhatIf]) -> list[str]:
    return [f"scenario-{place}" for place in range(1, len(pages) + 1)]


def comparison(pages: Sequence[WhatIf]) -> Sheet:
    """Return score and rank of several scenarios side by side: by what is assumed of the provinces, then by rank.

    A scenario that seeks a rank stands with the rank that its answer reaches. Scores are told of no projection.

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> comparison([page("xa-hoi-so"), page("hang-45")]).rows["rank"].tolist()
    [45, 52]
    """
    rows = pd.DataFrame(
        {
            "name": titles(pages),
            "assumed": [of.method[:1].upper() + of.method[1:] for of in pages],
            "base": [of.outcome.base_total for of in pages],
            "total": [np.nan if of.outcome.projected else of.outcome.total for of in pages],
            "base_rank": [of.outcome.base_rank for of in pages],
            "rank": [of.outcome.rank for of in pages],
            "low": [of.outcome.rank_at(0.05) if of.outcome.by_chance else np.nan for of in pages],
            "high": [of.outcome.rank_at(0.95) if of.outcome.by_chance else np.nan for of in pages],
        },
        index=_keys(pages),
    )
    order = [MOVES.index(of.scenario.others) * len(MOVES) + MOVES.index(of.scenario.moves) for of in pages]
    rows = rows.assign(order=order).sort_values(["order", "rank"], kind="stable").drop(columns="order")
    of = pages[0]
    fields = [
        of.field("name", "scenario"),
        of.field("base", "base_dti", "score"),
        of.field("total", "scenario_dti", "score"),
        of.field("base_rank", "base_rank", "count"),
        of.field("rank", "scenario_rank", "count"),
    ]
    if any(one.outcome.by_chance for one in pages):
        fields += [
            Field(name, of.word(f"scenario.likely.{name}"), "count")  # as on the scenario's own page
            for name in ("low", "high")
        ]
    return replace(of.sheet(rows, fields, of.word("scenario.caption.compared"), "k"), group="assumed")


def added_points(pages: Sequence[WhatIf]) -> Sheet:
    """Return the points that each scenario adds, index by index; an index that a year does not have stays blank.

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> added_points([page("xa-hoi-so")]).rows["total"].round(1).tolist()
    [9.3]
    """
    order = comparison(pages).rows.index
    added = pd.DataFrame([of.outcome.added for of in pages], index=_keys(pages))
    names = {index_id: of.index_name(index_id) for of in pages for index_id in of.outcome.values.index}
    rows = added.assign(name=titles(pages), total=added.sum(axis=1)).loc[order]
    of = pages[0]
    fields = [
        of.field("name", "scenario"),
        *(Field(index_id, name, "points more") for index_id, name in names.items()),
        of.field("total", "total", "points more"),
    ]
    return of.sheet(rows, fields, of.word("scenario.caption.added"), "d")


def goals(pages: Sequence[WhatIf]) -> Sheet:
    """Return what the scenarios that seek a rank found: that rank, the points it takes, the best within the caps."""
    rows = pd.DataFrame(
        [
            {"name": title, "rank": of.found.rank, "need": of.found.need_printed, "best": of.found.best_rank}
            for title, of in zip(titles(pages), pages, strict=True)
            if of.found
        ],
        index=[key for key, of in zip(_keys(pages), pages, strict=True) if of.found],
    )
    of = pages[0]
    fields = [of.field("name", "scenario"), *_goal_fields(of)]
    return of.sheet(rows, fields, of.word("scenario.caption.goals"), "m")


def plan_table(of: WhatIf) -> outputs.Shown:
    """Return the plan indicators with assumed results as an output, marked as an assumption."""
    year = of.scenario.plan_year
    if of.plan.empty or not of.scenario.indicators:
        return outputs.text(of.word("scenario.no_indicators"))
    return tables.indicator_table(of.plan, year, of.lang, of.word("scenario.caption.plan", year=year))


def duties(of: WhatIf) -> Sheet:
    """Return who must do what: the assumed indicators by agency, from the last result to the one assumed."""
    rows = who_must(of.plan, of.tables, of.scenario.plan_year) if of.scenario.indicators else pd.DataFrame()
    year = of.scenario.plan_year
    if len(rows):
        names = of.tables["agencies"].set_index("agency_id")[f"name_{of.lang}"]
        roles = {role: words[of.lang] for role, words in ROLES.items()}
        rows = rows.assign(agency=rows["agency_id"].map(names), role=rows["role"].map(roles))
        for column in ("base_actual", "year_actual", "year_target"):
            rows[column] = [
                quantity(value, unit, of.lang) for value, unit in zip(rows[column], rows["unit"], strict=True)
            ]
        rows = rows.sort_values(["agency", "name"], key=lambda column: column.map(sort_key), ignore_index=True)
    fields = [
        of.field("role", "role"),
        of.field("name", "indicator"),
        of.field("base_actual", "from", year=year - 1),
        of.field("year_actual", "to", year=year),
        of.field("year_target", "target", year=year),
    ]
    return replace(of.sheet(rows, fields, of.word("scenario.caption.duties"), "z"), group="agency")
