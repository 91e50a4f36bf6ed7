"""Following what happens across a reset: nobody goes on at a number that now means something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vlavirgem.store.resetting import reset_town

if TYPE_CHECKING:
    from starlette.testclient import TestClient

RIGHTS = "/rollen/v1/toegangsrechten"
FEEDS = ("/gebeurtenissen/v1/gebeurtenissen", "/rollen/v1/wijzigingen")


def end_a_right(client: TestClient) -> None:
    """Take a role from whoever has the first one."""
    right = client.get(f"{RIGHTS}?limiet=1").json()["items"][0]
    number = right["@id"].rpartition("/")[2]
    one = client.get(f"{RIGHTS}/{number}")
    answer = client.post(f"{RIGHTS}/{number}/beeindigingen", json={}, headers={"If-Match": one.headers["etag"]})
    assert 201 == answer.status_code, answer.text


@pytest.mark.parametrize("feed", FEEDS)
def test_whoever_resumes_after_a_reset_hears_that_it_all_began_anew(
    writing: TestClient, writing_url: str, feed: str
) -> None:
    """410 with where to start, and not an empty page for as long as the new numbers are lower."""
    end_a_right(writing)
    page = writing.get(feed).json()
    assert 1 == len(page["items"])
    assert [] == writing.get(page["hervat"]).json()["items"]
    reset_town(writing_url)
    end_a_right(writing)

    gone = writing.get(page["hervat"])

    assert (410, "application/problem+json") == (gone.status_code, gone.headers["content-type"])
    assert f'<http://stad.test{feed}>; rel="collection"' == gone.headers["link"]
    again = writing.get(feed).json()
    assert 1 == len(again["items"])
    assert page["hervat"] != again["hervat"]
    assert [] == writing.get(again["hervat"]).json()["items"]


@pytest.mark.parametrize("feed", FEEDS)
def test_a_place_without_an_epoch_is_one_of_now(reading: TestClient, feed: str) -> None:
    """Who kept a cursor of an earlier version of the service goes on."""
    assert 200 == reading.get(f"{feed}?cursor=na-0").status_code
    assert 410 == reading.get(f"{feed}?cursor=na-0-00000000").status_code
    assert 400 == reading.get(f"{feed}?cursor=na-0-0000000g").status_code
