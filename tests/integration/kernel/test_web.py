"""Every failure of the web edge is one problem document with a stable code, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import pytest
from fastapi import Query
from fastapi.testclient import TestClient

from proeftuin.api import create_app
from proeftuin.bootstrap import build
from proeftuin_kernel.errors import ConflictError, LimitReachedError
from proeftuin_kernel.settings import Settings
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import LimitDep, PrincipalDep, progress_response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(build(database_url, Settings(data_dir=tmp_path)), worker=False)

    @app.get("/test/conflict")
    def conflict() -> None:
        raise ConflictError(Text(nl="bezet", en="taken"), extra={"errors": [{"detail": {"nl": "naam", "en": "name"}}]})

    @app.get("/test/limit")
    def limit() -> None:
        raise LimitReachedError(Text(nl="vol", en="full"), retry_after=7)

    @app.get("/test/bug")
    def bug() -> None:
        raise ZeroDivisionError

    @app.get("/test/number")
    def number(size: Annotated[int, Query(ge=1)]) -> int:
        return size

    @app.get("/test/filter")
    def filtered(
        kind: Annotated[list[str], Query(default_factory=list)],
        limit: LimitDep = 20,
        name: Annotated[str | None, Query()] = None,
    ) -> list[object]:
        return [kind, limit, name]

    @app.get("/test/private")
    def private(principal: PrincipalDep) -> str:
        return principal.name

    @app.get("/test/progress")
    def progress() -> object:
        return progress_response(app.state.application.database, "lamp:a")

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_known_error_is_told_in_the_readers_language(client: TestClient) -> None:
    """Dutch unless English is asked; the code is the same in both."""
    dutch = client.get("/test/conflict")
    english = client.get("/test/conflict", headers={"Accept-Language": "en"})

    assert (409, "application/problem+json", "bezet") == (
        dutch.status_code,
        dutch.headers["content-type"],
        dutch.json()["detail"],
    )
    assert "taken" == english.json()["detail"]
    assert "name" == english.json()["errors"][0]["detail"]
    assert dutch.json()["code"] == english.json()["code"] == "conflict"


def test_invalid_input_names_each_fault(client: TestClient) -> None:
    """400, never FastAPI's 422, with a pointer to what is wrong."""
    answer = client.get("/test/number", params={"size": 0})

    assert 400 == answer.status_code
    assert ["/query/size"] == [fault["pointer"] for fault in answer.json()["errors"]]


def test_a_parameter_with_one_value_is_given_once(client: TestClient) -> None:
    """To take the last of two silently is to guess; each repeated parameter is named."""
    answer = client.get("/test/filter?limit=1&limit=2&name=a&name=b&kind=x&kind=y", headers={"Accept-Language": "nl"})

    assert (400, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert [
        ("/query/limit", "deze parameter mag maar één keer voorkomen"),
        ("/query/name", "deze parameter mag maar één keer voorkomen"),
    ] == [(fault["pointer"], fault["detail"]) for fault in answer.json()["errors"]]


def test_a_parameter_with_several_values_and_one_that_is_not_known_may_be_repeated(client: TestClient) -> None:
    """A list is repeated to fill it; what the API does not describe is ignored."""
    answer = client.get("/test/filter?kind=x&kind=y&limit=5&other=1&other=2")

    assert [["x", "y"], 5, None] == answer.json()


def test_an_unexpected_failure_tells_nothing_but_a_request_id(client: TestClient) -> None:
    """No stack trace leaves the platform; the request id finds it in the log."""
    answer = client.get("/test/bug", headers={"X-Request-ID": "quote-this-1234"})

    assert 500 == answer.status_code
    assert "quote-this-1234" == answer.json()["instance"]
    assert "ZeroDivision" not in answer.text


def test_a_limit_says_when_to_come_back(client: TestClient) -> None:
    """429 carries Retry-After."""
    assert "7" == client.get("/test/limit").headers["retry-after"]


def test_a_visitor_is_asked_who_they_are(client: TestClient) -> None:
    """401 with a challenge."""
    answer = client.get("/test/private")

    assert (401, "Bearer") == (answer.status_code, answer.headers["www-authenticate"])


def test_an_unknown_method_names_the_ones_that_exist(client: TestClient) -> None:
    """405 carries Allow."""
    answer = client.delete("/health/live")

    assert (405, "GET") == (answer.status_code, answer.headers["allow"])


def test_every_answer_protects_itself(client: TestClient) -> None:
    """Headers that a browser obeys stand on every answer, also on errors."""
    for path in ("/health/live", "/nergens"):
        headers = client.get(path).headers
        assert "nosniff" == headers["x-content-type-options"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_progress_is_a_stream_of_numbered_events(client: TestClient) -> None:
    """A page or a program follows long work without polling."""
    with client.app.state.application.database.begin() as work:  # type: ignore[attr-defined]
        work.tell("lamp:a", "step", message={"nl": "aan", "en": "on"})
        work.tell("lamp:a", "end")

    answer = client.get("/test/progress")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert 2 == answer.text.count("id: ")
    assert "event: end" in answer.text


def test_ready_is_refused_when_the_database_has_another_schema(client: TestClient) -> None:
    """A half-migrated platform takes no traffic."""
    assert 200 == client.get("/health/ready").status_code
    with client.app.state.application.database.begin() as work:  # type: ignore[attr-defined]
        from sqlalchemy import text  # noqa: PLC0415 - only here

        work.session.execute(text("UPDATE alembic_version SET version_num = 'older'"))

    assert 503 == client.get("/health/ready").status_code


def test_the_description_of_the_api_speaks_of_problems_only(client: TestClient) -> None:
    """What is described is what is answered."""
    document = client.get("/api/v1/openapi.json").json()

    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert "3.1.0" == document["openapi"]
