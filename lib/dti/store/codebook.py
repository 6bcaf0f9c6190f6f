"""What the codebook says of every column, as types."""

import pandas as pd
import pyarrow as arrow
import pyarrow.compute as pc

from dti.store.faults import concat_faults, faults_at

#: What a cell of each type looks like, as a pattern (RE2) and in words.
CELL_FORMS = {
    "id": (r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", "an id: unaccented letters, digits, '-', '_' or '.'"),
    "text": (r"^\S(.*\S)?$", "text without blanks at its ends"),
    "integer": (r"^-?[0-9]{1,15}$", "a whole number"),
    "number": (r"^-?[0-9]{1,15}(\.[0-9]+)?$", "a number with a decimal point and no thousands sign"),
    "boolean": (r"^(true|false)$", "true or false"),
    "date": (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a date as year-month-day"),
}


def typed(text: pd.DataFrame, columns: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells converted to their types, and a fault for each that cannot be."""
    found, faults = {}, []
    for column, kind in zip(columns["column"], columns["type"], strict=True):
        cells = arrow.array(text[column], type=arrow.string(), from_pandas=True)
        pattern, expected = CELL_FORMS[kind]
        distinct = pc.unique(cells).drop_null()  # of a long table's cells few differ, and each is looked at once
        places = pc.index_in(cells, value_set=distinct)
        formed = pc.fill_null(pc.match_substring_regex(distinct, pattern).take(places), True)
        composed = pc.fill_null(pc.equal(pc.utf8_normalize(distinct, form="NFC"), distinct).take(places), True)
        for good, wrong, words in [
            (formed, f"not {expected.split(':')[0]}", expected),
            (composed, "not composed (NFC)", "accents joined to their letters"),
        ]:
            if not pc.all(good).as_py():
                faults.append(faults_at(file, text, ~good.to_pandas(), column, wrong, words))
        found[column] = _converted(pc.if_else(formed, cells, None), kind)
        if kind == "integer" and not found[column].hasnans:
            found[column] = found[column].astype("int64")
        if kind == "date":
            impossible = found[column].isna() & pc.is_valid(cells).to_pandas() & formed.to_pandas()
            faults.append(faults_at(file, text, impossible, column, "not a day of the calendar", expected))
    return pd.DataFrame(found), concat_faults(faults)


def _converted(cells: arrow.Array, kind: str) -> pd.Series:
    if kind == "integer":
        return pd.Series(pd.array(cells.cast(arrow.int64()).to_pandas(integer_object_nulls=True), dtype="Int64"))
    if kind == "number":
        return cells.cast(arrow.float64()).to_pandas()
    if kind == "boolean":
        return pc.fill_null(pc.equal(cells, "true"), False).to_pandas().astype(bool)
    if kind == "date":
        return pd.to_datetime(cells.to_pandas(), format="%Y-%m-%d", errors="coerce")
    return cells.to_pandas().astype("str")


def rules(allowed: object) -> list[str]:
    """Return the rules in a cell of the codebook's column ``allowed``.

    Examples
    --------
    >>> rules("key; in agencies.agency_id")
    ['key', 'in agencies.agency_id']
    """
    return [] if pd.isna(allowed) else [rule.strip() for rule in str(allowed).split(";") if rule.strip()]
