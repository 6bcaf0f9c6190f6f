"""One file that was sent in: its bytes, its figures, and what keeps it from being taken in."""

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from dti.intake.findings import About, Finding
from dti.intake.form_layout import FormId
from dti.intake.typed_numbers import plain

#: What a cell for a figure says: a figure, that there is none yet, nothing, or that one sent before is taken back.
Says = Literal["figure", "none", "blank", "withdrawn"]


@dataclass(frozen=True)
class SentFigure:
    """One figure as it was sent; ``value`` is missing where ``says`` is anything but a figure."""

    file: str
    sheet: str
    row: int
    cell: str
    agency_id: str
    subject_id: str
    year: int
    indicator_id: str
    unit: str
    value: Decimal | None
    typed: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""
    evidence: str = ""
    period: str = "year"
    says: Says = "figure"

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What the figure is of: indicator, whom it is about, year, period."""
        return self.indicator_id, self.subject_id, self.year, self.period

    @property
    def clause(self) -> str:
        """Where in the file the figure stands."""
        return f"{self.sheet}, dòng {self.row}" if self.sheet else f"Dòng {self.row}"

    def finding(self, code: str, **facts: object) -> Finding:
        """Return a finding at this figure's cell."""
        note = "; ".join(filter(None, [self.note, self.evidence]))
        about = About(self.indicator_id, self.subject_id or self.agency_id, self.year, self.period)
        return Finding(code, self.file, self.sheet, self.cell, self.typed, facts, about, note)


@dataclass
class Submission:
    """One file: its bytes, what it says, and what keeps it from being taken in; ``readable`` if it could be opened."""

    file: str
    content: bytes
    suffix: str
    identity: FormId | None = None
    sender: str = ""
    figures: list[SentFigure] = field(default_factory=list)
    blanks: list[SentFigure] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    readable: bool = True

    @property
    def sha256(self) -> str:
        """The file's fingerprint."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def illustrative(self) -> bool:
        """Whether the file says of itself that its figures are made up."""
        return self.identity is not None and self.identity.illustrative


def evidence_of(figure: SentFigure) -> str:
    """Return what was typed, numerator and denominator included, as the observation keeps it."""
    if figure.numerator is None or figure.denominator is None:
        return figure.typed
    return f"{figure.typed} (tử số {plain(figure.numerator)}, mẫu số {plain(figure.denominator)})"
