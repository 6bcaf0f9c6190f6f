"""The sentences of an agency's report: what is asked of it alone, where it stands, what comes first, what is shared."""

import re

import pandas as pd
from markupsafe import Markup

from dti.plan.agency_tables import has_many, led_rows, measured_rows
from dti.plan.passages import DISTRICT, own, shared
from dti.plan.progress import PROVINCE
from dti.plan.rows import largest_gaps, rests_on_goal
from dti.plan.sentences import verdict
from dti.words.clauses import short_clause
from dti.words.figures import Figure, count
from dti.words.markdown import escape
from dti.words.sentences import lowered
from dti.words.texts import prose
from dti.words.vietnamese import Lang, difference, quantity
from dti.words.word_list import word

#: So many names stand in the headline; the table has them all.
NAMED = 2
#: So many results fallen short of, and so many items of what the plan reports, stand in the text.
MISSED = 4
REPORTED = 2

_NO_FIGURE = Figure("", "", 0)


def unbroken(name: str) -> Markup:
    r"""Return a name as Markdown that does not break over lines; of a long one, the first two words stay together.

    Examples
    --------
    >>> unbroken("Sở Y tế"), unbroken("Sở Nông nghiệp và Phát triển nông thôn")
    (Markup('Sở\xa0Y\xa0tế'), Markup('Sở\xa0Nông nghiệp và Phát triển nông thôn'))
    """
    return Markup(escape(name).replace(" ", "\N{NO-BREAK SPACE}", -1 if len(name) <= 26 else 1))


def headline(
    rows: pd.DataFrame, items: pd.DataFrame, counted: pd.DataFrame, name: str, year: int, lang: Lang, group: str = ""
) -> str:
    """Return what a report opens with: what is this agency's and no other's.

    Parameters
    ----------
    rows, items, counted : as `described`, `passages` and `counts` give them
    group : what class the agency belongs to (``so``, ``huyen``); blank for a body outside the register
    """
    alone = own(items[items["asked"]])
    first = _first_led(rows)
    worst = largest_gaps(measured_rows(rows).query("status == 'missed'"), 1)
    return prose(
        "agency_headline",
        lang,
        agency=unbroken(name),
        year=year,
        met=_count(counted, "own_met", lang),
        missed=_count(counted, "own_missed", lang),
        worst=[_worst(row, lang) for _, row in worst.iterrows()],
        named=_count(counted, "named_tasks", lang),
        read=_count(counted, "read_tasks", lang),
        led=_count(counted, "led_targets", lang),
        led_names=[_led_name(row, lang) for _, row in first.iterrows()],
        kept=bool((led_rows(rows)["duty_basis"] == "carried").any()),
        all_led=len(first) == _count(counted, "led_targets", lang).value,
        main=[Markup(_inside(text)) for text in _main(alone)["markdown"]],
        district=[Markup(_inside(text)) for text in items[items["asked"] & items["of_districts"]]["markdown"]],
        shared=_count(counted, "class_tasks", lang),
        group=Markup(escape(word(f"agency.group.{group}", lang))) if group else "",
    )


def _count(counted: pd.DataFrame, key: str, lang: Lang) -> Figure:
    known = counted.set_index("key")
    return count(int(known.loc[key, "value"]), f"k-{key}", lang) if key in known.index else _NO_FIGURE


def _first_led(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the targets that an agency leads which its headline names: the largest gaps, then those unmeasured."""
    led = led_rows(rows).query("duty_basis != 'named' and year_target.notna()")
    return pd.concat([largest_gaps(led), led[~led["gap"].gt(0)]]).head(NAMED)


def _led_name(row: pd.Series, lang: Lang) -> Markup:
    return Markup(f"{escape(lowered(row['name']))} ({_target(row, lang).cited()})")


def _target(row: pd.Series, lang: Lang) -> Figure:
    shown = quantity(row["year_target"], row["unit"], lang, comparator=row["year_target_comparator"])
    return Figure(shown, row["anchor"], float(row["year_target"]))


def _gap(row: pd.Series, lang: Lang) -> Figure:
    shown = difference(row["gap"], row["unit"], lang).removeprefix("+")
    return Figure(shown, row["anchor"], float(row["gap"]))


def _worst(row: pd.Series, lang: Lang) -> dict[str, object]:
    return {"name": row["name"], "gap": _gap(row, lang)}


def _main(alone: pd.DataFrame) -> pd.DataFrame:
    """Return the item that says most of what an agency is for: that names it first, and in which it leads."""
    roles = ["lead", "direct", "implement", "support"]
    order = alone.assign(
        _basis=alone["duty_basis"].map(["named", "reading"].index), _role=alone["role"].map(roles.index)
    )
    return order.sort_values(["_basis", "_role"], kind="stable").head(1)


def _inside(markdown: str) -> str:
    """Return a sentence of ours as it stands within another."""
    return re.sub(r"\\?\.$", "", lowered(markdown))


def standing(rows: pd.DataFrame, items: pd.DataFrame, year: int, lang: Lang) -> str:
    """Return where the agency stands: its own results, and what the plan reports of its field; blank if nothing is.

    Parameters
    ----------
    rows, items : as `described` and `passages` give them
    """
    missed = largest_gaps(measured_rows(rows).query("status == 'missed'"), MISSED)
    reported = own(items[~items["asked"]])
    if missed.empty and reported.empty:
        return ""
    most = 1 if has_many(items) else REPORTED
    told = reported.drop_duplicates("statement_id").sort_values("clause", key=lambda places: places.index)
    return prose(
        "agency_standing",
        lang,
        year=year,
        before=year - 1,
        missed=[Markup(verdict(row, year, lang)) for _, row in missed.iterrows()],
        results=[_cited(row, lang) for _, row in told[told["kind"] == "result"].head(most).iterrows()],
        limitations=[_cited(row, lang) for _, row in told[told["kind"] != "result"].head(most).iterrows()],
    )


def _cited(row: pd.Series, lang: Lang) -> Markup:
    """Return an item of the plan with its place."""
    said = re.sub(r"\\?\.$", "", row["markdown"])
    return Markup(f"{said} ({escape(short_clause(row['clause'], lang))}).")


def priorities(first: pd.DataFrame, items: pd.DataFrame, year: int, lang: Lang) -> str:
    """Return what comes first, each with its reason; where no target is an agency's, its first tasks.

    Parameters
    ----------
    first : as `dti.plan.agency_tables.first_gaps` gives it
    """
    goal = rests_on_goal(first) if len(first) else pd.Series(dtype=bool)
    reasons = [
        {
            "name": row["name"],
            "target": _target(row, lang),
            "gap": _gap(row, lang),
            "why": Markup(escape(word(f"agency.why.{row['why']}", lang))),
            "goal": bool(goal[index]),
        }
        for index, row in first.iterrows()
    ]
    alone = own(items[items["asked"]])
    tasks = [] if len(led_rows(first)) else [_cited(row, lang) for _, row in _main(alone).iterrows()]
    if not reasons and not tasks:
        return ""
    return prose("agency_priorities", lang, before=year - 1, reasons=reasons, tasks=tasks)


def shared_list(items: pd.DataFrame, counted: pd.DataFrame, pillars: pd.DataFrame, group: str, lang: Lang) -> str:
    """Return what an agency shares with its class, in one list by pillar; blank where it shares nothing.

    Of an agency whose own tasks fill the two pages only the places are told: `shared_table` has the tasks.
    """
    common = shared(items[items["asked"]]).drop_duplicates("statement_id")
    if common.empty:
        return ""
    return prose(
        "agency_shared",
        lang,
        group=Markup(escape(word(f"agency.group.{group}", lang))) if group else "",
        pillars=[
            {"name": name, "tasks": _briefly(here, lang, places_only=has_many(items))}
            for name, here in _by_pillar(common, pillars, lang)
        ],
        targets=_count(counted, "shared_targets", lang),
        places_only=has_many(items),
        tasks=_count(counted, "class_tasks", lang),
    )


def _by_pillar(items: pd.DataFrame, pillars: pd.DataFrame, lang: Lang) -> list[tuple[str, pd.DataFrame]]:
    """Return items by pillar, how the work is organised first: it binds whatever the pillar."""
    names = dict(zip(pillars["pillar"], pillars[f"name_{lang}"], strict=True))
    whole = [(word("agency.shared.whole", lang), items[items["pillar"].isna()])]
    parts = whole + [(name, items[items["pillar"] == pillar]) for pillar, name in names.items()]
    return [(name, here) for name, here in parts if len(here)]


def _briefly(items: pd.DataFrame, lang: Lang, *, places_only: bool) -> list[Markup]:
    """Return items of the plan as a series; those of one section in a row share its place."""
    places = items["clause"].map(lambda clause: short_clause(clause, lang).partition("–")[2].partition(", "))
    sections, points = places.str[0], places.str[2]
    series = []
    for _, here in items.groupby((sections != sections.shift()).cumsum(), sort=False):
        place = escape(_place(sections[here.index[0]], points[here.index]))
        said = [_inside(text) for text in here["markdown"]]
        series += [Markup(place)] if places_only else map(Markup, [*said[:-1], f"{said[-1]} ({place})"])
    return series


def _place(section: str, points: pd.Series) -> str:
    r"""Return where some points of a section stand, those in a row as from … to.

    Examples
    --------
    >>> _place("III.5", pd.Series(["ý\xa02", "ý\xa03", "ý\xa05"])), _place("VI.3", pd.Series([""]))
    ('III.5, ý\xa02–3, 5', 'VI.3')
    """
    words = [point.split("\N{NO-BREAK SPACE}") for point in points if point]
    if not words:
        return section
    numbers = pd.Series([int(number) for _, number in words])
    runs = numbers.groupby((numbers.diff() != 1).cumsum()).agg(["min", "max"])
    shown = [str(low) if low == high else f"{low}–{high}" for low, high in runs.itertuples(index=False)]
    return f"{section}, {words[0][0]}\N{NO-BREAK SPACE}{', '.join(shown)}"


def not_known(rows: pd.DataFrame, counted: pd.DataFrame, year: int, lang: Lang) -> str:
    """Return what cannot be said of an agency, and which of its gaps rest on a goal instead of a result."""
    own_figures = bool((rows["agency_id"] != PROVINCE).any()) if len(rows) else False
    return prose(
        "agency_not_known",
        lang,
        year=year,
        before=year - 1,
        indicators=len(rows) > 0,
        own_figures=own_figures,
        no_baseline=_count(counted, "no_baseline", lang),
        goal=_count(counted, "goal", lang),
        reading=_count(counted, "read_tasks", lang),
    )


def section(name: str, lang: Lang, *, when: bool) -> str:
    """Return the heading of a section, or nothing where the section has nothing to say."""
    return f"## {escape(word(f'agency.section.{name}', lang))}" if when else ""


def group_of(agencies: pd.DataFrame, agency: str) -> str:
    """Return the class that an agency of the register belongs to: ``so`` or ``huyen``; blank for another body."""
    row = agencies.set_index("agency_id").loc[agency]
    if not row["in_register"]:
        return ""
    return "huyen" if row["kind"] in DISTRICT else "so"
