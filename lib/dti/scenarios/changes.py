"""A change of an index, said in words that people use.

``0,65`` is the new value, ``+0,05`` or ``-0,05`` what is added, ``+10 điểm`` (``+10 points``) what is added in points,
``trung-vi``, ``median`` or a province what the index reaches, ``giữ`` or ``lock`` that it stays as it is.
"""

import re
from typing import Annotated, Any

from pydantic import BaseModel as PydanticModel
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

#: Yardsticks among all provinces, or those of the region; any province is one too.
YARDSTICKS = ("median", "p75", "leader", "region_median")
_LOCKS = {"lock", "giữ", "giữ nguyên", "giu"}
_NUMBER = r"(?P<sign>[+-]?)(?P<whole>\d{1,3}(?:\.\d{3})+|\d+)(?:(?P<mark>[.,])(?P<part>\d+))?"
_SAID = re.compile(rf"{_NUMBER}\s*(?P<unit>%|điểm|diem|points?|)", re.IGNORECASE)


class Strict(PydanticModel):
    """Unknown keys are faults, and so are infinities and texts where numbers belong."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True, strict=True)


def spoken(text: str) -> tuple[float, str, str] | None:
    """Return the number, its sign and its unit of what somebody typed; nothing where it is no number.

    Examples
    --------
    >>> spoken("0,65"), spoken("+10 điểm"), spoken("65 %"), spoken("1:05")
    ((0.65, '', ''), (10.0, '+', 'điểm'), (65.0, '', '%'), None)
    """
    match = _SAID.fullmatch(text.strip())
    if match is None or (match["mark"] == "." and "." in match["whole"]):
        return None
    value = float(f"{match['whole'].replace('.', '')}.{match['part'] or 0}")
    return (-value if match["sign"] == "-" else value), match["sign"], match["unit"].lower()


def number_said(value: Any) -> Any:
    """Return a number typed with a decimal comma, or with a percent sign behind it, as a number; all else as it is."""
    if isinstance(value, str):
        found = spoken(value)
        if found is None or found[2] not in ("", "%"):
            raise PydanticCustomError("not_a_number", "not a number")
        return found[0]
    return value


def _number(low: float, high: float, *, above: bool = False) -> Any:
    limits = {"gt" if above else "ge": low, "le": high}
    return Annotated[float, BeforeValidator(number_said, json_schema_input_type=float | str), Field(**limits)]


Cost = _number(0, 1e6, above=True)
Value = _number(0, 1)
Result = _number(-1e9, 1e9)
Added = _number(-1, 1)
Points = _number(-1000, 1000)


class Change(Strict):
    """A change of one index, said in exactly one of five ways, after whatever the province does by itself.

    Parameters
    ----------
    set : the new value, in [0, 1]
    add : what is added to the value
    points : what is added, in points of the index
    to : what the index reaches: a yardstick, or a province, as it stands in the scenario
    lock : it stays as in the baseline year, and no search for a rank raises it
    """

    set: Annotated[float, BeforeValidator(number_said)] | None = None
    add: Added | None = None
    points: Points | None = None
    to: str | None = None
    lock: bool | None = None

    @property
    def by_more(self) -> bool:
        """Whether it is said by how much the index changes, and not what it becomes."""
        return self.add is not None or self.points is not None

    @model_validator(mode="before")
    @classmethod
    def _in_short(cls, said: Any) -> Any:
        """Understand a change that is said in one word or number."""
        if isinstance(said, bool) or not isinstance(said, int | float | str):
            return said
        if not isinstance(said, str):
            return {"add" if said < 0 else "set": float(said)}
        found = spoken(said)
        if found is None:
            return {"lock": True} if said.strip().lower() in _LOCKS else {"to": said.strip()}
        value, sign, unit = found
        if unit not in ("", "%"):
            if not sign:
                raise PydanticCustomError("points_without_sign", "points without a sign")
            return {"points": value}
        return {"add" if sign else "set": value / 100 if unit else value}

    @model_validator(mode="after")
    def _one_way(self) -> "Change":
        said = [name for name, value in self if value is not None]
        if len(said) != 1:
            raise PydanticCustomError("not_one_way", "not exactly one way", {"said": said})
        return self


#: A change as editors are told of it: a number or a word, or one of the five keys.
ShortChange = Annotated[
    Change, WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, Change.model_json_schema()]})
]
