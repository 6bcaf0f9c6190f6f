"""What must hold between tables, beyond what the codebook says of each column."""

import os

import pandas as pd

from dti.submissions import figures_follow_from_files, illustrative_in_project
from dti.tables import DataError, concat_faults, faults_at, no_faults, read_all, references, table_names

CELL = ["indicator_id", "agency_id", "year", "kind"]


def check(data: str | os.PathLike | None = None) -> pd.DataFrame:
    """Return every fault of every table: file, row, column, value, what is wrong, what is expected.

    Parameters
    ----------
    data : folder of tables; see `dti.tables.data_dir`

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
    """Return the figures of which none or more than one is in use, and the rows out of use without a reason."""
    rows = tables["observations"]
    if rows.empty:
        return no_faults()
    used = rows.groupby(CELL, dropna=False)["in_use"].transform("sum")
    first = ~rows.duplicated(CELL)
    return concat_faults(
        [
            faults_at(
                "observations.csv",
                rows,
                (used != 1) & first,
                "in_use",
                "not exactly one figure in use for this indicator, agency, year and kind",
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


#: Every rule takes the tables and the folder, and returns a table of faults.
RULES = [
    dangling_references,
    figures_in_use,
    shares_over_100,
    figures_follow_from_files,
    illustrative_in_project,
]
