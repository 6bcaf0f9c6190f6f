"""Numbers and verdicts on the plan as sentences, in official Vietnamese and in English.

Every sentence is Markdown. Every number in it links to the row of a table in the same report that shows it, so it
can be followed and checked; years and the numbers of documents are the only exceptions. Until the report year has
results, every verdict speaks of what the plan asks, never of what happened.
"""

import re
from collections.abc import Sequence

import pandas as pd

from dti.plan.progress import PROVINCE
from dti.plan.rows import PLACEHOLDER, figure_anchor, key_figures, largest_gaps, with_base_target
from dti.words.labels import STATUS, label
from dti.words.markdown import escape, escape_inner, linked
from dti.words.sentences import joined, lowered, sentence
from dti.words.vietnamese import Lang, number, quantity


def title(name: str, year: int, lang: Lang, *, has_results: bool) -> str:
    """Return the report's heading.

    Examples
    --------
    >>> title("Sở Y tế", 2023, "vi", has_results=False)
    '# Chuyển đổi số năm 2023 của Sở Y tế: mục tiêu và khoảng cách'
    """
    name = name_inside(name)
    if lang == "vi":
        subject = "kết quả so với mục tiêu" if has_results else "mục tiêu và khoảng cách"
        return f"# Chuyển đổi số năm {year} của {escape(name)}: {subject}"
    subject = "results against targets" if has_results else "targets and gaps"
    return f"# Digital transformation {year}, {escape(name)}: {subject}"


def name_inside(name: str) -> str:
    """Return the name of a body as it stands inside a sentence: a department keeps its capital, a province has none.

    Examples
    --------
    >>> name_inside("Tỉnh Lai Châu"), name_inside("Sở Y tế")
    ('tỉnh Lai Châu', 'Sở Y tế')
    """
    return lowered(name) if name.startswith("Tỉnh ") else name


def has_results(rows: pd.DataFrame) -> bool:
    """Return whether any of the rows has an actual of the report year."""
    return bool(rows["year_actual"].notna().any())


def headline(rows: pd.DataFrame, name: str, year: int, lang: Lang) -> str:
    """Return the sentence that a report opens with: how many indicators, and where they stand.

    Parameters
    ----------
    rows : progress rows, as `dti.plan.rows.described` gives them
    name : of the agency or the province
    """
    figures = key_figures(rows, year, lang).set_index("key")
    verdicts = ["met", "missed", "to_do", "hold", "no_baseline", "no_target", "no_data"]
    parts = [_counted(figures, key, lang) for key in verdicts if key in figures.index]
    total = linked(number(figures.loc["total", "value"], lang), figures.loc["total", "anchor"])
    of_agency = "role" in rows and rows["role"].notna().any()
    if lang == "vi":
        verb = "tham gia thực hiện" if of_agency else "theo dõi"
        return sentence(
            f"Năm {year}, {escape(name_inside(name))} {verb} {total} chỉ tiêu chuyển đổi số, trong đó {joined(parts, lang)}"
        )
    verb = "has a part in" if of_agency else "follows"
    noun = "indicator" if figures.loc["total", "value"] == 1 else "indicators"
    return sentence(
        f"In {year}, {escape(name)} {verb} {total} digital transformation {noun}, of which {joined(parts, lang)}"
    )


def _counted(figures: pd.DataFrame, key: str, lang: Lang) -> str:
    count = linked(number(figures.loc[key, "value"], lang), figures.loc[key, "anchor"])
    label = escape(figures.loc[key, "label"])
    if lang == "vi":
        return f"{count} chỉ tiêu {label}"
    one = figures.loc[key, "value"] == 1
    verb = {"met": "", "missed": ""}.get(key, "is")
    verbs = {"is": ("is ", "are "), "": ("", "")}[verb]
    if key in ("met", "missed") and one:
        label = re.sub(r"^(meet|miss)", lambda verb: {"meet": "meets", "miss": "misses"}[verb[0]], label)
    return f"{count} {verbs[0] if one else verbs[1]}{label}"


def caution(rows: pd.DataFrame, year: int, lang: Lang) -> str:
    """Return the sentence that says of which year the report can speak."""
    if has_results(rows):
        return {
            "vi": f"Số liệu có kết quả năm {year} được đánh giá theo kết quả; các chỉ tiêu chưa có kết quả năm {year} được ghi “KH” và chỉ nêu phần việc kế hoạch đặt ra.",
            "en": f"Indicators with a {year} result are judged by it; those without one are marked “plan” and only show what the plan asks.",
        }[lang]
    return {
        "vi": f"Chưa có kết quả năm {year}: mọi thay đổi dưới đây là phần việc kế hoạch đặt ra so với kết quả năm {year - 1}, không phải kết quả đã đạt.",
        "en": f"There are no results of {year} yet: every change below is what the plan asks on top of the {year - 1} result, not something achieved.",
    }[lang]


def duties(rows: pd.DataFrame, name: str, year: int, lang: Lang) -> str:
    """Return the sentence on what is asked of an agency: how many indicators it leads, supports, implements."""
    figures = key_figures(rows, year, lang).set_index("key")
    verbs = {
        "vi": {"direct": "chỉ đạo", "lead": "chủ trì", "support": "phối hợp", "implement": "thực hiện"},
        "en": {"direct": "directs", "lead": "leads", "support": "supports", "implement": "implements"},
    }[lang]
    count = {key: linked(number(figures.loc[key, "value"], lang), f"k-{key}") for key in figures.index}
    if lang == "vi":
        parts = [f"{verb} {count[key]} chỉ tiêu" for key, verb in verbs.items() if key in count]
    else:
        parts = [f"{verb} {count[key]}" for key, verb in verbs.items() if key in count]
        parts[0] += " indicator" if figures.loc[next(k for k in verbs if k in count), "value"] == 1 else " indicators"
    said = sentence(f"{escape(name)} {joined(parts, lang)}")
    if "carried" in count:
        said += {
            "vi": f" Có {count['carried']} chỉ tiêu giữ phân công của kế hoạch trước, kế hoạch năm nay không nêu.",
            "en": f" For {count['carried']} of them the assignment of the plan before was kept; this year’s plan does not say.",
        }[lang]
    if "reading" not in count:
        return said
    return (
        said
        + {
            "vi": f" Có {count['reading']} chỉ tiêu kế hoạch không nêu tên cơ quan; vai trò được xác định theo chức năng, cần cơ quan xác nhận.",
            "en": f" For {count['reading']} of them the plan does not name the agency; the role follows from its field and is for the agency to confirm.",
        }[lang]
    )


def target_phrase(row: pd.Series, lang: Lang) -> str:
    """Return a target in words, linked to its row: "80%", "tối thiểu 70%"."""
    figure = linked(quantity(row["year_target"], row["unit"], lang), row["anchor"])
    prefix = {">=": {"vi": "tối thiểu ", "en": "at least "}, "<=": {"vi": "tối đa ", "en": "at most "}}
    return prefix.get(row["year_target_comparator"], {"vi": "", "en": ""})[lang] + figure


def difference_phrase(row: pd.Series, column: str, lang: Lang) -> str:
    """Return the size of a change or a gap in words, linked to its row, without a sign."""
    figure = linked(number(abs(row[column]), lang), row["anchor"])
    unit = {"percent": {"vi": " điểm phần trăm", "en": " percentage points"}, "mbps": {"vi": " Mbps", "en": " Mbps"}}
    words = unit.get(row["unit"], {"vi": "", "en": ""})[lang]
    if lang == "en" and row["unit"] == "percent" and abs(row[column]) == 1:
        words = " percentage point"
    return figure + words


def verdict(row: pd.Series, year: int, lang: Lang) -> str:
    """Return one sentence on an indicator: where it stands, what is asked, how far it is.

    Parameters
    ----------
    row : one row of `dti.plan.rows.described`
    """
    return sentence(_VERDICTS[lang](row, year))


def _verdict_vi(row: pd.Series, year: int) -> str:
    name = escape(row["name"])
    base, actual = (
        linked(quantity(row[column], row["unit"], "vi"), row["anchor"]) if pd.notna(row[column]) else ""
        for column in ("base_actual", "year_actual")
    )
    target = target_phrase(row, "vi") if pd.notna(row["year_target"]) else ""
    up = "tăng" if row["direction"] > 0 else "giảm"
    moved = {True: "tăng", False: "giảm"}[bool(row["change"] > 0)]
    match row["status"]:
        case "to_do":
            return f"{name} năm {year - 1} đạt {base}, mục tiêu năm {year} là {target}, còn phải {up} {difference_phrase(row, 'gap', 'vi')}"
        case "hold":
            return f"{name} năm {year - 1} đạt {base}, mục tiêu năm {year} là {target}, cần duy trì"
        case "no_baseline":
            return f"{name} có mục tiêu năm {year} là {target}, nhưng không có kết quả năm {year - 1} để so sánh"
        case "missed" if not base:
            return f"{name} năm {year} đạt {actual}, chưa đạt mục tiêu {target}, còn thiếu {difference_phrase(row, 'gap', 'vi')}; không có kết quả năm {year - 1} để so sánh"
        case "met" if row["gap"] < 0:
            return (
                f"{name} năm {year} đạt {actual}, vượt {difference_phrase(row, 'gap', 'vi')} so với mục tiêu {target}"
            )
        case "met":
            return f"{name} năm {year} đạt {actual}, bằng mục tiêu đề ra"
        case "missed" if row["trend"] == "same":
            return f"{name} năm {year} đạt {actual}, không đổi so với năm {year - 1}, chưa đạt mục tiêu {target}, còn thiếu {difference_phrase(row, 'gap', 'vi')}"
        case "missed":
            return f"{name} năm {year} đạt {actual}, {moved} {difference_phrase(row, 'change', 'vi')} so với năm {year - 1} ({base}), chưa đạt mục tiêu {target}, còn thiếu {difference_phrase(row, 'gap', 'vi')}"
        case "no_target":
            known, when = (actual, year) if actual else (base, year - 1)
            return f"{name} năm {when} đạt {known}; năm {year} không có mục tiêu"
        case _:
            return f"{name} chưa có số liệu năm {year - 1} và năm {year}"


def _verdict_en(row: pd.Series, year: int) -> str:
    name = escape(row["name"])
    base, actual = (
        linked(quantity(row[column], row["unit"], "en"), row["anchor"]) if pd.notna(row[column]) else ""
        for column in ("base_actual", "year_actual")
    )
    target = target_phrase(row, "en") if pd.notna(row["year_target"]) else ""
    way = "rise" if row["direction"] > 0 else "fall"
    moved = {True: "up", False: "down"}[bool(row["change"] > 0)]
    match row["status"]:
        case "to_do":
            return f"{name}: {base} in {year - 1}, the {year} target is {target}, a {way} of {difference_phrase(row, 'gap', 'en')} still to be made"
        case "hold":
            return f"{name}: {base} in {year - 1}, the {year} target is {target}, to be held"
        case "no_baseline":
            return f"{name}: the {year} target is {target}, but there is no {year - 1} result to compare it with"
        case "missed" if not base:
            return f"{name}: {actual} in {year}, short of the target of {target} by {difference_phrase(row, 'gap', 'en')}; there is no {year - 1} result to compare with"
        case "met" if row["gap"] < 0:
            return f"{name}: {actual} in {year}, better than the target of {target} by {difference_phrase(row, 'gap', 'en')}"
        case "met":
            return f"{name}: {actual} in {year}, on target"
        case "missed" if row["trend"] == "same":
            return f"{name}: {actual} in {year}, unchanged on {year - 1}, short of the target of {target} by {difference_phrase(row, 'gap', 'en')}"
        case "missed":
            return f"{name}: {actual} in {year}, {moved} {difference_phrase(row, 'change', 'en')} on {year - 1} ({base}), short of the target of {target} by {difference_phrase(row, 'gap', 'en')}"
        case "no_target":
            known, when = (actual, year) if actual else (base, year - 1)
            return f"{name}: {known} in {when}; there is no target for {year}"
        case _:
            return f"{name}: no figures for {year - 1} or {year}"


_VERDICTS = {"vi": _verdict_vi, "en": _verdict_en}


def led(rows: pd.DataFrame, year: int, lang: Lang, most: int = 6) -> str:
    """Return a list of verdicts on what an agency leads; blank where it leads nothing, or too much for a list."""
    leads = rows[rows["role"] == "lead"]
    if leads.empty or len(leads) > most:
        return ""
    opening = {"vi": "Chỉ tiêu do cơ quan chủ trì:", "en": "Indicators that the agency leads:"}[lang]
    return "\n".join([opening, "", *(f"- {verdict(row, year, lang)}" for _, row in leads.iterrows())])


def priorities(rows: pd.DataFrame, year: int, lang: Lang, most: int = 5) -> str:
    """Return what comes first: the largest gaps as a numbered list, or a sentence where there is none."""
    first = largest_gaps(rows, most)
    if first.empty:
        return {
            "vi": "Không có chỉ tiêu nào còn khoảng cách đo được đến mục tiêu.",
            "en": "No indicator has a measurable gap to its target.",
        }[lang]
    opening = {"vi": "Khoảng cách lớn nhất đến mục tiêu:", "en": "The largest gaps to target:"}[lang]
    return "\n".join([opening, "", *(f"1. {verdict(row, year, lang)}" for _, row in first.iterrows())])


def standing(rows: pd.DataFrame, year: int, lang: Lang) -> str:
    """Return where the base year ended: what is already at target level, and what has no target or no result."""
    held = rows[rows["status"] == "hold"]
    parts = []
    if len(held):
        names = joined([_short(row, lang) for _, row in held.iterrows()], lang)
        parts.append(
            {
                "vi": f"Kết quả năm {year - 1} đã ở mức mục tiêu năm {year}, cần duy trì, đối với: {names}.",
                "en": f"The {year - 1} result is already at the {year} target and is to be held for: {names}.",
            }[lang]
        )
    reached = with_base_target(rows)
    parts += [_base_verdict(row, year - 1, lang) for _, row in reached.iterrows()]
    return "\n\n".join(parts)


def _short(row: pd.Series, lang: Lang) -> str:
    return f"{escape(lowered(row['name']))} ({linked(quantity(row['base_actual'], row['unit'], lang), row['anchor'])})"


def _base_verdict(row: pd.Series, year: int, lang: Lang) -> str:
    """Return whether last year's own target was met."""
    anchor, name = f"b-{row['indicator_id']}", escape(row["name"])
    actual, target = (
        linked(quantity(row[column], row["unit"], lang), anchor) for column in ("base_actual", "base_target")
    )
    points = {"percent": {"vi": " điểm phần trăm", "en": " percentage points"}}.get(row["unit"], {"vi": "", "en": ""})
    gap = linked(number(abs(row["base_gap"]), lang), anchor) + points[lang]
    side = "above" if row["base_gap"] < 0 else "short" if row["base_gap"] > 0 else "on"
    said = {
        "vi": {
            "above": f"vượt {gap} so với mục tiêu {target}",
            "short": f"chưa đạt mục tiêu {target}, còn thiếu {gap}",
            "on": f"bằng mục tiêu {target}",
        },
        "en": {
            "above": f"better than the target of {target} by {gap}",
            "short": f"short of the target of {target} by {gap}",
            "on": f"on the target of {target}",
        },
    }[lang][side]
    if lang == "vi":
        return sentence(f"So với mục tiêu của chính năm {year}: {lowered(name)} đạt {actual}, {said}")
    return sentence(f"Against the target of {year} itself: {lowered(name)} reached {actual}, {said}")


def whose_figures(rows: pd.DataFrame, lang: Lang) -> str:
    """Return whose figures an agency's report shows, the province's or its own."""
    own = rows["agency_id"] != PROVINCE
    if not own.any():
        return {
            "vi": "Cơ quan chưa có số liệu riêng: mọi số liệu trong báo cáo là số liệu của toàn tỉnh.",
            "en": "The agency has no figures of its own: every figure in this report is the province’s.",
        }[lang]
    if own.all():
        return {
            "vi": "Mọi số liệu trong báo cáo là số liệu riêng của cơ quan.",
            "en": "Every figure in this report is the agency’s own.",
        }[lang]
    return {
        "vi": "Chỉ tiêu ghi “[của cơ quan]” dùng số liệu riêng của cơ quan; các chỉ tiêu khác dùng số liệu của toàn tỉnh vì cơ quan chưa có số liệu riêng. Mục tiêu của tỉnh về tỷ lệ được áp dụng cho cơ quan khi cơ quan không có mục tiêu riêng.",
        "en": "Indicators marked “[own]” are measured by the agency’s own figures; the others by the province’s, as the agency has none. The province’s targets of shares apply to the agency where it has none of its own.",
    }[lang]


def with_figures(text: str, observations: pd.DataFrame, indicators: pd.DataFrame, lang: Lang) -> str:
    """Return a statement as Markdown, its placeholders filled with figures that link to their source row.

    Parameters
    ----------
    text : own-words summary with placeholders ``{indicator_id.kind.year}``

    Raises
    ------
    KeyError
        if a placeholder names no figure in use; the tests resolve every one of them
    """
    pieces = re.split(PLACEHOLDER, text)
    if len(pieces) == 1:
        return escape_inner(text)
    of_year = observations["period"] == "year"
    used = observations[observations["in_use"] & of_year & (observations["agency_id"] == PROVINCE)]
    used = used.set_index(["indicator_id", "kind", "year"])
    units = indicators.set_index("indicator_id")["unit"]
    filled = [escape_inner(pieces[0])]
    for index in range(1, len(pieces), 4):
        indicator, kind, year, after = pieces[index : index + 4]
        row = used.loc[(indicator, kind, int(year))]
        shown = quantity(row["value"], units[indicator], lang)  # "tối thiểu", "khoảng" stand in the text
        filled += [linked(shown, figure_anchor(indicator, kind, int(year))), escape_inner(after)]
    return "".join(filled)


def pillar_heading(pillar: pd.Series, lang: Lang) -> str:
    """Return the heading of a pillar's section.

    Parameters
    ----------
    pillar : one row of ``data/pillars.csv``
    """
    return f"### {pillar['number']}. {escape(pillar[f'name_{lang}'])}"


def pillar_summary(counts: pd.Series, year: int, lang: Lang) -> str:
    """Return the sentence on how a pillar's indicators stand.

    Parameters
    ----------
    counts : one row of `dti.plan.rows.pillar_counts`
    """
    if counts["total"] == 0:
        return {
            "vi": "Kế hoạch không nêu chỉ tiêu định lượng nào cho nội dung này.",
            "en": "The plan states no quantified indicator for this pillar.",
        }[lang]
    figures = pd.DataFrame({"value": counts, "anchor": counts["anchor"]})
    figures["label"] = figures.index.map(lambda key: label(key, year, lang))
    parts = [_counted(figures, key, lang) for key in STATUS if counts.get(key, 0)]
    total = linked(number(counts["total"], lang), counts["anchor"])
    if lang == "vi":
        return sentence(f"Nội dung này có {total} chỉ tiêu: {joined(parts, lang)}")
    noun = "indicator" if counts["total"] == 1 else "indicators"
    return sentence(f"This pillar has {total} {noun}: {joined(parts, lang)}")


def statements(
    tables: dict[str, pd.DataFrame],
    pillar: str,
    year: int,
    lang: Lang,
    kinds: Sequence[str] = ("result", "limitation", "task", "solution"),
    heading: str = "####",
) -> str:
    """Return what the plan says of one pillar: results and limitations of the base year, tasks of the report year.

    Parameters
    ----------
    tables : ``statements``, ``observations``, ``indicators``
    kinds : of ``result``, ``limitation``, ``task``, ``solution``, in the order wanted
    """
    labels = {
        "result": {"vi": f"Kết quả đạt được năm {year - 1}", "en": f"Results of {year - 1}"},
        "limitation": {"vi": f"Tồn tại, hạn chế năm {year - 1}", "en": f"Limitations in {year - 1}"},
        "task": {"vi": f"Nhiệm vụ năm {year}", "en": f"Tasks for {year}"},
        "solution": {"vi": f"Giải pháp năm {year}", "en": f"Solutions for {year}"},
    }
    years = {"result": year - 1, "limitation": year - 1, "task": year, "solution": year}
    parts = []
    for kind in kinds:
        every = tables["statements"]
        said = every[(every["pillar"] == pillar) & (every["kind"] == kind) & (every["year"] == years[kind])]
        if len(said):
            items = [
                "- " + with_figures(text, tables["observations"], tables["indicators"], lang)
                for text in said[f"text_{lang}"]
            ]
            parts.append(f"{heading} {labels[kind][lang]}\n\n" + "\n".join(items))
    return "\n\n".join(parts)


def unknown(rows: pd.DataFrame, year: int, lang: Lang) -> str:
    """Return the sentences on what the report cannot say: missing results and targets, sources that differ."""
    figures = key_figures(rows, year, lang).set_index("key")
    gaps = [key for key in ("no_baseline", "no_target", "no_data") if key in figures.index]
    if not gaps:
        return {
            "vi": "Mọi chỉ tiêu đều có đủ kết quả và mục tiêu để so sánh.",
            "en": "Every indicator has the results and targets that a comparison needs.",
        }[lang]
    parts = joined([_counted(figures, key, lang) for key in gaps], lang)
    if lang == "vi":
        return sentence(f"Trong số các chỉ tiêu được theo dõi, {parts}") + (
            " Ô ghi “–” là chưa biết, không phải bằng không; các chỉ tiêu này không được xếp hạng theo khoảng cách khi thiếu một vế."
        )
    return sentence(f"Of the indicators followed, {parts}") + (
        " A dash means not known, never zero; where one side is missing no gap is worked out."
    )
