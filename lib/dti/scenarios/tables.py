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
from dti.show.sheet import Sheet
from dti.words.labels import ROLES
from dti.words.vietnamese import number, quantity, sort_key


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
    fields = [("name", "Chỉ số", "Index"), ("base", f"Năm {of.scenario.year}", f"{of.scenario.year}", "score")]
    if outcome.projected:
        return of.sheet(rows, fields, ("Điểm số năm cơ sở", "Scores of the baseline"), "s")
    fields += [("scenario", "Kịch bản", "Scenario", "score"), ("change", "Thay đổi", "Change", "change")]
    return of.sheet(
        rows, fields, ("Điểm số của kịch bản so với năm cơ sở", "Scores of the scenario against the baseline"), "s"
    )


def places(of: WhatIf) -> Sheet:
    """Return the rank before and after, and who is passed."""
    outcome = of.outcome
    rows = pd.DataFrame(
        {
            "name": [
                of.words("Thứ hạng", "Rank"),
                of.words("Số tỉnh, thành phố vượt qua được", "Provinces passed"),
                of.words("Số tỉnh, thành phố vượt lên trên", "Provinces that pass it"),
            ],
            "base": [outcome.base_rank, np.nan, np.nan],
            "scenario": [outcome.rank, len(outcome.passed()), len(outcome.passed_by())],
            "who": [of.words("–", "–"), _listed(of, outcome.passed()), _listed(of, outcome.passed_by())],
        },
        index=["rank", "passed", "passed-by"],
    )
    fields = [
        ("name", "Nội dung", "Item"),
        ("base", f"Năm {of.scenario.year}", f"{of.scenario.year}", "count"),
        ("scenario", "Kịch bản", "Scenario", "count"),
        ("who", "Tỉnh, thành phố", "Provinces"),
    ]
    return of.sheet(
        rows, fields, ("Thứ hạng của kịch bản so với năm cơ sở", "Rank in the scenario against the baseline"), "w"
    )


def _listed(of: WhatIf, ids: pd.Index) -> str:
    return ", ".join(sorted(of.provinces[ids], key=sort_key)) or "–"


def changes(of: WhatIf) -> Sheet:
    """Return every index before and after, and the points that its change adds."""
    outcome = of.outcome
    rows = outcome.table.assign(name=[of.index_name(index_id) for index_id in outcome.values.index])
    whole = {"name": "DTI", "points": outcome.added.sum(), "base": outcome.base_total}
    if not outcome.projected:
        whole |= {"before": float(np.median(outcome.own)) - outcome.added.sum() / POINTS, "scenario": outcome.total}
    rows.loc[TOTAL] = whole
    fields = [("name", "Chỉ số", "Index"), ("base", f"Năm {of.scenario.year}", f"{of.scenario.year}", "score")]
    if not outcome.reference.equals(outcome.base_values):
        fields += [("before", of.word("scenario.head.moved"), of.word("scenario.head.moved"), "score")]
    fields += [
        ("scenario", "Kịch bản", "Scenario", "score"),
        ("points", "Điểm do thay đổi", "Points by the change", "points more"),
    ]
    caption = of.word("scenario.caption.assumed" if outcome.projected else "scenario.caption.changes")
    return of.sheet(rows, fields, (caption, caption), "x")


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
    return of.sheet(rows, _futures_fields(of, "share"), (caption, caption), "u")


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
    return of.sheet(rows, _futures_fields(of, "count"), (caption, caption), "v")


def _futures_fields(of: WhatIf, kind: str) -> list[tuple[str, ...]]:
    heads = [of.word(f"scenario.head.{name}") for name in ("name", "without", "with")]
    return [("name", heads[0], heads[0]), ("without", heads[1], heads[1], kind), ("with", heads[2], heads[2], kind)]


def tested(of: WhatIf) -> Sheet:
    """Return how far this projection, and the same rank as last year, missed when a year could test them."""
    test = of.back_test
    rows = pd.DataFrame(columns=["name", "missed", "held"])
    if test is not None:
        rows.loc["method"] = [of.method, test.missed, np.nan if test.held is None else test.held]
        rows.loc["same"] = [of.word("scenario.same_rank"), test.same_missed, np.nan]
    heads = [of.word(f"scenario.head.{name}") for name in ("method", "missed", "held")]
    kinds = ["text", "points", "share"]
    fields = [(name, head, head, kind) for name, head, kind in zip(rows, heads, kinds, strict=True)]
    caption = of.word("scenario.caption.tested", year=test.base_year + 1 if test else "")
    return of.sheet(rows, fields, (caption, caption), "b")


def single(of: WhatIf) -> Sheet:
    """Return what each index alone would bring if it reached the upper quartile."""
    rows = sensitivity(of.start)
    rows = rows.assign(name=[of.index_name(index_id) for index_id in rows.index])
    moved = not of.start.reference.equals(of.start.base_values)
    before = of.word("scenario.head.moved") if moved else of.words(f"Năm {of.scenario.year}", f"{of.scenario.year}")
    fields = [
        ("name", "Chỉ số", "Index"),
        ("value", before, before, "score"),
        ("headroom", "Điểm còn có thể tăng", "Headroom in points", "points"),
        ("p75", "Tứ phân vị trên", "Upper quartile", "score"),
        ("points", "Điểm để đạt mức đó", "Points to it", "points"),
        ("places", "Số bậc", "Places", "places"),
        ("per_point", "Số bậc mỗi điểm", "Places per point", "ratio"),
    ]
    caption = (
        "Từng chỉ số một đạt mức tứ phân vị trên của cả nước",
        "Each index alone raised to the national upper quartile",
    )
    return of.sheet(rows, fields, caption, "t")


def ways(of: WhatIf) -> Sheet:
    """Return the ways to the rank sought: points per index, cost, rank reached."""
    found = of.found
    names = {
        "cheapest": of.words("Ít tốn kém nhất", "Cheapest mix"),
        "fewest": of.words("Ít chỉ số nhất", "Fewest indices"),
    }
    rows = found.plans if found is not None else pd.DataFrame()
    if len(rows):
        label = of.words("Chỉ {}", "Only {}")
        rows = rows.assign(
            name=[names.get(way) or label.format(of.index_name(way.removeprefix("only-"))) for way in rows.index],
            done=[of.words("có", "yes") if rank <= found.rank else of.words("không", "no") for rank in rows["reaches"]],
        )
    fields = [
        ("name", "Phương án", "Way"),
        *(
            (index_id, of.index_name(index_id), of.index_name(index_id), "points exact")
            for index_id in of.outcome.values.index
        ),
        ("points", "Tổng điểm", "Points", "points exact"),
        ("cost", "Chi phí quy đổi", "Cost", "points exact"),
        ("reaches", "Đạt hạng", "Rank", "count"),
        ("done", "Đạt mục tiêu", "Reaches it"),
    ]
    caption = ("Các phương án để đạt thứ hạng mong muốn (điểm phải tăng)", "Ways to the rank sought (points to add)")
    return of.sheet(rows, fields, caption, "y")


def choice(of: WhatIf) -> Sheet:
    """Return what each index costs, and how many points it has in any of the cheapest mixes."""
    found = of.found
    rows = found.choice if found is not None and len(found.plans) else pd.DataFrame(columns=["name", "cost"])
    rows = rows.assign(name=[of.index_name(index_id) for index_id in rows.index])
    heads = {name: of.word(f"scenario.head.{name}") for name in ("index", "cost", "room", "least", "most")}
    fields = [("name", heads["index"], heads["index"])]
    fields += [(name, heads[name], heads[name], "points") for name in ("cost", "room", "least", "most")]
    caption = of.word("scenario.caption.choice")
    return of.sheet(rows, fields, (caption, caption), "c")


def goal(of: WhatIf) -> Sheet:
    """Return the rank sought, the points it needs and the best rank within the caps."""
    found = of.found
    values = {"rank": found.rank, "need": found.need_printed, "best": found.best_rank} if found else {}
    rows = pd.DataFrame([values] if found else [], index=["goal"] if found else [])
    rows = rows.assign(name=of.name)
    fields = [("name", "Tỉnh, thành phố", "Province"), *GOAL_FIELDS]
    return of.sheet(rows, fields, ("Mục tiêu thứ hạng", "The rank sought"), "g")


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
    fields = [
        ("name", "Kịch bản", "Scenario"),
        ("base", "DTI năm cơ sở", "Baseline DTI", "score"),
        ("total", "DTI kịch bản", "Scenario DTI", "score"),
        ("base_rank", "Hạng năm cơ sở", "Baseline rank", "count"),
        ("rank", "Hạng kịch bản", "Scenario rank", "count"),
    ]
    if any(of.outcome.by_chance for of in pages):
        fields += [
            ("low", "Hạng tốt (5% số lần tính)", "Good rank (5 % of draws)", "count"),
            ("high", "Hạng kém (95% số lần tính)", "Poor rank (95 % of draws)", "count"),
        ]
    made = pages[0].sheet(rows, fields, ("So sánh các kịch bản", "The scenarios side by side"), "k")
    return replace(made, group="assumed")


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
    fields = [
        ("name", "Kịch bản", "Scenario"),
        *((index_id, name, name, "points more") for index_id, name in names.items()),
        ("total", "Cộng", "Total", "points more"),
    ]
    caption = (
        "Điểm mà từng kịch bản thêm vào từng chỉ số (thang 1000)",
        "Points that each scenario adds, index by index (of 1000)",
    )
    return pages[0].sheet(rows, fields, caption, "d")


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
    fields = [("name", "Kịch bản", "Scenario"), *GOAL_FIELDS]
    return pages[0].sheet(rows, fields, ("Thứ hạng mà các kịch bản hướng tới", "The ranks that scenarios seek"), "m")


GOAL_FIELDS = (
    ("rank", "Thứ hạng mong muốn", "Rank sought", "count"),
    ("need", "Số điểm phải tăng", "Points to add", "points"),
    ("best", "Thứ hạng tốt nhất trong giới hạn", "Best rank within the caps", "count"),
)


def plan_table(of: WhatIf) -> outputs.Shown:
    """Return the plan indicators with assumed results as an output, marked as an assumption."""
    caption = of.words(
        f"GIẢ ĐỊNH: chỉ tiêu kế hoạch với kết quả năm {of.scenario.plan_year} do kịch bản giả định",
        f"ASSUMPTION: plan indicators with {of.scenario.plan_year} results assumed by the scenario",
    )
    if of.plan.empty or not of.scenario.indicators:
        return outputs.text(
            of.words("Kịch bản không giả định chỉ tiêu nào của kế hoạch.", "The scenario assumes no plan indicator.")
        )
    return tables.indicator_table(of.plan, of.scenario.plan_year, of.lang, caption)


def duties(of: WhatIf) -> Sheet:
    """Return who must do what: the assumed indicators by agency, from the last result to the one assumed."""
    rows = who_must(of.plan, of.tables, of.scenario.plan_year) if of.scenario.indicators else pd.DataFrame()
    year, heads = of.scenario.plan_year, {}
    if len(rows):
        names = of.tables["agencies"].set_index("agency_id")[f"name_{of.lang}"]
        roles = {role: words[of.lang] for role, words in ROLES.items()}
        rows = rows.assign(agency=rows["agency_id"].map(names), role=rows["role"].map(roles))
        for column in ("base_actual", "year_actual", "year_target"):
            rows[column] = [
                quantity(value, unit, of.lang) for value, unit in zip(rows[column], rows["unit"], strict=True)
            ]
        rows = rows.sort_values(["agency", "name"], key=lambda column: column.map(sort_key), ignore_index=True)
    heads = {
        "role": of.word("scenario.head.role"),
        "name": of.word("scenario.head.indicator"),
        "base_actual": of.word("scenario.head.from", year=year - 1),
        "year_actual": of.word("scenario.head.to", year=year),
        "year_target": of.word("scenario.head.target", year=year),
    }
    caption = of.word("scenario.caption.duties")
    fields = [(name, head, head) for name, head in heads.items()]
    return replace(of.sheet(rows, fields, (caption, caption), "z"), group="agency")
