"""A small client of Linked Data Event Streams that keeps a copy, written against the specification alone.

It knows the terms of LDES and TREE and nothing of the town: it asks for N-Triples, follows relations until there are
none left, keeps what may be kept for ever, and applies versions in the order that the stream itself says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.testclient import TestClient

    Triple = tuple[str, str, str]

LDES, TREE = "https://w3id.org/ldes#", "https://w3id.org/tree#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LINE = re.compile(r'(<[^>]*>|_:\w+) (<[^>]*>) (<[^>]*>|_:\w+|".*) \.')


@dataclass
class Replica:
    """A copy of what a stream is about.

    Attributes:
        client: Asks.
        root: Address of the stream.
        stream: IRI of the stream that is followed.
        versions: The statements of each version, by its IRI.
        asked: The addresses that were asked for in the last round.
    """

    client: TestClient = field(repr=False)
    root: str
    stream: str = ""
    versions: dict[str, frozenset[Triple]] = field(default_factory=dict, repr=False)
    asked: list[str] = field(default_factory=list)
    _done: set[str] = field(default_factory=set)
    _paths: dict[str, str] = field(default_factory=dict)

    def sync(self) -> None:
        """Read what is new; everything again when the stream is another one."""
        self.asked = []
        waiting = [self.root]
        while waiting:
            address = waiting.pop(0)
            if address not in self.asked and address not in self._done:
                waiting += self._read(address)

    def _read(self, address: str) -> list[str]:
        self.asked.append(address)
        answer = self.client.get(address, headers={"Accept": "application/n-triples"})
        assert answer.status_code == 200, answer.text
        found = parse(answer.text)
        (stream,) = [s for s, p, o in found if (p, o) == (TYPE, f"<{LDES}EventStream>")]
        if self.stream not in ("", stream):
            self.versions, self._done = {}, set()
        self.stream = stream
        about = {p: o for s, p, o in found if s == stream}
        for name in ("timestampPath", "sequencePath", "versionOfPath", "versionDeleteObject"):
            self._paths[name] = about[f"<{LDES}{name}>"]
        by_subject: dict[str, list[Triple]] = {}
        for triple in found:
            by_subject.setdefault(triple[0], []).append(triple)
        for s, p, member in found:
            if (s, p) == (stream, f"<{TREE}member>"):
                version = frozenset(_reachable(by_subject, member))
                assert _shape(self.versions.setdefault(member, version)) == _shape(version), f"{member} was another"
        if "immutable" in answer.headers["cache-control"]:
            self._done.add(address)
        return sorted({o[1:-1] for _, p, o in found if p == f"<{TREE}node>"})

    def in_order(self) -> list[str]:
        """Give the versions in the order of the stream: by place, which must also be by moment."""
        found = sorted(self.versions, key=lambda one: int(self.of(one, "sequencePath").split('"')[1]))
        moments = [self.of(one, "timestampPath").split('"')[1] for one in found]
        assert moments == sorted(moments, key=lambda text: text.replace("Z", "").ljust(26, "0"))
        return found

    def of(self, member: str, path: str) -> str:
        """Give the one value at the end of a path that the stream names."""
        (value,) = [o for s, p, o in self.versions[member] if (s, p) == (member, self._paths[path])]
        return value

    def state(self) -> dict[str, frozenset[Triple]]:
        """Give the statements about each thing that is there, as its last version has them."""
        found: dict[str, frozenset[Triple]] = {}
        for member in self.in_order():
            thing = self.of(member, "versionOfPath")
            if (member, TYPE, self._paths["versionDeleteObject"]) in self.versions[member]:
                del found[thing]
            else:
                found[thing] = self._materialised(self.versions[member])
        return found

    def _materialised(self, version: frozenset[Triple]) -> frozenset[Triple]:
        """Say of the things themselves what was said of their versions."""
        of = self._paths["versionOfPath"]
        dropped = {of, self._paths["timestampPath"], self._paths["sequencePath"]}
        names = {s: o for s, p, o in version if p == of}
        return frozenset((names.get(s, s), p, names.get(o, o)) for s, p, o in version if p not in dropped)


def parse(text: str) -> list[Triple]:
    """Read N-Triples."""
    found = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        assert match is not None, line
        found.append((match[1], match[2], match[3]))
    return found


def _reachable(by_subject: dict[str, list[Triple]], member: str) -> Iterable[Triple]:
    """Give the concise bounded description: the statements of the member, and of blank nodes from there on."""
    waiting = [member]
    while waiting:
        for triple in by_subject.get(waiting.pop(), []):
            yield triple
            if triple[2].startswith("_:"):
                waiting.append(triple[2])


def _shape(version: frozenset[Triple]) -> list[str]:
    """Give a version without the labels of its blank nodes."""
    return sorted(re.sub(r"_:\w+", "_:", " ".join(triple)) for triple in version)
