"""YAML with a memory: every value knows the line and column it came from.

Only what a description needs: mappings, lists and plain values. Anchors, aliases, tags and duplicate
keys are refused, as they make a file mean something else than it shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from proeftuin_kernel.text import Text
from proeftuin_sandbox.manifest.issues import Issue, Mark, refuse

Path = tuple[str | int, ...]

SIZE_LIMIT = 64 * 1024
_DEPTH_LIMIT = 20
_PLAIN = ("str", "int", "float", "bool", "null", "timestamp")


@dataclass(slots=True)
class MarkedYaml:
    """The plain value of a document, and where each part stands.

    Attributes:
        value: Dicts, lists and plain values.
        values: Place of each value, by its path.
        keys: Place of each key, by the path of its value.
        written: What was written for each plain value, before YAML made a number or a date of it.
    """

    file: str
    value: Any = None
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)

    def mark(self, path: Path) -> Mark:
        """Give the place of a value, or of what it would stand in."""
        while path not in self.values and path:
            path = path[:-1]
        return self.values.get(path, Mark(1, 1))


def parse_marked(text: str, *, file: str) -> MarkedYaml:
    """Parse one YAML document.

    Args:
        text: The document.
        file: Name for messages.

    Raises:
        ComponentYamlError: it is not YAML, or uses what we refuse.
    """
    if len(text.encode()) > SIZE_LIMIT:
        raise _fault(
            file,
            Mark(1, 1),
            Text(
                nl=f"het bestand is groter dan {SIZE_LIMIT // 1024} KiB",
                en=f"the file is larger than {SIZE_LIMIT // 1024} KiB",
            ),
        )
    try:
        _refuse_tricks(text, file=file)
        node = yaml.SafeLoader(text).get_single_node()
    except yaml.YAMLError as error:
        raise _not_yaml(error, file=file) from error
    marked = MarkedYaml(file=file)
    marked.value = _convert(node, (), marked) if node is not None else None
    return marked


def pointer(path: Path) -> str:
    """Write a path as a JSON Pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _refuse_tricks(text: str, *, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        mark = _mark(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _fault(
                file,
                mark,
                Text(
                    nl="ankers (&) en verwijzingen (*) mogen niet; schrijf de waarde uit, of tussen aanhalingstekens",
                    en="anchors (&) and aliases (*) are not allowed; write the value out, or between quotes",
                ),
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEPTH_LIMIT:
                raise _fault(file, mark, Text(nl="te diep genest", en="nested too deeply"))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _convert(node: yaml.Node, path: Path, marked: MarkedYaml) -> Any:
    marked.values[path] = _mark(node)
    if isinstance(node, yaml.MappingNode):
        return _convert_mapping(node, path, marked)
    if isinstance(node, yaml.SequenceNode):
        return [_convert(item, (*path, index), marked) for index, item in enumerate(node.value)]
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind not in _PLAIN:
        raise _fault(
            marked.file,
            _mark(node),
            Text(nl=f"het etiket {node.tag} mag niet", en=f"the tag {node.tag} is not allowed"),
        )
    marked.written[path] = str(node.value)
    if not _is_storable(str(node.value)):
        raise _fault(
            marked.file,
            _mark(node),
            Text(
                nl="deze tekst bevat een teken dat geen tekst is (zoals \\0)",
                en="this text has a character that is no text (such as \\0)",
            ),
        )
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (ValueError, OverflowError):  # such as 2026-13-45, which looks like a date
        return str(node.value)


def _convert_mapping(node: yaml.MappingNode, path: Path, marked: MarkedYaml) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise _fault(
                marked.file,
                _mark(key_node),
                Text(nl="een sleutel moet één woord zijn", en="a key must be one word"),
            )
        key = str(key_node.value)
        inner = (*path, key)
        if key in result:
            raise _fault(
                marked.file,
                _mark(key_node),
                Text(
                    nl=f"'{key}' staat hier al op regel {marked.keys[inner].line}; houd er één over",
                    en=f"'{key}' was already given on line {marked.keys[inner].line}; keep one of them",
                ),
                pointer(inner),
            )
        marked.keys[inner] = _mark(key_node)
        result[key] = _convert(value_node, inner, marked)
    return result


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return "\0" not in text


def _mark(part: yaml.Node | yaml.Event) -> Mark:
    start = part.start_mark
    return Mark(start.line + 1, start.column + 1) if start is not None else Mark(1, 1)


def _fault(file: str, mark: Mark, message: Text, at: str = "") -> Exception:
    return refuse([Issue(file, mark, at, message)])


def _not_yaml(error: yaml.YAMLError, *, file: str) -> Exception:
    place = getattr(error, "problem_mark", None)
    mark = Mark(place.line + 1, place.column + 1) if place is not None else Mark(1, 1)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable")
    if "'\\t'" in problem:
        return _fault(
            file,
            mark,
            Text(
                nl="een tab kan niet in YAML; spring in met spaties",
                en="a tab is not allowed in YAML; indent with spaces",
            ),
        )
    if "but found another document" in problem:
        return _fault(
            file,
            mark,
            Text(
                nl="hier begint een tweede document (---); houd er één over",
                en="a second document (---) starts here; keep one",
            ),
        )
    return _fault(
        file,
        mark,
        Text(
            nl=f"dit is geen geldige YAML ({problem}); controleer inspringing, dubbele punten en aanhalingstekens",
            en=f"this is not valid YAML ({problem}); check indentation, colons and quotes",
        ),
    )
