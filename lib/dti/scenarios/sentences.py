"""A scenario's page in sentences, in both languages; its author's words are repeated as the author's."""

from collections.abc import Iterable, Sequence

from dti.plan.sentences import verdict
from dti.scenarios.page import WhatIf
from dti.scenarios.tables import OTHERS
from dti.show.sheet import Sheet
from dti.words.markdown import escape, linked
from dti.words.sentences import joined
from dti.words.vietnamese import Lang


def title(of: WhatIf) -> str:
    """Return the page's heading.

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> title(page("xa-hoi-so"))
    '# Kịch bản: Xã hội số đạt mức trung vị cả nước'
    """
    return of.words("# Kịch bản: ", "# Scenario: ") + escape(getattr(of.scenario.title, of.lang))


def reasoning(of: WhatIf) -> str:
    """Return the author's reasoning, quoted as such."""
    said = "> " + escape(getattr(of.scenario.reasoning, of.lang))
    if of.scenario.link is None:
        return said
    own = escape(getattr(of.scenario.link, of.lang))
    return said + "\n>\n> " + of.words("Giả định riêng của người soạn: ", "The author’s own assumption: ") + own


def caution(of: WhatIf) -> str:
    """Return what the page is not."""
    base = of.words(
        f"Năm cơ sở {of.scenario.year}; các tỉnh khác: {OTHERS[of.scenario.others]['vi']}.",
        f"Baseline {of.scenario.year}; the other provinces {OTHERS[of.scenario.others]['en']}.",
    )
    return f"{assumed(of.lang)} {base}"


def assumed(lang: Lang) -> str:
    """Return that scenarios are assumptions."""
    return {
        "vi": "Đây là kết quả giả định, không phải số liệu công bố. Không có quy tắc công bố nào nối chỉ tiêu của "
        "kế hoạch với DTI.",
        "en": "These are assumed results, not published figures. No published rule links the plan’s indicators to the "
        "DTI.",
    }[lang]


def answer(of: WhatIf, scores: Sheet, ranks: Sheet) -> str:
    """Return the answer in one paragraph: score, rank, who is passed."""
    base, new = scores.cite("dti", "base"), scores.cite("dti", "scenario")
    was, now = ranks.cite("rank", "base"), ranks.cite("rank", "scenario")
    places = of.outcome.base_rank - of.outcome.rank
    name = escape(of.name)
    moved = {
        1: of.words("thứ hạng được cải thiện", "a better rank"),
        0: of.words("thứ hạng không đổi", "the same rank"),
        -1: of.words("thứ hạng giảm", "a lower rank"),
    }[(places > 0) - (places < 0)]
    said = of.words(
        f"Trong kịch bản này, DTI của {name} là {new} (năm cơ sở {base}), xếp hạng {now} (năm cơ sở hạng {was}): {moved}.",
        f"In this scenario the DTI of {name} is {new} (baseline {base}), rank {now} (baseline rank {was}): {moved}.",
    )
    passed, by = ranks.cite("passed", "scenario"), ranks.cite("passed-by", "scenario")
    return said + of.words(
        f" Số tỉnh, thành phố vượt qua được: {passed}; số tỉnh, thành phố vượt lên trên: {by}.",
        f" Provinces passed: {passed}; provinces that pass {name}: {by}.",
    )


def contributions(of: WhatIf, changed: Sheet) -> str:
    """Return what each change adds."""
    moved = [index_id for index_id, points in of.outcome.added.items() if points]
    if not moved:
        return of.words(
            "Kịch bản không thay đổi chỉ số DTI nào của tỉnh.", "The scenario changes no DTI index of the province."
        )
    parts = [
        of.words(
            f"{escape(of.index_name(index_id))} từ {changed.cite(index_id, 'base')} thành "
            f"{changed.cite(index_id, 'scenario')} ({changed.cite(index_id, 'points')} điểm)",
            f"{escape(of.index_name(index_id))} from {changed.cite(index_id, 'base')} to "
            f"{changed.cite(index_id, 'scenario')} ({changed.cite(index_id, 'points')} points)",
        )
        for index_id in moved
    ]
    return of.words("Thay đổi: ", "Changes: ") + joined(parts, of.lang) + "."


def chances(of: WhatIf, drawn: Sheet) -> str:
    """Return between which ranks the province lies while the others move at random; blank where they do not."""
    if of.scenario.others != "uncertain":
        return ""
    low, middle, high = (drawn.cite(name, "number") for name in ("low", "median", "high"))
    return of.words(
        f"Khi các tỉnh khác thay đổi ngẫu nhiên, thứ hạng nằm giữa {low} và {high} trong chín phần mười số lần tính, "
        f"ở giữa là {middle}.",
        f"While the others move at random, the rank lies between {low} and {high} in nine draws of ten, with {middle} "
        "in the middle.",
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


def goal(of: WhatIf, sought: Sheet, plans: Sheet) -> str:
    """Return the least effort that reaches the rank sought; blank where none is sought."""
    found = of.found
    if found is None:
        return ""
    rank, need, best = (sought.cite("goal", name) for name in ("rank", "need", "best"))
    if not found.reachable:
        return of.words(
            f"Không thể đạt hạng {rank} trong giới hạn đặt ra; thứ hạng tốt nhất có thể là {best}.",
            f"Rank {rank} is out of reach within the caps; the best rank possible is {best}.",
        )
    if found.need == 0:
        return of.words(f"Hạng {rank} đã đạt được.", f"Rank {rank} is already held.")
    mixes = {way: _mix(of, plans, way) for way in ("cheapest", "fewest")}
    able = [
        way for way in found.plans.index if way.startswith("only-") and found.plans.at[way, "reaches"] <= found.rank
    ]
    alone = joined([escape(of.index_name(way.removeprefix("only-"))) for way in able], of.lang)
    single = (
        of.words(f" Một mình đủ sức: {alone}.", f" Able to do it alone: {alone}.")
        if able
        else of.words(" Không chỉ số nào đủ sức một mình.", " No index can do it alone.")
    )
    return (
        of.words(
            f"Để đạt hạng {rank} cần thêm {need} điểm. Phương án ít tốn kém nhất: {mixes['cheapest']}. "
            f"Phương án chạm ít chỉ số nhất: {mixes['fewest']}.",
            f"Rank {rank} takes {need} more points. The cheapest mix: {mixes['cheapest']}. The mix of fewest indices: "
            f"{mixes['fewest']}.",
        )
        + single
    )


def _mix(of: WhatIf, plans: Sheet, way: str) -> str:
    raised = [index_id for index_id in of.outcome.values.index if plans.value(way, index_id) > 1e-6]
    points = of.words("điểm", "points")
    return joined([f"{escape(of.index_name(i))} {plans.cite(way, i)} {points}" for i in raised], of.lang)


def plan(of: WhatIf) -> str:
    """Return verdicts on the plan indicators with assumed results, each marked as an assumption."""
    if not of.scenario.indicators:
        return ""
    mark = of.words("**Giả định:** ", "**Assumption:** ")
    return "\n".join(f"- {mark}{verdict(row, of.scenario.plan_year, of.lang)}" for _, row in of.plan.head(5).iterrows())


def compared(pages: Sequence[WhatIf], beside: Sheet) -> str:
    """Return which of several scenarios ends best, and which worst, where they differ."""
    of, rows = pages[0], beside.rows
    best, worst = (rows.index[rows["rank"] == rank] for rank in (rows["rank"].min(), rows["rank"].max()))
    if len(best) == len(rows):
        rank = beside.cite(best[0], "rank")
        return of.words(
            f"Trong mọi kịch bản, thứ hạng đều là {rank}.", f"The rank is {rank} in every one of the scenarios."
        )
    return of.words(
        f"Thứ hạng tốt nhất là {beside.cite(best[0], 'rank')}, trong kịch bản {_quoted(beside, best)}; thứ hạng thấp "
        f"nhất là {beside.cite(worst[0], 'rank')}, trong kịch bản {_quoted(beside, worst)}.",
        f"The best rank is {beside.cite(best[0], 'rank')}, in {_quoted(beside, best)}; the lowest is "
        f"{beside.cite(worst[0], 'rank')}, in {_quoted(beside, worst)}.",
    )


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
