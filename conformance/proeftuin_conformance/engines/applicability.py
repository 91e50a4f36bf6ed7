"""Did a schemathesis check really apply to an answer?

The engine counts a check as a success when it did not fail, also when it had nothing to look at (a check on
`Allow` without any OPTIONS request succeeds each time). These rules say when there was something to see.
They touch the case and the response by duck typing, so that they can be tested without schemathesis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from proeftuin_conformance.openapi import OpenApi, Operation

_PROBES = {"unspecified_http_method", "malformed_content_type", "unsupported_content_type"}
_OK = range(200, 300)


def applies(check: str, *, facts: Facts) -> bool:
    """Whether `check` had something to judge; unknown checks never count."""
    rule = _RULES.get(check)
    return rule is not None and rule(facts)


class Facts:
    """What is known of one generated request and its answer."""

    def __init__(
        self,
        *,
        document: OpenApi,
        operation: Operation | None,
        method: str,
        status: int,
        headers: Mapping[str, Any],
        has_body: bool,
        mode: str | None,
        scenario: str | None,
        location: str | None,
        after_delete: bool = False,
        after_create: bool = False,
    ) -> None:
        """Keep the facts.

        `mode` is `positive` or `negative`, `scenario` a coverage scenario; `after_delete` and `after_create`
        say that an earlier request of the same sequence deleted or created something.
        """
        self.document = document
        self.operation = operation
        self.method = method
        self.status = status
        self.headers = {key.lower(): value for key, value in headers.items()}
        self.has_body = has_body
        self.mode = mode
        self.scenario = scenario
        self.location = location
        self.after_delete = after_delete
        self.after_create = after_create

    @property
    def probe(self) -> bool:
        """A request that is malformed on purpose, for which conformance of the answer is not judged."""
        return self.scenario in _PROBES

    @property
    def documented(self) -> Mapping[str, Any]:
        """The response object for this status; empty when the status is not documented."""
        if self.operation is None:
            return {}
        responses = self.document.responses(self.operation)
        for key in (str(self.status), f"{self.status // 100}XX", "default"):
            if key in responses:
                return responses[key]
        return {}

    @property
    def content(self) -> Mapping[str, Any]:
        """Documented media types of this answer."""
        content = self.documented.get("content")
        return content if isinstance(content, dict) else {}


def _has_schema(facts: Facts) -> bool:
    return any(isinstance(media, dict) and media.get("schema") for media in facts.content.values())


def _secured(facts: Facts) -> bool:
    if facts.operation is None:
        return False
    security = facts.operation.definition.get("security", facts.document.data.get("security"))
    return bool(security) and {} not in security


_RULES: dict[str, Callable[[Facts], bool]] = {
    "not_a_server_error": lambda _: True,
    "status_code_conformance": lambda facts: not facts.probe and facts.operation is not None,
    "content_type_conformance": lambda facts: not facts.probe and bool(facts.content) and facts.has_body,
    "response_schema_conformance": lambda facts: _has_schema(facts) and facts.has_body,
    "response_headers_conformance": lambda facts: not facts.probe and bool(facts.documented.get("headers")),
    "positive_data_acceptance": lambda facts: not facts.probe and facts.mode == "positive",
    "negative_data_rejection": lambda facts: not facts.probe and facts.mode == "negative",
    "missing_required_header": lambda facts: facts.scenario == "missing_parameter" and facts.location == "header",
    "unsupported_method": lambda facts: facts.scenario == "unspecified_http_method" and facts.method != "OPTIONS",
    "allow_header_conformance": lambda facts: facts.method == "OPTIONS" and "allow" in facts.headers,
    "ignored_auth": lambda facts: _secured(facts) and facts.status in _OK and not facts.probe,
    "use_after_free": lambda facts: facts.after_delete,
    "ensure_resource_availability": lambda facts: facts.after_create,
}
