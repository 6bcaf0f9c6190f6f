"""What must hold between tables, beyond what the codebook says of each column."""

import os
import re

import pandas as pd

from dti.composite.scores import TOLERANCE
from dti.intake.proof import figures_follow_from_files, illustrative_in_project
from dti.scenarios.page import scenarios_in_order
from dti.store.faults import DataError, concat_faults, faults_at, no_faults
from dti.store.tables import read_all, references, table_names
from dti.words.checks import texts_in_order, words_in_order

CELL = ["indicator_id", "agency_id", "year", "period", "kind"]


def check(data: str | os.PathLike | None = None) -> pd.DataFrame:
    """Return every fault of every table: file, row, column, value, what is wrong, what is expected.

    Parameters
    ----------
    data : folder of tables; see `dti.store.tables.data_dir`

    Examples
    --------
    >>> len(check())
    0
    """
    try:
        names = table_names(data)
    except DataError as error:
        return error.faults
    results = read_all(names, data)
    tables = {name: frame for name, (frame, _) in results.items()}
    of_cells = concat_faults(faults for _, faults in results.values())
    return concat_faults([of_cells, *(rule(tables, data) for rule in RULES)])


def check_with_scenarios(data: str | os.PathLike | None = None) -> pd.DataFrame:
    """Return every fault of every table and, once the tables are in order, of every scenario.

    Reports are made from tables that are in order; a scenario that is not fails its own page alone.

    Examples
    --------
    >>> len(check_with_scenarios())
    0
    """
    faults = check(data)
    return faults if len(faults) else scenarios_in_order(data)


def dangling_references(tables: dict[str, pd.DataFrame], data: str | os.PathLike | None) -> pd.DataFrame:
    """Return the cells that name an id its own table does not have."""
    return concat_faults(
        faults_at(
            f"{link.table}.csv",
            tables[link.table],
            tables[link.table][link.column].notna()
            & ~tables[link.table][link.column].isin(tables[link.to_table][link.to_column]),
            link.column,
            f"not in {link.to_table}.csv",
            f"a {link.to_column} of {link.to_table}.csv",
        )
        for link in references(data).itertuples()
    )


def figures_in_use(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the figures of which none or more than one is in use, and the rows out of use without a reason.

    Of a figure that was taken back none is in use.
    """
    rows = tables["observations"]
    if rows.empty:
        return no_faults()
    used = rows.groupby(CELL, dropna=False)["in_use"].transform("sum")
    first = ~rows.duplicated(CELL)
    back = tables["withdrawals"].assign(kind="actual").set_index(CELL).index
    taken_back = rows.set_index(CELL).index.isin(back) & used.eq(0)
    return concat_faults(
        [
            faults_at(
                "observations.csv",
                rows,
                (used != 1) & first & ~taken_back,
                "in_use",
                "not exactly one figure in use for this indicator, agency, year, period and kind",
                "one row with in_use = true",
            ),
            faults_at(
                "observations.csv",
                rows,
                ~rows["in_use"] & rows["note"].isna(),
                "note",
                "blank although the figure is not in use",
                "the reason why another figure is preferred",
            ),
        ]
    )


def shares_over_100(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the percentages above 100 and every figure below zero."""
    rows = tables["observations"].merge(tables["indicators"][["indicator_id", "unit"]], how="left")
    return faults_at(
        "observations.csv",
        rows,
        (rows["unit"].eq("percent") & rows["value"].gt(100)) | rows["value"].lt(0),
        "value",
        "not possible for this unit",
        "a percentage from 0 to 100, or a count or ratio from 0",
    )


def figures_as_quoted(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the stated figures that their quote does not hold: the number itself, a percentage with its sign.

    Figures that agencies sent are compared with the file they came in instead; what is implied is not in the quote.
    """
    rows = tables["observations"].merge(tables["indicators"][["indicator_id", "unit"]], how="left")
    quoted = rows["stated"].eq("stated") & ~rows["source_id"].isin(tables["submissions"]["source_id"])
    return concat_faults(
        faults_at(
            "observations.csv",
            rows,
            quoted & rows[column].notna() & ~_quoted(rows, column),
            column,
            "not in the quote in the column evidence",
            "the figure that the quote holds",
        )
        for column in ("value", "value_high")
    )


def _quoted(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return whether each figure stands in its row's quote, as the sources write numbers: 50,84 or 87.40, 100.000."""
    found = [
        value in _numbers(str(evidence), percent=unit == "percent")
        for value, evidence, unit in zip(rows[column], rows["evidence"], rows["unit"], strict=True)
    ]
    return pd.Series(found, index=rows.index, dtype=bool)


def _numbers(quote: str, *, percent: bool) -> set[float]:
    """Return the numbers that a quote holds; of percentages only those that carry the sign.

    Examples
    --------
    >>> sorted(_numbers("đạt 50,84% so với 0.84%", percent=True)), sorted(_numbers("100.000 lượt, 80%", percent=False))
    ([0.84, 50.84], [100000.0])
    """
    found = set()
    for digits, sign in re.findall(r"(\d[\d.,]*\d|\d)(\s?%)?", quote):
        if bool(sign) != percent:
            continue
        grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits)
        plain = re.sub("[.,]", "", digits) if grouped else digits.replace(",", ".")
        if plain.count(".") <= 1:
            found.add(float(plain))
    return found


def wording_of_results(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the results of which it is not said how they are worded, and targets and norms of which it is.

    A count of what is undone (lower is better) may go without: it is no result reached.
    """
    rows = tables["observations"].merge(tables["indicators"][["indicator_id", "direction"]], how="left")
    actual = rows["kind"].eq("actual")
    unsaid = actual & rows["wording"].isna() & rows["direction"].ne(-1)
    misplaced = ~actual & rows["wording"].notna()
    expected = "reached or as_target for a result, nothing for a target or norm"
    return faults_at("observations.csv", rows, unsaid | misplaced, "wording", "not right for this kind", expected)


def ranges_have_two_ends(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the ranges without an upper end above the lower one, and upper ends outside a range."""
    rows = tables["observations"]
    is_range = rows["comparator"].eq("range")
    bad = (is_range & ~(rows["value_high"] > rows["value"])) | (~is_range & rows["value_high"].notna())
    expected = "a figure above value where comparator is range, else nothing"
    return faults_at("observations.csv", rows, bad, "value_high", "not the upper end of a range", expected)


def agencies_have_duties(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the agencies with a report of whom the newest plan asks nothing, and the classes that have a report."""
    agencies = tables["agencies"]
    duties = tables["responsibilities"]
    asked = set(duties.loc[duties["year"] == duties["year"].max(), "agency_id"])
    asked |= set(tables["assignments"]["agency_id"])
    idle = agencies["has_report"] & ~agencies["agency_id"].isin(asked)
    classes = agencies["kind"].eq("nhom") & (agencies["has_report"] | agencies["in_register"])
    return concat_faults(
        [
            faults_at(
                "agencies.csv",
                agencies,
                idle,
                "agency_id",
                "not in responsibilities.csv or assignments.csv, so that its report would be empty",
                "at least one duty, or has_report = false",
            ),
            faults_at(
                "agencies.csv",
                agencies,
                classes,
                "has_report",
                "true for a class of bodies",
                "false: a class is nobody",
            ),
        ]
    )


def unknown_indices(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the scores, pillars, parents and equal parts that name an index their version of the DTI does not have."""
    known = set(zip(tables["dti_structure"]["version"], tables["dti_structure"]["index_id"], strict=True))
    columns = [
        ("dti_structure", "version", "parent"),
        ("dti_pillars", "version", "pillar"),
        ("dti_pillars", "version", "index_id"),
        ("dti_bridge", "base_version", "base_index_id"),
        ("dti_bridge", "version", "index_id"),
        ("dti_scores", "version", "index_id"),
        ("dti_national", "version", "index_id"),
    ]
    return concat_faults(
        faults_at(
            f"{name}.csv",
            tables[name],
            pd.Series(
                [
                    pd.notna(index_id) and (version, index_id) not in known
                    for version, index_id in zip(tables[name][of], tables[name][column], strict=True)
                ],
                dtype=bool,
            ),
            column,
            "not an index of this version",
            "an index_id of dti_structure.csv of the same version",
        )
        for name, of, column in columns
    )


def points_add_up(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the indices whose components' points do not add up to their own."""
    rows = tables["dti_structure"]
    sums = rows.groupby(["version", "parent"])["max_points"].agg(lambda points: points.sum(skipna=False))
    together = pd.Series(
        [sums.get(key) for key in zip(rows["version"], rows["index_id"], strict=True)], index=rows.index, dtype=float
    )
    return faults_at(
        "dti_structure.csv",
        rows,
        (together - rows["max_points"]).abs() > 1e-9,
        "max_points",
        "not the sum of its components' points",
        "components whose max_points add up to their parent's",
    )


def scores_add_up(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the scores that differ by more than rounding from what their components add up to."""
    rows = tables["dti_structure"]
    scores = (
        tables["dti_scores"]
        .reset_index()
        .merge(rows[["version", "index_id", "parent", "max_points"]], on=["version", "index_id"], how="left")
    )
    scores["points"] = scores["value"] * scores["max_points"]
    whole = scores["max_points"].groupby(scores["version"]).transform("max")
    parts = _known_parts(scores, rows)
    off = (scores["points"] - parts).abs() > whole * TOLERANCE + 1e-9
    return faults_at(
        "dti_scores.csv",
        tables["dti_scores"],
        off,
        "value",
        "not what its components add up to",
        f"the sum of their points within {TOLERANCE:g} of the maximum",
    )


def _known_parts(scores: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Return the points each score's components have together, blank where one of them is not known."""
    key = ["version", "year", "province_id"]
    parts = rows[rows["parent"].notna() & (rows["max_points"] > 0)].groupby(["version", "parent"])["index_id"].agg(list)
    points = scores.set_index([*key, "index_id"])["points"].to_dict()

    def known(place: tuple, index_id: str) -> float:
        own = points.get((*place, index_id), float("nan"))
        return own if own == own else together(place, index_id)

    def together(place: tuple, index_id: str) -> float:
        below = parts.get((place[0], index_id))
        return sum(known(place, part) for part in below) if below else float("nan")

    places = scores[key].itertuples(index=False, name=None)
    return pd.Series(
        [together(place, index_id) for place, index_id in zip(places, scores["index_id"], strict=True)],
        index=scores.index,
    )


#: Every rule takes the tables and the folder, and returns a table of faults.
RULES = [
    dangling_references,
    figures_in_use,
    shares_over_100,
    figures_as_quoted,
    wording_of_results,
    ranges_have_two_ends,
    agencies_have_duties,
    unknown_indices,
    points_add_up,
    scores_add_up,
    figures_follow_from_files,
    illustrative_in_project,
    words_in_order,
    texts_in_order,
]
