"""Labels, captions, column heads, messages: one table, ``data/words.csv``, in both languages.

A text there may hold slots: ``{year}`` is filled in by the caller; ``{count|indicator|indicators}`` writes the first
word where ``count`` is one and the second elsewhere, and never the number itself.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from dti.store.all_or_none import stamp
from dti.store.faults import DataError
from dti.store.tables import data_dir, load
from dti.words.vietnamese import Lang

#: ``{name}`` or ``{name|one|many}``; nothing else may stand between braces.
SLOT = re.compile(r"\{([a-z_][a-z0-9_]*)(?:\|([^{}|]*)\|([^{}|]*))?\}")

#: The words last read from each file, with the file's stamp.
LAST_READ: dict[Path, tuple[tuple, dict[str, dict[Lang, str]]]] = {}


def word(key: str, lang: Lang, /, **slots: object) -> str:
    """Return a text of ``words.csv``, its slots filled in: plain text, to be escaped where it goes into Markdown.

    Raises
    ------
    DataError
        if the key, or one of the text's slots, is not there; the message names file and key

    Examples
    --------
    >>> word("list.and", "en"), word("list.and", "vi")
    ('and', 'và')
    """
    known = _words()
    if key not in known:
        raise DataError(f"words.csv has no key '{key}'. Expected: a row with it, in both languages.")
    return filled(known[key][lang], slots, key)


def labels(group: str, lang: Lang, /, **slots: object) -> dict[str, str]:
    """Return all texts whose key begins with ``group.``, by what follows, in the table's order.

    Examples
    --------
    >>> labels("trend", "en")["better"]
    'Better'
    """
    found = {
        key.removeprefix(f"{group}."): filled(texts[lang], slots, key)
        for key, texts in _words().items()
        if key.startswith(f"{group}.")
    }
    if not found:
        raise DataError(f"words.csv has no key that begins with '{group}.'. Expected: a row for each of its words.")
    return found


class Labels(Mapping[str, dict[Lang, str]]):
    """The labels of a set of codes, as they stand in ``words.csv`` when they are asked for.

    Parameters
    ----------
    group : what their keys begin with

    Examples
    --------
    >>> status = Labels("indicator_status")
    >>> status["met"]["en"], list(status)[:2]
    ('Met', ['met', 'missed'])
    """

    def __init__(self, group: str) -> None:
        self.group = group

    def __getitem__(self, code: str) -> dict[Lang, str]:
        return _words()[f"{self.group}.{code}"]

    def __iter__(self) -> Iterator[str]:
        return iter(labels(self.group, "vi"))

    def __len__(self) -> int:
        return len(labels(self.group, "vi"))


def filled(text: str, slots: dict[str, object], key: str) -> str:
    """Return a text with its slots filled in.

    Examples
    --------
    >>> filled("{count} {count|file|files}", {"count": 1}, "k"), filled("{count} {count|file|files}", {"count": 2}, "k")
    ('1 file', '2 files')
    """

    def fill(match: re.Match) -> str:
        name, one, many = match.groups()
        if name not in slots:
            listed = ", ".join(sorted(slots)) or "none"
            raise DataError(f"words.csv, key {key}: unknown slot '{{{name}}}'. Expected one of: {listed}.")
        if one is None:
            return str(slots[name])
        return one if is_one(slots[name]) else many

    return SLOT.sub(fill, text)


def is_one(value: object) -> bool:
    """Return whether a count, as a number, a text or a figure, is one.

    Examples
    --------
    >>> is_one(1), is_one("1"), is_one(0), is_one("21")
    (True, True, False, False)
    """
    return getattr(value, "value", value) in (1, "1")


def slots_of(text: str) -> set[str]:
    """Return the names of a text's slots.

    Examples
    --------
    >>> sorted(slots_of("{count} {noun|file|files} of {year}"))
    ['count', 'noun', 'year']
    """
    return {match[1] for match in SLOT.finditer(text)}


def _words() -> dict[str, dict[Lang, str]]:
    path = _path(str(data_dir()))
    known = stamp(path)
    if LAST_READ.get(path, (None,))[0] != known:
        rows = load("words")
        LAST_READ[path] = (known, {row.key: {"vi": row.vi, "en": row.en} for row in rows.itertuples()})
    return LAST_READ[path][1]


@lru_cache(maxsize=8)
def _path(folder: str) -> Path:
    return Path(folder).resolve() / "words.csv"
