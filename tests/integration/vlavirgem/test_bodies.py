"""What can be sent to the building blocks, and what who sends something else hears (RFC 9110, 15.5.16)."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest

from vlavirgem.blocks.accepting import MOST_BYTES
from vlavirgem.blocks.registry import BLOCKS

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from vlavirgem.blocks.block import Block

CASES = "/dossiers/v1/dossiers"
PREFERENCE = "/contact/v1/contactvoorkeuren/1"
TELLS = {"POST": "accept-post", "PATCH": "accept-patch", "PUT": "accept"}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_body_that_is_no_json_is_415_wherever_one_can_be_sent(reading: TestClient, block: Block) -> None:
    """The answer names what is taken, and the OpenAPI document says that this can happen."""
    for path, operations in reading.get(f"{block.path}/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            if "requestBody" not in operation:
                continue
            answer = reading.request(
                method,
                block.path + re.sub(r"\{[^}]*\}", "1", path),
                content="a=b",
                headers={"Content-Type": "text/plain"},
            )

            assert (415, "application/problem+json") == (answer.status_code, answer.headers["content-type"]), path
            assert "application/json" == answer.headers[TELLS[method.upper()]], path
            assert {"413", "415"} <= set(operation["responses"]), path
            assert TELLS[method.upper()] in {name.lower() for name in operation["responses"]["415"]["headers"]}, path


@pytest.mark.parametrize(
    "said", [None, "", "text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", "json"]
)
def test_a_body_says_that_it_is_json(reading: TestClient, said: str | None) -> None:
    """Nothing is guessed, whatever the body looks like."""
    headers = {} if said is None else {"Content-Type": said}

    assert 415 == reading.patch(PREFERENCE, content=b'{"ebox": true}', headers=headers).status_code


@pytest.mark.parametrize("said", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_with_parameters_is_json(reading: TestClient, said: str) -> None:
    """Case and parameters of a media type change nothing (RFC 9110, 8.3.1)."""
    assert 428 == reading.patch(PREFERENCE, content=b'{"ebox": true}', headers={"Content-Type": said}).status_code


def test_who_sends_nothing_hears_that_something_is_missing(reading: TestClient) -> None:
    """Without a body there is no wrong format."""
    answer = reading.post(CASES)

    assert 400 == answer.status_code
    assert [("body", "dit ontbreekt")] == [(one["plaats"], one["reden"]) for one in answer.json()["fouten"]]


def test_a_packed_body_is_415_and_hears_how_to_send_it(reading: TestClient) -> None:
    """RFC 9110, 12.5.3: `Accept-Encoding` in an answer says what can be sent."""
    answer = reading.post(
        CASES, content=gzip.compress(b"{}"), headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}
    )

    assert (415, "identity") == (answer.status_code, answer.headers["accept-encoding"])


def test_a_body_without_end_is_413(reading: TestClient) -> None:
    """It is not read on, whether it tells its length or not."""
    pieces = (b" " * 1024 for _ in range(MOST_BYTES // 1024 + 1))

    for content in (b" " * (MOST_BYTES + 1), pieces):
        answer = reading.post(CASES, content=content, headers={"Content-Type": "application/json"})

        assert (413, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
        assert "inhoud-te-lang" == answer.json()["type"].rpartition("/")[2]


def test_what_cannot_be_read_is_told_in_both_languages(reading: TestClient) -> None:
    """Also when it is not a value that is wrong: brackets without end."""
    told = reading.post(CASES, content=b"[" * 100_000, headers={"Content-Type": "application/json"}).json()

    assert ("Wat u stuurde, is niet te lezen.", "What you sent cannot be read.") == (told["detail"], told["detailEn"])


@pytest.mark.parametrize(
    ("path", "allowed", "header"),
    [
        (CASES, "GET, HEAD, OPTIONS, POST", "accept-post"),
        (PREFERENCE, "GET, HEAD, OPTIONS, PATCH", "accept-patch"),
        ("/", "GET, HEAD, OPTIONS", None),
    ],
)
def test_options_tells_what_can_be_done(reading: TestClient, path: str, allowed: str, header: str | None) -> None:
    """And what can be sent (RFC 9110, 9.3.7; RFC 5789, 3.1)."""
    answer = reading.options(path)

    assert (204, allowed, b"") == (answer.status_code, answer.headers["allow"], answer.content)
    assert ({header} if header else set()) == {"accept-post", "accept-patch"} & set(answer.headers)


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS"])
def test_an_address_for_searching_is_not_taken_for_a_member(reading: TestClient, method: str) -> None:
    """It can be posted to, and nothing else."""
    answer = reading.request(method, "/basisregisters/v1/personen/zoekopdrachten")

    assert (204 if method == "OPTIONS" else 405) == answer.status_code
    assert "OPTIONS, POST" == answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "method", "body", "name"),
    [
        ("/contact/v1/toestemmingen", "POST", {"persoonId": "1", "activiteitId": 1}, "persoonId"),
        ("/contact/v1/toestemmingen", "POST", {"persoonId": 1, "activiteitId": True}, "activiteitId"),
        (PREFERENCE, "PATCH", {"ebox": "yes"}, "ebox"),
        (PREFERENCE, "PATCH", {"ebox": 1}, "ebox"),
        ("/rollen/v1/toegangsrechten", "POST", {"medewerkerId": 1, "rolId": 1, "van": 0}, "van"),
        ("/storingen/v1/instelling", "PUT", {"seed": False, "regels": []}, "seed"),
        ("/storingen/v1/instelling", "PUT", {"regels": [{"soort": "verloren", "kans": "9"}]}, "regels.0.kans"),
        ("/identiteit/v1/toepassingen", "POST", {"client_name": "A", "pkce_required": "no"}, "pkce_required"),
    ],
)
def test_a_value_of_another_type_is_not_guessed(
    reading: TestClient, path: str, method: str, body: dict[str, object], name: str
) -> None:
    """JSON says of each value what it is; the OpenAPI document says what it has to be."""
    answer = reading.request(method, path, json=body)

    assert 400 == answer.status_code
    (fault,) = answer.json()["fouten"]
    assert name == fault["naam"]
    assert fault["redenEn"] != "this value is not accepted"


@pytest.mark.parametrize("moment", ["0", "0.5", "1700000000", "2026-03-09", "gisteren", "2026-03-09T08:30:00"])
def test_a_moment_has_a_date_an_hour_and_a_time_zone(reading: TestClient, moment: str) -> None:
    """RFC 3339, and no number of seconds."""
    answer = reading.get("/dossiers/v1/wijzigingen", params={"sinds": moment})

    assert (400, ["sinds"]) == (answer.status_code, [one["naam"] for one in answer.json()["fouten"]])
    assert 200 == reading.get("/dossiers/v1/wijzigingen", params={"sinds": "2026-03-09T08:30:00Z"}).status_code


@pytest.mark.parametrize("path", [PREFERENCE, "/basisregisters/v1/personen/1/contactinfo"])
def test_a_change_of_nothing_is_400_whatever_version_is_named(reading: TestClient, path: str) -> None:
    """What is sent is looked at before what is there."""
    assert 400 == reading.patch(path, json={}, headers={"If-Match": '"another"'}).status_code
