"""The JSON of uploaded images."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from proeftuin_kernel.web import ApiModel, TextOut

if TYPE_CHECKING:
    from proeftuin_sandbox.image_rows import ImageUser
    from proeftuin_sandbox.image_views import ImageHoldings, ImageView

IMAGE_DIGEST = r"^sha256:[0-9a-f]{64}$"


class ImageFindingOut(ApiModel):
    """One thing of an image that is not as it should be, and does not forbid it."""

    code: str = Field(description="Stable; explained in infra/images/README.md.")
    cause: TextOut
    remedy: TextOut


class ImageUserOut(ApiModel):
    """A component that needs an image."""

    component: str
    sandbox: str = Field(description="Id of the sandbox that it is in.")
    sandbox_name: str

    @classmethod
    def of(cls, user: ImageUser) -> ImageUserOut:
        """Show a user."""
        return cls(component=user.component, sandbox=user.sandbox_id, sandbox_name=user.sandbox)


class ImageOut(ApiModel):
    """A container image that an organisation uploaded."""

    digest: str = Field(description="To write at `run.image.uploaded` of component.yaml.")
    organisation: str
    name: str = Field(description="For people.")
    reference: str = Field(description="What whoever made it calls it, as in `loket:2.1`; may be empty.")
    archive_digest: str = Field(description="Digest of the file as it was sent.")
    size_bytes: int = Field(description="What it takes of the organisation's room.")
    unpacked_bytes: int
    architecture: str = Field(description="As in `linux/amd64`.")
    findings: list[ImageFindingOut]
    created_by: str
    created_at: datetime
    used_at: datetime | None = Field(description="When a component was last deployed with it.")
    used_by: list[ImageUserOut] = Field(description="Components that need it now.")
    expires_at: datetime | None = Field(description="When it is removed if nothing is deployed with it.")

    @classmethod
    def of(cls, view: ImageView) -> ImageOut:
        """Show an image."""
        return cls(
            digest=view.digest,
            organisation=view.organisation,
            name=view.name,
            reference=view.reference,
            archive_digest=view.archive_digest,
            size_bytes=view.size_bytes,
            unpacked_bytes=view.unpacked_bytes,
            architecture=view.architecture,
            findings=[
                ImageFindingOut(code=one["code"], cause=TextOut(**one["cause"]), remedy=TextOut(**one["remedy"]))
                for one in view.findings
            ],
            created_by=view.created_by,
            created_at=view.created_at,
            used_at=view.used_at,
            used_by=[ImageUserOut.of(one) for one in view.used_by],
            expires_at=view.expires_at,
        )


class ImagesOut(ApiModel):
    """The images of an organisation, newest first, and the room that they take."""

    items: list[ImageOut]
    used_mib: int = Field(description="What they take together.")
    allowed_mib: int = Field(description="What they may take together.")
    largest_mib: int = Field(description="How large one may be.")

    @classmethod
    def of(cls, holdings: ImageHoldings) -> ImagesOut:
        """Show them."""
        return cls(
            items=[ImageOut.of(one) for one in holdings.images],
            used_mib=holdings.used_mib,
            allowed_mib=holdings.allowed_mib,
            largest_mib=holdings.largest_mib,
        )
