"""The client records everything, shows no secret, and cannot be led astray."""

from __future__ import annotations

import shlex
import subprocess
import time

import pytest

from proeftuin_conformance.client import Deadline, Limits, RecordingClient
from proeftuin_conformance.errors import AnswerTooLargeError, RedirectError, TimedOutError, UsageError
from proeftuin_conformance.exchanges import Exchange, Secrets, curl, evidence
from support.conformance_servers import (
    HUNDRED_MEGABYTES,
    App,
    Request,
    Response,
    Server,
    circle,
    serving,
    url_of,
)


def client(
    server: Server, *, base: str = "/v1", headers: dict[str, str] | None = None, **limits: float
) -> RecordingClient:
    return RecordingClient(
        url_of(server) + base,
        deadline=Deadline(at=time.monotonic() + 20),
        headers=headers or {},
        limits=Limits(**limits),  # type: ignore[arg-type] # numbers of either kind
    )


def echo(request: Request) -> Response:
    return Response.json({"path": request.path, "headers": request.headers, "body": request.body.decode()})


def ask(app: App, path: str, **limits: float) -> Exchange:
    with serving(app) as server, client(server, **limits) as http:
        return http.get(path)


def test_paths_are_appended_to_the_base_address() -> None:
    assert "/v1/gebouwen" == ask(echo, "/gebouwen").json()["path"]
    assert "/v1" == ask(echo, "").json()["path"]


def test_another_origin_is_refused_before_anything_is_sent() -> None:
    with serving(echo) as server, serving(echo) as other, client(server) as http:
        with pytest.raises(UsageError):
            http.get(f"{url_of(other)}/v1")

        assert [] == other.requests


def test_a_circle_of_redirects_ends() -> None:
    with pytest.raises(RedirectError, match="circle"):
        ask(circle, "/a")


def test_too_many_redirects_end() -> None:
    def app(request: Request) -> Response:
        return Response(status=302, headers={"Location": request.path + "x"})

    with pytest.raises(RedirectError, match="more than"):
        ask(app, "/a")


def test_reading_stops_at_the_limit() -> None:
    started = time.monotonic()
    with pytest.raises(AnswerTooLargeError):
        ask(lambda _: HUNDRED_MEGABYTES, "/a", max_bytes=100_000)

    assert time.monotonic() - started < 5


def test_an_answer_that_does_not_come_times_out() -> None:
    with pytest.raises(TimedOutError):
        ask(lambda _: Response(delay=2), "/a", timeout_s=0.2)


def test_each_redirect_is_recorded_and_so_is_a_failure() -> None:
    with serving(circle) as server, client(server, base="") as http:
        with pytest.raises(RedirectError):
            http.get("/c")

        assert [302, 302, 302] == [exchange.status for exchange in http.exchanges]


def test_an_anonymous_request_leaves_the_credentials_out() -> None:
    with serving(echo) as server, client(server, headers={"Authorization": "Bearer x"}) as http:
        assert "authorization" in http.get("/a").json()["headers"]
        assert "authorization" not in http.get("/a", anonymous=True).json()["headers"]


def test_secrets_are_blanked_wherever_they_turn_up() -> None:
    secrets = Secrets.of({"X-Sleutel": "Bearer heel-geheim"})
    shown = evidence(
        Exchange(
            method="GET",
            url="http://127.0.0.1/?t=heel-geheim",
            request_headers=(("X-Sleutel", "Bearer heel-geheim"), ("Cookie", "a=b")),
            status=200,
            response_headers=(("Set-Cookie", "sessie=1"),),
            content=b"u stuurde heel-geheim",
        ),
        secrets=secrets,
    )

    assert "heel-geheim" not in str(shown.to_dict())
    assert "a=b" not in str(shown.to_dict())
    assert "sessie=1" not in str(shown.to_dict())
    assert "X-Sleutel" in shown.curl


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_the_curl_command_sends_the_same_request(method: str) -> None:
    """Where there is a curl, its request equals ours in method, path and body."""
    seen: list[Request] = []

    def app(request: Request) -> Response:
        seen.append(request)
        return Response.json({})

    body = '{"naam": "d\'Hoppe"}' if method in {"POST", "PUT"} else ""
    with serving(app) as server, client(server) as http:
        exchange = http.request(method, "/a?b=c d", content=body or None)
        command = curl(method=method, url=exchange.url, headers=exchange.request_headers, body=body)
        try:
            subprocess.run([*shlex.split(command), "--silent"], check=True, capture_output=True, timeout=10)
        except FileNotFoundError:
            pytest.skip("there is no curl on this machine")

    assert (seen[0].method, seen[0].path, seen[0].query, seen[0].body) == (
        seen[1].method,
        seen[1].path,
        seen[1].query,
        seen[1].body,
    )


def test_an_exchange_survives_the_wire() -> None:
    exchange = Exchange(
        method="POST",
        url="http://127.0.0.1/",
        request_headers=(("A", "b"),),
        request_body=b"\xff",
        status=200,
        response_headers=(("C", "d"), ("C", "e")),
        content=b"\x00",
        elapsed_ms=1.5,
    )

    assert exchange == Exchange.from_wire(exchange.to_wire())
    assert "d, e" == exchange.header("c")
