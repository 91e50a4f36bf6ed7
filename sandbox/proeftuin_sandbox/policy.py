"""What the operator allows: times, numbers, and how well a sandbox must be isolated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """The operator's choices for sandboxes.

    Attributes:
        lifetime: Of a sandbox when none is asked.
        max_lifetime: Hard ceiling on a sandbox's age, extensions included.
        quota: Sandboxes that an organisation may have at a time.
        components: Components that a sandbox may have.
        warn_before: When its users are warned that a sandbox expires.
        orphan_grace: How long something without a row is left alone; a database may have been put back.
        tiers: Isolation tiers that may become ready; None allows all. Others stay quarantined.
        attempts: How often making a sandbox or starting a component is tried when trying again may help.
        idle: A sandbox that nobody used for this long is suspended; None never.
        capacity: Sandboxes that may run at once on this platform; None for as many as are asked.
        pool: Sandboxes that may be made before anybody asks; 0 for none.
        proof_age: A sandbox from the pool whose isolation proof is older is proved anew before it is handed out.
        image_mib: How large a container image may be that somebody uploads, as it is sent and unpacked.
        image_quota_mib: How much an organisation may have of those together.
        image_unused: An uploaded image that no component used for so long is removed.
        made_unused: So is an image that the platform made itself; it is made again when somebody needs it.
        repairs: How often a sandbox may be repaired within `repairs_within` before it is given up.
    """

    lifetime: timedelta = timedelta(hours=4)
    max_lifetime: timedelta = timedelta(days=7)
    quota: int = 5
    components: int = 10
    warn_before: timedelta = timedelta(minutes=15)
    orphan_grace: timedelta = timedelta(minutes=10)
    tiers: frozenset[str] | None = None
    attempts: int = 5
    idle: timedelta | None = None
    capacity: int | None = None
    pool: int = 0
    proof_age: timedelta = timedelta(minutes=30)
    image_mib: int = 1024
    image_quota_mib: int = 4096
    image_unused: timedelta = timedelta(days=30)
    made_unused: timedelta = timedelta(days=30)
    repairs: int = 5
    repairs_within: timedelta = timedelta(minutes=10)

    def back_off(self, failures: int) -> timedelta:
        """Give the pause after so many failures in a row: 1, 2, 4, 8 … at most 60 seconds."""
        return timedelta(seconds=min(60, 2 ** max(0, failures - 1)))
