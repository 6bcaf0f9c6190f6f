"""A scenario's page in sentences, in both languages; its author's words are repeated as the author's."""

from collections.abc import Iterable

from markupsafe import Markup

from dti.plan.sentences import verdict
from dti.scenarios.goal_seek import Mix
from dti.scenarios.page import WhatIf
from dti.scenarios.tables import goal as goal_sheet
from dti.scenarios.tables import tested
from dti.show.sheet import Sheet
from dti.words.figures import Figure
from dti.words.markdown import escape, linked
from dti.words.sentences import joined
from dti.words.texts import prose
from dti.words.vietnamese import Lang, number
from dti.words.word_list import word


def title(of: WhatIf) -> str:
    """Return the page's heading.

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> title(page("xa-hoi-so"))
    '# Kịch bản: Xã hội số đạt mức trung vị cả nước'
    """
    return f"# {of.word('scenario.page_title', title=escape(of.title))}"


def reasoning(of: WhatIf) -> str:
    """Return the author's reasoning, quoted as such."""
    said = "> " + escape(of.scenario.reasoning.said(of.lang))
    if of.scenario.link is None:
        return said
    own = escape(of.scenario.link.said(of.lang))
    return f"{said}\n>\n> {of.word('scenario.own_assumption')} {own}"


def caution(of: WhatIf) -> str:
    """Return what the page is not, and how its projection did when it could be tested; a poor one says so first."""
    base = prose("scenario_assumed", of.lang, year=of.scenario.year, method=of.method)
    test = back_test(of)
    if test and of.back_test.worse:
        return f"**{test}** {base}"
    return f"{base} {test}" if test else base


def back_test(of: WhatIf) -> str:
    """Return in one line how far this projection missed; blank where none is made or none can be tested."""
    test = of.back_test
    if test is None:
        return ""
    rows = tested(of)
    return prose(
        "scenario_back_test",
        of.lang,
        base_year=test.base_year,
        year=test.base_year + 1,
        decisions=list(test.decisions),
        missed=rows.figure("method", "missed"),
        same=rows.figure("same", "missed"),
        held=rows.figure("method", "held") if test.held is not None else None,
        worse=test.worse,
    )


def assumed(lang: Lang) -> str:
    """Return that scenarios are assumptions."""
    return prose("scenario_assumed", lang, year=None, method=None)


def answer(of: WhatIf, scores: Sheet, ranks: Sheet) -> str:
    """Return the answer in one paragraph: score (of no projection), rank, who is passed; of a search, by which mix."""
    places = of.outcome.base_rank - of.outcome.rank
    projected = of.outcome.projected
    return prose(
        "scenario_answer",
        of.lang,
        name=of.name,
        score=None if projected else scores.figure("dti", "scenario"),
        base_score=None if projected else scores.figure("dti", "base"),
        rank=ranks.figure("rank", "scenario"),
        base_rank=ranks.figure("rank", "base"),
        better=places > 0,
        worse=places < 0,
        passed=ranks.figure("passed", "scenario"),
        passed_by=ranks.figure("passed-by", "scenario"),
        mix=_mix_names(of),
        reachable=of.found is None or of.found.reachable,
        sought=goal_sheet(of).figure("goal", "rank") if of.found else None,
    )


def _mix_names(of: WhatIf) -> list[str]:
    """Return the indices that the cheapest mix raises, where a rank is sought and not held."""
    if of.found is None or not len(of.found.plans):
        return []
    return [of.index_name(index_id) for index_id in of.found.mix("cheapest").index]


def contributions(of: WhatIf, changed: Sheet) -> str:
    """Return what each change adds."""
    moved = [index_id for index_id, points in of.outcome.added.dropna().items() if points]
    before = "before" if any(field.name == "before" for field in changed.fields) else "base"
    parts = [
        of.word(
            "scenario.change_part",
            name=escape(of.index_name(index_id)),
            before=changed.cite(index_id, before),
            after=changed.cite(index_id, "scenario"),
            points=changed.cite(index_id, "points"),
        )
        for index_id in moved
    ]
    return prose("scenario_changes", of.lang, changes=Markup(joined(parts, of.lang)))


def chances(of: WhatIf, asked: Sheet, middle: Sheet) -> str:
    """Return how likely the rank sought, or the present one, is next year, without the changes and with them.

    Parameters
    ----------
    asked : chances by rank; middle : the ranks between which nine draws of ten lie
    """
    if of.futures is None:
        return prose("scenario_no_chance", of.lang, year=of.scenario.year, decision=of.start.base.decision)
    rank = of.scenario.goal.rank if of.scenario.goal else of.start.base_rank
    key = f"rank-{rank}"
    return prose(
        "scenario_chance",
        of.lang,
        name=of.name,
        year=of.scenario.year + 1,
        rank=Figure(str(rank), f"u-{key}", rank),
        without=asked.figure(key, "without"),
        changed=asked.figure(key, "with"),
        low=middle.figure("low", "with"),
        high=middle.figure("high", "with"),
        changes=bool(of.outcome.added.any()),
    )


def best_lever(of: WhatIf, alone: Sheet) -> str:
    """Return which index alone brings most places."""
    first = alone.rows.index[0]
    return prose(
        "scenario_best_lever",
        of.lang,
        name=of.index_name(first),
        enough=bool(alone.value(first, "places") > 0),
        places=alone.figure(first, "places", size=True),
        points=alone.figure(first, "points"),
    )


def goal(of: WhatIf, sought: Sheet, plans: Sheet, choice: Sheet) -> str:
    """Return the least effort that reaches the rank sought, and what else would do; blank where none is sought."""
    found = of.found
    if found is None:
        return ""
    costs = choice.rows.get("cost")
    alone = [way.removeprefix("only-") for way in found.plans.index if _alone(found, way)]
    return prose(
        "scenario_goal",
        of.lang,
        rank=sought.figure("goal", "rank"),
        need=sought.figure("goal", "need"),
        best=sought.figure("goal", "best"),
        held=found.held,
        reachable=found.reachable,
        cheapest=_mix(of, plans, "cheapest"),
        fewest=_mix(of, plans, "fewest"),
        free=[of.index_name(index_id) for index_id in found.free.index],
        same_size=len(found.sets) > 1,
        able=[of.index_name(index_id) for index_id in alone],
        costs_given=bool(of.scenario.goal.costs),
        cost_of_one=bool(costs is not None and (costs == 1).any()),
        cost=Figure(number(1, of.lang, 1), f"c-{choice.rows.index[0]}", 1) if len(choice.rows) else None,
    )


def _alone(found: Mix, way: str) -> bool:
    return way.startswith("only-") and found.plans.at[way, "reaches"] <= found.rank


def _mix(of: WhatIf, plans: Sheet, way: str) -> Markup:
    """Return the indices of a mix with their points, in words."""
    if not len(of.found.plans):
        return Markup("")
    parts = [
        of.word("scenario.mix_part", name=escape(of.index_name(index_id)), points=plans.cite(way, index_id))
        for index_id in of.found.mix(way).index
    ]
    return Markup(joined(parts, of.lang))


def plan(of: WhatIf) -> str:
    """Return verdicts on the plan indicators with assumed results, each marked as an assumption."""
    if not of.scenario.indicators:
        return ""
    mark = of.word("scenario.assumption")
    return "\n".join(
        f"- **{mark}** {verdict(row, of.scenario.plan_year, of.lang)}" for _, row in of.plan.head(5).iterrows()
    )


def compared(beside: Sheet) -> str:
    """Return which scenario ends best and which worst, among those that assume the same of the provinces, a line each."""
    lines = []
    for assumption, rows in beside.rows.groupby("assumed", sort=False):
        best, worst = (rows.index[rows["rank"] == rank] for rank in (rows["rank"].min(), rows["rank"].max()))
        lines.append(
            prose(
                "scenario_compared",
                beside.lang,
                assumption=assumption,
                best=beside.figure(best[0], "rank"),
                worst=beside.figure(worst[0], "rank"),
                best_names=Markup(_quoted(beside, best)),
                worst_names=Markup(_quoted(beside, worst)),
                one=len(rows) == 1,
                alike=len(best) == len(rows),
            )
        )
    return "\n".join(f"- {line}" for line in lines)


def left_out(faulty: dict[str, str], lang: Lang) -> str:
    """Return which scenarios cannot stand beside the others, each with its faults; blank where all can."""
    said = word("scenario.left_out", lang)
    return "".join(f"\n\n**{escape(said)} {escape(name)}:** {escape(faults)}" for name, faults in faulty.items())


def _quoted(beside: Sheet, keys: Iterable[str]) -> str:
    """Return the names of scenarios, which may hold figures of their own, each with a link to its row."""
    return joined(
        [f"“{linked(escape(beside.value(key, 'name')), f'{beside.prefix}-{key}')}”" for key in keys], beside.lang
    )


def compared_goals(sought: Sheet) -> str:
    """Return what each scenario that seeks a rank needs for it, one line each; blank where none does."""
    lines = [
        prose(
            "scenario_goal_compared",
            sought.lang,
            name=Markup(_quoted(sought, [key])),
            rank=sought.figure(key, "rank"),
            need=sought.figure(key, "need"),
            best=sought.figure(key, "best"),
            reachable=bool(row["best"] <= row["rank"]),
        )
        for key, row in sought.rows.iterrows()
    ]
    return "\n".join(f"- {line}" for line in lines)
