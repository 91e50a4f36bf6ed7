"""Read an OpenAPI 3 document: operations, parameters, responses, with `$ref` resolved inside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DEEPEST = 32  # a chain of references longer than this goes round in a circle


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    definition: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    @property
    def label(self) -> str:
        """As reports name it: `GET /dossiers/{id}`."""
        return f"{self.method} {self.path}"

    @property
    def path_names(self) -> tuple[str, ...]:
        """Names between braces in the path."""
        return tuple(re.findall(r"{([^}]+)}", self.path))

    def parameters_in(self, place: str) -> tuple[Mapping[str, Any], ...]:
        """The parameters in `path`, `query`, `header` or `cookie`."""
        return tuple(p for p in self.parameters if p.get("in") == place)


@dataclass(frozen=True, slots=True)
class OpenApi:
    """An OpenAPI document that was read from `url`."""

    data: Mapping[str, Any]
    url: str = ""
    _operations: list[Operation] = field(default_factory=list)

    @property
    def version(self) -> str:
        """The value of `openapi`, such as `3.1.0`; empty when absent."""
        return str(self.data.get("openapi", ""))

    @property
    def info(self) -> Mapping[str, Any]:
        """The info object."""
        return _mapping(self.data.get("info"))

    @property
    def servers(self) -> tuple[str, ...]:
        """Server addresses as written, with the defaults of their variables filled in."""
        urls = []
        for server in self.data.get("servers") or ():
            url = str(_mapping(server).get("url", ""))
            for name, variable in _mapping(_mapping(server).get("variables")).items():
                url = url.replace("{" + name + "}", str(_mapping(variable).get("default", "")))
            urls.append(url)
        return tuple(urls)

    @property
    def server_path(self) -> str:
        """Path of the first server, without trailing slash; empty for the root."""
        return urlsplit(self.servers[0]).path.rstrip("/") if self.servers else ""

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths as written."""
        return tuple(_mapping(self.data.get("paths")))

    def operations(self, *methods: str) -> tuple[Operation, ...]:
        """All operations, or those with one of the methods (upper case)."""
        if not self._operations:
            self._operations.extend(self._read())
        return tuple(op for op in self._operations if not methods or op.method in methods)

    def _read(self) -> Iterator[Operation]:
        for path, written in _mapping(self.data.get("paths")).items():
            item = self.resolve(written)
            shared = self._parameters(item.get("parameters"))
            for method in METHODS:
                definition = item.get(method)
                if not isinstance(definition, dict):
                    continue
                own = self._parameters(definition.get("parameters"))
                merged = {(p.get("name"), p.get("in")): p for p in (*shared, *own)}
                yield Operation(
                    method=method.upper(),
                    path=path,
                    definition=definition,
                    parameters=tuple(merged.values()),
                )

    def _parameters(self, written: Any) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.resolve(parameter) for parameter in written or ())

    def resolve(self, value: Any) -> Mapping[str, Any]:
        """Follow `$ref` inside this document; what cannot be resolved becomes empty."""
        for _ in range(_DEEPEST):
            if not isinstance(value, dict):
                return {}
            reference = value.get("$ref")
            if not isinstance(reference, str):
                return value
            value = self._pointer(reference)
        return {}

    def has(self, reference: str) -> bool:
        """Whether a local reference (`#/…`) leads somewhere."""
        return reference == "#" or self._pointer(reference) is not None

    def _pointer(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return {}
        value: Any = self.data
        for step in reference[2:].split("/"):
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            value = _step(value, key)
        return value

    def base_for(self, base_url: str) -> str:
        """Where the documented paths live: `base_url`, or its origin with the document's server path.

        The server's host is not used: a test environment seldom has the public name in it.
        """
        parts = urlsplit(base_url)
        own = parts.path.rstrip("/")
        path = own if not self.server_path or own.endswith(self.server_path) else self.server_path
        return f"{parts.scheme}://{parts.netloc}{path}"

    def match(self, method: str, url: str, *, base_url: str) -> Operation | None:
        """The operation that a request was meant for; literal paths win from paths with names."""
        path = urlsplit(url).path
        bases = {self.server_path, urlsplit(base_url).path.rstrip("/"), ""}
        found: list[Operation] = []
        for operation in self.operations(method):
            pattern = re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(operation.path))
            if any(re.fullmatch(re.escape(base) + pattern, path) for base in bases):
                found.append(operation)
        return min(found, key=lambda op: len(op.path_names), default=None)

    def responses(self, operation: Operation) -> Mapping[str, Mapping[str, Any]]:
        """Response objects by status code (`200`, `4XX`, `default`), resolved."""
        written = _mapping(operation.definition.get("responses"))
        return {str(status): self.resolve(response) for status, response in written.items()}

    def example_of(self, parameter: Mapping[str, Any]) -> Any:
        """A value that the document itself gives for a parameter; None when it gives none."""
        schema = self.resolve(parameter.get("schema"))
        if "example" in parameter:
            return parameter["example"]
        for example in _mapping(parameter.get("examples")).values():
            value = self.resolve(example).get("value")
            if value is not None:
                return value
        for key in ("example", "default", "const"):
            if key in schema:
                return schema[key]
        for key in ("examples", "enum"):
            values = schema.get(key)
            if isinstance(values, list) and values:
                return values[0]
        return None


def _step(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and key.isdigit() and int(key) < len(value):
        return value[int(key)]
    return None


def fill(path: str, values: Mapping[str, Any]) -> str:
    """The path with values in place of the names between braces, percent-encoded."""
    return re.sub(r"{([^}]+)}", lambda match: quote(str(values[match[1]]), safe=""), path)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
