"""``office.yml``: who issues reports, to whom, who signs."""

import os
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dti.store.settings import read_settings
from dti.store.tables import data_dir


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class BothLanguages(_Strict):
    """A text in both languages."""

    vi: str
    en: str


class Issuer(_Strict):
    """Who issues a document, and the body it is under (blank: none)."""

    parent: BothLanguages
    body: BothLanguages


class Signature(_Strict):
    """Who signs: on whose authority, in which post, by name."""

    authority: BothLanguages
    post: BothLanguages
    name: str


class Entry(_Strict):
    """All that a frame says."""

    issuer: Issuer
    place: str
    number: str = Field(pattern=r"^\d{0,5}$")
    symbol: str
    date: Literal[""] | date
    type: BothLanguages
    addressees: list[BothLanguages]
    recipients: list[BothLanguages]
    signature: Signature

    @field_validator("number", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Office(Entry):
    """``office.yml``: what all frames say, and what those of some kinds of report say instead."""

    reports: dict[str, dict[str, Any]]

    def entry(self, kind: str) -> Entry:
        """Return what the frame of a kind of report says."""
        common = {name: getattr(self, name) for name in Entry.model_fields}
        return Entry.model_validate(common | self.reports.get(kind, {}))

    def model_post_init(self, _: object) -> None:
        """Check every kind's own settings when the file is read, not when a report is made."""
        for kind in self.reports:
            self.entry(kind)


def office(data: str | os.PathLike | None = None) -> Office:
    """Return ``office.yml``, read again only after it has changed.

    Raises
    ------
    DataError
        where it cannot be used
    """
    path = data_dir(data) / "office.yml"
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=8)
def _read(path: Path, _: int) -> Office:
    return read_settings(path, Office)
