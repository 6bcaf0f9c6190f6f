"""Edits that an official might make to a report in Word, plain or with changes tracked."""

import io
import random
import re
import zipfile
from copy import deepcopy

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from dti.review.meaning import marks
from dti.review.word_document import FRAME

DAY = "2023-12-01T08:00:00Z"
VERDICTS = {
    "vi": [("chưa đạt", "đạt"), ("đạt", "chưa đạt"), ("tăng", "giảm"), ("giảm", "tăng"), ("vượt", "chưa đạt"),
           ("còn thiếu", "vượt"), ("duy trì", "cải thiện"), ("không đổi", "tăng"), ("tối thiểu", "tối đa")],
    "en": [("not met", "met"), ("met", "not met"), ("up", "down"), ("down", "up"), ("short of", "better than"),
           ("better than", "short of"), ("unchanged", "improved"), ("at least", "at most"), ("reached", "missed"),
           ("rise", "fall"), ("without", "with"), ("Hold", "Improve"), ("held", "missed")],
}  # fmt: skip
UNITS = {
    "vi": [("điểm phần trăm", "phần trăm"), ("điểm %", "%"), ("%", " điểm phần trăm"), ("Mbps", "Gbps"),
           ("bậc", "lần")],
    "en": [("percentage points", "percent"), ("pp", "%"), ("%", " percentage points"), ("Mbps", "Gbps")],
}  # fmt: skip


def edits(content: bytes, kind: str, lang: str, agencies: list[str], number: int, seed: int) -> list[bytes]:
    """Return so many copies of a document, each with one edit of a kind; every other one is tracked."""
    chance = random.Random(f"{kind} {lang} {seed}")
    places = _places(etree.fromstring(_read(content)), kind, lang, agencies)
    chosen = [chance.choice(places) for _ in range(number)] if places else []
    made = []
    for count, (index, begin, end) in enumerate(chosen):
        root = etree.fromstring(_read(content))
        text = _texts(root)[index]
        new = _other(kind, text.text[begin:end], lang, agencies, chance)
        if count % 2:
            _track(text, begin, end, new)
        else:
            text.text = text.text[:begin] + new + text.text[end:]
        made.append(_written(content, etree.tostring(root)))
    return made


def _texts(root: etree._Element) -> list[etree._Element]:
    """Return the pieces of text that an official would edit: not the frame, not references in brackets."""
    return [
        text
        for text in root.iter(qn("w:t"))
        if text.text
        and not re.fullmatch(r"\[[\d.]+\]", text.text)
        and next(text.iterancestors(qn("w:p"))).find(f"{qn('w:pPr')}/{qn('w:pStyle')}").get(qn("w:val")) != FRAME
    ]


def _places(root: etree._Element, kind: str, lang: str, agencies: list[str]) -> list[tuple[int, int, int]]:
    found = []
    for index, text in enumerate(_texts(root)):
        if kind in {"figure", "year", "agency"}:
            spans = [(m.begin, m.end) for m in marks(text.text, lang, agencies) if m.kind == kind]
        elif kind == "unit":
            alone = "|".join(re.escape(unit) for unit, _ in UNITS[lang])
            spans = [m.span(1) for m in re.finditer(rf"(?<=\d)\s*({alone})(?!\w)", text.text)]
            spans += [m.span(1) for m in re.finditer(rf"^ ({alone})(?!\w)", text.text)]
        else:
            words = "|".join(re.escape(old) for old, _ in VERDICTS[lang])
            spans = [m.span(1) for m in re.finditer(rf"(?<!\w)({words})(?!\w)", text.text)]
        found += [(index, *span) for span in spans]
    return found


def _other(kind: str, old: str, lang: str, agencies: list[str], chance: random.Random) -> str:
    if kind == "year":
        return str(int(old) + chance.choice([-1, 1]))
    if kind == "agency":
        return chance.choice([name for name in agencies if name.casefold() != old.casefold()])
    if kind in {"unit", "verdict"}:
        return dict({"unit": UNITS, "verdict": VERDICTS}[kind][lang])[old]
    digits = [i for i, c in enumerate(old) if c.isdigit()]
    place = chance.choice(digits)
    digit = chance.choice([d for d in "123456789" if d != old[place]])
    return old[:place] + digit + old[place + 1 :]


def _track(text: etree._Element, begin: int, end: int, new: str) -> None:
    """Replace a piece of a run as Word does with changes tracked: what goes is kept, marked as deleted."""
    run = text.getparent()
    pieces = [(None, text.text[:begin]), ("w:del", text.text[begin:end]), ("w:ins", new), (None, text.text[end:])]
    for number, (tag, piece) in enumerate(pieces):
        if not piece:
            continue
        copy = deepcopy(run)
        for other in copy.findall(qn("w:t")):
            copy.remove(other)
        element = OxmlElement("w:delText" if tag == "w:del" else "w:t")
        element.text = piece
        element.set(qn("xml:space"), "preserve")
        copy.append(element)
        if tag:
            change = OxmlElement(tag)
            for name, value in (
                ("w:id", str(9000 + number)),
                ("w:author", "Office"),
                ("w:date", "2023-12-01T08:00:00Z"),
            ):
                change.set(qn(name), value)
            change.append(copy)
            copy = change
        run.addprevious(copy)
    run.getparent().remove(run)


def _read(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml")


def _written(content: bytes, document: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(buffer, "w") as changed:
        for name in package.namelist():
            changed.writestr(name, document if name == "word/document.xml" else package.read(name))
    return buffer.getvalue()
