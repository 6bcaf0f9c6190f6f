"""What all commands share: the folder of tables, how lines are told, what is said of bad arguments."""

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from dti.store.faults import DataError
from dti.store.tables import using
from dti.words.vietnamese import LANGUAGES, Lang
from dti.words.word_list import labels, word

#: Options that name a file or folder.
PLACES = ("--data", "--out", "--findings", "--marked", "--letters", "--page", "--new", "--xlsx", "--csv", "--decisions")


def _use(context: typer.Context, data: Path | None) -> Path | None:
    """Let words and texts come from the same folder as the tables, as long as the command runs."""
    context.with_resource(using(data))
    return data


DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of tables; by default the project's own.", file_okay=False, callback=_use),
]


def tell(lines: Sequence[str]) -> None:
    """Show lines; what has been done stays done, and is not denied, where nobody can be told of it."""
    try:
        typer.echo("\n".join(lines))
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            print("\n".join(lines), file=sys.stderr, flush=True)
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or Python itself fails over the rest when it ends


def language_of(arguments: Sequence[str]) -> Lang:
    """Return the language that a command line asks for, before it is read in earnest; Vietnamese if none.

    Examples
    --------
    >>> language_of(["rank", "--lang", "en"]), language_of(["rank", "--lang=en"]), language_of(["rank", "--lang", "de"])
    ('en', 'en', 'vi')
    """
    asked: Lang = "vi"
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        given = following if argument == "--lang" else argument.removeprefix("--lang=")
        asked = next((lang for lang in LANGUAGES if lang == given), asked)
    return asked


def blank_place(arguments: Sequence[str]) -> str:
    """Return the option whose place is an empty text, which would be taken for the folder one stands in; else nothing.

    Examples
    --------
    >>> blank_place(["report", "--out", ""]), blank_place(["report", "--out="]), blank_place(["form", "--sender", ""])
    ('--out', '--out', '')
    """
    for argument, following in zip(arguments, [*arguments[1:], "-"], strict=True):
        name = argument.removesuffix("=")
        if name in PLACES and (argument != name or following == ""):
            return name
    return ""


def argument_error(error: Any, arguments: Sequence[str]) -> str:
    """Return what is wrong with the arguments of a command, what is expected, and where help is.

    Parameters
    ----------
    error : a usage error of typer's
    arguments : the command line, the program's name first
    """
    lang = language_of(arguments)
    command = error.ctx.command_path if error.ctx else " ".join(["dti", *arguments[1:2]])
    try:
        return f"{_wrong(error, lang)}\n{word('argument.help', lang, command=command)}"
    except DataError:  # the words themselves are not at hand
        return f"{error.format_message()}\n{command} --help"


def _wrong(error: Any, lang: Lang) -> str:
    kind, quoted = type(error).__name__, _quoted(error.message)
    if kind == "MissingParameter":
        return word("argument.missing", lang, name=_name(error.param), expected=_expected(error.param, lang))
    if kind == "BadParameter":
        causes = getattr(error.__cause__, "errors", list)()
        value = causes[0]["input"] if causes else quoted
        return word("argument.bad", lang, name=_name(error.param), value=value, expected=_expected(error.param, lang))
    if kind == "NoSuchOption":
        known = ", ".join(sorted(error.possibilities or _options(error.ctx)))
        return word("argument.no_option", lang, option=error.option_name, known=known)
    if kind == "BadOptionUsage":
        takes_none = "does not take" in error.message
        return word("argument.takes_none" if takes_none else "argument.needs_value", lang, option=error.option_name)
    commands = getattr(error.ctx.command, "commands", None) if error.ctx else None
    if commands:
        return word("argument.no_command", lang, command=quoted, known=", ".join(commands))
    return word("argument.too_many", lang, values=quoted)


def _quoted(message: str) -> str:
    """Return what a message of typer's holds in quotes or brackets: what was typed."""
    match = re.search(r"'(.*)'|\(([^()]*)\)\.?$", message)
    return (match[1] or match[2] or "") if match else message


def _name(parameter: Any) -> str:
    return parameter.opts[0] if parameter.param_type_name == "option" else parameter.name.upper()


def _options(context: Any) -> list[str]:
    return [option.opts[0] for option in context.command.params if option.param_type_name == "option"]


def _expected(parameter: Any, lang: Lang) -> str:
    """Return in words what a parameter takes."""
    kind, limits = parameter.type_descriptor, parameter.type_descriptor.parameter_info
    if kind.choices:
        return word("argument.one_of", lang, choices=", ".join(map(str, kind.choices)))
    if kind.annotation is datetime:
        return word("argument.date", lang)
    least = "" if limits.min is None else f"{limits.min:g}"
    if kind.annotation is int and limits.max is not None:
        return word("argument.whole_between", lang, least=least, most=f"{limits.max:g}")
    if kind.annotation is int:
        return word("argument.whole_from", lang, least=least) if least else word("argument.whole", lang)
    if kind.annotation is float:
        return word("argument.number_from", lang, least=least) if least else word("argument.number", lang)
    if kind.is_path and kind.path_type == "file":
        return word("argument.file", lang)
    if kind.is_path and kind.path_type == "dir":
        return word("argument.dir", lang)
    if kind.is_path or kind.is_list:
        return word("argument.path", lang)
    return labels("argument.of", lang).get(parameter.name) or word("argument.text", lang)
