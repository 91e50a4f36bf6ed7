"""The assessment API over HTTP: what each reader gets, in which form."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from proeftuin_assessment.api import router
from proeftuin_assessment.badges import BadgeService
from proeftuin_assessment.service import RunService
from proeftuin_conformance.badges.baking import carried
from proeftuin_conformance.badges.cli import app as badge_cli
from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.web import install_problems
from support.assessment_world import DEPLOYMENT, OPERATOR, STRANGER, VENDOR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import Request

    from proeftuin_assessment.views import Badge
    from proeftuin_kernel.auth import Principal
    from support.assessment_world import World

ZEROS = "0" * 26
PEOPLE = {"vendor": VENDOR, "stranger": STRANGER, "operator": OPERATOR}
BODY = {"deployment": DEPLOYMENT, "kit": "toetskit"}


def as_(who: str) -> dict[str, str]:
    return {"X-Test-Person": who}


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """The routes of this area alone, with the kernel's web edge; the header says who asks."""
    app = FastAPI()
    app.state.registry = {RunService: world.runs, BadgeService: world.badges}

    def authenticate(request: Request) -> Principal:
        return PEOPLE.get(request.headers.get("X-Test-Person", ""), VISITOR)

    app.state.authenticate = authenticate
    install_problems(app)
    app.include_router(router)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_run_is_asked_for_followed_and_read(client: TestClient, world: World) -> None:
    """The whole way of a vendor, over HTTP alone."""
    asked = client.post("/api/v1/runs", json=BODY, headers=as_("vendor"))
    assert 202 == asked.status_code
    address = asked.headers["Location"]
    assert ("queued", None) == (asked.json()["state"], asked.json()["outcome"])

    world.worker.execute(asked.json()["id"])

    done = client.get(address, headers=as_("vendor")).json()
    events = client.get(f"{address}/events", headers=as_("vendor"))
    report = client.get(f"{address}/report", headers=as_("vendor"))
    assert ("done", "pass") == (done["state"], done["outcome"])
    assert events.headers["content-type"].startswith("text/event-stream")
    assert "event: end" in events.text
    assert "sha256:" + hashlib.sha256(report.content).hexdigest() == done["reportDigest"]


def test_following_resumes_after_the_last_event_that_was_seen(client: TestClient, issued: Badge) -> None:
    address = f"/api/v1/runs/{issued.run}/events"
    numbers = [line[4:] for line in client.get(address).text.splitlines() if line.startswith("id: ")]

    rest = client.get(address, headers={"Last-Event-ID": numbers[0]}).text

    assert numbers[1:] == [line[4:] for line in rest.splitlines() if line.startswith("id: ")]


def test_lists_come_in_pages(client: TestClient, world: World) -> None:
    ids = [world.request(seed=seed).id for seed in range(3)]

    first = client.get("/api/v1/runs", params={"limit": 2}, headers=as_("vendor")).json()
    rest = client.get("/api/v1/runs", params={"limit": 2, "cursor": first["next"]}, headers=as_("vendor")).json()

    assert ids[::-1] == [run["id"] for run in first["items"] + rest["items"]]
    assert rest["next"] is None
    assert [] == client.get("/api/v1/runs").json()["items"]


@pytest.mark.parametrize(
    ("method", "path", "who", "body", "status", "code"),
    [
        ("POST", "/runs", "", BODY, 401, "unauthenticated"),
        ("POST", "/runs", "stranger", BODY, 404, "not-found"),
        ("POST", "/runs", "vendor", BODY | {"kit": "geen-kit"}, 404, "kit-unknown"),
        ("POST", "/runs", "vendor", BODY | {"actor": "niemand"}, 404, "kit-actor-unknown"),
        ("POST", "/runs", "vendor", BODY | {"deployment": "x"}, 400, "bad-input"),
        ("POST", "/runs", "vendor", BODY | {"seed": 2**31}, 400, "bad-input"),
        ("POST", "/runs", "vendor", BODY | {"tier": "docker"}, 400, "bad-input"),
        ("GET", f"/runs/{'run-' + ZEROS}", "vendor", None, 404, "run-not-found"),
        ("GET", "/runs/run-1", "vendor", None, 400, "bad-input"),
        ("GET", "/runs?cursor=x", "vendor", None, 400, "bad-input"),
        ("POST", f"/runs/{'run-' + ZEROS}/cancellation", "vendor", None, 404, "run-not-found"),
        ("GET", f"/badges/{'bdg-' + ZEROS}", "", None, 404, "badge-not-found"),
        ("GET", f"/badges/{'bdg-' + ZEROS}/image.svg", "", None, 404, "badge-not-found"),
        ("POST", f"/badges/{'bdg-' + ZEROS}/revocation", "", {"reason": "x"}, 401, "unauthenticated"),
        ("POST", f"/badges/{'bdg-' + ZEROS}/revocation", "vendor", {"reason": "x"}, 403, "forbidden"),
        ("POST", f"/badges/{'bdg-' + ZEROS}/revocation", "operator", {"reason": "x"}, 404, "badge-not-found"),
        ("POST", f"/badges/{'bdg-' + ZEROS}/revocation", "operator", {"reason": "\0"}, 400, "bad-input"),
        ("GET", f"/status-lists/{'stl-' + ZEROS}", "", None, 404, "status-list-not-found"),
    ],
)
def test_what_cannot_be_done_is_a_problem_with_a_code(
    client: TestClient, *, method: str, path: str, who: str, body: Any, status: int, code: str
) -> None:
    answer = client.request(method, f"/api/v1{path}", json=body, headers=as_(who))

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert "application/problem+json" == answer.headers["content-type"]


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    app = FastAPI()
    app.include_router(router)
    return app.openapi()


def test_the_facts_of_a_badge_cannot_be_sent_along(description: dict[str, Any]) -> None:
    """A vendor who could name the town or the tier could have anything signed."""
    schema = description["components"]["schemas"]["RunIn"]

    assert {"deployment", "kit", "actor", "mode", "seed"} == schema["properties"].keys()
    assert False is schema["additionalProperties"]


def test_a_badge_can_be_kept_and_checked_on_a_laptop_without_a_network(
    client: TestClient, issued: Badge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four files from the platform and the command line; the platform may be gone by then."""
    for name, path in {
        "badge.json": f"badges/{issued.id}",
        "badge.svg": f"badges/{issued.id}/image.svg",
        "lijst.json": f"status-lists/{issued.status_list}",
        "trust.json": "trust-list",
    }.items():
        answer = client.get(f"/api/v1/{path}")
        assert 200 == answer.status_code
        (tmp_path / name).write_bytes(answer.content)

    class Noon:
        """The command reads the wall clock; this is the clock of the test."""

        @staticmethod
        def now(_zone: object) -> Any:
            return issued.issued_at

    monkeypatch.setattr("proeftuin_conformance.badges.cli.datetime", Noon)
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    with_list = run(badge_cli, ["verify", "badge.json", "--trust", "trust.json", "--status-list", "lijst.json"])
    picture = run(badge_cli, ["verify", "badge.svg", "--trust", "trust.json", "--offline"])

    assert (0, "GELDIG  badge-valid") == (with_list.exit_code, with_list.stdout.splitlines()[0])
    assert (0, "GELDIG  badge-valid") == (picture.exit_code, picture.stdout.splitlines()[0])


def test_a_badge_is_served_as_a_credential_a_picture_and_facts(client: TestClient, issued: Badge) -> None:
    address = f"/api/v1/badges/{issued.id}"
    credential, picture = client.get(address), client.get(f"{address}/image.svg", params={"lang": "en"})

    assert ("application/vc+ld+json", issued.credential) == (credential.headers["content-type"], credential.json())
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "tested" in picture.text
    assert carried(picture.content).status_list
    assert issued.run == client.get(f"{address}/details").json()["run"]
    assert [issued.id] == [one["id"] for one in client.get("/api/v1/badges").json()["items"]]
    assert [] == client.get("/api/v1/badges", params={"run": "run-" + ZEROS}).json()["items"]


def test_a_badge_is_checked_and_revoked(client: TestClient, issued: Badge) -> None:
    address = f"/api/v1/badges/{issued.id}"
    good = client.get(f"{address}/verification").json()

    revoked = client.post(f"{address}/revocation", json={"reason": "Fout in de kit."}, headers=as_("operator"))
    again = client.post(f"{address}/revocation", json={"reason": "Nog eens."}, headers=as_("operator"))
    bad = client.post("/api/v1/badge-verification", json=issued.credential).json()

    assert (True, "badge-valid", "getest") == (good["valid"], good["code"], good["state"])
    assert (200, "Fout in de kit.") == (revoked.status_code, revoked.json()["revokedReason"])
    assert (409, "badge-already-revoked") == (again.status_code, again.json()["code"])
    assert (False, "badge-revoked", "ingetrokken") == (bad["valid"], bad["code"], bad["state"])


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 400), (b"[]", 400), (b'{"a": 1, "a": 2}', 200), (b'{"a": 1.5}', 200), (b"{}", 200), (b"x" * 300_000, 413)],
)
def test_any_document_may_be_shown_for_checking(client: TestClient, content: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/v1/badge-verification", content=content, headers=headers)

    assert status == answer.status_code


def test_the_issuer_and_the_list_of_trust_are_public(client: TestClient, issued: Badge) -> None:
    issuer, trust = client.get("/api/v1/issuer").json(), client.get("/api/v1/trust-list").json()

    assert issuer["id"] == trust["issuers"][0]["id"] == issued.credential["issuer"]["id"]
    assert issuer["assertionMethod"] == [issued.credential["proof"][0]["verificationMethod"]]
    assert "urn:proeftuin:schema:badge:1" == client.get("/api/v1/schemas/badge").json()["$id"]


def test_every_operation_is_described(description: dict[str, Any]) -> None:
    """A reader of the OpenAPI document learns what each operation does and what a good answer looks like."""
    operations = [operation for item in description["paths"].values() for operation in item.values()]
    good = [answers for operation in operations for answers in operation["responses"].items() if answers[0] < "3"]

    assert len(good) == len(operations) > 10
    assert all(operation["description"] and operation["tags"] for operation in operations)
    assert all(answer["content"] for _, answer in good)
