# ruff: noqa: ARG002 - the desk has the signatures of the interface and ignores what it does not need
"""A made-up desk of uploaded images, and what it shows. All of it is made up."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from proeftuin.portal.views.images import ImageFinding, ImageOrder, ImagesView, ImageUser, ImageView
from proeftuin_kernel.errors import LimitReachedError, NotFoundError
from proeftuin_kernel.text import Text
from proeftuin_sandbox import image_refusals
from proeftuin_sandbox.image_rows import ImageUser as User
from support.portal_views import NOW, ORGANISATION, ORGANISATION_OF_OTHERS, SANDBOX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin.portal.desks import Arrival
    from proeftuin_kernel.auth import Principal

LARGEST_MIB = 1
ROOT = {
    "code": "image-root",
    "fatal": True,
    "cause": {"nl": "het image draait als root", "en": "the image runs as root"},
    "remedy": {"nl": "zet 'USER 10001:10001' in het Dockerfile", "en": "put 'USER 10001:10001' in the Dockerfile"},
}
_USER = ImageUser("dossierloket", SANDBOX, "Proef met het dossierloket")
USED = ImageView(
    organisation_id=ORGANISATION,
    organisation="Voorbeeld-start-up",
    digest="sha256:" + "a" * 64,
    name="dossierloket.tar",
    reference="voorbeeld/dossierloket:2.1",
    size=180 * 2**20,
    unpacked=412 * 2**20,
    architecture="linux/amd64",
    findings=(
        ImageFinding(
            "image-secret",
            Text(
                nl="in het image lijkt een geheim te zitten: API_KEY", en="the image seems to hold a secret: API_KEY"
            ),
            Text(nl="geef geheimen mee bij het starten", en="hand over secrets at the start"),
        ),
    ),
    by="Synthia Proef",
    at=NOW - timedelta(days=3),
    last_used=NOW - timedelta(hours=2),
    users=(_USER,),
    expires=None,
    may_manage=True,
)
UNUSED = replace(
    USED,
    digest="sha256:" + "b" * 64,
    name="een-image-met-een-naam-zo-lang-dat-hij-op-geen-enkel-scherm-past-2026-11-21.tar.gz",
    reference="",
    size=900 * 2**10,
    findings=(),
    at=NOW - timedelta(days=12),
    last_used=None,
    users=(),
    expires=NOW + timedelta(days=18),
)


@dataclass
class MadeUpArrival:
    """Keeps what comes."""

    content: bytearray = field(default_factory=bytearray)

    def gather(self, piece: bytes) -> bool:
        self.content += piece
        if len(self.content) > LARGEST_MIB * 2**20:
            raise image_refusals.too_large(LARGEST_MIB)
        return False

    def write(self) -> None:
        raise AssertionError("nothing was gathered")


@dataclass
class MadeUpImages:
    """The desk of uploaded images; remembers what was asked of it."""

    empty: bool = False
    possible: bool = True
    full: bool = False
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def is_possible(self) -> bool:
        return self.possible

    def all(self, principal: Principal, organisation: str, chosen: ImageOrder) -> ImagesView:
        manages = organisation != ORGANISATION_OF_OTHERS
        found = () if self.empty else tuple(replace(one, may_manage=manages) for one in (USED, UNUSED))
        return ImagesView(
            organisation_id=organisation,
            organisation="Voorbeeld-start-up",
            may_manage=manages,
            is_possible=self.possible,
            images=found,
            total=len(found),
            used_mib=0 if self.empty else 4096 if self.full else 181,
            allowed_mib=4096,
            largest_mib=LARGEST_MIB,
            unused_days=30,
            next=None if self.empty or chosen.cursor else UNUSED.digest,
        )

    def image(self, principal: Principal, organisation: str, digest: str) -> ImageView:
        for one in (USED, UNUSED):
            if one.digest == digest:
                return replace(one, may_manage=organisation != ORGANISATION_OF_OTHERS)
        raise NotFoundError(Text(nl="Die is er niet.", en="There is no such thing."))

    def admit(self, principal: Principal, organisation: str, *, length: int | None) -> None:
        self.asked.append(("admit", {"length": length}))
        if self.full:
            raise LimitReachedError(Text(nl="Er is geen plaats.", en="There is no room."))

    @contextmanager
    def receiving(self, organisation: str) -> Iterator[Arrival]:
        yield MadeUpArrival()

    def take(self, principal: Principal, organisation: str, arrival: Arrival, *, name: str) -> str:
        assert isinstance(arrival, MadeUpArrival)
        if b"root" in arrival.content:
            raise image_refusals.not_accepted([ROOT])
        self.asked.append(("take", {"name": name, "content": bytes(arrival.content)}))
        return UNUSED.digest

    def remove(self, principal: Principal, organisation: str, digest: str) -> None:
        if digest == USED.digest:
            raise image_refusals.in_use([User(SANDBOX, _USER.sandbox_name, _USER.component)])
        self.asked.append(("remove", {"digest": digest}))
