"""What the ranking page says: verdicts and figures, quoted from a sheet and linked to its row, for the texts."""

import pandas as pd

from dti.composite.aggregation import ROUNDING
from dti.composite.changes import OTHERS, UNPUBLISHED
from dti.composite.page import Page
from dti.composite.tables import ACTIVITY
from dti.show.sheet import Sheet
from dti.words.figures import Figure
from dti.words.markdown import escape
from dti.words.sentences import lowered
from dti.words.texts import prose

#: So many ranks from the top, what lies ahead is "the places above", not "the next places".
NEAR_THE_TOP = 10


def title(page: Page) -> str:
    """Return the page's heading.

    Examples
    --------
    >>> from dti.composite.page import page
    >>> title(page("lai-chau", 2022, 2023))
    '# Điều gì làm thay đổi thứ hạng DTI của Lai Châu năm 2023'
    """
    return "# " + escape(page.word("ranking.title", name=page.name, year=page.year))


def question(page: Page, moved: Sheet) -> str:
    """Return the question that the page answers, as the province's figures put it.

    Parameters
    ----------
    moved : `dti.composite.tables.movements`
    """
    rank = moved.value(page.province, "rank")
    given = {"base": None, "change": None, "moved": None, "rose": None, "against": None}
    if page.base_year is not None:
        places, more = moved.value(page.province, "places"), moved.value(page.province, "change")
        given = {
            "base": moved.figure(page.province, "base_rank"),
            "change": moved.figure(page.province, "change", size=True),
            "moved": "same" if places == 0 else "up" if places > 0 else "down",
            "rose": more >= 0,
            "against": (places > 0) != (more > 0),
        }
    return prose(
        "ranking_question",
        page.lang,
        name=page.name,
        rank=moved.figure(page.province, "rank"),
        ahead="none" if rank == 1 else "many" if rank > NEAR_THE_TOP else "few",
        base=given["base"],
        change=given["change"],
        moved=given["moved"],
        rose=given["rose"],
        against=given["against"],
    )


def answer(page: Page, split: Sheet, crossed: Sheet, average: Sheet) -> str:
    """Return why the rank changed: own work, what the others did, who passed whom; nothing of a year alone.

    Parameters
    ----------
    split, crossed, average : `decomposition`, `crossings` and `means` of `dti.composite.tables`
    """
    if page.base_year is None:
        return ""
    return prose(
        "ranking_answer",
        page.lang,
        name=page.name,
        net=crossed.figure("net", "number"),
        own=split.figure("own", "places"),
        others=split.figure(OTHERS, "places"),
        rose=average.value("change", "computed") >= 0,
        mean=average.figure("change", "computed", size=True),
        above=crossed.value("passed-by", "who"),
        passed_by=crossed.figure("passed-by", "number"),
        below=crossed.value("passed", "who"),
        passed=crossed.figure("passed", "number"),
    )


def contributions(page: Page, split: Sheet) -> str:
    """Return which indices raised and which lowered score and rank; nothing of a year alone.

    Parameters
    ----------
    split : `dti.composite.tables.decomposition`
    """
    if page.base_year is None:
        return ""
    change = split.rows["change"].drop(index=["own", "total", OTHERS, ROUNDING, UNPUBLISHED], errors="ignore")
    change = change.sort_values(ascending=False, kind="stable")
    parts = {
        key: {
            "name": page.index_name(key),
            "change": split.figure(key, "change"),
            "places": split.figure(key, "places"),
        }
        for key in change.index
    }
    return prose(
        "ranking_contributions",
        page.lang,
        total=split.figure("total", "change"),
        raised=[parts[key] for key in change.index[change > 0]],
        lowered=[parts[key] for key in reversed(change.index[change < 0])],
    )


def derived(page: Page) -> str:
    """Return the warning on what is worked out by subtraction, if anything is."""
    if "NT4" not in page.compared.values:
        return ""
    return prose("ranking_derived", page.lang, index=page.index_name("NT4"))


def mean_note(page: Page, average: Sheet) -> str:
    """Return where the published mean differs from the mean of the values; nothing where they agree.

    Parameters
    ----------
    average : `dti.composite.tables.means`
    """
    differing = average.rows["difference"].drop("change", errors="ignore").dropna()
    return " ".join(
        prose(
            "ranking_mean_note",
            page.lang,
            year=int(year),
            computed=average.figure(year, "computed"),
            published=average.figure(year, "published"),
        )
        for year in differing.index[differing != 0]
    )


def next_places(page: Page, ahead: Sheet, missing: Sheet, now: Sheet) -> str:
    """Return where the next places are, and in which indices they are to be gained.

    Parameters
    ----------
    ahead, missing, now : `next_places`, `gaps` and `standing` of `dti.composite.tables`
    """
    places = {
        key: {"name": page.names[key]} | {column: ahead.figure(key, column) for column in ("points", "rank", "places")}
        for key in ahead.rows.index
    }
    first, *others = places.values() or [None]
    behind, before = _apart(page, missing) if first else ([], [])
    return prose(
        "ranking_next",
        page.lang,
        name=page.name,
        nearest=first,
        furthest=others[-1] if others else None,
        behind=behind,
        ahead=before,
        lever=_best_lever(page, now) if first else None,
    )


def _apart(page: Page, missing: Sheet) -> tuple[list[dict], list[dict]]:
    """Return in which indices the province is furthest behind those just above it, and in which ahead."""
    column = missing.rows["ahead"].drop(index=["total", ROUNDING, UNPUBLISHED], errors="ignore").dropna()
    column = column.sort_values(ascending=False)
    chosen = column[column > 0].index[:2], column[column < 0].index[-1:]
    behind, ahead = (
        [{"name": page.index_name(key), "points": missing.figure(key, "ahead", size=True)} for key in keys]
        for keys in chosen
    )
    return behind, ahead


def _best_lever(page: Page, now: Sheet) -> dict | None:
    """Return which index, raised to the median alone, brings most places."""
    rows = now.rows.dropna(subset=["places_median"])
    if rows.empty:
        return None
    best = rows.sort_values(["places_median", "to_median"], ascending=False, kind="stable").index[0]
    return {
        "name": page.index_name(best),
        "points": now.figure(best, "to_median"),
        "places": now.figure(best, "places_median"),
    }


def standing(page: Page, now: Sheet) -> str:
    """Return the strongest index, the weakest and the one with most headroom.

    Parameters
    ----------
    now : `dti.composite.tables.standing`
    """
    known = now.rows["rank"].dropna()
    if known.empty:
        return ""
    strong, weak, room = known.idxmin(), known.idxmax(), now.rows["headroom"].idxmax()
    return prose(
        "ranking_standing",
        page.lang,
        strong={"name": page.index_name(strong), "rank": now.figure(strong, "rank")},
        weak={"name": page.index_name(weak), "rank": now.figure(weak, "rank")},
        room={"name": page.index_name(room), "points": now.figure(room, "headroom")},
    )


def importance(page: Page, weights: Sheet, related: Sheet) -> str:
    """Return which index counts for more, and which for less, than its weight says; which go together.

    Parameters
    ----------
    weights, related : `importance` and `correlations` of `dti.composite.tables`
    """
    if weights.rows.empty:
        return _not_apart(page)
    ratio = weights.rows["effective"] / weights.rows["weight"]
    more, less = (
        {"name": page.index_name(key)} | {column: weights.figure(key, column) for column in ("weight", "effective")}
        for key in (ratio.idxmax(), ratio.idxmin())
    )
    first, second = _closest_pair(related)
    return prose(
        "ranking_importance",
        page.lang,
        more=more,
        less=less,
        first=page.index_name(first),
        second=page.index_name(second),
        correlation=related.figure(first, second),
    )


def _closest_pair(related: Sheet) -> tuple[str, str]:
    pairs = related.rows.drop(columns="name").astype(float).stack()
    pairs = pairs[[first != second for first, second in pairs.index]]
    return pairs.abs().idxmax()


def peers(page: Page, near: Sheet, guess: Sheet) -> str:
    """Return how the province stands among its peers and against what its circumstances suggest.

    Parameters
    ----------
    near, guess : `peers` and `expected` of `dti.composite.tables`
    """
    best, row = near.rows["rank"].astype(int).idxmin(), guess.rows.loc[page.province]
    return prose(
        "ranking_peers",
        page.lang,
        name=page.name,
        better=bool((near.rows["rank"] < near.value(page.province, "rank")).any()),
        best={"name": page.names[best], "rank": near.figure(best, "rank"), "score": near.figure(best, "score")},
        expected=guess.figure(page.province, "expected"),
        level=guess.figure(page.province, "level"),
        low=guess.figure(page.province, "low"),
        high=guess.figure(page.province, "high"),
        score=guess.figure(page.province, "score"),
        number=guess.figure(page.province, "number"),
        r2=guess.figure(page.province, "r2"),
        place="inside" if row["inside"] else "above" if row["score"] > row["high"] else "below",
    )


def robustness(page: Page, firm: Sheet, how: Sheet, moved_by: Sheet) -> str:
    """Return between which ranks the province lies under other ways of computing, and what decides it.

    Parameters
    ----------
    firm, how, moved_by : `intervals`, `draw_settings` and `drivers` of `dti.composite.tables`
    """
    place = page.province
    if firm.rows.empty:
        return _not_apart(page)
    if pd.isna(firm.value(place, "low")):
        return lacking(page)
    total = moved_by.rows["total"].dropna()
    most = None if total.empty else total.idxmax()
    level, draws, seed = (Figure(str(how.value(key, "value")), f"z-{key}") for key in ("level", "draws", "seed"))
    said = prose(
        "ranking_robustness",
        page.lang,
        level=level,
        draws=draws,
        seed=seed,
        firm=firm.value(place, "low") == firm.value(place, "high"),
        low=firm.figure(place, "low"),
        high=firm.figure(place, "high"),
        driver=most and {"name": moved_by.value(most, "name"), "total": moved_by.figure(most, "total")},
    )
    return f"{said} {lacking(page)}".strip()


def _not_apart(page: Page) -> str:
    """Return why nothing below the total can be looked at."""
    return prose("ranking_not_apart", page.lang, year=page.year)


def lacking(page: Page) -> str:
    """Return which provinces lack which index, and what that means; nothing where nobody lacks any."""
    if not page.lacking:
        return ""
    units = [
        f"{page.names[unit]} ({', '.join(lowered(page.index_name(index_id)) for index_id in indices)})"
        for unit, indices in page.lacking.items()
    ]
    return prose("ranking_lacking", page.lang, units=units)


def service(page: Page, beside: Sheet, agreement: Sheet) -> str:
    """Return what the public-service index adds, with the warning on its merged units.

    Parameters
    ----------
    beside, agreement : `service` and `service_agreement` of `dti.composite.tables`
    """
    known, place = len(beside.rows) > 0, page.province
    kept = place in beside.rows.index and bool(beside.value(place, "same_place"))
    return prose(
        "ranking_service",
        page.lang,
        name=page.name,
        same=agreement.figure("same", "number") if known else None,
        spearman=agreement.figure("same", "spearman") if known else None,
        own="kept" if kept else "merged" if place in beside.rows.index else "gone",
        rank=beside.figure(place, "total_rank") if kept else None,
        activity_rank=beside.figure(place, "activity_rank") if kept else None,
        activity=page.index_name(ACTIVITY) if known else "",
    )


def later_years(page: Page, past: Sheet) -> str:
    """Return what is known of years under other decisions, with the warning that they do not compare.

    Parameters
    ----------
    past : `dti.composite.tables.history`
    """
    number = past.rows["decision"]
    others = past.rows[(number != number[page.year]) & past.rows["rank"].notna()]
    if others.empty:
        return ""
    return prose(
        "ranking_later",
        page.lang,
        years=[
            {"year": int(year), "rank": past.figure(year, "rank"), "decision": number[year]} for year in others.index
        ],
        decision=number[page.year],
    )
