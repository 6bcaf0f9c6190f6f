"""A table by one line, for an analyst."""

import pandas as pd

from dti.store import tables
from dti.words.vietnamese import Lang


def load(name: str, lang: Lang | None = None, data: tables.Folder = None) -> pd.DataFrame:
    """Return one table of ``data/`` as it stands, with its source and its columns described in ``.attrs``.

    Parameters
    ----------
    name : the file's name without ``.csv``; a wrong one is answered with the known ones
    lang : give columns that are there in both languages (``name_vi``, ``name_en``) as one, ``name``

    Raises
    ------
    dti.store.faults.DataError
        unknown table, or any cell that breaks the codebook

    Examples
    --------
    >>> agencies = load("agencies", lang="en")
    >>> agencies.query("agency_id == 'so-y-te'")["name"].item(), agencies.attrs["source"]
    ('Department of Health', 'data/agencies.csv')
    """
    frame = tables.load(name, data)
    columns = tables.codebook(data).query("table == @name").set_index("column")
    if lang is not None:
        other = "en" if lang == "vi" else "vi"
        both = [column for column in frame if column.endswith(f"_{lang}") and f"{column[:-3]}_{other}" in frame]
        frame = frame.drop(columns=[f"{column[:-3]}_{other}" for column in both])
        frame = frame.rename(columns={column: column[:-3] for column in both})
    description = f"description_{lang or 'vi'}"
    frame.attrs = {
        "source": f"data/{name}.csv",
        "columns": columns[description if description in columns else "description_vi"].to_dict(),
    }
    return frame
