"""One message, or one question whether messages are wanted: sent, judged, written down.

Sources: CloudEvents 1.0.2, *JSON Event Format*, 3 (structured mode: the event is the body); *HTTP 1.1 Web Hooks for
Event Delivery*, 2.2 (what answers mean) and 4 (the receiver agrees first); Standard Webhooks 1.0.0 (signature).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from vlavirgem.disturbances import DOUBLED, DROPPED, HEADER
from vlavirgem.living.chance import Chance
from vlavirgem.notifying.sending import Answer, SendError, send
from vlavirgem.notifying.signing import sign
from vlavirgem.store.deliveries import (
    Attempt,
    ask_later,
    confirm,
    finish,
    note_attempt,
    rate_of,
    refuse,
    try_later,
)
from vlavirgem.store.disturbances import read_setting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from vlavirgem.store.connection import Connections
    from vlavirgem.store.deliveries import Confirmation, Message

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"
PATH = "/notificaties/v1/leveringen"
"""As which address a disturbance with an address knows messages."""
_GONE, _UNSUPPORTED = 410, 415
_BUSY = (429, 503)
_LONGEST_WAIT = 3600
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is tried.

    Attributes:
        attempts: How often a message is sent at most.
        questions: How often a receiver is asked at most whether they want messages.
        first: Seconds after the first failure; it doubles each time.
        longest: Seconds that it grows to.
        timeout: Seconds that one request may take.
        lease: Seconds after which another sends what somebody was sending; more than two requests take.
    """

    attempts: int = 8
    questions: int = 5
    first: float = 1.0
    longest: float = 60.0
    timeout: float = 5.0
    lease: float = 15.0

    def pause(self, *, row: int, attempt: int) -> timedelta:
        """Give how long to wait after an attempt: half of it is sure, the rest follows from who waits."""
        whole = min(self.first * 2 ** (attempt - 1), self.longest)
        share = Chance(0, kind="levering").below("wachttijd", row=row * 64 + attempt, bound=_THOUSAND) / _THOUSAND
        return timedelta(seconds=whole * (1 + share) / 2)


class Deliverer:
    """Sends what a lease was taken on.

    Args:
        connections: Connections to the town's database.
        origin: Tells the domain of the municipality, which receivers agree with.
        clock: Tells the time.
        patience: How long is tried.
    """

    def __init__(
        self, connections: Connections, *, origin: Callable[[], str], clock: Callable[[], datetime], patience: Patience
    ) -> None:
        self._connections = connections
        self._origin = origin
        self._clock = clock
        self._patience = patience

    def deliver(self, message: Message) -> None:
        """Send a message once, and write down what became of it."""
        fate = self._fate(message)
        if fate == DROPPED:
            with self._connections.transaction() as connection:
                note_attempt(connection, message, Attempt(self._clock(), 0, disturbed=fate))
                finish(connection, message, status=DROPPED)
            return
        answers = [self._send(message, fate=fate) for _ in range(2 if fate == DOUBLED else 1)]
        with self._connections.transaction() as connection:
            for attempt, _ in answers:
                note_attempt(connection, message, attempt)
            attempt, answer = answers[-1]
            if answer is not None and answer.status // 100 == 2:  # noqa: PLR2004 - any success (web hooks, 2.2)
                rate = rate_of(connection, message.subscription)
                next_after = self._clock() + timedelta(seconds=60 / rate) if rate else None
                finish(connection, message, status="geleverd", next_after=next_after)
            elif answer is not None and answer.status == _GONE:
                finish(connection, message, status="dood")
                refuse(connection, message.subscription, reason="de ontvanger wil niets meer krijgen (410)")
            elif message.attempt >= self._patience.attempts or (
                answer is not None and answer.status == _UNSUPPORTED  # sending it again would change nothing
            ):
                finish(connection, message, status="dood")
            else:
                pause = self._patience.pause(row=message.id, attempt=message.attempt)
                try_later(connection, message, after=self._clock() + max(pause, _asked_pause(answer)))

    def ask(self, confirmation: Confirmation) -> None:
        """Ask a receiver whether they want messages (web hooks, 4.1)."""
        ours = self._origin()
        origin = {"WebHook-Request-Origin": ours}
        reason, answer = "", None
        try:
            answer = send("OPTIONS", confirmation.url, headers=origin, seconds=self._patience.timeout)
        except SendError as error:
            reason = str(error)
        else:
            allowed = answer.headers.get("webhook-allowed-origin", "").strip()
            if answer.status // 100 == 2 and allowed.lower() in ("*", ours):  # noqa: PLR2004 - any success
                with self._connections.transaction() as connection:
                    confirm(connection, confirmation, rate=_rate(answer))
                return
            reason = (
                f"de ontvanger antwoordde op OPTIONS met {answer.status} en zonder "
                f"`WebHook-Allowed-Origin: {ours}` of `*`"
            )
        with self._connections.transaction() as connection:
            if confirmation.attempt >= self._patience.questions:
                refuse(connection, confirmation.subscription, reason=reason)
            else:
                pause = self._patience.pause(row=confirmation.subscription, attempt=confirmation.attempt)
                ask_later(connection, confirmation, after=self._clock() + pause, reason=reason)

    def _fate(self, message: Message) -> str | None:
        if message.fate is not None:
            return message.fate
        with self._connections.connection() as connection:
            plan, _ = read_setting(connection)
        happening = plan.at(message.id, path=PATH, kinds=(DROPPED, DOUBLED))
        return happening[0].kind if happening else None

    def _send(self, message: Message, *, fate: str | None) -> tuple[Attempt, Answer | None]:
        body = message.event.encode()
        now = self._clock()
        headers = {
            "Content-Type": MEDIA_TYPE,
            "WebHook-Request-Origin": self._origin(),
            **sign(body, secret=message.secret, message_id=message.name, now=now),
            **({HEADER: fate} if fate else {}),
        }
        answer, error = None, None
        try:
            answer = send("POST", message.url, headers=headers, body=body, seconds=self._patience.timeout)
        except SendError as failure:
            error = str(failure)
        took = round((self._clock() - now) / timedelta(milliseconds=1))
        return Attempt(now, took, answer.status if answer else None, error, fate), answer


def _asked_pause(answer: Answer | None) -> timedelta:
    """Give how long the receiver asks to wait (`Retry-After` in seconds)."""
    text = answer.headers.get("retry-after", "") if answer is not None and answer.status in _BUSY else ""
    is_number = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 - more digits are no wait
    return timedelta(seconds=min(int(text), _LONGEST_WAIT) if is_number else 0)


def _rate(answer: Answer) -> int | None:
    """Read how many messages a minute the receiver allows (web hooks, 4.2.2); any number unless it is a number."""
    text = answer.headers.get("webhook-allowed-rate", "").strip()
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:9]) else None
