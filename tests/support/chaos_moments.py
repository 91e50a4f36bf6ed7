"""The moments at which a platform dies: they follow from what the product itself commits.

No list of moments is kept anywhere. A platform dies just after each act was announced, some time while it is under
way, just before what it came to is written, and just after. A new step of a backend, or a new write of the
reconciler, has its deaths without anybody adding them.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.orm import Session

from proeftuin_kernel.tables import JournalEntry
from proeftuin_sandbox.models import DeploymentRow, SandboxRow

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Fate:
    """Decides when platforms die.

    Attributes:
        seed: Decides which acts are cut off while they are under way, and when.
        one_in: One in so many acts is.
        within: Seconds after its announcement.
        only: Moments without this in their name are spared.
    """

    seed: int
    one_in: int = 3
    within: float = 0.6
    only: str = ""


@dataclass
class Moments:
    """Watches what a platform commits, and ends it at the first moment that is new.

    Attributes:
        passed: Where others died already.
        fate: Decides.
        tell: Gets the moment, last thing.
        is_doomed: It dies within a moment, whatever it does.
    """

    passed: frozenset[str]
    fate: Fate
    tell: Callable[[str], None]
    is_doomed: bool = False
    _thread: int = field(default_factory=threading.get_ident)
    _has_acted: bool = False
    _once: threading.Lock = field(default_factory=threading.Lock)

    def watch(self) -> None:
        """Watch every session of this process."""
        event.listen(Session, "after_flush", self._flushed)
        event.listen(Session, "before_commit", self._before)
        event.listen(Session, "after_commit", self._after)

    def _flushed(self, session: Session, _context: object) -> None:
        session.info.setdefault("written", set()).update(map(told_of, (*session.new, *session.dirty)))

    def _before(self, session: Session) -> None:
        if threading.get_ident() != self._thread:  # the renewing of the lease
            return
        session.flush()
        written = session.info.pop("written", set())
        phase = next((_phase(row) for row in session.identity_map.values() if isinstance(row, SandboxRow)), "")
        what = f"{phase} {' '.join(sorted(written))}"
        if not written:  # the lease; to die with it is what all others do
            return
        session.info["what"] = what
        # Where nothing was announced, nothing was done since the write before this one.
        if self._has_acted and not _is_announcement(what) and not _is_news(what):
            self._may_die(f"before {what}")

    def _after(self, session: Session) -> None:
        what = session.info.pop("what", None)
        if what is None or threading.get_ident() != self._thread:
            return
        self._has_acted = _is_announcement(what) or _is_news(what)
        self._may_die(f"after {what}")
        if _is_announcement(what):
            self._may_be_cut_off(f"during {what}")

    def _may_be_cut_off(self, moment: str) -> None:
        chance = random.Random(f"{self.fate.seed} {moment}")  # noqa: S311 - when to die
        if not self.is_doomed and self._is_new(moment) and chance.randrange(self.fate.one_in) == 0:
            self.is_doomed = True  # unless it comes to another new moment before
            threading.Timer(chance.uniform(0, self.fate.within), self._die, [moment]).start()

    def _may_die(self, moment: str) -> None:
        if self._is_new(moment):
            self._die(moment)

    def _is_new(self, moment: str) -> bool:
        return moment not in self.passed and self.fate.only in moment

    def _die(self, moment: str) -> None:
        with self._once:
            self.tell(moment)
            os.kill(os.getpid(), signal.SIGKILL)


def told_of(row: object) -> str:
    match row:
        case JournalEntry(stream=stream, kind=kind, data=data):
            return f"{stream.partition(':')[0]}:{kind}:{data.get('code')}"
        case SandboxRow() | DeploymentRow():
            return f"{type(row).__name__}={row.state}"
    return type(row).__name__


def _phase(row: SandboxRow) -> str:
    """Tell the first making of a sandbox from its coming back, of which it may be the hundredth time."""
    return "returning" if row.state == "provisioning" and row.ready_at is not None else row.state


def _is_announcement(what: str) -> bool:
    return ":step:" in what and what.count(" ") == 1


def _is_news(what: str) -> bool:
    return ":news:" in what and what.count(" ") == 1
