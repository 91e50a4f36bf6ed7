"""How to see a finding again: the requests that went before it, and how what they made flows into later ones.

A scenario makes its own case and then asks something of it. After a reset that case is gone, so the last request
alone says nothing. What a component hands out (the address of a new case, an entity tag) differs every time; the
commands take it out of the answer into a shell variable and use that, with tools that every Unix has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proeftuin_conformance.exchanges import Evidence, Exchange, Secrets, evidence, occurs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_EARLIER = 40  # requests kept; the last ones, when a scenario sent more
_SAFE = {"GET", "HEAD", "OPTIONS"}
_PLAIN = re.compile(r"[A-Za-z0-9._~-]+")
_JSON_FIELD = re.compile(r'"(?P<key>[A-Za-z_@][\w@.-]*)": *(?P<open>"?)(?P<value>[A-Za-z0-9._~-]*)(?P<after>.?)')
_AFTER = {'"': {'"'}, "": {"", ",", "}", "]", " "}}  # what may follow a text, and a number


@dataclass(frozen=True, slots=True)
class _Handed:
    """A value that an answer handed out, and the pipe that takes it out of `curl -i` again."""

    value: str
    name: str
    pipe: str


def repeated(
    exchange: Exchange, earlier: Sequence[Exchange], *, secrets: Secrets
) -> tuple[Evidence, tuple[Evidence, ...]]:
    """Give an exchange as evidence, and what must be sent before it to see it again.

    Args:
        exchange: what a finding is about.
        earlier: everything sent before it, in order. Kept is what changed something at the component, and what
            handed out a value that is needed later.
        secrets: what must not appear.
    """
    sent = [*earlier[-MOST_EARLIER:], exchange]
    texts = [_texts(one) for one in sent]
    handed = {number: tuple(_needed(sent[number], texts, number, secrets)) for number in range(len(sent) - 1)}
    known: dict[str, str] = {}
    steps: list[Evidence] = []
    for number, one in enumerate(sent[:-1]):
        if one.method in _SAFE and not handed[number]:
            continue
        step = evidence(one, secrets=secrets, variables=known)
        names = {}
        for new in handed[number]:
            names[new.value] = f"{new.name}{sum(name.startswith(new.name) for name in known.values()) + 1}"
            known[new.value] = names[new.value]
        steps.append(replace(step, curl=_taking(step.curl, handed[number], names)))
    return evidence(exchange, secrets=secrets, variables=known), tuple(steps)


def _taking(command: str, handed: Sequence[_Handed], names: Mapping[str, str]) -> str:
    if not handed:
        return command
    silent = command.replace("curl -i", "curl -s -i", 1)
    taken = [f"{names[new.value]}=$(printf '%s\\n' \"$ANTWOORD\" | {new.pipe})" for new in handed]
    return "\n".join([f"ANTWOORD=$({silent})", *taken])


def _needed(answer: Exchange, texts: Sequence[Sequence[str]], number: int, secrets: Secrets) -> Iterator[_Handed]:
    """What one answer handed out that nobody had sent yet, and that a later request uses."""
    seen: set[str] = set()
    for new in _handed_out(answer):
        if new.value in seen or secrets.scrub(new.value) != new.value:
            continue
        first = next((place for place, sent in enumerate(texts) if _has(sent, new.value)), None)
        if first is not None and first > number:
            seen.add(new.value)
            yield new


def _texts(request: Exchange) -> tuple[str, ...]:
    """Where a request can use a value: its address, its conditions and its body."""
    conditions = [text for name, text in request.request_headers if name.lower().startswith("if-")]
    return (request.url, *conditions, request.request_body.decode("utf-8", errors="replace"))


def _has(texts: Sequence[str], value: str) -> bool:
    return any(value in text and occurs(value).search(text) for text in texts)


def _handed_out(answer: Exchange) -> Iterator[_Handed]:
    tag = (answer.header("etag") or "").strip()
    if tag:
        yield _Handed(tag, "ETAG", "tr -d '\\r' | grep -i '^etag:' | sed 's/^[^:]*: *//'")
    if answer.method in _SAFE:  # what is only read was there already, and is there again after a reset
        return
    place = (answer.header("location") or "").rstrip("/").rpartition("/")[2]
    if _PLAIN.fullmatch(place):
        yield _Handed(place, "ID", "tr -d '\\r' | grep -i '^location:' | sed 's#/*$##; s#.*/##'")
    headers = "".join(f"{name}: {value}\n" for name, value in answer.response_headers)
    keys: set[str] = set()
    for found in _JSON_FIELD.finditer(f"{headers}\n{answer.text}"):
        key, value = found["key"], found["value"]
        if key not in keys and value and found["after"] in _AFTER[found["open"]]:
            name = key.replace(".", "[.]")
            yield _Handed(value, "ID", f"grep -o '\"{name}\": *\"*[A-Za-z0-9._~-]*' | head -n 1 | sed 's/.*[\": ]//'")
        keys.add(key)  # the command finds the first one of a key
