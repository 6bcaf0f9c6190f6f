"""Settings that people write by hand (YAML), read strictly: unknown and doubled keys are errors, not guesses."""

import unicodedata
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dti.store.faults import DataError

Model = TypeVar("Model", bound=BaseModel)

#: Settings are a page or two of text; what is larger is something else.
MAX_BYTES = 200_000


class _Loader(yaml.SafeLoader):
    """Plain values only, each key once, no aliases (which can grow without bound); dates are left to the model."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not read", self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.constructor.ConstructorError(None, None, f"'{key.value}' stands twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def read_settings(path: Path, model: type[Model]) -> Model:
    """Return a YAML file as the settings it describes.

    Raises
    ------
    DataError
        With file, place, what is wrong and what is expected.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    if len(content) > MAX_BYTES:
        raise DataError(f"{path}: {len(content)} bytes, expected at most {MAX_BYTES}.")
    lines: dict[tuple[str, ...], int] = {}
    try:
        text = unicodedata.normalize("NFC", content.decode("utf-8"))
        lines = _line_numbers(yaml.compose(text, _Loader))
        return model.model_validate(yaml.load(text, _Loader))
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 (byte {error.start}).") from error
    except (yaml.YAMLError, RecursionError) as error:
        told = " ".join(str(error).split()).replace('in "<unicode string>", ', "at ")
        raise DataError(f"{path}: not readable as YAML: {told}") from error
    except ValidationError as error:
        told = [
            f"{path}{_line(lines, fault['loc'])}: {'.'.join(map(str, fault['loc'])) or 'file'}: "
            f"{fault['input']!r:.80}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise DataError("\n".join(told)) from error


def placed(path: Path, faults: str) -> str:
    """Return faults of what a file says, each with the file and, where it begins with a key, the line of that value.

    Parameters
    ----------
    faults : one line each, e.g. ``changes.HTS: the value becomes 1.2``
    """
    lines = _line_numbers(yaml.compose(unicodedata.normalize("NFC", path.read_text(encoding="utf-8")), _Loader))
    named = [(tuple(fault.split(":")[0].split(".")), fault) for fault in faults.splitlines()]
    return "\n".join(f"{path}{_line(lines, keys) if keys[:1] in lines else ''}: {fault}" for keys, fault in named)


def _line_numbers(node: yaml.Node | None, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], int]:
    """Return the line of every value, by the keys that lead to it."""
    if node is None:
        return {}
    numbers = {path: node.start_mark.line + 1}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            numbers |= _line_numbers(value, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            numbers |= _line_numbers(value, (*path, str(place)))
    return numbers


def _line(lines: dict[tuple[str, ...], int], place: tuple[int | str, ...]) -> str:
    """Return ", line N" for the value at a place, or for the nearest one around it."""
    keys = tuple(map(str, place))
    while keys and keys not in lines:
        keys = keys[:-1]
    return f", line {lines[keys]}" if keys in lines else ""
