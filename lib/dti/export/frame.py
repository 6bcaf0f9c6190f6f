"""The official frame of a report, as ``data/office.yml`` gives it.

References
----------
Decree 30/2020/NĐ-CP of 5 March 2020 on clerical work, Appendix I.
"""

import os
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dti.export.report import Report
from dti.store.settings import read_settings
from dti.store.tables import data_dir
from dti.words.vietnamese import Lang, decree_date

#: The motto under the name of the country, and the frame's other words.
WORDS: dict[Lang, dict[str, str]] = {
    "vi": {
        "country": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "motto": "Độc lập - Tự do - Hạnh phúc",
        "number": "Số:",
        "dear": "Kính gửi:",
        "recipients": "Nơi nhận:",
    },
    "en": {
        "country": "SOCIALIST REPUBLIC OF VIET NAM",
        "motto": "Independence - Freedom - Happiness",
        "number": "No.",
        "dear": "To:",
        "recipients": "Recipients:",
    },
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Words(_Strict):
    """A text in both languages."""

    vi: str
    en: str


class Issuer(_Strict):
    """Who issues a document, and the body it is under (blank: none)."""

    parent: Words
    body: Words


class Signature(_Strict):
    """Who signs: on whose authority, in which post, by name."""

    authority: Words
    post: Words
    name: str


class Entry(_Strict):
    """All that a frame says."""

    issuer: Issuer
    place: str
    number: str = Field(pattern=r"^\d{0,5}$")
    symbol: str
    date: Literal[""] | date
    type: Words
    addressees: list[Words]
    recipients: list[Words]
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


class Frame(_Strict):
    """The frame of one report, in its language and as it is printed."""

    country: str
    motto: str
    parent: str
    body: str
    number: str
    place_and_date: str
    type: str
    dear: str
    addressees: list[str]
    recipients_title: str
    recipients: list[str]
    authority: str
    post: str
    name: str


def frame(report: Report, data: str | os.PathLike | None = None) -> Frame | None:
    """Return the frame of a report of ours; any other notebook has none.

    Parameters
    ----------
    data : folder that holds ``office.yml``; by default as for tables

    Raises
    ------
    DataError
        Where ``office.yml`` cannot be used.
    """
    if not report.kind:
        return None
    path = data_dir(data) / "office.yml"
    return printed(office(path, path.stat().st_mtime_ns if path.is_file() else 0).entry(report.kind), report.lang)


def check_office(data: str | os.PathLike | None = None) -> None:
    """Read ``office.yml``, so that a fault in it is told before any report is made.

    Raises
    ------
    DataError
        Where it cannot be used.
    """
    path = data_dir(data) / "office.yml"
    office(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=8)
def office(path: Path, _: int) -> Office:
    """Return ``office.yml``, read again only after it has changed."""
    return read_settings(path, Office)


def printed(entry: Entry, lang: Lang) -> Frame:
    """Return a frame's facts as they are printed: capitals, blanks to be filled in, punctuation.

    References
    ----------
    Decree 30/2020/NĐ-CP, Appendix I, section II: number (padded below 10), place and date, recipients.
    """
    words = WORDS[lang]
    signature = entry.signature
    return Frame(
        country=words["country"],
        motto=words["motto"],
        parent=getattr(entry.issuer.parent, lang).upper(),
        body=getattr(entry.issuer.body, lang).upper(),
        number=f"{words['number']} {entry.number.zfill(2) if entry.number else ' ' * 8}/{entry.symbol}",
        place_and_date=_place_and_date(entry, lang),
        type=getattr(entry.type, lang).upper(),
        dear=words["dear"],
        addressees=_listed([getattr(addressee, lang) for addressee in entry.addressees]),
        recipients_title=words["recipients"],
        recipients=_listed([getattr(recipient, lang) for recipient in entry.recipients]),
        authority=getattr(signature.authority, lang).upper(),
        post=getattr(signature.post, lang).upper(),
        name=signature.name,
    )


def _place_and_date(entry: Entry, lang: Lang) -> str:
    if entry.date:
        return decree_date(entry.date, entry.place, lang)
    blank = "\N{NO-BREAK SPACE}" * 5
    return f"{entry.place}, " + {"vi": f"ngày{blank}tháng{blank}năm{blank * 2}", "en": "…… / …… / ………"}[lang]


def _listed(lines: list[str]) -> list[str]:
    """Return the lines of a list with the punctuation of official lists: semicolons, a full stop at the end.

    Examples
    --------
    >>> _listed(["A", "B"]), _listed(["A"])
    (['A;', 'B.'], ['A'])
    """
    if len(lines) < 2:
        return lines
    return [f"{line}{';' if index < len(lines) - 1 else '.'}" for index, line in enumerate(lines)]
