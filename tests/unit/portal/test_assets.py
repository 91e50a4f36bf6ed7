"""Static files come from the package and from the installed htmx, never from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.portal.assets import Assets

if TYPE_CHECKING:
    from fastapi.testclient import TestClient


def test_a_file_at_its_digest_may_be_kept_for_good(client: TestClient) -> None:
    """A new version has a new address."""
    answer = client.get(Assets.load().url("portal/site.css"))
    assert 200 == answer.status_code
    assert "text/css; charset=utf-8" == answer.headers["content-type"]
    assert "public, max-age=31536000, immutable" == answer.headers["cache-control"]


def test_a_file_at_another_digest_is_kept_briefly(client: TestClient) -> None:
    """An old page may ask an old address."""
    assert "public, max-age=300" == client.get("/static/portal/site.css?v=oud").headers["cache-control"]


def test_a_known_file_is_not_sent_again(client: TestClient) -> None:
    """By its ETag."""
    first = client.get("/static/portal/site.css")
    again = client.get("/static/portal/site.css", headers={"If-None-Match": first.headers["etag"]})
    assert (304, b"") == (again.status_code, again.content)


def test_htmx_is_served_from_the_installed_package(client: TestClient) -> None:
    """Third-party code is never committed."""
    answer = client.get("/static/vendor/htmx.min.js")
    assert 200 == answer.status_code
    assert b"htmx" in answer.content


def test_there_is_no_way_out_of_the_folder(client: TestClient) -> None:
    """Names are looked up in a table, not on disk."""
    assert 404 == client.get("/static/portal/../../install.py").status_code
    assert 404 == client.get("/static/%2e%2e/install.py").status_code
