"""The part of the annual assessment on the DTI: the newest there is, beside the year before where that is possible."""

from functools import lru_cache

import pandas as pd

from dti.assessment.page import Assessment
from dti.composite import page as page_of
from dti.composite import sentences, tables
from dti.composite.page import Page
from dti.composite.ranks import ranks
from dti.composite.scores import decision, known_province, no_comparison, score_years, totals, version_of
from dti.show import outputs as show
from dti.show.sheet import Field, Sheet
from dti.words.texts import prose
from dti.words.vietnamese import Lang
from dti.words.word_list import labels, word


def year_of(of: Assessment) -> int | None:
    """Return the newest year with a DTI of all provinces, up to the report year; None where there is none."""
    return max((year for year in score_years() if year <= of.year), default=None)


def rank(of: Assessment, province: str) -> dict[str, object]:
    """Return whether the rank of the report year is better than the year before's, with the figures that say so.

    Returns
    -------
    ``verdict`` (better, same, worse, unknown) and, where it is known, the figures ``now``, ``then`` and ``places``.
    """
    if not {of.year, of.year - 1} <= set(score_years()):
        return {"verdict": "unknown", "now": None, "then": None, "places": None}
    compared = no_comparison(of.year, None, of.lang) is None
    sheet = _moved(_page(province, of.year, of.lang)) if compared else alone(of, province, of.year)
    key, before = (province, "base_rank") if compared else (of.year, "before")
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
    moved, split = _moved(page), tables.decomposition(page)
    crossed, average = tables.crossings(page), tables.means(page)
    said = [
        _text(of, page, moved),
        sentences.answer(page, split, crossed, average),
        sentences.contributions(page, split),
    ]
    return [*map(show.text, said), moved.shown()]


def appendix(of: Assessment, province: str) -> list[show.Shown]:
    """Return the tables behind the part on the DTI: its indices, who passed whom, the means, the sources."""
    year = year_of(of)
    if year is None or no_comparison(year, None, of.lang) is not None:
        return []
    page = _page(province, year, of.lang)
    behind = (tables.decomposition(page), tables.crossings(page), tables.means(page), tables.sources(page))
    return [sheet.shown() for sheet in behind]


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


#: Neighbours in rank on each side: a table of half the size that the ranking page has.
NEAR = 3


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
    change, places = moved.value(page.province, "change"), moved.value(page.province, "places")
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
        base_score=moved.figure(page.province, "base_score"),
        rank=moved.figure(page.province, "rank"),
        base_rank=moved.figure(page.province, "base_rank"),
        moved="up" if change > 0 else "down" if change < 0 else "same",
        by=moved.figure(page.province, "change", size=True),
        ranked="better" if places > 0 else "worse" if places < 0 else "same",
        places=moved.figure(page.province, "places", size=True),
    )


@lru_cache(maxsize=2)
def _page(province: str, year: int, lang: Lang) -> Page:
    return page_of.page(province, year - 1, year, lang)
