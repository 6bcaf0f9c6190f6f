"""Prose that an office can change: Markdown templates in ``data/texts/vi`` and ``data/texts/en``.

A template gets figures, names and verdicts by name and puts them into words; it works nothing out and looks nothing
up. Every figure goes through ``cite``, which links it to the table row that shows it; a number typed into a text, in
digits or in words, is refused. A mistake names file and line.
"""

import os
import re
import traceback
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from dti.store.faults import DataError, fault
from dti.store.tables import data_dir
from dti.words import sentences
from dti.words.figures import Figure
from dti.words.markdown import escape
from dti.words.vietnamese import Lang, decree_date
from dti.words.word_list import is_one

FOLDER = "texts"
ENDING = ".md.j2"


class TextError(Exception):
    """What a text does that it must not; `prose` adds where."""

    def __init__(self, wrong: str, expected: str) -> None:
        self.wrong, self.expected = wrong, expected
        super().__init__(wrong)


def prose(name: str, lang: Lang, /, **slots: object) -> str:
    """Return a template of ``data/texts/<lang>/`` as Markdown, what it says of ``slots`` filled in.

    Parameters
    ----------
    name : of the file, without its ending
    slots : `Figure` for what is counted or measured, whole numbers for years, text for names (escaped here),
        `Markup` for Markdown made by other texts; lists and mappings of these

    Raises
    ------
    DataError
        a text that is not there, cannot be read or does what it must not; with file and line

    Examples
    --------
    >>> prose("assessment_scope", "en", assessed=2023, ahead=2024, newer=None, reported=True)
    'This report assesses the results of 2023 as the agencies have reported them.'
    """
    file = f"{FOLDER}/{lang}/{name}{ENDING}"
    try:
        template = environment(str(texts_dir() / lang), lang).get_template(name + ENDING)
        return tidy(template.render(slots))
    except TemplateNotFound as error:
        raise DataError(faults=fault(file, None, "", error.name, "not there", "a text in each language")) from None
    except TemplateSyntaxError as error:
        found = f"{FOLDER}/{lang}/{error.name or name + ENDING}"
        raise DataError(
            faults=fault(found, error.lineno, "", "", str(error.message), "a text as Jinja reads it")
        ) from None
    except TextError as error:
        raise DataError(faults=fault(file, _line(error, name), "", "", error.wrong, error.expected)) from None
    except (TemplateError, TypeError) as error:
        given = ", ".join(sorted(slots)) or "nothing"
        expected = f"only what this text is given: {given}"
        raise DataError(faults=fault(file, _line(error, name), "", "", str(error), expected)) from None
    except UnicodeDecodeError as error:
        raise DataError(faults=fault(file, None, "", "", f"not UTF-8 (byte {error.start})", "UTF-8 text")) from None


def texts_dir(data: str | os.PathLike | None = None) -> Path:
    """Return the folder of texts, one folder in it for each language."""
    return data_dir(data) / FOLDER


def tidy(text: str) -> str:
    r"""Return Markdown with a sentence's lines joined, no blank before a stop, and a capital where a paragraph begins.

    Lists, headings, quotations and tables keep their lines; an empty list item goes.

    Examples
    --------
    >>> tidy("sáu chỉ tiêu ,\n  trong đó;\n\n\n- [a](#b)\n-\n- c")
    'Sáu chỉ tiêu, trong đó.\n\n- [A](#b)\n- C'
    """
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(filter(None, (_block(block) for block in blocks)))


_MARK = re.compile(r"(?:[-*] |\d+\. |#+ |> |\|)")


def _block(block: str) -> str:
    lines: list[str] = []
    for line in (" ".join(line.split(" ")).strip() for line in block.splitlines()):
        if _MARK.match(line + " ") or not lines:
            lines.append(line)
        elif line:
            lines[-1] += " " + line
    return "\n".join(filter(None, map(_item, lines)))


def _item(line: str) -> str:
    mark = _MARK.match(line + " ")
    mark = mark[0] if mark else ""
    text = re.sub(r" +", " ", line[len(mark) :]).strip()
    text = re.sub(r" ([,;.:)])", r"\1", text)
    text = re.sub(r"[,;]+\.", ".", text)
    text = re.sub(r"[,;]+$", ".", text)
    if not text:
        return ""
    first = re.match(r"[\[*]*", text).end()
    return mark + text[:first] + text[first : first + 1].upper() + text[first + 1 :]


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox that works nothing out."""

    intercepted_binops: ClassVar = frozenset(["+", "-", "*", "/", "//", "**", "%"])
    intercepted_unops: ClassVar = frozenset(["+", "-"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> NoReturn:
        raise TextError(f"'{operator}' works something out", "figures as they are given")

    def call_unop(self, context: Any, operator: str, arg: Any) -> NoReturn:
        raise TextError(f"'{operator}' works something out", "figures as they are given")


class _TextLoader(FileSystemLoader):
    """Reads texts so that a line which only asks (``{% if … %}``) leaves no trace, and any other keeps its end."""

    def get_source(self, environment: Any, template: str) -> tuple:
        source, *rest = super().get_source(environment, template)
        return (kept_ends(source), *rest)


def kept_ends(source: str) -> str:
    r"""Return a template in which a line of words that ends in a tag does not run into the next line.

    Examples
    --------
    >>> kept_ends("{% if a %}\nb{% endif %}\n")
    '{% if a %}\nb{% endif +%}\n'
    """

    def keep(line: str) -> str:
        words = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", line).strip()
        return re.sub(r"(?<![-+])%\}([ \t]*)$", r"+%}\1", line) if words else line

    return "\n".join(map(keep, source.split("\n")))


@lru_cache(maxsize=8)
def environment(folder: str, lang: Lang) -> ImmutableSandboxedEnvironment:
    """Return where the templates of one language are read: a sandbox with this module's filters and no others."""
    made = _Environment(
        loader=_TextLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.clear()
    made.filters.clear()
    made.filters.update(filters(lang))
    return made


def filters(lang: Lang) -> dict[str, Callable]:
    """Return what a template can do with what it is given.

    ``cite`` links a figure to its row · ``number`` leaves its unit out · ``date`` writes a day as a decree does ·
    ``agency`` and ``inside`` put a name into the form it has within a sentence · ``joined`` makes a list of a series
    · ``plural("indicator", "indicators")`` picks the word for a count.
    """
    return {
        "cite": _cite,
        "number": _number,
        "date": lambda day: _day(day, lang),
        "agency": lambda name: _agency(name, lang),
        "inside": lambda name: sentences.lowered(str(name)),
        "joined": lambda parts: Markup(sentences.joined([str(_finalize(part)) for part in parts], lang)),
        "plural": lambda value, one, many: one if is_one(value) else many,
    }


def _cite(figure: object) -> Markup | list[Markup]:
    if isinstance(figure, list):
        return [_cite(part) for part in figure]
    if not isinstance(figure, Figure):
        raise TextError(f"'cite' is given {_named(figure)}", "a figure")
    return Markup(figure.cited())


def _number(figure: object) -> Figure:
    if not isinstance(figure, Figure):
        raise TextError(f"'number' is given {_named(figure)}", "a figure")
    return Figure(re.sub(r"[^\d.,−+]+$", "", figure.shown), figure.anchor, figure.value)


def _day(day: object, lang: Lang) -> str:
    if not isinstance(day, date):
        raise TextError(f"'date' is given {_named(day)}", "a day")
    return decree_date(day, lang=lang).split(", ", 1)[1]


def _agency(name: object, lang: Lang) -> str:
    """Return the name of a body as it stands within a sentence: English gives it its article.

    Examples
    --------
    >>> _agency("Department of Health", "en"), _agency("Sở Y tế", "vi"), _agency("Lai Châu", "en")
    ('the Department of Health', 'Sở Y tế', 'Lai Châu')
    """
    takes_article = r"(?!(?:The|the) ).*\b(?:Department|Office|Committee|Board|Police|Inspectorate|Centre|Bank|Union)\b"
    return f"the {name}" if lang == "en" and re.match(takes_article, str(name)) else str(name)


def _finalize(value: object) -> Markup:
    """Return what a ``{{ … }}`` writes; what cannot be followed to its source is refused."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return Markup(escape(value))
    if isinstance(value, Figure):
        raise TextError(f"the figure {value.shown} is not cited", "{{ … | cite }}")
    if isinstance(value, int) and not isinstance(value, bool) and 2000 <= value < 2100:
        return Markup(value)
    if isinstance(value, StrictUndefined):
        return Markup(str(value))  # raises, with its name
    raise TextError(f"{_named(value)} cannot be written", "a name, a year, or a figure with | cite")


def _named(value: object) -> str:
    return (
        "nothing" if value is None else f"'{value}'" if isinstance(value, int | float | str) else type(value).__name__
    )


def _line(error: BaseException, name: str) -> int | None:
    """Return the line of the template at which it went wrong."""
    places = [place for place in traceback.extract_tb(error.__traceback__) if place.filename.endswith(ENDING)]
    return places[-1].lineno if places else None
