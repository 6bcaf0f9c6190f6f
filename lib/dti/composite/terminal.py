"""The ranking as plain text for a terminal; every figure is written as on the ranking page, points in full."""

import pandas as pd

from dti.composite import page as page_of
from dti.composite import sentences as say
from dti.composite import tables as show
from dti.composite.page import Page
from dti.composite.ranks import ranks
from dti.composite.robustness import rank_intervals, rank_shares, rounding_widths
from dti.composite.scores import (
    decision,
    known_province,
    no_comparison,
    refuse_other_version,
    totals,
    version_of,
)
from dti.store.tables import Folder, load
from dti.words.markdown import plain
from dti.words.vietnamese import UNKNOWN, Lang, number
from dti.words.word_list import word

LEVEL = 0.9


def standing(province: str, year: int, base_year: int | None = None, lang: Lang = "vi", data: Folder = None) -> str:
    """Return rank and score of a province, what each index added to their change, and the interval of the rank.

    Parameters
    ----------
    base_year : year compared with; by default the year before, where its scores are complete and follow the
        same decision

    Raises
    ------
    DataError
        unknown province, year without complete scores, or a `base_year` under another decision

    Examples
    --------
    >>> print(standing("lai-chau", 2024, lang="en"))
    Lai Châu, DTI 2024 (Decision 405/QĐ-BKHCN)
    Rank 36 of 63, DTI 0.7056
    Not compared with 2023: its scores follow Decision 922/QĐ-BTTTT, and no source says which part equals which.
    """
    name, total = known_province(province, data)["name_vi"], totals(year, data)
    head = [
        word("ranking_terminal.head", lang, name=name, year=year, decision=decision(version_of(year, data), data)),
        word(
            "ranking_terminal.rank",
            lang,
            rank=ranks(total)[province],
            of=len(total),
            score=number(total[province], lang, 4),
        ),
    ]
    reason = no_comparison(year, data, lang) if base_year is None else None
    if reason is not None:
        page = page_of.page(province, None, year, lang, data)
        return "\n".join([*head, reason, *_part_lines(page), *_interval_lines(page, data)])
    page = page_of.page(province, year - 1 if base_year is None else base_year, year, lang, data)
    return "\n".join([*head, *_change_lines(page), "", *_interval_lines(page, data)])


def _change_lines(page: Page) -> list[str]:
    """Return the change and what it is made of; points have all their decimals, so that they add up as printed."""
    own, split = page.change.loc[page.province], show.decomposition(page).rows
    lang = page.lang
    head = page.word(
        "ranking_terminal.against",
        year=page.base_year,
        base=number(own["base_score"], lang, 4),
        score=number(own["score"], lang, 4),
        change=number(own["change"], lang, 4, sign=True),
        base_rank=int(own["base_rank"]),
        rank=int(own["rank"]),
        places=number(own["places"], lang, 0, sign=True),
    )
    rows = [
        (row["name"], number(row["change"] / 1000, lang, 6, sign=True), number(row["places"], lang, 2, sign=True))
        for _, row in split.drop(index="own").iterrows()
    ]
    header = (page.word("ranking_terminal.share"), "DTI", page.word("ranking_terminal.places"))
    return [head, "", *_aligned([header, *rows])]


def _part_lines(page: Page) -> list[str]:
    """Return the parts that the year and the one before have in common, value and rank of both years."""
    lang = page.lang
    return [
        "  "
        + page.word(
            "ranking_terminal.part",
            name=row["name"],
            base=number(row["base"], lang, 4),
            value=number(row["value"], lang, 4),
            change=number(row["change"], lang, 4, sign=True),
            base_rank=row["base_rank"],
            rank=row["rank"],
            places=number(row["places"], lang, 0, sign=True),
        )
        for _, row in show.equal_parts(page).rows.iterrows()
        if row["year"] == page.year
    ]


def _interval_lines(page: Page, data: Folder) -> list[str]:
    """Return the interval of the rank, or why there is none, and who lacks which figure."""
    if not page.apart:
        return []
    lacking = [plain(say.lacking(page))] if page.lacking else []
    widths = rounding_widths(page.compared.values, page.compared.structure, page.year, data)
    shares = rank_shares(page.compared.values, page.compared.structure, widths=widths)
    interval = rank_intervals(shares, LEVEL).loc[page.province]
    if pd.isna(interval["low"]):
        return lacking
    return [
        page.word(
            "ranking_terminal.interval",
            low=int(interval["low"]),
            high=int(interval["high"]),
            level=number(100 * LEVEL, page.lang),
            draws=number(shares.attrs["draws"], page.lang),
            seed=shares.attrs["seed"],
        ),
        *lacking,
    ]


def ranking(province: str, year: int, base_year: int | None = None, lang: Lang = "vi", data: Folder = None) -> str:
    """Return every province in order of rank; the one asked for is marked.

    Examples
    --------
    >>> print(ranking("lai-chau", 2022).splitlines()[15])
      15  Thanh Hóa            0,6350    –
    """
    known_province(province, data)
    total = totals(year, data)
    place = ranks(total).sort_values(kind="stable")
    base = None if base_year is None and no_comparison(year, data, lang) else (base_year or year - 1)
    places = pd.Series(float("nan"), index=total.index)
    if base is not None:
        refuse_other_version(base, year, data)
        places = (ranks(totals(base, data)) - ranks(total)).astype(float)
    names = load("provinces", data).set_index("province_id")["name_vi"]
    rows = [
        (
            f"{'>' if unit == province else ' '} {rank:>2}  {names[unit]}",
            number(total[unit], lang, 4),
            UNKNOWN if pd.isna(places[unit]) else number(places[unit], lang, 0, sign=True),
        )
        for unit, rank in place.items()
    ]
    header = (f"  {word('ranking_terminal.column_rank', lang)}", f"DTI {year}", word("ranking_terminal.places", lang))
    return "\n".join(_aligned([header, *rows]))


def _aligned(rows: list[tuple[str, str, str]]) -> list[str]:
    """Return rows of one name and two figures, the figures flush right."""
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}" for row in rows]
