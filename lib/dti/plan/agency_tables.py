"""The tables of an agency's report: its cards, what is asked of it alone, the plan's own words, all counts."""

import pandas as pd

from dti.plan.passages import own, shared
from dti.plan.progress import PROVINCE
from dti.plan.rows import GOAL, goal_mark, key_figures, largest_gaps, rests_on_goal
from dti.show import outputs
from dti.show.outputs import Column
from dti.words.clauses import short_clause
from dti.words.labels import ROLES
from dti.words.markdown import plain
from dti.words.vietnamese import UNKNOWN, Lang, difference, number, quantity
from dti.words.word_list import word

#: At most so many cards, targets led, tasks (more only if the plan names the agency for them), and things that come
#: first: what two pages hold; the appendix has the others.
CARDS = 4
LED = 3
TASKS = 8
FIRST = 3
#: Own tasks of more letters than this leave no room for those that an agency shares.
LONG = 780
#: What the cards count, in this order; what the headline says is not among them.
BEFORE = ["to_do", "no_baseline", "hold", "class_tasks"]
AFTER = ["better", "worse", "open", "class_tasks"]
#: Of what an agency shares, so many gaps at most stand among what comes first.
SHARED_FIRST = 2


def counts(rows: pd.DataFrame, items: pd.DataFrame, year: int, lang: Lang) -> pd.DataFrame:
    """Return every count that an agency's report speaks of: key, label, value, anchor.

    Parameters
    ----------
    rows : the agency's progress, as `dti.plan.rows.described` gives it
    items : as `dti.plan.passages.passages` gives them
    """
    asked = items[items["asked"]]
    led = led_rows(rows)
    measured = measured_rows(rows)
    more = {
        "own_met": int((measured["status"] == "met").sum()),
        "own_missed": int((measured["status"] == "missed").sum()),
        "named_tasks": asked.query("duty_basis == 'named'")["statement_id"].nunique(),
        "read_tasks": asked.query("duty_basis == 'reading'")["statement_id"].nunique(),
        "class_tasks": asked.query("duty_basis == 'class'")["statement_id"].nunique(),
        "led_targets": int((led["year_target"].notna() & led["duty_basis"].ne("named")).sum()),
        "shared_targets": int((rows["year_target"].notna() & ~rows["indicator_id"].isin(led["indicator_id"])).sum()),
        "led_unknown": int((led["status"] == "no_baseline").sum()),
        "goal": int((rests_on_goal(rows) & rows["gap"].gt(0)).sum()) if len(rows) else 0,
        "open": int((rows["year_actual"].isna() & rows["year_target"].notna()).sum()),
    }
    of_indicators = key_figures(rows, year, lang) if len(rows) else pd.DataFrame()
    own_counts = pd.DataFrame(
        [
            (key, word(f"agency.count.{key}", lang, year=year), value, f"k-{key}")
            for key, value in more.items()
            if value
        ],
        columns=["key", "label", "value", "anchor"],
    )
    return pd.concat([of_indicators, own_counts], ignore_index=True)


def led_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators that an agency leads or is named for."""
    return rows[(rows["role"] == "lead") | (rows["duty_basis"] == "named")]


def measured_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators by which an agency itself is measured: its own figures, and the province's where it leads.

    A target that the province meets is not met by each of its agencies.
    """
    return rows[(rows["agency_id"] != PROVINCE) | (rows["role"] == "lead")]


def cards(counted: pd.DataFrame, lang: Lang) -> outputs.Shown:
    """Return at most four counts as cards, none of which the headline says."""
    known = counted.set_index("key")
    wanted = AFTER if {"own_met", "own_missed"} & set(known.index) else BEFORE
    chosen = known.loc[[key for key in wanted if key in known.index][:CARDS]]
    if len(chosen) < 2:
        return outputs.text("")
    columns = [
        Column("label", word("agency.cards.label", lang)),
        Column("value", word("agency.cards.value", lang), lambda value: number(value, lang), numeric=True),
    ]
    return outputs.table(chosen, columns, word("agency.cards.caption", lang), kind="key-figures")


def counts_table(counted: pd.DataFrame, lang: Lang) -> outputs.Shown:
    """Return every count as an output: what the report's sentences link to."""
    columns = [
        Column("label", word("agency.cards.label", lang)),
        Column("value", word("agency.cards.value", lang), lambda value: number(value, lang), numeric=True),
    ]
    return outputs.table(counted, columns, word("agency.counts.caption", lang), anchor="anchor", kind="counts")


def led_table(rows: pd.DataFrame, year: int, lang: Lang, most: int = LED) -> outputs.Shown:
    """Return the targets that an agency leads or is named for as an output, those furthest from met first."""
    led = led_rows(rows)
    led = led[led["year_target"].notna()]
    if led.empty:
        return outputs.text("")
    first = pd.concat([largest_gaps(led), led[~led["gap"].gt(0)]]).head(most)
    records = first.to_dict("records")
    texts = pd.DataFrame(
        {
            "name": first["name"],
            "base": [shown(row, "base_actual", lang) + goal_mark(row, "base_actual") for row in records],
            "actual": [shown(row, "year_actual", lang) + goal_mark(row, "year_actual") for row in records],
            "target": [shown(row, "year_target", lang) for row in records],
            "gap": [difference(row["gap"], row["unit"], lang).removeprefix("+") for row in records],
            "basis": [basis(row, lang) for row in records],
        }
    )
    by_field = first["duty_basis"].eq("reading").all()
    names = ["name", "base", *(["actual"] if first["year_actual"].notna().any() else []), "target", "gap"]
    names += [] if by_field else ["basis"]
    numeric = {"base", "actual", "target", "gap"}
    years = {name: year - 1 if name == "base" else year for name in names}
    columns = [
        Column(name, word(f"agency.led.{name}", lang, year=years[name]), numeric=name in numeric) for name in names
    ]
    caption = word("agency.led.caption_field" if by_field else "agency.led.caption", lang)
    if len(led) > len(first):
        caption = word("agency.led.caption_part", lang, caption=caption, shown=len(first), all=len(led))
    if texts[["base", "actual"]].apply(lambda column: column.str.endswith(GOAL)).any(axis=None):
        caption = word("plan.column.goal", lang, caption=caption)
    return outputs.table(texts, columns, caption, kind="led")


def shown(row: dict, column: str, lang: Lang) -> str:
    """Return a figure as it stands in a table, with its comparator."""
    comparator = row[f"{column}_comparator"]
    return quantity(row[column], row["unit"], lang, comparator="=" if pd.isna(comparator) else comparator)


def basis(row: dict, lang: Lang) -> str:
    """Return how we know of a duty: the plan's clause, or that it is our reading of the agency's field."""
    if row["duty_basis"] in ("reading", "carried"):
        return word(f"agency.basis.{row['duty_basis']}", lang)
    return short_clause(row["duty_clause"], lang)


def task_tables(items: pd.DataFrame, lang: Lang, most: int = TASKS) -> tuple[outputs.Shown, outputs.Shown]:
    """Return the tasks and duties that are an agency's alone as two outputs: those in front, and the rest.

    In front stands all that names the agency, then what is read from its field, up to ``most`` in all.
    """
    asked = own(items[items["asked"]])
    asked = asked.assign(no=range(1, len(asked) + 1))
    in_front = max(most, int(asked["duty_basis"].eq("named").sum()))
    front = word("agency.task.caption", lang)
    if len(asked) > in_front:
        front = word("agency.task.caption_part", lang, caption=front, shown=in_front, all=len(asked))
    rest = word("agency.task.caption_rest", lang)
    return _tasks(asked[:in_front], front, lang), _tasks(asked[in_front:], rest, lang)


def has_many(items: pd.DataFrame) -> bool:
    """Return whether an agency's own tasks are so long that two pages do not hold the shared ones too."""
    return own(items[items["asked"]])["markdown"].str.len().sum() > LONG


def shared_table(items: pd.DataFrame, lang: Lang) -> outputs.Shown:
    """Return what an agency shares with its class as an output, where the text in front tells only the places."""
    common = shared(items[items["asked"]]).drop_duplicates("statement_id")
    common = common if has_many(items) else common[:0]
    return _tasks(common.assign(no=range(1, len(common) + 1)), word("agency.task.caption_shared", lang), lang)


def _tasks(asked: pd.DataFrame, caption: str, lang: Lang) -> outputs.Shown:
    if asked.empty:
        return outputs.text("")
    texts = asked.assign(
        text=asked["markdown"].map(plain),
        role=[ROLES[role][lang] for role in asked["role"]],
        place=[short_clause(place, lang) for place in asked["clause"]],
        group=[word(f"agency.basis.{name}_group", lang) for name in asked["duty_basis"]],
    )
    columns = [
        Column("no", word("agency.task.no", lang), numeric=True),
        Column("text", word("agency.task.text", lang)),
        Column("role", word("agency.task.role", lang)),
        Column("place", word("agency.task.place", lang)),
    ]
    return outputs.table(texts, columns, caption, anchor="anchor", group="group", kind="tasks")


def quote_table(items: pd.DataFrame, lang: Lang) -> outputs.Shown:
    """Return the plan's own words on an agency, letter by letter, each with its place and how we know, as an output."""
    if items.empty:
        return outputs.text("")
    ordered = pd.concat([own(items), shared(items)])
    texts = ordered.assign(
        no=range(1, len(ordered) + 1),
        quote=["“" + quote + "”" for quote in ordered["evidence"]],
        role=[ROLES[role][lang] for role in ordered["role"]],
        place=[short_clause(place, lang) for place in ordered["clause"]],
        how=[word(f"agency.basis.{name}", lang) for name in ordered["duty_basis"]],
        remark=ordered["note"].fillna(UNKNOWN),
    )
    names = ["no", "quote", "place", "role", "how", *(["remark"] if ordered["note"].notna().any() else [])]
    columns = [Column(name, word(f"agency.quote.{name}", lang), numeric=name == "no") for name in names]
    return outputs.table(texts, columns, word("agency.quote.caption", lang), kind="quotes")


def first_gaps(rows: pd.DataFrame, most: int = FIRST) -> pd.DataFrame:
    """Return what comes first: what the agency leads before what it shares, its own figures before the province's.

    Within each, the largest gaps first; then what it leads without a result to start from, since that has to be
    measured before it can be met.
    """
    led = led_rows(rows)
    unmeasured = led[led["status"] == "no_baseline"]
    others = rows[~rows["indicator_id"].isin(led["indicator_id"])]
    of_own, of_province = others[others["agency_id"] != PROVINCE], others[others["agency_id"] == PROVINCE]
    ranked = pd.concat(
        [
            largest_gaps(led).assign(why="led"),
            unmeasured.assign(why="unmeasured"),
            largest_gaps(of_own).assign(why="own"),
            largest_gaps(of_province, SHARED_FIRST).assign(why="shared"),
        ]
    )
    return ranked.head(most)
