"""The tables of the ranking page: each row has an anchor, so that sentences can quote and link its figures.

A `Sheet` knows how its columns are written; a sentence quotes a cell through `Sheet.cite`, so a figure reads the
same in both.
"""

from itertools import pairwise

import pandas as pd

from dti.composite import changes
from dti.composite import gaps as gaps_of
from dti.composite import importance as importance_of
from dti.composite.aggregation import POINTS
from dti.composite.gaps import reference_groups
from dti.composite.page import Page, decision_number
from dti.composite.peers import expected_scores, service_beside
from dti.composite.ranks import ranks
from dti.composite.robustness import Choices
from dti.composite.scores import TOTAL, score_years
from dti.composite.strengths import strengths_and_weaknesses
from dti.show.sheet import Sheet
from dti.words.labels import BASES
from dti.words.vietnamese import UNKNOWN, number, sort_key
from dti.words.word_list import labels, word

NEIGHBOURS = 5
#: The index of the DTI that the public-service index comes nearest to.
ACTIVITY = "HDCQS"


# ------------------------------------------------------------------------------------------------ changes


def movements(page: Page, around: int = NEIGHBOURS) -> Sheet:
    """Return rank and score of both years: the province and its neighbours in rank.

    Examples
    --------
    >>> from dti.composite.page import page
    >>> movements(page("lai-chau", 2022, 2023)).cite("lai-chau", "change")
    '[+0,1153](#r-lai-chau)'
    """
    place = page.change.index.get_loc(page.province)
    rows = page.change.iloc[max(0, place - around) : place + around + 1]
    rows = rows.assign(name=page.names[rows.index])
    kinds = {"name": "text", "base_rank": "count", "rank": "count", "places": "places"}
    kinds |= {"base_score": "score", "score": "score", "change": "change"}
    if page.base_year is None:
        kinds = {"name": "text", "rank": "count", "score": "score"}
    return page.sheet("movements", rows, kinds, "r")


def crossings(page: Page) -> Sheet:
    """Return who passed the province and whom it passed; the difference is its change of rank."""
    if page.base_year is None:
        return page.nothing("crossings", "c")
    found = changes.crossings(page.compared, page.province)

    def listed(passed: int) -> str:
        names = page.names[found.index[found["passed"] == passed]]
        return ", ".join(sorted(names, key=sort_key)) or UNKNOWN

    rows = pd.DataFrame(
        {
            "name": [
                page.word("ranking_row.passed_by", name=page.name),
                page.word("ranking_row.passed", name=page.name),
                page.word("ranking_row.net"),
            ],
            "number": [(found["passed"] == -1).sum(), (found["passed"] == 1).sum(), found["passed"].sum()],
            "who": [listed(-1), listed(1), UNKNOWN],
        },
        index=["passed-by", "passed", "net"],
    )
    return page.sheet("crossings", rows, {"name": "text", "number": "count", "who": "text"}, "c")


def decomposition(page: Page) -> Sheet:
    """Return what each index did to the score and to the rank of the province, with sums.

    An index that the province lacks in either year is blank; all such stand together in a row of their own.
    """
    if page.base_year is None:
        return page.nothing("decomposition", "d")
    scores = changes.score_changes(page.compared, page.province)
    places = changes.rank_changes(page.compared, page.province)
    rows = scores.assign(weight=page.shares * POINTS, places=places)
    own = rows.sum(min_count=1)
    others = pd.Series({"places": places[changes.OTHERS]})
    total = own.add(others, fill_value=0)
    sums = pd.DataFrame({"own": own, changes.OTHERS: others, "total": total}).T
    rows = pd.concat([rows, sums[rows.columns]])
    kinds = {"name": "text", "weight": "count", "base_points": "points", "points": "points"}
    kinds |= {"change": "points more", "places": "part of places"}
    return page.sheet("decomposition", page.with_names(rows), kinds, "d")


def means(page: Page) -> Sheet:
    """Return the mean of all provinces, as computed and as published."""
    national = page.tables["dti_national"].set_index("year")
    national = national[(national["series"] == "trung-binh-tinh") & (national["index_id"] == TOTAL)]
    computed = {page.base_year: page.compared.base_total.mean()} if page.base_year is not None else {}
    computed[page.year] = page.compared.total.mean()
    rows = pd.DataFrame(
        {
            "name": [page.word("ranking_row.year", year=year) for year in computed],
            "number": len(page.compared.total),
            "computed": computed.values(),
            "published": [national["value"].get(year, float("nan")) for year in computed],
        },
        index=list(computed),
    )
    rows["difference"] = (rows["computed"].round(4) - rows["published"]).round(4)
    change = pd.DataFrame(
        {"name": page.word("ranking_row.change"), "computed": rows["computed"].iloc[-1] - rows["computed"].iloc[0]},
        index=["change"],
    )
    kinds = {"name": "text", "number": "count", "computed": "score", "published": "score", "difference": "change"}
    every = [rows] if page.base_year is None else [rows, change]
    return page.sheet("means", pd.concat(every), kinds, "n")


# ------------------------------------------------------------------------------------------- where to gain


def next_places(page: Page, most: int = 10) -> Sheet:
    """Return the provinces ranked just above and the points that draw level with each."""
    rows = gaps_of.next_places(page.compared.total, page.province, most)
    rows = rows.assign(name=page.names[rows.index], places=page.change.at[page.province, "rank"] - rows["rank"])
    kinds = {"name": "text", "rank": "count", "score": "score", "points": "points", "places": "count"}
    return page.sheet("next_places", rows, kinds, "p")


def standing(page: Page) -> Sheet:
    """Return strengths, weaknesses and headroom of the province, index by index."""
    rows = gaps_of.standing(page.compared.values, page.shares, page.compared.total, page.province)
    kinds = {"name": "text", "value": "score", "rank": "count", "median": "score", "headroom": "points"}
    kinds |= {"to_median": "points", "places_median": "count", "places_10": "count"}
    return page.sheet("standing", page.with_names(rows), kinds, "s")


def components(page: Page) -> Sheet:
    """Return the province's value and rank in every component known below the indices of the page, weakest first."""
    values = page.components
    if values.empty or not len(values.columns):
        return page.nothing("components", "k")
    names = page.tables["dti_structure"].query("version == @page.compared.structure['version'].iloc[0]")
    rows = strengths_and_weaknesses(values, page.province).iloc[::-1]
    rows = rows.assign(
        name=names.set_index("index_id")[f"name_{page.lang}"].reindex(rows.index), median=values.median()[rows.index]
    )
    kinds = {"name": "text", "value": "score", "median": "score", "rank": "count"}
    return page.sheet("components", rows, kinds | {"number": "count", "from_last": "count"}, "k")


def gaps(page: Page) -> Sheet:
    """Return the points the province lacks on each yardstick, index by index, with the sum."""
    groups = reference_groups(
        page.compared.total, page.province, {"region": page.region, "peers": page.peers.index.tolist()}
    )
    rows = gaps_of.gaps(page.parts, page.province, groups, page.compared.total)
    rows = pd.concat([rows, rows.sum().to_frame("total").T])
    yardsticks = ("next", "ahead", "median", "region", "peers", "leader")
    kinds = {"name": "text"} | {name: "points more" for name in yardsticks if name in groups}
    return page.sheet("gaps", page.with_names(rows), kinds, "g")


# ------------------------------------------------------------------------------------------ what matters


def importance(page: Page) -> Sheet:
    """Return what each index weighs on paper and in effect; no rows where nothing below the total is known."""
    if not page.apart:
        return page.nothing("importance", "w", count=0)
    rows = page.with_names(importance_of.importance(page.indices, page.shares))
    kinds = {"name": "text", "weight": "share", "effective": "share", "correlation_ratio": "share"}
    kinds |= {"ratio_low": "share", "ratio_high": "share", "variance_share": "share"}
    kinds |= {"spearman": "ratio", "redundancy": "ratio"}
    return page.sheet("importance", rows, kinds, "w", count=len(page.indices.dropna()))


def correlations(page: Page) -> Sheet:
    """Return the correlation of each index with each other; without rows where nothing below the total is known."""
    if not page.apart:
        return page.nothing("correlations", "q")
    found = page.indices.corr()
    heads = {index_id: page.index_name(index_id) for index_id in found}
    kinds = {"name": "text"} | dict.fromkeys(heads, "ratio")
    return page.sheet("correlations", page.with_names(found), kinds, "q", heads)


# ------------------------------------------------------------------------------------------------- peers


def peers(page: Page) -> Sheet:
    """Return the province and those nearest in circumstances."""
    ids = [page.province, *page.peers.index]
    context = page.tables["province_context"].set_index(["year", "province_id"]).loc[page.year].loc[ids]
    rows = pd.DataFrame(
        {
            "name": page.names[ids],
            "people": context["population_thousand"],
            "urban": page.circumstances.loc[ids, "urban_share"],
            "income": context["grdp_per_capita_million_vnd"],
            "score": page.compared.total[ids],
            "rank": page.change.loc[ids, "rank"],
        }
    )
    kinds = {"name": "text", "people": "amount", "urban": "share", "income": "amount", "score": "score"}
    return page.sheet("peers", rows, kinds | {"rank": "count"}, "e")


def expected(page: Page, level: float = 0.9) -> Sheet:
    """Return the score that the circumstances of the province would suggest, and its interval."""
    found = expected_scores(page.compared.total, page.circumstances, level)
    rows = found.loc[[page.province]].assign(
        name=page.name, level=level, r2=found.attrs["r2"], number=len(found), places=ranks(found["difference"])
    )
    kinds = {"name": "text", "score": "score", "expected": "score", "low": "score", "high": "score"}
    return page.sheet("expected", rows, kinds | {"level": "level", "r2": "ratio", "number": "count"}, "x")


# -------------------------------------------------------------------------------------------- robustness


def intervals(page: Page, found: pd.DataFrame, around: int = NEIGHBOURS) -> Sheet:
    """Return the interval of ranks of the province and its neighbours; without rows where nothing can be varied.

    A province that lacks an index has no interval: the others are ranked among themselves.

    Parameters
    ----------
    found : as `dti.composite.robustness.rank_intervals` gives them
    """
    if not page.apart:
        return page.nothing("intervals", "b")
    ids = movements(page, around).rows.index
    rows = found.loc[ids].assign(name=page.names[ids], rank=page.change.loc[ids, "rank"])
    kinds = {"name": "text", "rank": "count", "low": "count", "median": "count", "high": "count"}
    return page.sheet("intervals", rows, kinds, "b")


def draw_settings(page: Page, shares: pd.DataFrame, choices: Choices, level: float) -> Sheet:
    """Return how the intervals were drawn: number of draws, seed, level, what varied."""
    ways = labels("ranking_way", page.lang)
    settings = labels("ranking_setting", page.lang)
    values = {
        "draws": number(shares.attrs["draws"], page.lang),
        "seed": str(shares.attrs["seed"]),
        "level": f"{number(100 * level, page.lang)}%",
        "spread": f"±{number(100 * choices.spread, page.lang)}%",
        "methods": ", ".join(ways[name] for name in choices.methods),
        "normalisations": ", ".join(ways[name] for name in choices.normalisations),
    }
    rows = pd.DataFrame({"name": settings, "value": values}, index=list(values))
    return page.sheet("settings", rows, {"name": "text", "value": "text"}, "z")


def drivers(page: Page, found: pd.DataFrame) -> Sheet:
    """Return what drives the uncertainty of the province's rank.

    Parameters
    ----------
    found : as `dti.composite.sensitivity.sobol_indices` gives them
    """
    rows = found.assign(name=[_driver_name(page, choice) for choice in found.index])
    rows.index = rows.index.str.replace(":", "-")
    kinds = {"name": "text", "first": "ratio", "total": "ratio", "total_half": "ratio"}
    return page.sheet("drivers", rows, kinds, "o")


def _driver_name(page: Page, choice: str) -> str:
    kind, _, index_id = choice.partition(":")
    if kind in {"method", "normalisation"}:
        return word(f"ranking_choice.{kind}", page.lang)
    return word("ranking_choice.weight", page.lang, index=page.index_name(index_id))


# -------------------------------------------------------------------------- service index, history, sources


def service(page: Page) -> Sheet:
    """Return the public-service index beside digital government activity, where both speak of the same place.

    Without rows where the structure has no index of digital government activity.
    """
    if ACTIVITY not in page.every:
        return page.nothing("service", "v", activity="")
    found = service_beside(page.tables["service_index"], page.every[ACTIVITY], page.tables["provinces"], page.year)
    rows = found[found["same_place"] | (found.index == page.province)]
    note = labels("ranking_boundaries", page.lang)
    rows = rows.assign(boundaries=[note["kept" if same else "merged"] for same in rows["same_place"]])
    kinds = {"name": "text", "boundaries": "text", "total": "ratio", "total_rank": "count"}
    kinds |= {"activity": "score", "activity_rank": "count"}
    return page.sheet("service", rows, kinds, "v", activity=page.index_name(ACTIVITY))


def service_agreement(page: Page, beside: Sheet) -> Sheet:
    """Return how far both orders agree among the units whose boundaries were kept."""
    if beside.rows.empty:
        return page.nothing("agreement", "t")
    same = beside.rows[beside.rows["same_place"]]
    rows = pd.DataFrame(
        {
            "name": page.word("ranking_row.same"),
            "number": len(same),
            "spearman": same["total"].corr(same["activity"], method="spearman"),
        },
        index=["same"],
    )
    return page.sheet("agreement", rows, {"name": "text", "number": "count", "spearman": "ratio"}, "t")


def history(page: Page) -> Sheet:
    """Return the province's DTI and rank in every year, each under its decision; gaps stay gaps."""
    scores = page.tables["dti_scores"]
    own = scores[(scores["province_id"] == page.province) & (scores["index_id"] == TOTAL)].set_index("year")
    years = sorted(scores["year"].unique())
    sources = page.tables["sources"].set_index("source_id")["publisher"]
    versions = scores.drop_duplicates("year").set_index("year")["version"]
    rows = pd.DataFrame(
        {
            "name": [str(year) for year in years],
            "decision": [decision_number(page, versions[year]) for year in years],
            "score": own["value"].reindex(years),
            "rank": own["rank"].reindex(years),
            "source": own["source_id"].map(sources).reindex(years).fillna(UNKNOWN),
        },
        index=years,
    )
    kinds = {"name": "text", "decision": "text", "score": "score", "rank": "count", "source": "text"}
    return page.sheet("history", rows, kinds, "h")


def equal_parts(page: Page) -> Sheet:
    """Return the parts that years under different decisions have in common, by what a source says."""
    years, parts = score_years(page.data), []
    for base_year, year in pairwise(years):
        found = changes.part_changes(base_year, year, page.data)
        if len(found) and page.province in found.index.get_level_values(1):
            parts.append(found.xs(page.province, level=1).assign(year=year, base_year=base_year))
    if not parts:
        return page.nothing("equal_parts", "m")
    rows = pd.concat(parts)
    names = page.tables["dti_structure"].drop_duplicates("index_id", keep="last").set_index("index_id")
    documents = page.tables["sources"].set_index("source_id")["document_no"]
    rows = rows.assign(
        name=names[f"name_{page.lang}"].reindex(rows.index),
        years=[f"{row.base_year} → {row.year}" for row in rows.itertuples()],
        source=documents.reindex(rows["source_id"]).to_numpy(),
    )
    rows.index = [f"{row.year}-{row.Index}" for row in rows.itertuples()]
    kinds = {"name": "text", "years": "text", "base": "score", "value": "score", "change": "change"}
    kinds |= {"base_rank": "count", "rank": "count", "places": "places", "source": "text"}
    return page.sheet("equal_parts", rows, kinds, "m")


def sources(page: Page) -> Sheet:
    """Return the sources of all figures on the page."""
    tables = page.tables
    scores, national = tables["dti_scores"], tables["dti_national"]
    years = [year for year in (page.base_year, page.year) if year is not None]
    indices = [TOTAL, *page.compared.values.columns]
    used = [
        scores.loc[scores["year"].isin(years) & scores["index_id"].isin(indices), "source_id"],
        scores.loc[(scores["province_id"] == page.province) & (scores["index_id"] == TOTAL), "source_id"],
        page.compared.structure["source_id"],
        national.loc[national["year"].isin(years), "source_id"],
        tables["province_context"]["source_id"],
        tables["service_index"]["source_id"],
        tables["provinces"]["source_id"],
        tables["provinces"]["boundaries_source_id"],
    ]
    ids = pd.concat(used).unique()
    rows = tables["sources"].set_index("source_id").loc[ids]
    rows = rows.assign(basis=[BASES[basis][page.lang] for basis in rows["basis"]])
    return page.sheet("sources", rows, dict.fromkeys(["publisher", "title_vi", "document_no", "basis"], "text"), "u")
