"""Who subscribes is told what happens: signed, in order, at least once, also when they or we fall over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from support.vlavirgem_receiver import Receiver, wait_until
from support.vlavirgem_subscriptions import (
    BASE,
    CASES,
    FEED,
    SUBMITTED,
    SUBSCRIPTIONS,
    messages,
    open_cases,
    subscribe,
    subscribed,
)
from vlavirgem.store.connection import plain_url
from vlavirgem.store.living import live_until
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from vlavirgem import Town


def test_whoever_agrees_is_told_what_happens(client: TestClient, receiver: Receiver) -> None:
    """A CloudEvent in structured mode, the very one of the feed, with a signature that others can check."""
    made = subscribed(client, receiver)
    assert "vlavirgem.example" == receiver.asked[0]["webhook-request-origin"]

    (case,) = open_cases(client, 1)
    (told,) = receiver.wait_for(1)

    assert "application/cloudevents+json; charset=utf-8" == told.headers["content-type"]
    assert (SUBMITTED, case, "1.0") == tuple(told.event[name] for name in ("type", "subject", "specversion"))
    assert client.get(FEED).json()["items"] == [told.event]
    assert told.is_signed_with(made["geheim"])
    assert not told.is_signed_with("whsec_" + "A" * 43 + "=")
    (message,) = wait_until(lambda: messages(client, status="geleverd"))
    assert ([204], told.id) == ([attempt["httpStatus"] for attempt in message["pogingen"]], message["webhookId"])


def test_the_secret_is_given_once(client: TestClient, receiver: Receiver) -> None:
    made = subscribe(client, receiver.url)

    for path in (f"{SUBSCRIPTIONS}/{made['nummer']}", SUBSCRIPTIONS):
        assert made["geheim"] not in client.get(path).text
    assert made["geheim"] != subscribe(client, receiver.url)["geheim"]


def test_a_life_of_days_arrives_whole_and_in_order(client: TestClient, receiver: Receiver, writing_url: str) -> None:
    """Also when another process has the town live; nothing comes twice when nothing goes wrong."""
    subscribed(client, receiver)
    list(live_until(writing_url, 30))
    expected = client.get(FEED, params={"limiet": 1000}).json()["items"]
    assert len(expected) > 5

    told = receiver.wait_for(len(expected))

    assert expected == [one.event for one in told]


def test_a_subscription_hears_only_what_it_asked_for(client: TestClient, receiver: Receiver) -> None:
    """By type and by the beginning of the subject."""
    stepped = "example.vlavirgem.dossier.statusgewijzigd.v1"
    first, second = open_cases(client, 2)
    subscribed(client, receiver, types=[stepped], onderwerp=second)

    open_cases(client, 1)
    for case in (first, second):
        number = case.rpartition("/")[2]
        assert 201 == client.post(f"{CASES}/{number}/statussen", json={"status": "InVerwerking"}).status_code
    client.post(f"{SUBSCRIPTIONS}/1/testgebeurtenissen")

    told = receiver.wait_for(2)
    assert [(stepped, second), "example.vlavirgem.notificaties.test.v1"] == [
        (told[0].event["type"], told[0].event["subject"]),
        told[1].event["type"],
    ]


def test_a_pause_keeps_what_happens(client: TestClient, receiver: Receiver) -> None:
    """And a version that was read is asked for when it is given."""
    made = subscribed(client, receiver)
    place = f"{SUBSCRIPTIONS}/{made['nummer']}"
    tag = client.get(place).headers["etag"]

    paused = client.patch(place, json={"status": "gepauzeerd"}, headers={"If-Match": tag})
    late = client.patch(place, json={"status": "actief"}, headers={"If-Match": tag})
    cases = open_cases(client, 2)
    time.sleep(0.3)

    assert (200, "gepauzeerd", 412) == (paused.status_code, paused.json()["status"], late.status_code)
    assert [] == receiver.received
    assert 304 == client.get(place, headers={"If-None-Match": paused.headers["etag"]}).status_code
    client.patch(place, json={"status": "actief"})
    assert cases == [one.event["subject"] for one in receiver.wait_for(2)]


def test_whoever_ends_a_subscription_hears_nothing_more(client: TestClient, receiver: Receiver) -> None:
    made = subscribed(client, receiver)
    place = f"{SUBSCRIPTIONS}/{made['nummer']}"

    assert 204 == client.delete(place).status_code
    open_cases(client, 1)

    assert (404, 404) == (client.get(place).status_code, client.delete(place).status_code)
    time.sleep(0.2)
    assert ([], []) == (receiver.received, messages(client))


def test_subscriptions_come_and_go_while_others_write(client: TestClient, receiver: Receiver) -> None:
    """Nobody's writing fails because somebody no longer listens."""
    ended = threading.Event()

    def come_and_go() -> None:
        while not ended.is_set():
            made = subscribe(client, receiver.url)
            client.delete(f"{SUBSCRIPTIONS}/{made['nummer']}")

    visitor = threading.Thread(target=come_and_go)
    visitor.start()
    try:
        open_cases(client, 40)
    finally:
        ended.set()
        visitor.join()

    assert 0 == client.get(SUBSCRIPTIONS).json()["totaalAantal"]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"url": "geen adres"},
        {"url": "ftp://ontvanger.example/"},
        {"url": "http://169.254.169.254/latest/"},
        {"url": "http://a:b@ontvanger.example/"},
        {"url": "http://ontvanger.example/", "types": ["iets.anders"]},
        {"url": "http://ontvanger.example/", "onderwerp": "x y"},
        {"url": "http://ontvanger.example/", "geheim": "kort"},
        [],
    ],
)
def test_a_subscription_that_cannot_be_is_refused(reading: TestClient, wanted: Any) -> None:
    answer = reading.post(SUBSCRIPTIONS, json=wanted)

    assert 400 == answer.status_code
    assert answer.json()["fouten"]
    assert 0 == reading.get(SUBSCRIPTIONS).json()["totaalAantal"]


def test_there_are_a_hundred_subscriptions_at_most_and_they_are_read_in_pages(client: TestClient) -> None:
    """The same key makes one."""
    url = "http://127.0.0.1:9/"
    key = {"Idempotency-Key": "een"}
    first, again = (client.post(SUBSCRIPTIONS, json={"url": url}, headers=key) for _ in range(2))
    assert first.json() == again.json()
    for _ in range(99):
        subscribe(client, url)

    assert 409 == client.post(SUBSCRIPTIONS, json={"url": url}).status_code
    page = client.get(SUBSCRIPTIONS, params={"limiet": 60}).json()
    rest = client.get(page["volgende"]).json()
    assert list(range(1, 101)) == [one["nummer"] for one in page["items"] + rest["items"]]
    assert "volgende" not in rest


def test_all_is_what_its_description_says(client: TestClient, receiver: Receiver) -> None:
    """OpenAPI 3.1."""
    made = subscribed(client, receiver)
    subscribe(client, "http://127.0.0.1:9/")
    open_cases(client, 1, **{"VlaVirGem-Storing": "verdubbeld"})
    test = client.post(f"{SUBSCRIPTIONS}/{made['nummer']}/testgebeurtenissen")
    assert 202 == test.status_code
    receiver.wait_for(3)
    document = client.get(f"{BASE}/openapi.json").json()
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", Resource.from_contents(document, default_specification=DRAFT202012)
    )
    for path, name in (
        (SUBSCRIPTIONS, "AbonnementVerzameling"),
        (f"{SUBSCRIPTIONS}/1", "Abonnement"),
        (f"{BASE}/leveringen", "LeveringVerzameling"),
        (test.headers["location"], "Levering"),
        (f"{BASE}/dode-letters?abonnementId=1", "LeveringVerzameling"),
    ):
        schema = {"$ref": f"urn:api#/components/schemas/{name}"}
        content = client.get(path).json()
        assert [] == list(Draft202012Validator(schema, registry=registry).iter_errors(content)), path
    schema = {"$ref": "urn:api#/components/schemas/GemaaktAbonnement"}
    assert [] == list(Draft202012Validator(schema, registry=registry).iter_errors(made))
    for path in ("abonnementen/9999", "leveringen/9999"):
        assert 404 == client.get(f"{BASE}/{path}").status_code


def test_a_reset_to_the_seed_ends_all_subscriptions(
    client: TestClient, receiver: Receiver, writing_url: str, town: Town
) -> None:
    """And what is subscribed to afterwards works."""
    subscribed(client, receiver)
    open_cases(client, 1)
    receiver.wait_for(1)

    load_town(town, writing_url, reset=True)

    assert 0 == client.get(SUBSCRIPTIONS).json()["totaalAantal"]
    assert [] == messages(client)
    assert 1 == subscribed(client, receiver)["nummer"]
    open_cases(client, 1)
    before, after = receiver.wait_for(2)
    assert before.id != after.id  # who remembers what they had must not miss this one


def test_whoever_is_killed_is_followed_by_one_who_goes_on(writing_url: str, receiver: Receiver) -> None:
    """`kill -9` while a message is on its way: all arrive, in order, that one twice."""
    held = threading.Event()
    with _serving(writing_url) as (url, process), httpx.Client(base_url=url) as client:
        subscribed(client, receiver)
        receiver.answer = lambda: held.wait(20)
        cases = open_cases(client, 3)
        receiver.wait_for(1)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    held.set()
    with psycopg.connect(plain_url(writing_url)) as connection:  # rather than wait until its lease ends
        connection.execute("UPDATE vlavirgem_leveringen SET bezet_tot = now()")

    with _serving(writing_url) as (_, process):
        told = receiver.wait_for(4)
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(timeout=30)

    assert [cases[0], *cases] == [one.event["subject"] for one in told]
    assert told[0].id == told[1].id


@contextmanager
def _serving(url: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "vlavirgem.cli", "serve", "--port", "0", "--database-url", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            assert line.startswith("vlavirgem: serving "), line
            yield line.split()[-1], process
        finally:
            process.kill()
