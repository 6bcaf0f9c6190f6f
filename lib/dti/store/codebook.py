"""What the codebook says of every column, as checks and types."""

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
import pyarrow.compute as pc

from dti.store.faults import concat_faults, faults_at, no_faults

#: What a cell of each type looks like, as a pattern (RE2) and in words.
CELL_FORMS = {
    "id": (r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", "an id: unaccented letters, digits, '-', '_' or '.'"),
    "text": (r"^\S(.*\S)?$", "text without blanks at its ends"),
    "integer": (r"^-?[0-9]{1,15}$", "a whole number"),
    "number": (r"^-?[0-9]{1,15}(\.[0-9]+)?$", "a number with a decimal point and no thousands sign"),
    "boolean": (r"^(true|false)$", "true or false"),
    "date": (r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a date as year-month-day"),
}


def _typed(text: pd.DataFrame, columns: pd.DataFrame, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells converted to their types, and a fault for each that cannot be."""
    typed, faults = {}, []
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
        typed[column] = _converted(pc.if_else(formed, cells, None), kind)
        if kind == "integer" and not typed[column].hasnans:
            typed[column] = typed[column].astype("int64")
        if kind == "date":
            impossible = typed[column].isna() & pc.is_valid(cells).to_pandas() & formed.to_pandas()
            faults.append(faults_at(file, text, impossible, column, "not a day of the calendar", expected))
    return pd.DataFrame(typed), concat_faults(faults)


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


def _broken_rules(typed: pd.DataFrame, columns: pd.DataFrame, file: str, known: pd.DataFrame) -> pd.DataFrame:
    """Return the faults against the codebook's ``allowed``, without cells already known to be faulty."""
    try:
        schema(columns).validate(typed, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return no_faults()
    cases = cases[cases["index"].notna()].drop_duplicates(["index", "column", "check"])
    key = "+".join(_with_rule(columns, "key"))
    of_key = cases["check"].eq("multiple_fields_uniqueness")
    found = pd.DataFrame(
        {
            "file": file,
            "row": cases["index"].astype(int) + 2,
            "column": cases["column"].where(~of_key, key),
            "value": cases["failure_case"].where(~of_key, ""),
            "wrong": cases["check"].map(_what_is_wrong),
            "expected": cases["check"].map(_what_is_expected),
        }
    ).drop_duplicates(["row", "column", "wrong"])
    already = set(zip(known["row"], known["column"], strict=True))
    fresh = [(row, column) not in already for row, column in zip(found["row"], found["column"], strict=True)]
    return found[fresh].sort_values(["row", "column"]).astype("object").reset_index(drop=True)


def schema(columns: pd.DataFrame) -> pa.DataFrameSchema:
    """Return the pandera schema of one table.

    Parameters
    ----------
    columns : the codebook's rows of that table
    """
    keys = _with_rule(columns, "key")
    return pa.DataFrameSchema(
        {row.column: _schema_column(row.type, rules(row.allowed)) for row in columns.itertuples()},
        unique=keys or None,
        report_duplicates="exclude_first",
    )


def rules(allowed: object) -> list[str]:
    """Return the rules in a cell of the codebook's column ``allowed``.

    Examples
    --------
    >>> rules("key; in agencies.agency_id")
    ['key', 'in agencies.agency_id']
    """
    return [] if pd.isna(allowed) else [rule.strip() for rule in str(allowed).split(";") if rule.strip()]


def _with_rule(columns: pd.DataFrame, rule: str) -> list[str]:
    return [row.column for row in columns.itertuples() if rule in rules(row.allowed)]


def _schema_column(kind: str, allowed: list[str]) -> pa.Column:
    checks = []
    for rule in allowed:
        if ".." in rule:
            low, _, high = rule.partition("..")
            if low:
                checks.append(pa.Check.ge(float(low), error=f"at least {low}"))
            if high:
                checks.append(pa.Check.le(float(high), error=f"at most {high}"))
        elif "|" in rule:
            words = rule.split("|")
            values = [int(word) for word in words] if kind == "integer" else words
            checks.append(pa.Check.isin(values, error=f"one of {', '.join(words)}"))
    return pa.Column(nullable="key" not in allowed and "required" not in allowed, checks=checks)


def _what_is_wrong(check: str) -> str:
    return {"not_nullable": "blank", "multiple_fields_uniqueness": "the same key twice"}.get(check, "not allowed")


def _what_is_expected(check: str) -> str:
    return {"not_nullable": "a value", "multiple_fields_uniqueness": "each key once"}.get(check, check)
