"""Make a report again from the data as it is, to set an edited copy of it beside."""

import os
from pathlib import Path
from urllib.parse import parse_qsl

import pandas as pd

from dti.render.catalogue import KINDS, Kind, notebook_text
from dti.render.one_report import execute, exporter
from dti.render.run import EXPORTERS, checked_tables
from dti.render.task import Task
from dti.review.proof import Disagreement, findings
from dti.review.word_document import document_of, read_document
from dti.store.faults import DataError
from dti.store.tables import PROJECT, data_dir, using
from dti.words.vietnamese import Lang

#: Notebook of each kind of frame, by what an exported document says that it was made from.
_FRAMES = {"agency_report": "agency/{agency}", "what_if": "what_if/{scenario}"}


def proof(path: Path, data: str | os.PathLike | None = None) -> tuple[list[Disagreement], Lang]:
    """Return what an edited report no longer says as the data does, and the report's language.

    Parameters
    ----------
    path : a Word document that `dti report` or an export from a notebook made, edited in Word

    Raises
    ------
    DataError
        no such document, one that is none of our reports, or data that is not in order
    """
    edited = read_document(path)
    kind, parameters = made_from(edited.about, path)
    tables = checked_tables(data)
    made = document_of(word_again(kind, parameters, data), "the report made anew")
    lang: Lang = "en" if parameters.get("lang") == "en" else "vi"
    return findings(made, edited, lang, names_of_agencies(tables["agencies"], lang)), lang


def made_from(about: str, path: Path) -> tuple[Kind, dict[str, str | int | bool]]:
    """Return the kind and the parameters of the report that a document says it is.

    Examples
    --------
    >>> kind, parameters = made_from("annual_assessment?lang=vi&year=2023", Path("a.docx"))
    >>> kind.notebook, parameters
    ('05_annual_assessment.ipynb', {'lang': 'vi', 'year': 2023})
    """
    name, _, query = about.partition("?")
    kind = next((kind for kind in KINDS if kind.output == _FRAMES.get(name, name)), None)
    if kind is None:
        raise DataError(
            f"{path}: does not say which report it is (its keywords: '{about}'). Expected: a Word document made by "
            "'dti report --format docx', edited and saved in Word; its keywords (File → Info → Tags) kept."
        )
    return kind, {key: _parameter(value) for key, value in parse_qsl(query)}


def _parameter(text: str) -> str | int | bool:
    """Return a parameter of a notebook as it was before it was written into a document.

    Examples
    --------
    >>> _parameter("2023"), _parameter("False"), _parameter("so-y-te")
    (2023, False, 'so-y-te')
    """
    return int(text) if text.isdigit() else {"True": True, "False": False}.get(text, text)


def word_again(kind: Kind, parameters: dict[str, str | int | bool], data: str | os.PathLike | None = None) -> bytes:
    """Return a report as a Word document, made from the data as it is."""
    folder = str(data_dir(data).resolve())
    task = Task(kind.output, notebook_text(kind), parameters, {}, folder, folder=str(PROJECT / "notebooks"))
    notebook, error = execute(task)
    if error:
        raise DataError(f"The report cannot be made anew, so nothing can be compared with it: {error}")
    with using(folder):
        content, _ = exporter(EXPORTERS["docx"]).from_notebook_node(notebook)
    return content


def names_of_agencies(agencies: pd.DataFrame, lang: Lang) -> list[str]:
    """Return the names by which a text can speak of an agency."""
    return sorted(set(agencies[f"name_{lang}"].dropna()), key=len, reverse=True)
