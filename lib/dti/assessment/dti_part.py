"""Part III of the annual assessment: the DTI, beside the year before where the two years can be compared."""

import pandas as pd

from dti.assessment.plan_part import Assessment
from dti.composite import page as page_of
from dti.composite import sentences as narrative_ranking
from dti.composite import tables as ranking_tables
from dti.composite.page import Page
from dti.composite.ranks import ranks
from dti.composite.scores import decision, known_province, no_comparison, score_years, totals, version_of
from dti.show import outputs as display
from dti.show.sheet import Field, Sheet
from dti.words import markdown
from dti.words.markdown import escape


def outputs(of: Assessment, province: str) -> list[display.Shown]:
    """Return the sentences and tables on a province's DTI of the report year.

    Raises
    ------
    dti.store.faults.DataError
        unknown province
    """
    if of.year not in score_years():
        return [display.text(_unknown(of))]
    reason = no_comparison(of.year, None, of.lang)
    if reason is not None:
        sheet = alone(of, province)
        return [display.text(f"{alone_text(of, province, sheet)} {reason}"), sheet.shown()]
    page = _page(of, province)
    moved, split = ranking_tables.movements(page), ranking_tables.decomposition(page)
    crossed, average = ranking_tables.crossings(page), ranking_tables.means(page)
    said = [
        dti_text(of, page, moved),
        narrative_ranking.answer(page, split, crossed, average),
        narrative_ranking.contributions(page, split),
    ]
    return [*map(display.text, said), *(sheet.shown() for sheet in (moved, split, crossed, average))]


def sources(of: Assessment, province: str) -> display.Shown:
    """Return the sources of part III; blank where its only table names its own."""
    compared = of.year in score_years() and no_comparison(of.year, None, of.lang) is None
    return ranking_tables.sources(_page(of, province)).shown() if compared else display.text("")


def alone(of: Assessment, province: str) -> Sheet:
    """Return score and rank of the report year, where there is no year to compare it with.

    Examples
    --------
    >>> from dti.store.tables import load_all
    >>> found = alone(Assessment(load_all(["observations"]), 2022, "vi"), "lai-chau").rows
    >>> found[["score", "rank"]].iloc[0].tolist()
    [0.5032, 53.0]
    """
    total = totals(of.year)
    rows = pd.DataFrame(
        {
            "name": known_province(province)["name_vi"],
            "score": total[province],
            "rank": ranks(total)[province],
            "of": len(total),
            "decision": decision(version_of(of.year)),
        },
        index=[province],
    )
    fields = [
        Field("name", of.words("Tỉnh, thành phố", "Province")),
        Field("score", "DTI", "score"),
        Field("rank", of.words("Thứ hạng", "Rank"), "count"),
        Field("of", of.words("Số tỉnh, thành phố", "Provinces"), "count"),
        Field("decision", of.words("Quyết định", "Decision")),
    ]
    return Sheet(rows, tuple(fields), of.words(f"DTI năm {of.year}", f"The DTI of {of.year}"), "a", of.lang)


def alone_text(of: Assessment, province: str, sheet: Sheet) -> str:
    """Return score and rank of the report year in a sentence."""
    score, rank, number = (sheet.cite(province, name) for name in ("score", "rank", "of"))
    name = markdown.escape(sheet.value(province, "name"))
    return of.words(
        f"Chỉ số chuyển đổi số (DTI) năm {of.year} của {name} đạt {score}, xếp hạng {rank} trên {number} tỉnh, "
        "thành phố.",
        f"The Digital Transformation Index (DTI) of {name} stood at {score} in {of.year}, rank {rank} of {number}.",
    )


def _page(of: Assessment, province: str) -> Page:
    return page_of.page(province, of.year - 1, of.year, of.lang)


def _unknown(of: Assessment) -> str:
    return of.words(
        f"Chưa có DTI năm {of.year} của đủ các tỉnh, thành phố.",
        f"The DTI of {of.year} is not known for all provinces.",
    )


def dti_text(of: Assessment, page: Page, moved: Sheet) -> str:
    """Return the DTI's score and rank of both years in sentences."""
    cite = {name: moved.cite(page.province, name) for name in ("score", "base_score", "rank", "base_rank")}
    change, places = moved.value(page.province, "change"), moved.value(page.province, "places")
    size = moved.cite(page.province, "change", size=True)
    name = escape(page.name)
    return of.words(
        f"Chỉ số chuyển đổi số (DTI) năm {page.year} của {name} đạt {cite['score']}, {'tăng' if change > 0 else 'giảm'} {size} "
        f"so với năm {page.base_year} ({cite['base_score']}); xếp hạng {cite['rank']}, năm {page.base_year} xếp hạng {cite['base_rank']}"
        f"{', thứ hạng không đổi' if places == 0 else ', thứ hạng được cải thiện' if places > 0 else ', thứ hạng chưa được cải thiện'}.",
        f"The Digital Transformation Index (DTI) of {name} stood at {cite['score']} in {page.year}, {'up' if change > 0 else 'down'} {size} "
        f"on {page.base_year} ({cite['base_score']}); rank {cite['rank']}, after rank {cite['base_rank']} in {page.base_year}"
        f"{', unchanged' if places == 0 else ', an improvement' if places > 0 else ', not an improvement'}.",
    )
