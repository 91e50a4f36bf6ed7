"""The errors of the sandbox area; `sandbox/README.md` explains each code to a person.

* BadInputError
  x ComponentYamlError        400   component.yaml breaks a rule; `errors` names line and column
  x BundleError               400   the bundle is not a tar.gz that we dare to unpack
  x ComponentNameDiffersError 400   the address and component.yaml name different components
  x OrganisationNeededError   400   it is not clear for which organisation
  x ImageNotAcceptedError     400   the policy forbids an uploaded image; `findings` says all that is wrong
  x ImageNotUploadedError     400   `run.image.uploaded` names nothing that the organisation uploaded
  x UploadDamagedError        400   what came is not what was sent
* NotFoundError
  x SandboxNotFoundError      404
  x ComponentNotFoundError    404
  x PreviewNotFoundError      404
  x ImageNotFoundError        404
* ConflictError
  x SandboxNotReadyError      409
  x IdempotencyKeyReusedError 409
  x EndpointNotPossibleError  409   `run.endpoint` cannot be deployed on this platform yet
  x ImageInUseError           409   a component of a living sandbox needs it
  x ImagesNotPossibleError    409   the backend here runs no container images
  x LifetimeCeilingError      409   a sandbox never lives longer than the operator's ceiling
  x TownTooOldError           409   a town lives ten years at most; a reset brings it back to day 0
* ProeftuinError
  x SandboxSuspendedError     409   not a ConflictError: waiting is no use, somebody must resume it
* GoneError
  x SandboxGoneError          410
  x WillNotRunError           410   failed or stopped for good; waiting is no use
  x PreviewOverError          410
* ProeftuinError
  x PreviewFailedError        502   the component behind a link does not answer, or leads elsewhere
* TooLargeError
  x BundleTooLargeError       413
  x ImageTooLargeError        413
* LimitReachedError
  x SandboxQuotaError         429
  x ComponentQuotaError       429
  x ImageQuotaError           429
* UnavailableError
  x ImageStoreFullError       503   there is no room on the platform's disk
"""

from __future__ import annotations

from proeftuin_kernel.errors import (
    BadInputError,
    ConflictError,
    GoneError,
    LimitReachedError,
    NotFoundError,
    ProeftuinError,
    TooLargeError,
    UnavailableError,
)
from proeftuin_kernel.text import Text


class ComponentYamlError(BadInputError):
    """component.yaml breaks a rule; `extra["errors"]` has pointer, line, column and words for each."""

    code = "component-yaml-invalid"
    title = Text(nl="component.yaml klopt niet", en="component.yaml is not valid")


class BundleError(BadInputError):
    """The bundle is not a tar.gz that we dare to unpack."""

    code = "bundle-invalid"
    title = Text(nl="De bundel kan niet uitgepakt worden", en="The bundle cannot be unpacked")


class ComponentNameDiffersError(BadInputError):
    """The address and component.yaml name different components."""

    code = "component-name-differs"
    title = Text(nl="De namen verschillen", en="The names differ")


class OrganisationNeededError(BadInputError):
    """The person belongs to several organisations, or to none, and did not say which."""

    code = "organisation-needed"
    title = Text(nl="Kies een organisatie", en="Choose an organisation")


class SandboxNotFoundError(NotFoundError):
    """There is no such sandbox, or it belongs to somebody else."""

    code = "sandbox-not-found"
    title = Text(nl="Proeftuin niet gevonden", en="Sandbox not found")


class ComponentNotFoundError(NotFoundError):
    """The sandbox has no component of that name."""

    code = "component-not-found"
    title = Text(nl="Component niet gevonden", en="Component not found")


class PreviewNotFoundError(NotFoundError):
    """There is no such link."""

    code = "preview-not-found"
    title = Text(nl="Link niet gevonden", en="Link not found")


class PreviewOverError(GoneError):
    """The link expired or was revoked, or its sandbox is gone."""

    code = "preview-over"
    title = Text(nl="Deze link is voorbij", en="This link is over")


class PreviewFailedError(ProeftuinError):
    """The component behind a link does not answer as it should."""

    status = 502
    code = "preview-failed"
    title = Text(nl="De component antwoordt niet zoals het moet", en="The component does not answer as it should")


class SandboxNotReadyError(ConflictError):
    """The sandbox is in a state in which this cannot be done."""

    code = "sandbox-not-ready"
    title = Text(nl="De proeftuin is niet klaar", en="The sandbox is not ready")


class SandboxSuspendedError(ProeftuinError):
    """The sandbox rests; it comes back when somebody resumes it."""

    status = 409
    code = "sandbox-suspended"
    title = Text(nl="De proeftuin is gepauzeerd", en="The sandbox is suspended")


class IdempotencyKeyReusedError(ConflictError):
    """The same Idempotency-Key came with another request."""

    code = "idempotency-key-reused"
    title = Text(nl="Idempotency-Key al gebruikt", en="Idempotency-Key already used")


class EndpointNotPossibleError(ConflictError):
    """A component that runs elsewhere cannot be deployed here yet."""

    code = "endpoint-not-possible"
    title = Text(nl="Een endpoint kan nog niet", en="An endpoint is not possible yet")


class TownTooOldError(ConflictError):
    """A town would live further than it can."""

    code = "town-too-old"
    title = Text(nl="De gemeente kan niet zo ver leven", en="The town cannot live that far")


class LifetimeCeilingError(ConflictError):
    """A sandbox never lives longer than the operator's ceiling."""

    code = "lifetime-ceiling"
    title = Text(nl="Langer kan niet", en="No longer than this")


class SandboxGoneError(GoneError):
    """The sandbox was destroyed or is being destroyed."""

    code = "sandbox-gone"
    title = Text(nl="De proeftuin bestaat niet meer", en="The sandbox is gone")


class WillNotRunError(GoneError):
    """A sandbox or a component failed for good, or was stopped: waiting for it is no use."""

    code = "will-not-run"
    title = Text(nl="Dit komt niet vanzelf terug", en="This does not come back by itself")


class BundleTooLargeError(TooLargeError):
    """The bundle is larger than the operator allows, packed or unpacked."""

    code = "bundle-too-large"
    title = Text(nl="De bundel is te groot", en="The bundle is too large")


class SandboxQuotaError(LimitReachedError):
    """The organisation has as many sandboxes as it may have at a time."""

    code = "sandbox-quota"
    title = Text(nl="Te veel proeftuinen", en="Too many sandboxes")


class ComponentQuotaError(LimitReachedError):
    """The sandbox has as many components as it may have."""

    code = "component-quota"
    title = Text(nl="Te veel componenten", en="Too many components")


class ImageNotAcceptedError(BadInputError):
    """An uploaded image cannot be read, or the policy forbids it; `extra["findings"]` says all that is wrong."""

    code = "image-not-accepted"
    title = Text(nl="Het image wordt niet aanvaard", en="The image is not accepted")


class ImageNotUploadedError(BadInputError):
    """`run.image.uploaded` names nothing that the organisation uploaded."""

    code = "image-not-uploaded"
    title = Text(nl="Dit image is niet geüpload", en="This image is not uploaded")


class UploadDamagedError(BadInputError):
    """What came is not what was sent: it broke off, or its digest is another."""

    code = "upload-damaged"
    title = Text(nl="Het bestand kwam niet heel aan", en="The file did not arrive whole")


class ImageNotFoundError(NotFoundError):
    """The organisation has no uploaded image of this digest."""

    code = "image-not-found"
    title = Text(nl="Image niet gevonden", en="Image not found")


class ImageInUseError(ConflictError):
    """A component of a sandbox that is not destroyed needs the image."""

    code = "image-in-use"
    title = Text(nl="Het image is in gebruik", en="The image is in use")


class ImagesNotPossibleError(ConflictError):
    """The backend of this platform runs no container images."""

    code = "images-not-possible"
    title = Text(nl="Hier kan geen image draaien", en="No image can run here")


class ImageTooLargeError(TooLargeError):
    """The archive is larger than the operator allows."""

    code = "image-too-large"
    title = Text(nl="Het image is te groot", en="The image is too large")


class ImageQuotaError(LimitReachedError):
    """The organisation has as much of images as it may have."""

    code = "image-quota"
    title = Text(nl="Te veel images", en="Too many images")


class ImageStoreFullError(UnavailableError):
    """The disk of the platform has no room for the image."""

    code = "image-store-full"
    title = Text(nl="Geen plaats voor het image", en="No room for the image")
