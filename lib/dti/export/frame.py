"""The official frame of a report, as ``data/office.yml`` gives it.

References
----------
Decree 30/2020/NĐ-CP of 5 March 2020 on clerical work, Appendix I.
"""

import os

from pydantic import BaseModel, ConfigDict

from dti.export.report import ReportPage
from dti.store.office import Entry, office
from dti.words.vietnamese import Lang, decree_date
from dti.words.word_list import labels, word


class Frame(BaseModel):
    """The frame of one report, in its language and as it is printed."""

    model_config = ConfigDict(frozen=True)

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


def frame(report: ReportPage, data: str | os.PathLike | None = None) -> Frame | None:
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
    return printed(office(data).entry(report.kind), report.lang)


def printed(entry: Entry, lang: Lang) -> Frame:
    """Return a frame's facts as they are printed: capitals, blanks to be filled in, punctuation.

    References
    ----------
    Decree 30/2020/NĐ-CP, Appendix I, section II: number (padded below 10), place and date, recipients.
    """
    words = labels("frame.word", lang)
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
    return word("frame.place_and_blank_date", lang, place=entry.place, blank=blank)


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
