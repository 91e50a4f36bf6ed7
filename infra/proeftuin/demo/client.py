"""The demo's view of the API: JSON in, JSON out, progress followed, problems told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

import httpx

from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


_NOT_READY = "sandbox-not-ready"


class DemoStepFailedError(ProeftuinError):
    """The platform refused or failed a step of the demo."""

    code = "demo-step-failed"
    title = Text(nl="Een stap van de demo mislukte", en="A step of the demo failed")


class NotRunningYetError(DemoStepFailedError):
    """A component that is meant to run does not run at this moment: the platform is still bringing it back."""


class Client:
    """Talks to the platform for one organisation.

    Args:
        url: Address of the platform.
        token: API token; None for a visitor.
        language: Of the answers.
    """

    def __init__(self, url: str, token: str | None, *, language: str) -> None:
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._http = httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """Read a resource.

        Raises:
            DemoStepFailedError: the platform answered with a problem.
        """
        return self._json(self._http.get(path, params=query))

    def text(self, path: str) -> str:
        """Read a document as it is, byte for byte.

        Raises:
            DemoStepFailedError: the platform answered with a problem.
        """
        answer = self._http.get(path)
        self._json(answer)
        return answer.text

    def post(self, path: str, body: Any = None) -> Any:
        """Make something, or have something done.

        Raises:
            DemoStepFailedError: the platform answered with a problem.
        """
        return self._json(self._http.post(path, json=body))

    def put_bundle(self, path: str, bundle: bytes) -> Any:
        """Upload a component.

        Raises:
            DemoStepFailedError: the platform answered with a problem.
        """
        return self._json(self._http.put(path, content=bundle, headers={"Content-Type": "application/gzip"}))

    def follow(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give kind and data of server-sent events as they come, until the stream ends."""
        kind = ""
        with self._http.stream("GET", path, timeout=None) as answer:
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield kind, json.loads(value)

    def _json(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            problem = answer.json()
            detail = (
                f"{answer.request.method} {answer.request.url.path}: {problem.get('detail')} [{problem.get('code')}]"
            )
            not_yet = problem.get("code") == _NOT_READY
            raise (NotRunningYetError if not_yet else DemoStepFailedError)(Text(nl=detail, en=detail))
        return answer.json()
