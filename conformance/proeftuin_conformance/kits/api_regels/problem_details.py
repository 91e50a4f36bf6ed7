"""Whether an answer is problem details (RFC 9457), in JSON or XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_conformance.checks import Fail, shown_header

if TYPE_CHECKING:
    from proeftuin_conformance.exchanges import Exchange

_PROBLEM_TYPES = {"application/problem+json", "application/problem+xml"}


def problem_failure(answer: Exchange) -> Fail | None:
    """Say what an answer lacks to be problem details; None when it lacks nothing."""
    if answer.media_type not in _PROBLEM_TYPES:
        return Fail(
            f"Een antwoord {answer.status} is geen problem details.",
            f"A {answer.status} answer is not problem details.",
            expected="Content-Type: application/problem+json",
            actual=shown_header("Content-Type", answer.header("content-type")),
            exchange=answer,
        )
    if answer.media_type.endswith("xml"):
        missing = [name for name in ("status", "title", "detail") if f"<{name}" not in answer.text]
        data: Any = {}
    else:
        try:
            data = answer.json()
        except ValueError:
            data = None
        missing = [name for name in ("status", "title", "detail") if not isinstance(data, dict) or name not in data]
    if missing:
        return Fail(
            f"In de problem details van een antwoord {answer.status} ontbreekt {', '.join(missing)}.",
            f"The problem details of a {answer.status} answer lack {', '.join(missing)}.",
            expected="status, title, detail",
            actual=answer.text[:300],
            exchange=answer,
        )
    if "status" in data and data["status"] != answer.status:
        return Fail(
            "De status in de problem details verschilt van de HTTP-status (RFC 9457, 3.1.2).",
            "The status in the problem details differs from the HTTP status (RFC 9457, 3.1.2).",
            expected=str(answer.status),
            actual=str(data["status"]),
            exchange=answer,
        )
    return None
