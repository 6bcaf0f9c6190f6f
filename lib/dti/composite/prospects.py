"""What the ranking page says of what may come: next year's rank with its error, and who may stand above whom."""

import pandas as pd

from dti.composite.outlook import CHOSEN, LEVEL, SAME, SLACK, Outlook
from dti.composite.outlook import outlook as outlook_of
from dti.composite.page import Page
from dti.composite.peers import circumstances
from dti.composite.robustness import Draws, above_shares, first_shares
from dti.composite.scores import TOTAL
from dti.show.sheet import Sheet
from dti.words.texts import prose
from dti.words.word_list import labels


def tried(page: Page) -> Outlook | None:
    """Return the outlook from the change between the page's two years; none of a year that stands alone."""
    if page.base_year is None:
        return None
    known = page.tables["province_context"]["year"].eq(page.base_year).any()
    context = circumstances(page.tables["province_context"], page.base_year) if known else None
    return outlook_of(page.compared.base_total, page.compared.total, context)


def next_decision(page: Page) -> str | None:
    """Return the version that the next year's scores follow, if these are known."""
    scores = page.tables["dti_scores"]
    versions = scores.loc[(scores["year"] == page.year + 1) & (scores["index_id"] == TOTAL), "version"].unique()
    return str(versions[0]) if len(versions) else None


def trials(page: Page) -> Sheet:
    """Return how far each forecast misses the ranks of the year, each province left out in turn.

    Examples
    --------
    >>> from dti.composite.page import page
    >>> trials(page("lai-chau", 2022, 2023)).cite("same", "error")
    '[7,2](#f-same)'
    """
    found = tried(page)
    if found is None:
        return page.nothing("trials", "f")
    names = labels("ranking_forecast", page.lang)
    rows = found.trials.assign(name=[names[name] for name in found.trials.index], level=LEVEL)
    kinds = {"name": "text", "error": "points", "level": "level", "coverage": "share"}
    return page.sheet("trials", rows, kinds | dict.fromkeys(["gain", "gain_low", "gain_high"], "part of places"), "f")


def forecast(page: Page) -> Sheet:
    """Return the forecast of the next year's rank; without rows where none may be put forward.

    None is, where nothing beats last year's rank, and never where the next year follows another decision.
    """
    found = tried(page)
    version = page.compared.structure["version"].iloc[0]
    if found is None or found.best is None or next_decision(page) not in (None, version):
        return page.nothing("forecast", "y")
    rows = found.ranks.loc[[page.province]].assign(name=page.name, level=LEVEL)
    kinds = {"name": "text", "expected": "count", "low": "count", "high": "count", "level": "level"}
    return page.sheet("forecast", rows, kinds, "y")


def outlook(page: Page, tries: Sheet, ahead: Sheet) -> str:
    """Return what can be said of the next year's rank, and how far forecasts miss.

    Parameters
    ----------
    tries : `trials`
    ahead : `forecast`
    """
    if tries.rows.empty:
        return ""
    chosen = tries.rows.loc[CHOSEN]
    version = page.compared.structure["version"].iloc[0]
    return prose(
        "ranking_outlook",
        page.lang,
        name=page.name,
        year=page.year,
        next_year=page.year + 1,
        same=tries.figure(SAME, "error"),
        missed=tries.figure(CHOSEN, "error"),
        gain=tries.figure(CHOSEN, "gain", size=True),
        low=tries.figure(CHOSEN, "gain_low"),
        high=tries.figure(CHOSEN, "gain_high"),
        held=tries.figure(CHOSEN, "coverage"),
        level=tries.figure(CHOSEN, "level"),
        worse=chosen["gain"] <= 0,
        beats=chosen["gain_low"] > 0,
        holds=abs(chosen["coverage"] - LEVEL) <= SLACK,
        other_decision=next_decision(page) not in (None, version),
        ahead={column: ahead.figure(page.province, column) for column in ("expected", "low", "high")}
        if len(ahead.rows)
        else None,
    )


def rivals(page: Page, drawn: Draws, shares: pd.DataFrame, around: int = 5) -> Sheet:
    """Return how often the province stands above each neighbour in the draws, and each one's share in the first ten.

    Parameters
    ----------
    drawn, shares : of the same choices, as `dti.composite.robustness` gives them
    """
    if not page.apart or drawn.ranks[page.province].isna().any():
        return page.nothing("rivals", "a")
    place = page.change.index.get_loc(page.province)
    ids = page.change.index[max(0, place - around) : place + around + 1]
    rows = pd.DataFrame(
        {
            "name": page.names[ids],
            "rank": page.change.loc[ids, "rank"],
            "above": above_shares(drawn).loc[page.province, ids],
            "first_ten": first_shares(shares, 10)[ids],
        }
    )
    kinds = {"name": "text", "rank": "count", "above": "share", "first_ten": "share"}
    return page.sheet("rivals", rows, kinds, "a")
