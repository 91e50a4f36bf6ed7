"""Housekeeping of the identity part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proeftuin.identity.sessions import SessionService
    from proeftuin_kernel.jobs import JobQueue

FORGET_SESSIONS = "identity.forget_sessions"


def register_jobs(queue: JobQueue, sessions: SessionService) -> None:
    """Have ended sessions deleted every night."""

    def forget() -> None:
        sessions.forget_ended_sessions()

    queue.register(FORGET_SESSIONS, forget, cron="17 3 * * *", lock=FORGET_SESSIONS)
