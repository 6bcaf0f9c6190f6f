"""The part of the annual assessment on the DTI: the newest there is, beside the year before where that is possible."""

from functools import lru_cache

import pandas as pd

from dti.assessment.page import Assessment
from dti.composite import page as page_of
from dti.composite import tables
from dti.composite.aggregation import ROUNDING
from dti.composite.changes import OTHERS, UNPUBLISHED
from dti.composite.page import Page
from dti.composite.ranks import ranks
from dti.composite.scores import decision, known_province, no_comparison, score_years, totals, version_of
from dti.show import outputs as show
from dti.show.sheet import Field, Sheet
from dti.words.sentences import lowered
from dti.words.texts import prose
from dti.words.vietnamese import Lang
from dti.words.word_list import labels, word

#: Neighbours in rank on each side: a table of half the size that the ranking page has.
NEAR = 3
#: Rows of the decomposition that are no index.
SUMS = ("own", "total", ROUNDING, UNPUBLISHED)
#: So many indices are named that rose most, and as many that fell.
MOST_INDICES = 2


def year_of(of: Assessment) -> int | None:
    """Return the newest year with a DTI of all provinces, up to the report year; None where there is none."""
    return max((year for year in score_years() if year <= of.year), default=None)


def rank(of: Assessment, province: str) -> dict[str, object]:
    """Return whether the rank of the year aimed at is better than the year before's, with the figures that say so.

    Returns
    -------
    ``verdict`` (better, same, worse, unknown) and, where it is known, the figures ``now``, ``then`` and ``places``.
    """
    year = of.aimed
    if not _ranked(year):
        return {"verdict": "unknown", "now": None, "then": None, "places": None}
    compared = no_comparison(year, None, of.lang) is None and year == year_of(of)
    sheet = _moved(_page(province, year, of.lang)) if compared else alone(of, province, year)
    key, before = (province, "base_rank") if compared else (year, "before")
    places = sheet.value(key, "places")
    return {
        "verdict": "better" if places > 0 else "worse" if places < 0 else "same",
        "now": sheet.figure(key, "rank"),
        "then": sheet.figure(key, before),
        "places": sheet.figure(key, "places", size=True),
    }


def outputs(of: Assessment, province: str) -> list[show.Shown]:
    """Return the sentences and tables on a province's DTI.

    Raises
    ------
    dti.store.faults.DataError
        unknown province
    """
    year = year_of(of)
    if year is None:
        return [show.text(prose("assessment_dti_unknown", of.lang, year=of.year))]
    reason = no_comparison(year, None, of.lang)
    if reason is not None:
        sheet = alone(of, province, year)
        return [show.text(_alone_text(of, year, sheet, reason)), sheet.shown()]
    page = _page(province, year, of.lang)
    moved = _moved(page)
    return [show.text(_text(of, page, moved)), moved.shown()]


def appendix(of: Assessment, province: str) -> list[show.Shown]:
    """Return the tables behind the part on the DTI: its indices, who passed whom, the means, the sources.

    First stands the rank of the year aimed at, where the part itself is of a newer year.
    """
    year = year_of(of)
    aimed = [alone(of, province, of.aimed).shown()] if of.aimed != year and _ranked(of.aimed) else []
    if year is None or no_comparison(year, None, of.lang) is not None:
        return aimed
    page = _page(province, year, of.lang)
    behind = (tables.decomposition(page), tables.crossings(page), tables.means(page), tables.sources(page))
    return [*aimed, *(sheet.shown() for sheet in behind)]


def _ranked(year: int) -> bool:
    """Return whether ranks of a year and of the one before are known."""
    return {year, year - 1} <= set(score_years())


def alone(of: Assessment, province: str, year: int) -> Sheet:
    """Return score and rank of a year whose scores have none to be compared with, and the rank of the year before.

    Examples
    --------
    >>> from dti.store.tables import load_all
    >>> found = alone(Assessment(load_all(["observations"]), 2022, "vi"), "lai-chau", 2022).rows
    >>> found[["score", "rank"]].iloc[0].tolist()
    [0.5032, 53.0]
    """
    total = totals(year)
    earlier = ranks(totals(year - 1))[province] if year - 1 in score_years() else None
    row = {
        "name": known_province(province)["name_vi"],
        "score": total[province],
        "rank": ranks(total)[province],
        "of": len(total),
        "before": earlier,
        "places": None if earlier is None else earlier - ranks(total)[province],
        "decision": decision(version_of(year)),
    }
    kinds = {"score": "score", "rank": "count", "of": "count", "before": "count", "places": "places"}
    heads = labels("assessment.dti", of.lang, before=year - 1)
    fields = tuple(Field(name, head, kinds.get(name, "text")) for name, head in heads.items() if row[name] is not None)
    caption = word("assessment.dti_caption", of.lang, year=year)
    return Sheet(pd.DataFrame(row, index=[year]), fields, caption, "d", of.lang)


def _moved(page: Page) -> Sheet:
    return tables.movements(page, around=NEAR)


def _alone_text(of: Assessment, year: int, sheet: Sheet, reason: str) -> str:
    ranked = sheet.value(year, "before") is not None
    return prose(
        "assessment_dti_alone",
        of.lang,
        name=sheet.value(year, "name"),
        year=year,
        before=year - 1,
        asked=of.year,
        score=sheet.figure(year, "score"),
        rank=sheet.figure(year, "rank"),
        provinces=sheet.figure(year, "of"),
        base_rank=sheet.figure(year, "before") if ranked else None,
        reason=reason,
    )


def _text(of: Assessment, page: Page, moved: Sheet) -> str:
    split, crossed, average = tables.decomposition(page), tables.crossings(page), tables.means(page)
    change, places = moved.value(page.province, "change"), moved.value(page.province, "places")
    mean = average.value("change", "computed")
    return prose(
        "assessment_dti",
        of.lang,
        name=page.name,
        year=page.year,
        before=page.base_year,
        asked=of.year,
        assessed=of.assessed,
        decision=decision(version_of(page.year)),
        score=moved.figure(page.province, "score"),
        rank=moved.figure(page.province, "rank"),
        moved="up" if change > 0 else "down" if change < 0 else "same",
        by=moved.figure(page.province, "change", size=True),
        ranked="better" if places > 0 else "worse" if places < 0 else "same",
        places=moved.figure(page.province, "places", size=True),
        own=split.figure("own", "places"),
        others=split.figure(OTHERS, "places"),
        mean_moved="up" if mean > 0 else "down" if mean < 0 else "same",
        mean=average.figure("change", "computed", size=True),
        passed_by=crossed.value("passed-by", "who") if crossed.value("passed-by", "number") else "",
        passed=crossed.value("passed", "who") if crossed.value("passed", "number") else "",
        raised=_indices(page, split, rising=True),
        lowered=_indices(page, split, rising=False),
    )


def _indices(page: Page, split: Sheet, *, rising: bool) -> list[dict[str, object]]:
    """Return the indices that rose, or fell, the furthest first: name, points, places of rank."""
    change = split.rows["change"].drop([*SUMS, OTHERS], errors="ignore").dropna()
    change = change[change > 0].sort_values(ascending=False) if rising else change[change < 0].sort_values()
    return [
        {
            "name": lowered(page.index_name(index_id)),
            "points": split.figure(index_id, "change", size=True),
            "places": split.figure(index_id, "places"),
        }
        for index_id in change.index[:MOST_INDICES]
    ]


@lru_cache(maxsize=2)
def _page(province: str, year: int, lang: Lang) -> Page:
    return page_of.page(province, year - 1, year, lang)
