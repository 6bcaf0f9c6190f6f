"""A number of a plan with what it means."""

from dataclasses import dataclass

from dti.reader.outline import Block
from dti.reader.quantities import Quantity


@dataclass(frozen=True)
class Reading:
    """A number of the plan with what it means; ``kind`` none has a reason, another kind has none.

    ``level`` is blank where the words name none; ``subject`` are the texts that say what is measured, nearest first,
    each with its weight; ``component`` says that it is a part of the figure before it.
    """

    block: Block
    quantity: Quantity
    kind: str
    reason: str = ""
    year: int | None = None
    level: str = ""
    agency_id: str = "tinh"
    wording: str = "reached"
    implied: bool = False
    component: bool = False
    subject: tuple[tuple[str, float], ...] = ()
    own: str = ""
    phrase: str = ""
    before: str = ""
    first: bool = True
    right_words: str = ""
    tail: str = ""
    sentence: str = ""
    lead_agency: str = ""
    support_agency: str = ""
