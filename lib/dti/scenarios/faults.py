"""What is wrong with a scenario: at which key, and in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dti.store.faults import DataError
from dti.words.vietnamese import UNKNOWN, Lang, number
from dti.words.word_list import word


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Parameters
    ----------
    place : the keys that lead to it, joined by points: ``changes.HTS``; blank for the whole file
    kind : what is wrong, a key of ``scenario_fault.…`` in words.csv
    slots : what its text needs; a list is written with commas, a number in the reader's language, a pair side by side
    """

    place: str
    kind: str
    slots: dict[str, object] = field(default_factory=dict)

    def said(self, lang: Lang) -> str:
        """Return the fault as a sentence behind its place."""
        slots = {name: _written(value, lang) for name, value in self.slots.items()}
        place = self.place or word("scenario.whole_file", lang)
        return f"{place}: {word(f'scenario_fault.{self.kind}', lang, **slots)}"


def _written(value: object, lang: Lang) -> str:
    """Return what a slot holds in the reader's language.

    Examples
    --------
    >>> [_written(value, "vi") for value in (0.56591, 1.2, 1e300, [("≤", 1e6)], ["a", 2022])]
    ['0,5659', '1,2', '1e+300', '≤ 1.000.000', 'a, 2022']
    """
    if isinstance(value, list):
        return ", ".join(_written(one, lang) for one in value) or UNKNOWN
    if isinstance(value, tuple):
        return " ".join(_written(one, lang) for one in value)
    if isinstance(value, float):
        if abs(value) >= 1e12:  # what nobody would write out
            return f"{value:g}"
        needed = f"{value:.4f}".rstrip("0").partition(".")[2]
        return number(value, lang, len(needed))
    return str(value)


class ScenarioError(DataError):
    """A scenario that cannot be read or applied; its text is Vietnamese unless another language is asked for."""

    def __init__(self, faults: Iterable[Fault], lang: Lang = "vi") -> None:
        self.of_scenario = tuple(faults)
        super().__init__(self.said(lang))

    def said(self, lang: Lang) -> str:
        """Return all faults, a line each."""
        return "\n".join(fault.said(lang) for fault in self.of_scenario)


def refuse(place: str, kind: str, **slots: object) -> ScenarioError:
    """Return the error of a single fault."""
    return ScenarioError([Fault(place, kind, slots)])
