"""What is wrong with a scenario: at which key, and in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dti.store.faults import DataError
from dti.words.vietnamese import Lang
from dti.words.word_list import word


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Parameters
    ----------
    place : the keys that lead to it, joined by points: ``changes.HTS``
    kind : what is wrong, a key of ``scenario_fault.…`` in words.csv
    slots : what its text needs; a list is written with commas
    """

    place: str
    kind: str
    slots: dict[str, object] = field(default_factory=dict)

    def said(self, lang: Lang) -> str:
        """Return the fault as a sentence behind its place."""
        slots = {
            name: ", ".join(map(str, value)) or "–" if isinstance(value, list | tuple) else value
            for name, value in self.slots.items()
        }
        return f"{self.place}: {word(f'scenario_fault.{self.kind}', lang, **slots)}"


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
