"""The commands of a finding can be typed as they stand, also when the case that they speak of is gone."""

from __future__ import annotations

import itertools
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proeftuin_conformance.client import Deadline, RecordingClient
from proeftuin_conformance.exchanges import HIDDEN, Exchange, Secrets, curl
from proeftuin_conformance.repeating import MOST_EARLIER, repeated
from support.conformance_servers import Request, Response, serving, url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOTHING = Secrets()


@dataclass
class Desk:
    """Makes cases with an id and an entity tag that nobody can foresee, and says so in one of two ways."""

    with_location: bool = True
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(4711, 37))
    cases: dict[str, str] = field(default_factory=dict)

    def __call__(self, request: Request) -> Response:
        parts = request.path.strip("/").split("/")
        if request.method == "POST" and parts == ["zaken"]:
            number = str(next(self.numbers))
            self.cases[number] = f'"v{next(self.numbers)}"'
            headers = {"Location": f"/zaken/{number}"} if self.with_location else {}
            return Response.json({"titel": "zaak", "nummer": int(number)}, status=201, **headers)
        tag = self.cases.get(parts[1]) if len(parts) > 1 else None
        if tag is None:
            return Response.json({}, status=404)
        if request.method == "GET":
            return Response.json({"ok": True}, ETag=tag)
        fits = request.headers.get("if-match") == tag
        return Response.json({}, status=200 if fits else 412)


def asked(desk: Desk, story: Callable[[RecordingClient], None]) -> list[Exchange]:
    with (
        serving(desk) as server,
        RecordingClient(url_of(server), deadline=Deadline(at=1e12), headers={"X-Api-Key": "geheim-geheim"}) as http,
    ):
        story(http)
        return http.exchanges


def typed(commands: list[str], desk: Desk, *, instead_of: str) -> str:
    """What the last command answers when all are typed in a shell, on another desk at another address."""
    with serving(desk) as server:
        script = "\n".join(commands).replace(instead_of, url_of(server).rstrip("/"))
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=30, check=True)
    return done.stdout


def change_with_the_entity_tag(http: RecordingClient) -> None:
    http.get("/niets")
    place = http.post("/zaken", json={"naam": "een"}).header("location") or ""
    tag = http.get(place).header("etag") or ""
    http.request("PUT", f"{place}/besluit", json={"uitkomst": "ja"}, headers={"If-Match": tag})


def change_by_the_number_in_the_answer(http: RecordingClient) -> None:
    number = http.post("/zaken", json={"naam": "een"}).json()["nummer"]
    http.get(f"/zaken/{number}")


def origin(exchange: Exchange) -> str:
    return "/".join(exchange.url.split("/")[:3])


def test_an_address_and_an_entity_tag_flow_from_one_command_to_the_next() -> None:
    """What the component hands out anew is taken out of its answers, not copied from the old run."""
    *earlier, last = asked(Desk(), change_with_the_entity_tag)
    proof, steps = repeated(last, earlier, secrets=NOTHING)

    said = typed(
        [*(step.curl for step in steps), proof.curl], Desk(numbers=itertools.count(90_000)), instead_of=origin(last)
    )

    assert ["POST", "GET"] == [step.method for step in steps]
    assert 200 == last.status
    assert said.startswith("HTTP/1.1 200"), said


def test_an_id_in_the_body_flows_when_there_is_no_location() -> None:
    """A number as well as a text."""
    *earlier, last = asked(Desk(with_location=False), change_by_the_number_in_the_answer)
    proof, steps = repeated(last, earlier, secrets=NOTHING)

    said = typed(
        [*(step.curl for step in steps), proof.curl],
        Desk(with_location=False, numbers=itertools.count(5)),
        instead_of=origin(last),
    )

    assert 1 == len(steps)
    assert said.startswith("HTTP/1.1 200"), said


def test_a_request_that_needs_nothing_has_nothing_before_it() -> None:
    """Reading alone prepares nothing."""

    def read(http: RecordingClient) -> None:
        http.get("/a")
        http.get("/b")

    *earlier, last = asked(Desk(), read)
    proof, steps = repeated(last, earlier, secrets=NOTHING)

    assert () == steps
    assert "$" not in proof.curl


def test_no_earlier_command_shows_a_secret() -> None:
    *earlier, last = asked(Desk(), change_with_the_entity_tag)
    proof, steps = repeated(last, earlier, secrets=Secrets.of({"X-Api-Key": "geheim-geheim"}))

    told = "\n".join([*(step.curl for step in steps), proof.curl])
    assert "geheim" not in told
    assert 3 == told.count(HIDDEN)


def test_a_value_that_is_secret_is_not_taken_out_of_an_answer() -> None:
    made = Exchange(
        method="POST", url="http://h/z", request_headers=(), response_headers=(("Location", "/z/geheim1"),)
    )
    use = Exchange(method="GET", url="http://h/z/geheim1", request_headers=())
    proof, _ = repeated(use, [made], secrets=Secrets(values=frozenset({"geheim1"})))

    assert "$" not in proof.curl
    assert "geheim1" not in proof.curl


def test_no_more_requests_are_kept_than_a_reader_can_follow() -> None:
    made = Exchange(method="POST", url="http://h/z", request_headers=())
    _, steps = repeated(made, [made] * (MOST_EARLIER + 5), secrets=NOTHING)

    assert MOST_EARLIER == len(steps)


def test_a_short_id_is_only_taken_for_one_in_an_address() -> None:
    """7 is a page size elsewhere."""
    command = curl(
        method="POST", url="http://h:7/z/7?grootte=17", headers=(), body='{"aantal": 7}', variables={"7": "ID1"}
    )

    assert """curl -i --data-raw '{"aantal": 7}' http://h:7/z/"$ID1"'?grootte=17'""" == command
