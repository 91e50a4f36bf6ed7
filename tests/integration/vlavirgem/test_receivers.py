"""A receiver that refuses, is slow or is gone, and messages that are lost: the order stays, and nobody else waits."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING

import pytest

from support.vlavirgem_receiver import Receiver, receiving, wait_until
from support.vlavirgem_subscriptions import (
    BASE,
    HURRIED,
    SUBSCRIPTIONS,
    messages,
    open_cases,
    status_of,
    subscribe,
    subscribed,
)

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def test_order_is_kept_while_one_message_is_tried_again(client: TestClient, receiver: Receiver) -> None:
    """What comes after waits; every attempt has the same `webhook-id` and its own moment."""
    subscribed(client, receiver)
    receiver.answers = [(500, {}), (503, {})]

    cases = open_cases(client, 4)
    told = receiver.wait_for(6)

    assert [cases[0]] * 3 + cases[1:] == [one.event["subject"] for one in told]
    assert 1 == len({one.id for one in told[:3]})
    gaps = [after.at - before.at for before, after in itertools.pairwise(told[:3])]
    assert all(gap >= 0.025 for gap in gaps)
    done = wait_until(lambda: found if len(found := messages(client, status="geleverd")) == 4 else None)
    assert [500, 503, 204] == [attempt["httpStatus"] for attempt in done[0]["pogingen"]]


def test_what_never_arrives_becomes_a_dead_letter_that_can_be_sent_again(
    client: TestClient, receiver: Receiver
) -> None:
    """The others go on; when asked it has all its chances anew."""
    subscribed(client, receiver)
    receiver.answers = [(500, {})] * 3
    dead, alive = open_cases(client, 2)

    told = receiver.wait_for(4)
    (letter,) = wait_until(lambda: client.get(f"{BASE}/dode-letters").json()["items"])

    assert [dead] * 3 + [alive] == [one.event["subject"] for one in told]
    assert (dead, "dood", 3) == (letter["gebeurtenis"]["subject"], letter["status"], len(letter["pogingen"]))
    again = client.post(f"{BASE}/dode-letters/{letter['nummer']}/herzendingen")
    assert (202, "wachtend") == (again.status_code, again.json()["status"])
    assert dead == receiver.wait_for(5)[4].event["subject"]
    assert told[0].id == receiver.received[4].id
    wait_until(lambda: client.get(f"{BASE}/dode-letters").json()["totaalAantal"] == 0)
    second = client.post(f"{BASE}/dode-letters/{letter['nummer']}/herzendingen")
    assert (409, 404) == (second.status_code, client.post(f"{BASE}/dode-letters/999/herzendingen").status_code)


def test_a_receiver_that_asks_for_time_gets_it(client: TestClient, receiver: Receiver) -> None:
    """`Retry-After`, and as many a minute as they allow (web hooks, 4.2.2)."""
    receiver.agrees = {"WebHook-Allowed-Origin": "vlavirgem.example", "WebHook-Allowed-Rate": "120"}
    made = subscribed(client, receiver)
    receiver.answers = [(429, {"Retry-After": "1"})]

    open_cases(client, 2)
    told = receiver.wait_for(3)

    assert told[1].at - told[0].at >= 1
    assert told[2].at - told[1].at >= 0.45
    assert 120 == client.get(f"{SUBSCRIPTIONS}/{made['nummer']}").json()["perMinuut"]


def test_a_receiver_that_is_gone_is_left_alone(client: TestClient, receiver: Receiver) -> None:
    """410 ends the subscription; 415 only the message. What was laid ready before that waits, nothing is added."""
    made = subscribed(client, receiver)
    receiver.answers = [(415, {}), (410, {})]

    open_cases(client, 3)

    wait_until(lambda: status_of(client, made) == "geweigerd")
    assert 2 == len(receiver.received)
    assert "410" in client.get(f"{SUBSCRIPTIONS}/{made['nummer']}").json()["reden"]
    before = [message["status"] for message in messages(client)]
    open_cases(client, 1)
    assert before in (["dood", "dood"], ["dood", "dood", "wachtend"])
    assert before == [message["status"] for message in messages(client)]


@pytest.mark.parametrize(
    ("status", "headers"),
    [(200, {}), (200, {"WebHook-Allowed-Origin": "iemand.anders"}), (405, {"WebHook-Allowed-Origin": "*"})],
)
def test_nothing_is_sent_to_who_does_not_agree(
    client: TestClient, receiver: Receiver, status: int, headers: dict[str, str]
) -> None:
    """Web hooks, 4: it could be somebody who knows nothing of it. They may agree later."""
    receiver.agrees, receiver.agrees_with = headers, status
    opened = threading.Event()  # what happens after a refusal is kept for nobody
    receiver.answer_question = lambda: opened.wait(HURRIED.timeout)
    made = subscribe(client, receiver.url)
    (case,) = open_cases(client, 1)
    opened.set()

    wait_until(lambda: status_of(client, made) == "geweigerd")
    assert (2, []) == (len(receiver.asked), receiver.received)
    assert "WebHook-Allowed-Origin" in client.get(f"{SUBSCRIPTIONS}/{made['nummer']}").json()["reden"]

    receiver.agrees, receiver.agrees_with = {"WebHook-Allowed-Origin": "vlavirgem.example"}, 204
    assert 200 == client.patch(f"{SUBSCRIPTIONS}/{made['nummer']}", json={"status": "actief"}).status_code
    assert [case] == [one.event["subject"] for one in receiver.wait_for(1)]


def test_a_slow_receiver_makes_nobody_wait(client: TestClient) -> None:
    """Not the requests, and not the other subscribers."""
    going = threading.Event()
    with receiving() as slow, receiving() as quick:
        slow.answer = lambda: going.wait(10)
        subscribed(client, slow)
        subscribed(client, quick)
        began = time.monotonic()
        open_cases(client, 3)
        quick.wait_for(3)
        assert time.monotonic() - began < 1.9  # of the slow one's two seconds
        assert 1 == len(slow.received)
        going.set()


def test_messages_are_lost_and_doubled_when_a_request_asks_for_that(client: TestClient, receiver: Receiver) -> None:
    """The log says so, and so does the message itself; a doubled one has one `webhook-id`."""
    subscribed(client, receiver)

    (lost,) = open_cases(client, 1, **{"VlaVirGem-Storing": "verloren"})
    (doubled,) = open_cases(client, 1, **{"VlaVirGem-Storing": "verdubbeld"})
    (plain,) = open_cases(client, 1)
    told = receiver.wait_for(3)

    assert [doubled, doubled, plain] == [one.event["subject"] for one in told]
    assert told[0].id == told[1].id
    assert ["verdubbeld", "verdubbeld", None] == [one.headers.get("vlavirgem-storing") for one in told]
    wait_until(lambda: not messages(client, status="wachtend"))
    log = messages(client)
    assert [("verloren", lost), ("geleverd", doubled), ("geleverd", plain)] == [
        (message["status"], message["gebeurtenis"]["subject"]) for message in log
    ]
    assert [["verloren"], ["verdubbeld"] * 2, [None]] == [
        [attempt.get("storing") for attempt in message["pogingen"]] for message in log
    ]


def test_messages_are_lost_by_the_setting_of_the_town(client: TestClient, receiver: Receiver) -> None:
    """A share of them, by seed and number."""
    subscribed(client, receiver)
    client.put("/storingen/v1/instelling", json={"seed": 4, "regels": [{"soort": "verloren", "kans": 40}]})

    cases = open_cases(client, 15)
    wait_until(lambda: not messages(client, status="wachtend"))

    lost = [message["gebeurtenis"]["subject"] for message in messages(client, status="verloren")]
    assert 2 <= len(lost) <= 11
    assert [case for case in cases if case not in lost] == [one.event["subject"] for one in receiver.received]
