"""What the pages ask of the areas, as small interfaces; `adapters` fulfil them with the real services.

A desk takes the principal first and lets the service decide what may be seen: pages never decide.
Every method may raise a `ProeftuinError`; the error page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractContextManager

    from proeftuin.portal.views.asking import NewSandbox, PlanView, Wish
    from proeftuin.portal.views.badges import BadgeView
    from proeftuin.portal.views.catalogue import CatalogueView, SearchQuery, SolutionView, StreetView
    from proeftuin.portal.views.images import ImageOrder, ImagesView, ImageView
    from proeftuin.portal.views.isolation import Promises
    from proeftuin.portal.views.operator import Filter, OperatorView
    from proeftuin.portal.views.people import Member, MembersView, MineView
    from proeftuin.portal.views.previews import NewPreview
    from proeftuin.portal.views.runs import RunRow, RunView
    from proeftuin.portal.views.sandboxes import ComponentView, SandboxRow, SandboxView
    from proeftuin.portal.views.standards import ComponentIdentity, StandardRow, StandardView
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.journal import Entry
    from proeftuin_kernel.text import Language, Text


Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row_co]):
    """One page of a list and the cursor of the next."""

    items: Sequence[Row_co]
    next: str | None = None


class CatalogueDesk(Protocol):
    """Solutions."""

    def street(self, principal: Principal) -> StreetView:
        """All streets with their houses."""
        ...

    def search(self, principal: Principal, query: SearchQuery) -> CatalogueView:
        """One page of results."""
        ...

    def solution(self, principal: Principal, slug: str) -> SolutionView:
        """One solution."""
        ...

    def standards(self, principal: Principal) -> Sequence[StandardRow]:
        """Every standard that can be tested here."""
        ...

    def standard(self, principal: Principal, kit: str, *, version: str | None) -> StandardView:
        """One standard; `version` of the kit is what the reader came for."""
        ...

    def identity(self, principal: Principal, name: str, version: str) -> ComponentIdentity:
        """A component by its name and version, as badges name it."""
        ...


class SandboxDesk(Protocol):
    """Sandboxes and components."""

    def list(self, principal: Principal, *, cursor: str | None, limit: int) -> Slice[SandboxRow]:
        """The sandboxes that somebody may see, newest first."""
        ...

    def form(self, principal: Principal) -> NewSandbox:
        """What the form for a new sandbox offers."""
        ...

    def plan(self, principal: Principal, wish: Wish) -> PlanView:
        """What would come of a wish now; nothing is made."""
        ...

    def create(self, principal: Principal, wish: Wish) -> str:
        """Ask for a sandbox; gives its id."""
        ...

    def promises(self) -> Promises:
        """What the isolation tier of this platform promises; everybody may know."""
        ...

    def sandbox(self, principal: Principal, sandbox_id: str) -> SandboxView:
        """One sandbox."""
        ...

    def component(self, principal: Principal, sandbox_id: str, name: str) -> ComponentView:
        """One component with the end of its log."""
        ...

    def extend(self, principal: Principal, sandbox_id: str, *, minutes: int) -> None:
        """Let a sandbox live longer."""
        ...

    def reset(self, principal: Principal, sandbox_id: str) -> None:
        """Put the town back to its seed."""
        ...

    def live(self, principal: Principal, sandbox_id: str, *, days: int) -> None:
        """Have the town live some days on."""
        ...

    def suspend(self, principal: Principal, sandbox_id: str) -> None:
        """Stop everything and keep the data."""
        ...

    def resume(self, principal: Principal, sandbox_id: str) -> None:
        """Have a sandbox that rests, or that failed, come back."""
        ...

    def prove(self, principal: Principal, sandbox_id: str) -> None:
        """Prove the isolation anew."""
        ...

    def destroy(self, principal: Principal, sandbox_id: str) -> None:
        """Clean up a sandbox for good."""
        ...

    def upload_limit(self) -> int:
        """How large an upload may be, in bytes."""
        ...

    def deploy(self, principal: Principal, sandbox_id: str, *, source: IO[bytes], filename: str) -> str:
        """Deploy a component from a bundle or from a component.yaml alone; gives its name."""
        ...

    def stop(self, principal: Principal, sandbox_id: str, name: str) -> None:
        """Stop a component."""
        ...

    def share(self, principal: Principal, sandbox_id: str, name: str, *, minutes: int | None) -> NewPreview:
        """Make a link with which others see a component; None: for as long as its sandbox is there."""
        ...

    def look(self, principal: Principal, sandbox_id: str, name: str, *, token: str | None) -> str:
        """Give the secret of a link for the reader: the one that the reader holds while it works, else a new one."""
        ...

    def unshare(self, principal: Principal, sandbox_id: str, preview_id: str) -> None:
        """End a link."""
        ...


class Arrival(Protocol):
    """A file on its way in."""

    def gather(self, piece: bytes) -> bool:
        """Take a piece; tells whether enough has come together for `write`."""
        ...

    def write(self) -> None:
        """Write what came together; this takes a moment."""
        ...


class ImageDesk(Protocol):
    """Container images that organisations upload."""

    def is_possible(self) -> bool:
        """Whether an image can run on this platform."""
        ...

    def all(self, principal: Principal, organisation: str, chosen: ImageOrder) -> ImagesView:
        """One page of the images of an organisation, and the room that they take."""
        ...

    def image(self, principal: Principal, organisation: str, digest: str) -> ImageView:
        """One image."""
        ...

    def admit(self, principal: Principal, organisation: str, *, length: int | None) -> None:
        """Refuse an upload that would be refused anyhow, before it is received."""
        ...

    def receiving(self, organisation: str) -> AbstractContextManager[Arrival]:
        """Lend a place for one archive; nothing of it is left when the block ends."""
        ...

    def take(self, principal: Principal, organisation: str, arrival: Arrival, *, name: str) -> str:
        """Judge an archive that was received, and keep its image; gives its digest."""
        ...

    def remove(self, principal: Principal, organisation: str, digest: str) -> None:
        """Take an image away that no component needs."""
        ...


class OperatorDesk(Protocol):
    """All sandboxes together, for the operator of the platform only."""

    def overview(self, principal: Principal, chosen: Filter) -> OperatorView:
        """Places, queue, pool, durations, and one page of all sandboxes."""
        ...

    def cordon(self, principal: Principal, reason: Text) -> None:
        """Let no new sandboxes in, and say why."""
        ...

    def uncordon(self, principal: Principal) -> None:
        """Let new sandboxes in again."""
        ...


class AssessmentDesk(Protocol):
    """Runs and badges."""

    def request(self, principal: Principal, *, deployment_id: str, kit: str) -> str:
        """Ask for a run; gives its id."""
        ...

    def run_list(
        self, principal: Principal, *, deployment_id: str | None, cursor: str | None, limit: int
    ) -> Slice[RunRow]:
        """The runs that somebody may see, newest first; of one deployment when that is asked."""
        ...

    def run(self, principal: Principal, run_id: str) -> RunView:
        """One run."""
        ...

    def report(self, principal: Principal, run_id: str, form: str, *, language: Language) -> tuple[bytes, str]:
        """The report as a file: content and media type. `form` is html, json or junit."""
        ...

    def badge(self, principal: Principal, badge_id: str) -> BadgeView:
        """One badge, verified now."""
        ...


class PeopleDesk(Protocol):
    """Organisations, members and tokens."""

    def mine(self, principal: Principal) -> MineView:
        """What the reader belongs to and has made."""
        ...

    def members(self, principal: Principal, organisation: str, *, cursor: str | None) -> MembersView:
        """A page of the members of an organisation."""
        ...

    def member(self, principal: Principal, organisation: str, member_id: str) -> Member:
        """One member."""
        ...

    def add_member(self, principal: Principal, organisation: str, *, subject: str, is_admin: bool) -> None:
        """Make a person a member, by what the identity provider calls them."""
        ...

    def change_member(self, principal: Principal, organisation: str, member_id: str, *, is_admin: bool) -> None:
        """Let a member manage the organisation, or only work for it."""
        ...

    def remove_member(self, principal: Principal, organisation: str, member_id: str) -> None:
        """Take a person out of an organisation; adding them again undoes it."""
        ...

    def create_token(
        self, principal: Principal, *, organisation: str, name: str, scopes: Sequence[str], days: int
    ) -> str:
        """Make a token; gives the secret, which is never shown again."""
        ...

    def revoke_token(self, principal: Principal, token_id: str) -> None:
        """End a token."""
        ...


class Journal(Protocol):
    """Progress streams."""

    def read(self, stream: str) -> Sequence[Entry]:
        """The whole stream."""
        ...

    def follow(self, stream: str, *, after: int) -> AsyncIterator[Entry]:
        """Entries as they come, until the stream ends."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """All desks; `None` for an area that this installation does not have (its pages say so).

    Attributes:
        public_url: The address that others use, when the operator named one.
    """

    journal: Journal
    catalogue: CatalogueDesk | None = None
    sandboxes: SandboxDesk | None = None
    assessment: AssessmentDesk | None = None
    people: PeopleDesk | None = None
    operator: OperatorDesk | None = None
    images: ImageDesk | None = None
    public_url: str | None = None
