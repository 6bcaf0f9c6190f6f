"""Settings that people write by hand (YAML), read strictly: unknown and doubled keys are errors, not guesses.

Numbers mean what they look like: ``065`` is sixty-five and ``1:05`` is text, where YAML 1.1 reads an octal number and
minutes. A number with a plus sign stays text, for the plus may say that something is added.
"""

import re
import unicodedata
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dti.store.faults import DataError

Model = TypeVar("Model", bound=BaseModel)

#: Settings are a page or two of text; what is larger is something else.
MAX_BYTES = 200_000


_LEFT_OUT = {f"tag:yaml.org,2002:{name}" for name in ("timestamp", "int", "float")}


class _UniqueKeys(yaml.SafeLoader):
    """Plain values only, each key once, no aliases (which can grow without bound); dates are left to the model."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _LEFT_OUT]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        """Join ``{HTS: 0,65}`` again, in which YAML sees a 0 and a key 65 without a value."""
        node = super().compose_mapping_node(anchor)
        pairs: list[tuple[yaml.Node, yaml.Node]] = []
        for key, value in node.value:
            last = pairs[-1][1] if pairs else None
            if node.flow_style and last is not None and _is_decimal_part(last, key, value):
                text = f"{last.value},{key.value}"
                whole = yaml.ScalarNode("tag:yaml.org,2002:str", text, last.start_mark, key.end_mark)
                pairs[-1] = pairs[-1][0], whole
            else:
                pairs.append((key, value))
        node.value = pairs
        return node

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


def _is_decimal_part(last: yaml.Node, key: yaml.Node, value: yaml.Node) -> bool:
    """Return whether a key without a value is what follows the decimal comma of the value before it."""
    return (
        isinstance(last, yaml.ScalarNode)
        and isinstance(key, yaml.ScalarNode)
        and isinstance(value, yaml.ScalarNode)
        and value.value == ""
        and re.fullmatch(r"[-+]?\d+", last.value) is not None
        and key.value.isdecimal()
        and key.start_mark.index == last.end_mark.index + 1
    )


_UniqueKeys.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?[0-9]{1,18}\Z"), list("-0123456789"))
_UniqueKeys.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{0,30}(?:[eE][-+]?[0-9]{1,3})?|[eE][-+]?[0-9]{1,3})\Z"),
    list("-0123456789"),
)
_UniqueKeys.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))
_UniqueKeys.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))


def parsed(text: str) -> tuple[Any, dict[tuple[str, ...], int]]:
    """Return what a YAML text says, and the line of every value by the keys that lead to it.

    Raises
    ------
    yaml.YAMLError, RecursionError
        a text that is not YAML as it is read here

    Examples
    --------
    >>> parsed("a: {b: 0,65, c: 065}")[0]
    {'a': {'b': '0,65', 'c': 65}}
    """
    return yaml.load(text, _UniqueKeys), _line_numbers(yaml.compose(text, _UniqueKeys))


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
        said, lines = parsed(unicodedata.normalize("NFC", content.decode("utf-8")))
        return model.model_validate(said)
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 (byte {error.start}).") from error
    except (yaml.YAMLError, RecursionError) as error:
        told = " ".join(str(error).split()).replace('in "<unicode string>", ', "at ")
        raise DataError(f"{path}: not readable as YAML: {told}") from error
    except ValidationError as error:
        told = [
            f"{path}{in_line(lines, fault['loc'])}: {'.'.join(map(str, fault['loc'])) or 'file'}: "
            f"{fault['input']!r:.80}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise DataError("\n".join(told)) from error


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


def line_of(lines: dict[tuple[str, ...], int], place: tuple[int | str, ...]) -> int | None:
    """Return the line of the value at a place, or for the nearest one around it."""
    keys = tuple(map(str, place))
    while keys and keys not in lines:
        keys = keys[:-1]
    return lines.get(keys)


def in_line(lines: dict[tuple[str, ...], int], place: tuple[int | str, ...]) -> str:
    """Return ", line N" where the line of a value is known."""
    line = line_of(lines, place)
    return "" if line is None else f", line {line}"
