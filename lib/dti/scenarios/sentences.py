"""A scenario's page in sentences, in both languages; its author's words are repeated as the author's."""

from collections.abc import Iterable, Sequence

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
    return of.words("# Kịch bản: ", "# Scenario: ") + escape(of.title)


def reasoning(of: WhatIf) -> str:
    """Return the author's reasoning, quoted as such."""
    said = "> " + escape(of.scenario.reasoning.said(of.lang))
    if of.scenario.link is None:
        return said
    own = escape(of.scenario.link.said(of.lang))
    return said + "\n>\n> " + of.words("Giả định riêng của người soạn: ", "The author’s own assumption: ") + own


def caution(of: WhatIf) -> str:
    """Return what the page is not, and how its projection did when it could be tested; a poor one says so first."""
    base = prose("scenario_assumed", of.lang, year=of.scenario.year, method=of.method)
    parts = [assumed(of.lang), base]
    test = back_test(of)
    if test and of.back_test.worse:
        return f"**{test}** " + " ".join(parts)
    return " ".join([*parts, *([test] if test else [])])


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
    return {
        "vi": "Đây là kết quả giả định, không phải số liệu công bố. Không có quy tắc công bố nào nối chỉ tiêu của "
        "kế hoạch với DTI.",
        "en": "These are assumed results, not published figures. No published rule links the plan’s indicators to the "
        "DTI.",
    }[lang]


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
    if not moved:
        return of.words(
            "Kịch bản không thay đổi chỉ số DTI nào của tỉnh.", "The scenario changes no DTI index of the province."
        )
    before = "before" if any(field.name == "before" for field in changed.fields) else "base"
    parts = [
        of.words(
            f"{escape(of.index_name(index_id))} từ {changed.cite(index_id, before)} thành "
            f"{changed.cite(index_id, 'scenario')} ({changed.cite(index_id, 'points')} điểm)",
            f"{escape(of.index_name(index_id))} from {changed.cite(index_id, before)} to "
            f"{changed.cite(index_id, 'scenario')} ({changed.cite(index_id, 'points')} points)",
        )
        for index_id in moved
    ]
    return of.words("Thay đổi: ", "Changes: ") + joined(parts, of.lang) + "."


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
    if alone.value(first, "places") <= 0:
        return of.words(
            "Không chỉ số nào, nếu chỉ một mình đạt mức tứ phân vị trên, đủ để tăng hạng.",
            "No index raised alone to the upper quartile is enough for a better rank.",
        )
    name = escape(of.index_name(first))
    points, places = alone.cite(first, "points"), alone.cite(first, "places", size=True)
    return of.words(
        f"Nếu chỉ nâng một chỉ số lên mức tứ phân vị trên, {name} đem lại nhiều bậc nhất: {places} bậc với {points} điểm.",
        f"Raised alone to the upper quartile, {name} brings most: {places} places for {points} points.",
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
    mark = of.words("**Giả định:** ", "**Assumption:** ")
    return "\n".join(f"- {mark}{verdict(row, of.scenario.plan_year, of.lang)}" for _, row in of.plan.head(5).iterrows())


def compared(pages: Sequence[WhatIf], beside: Sheet) -> str:
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


def compared_goals(pages: Sequence[WhatIf], sought: Sheet) -> str:
    """Return what each scenario that seeks a rank needs for it, one line each; blank where none does."""
    of = pages[0]
    lines = []
    for key, row in sought.rows.iterrows():
        name, rank, need = _quoted(sought, [key]), sought.cite(key, "rank"), sought.cite(key, "need")
        if row["best"] > row["rank"]:
            lines.append(
                of.words(
                    f"{name}: không thể đạt hạng {rank} trong giới hạn đặt ra; thứ hạng tốt nhất có thể là "
                    f"{sought.cite(key, 'best')}.",
                    f"{name}: rank {rank} is out of reach within the caps; the best possible is "
                    f"{sought.cite(key, 'best')}.",
                )
            )
        else:
            lines.append(
                of.words(
                    f"{name}: để đạt hạng {rank} cần thêm {need} điểm.",
                    f"{name}: rank {rank} takes {need} more points.",
                )
            )
    return "\n".join(f"- {line}" for line in lines)
