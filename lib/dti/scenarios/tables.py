"""The tables of a scenario's page: each row has an anchor, so that sentences can quote and link its figures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dti.composite.scores import TOTAL
from dti.plan import tables
from dti.plan.progress import of_plan
from dti.scenarios.levers import sensitivity
from dti.scenarios.outcome import every_index
from dti.scenarios.page import WhatIf, titles
from dti.show import outputs
from dti.show.sheet import Sheet
from dti.words.vietnamese import sort_key


def results(of: WhatIf) -> Sheet:
    """Return score, rank and pillars before and after.

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> results(page("xa-hoi-so")).cite("dti", "scenario")
    '[0,6278](#s-dti)'
    """
    outcome, pillars = of.outcome, of.outcome.pillars()
    whole = pd.DataFrame({"base": outcome.base_total, "scenario": outcome.total}, index=["dti"])
    rows = pd.concat([whole, pillars])
    names = ["DTI", *map(of.index_name, pillars.index)]
    rows = rows.assign(name=names, change=rows["scenario"] - rows["base"])
    fields = [
        ("name", "Chỉ số", "Index"),
        ("base", f"Năm {of.scenario.year}", f"{of.scenario.year}", "score"),
        ("scenario", "Kịch bản", "Scenario", "score"),
        ("change", "Thay đổi", "Change", "change"),
    ]
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
    rows = every_index(of.outcome).loc[[*of.outcome.values.index]]
    rows = rows.assign(name=[of.index_name(index_id) for index_id in rows.index], points=of.outcome.added)
    rows.loc[TOTAL] = {
        "base": of.outcome.base_total,
        "scenario": of.outcome.total,
        "name": "DTI",
        "points": of.outcome.added.sum(),
    }
    fields = [
        ("name", "Chỉ số", "Index"),
        ("base", f"Năm {of.scenario.year}", f"{of.scenario.year}", "score"),
        ("scenario", "Kịch bản", "Scenario", "score"),
        ("points", "Điểm tăng thêm", "Points added", "points more"),
    ]
    caption = (
        "Từng chỉ số và số điểm thay đổi (thang 1000)",
        "Each index and the points that its change adds (of 1000)",
    )
    return of.sheet(rows, fields, caption, "x")


def chances(of: WhatIf) -> Sheet:
    """Return how the rank falls out over the draws: lowest and highest of 90 %, median; only if drawn."""
    low, middle, high = np.quantile(of.outcome.draws, [0.05, 0.5, 0.95], method="nearest")
    rows = pd.DataFrame(
        {
            "name": [
                of.words("Hạng tốt (5% số lần tính)", "Good rank (5 % of draws)"),
                of.words("Hạng giữa", "Median rank"),
                of.words("Hạng kém (95% số lần tính)", "Poor rank (95 % of draws)"),
                of.words("Số lần tính", "Draws"),
            ],
            "number": [low, middle, high, len(of.outcome.draws)],
        },
        index=["low", "median", "high", "draws"],
    )
    rows = rows if of.scenario.others == "uncertain" else rows.iloc[:0]
    fields = [("name", "Nội dung", "Item"), ("number", "Giá trị", "Value", "count")]
    caption = (
        f"Thứ hạng khi các tỉnh khác thay đổi ngẫu nhiên (số khởi tạo {of.outcome.seed})",
        f"Rank while the others move at random (seed {of.outcome.seed})",
    )
    return of.sheet(rows, fields, caption, "u")


def single(of: WhatIf) -> Sheet:
    """Return what each index alone would bring if it reached the upper quartile."""
    rows = sensitivity(of.outcome)
    rows = rows.assign(name=[of.index_name(index_id) for index_id in rows.index])
    fields = [
        ("name", "Chỉ số", "Index"),
        ("value", f"Năm {of.scenario.year}", f"{of.scenario.year}", "score"),
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
            (index_id, of.index_name(index_id), of.index_name(index_id), "points")
            for index_id in of.outcome.values.index
        ),
        ("points", "Tổng điểm", "Points", "points"),
        ("cost", "Chi phí quy đổi", "Cost", "points"),
        ("reaches", "Đạt hạng", "Rank", "count"),
        ("done", "Đạt mục tiêu", "Reaches it"),
    ]
    caption = ("Các phương án để đạt thứ hạng mong muốn (điểm phải tăng)", "Ways to the rank sought (points to add)")
    return of.sheet(rows, fields, caption, "y")


def goal(of: WhatIf) -> Sheet:
    """Return the rank sought, the points it needs and the best rank within the caps."""
    found = of.found
    values = {"rank": found.rank, "need": found.need, "best": found.best_rank} if found else {}
    rows = pd.DataFrame([values] if found else [], index=["goal"] if found else [])
    rows = rows.assign(name=of.name)
    fields = [("name", "Tỉnh, thành phố", "Province"), *GOAL_FIELDS]
    return of.sheet(rows, fields, ("Mục tiêu thứ hạng", "The rank sought"), "g")


def _keys(pages: Sequence[WhatIf]) -> list[str]:
    return [f"scenario-{place}" for place in range(1, len(pages) + 1)]


def comparison(pages: Sequence[WhatIf]) -> Sheet:
    """Return score and rank of several scenarios side by side.

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> comparison([page("xa-hoi-so"), page("hang-45")]).rows["rank"].tolist()
    [52, 54]
    """
    likely = [np.quantile(of.outcome.draws, [0.05, 0.95], method="nearest") for of in pages]
    drawn = [of.scenario.others == "uncertain" for of in pages]
    rows = pd.DataFrame(
        {
            "name": titles(pages),
            "others": [OTHERS[of.scenario.others][of.lang] for of in pages],
            "base": [of.outcome.base_total for of in pages],
            "total": [of.outcome.total for of in pages],
            "base_rank": [of.outcome.base_rank for of in pages],
            "rank": [of.outcome.rank for of in pages],
            "low": [ends[0] if random else np.nan for ends, random in zip(likely, drawn, strict=True)],
            "high": [ends[1] if random else np.nan for ends, random in zip(likely, drawn, strict=True)],
        },
        index=_keys(pages),
    )
    fields = [
        ("name", "Kịch bản", "Scenario"),
        ("others", "Các tỉnh khác", "The others"),
        ("base", "DTI năm cơ sở", "Baseline DTI", "score"),
        ("total", "DTI kịch bản", "Scenario DTI", "score"),
        ("base_rank", "Hạng năm cơ sở", "Baseline rank", "count"),
        ("rank", "Hạng kịch bản", "Scenario rank", "count"),
    ]
    if any(drawn):
        fields += [
            ("low", "Hạng tốt (5% số lần tính)", "Good rank (5 % of draws)", "count"),
            ("high", "Hạng kém (95% số lần tính)", "Poor rank (95 % of draws)", "count"),
        ]
    return pages[0].sheet(rows, fields, ("So sánh các kịch bản", "The scenarios side by side"), "k")


def added_points(pages: Sequence[WhatIf]) -> Sheet:
    """Return the points that each scenario adds, index by index; an index that a year does not have stays blank.

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> added_points([page("xa-hoi-so")]).rows["total"].round(1).tolist()
    [9.3]
    """
    added = pd.DataFrame([of.outcome.added for of in pages], index=_keys(pages))
    names = {index_id: of.index_name(index_id) for of in pages for index_id in of.outcome.values.index}
    rows = added.assign(name=titles(pages), total=added.sum(axis=1))
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
            {"name": title, "rank": of.found.rank, "need": of.found.need, "best": of.found.best_rank}
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

OTHERS = {
    "fixed": {"vi": "giữ nguyên", "en": "stand still"},
    "published": {"vi": "theo số công bố năm sau", "en": "move as published for the next year"},
    "growth": {"vi": "tăng như năm vừa qua", "en": "grow as they did last year"},
    "regional_growth": {"vi": "tăng theo mức bình quân của vùng", "en": "grow by their region’s mean"},
    "uncertain": {
        "vi": "thay đổi ngẫu nhiên theo các mức đã quan sát",
        "en": "move by changes drawn from those observed",
    },
}


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


def plan_agencies(of: WhatIf) -> outputs.Shown:
    """Return the agencies that answer for the assumed indicators as an output."""
    duties = of_plan(of.tables["responsibilities"], of.scenario.plan_year)
    duties = duties[duties["indicator_id"].isin(of.scenario.indicators)]
    if duties.empty:
        return outputs.text("")
    counts = pd.crosstab(duties["agency_id"], duties["role"]).reindex(
        columns=["lead", "support", "implement"], fill_value=0
    )
    names = of.tables["agencies"].set_index("agency_id")[f"name_{of.lang}"]
    met = of.plan.set_index("indicator_id")["status"].eq("met")
    counts = counts.assign(
        name=names[counts.index],
        met=duties.assign(met=duties["indicator_id"].map(met)).groupby("agency_id")["met"].sum(),
        total=duties.groupby("agency_id").size(),
    )
    counts = counts.sort_values("name", key=lambda column: column.map(sort_key))
    fields = [
        ("name", "Cơ quan", "Agency"),
        ("total", "Chỉ tiêu giả định", "Indicators assumed", "count"),
        ("met", "Trong đó đạt mục tiêu", "Of which met", "count"),
        ("lead", "Chủ trì", "Leads", "count"),
        ("support", "Phối hợp", "Supports", "count"),
        ("implement", "Thực hiện", "Implements", "count"),
    ]
    caption = (
        "GIẢ ĐỊNH: chỉ tiêu của từng cơ quan trong kịch bản",
        "ASSUMPTION: indicators of each agency in the scenario",
    )
    return of.sheet(counts, fields, caption, "z").shown()
