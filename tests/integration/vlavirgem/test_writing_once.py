"""A request with a key happens once, however often it is sent."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from starlette.testclient import TestClient

from support.vlavirgem_registers import CASES, PERMIT


def test_a_key_makes_a_request_happen_once(writing: TestClient) -> None:
    """The same answer, with the same bytes, and one case; another request with that key is a conflict."""
    key = {"Idempotency-Key": "0b0e1f8e-aanvraag"}
    first = writing.post(CASES, json=PERMIT, headers=key)
    again = writing.post(CASES, json=PERMIT, headers=key)
    other = writing.post(CASES, json={**PERMIT, "naam": "Iets anders"}, headers=key)
    fresh = writing.post(CASES, json=PERMIT, headers={"Idempotency-Key": "een-andere"})

    assert [201, 201, 409, 201] == [answer.status_code for answer in (first, again, other, fresh)]
    assert (first.content, first.headers["location"], first.headers["etag"]) == (
        again.content,
        again.headers["location"],
        again.headers["etag"],
    )
    assert ("true", None) == tuple(answer.headers.get("idempotent-replayed") for answer in (again, first))
    assert first.headers["location"] != fresh.headers["location"]
    assert "/sleutel-al-gebruikt" in other.json()["type"]


def test_what_failed_may_be_tried_again_with_the_same_key(writing: TestClient) -> None:
    """Only what happened is kept."""
    key = {"Idempotency-Key": "nog-eens"}
    opened = writing.post(CASES, json=PERMIT).headers["location"]

    refused = writing.post(f"{opened}/statussen", json={"status": "Goedgekeurd"}, headers=key)
    done = writing.post(f"{opened}/statussen", json={"status": "InVerwerking"}, headers=key)

    assert (409, 201) == (refused.status_code, done.status_code)


@pytest.mark.parametrize("key", ["", "x" * 256, "met spatie"])
def test_a_key_that_is_none_is_refused(reading: TestClient, key: str) -> None:
    assert 400 == reading.post(CASES, json=PERMIT, headers={"Idempotency-Key": key}).status_code


def test_a_key_that_is_sent_many_times_at_once_makes_one_case(writing: TestClient) -> None:
    """Whoever comes second waits and gets the first one's answer."""
    places: list[str] = []

    def send() -> None:
        answer = writing.post(CASES, json=PERMIT, headers={"Idempotency-Key": "tegelijk"})
        places.append(answer.headers["location"])

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (8, 1) == (len(places), len(set(places)))
