"""Talk to a platform over HTTP, as its command line does."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import httpx

from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = httpx.Timeout(60, connect=10)
_LOOKING = httpx.Timeout(600, connect=10)  # what came is looked through before the answer
_RECONNECTS = 20
_BETWEEN_S = 0.5  # seconds between two questions whether the next operation has begun
_BAD = 400


class PlatformRefusedError(ProeftuinError):
    """The platform answered with a problem, or did not answer."""

    code = "platform-refused"
    title = Text(nl="Het platform weigert", en="The platform refuses")


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """One entry of a progress stream."""

    id: int
    kind: str
    data: dict[str, Any]

    def line(self, language: str) -> str:
        """Give the words, with the step's number when there is one."""
        message = self.data.get("message", {})
        words = message.get(language) or message.get("nl", "")
        if "steps" in self.data:
            return f"[{self.data['step']}/{self.data['steps']}] {words}"
        return f"      {words}" if self.kind == "news" else words


class PlatformClient:
    """A platform as one person sees it.

    Args:
        url: Its address.
        token: An API token; without one only public things answer.
        language: `nl` or `en`, for what the platform says.
    """

    def __init__(self, url: str, *, token: str | None, language: str) -> None:
        headers = {"Accept-Language": language, "User-Agent": "proeftuin-cli"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_PATIENCE)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Send one request and give the JSON of its answer.

        Raises:
            PlatformRefusedError: it was refused, or nobody answered; the message is the platform's own.
        """
        with _translated():
            answer = self._client.request(method, path, **options)
            _check(answer)
            document: dict[str, Any] = answer.json()
            return document

    def order(self, method: str, path: str, **options: Any) -> None:
        """Send one request whose answer is empty.

        Raises:
            PlatformRefusedError: as in `call`.
        """
        with _translated():
            _check(self._client.request(method, path, **options))

    def send(self, path: str, pieces: Iterator[bytes], *, size: int, **options: Any) -> dict[str, Any]:
        """Send a large file piece by piece.

        Raises:
            PlatformRefusedError: as in `call`, or the connection broke.
        """
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        headers |= options.pop("headers", {})
        try:
            return self.call("POST", path, content=pieces, headers=headers, timeout=_LOOKING, **options)
        except httpx.TransportError as error:
            raise PlatformRefusedError(
                Text(
                    nl=f"De verbinding brak af ({error}). Er is niets bewaard; probeer het opnieuw.",
                    en=f"The connection broke ({error}). Nothing is kept; try again.",
                )
            ) from error

    def upload(self, path: str, bundle: IO[bytes]) -> dict[str, Any]:
        """Send a bundle.

        Raises:
            PlatformRefusedError: as in `call`.
        """
        return self.call("PUT", path, content=bundle.read(), headers={"Content-Type": "application/gzip"})

    def follow(self, path: str) -> Iterator[ProgressEvent]:
        """Give the entries of a progress stream as they come; a lost connection is taken up where it was.

        An entry of kind `end` ends an operation; whoever reads decides whether to go on with the next. Until that
        begins, the platform answers with the same `end` again; it is given once.

        Raises:
            PlatformRefusedError: as in `call`.
        """
        last, losses = 0, 0
        while True:
            before = last
            try:
                for event in self._events(path, after=last):
                    losses = 0
                    if event.id > last:
                        last = event.id
                        yield event
            except (httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout):
                losses += 1
                if losses > _RECONNECTS:
                    raise
            if last == before:
                time.sleep(_BETWEEN_S)

    def text_lines(self, path: str, **options: Any) -> Iterator[str]:
        """Give the lines of a text as they come.

        Raises:
            PlatformRefusedError: as in `call`.
        """
        with (
            _translated(),
            self._client.stream("GET", path, timeout=httpx.Timeout(None, connect=10), **options) as answer,
        ):
            if answer.status_code >= _BAD:
                answer.read()
            _check(answer)
            yield from answer.iter_lines()

    def _events(self, path: str, *, after: int) -> Iterator[ProgressEvent]:
        fields: dict[str, str] = {}
        headers = {"Last-Event-ID": str(after)} if after else {}
        for line in self.text_lines(path, headers=headers):
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            elif "data" in fields:
                yield ProgressEvent(
                    int(fields.get("id", "0")), fields.get("event", "message"), json.loads(fields["data"])
                )
                fields = {}


def _check(answer: httpx.Response) -> None:
    if answer.status_code < _BAD:
        return
    try:
        problem = answer.json()
        said = f"{problem['title']}: {problem['detail']} [{problem['code']}]"
        faults = problem.get("errors", [])
    except (ValueError, KeyError, TypeError):
        said, faults = f"HTTP {answer.status_code}", []
    raise PlatformRefusedError(Text(nl=said, en=said), extra={"errors": faults})


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise PlatformRefusedError(
            Text(
                nl=f"Het platform antwoordt niet ({error}). Controleer --url of PROEFTUIN_URL.",
                en=f"The platform does not answer ({error}). Check --url or PROEFTUIN_URL.",
            )
        ) from error
    except ValueError as error:
        raise PlatformRefusedError(
            Text(
                nl="Op dit adres antwoordt iets anders dan een proeftuin.",
                en="Something else than a proeftuin answers at this address.",
            )
        ) from error
