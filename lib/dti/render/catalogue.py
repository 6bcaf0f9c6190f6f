"""The list of reports: which there are, what each is made from, and whether that has changed."""

import hashlib
import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import pandas as pd

from dti.composite.scores import comparable
from dti.plan.progress import PROVINCE, require_year
from dti.scenarios.scenario_file import scenario_names, scenario_path
from dti.store.faults import DataError
from dti.store.tables import NOTEBOOKS, codebook, data_dir
from dti.words.vietnamese import Lang
from dti.words.word_list import word

PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Kind:
    """A kind of report.

    Parameters
    ----------
    output : path of a report below the folder of its year and language, without an ending
    notebook : file in ``notebooks/``
    each : parameter of which every value gets a report: ``agency``, ``scenario``; empty where there is one report
    takes : parameters that every report of the kind gets; one that takes ``base_year`` sets the DTI of the year
        beside that of the year before, and is made only where these can be compared; one that takes ``brief`` is the
        notebook's report on one page, made only when asked for
    """

    output: str
    notebook: str
    each: str = ""
    takes: tuple[str, ...] = ("year", "lang")

    def title(self, lang: Lang) -> str:
        """Return what the list of reports calls it; those of an agency go by the agency's name."""
        return word(f"report.{self.output.partition('/')[0]}", lang)


KINDS = (
    Kind("plan_progress", "01_plan_progress.ipynb"),
    Kind("agency/{agency}", "02_agency_report.ipynb", each="agency"),
    Kind("brief/{agency}", "02_agency_report.ipynb", each="agency", takes=("year", "lang", "brief")),
    Kind("brief_province", "01_plan_progress.ipynb", takes=("year", "lang", "brief")),
    Kind("annual_assessment", "05_annual_assessment.ipynb"),
    Kind("ranking_factors", "03_ranking_factors.ipynb", takes=("year", "base_year", "lang")),
    Kind("what_if/{scenario}", "04_what_if.ipynb", each="scenario", takes=("lang",)),
    Kind("scenarios", "06_compare_scenarios.ipynb", takes=("scenarios", "lang")),
)


@dataclass(frozen=True)
class Report:
    """One report to make: ``parameters`` are the notebook's, ``name`` is its path without an ending."""

    name: str
    kind: Kind
    parameters: dict[str, str | int | bool]


def reports(
    tables: dict[str, pd.DataFrame],
    year: int,
    lang: Lang,
    agencies: Sequence[str] = (),
    kinds: Sequence[Kind] = KINDS,
    data: str | os.PathLike | None = None,
    *,
    brief: bool = False,
) -> list[Report]:
    """Return the reports of a year in a language: of everything in the register, or of some agencies alone.

    Parameters
    ----------
    brief : those of one page, instead of all others

    Raises
    ------
    DataError
        a year without figures, an unknown agency; the known ones are listed

    Examples
    --------
    >>> from dti.store.tables import load_all
    >>> [report.name for report in reports(load_all(["agencies", "observations"]), 2023, "vi", ["so-y-te"])]
    ['agency/so-y-te']
    """
    require_year(tables["observations"], year)
    known = bodies(tables)
    unknown = [agency for agency in agencies if agency not in set(known["agency_id"])]
    if unknown:
        listed = "\n".join(f"  {row.agency_id}  {row.name_vi}" for row in known.itertuples())
        raise DataError(f"There is no agency '{unknown[0]}' to report on. Known agencies:\n{listed}")
    chosen = list(dict.fromkeys(agencies)) or known.loc[known["has_report"], "agency_id"].tolist()
    kinds = [kind for kind in kinds if (kind.each == "agency" or not agencies) and ("brief" in kind.takes) is brief]
    return _of_kinds(kinds, year, lang, chosen, data)


def every_report(
    tables: dict[str, pd.DataFrame],
    year: int,
    lang: Lang,
    kinds: Sequence[Kind] = KINDS,
    data: str | os.PathLike | None = None,
) -> list[Report]:
    """Return every report that can be asked for, of bodies outside the register too."""
    return _of_kinds(kinds, year, lang, bodies(tables)["agency_id"].tolist(), data)


def bodies(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all agencies, without the province as a whole."""
    return tables["agencies"].query("agency_id != @PROVINCE")


def _of_kinds(
    kinds: Sequence[Kind], year: int, lang: Lang, agencies: list[str], data: str | os.PathLike | None
) -> list[Report]:
    scenarios = scenario_names(data)
    values = {"agency": agencies, "scenario": scenarios}
    given = {"year": year, "base_year": year - 1, "scenarios": ", ".join(scenarios), "lang": lang, "brief": True}
    impossible = {"base_year": not comparable(year, data), "scenarios": not scenarios}
    found = []
    for kind in kinds:
        if not any(impossible.get(name) for name in kind.takes):
            common = {name: given[name] for name in kind.takes}
            own = [{kind.each: value} for value in values[kind.each]] if kind.each else [{}]
            found += [Report(kind.output.format(**each), kind, common | each) for each in own]
    return found


def notebook_text(kind: Kind, notebooks: Path = NOTEBOOKS) -> str:
    """Return the notebook of a kind of report as it is on disk."""
    path = notebooks / kind.notebook
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The notebook {path} cannot be read: {error}") from None


def fingerprints(
    listed: Sequence[Report],
    notebooks: Mapping[Kind, str],
    tables: dict[str, pd.DataFrame],
    data: str | os.PathLike | None = None,
) -> dict[str, str]:
    """Return for each report a sha256 that changes whenever something changes that it can depend on.

    Parameters
    ----------
    notebooks : text of the notebook of each kind
    tables : all tables of ``data``
    """
    described = codebook(data)
    hashes = {name: pd.util.hash_pandas_object(frame, index=False) for name, frame in tables.items()}
    rows_of_book = pd.util.hash_pandas_object(described, index=False)
    common = [settings(data), code(), versions()]
    found = {}
    for report in listed:
        used = inputs_of(report, tables)
        inputs = {name: digest(hashes[name].loc[frame.index].to_numpy().tobytes()) for name, frame in used.items()}
        inputs["codebook"] = digest(rows_of_book[described["table"].isin(used)].to_numpy().tobytes())
        parts = [digest(notebooks[report.kind].encode()), report.parameters, inputs, *common]
        parts += [digest(scenario_path(name, data).read_bytes()) for name in _scenarios_of(report)]
        found[report.name] = digest(json.dumps(parts, sort_keys=True).encode())
    return found


def _scenarios_of(report: Report) -> list[str]:
    own = report.parameters.get("scenario") or report.parameters.get("scenarios", "")
    return own.split(", ") if own else []


def inputs_of(report: Report, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the rows of the tables that a report can depend on; in doubt, all of them.

    An agency's report depends on no figure that is another agency's, on the province's figures only of the indicators
    that it answers for or that the plan’s words to it cite, on whom else these words are for, and on the sources of all
    that.
    """
    agency = report.parameters.get("agency")
    if agency is None:
        return tables
    indicators = set(tables["responsibilities"].query("agency_id == @agency")["indicator_id"])
    items = tables["assignments"].query("agency_id == @agency")["statement_id"]
    statements = tables["statements"][tables["statements"]["statement_id"].isin(items)]
    assignments = tables["assignments"][tables["assignments"]["statement_id"].isin(items)]
    parts = [statements["text_vi"], statements["text_en"], assignments["part_vi"], assignments["part_en"]]
    words = " ".join(pd.concat(parts).dropna())
    indicators |= {name for name in tables["indicators"]["indicator_id"] if name in words}
    used = {name: _concerning(frame, agency, indicators) for name, frame in tables.items() if name != "agencies"}
    used |= {"agencies": tables["agencies"], "statements": statements, "assignments": assignments}
    cited = {source for name, frame in used.items() if name != "sources" for source in frame.get("source_id", ())}
    return used | {"sources": tables["sources"][tables["sources"]["source_id"].isin(cited)]}


def _concerning(frame: pd.DataFrame, agency: str, indicators: set[str]) -> pd.DataFrame:
    """Return the rows of one agency, and of the province what concerns some indicators; all if rows are nobody's."""
    if "agency_id" not in frame:
        return frame
    of_province = frame["agency_id"].eq(PROVINCE)
    if "indicator_id" in frame:
        of_province &= frame["indicator_id"].isin(indicators)
    return frame[of_province | frame["agency_id"].eq(agency)]


def settings(data: str | os.PathLike | None = None) -> dict[str, str]:
    """Return the sha256 of every file in the folder of tables that is not a table: settings and texts."""
    folder = data_dir(data)
    files = [path for path in folder.iterdir() if path.is_file() and path.suffix in {".yml", ".yaml"}]
    files += (folder / "texts").rglob("*.j2")
    return {path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in sorted(files)}


@lru_cache(maxsize=1)
def code() -> str:
    """Return a sha256 of all code and templates of this package."""
    files = sorted(
        path
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )
    return digest(b"".join(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() for path in files))


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that this package names as its own."""
    wanted = [line for line in metadata.requires("dti") or [] if "extra ==" not in line]
    names = [re.match(r"[\w.-]+", line)[0] for line in wanted]
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in sorted(names)}


def digest(content: bytes) -> str:
    """Return the sha256 of some bytes in hexadecimal.

    Examples
    --------
    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()
