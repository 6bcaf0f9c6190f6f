"""What the codebook allows in every column, as a schema of pandera's.

Apart from the types, because pandera takes a while to load and a table that was in order before needs it no more.
"""

import pandas as pd
import pandera.pandas as pa

from dti.store.codebook import rules
from dti.store.faults import no_faults


def broken_rules(typed: pd.DataFrame, columns: pd.DataFrame, file: str, known: pd.DataFrame) -> pd.DataFrame:
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
