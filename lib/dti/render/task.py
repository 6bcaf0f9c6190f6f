"""What a worker is asked to do, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Task:
    """What it takes to make one report.

    Parameters
    ----------
    name : the report's path below the folder of its year and language, without an ending
    notebook : text of the notebook's file
    parameters : for the notebook's parameters cell
    exporters : nbconvert exporter of each format wanted, e.g. ``{"html": "dti_html"}``
    data : folder of tables
    folder : where the notebook runs; None: in an empty one
    timeout : seconds until the notebook is given up; None: never
    """

    name: str
    notebook: str
    parameters: Mapping[str, Any]
    exporters: Mapping[str, str]
    data: str
    folder: str | None = None
    timeout: float | None = None


class Span(NamedTuple):
    """What was done from when to when, in seconds since 1970, and in which process."""

    name: str
    begin: float
    end: float
    process: int


@dataclass(frozen=True)
class TaskEnd:
    """What came of a task.

    Parameters
    ----------
    files : content by ending, ``ipynb`` being the executed notebook; of a report that failed no more than that
    key_figures : values by label
    error : why there is no report, or not in every format; empty if there is one
    remarks : what whoever asked for the report should know of it
    seconds : time it took
    spans : what that time went into
    """

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    key_figures: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    remarks: Sequence[str] = ()
    seconds: float = 0.0
    spans: Sequence[Span] = ()
