"""What must hold of words and texts: both languages, the same slots, all of them known, nothing unused."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from jinja2 import TemplateSyntaxError, nodes

from dti.store.faults import concat_faults, fault, faults_at, no_faults
from dti.words import used
from dti.words.numbers_typed import numbers_typed
from dti.words.texts import ENDING, FOLDER, environment, texts_dir
from dti.words.vietnamese import LANGUAGES, Lang
from dti.words.word_list import SLOT, slots_of


def words_in_order(tables: dict[str, pd.DataFrame], _: object) -> pd.DataFrame:
    """Return the words whose slots differ between languages or are unknown, and those that nothing asks for."""
    if "words" not in tables:
        return fault(
            "codebook.csv", None, "table", "words", "not described", "the rows of words.csv, as in the project's own"
        )
    rows = tables["words"]
    both = rows[["vi", "en"]].fillna("")
    slots = both.map(slots_of)
    strange = [not used_braces(vi) or not used_braces(en) for vi, en in both.itertuples(index=False)]
    outside = pd.Series(strange, dtype=bool), "vi", "not read: a brace outside a slot", "{name} or {name|one|many}"
    differing = slots["vi"] != slots["en"], "en", "not with the same slots as in Vietnamese", "the same slots in both"
    parts = [faults_at("words.csv", rows, *outside), faults_at("words.csv", rows, *differing)]
    asked = used.uses()
    keys = {use.name for use in asked if use.what == "key" and use.whole}
    beginnings = tuple(
        [f"{use.name}." for use in asked if use.what == "group" and use.whole]
        + [use.name for use in asked if use.what in {"key", "group"} and not use.whole]
    )
    idle = pd.Series([key not in keys and not str(key).startswith(beginnings) for key in rows["key"]], dtype=bool)
    parts.append(faults_at("words.csv", rows, idle, "key", "not used anywhere", "a key that something asks for"))
    parts += _slots_given(rows.assign(slots=slots["vi"]), asked)
    return concat_faults(parts)


def used_braces(text: str) -> bool:
    """Return whether every brace of a text belongs to a slot."""
    return not re.search(r"[{}]", SLOT.sub("", text))


def _slots_given(rows: pd.DataFrame, asked: tuple[used.Use, ...]) -> Iterator[pd.DataFrame]:
    """Give what is asked for but not in the table, and slots that what asks for them does not fill."""
    of_key = rows.drop_duplicates("key").set_index("key")["slots"]
    for use in asked:
        if use.what == "key" and use.whole and use.name not in of_key.index:
            yield fault(
                "words.csv", None, "key", use.name, f"not there, but {use.file}, line {use.line} asks for it", "a row"
            )
        elif use.what == "key" and use.whole and not use.open and of_key[use.name] - use.slots:
            row = rows.index[rows["key"] == use.name][0] + 2
            unknown = ", ".join(sorted(of_key[use.name] - use.slots))
            given = ", ".join(sorted(use.slots)) or "no slot"
            yield fault("words.csv", row, "vi", f"{{{unknown}}}", f"not a slot that {use.file} fills", given)


def texts_in_order(_: object, data: str | os.PathLike | None) -> pd.DataFrame:
    """Return the texts missing in a language, with other slots there, unreadable, unused, or with a number typed in."""
    folders = {lang: texts_dir(data) / lang for lang in LANGUAGES}
    names = {
        lang: {path.name.removesuffix(ENDING) for path in folder.glob(f"*{ENDING}")} for lang, folder in folders.items()
    }
    every = sorted(set().union(*names.values()))
    asked = {use.name: use for use in used.uses() if use.what == "text" and use.whole}
    parts = []
    for name in every:
        parts += [
            fault(_file(lang, name), None, "", "", "missing", "a text in each language")
            for lang in LANGUAGES
            if name not in names[lang]
        ]
        if name not in asked and not name.startswith("_"):
            parts.append(
                fault(_file("vi", name), None, "", name, "not used anywhere", "a text that something asks for")
            )
        read = {lang: _read(folders[lang], lang, name) for lang in LANGUAGES if name in names[lang]}
        parts += [faults for _, faults in read.values()]
        slots = {lang: found for lang, (found, faults) in read.items() if found is not None}
        if len(slots) == len(LANGUAGES):
            parts.append(_differing(name, slots))
        if name in asked and not asked[name].open:
            parts += [_unknown(lang, name, found, asked[name]) for lang, found in slots.items()]
    missing = [name for name in asked if name not in every]
    parts += [
        fault(_file("vi", name), None, "", "", f"missing, but {asked[name].file} asks for it", "a text")
        for name in missing
    ]
    return concat_faults(parts)


def _file(lang: str, name: str) -> str:
    return f"{FOLDER}/{lang}/{name}{ENDING}"


def _read(folder: Path, lang: Lang, name: str) -> tuple[set[str] | None, pd.DataFrame]:
    """Return the slots of a text, and its faults."""
    file = _file(lang, name)
    made = environment(str(folder), lang)
    try:
        source = (folder / f"{name}{ENDING}").read_text(encoding="utf-8")
        tree = made.parse(source, filename=file)
        made.compile(source, filename=file)
    except UnicodeDecodeError as error:
        return None, fault(file, None, "", "", f"not UTF-8 (byte {error.start})", "UTF-8 text")
    except TemplateSyntaxError as error:
        return None, fault(file, error.lineno, "", "", str(error.message), "a text as Jinja reads it")
    typed = [
        fault(file, line, "", number, "a number typed into the text", "a figure by name, with | cite")
        for line, number in numbers_typed(source, lang)
    ]
    worked = [
        fault(file, node.lineno, "", "", "something is worked out here", "figures and names as they are given")
        for node in tree.find_all((nodes.BinExpr, nodes.Concat, nodes.Neg, nodes.Pos))
        if not isinstance(node, nodes.And | nodes.Or)
    ]
    known = ", ".join(sorted(made.filters))
    filters = [
        fault(file, node.lineno, "", node.name, "not a filter of these texts", known)
        for node in tree.find_all(nodes.Filter)
        if node.name not in made.filters
    ]
    return slots_in(tree), concat_faults([*typed, *worked, *filters])


def slots_in(tree: nodes.Template) -> set[str]:
    """Return the names that a text takes from what it is given, with what it takes of each: ``worst.name``."""
    bound = {"loop"}
    bound |= {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    names = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"} - bound
    parts = {
        f"{node.node.name}.{node.attr}"
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name != "loop"
    }
    return names | parts


def _differing(name: str, slots: dict[str, set[str]]) -> pd.DataFrame:
    differ = sorted(slots["vi"] ^ slots["en"])
    if not differ:
        return no_faults()
    return fault(_file("en", name), None, "", ", ".join(differ), "not in both languages", "the same slots in vi and en")


def _unknown(lang: str, name: str, slots: set[str], use: used.Use) -> pd.DataFrame:
    unknown = sorted({slot for slot in slots if "." not in slot} - use.slots)
    if not unknown:
        return no_faults()
    given = ", ".join(sorted(use.slots)) or "nothing"
    return fault(_file(lang, name), None, "", ", ".join(unknown), "not given to this text", given)
