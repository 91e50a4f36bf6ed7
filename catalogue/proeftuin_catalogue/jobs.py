"""What the catalogue does by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proeftuin_catalogue.service import CatalogueService
    from proeftuin_kernel.jobs import JobQueue

EXPIRE = "catalogue.expire"


def register_jobs(queue: JobQueue, service: CatalogueService) -> None:
    """Every minute: marks whose validity ended change on lists and in counts too."""

    def expire() -> None:
        service.evidence.expire()

    queue.register(EXPIRE, expire, cron="* * * * *", lock=EXPIRE)
