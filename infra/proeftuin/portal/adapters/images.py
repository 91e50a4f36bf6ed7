"""Uploaded container images as the pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.portal.views.images import ImageFinding, ImagesView, ImageUser, ImageView
from proeftuin_kernel.auth import Permission
from proeftuin_sandbox.incoming import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import Any

    from proeftuin.links import OrganisationNames
    from proeftuin.portal.desks import Arrival
    from proeftuin.portal.views.images import ImageOrder
    from proeftuin_kernel.auth import Principal
    from proeftuin_sandbox.image_views import ImageView as Image
    from proeftuin_sandbox.images import Images as ImageService

_A_PAGE = 50
_KEYS: dict[str, Callable[[Image], Any]] = {
    "naam": lambda one: (one.name.casefold(), one.digest),
    "grootte": lambda one: (one.size_bytes, one.digest),
    "geupload": lambda one: (one.created_at, one.digest),
}


class Images:
    """The desk of uploaded images."""

    def __init__(self, service: ImageService, *, names: OrganisationNames) -> None:
        self._service = service
        self._names = names

    def is_possible(self) -> bool:
        """Whether an image can run on this platform."""
        return self._service.is_possible

    def all(self, principal: Principal, organisation: str, chosen: ImageOrder) -> ImagesView:
        """One page of the images of an organisation, and the room that they take."""
        held = self._service.all(principal, organisation)
        ordered = sorted(held.images, key=_KEYS[chosen.sort.removeprefix("-")], reverse=chosen.sort.startswith("-"))
        digests = [one.digest for one in ordered]
        first = digests.index(chosen.cursor) + 1 if chosen.cursor in digests else 0
        shown = ordered[first : first + _A_PAGE]
        name = self._name(organisation)
        return ImagesView(
            organisation_id=organisation,
            organisation=name,
            may_manage=principal.may(Permission.SANDBOX_MANAGE, organisation=organisation),
            is_possible=self._service.is_possible,
            images=tuple(_view(principal, one, name=name) for one in shown),
            total=len(ordered),
            used_mib=held.used_mib,
            allowed_mib=held.allowed_mib,
            largest_mib=held.largest_mib,
            unused_days=held.unused_days,
            next=shown[-1].digest if len(ordered) > first + _A_PAGE else None,
        )

    def image(self, principal: Principal, organisation: str, digest: str) -> ImageView:
        """One image."""
        found = self._service.get(principal, digest, organisation=organisation)
        return _view(principal, found, name=self._name(organisation))

    def admit(self, principal: Principal, organisation: str, *, length: int | None) -> None:
        """Refuse an upload that would be refused anyhow, before it is received."""
        self._service.admit(principal, organisation, length=length)

    def receiving(self, organisation: str) -> AbstractContextManager[Incoming]:
        """Lend a place for one archive; nothing of it is left when the block ends."""
        return self._service.receiving(organisation)

    def take(self, principal: Principal, organisation: str, arrival: Arrival, *, name: str) -> str:
        """Judge an archive that was received, and keep its image; gives its digest.

        Raises:
            TypeError: the arrival is not one of `receiving`.
        """
        if not isinstance(arrival, Incoming):
            raise TypeError(type(arrival).__name__)
        archive_digest = arrival.finish(None)
        view, _ = self._service.take(
            principal, organisation, arrival.path, name=name or None, archive_digest=archive_digest
        )
        return view.digest

    def remove(self, principal: Principal, organisation: str, digest: str) -> None:
        """Take an image away that no component needs."""
        self._service.remove(principal, digest, organisation=organisation)

    def _name(self, organisation: str) -> str:
        return self._names.names({organisation}).get(organisation, organisation)


def _view(principal: Principal, found: Image, *, name: str) -> ImageView:
    return ImageView(
        organisation_id=found.organisation,
        organisation=name,
        digest=found.digest,
        name=found.name,
        reference=found.reference if found.reference != found.name else "",
        size=found.size_bytes,
        unpacked=found.unpacked_bytes,
        architecture=found.architecture,
        findings=tuple(ImageFinding.of(one) for one in found.findings),
        by=found.created_by,
        at=found.created_at,
        last_used=found.used_at,
        users=tuple(ImageUser(one.component, one.sandbox_id, one.sandbox) for one in found.used_by),
        expires=found.expires_at,
        may_manage=principal.may(Permission.SANDBOX_MANAGE, organisation=found.organisation),
    )
