"""Subscribing to what happens in a town, for tests: with little patience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vlavirgem_receiver import wait_until
from vlavirgem.notifying.delivering import Patience

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient

    from support.vlavirgem_receiver import Receiver

BASE = "/notificaties/v1"
SUBSCRIPTIONS = f"{BASE}/abonnementen"
CASES = "/dossiers/v1/dossiers"
FEED = "/gebeurtenissen/v1/gebeurtenissen"
ID = "https://data.vlavirgem.example/id/"
PERMIT = {"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"}
SUBMITTED = "example.vlavirgem.dossier.ingediend.v1"
HURRIED = Patience(attempts=3, questions=2, first=0.05, longest=0.2, timeout=2, lease=3)


def subscribe(client: TestClient | httpx.Client, url: str, **wanted: Any) -> dict[str, Any]:
    answer = client.post(SUBSCRIPTIONS, json={"url": url, **wanted})
    assert 201 == answer.status_code, answer.text
    return dict(answer.json())


def subscribed(client: TestClient | httpx.Client, receiver: Receiver, **wanted: Any) -> dict[str, Any]:
    """Subscribe, and wait until the receiver has agreed."""
    made = subscribe(client, receiver.url, **wanted)
    wait_until(lambda: status_of(client, made) == "actief")
    return made


def status_of(client: TestClient | httpx.Client, made: dict[str, Any]) -> str:
    return str(client.get(f"{SUBSCRIPTIONS}/{made['nummer']}").json()["status"])


def open_cases(client: TestClient | httpx.Client, count: int, **headers: str) -> list[str]:
    """Give the identifiers of new cases."""
    answers = [client.post(CASES, json=PERMIT, headers=headers) for _ in range(count)]
    assert {201} == {answer.status_code for answer in answers}
    return [answer.json()["@id"] for answer in answers]


def messages(client: TestClient | httpx.Client, **narrowed: Any) -> list[dict[str, Any]]:
    return list(client.get(f"{BASE}/leveringen", params={"limiet": 1000, **narrowed}).json()["items"])
