"""The file in which an analyst writes a scenario."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import yaml
from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from dti.scenarios.changes import Change, Cost, Result, ShortChange, Strict, Value
from dti.scenarios.faults import Fault, ScenarioError, refuse
from dti.scenarios.motion import Moves
from dti.store.faults import DataError, concat_faults, fault
from dti.store.settings import MAX_BYTES, line_of, parsed
from dti.store.tables import Folder, data_dir
from dti.words.vietnamese import Lang, nfc
from dti.words.word_list import word

#: What a scenario may be called: its name becomes that of a page.
NAME = r"[a-z0-9][a-z0-9-]{0,60}"
ENDINGS = (".yml", ".yaml")

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class OneOrBoth(Strict):
    """A text in one language or in both."""

    vi: Text | None = None
    en: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, said: Any) -> Any:
        """Take a text alone for Vietnamese."""
        return {"vi": said} if isinstance(said, str) else said

    @model_validator(mode="after")
    def _in_a_language(self) -> "OneOrBoth":
        if not (self.vi or self.en):
            raise PydanticCustomError("no_text", "no text")
        return self

    def said(self, lang: Lang) -> str:
        """Return the text in a language, or in the other where it is written in that alone."""
        return (self.vi or self.en) if lang == "vi" else (self.en or self.vi)


class Goal(Strict):
    """A rank to reach with the least effort: points weighted by a cost per index, up to a cap per index.

    Parameters
    ----------
    costs : of a point, 1 where not said
    caps : highest value thinkable, or a yardstick (the value already reached, where that is higher); 1 where not said
    """

    rank: Annotated[int, Field(ge=1)]
    costs: dict[str, Cost] = Field(default_factory=dict)
    caps: dict[str, Value | str] = Field(default_factory=dict)


class Scenario(Strict):
    """What a scenario file says.

    Parameters
    ----------
    title, reasoning : by its author, in one language or both
    year : baseline year of the DTI
    province : whose indices change
    others : what the other provinces do
    own : what the province itself does before its changes; by default as the others
    changes : by index
    elsewhere : what changes in other provinces, by province and index
    goal : a rank to seek instead
    plan_year : year of the plan whose indicators are assumed
    indicators : assumed results of plan indicators of the province
    link : the author's own assumption of how plan indicators and indices hang together; repeated, never computed
    """

    title: OneOrBoth
    reasoning: OneOrBoth
    year: int
    province: str = "lai-chau"
    others: Moves = "fixed"
    own: Moves | None = None
    changes: dict[str, ShortChange] = Field(default_factory=dict)
    elsewhere: dict[str, dict[str, ShortChange]] = Field(default_factory=dict)
    goal: Goal | None = None
    plan_year: int = 2023
    indicators: dict[str, Result] = Field(default_factory=dict)
    link: OneOrBoth | None = None

    @property
    def moves(self) -> Moves:
        """What the province itself does before its changes."""
        return self.own or self.others


def read_scenario(path: Path, lang: Lang = "vi") -> Scenario:
    """Return a scenario file, or raise a `DataError` that names file, line and key of every fault.

    Parameters
    ----------
    lang : of what is said where the file cannot be used

    Examples
    --------
    >>> read_scenario(data_dir() / "scenarios" / "ha-tang-trung-vi-vung.yml").others
    'regional_growth'
    """
    said, lines = _parsed(path, lang)
    try:
        return Scenario.model_validate(said)
    except ValidationError as error:
        raise placed(path, ScenarioError(as_faults(error)), lang, lines) from None


def placed(
    path: Path, error: ScenarioError, lang: Lang, lines: Mapping[tuple[str, ...], int] | None = None
) -> DataError:
    """Return the faults of what a file says, each with the file and the line of its key."""
    lines = _parsed(path, lang)[1] if lines is None else lines
    told = []
    for found in error.of_scenario:
        line = line_of(lines, tuple(found.place.split(".")))
        where = word("scenario.line", lang, line=line) if line else ""
        told.append(f"{path}{where}: {found.said(lang)}")
    return DataError("\n".join(told))


def _parsed(path: Path, lang: Lang) -> tuple[Any, dict[tuple[str, ...], int]]:
    def unreadable(kind: str, **slots: object) -> DataError:
        return DataError(f"{path}: {word(f'scenario_file.{kind}', lang, **slots)}")

    if not path.exists():
        raise unreadable("missing")
    if not path.is_file():  # a folder, or a pipe on which one would wait for ever
        raise unreadable("no_file")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable("closed", reason=error.strerror) from None
    if len(content) > MAX_BYTES:
        raise unreadable("too_long", size=len(content), most=MAX_BYTES)
    try:
        return parsed(nfc(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise unreadable("no_utf8", place=error.start) from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else "?"
        reason = getattr(error, "problem", None) or type(error).__name__
        raise unreadable("no_yaml", line=line, reason=" ".join(str(reason).split())) from None


#: What pydantic calls a fault, and what we call it.
_KINDS = {
    "extra_forbidden": "unknown_key",
    "missing": "missing_key",
    "literal_error": "not_one_of",
    "not_a_number": "no_number",
    "float_type": "no_number",
    "float_parsing": "no_number",
    "finite_number": "no_number",
    "int_type": "no_whole_number",
    "int_from_float": "no_whole_number",
    "int_parsing": "no_whole_number",
    "string_type": "no_text",
    "string_too_short": "no_text",
    "string_too_long": "text_too_long",
    "no_text": "no_text",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "points_without_sign": "points_without_sign",
    "not_one_way": "not_one_way",
}


#: What is said, key by key, where a value is neither a word, a number nor keys of the right form.
_INSTEAD = {
    "title": "no_text",
    "reasoning": "no_text",
    "link": "no_text",
    "changes": "no_change",
    "elsewhere": "no_change",
}


def as_faults(error: ValidationError) -> list[Fault]:
    """Return all that pydantic found in our words."""
    return [_as_fault(found) for found in error.errors()]


def _as_fault(error: Mapping[str, Any]) -> Fault:
    """Return a fault that pydantic found in our words."""
    steps = [
        str(step) for step in error["loc"] if not str(step).startswith(("function-", "constrained-", "str", "float"))
    ]
    kind, said = _KINDS.get(error["type"], "no_mapping"), error["input"]
    if kind != "missing_key" and _is_blank(said):
        kind = "blank"
    elif kind == "no_mapping" and steps and steps[0] in _INSTEAD:
        kind = _INSTEAD[steps[0]]
    context = error.get("ctx") or {}
    slots: dict[str, object] = {"value": _as_written(said)}
    if kind == "unknown_key":
        known = _keys_at(steps[:-1])
        slots |= {"known": known, "close": closest(steps[-1], known)}
    elif kind == "not_one_of":
        slots["known"] = re.findall(r"'([^']*)'", context.get("expected", ""))
    elif kind == "out_of_range":
        sign = {"gt": ">", "ge": "≥", "le": "≤"}
        slots["limits"] = [(sign[name], float(limit)) for name, limit in context.items() if name in sign]
    elif kind == "not_one_way":
        slots["said"] = context["said"]
    return Fault(".".join(steps), kind, slots)


def _is_blank(said: object) -> bool:
    """Return whether nothing was written: no value, no letter, or keys all without a value.

    Examples
    --------
    >>> _is_blank(None), _is_blank(" "), _is_blank({"vi": None}), _is_blank(0)
    (True, True, True, False)
    """
    if isinstance(said, Mapping):
        return all(value is None or value == "" for value in said.values())
    return said is None or (isinstance(said, str) and not said.strip())


def _as_written(said: object) -> str:
    """Return a value about as its author wrote it.

    Examples
    --------
    >>> _as_written("0,6x"), _as_written(True), _as_written({"vi": 5}), _as_written(1e300)
    ("'0,6x'", 'true', '{vi: 5}', '1e+300')
    """
    if isinstance(said, str):
        return f"'{said:.80}'"
    if isinstance(said, float):
        return repr(said)
    try:
        written = yaml.safe_dump(said, default_flow_style=True, allow_unicode=True, width=1000)
    except yaml.YAMLError:  # what a cell of a notebook handed over, and no file can hold
        written = repr(said)
    return written.removesuffix("...\n").strip()[:80]


def _keys_at(steps: list[str]) -> list[str]:
    """Return the keys that may stand at a place of a scenario."""
    first = steps[0] if steps else ""
    models = {
        "title": OneOrBoth,
        "reasoning": OneOrBoth,
        "link": OneOrBoth,
        "goal": Goal,
        "changes": Change,
        "elsewhere": Change,
    }
    return list(models.get(first, Scenario).model_fields)


def closest(said: str, known: list[str]) -> str:
    """Return the known word most like what was said."""
    return (difflib.get_close_matches(said.lower(), known, 1, 0.0) or ["–"])[0]


def name_for(title: str) -> str:
    """Return a title or name in small letters without accents, digits and hyphens, as names of files and ids are.

    Examples
    --------
    >>> name_for("Hạ tầng số đạt mức Điện Biên!")
    'ha-tang-so-dat-muc-dien-bien'
    """
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-")


def scenario_path(name: str, data: Folder = None) -> Path:
    """Return the file of a scenario of the data folder by its name.

    Raises
    ------
    ScenarioError
        there is none of that name; the known ones are listed
    """
    known = _named(data)
    if nfc(name) not in known:
        raise refuse(str(data_dir(data) / "scenarios"), "no_scenario", name=name, known=sorted(known))
    return known[nfc(name)]


def scenario_names(data: Folder = None) -> list[str]:
    """Return the names of the scenarios of the data folder.

    Examples
    --------
    >>> "hang-45" in scenario_names()
    True
    """
    return sorted(_named(data))


def _named(data: Folder) -> dict[str, Path]:
    """Return the files that have the name of a scenario; of two of one name the first (`misnamed` tells of it)."""
    return {path.stem: path for path in reversed(_files(data)) if _is_named(path)}


def _files(data: Folder) -> list[Path]:
    """Return the files of scenarios, what macOS and editors put beside them left out."""
    folder = data_dir(data) / "scenarios"
    found = folder.iterdir() if folder.is_dir() else []
    return sorted(path for path in found if path.suffix.lower() in ENDINGS and not path.name.startswith("."))


def _is_named(path: Path) -> bool:
    return path.is_file() and re.fullmatch(NAME, path.stem) is not None


def misnamed(data: Folder = None) -> pd.DataFrame:
    """Return as faults the files whose name cannot be that of a page, those that share a name, and what is no file."""
    named, found = _named(data), []
    for path in _files(data):
        if not path.is_file():
            found.append((path, "not a file", "a scenario file"))
        elif not _is_named(path):
            expected = "a name of small letters without accents, digits and '-', e.g. hang-45.yml"
            found.append((path, "not a name for a scenario", expected))
        elif named[path.stem] != path:
            found.append((path, f"not read, for {named[path.stem].name} has the same name", "a name of its own"))
    return concat_faults(fault(f"scenarios/{path.name}", None, "", path.stem, *told) for path, *told in found)


def scenario_titles(lang: Lang, data: Folder = None) -> dict[str, str]:
    """Return the title of every scenario of the data folder by name; one that cannot be read goes by its name."""
    found = {}
    for name in scenario_names(data):
        try:
            found[name] = read_scenario(scenario_path(name, data)).title.said(lang)
        except DataError:  # its own page tells what is wrong with it
            found[name] = name
    return found
