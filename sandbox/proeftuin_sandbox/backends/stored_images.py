"""The images that rooms need, made in a store on this machine; the same content is made once."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from proeftuin_infra.installing import InstallError
from proeftuin_infra.oci import ImageError, stream_archive
from proeftuin_infra.oci.base import find_base
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Failure, FailureError, Step
from proeftuin_sandbox.backends.images import RoomImage
from proeftuin_sandbox.backends.local.explain import explain_install
from proeftuin_sandbox.bundles import BundleLimits, unpack
from proeftuin_sandbox.manifest import EndpointRun, PythonRun
from proeftuin_sandbox.requirements import requirements_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from proeftuin_infra.oci import Image, ImageBuilder, ImageStore
    from proeftuin_sandbox.backends.base import DeploymentOrder, TownSpec


_T = TypeVar("_T")


class TownImages(Protocol):
    """Makes the images of towns."""

    def make(self, spec: TownSpec) -> Generator[str, None, tuple[Image, str]]:
        """Give the image of a town and the town's digest; what it yields is news.

        Raises:
            FailureError: it cannot be made.
        """
        ...


class StoredImages:
    """Makes images in a store; implements `RoomImages`.

    Args:
        store: Holds the base image, and all that is made.
        builder: Makes the images of components.
        towns: Makes those of towns.
        bundle_limits: How large a component may be.
    """

    def __init__(
        self,
        store: ImageStore,
        *,
        builder: ImageBuilder,
        towns: TownImages,
        bundle_limits: BundleLimits | None = None,
    ) -> None:
        self._store = store
        self._builder = builder
        self._towns = towns
        self._bundle_limits = bundle_limits or BundleLimits()

    def base(self) -> RoomImage:
        """Give the image in which the platform's own gates and probes run."""
        with _translated():
            return self._room_image(find_base(self._store))

    def town(self, spec: TownSpec) -> Generator[Step, None, RoomImage]:
        """Give the image of a town and its building blocks."""
        with _translated():
            image, digest = yield from _as_news(self._towns.make(spec))
            return self._room_image(image, town_digest=digest)

    def component(self, order: DeploymentOrder) -> Generator[Step, None, RoomImage]:
        """Give the image of a component: the base, its packages and its code."""
        run = order.manifest.run
        if isinstance(run, EndpointRun):
            raise FailureError(ENDPOINT)
        with _translated():
            scratch = self._store.scratch()
            try:
                folder = self._unpacked(order, scratch / "bundle")
                try:
                    requirements = requirements_of(run, folder) if isinstance(run, PythonRun) else None
                except ProeftuinError as error:
                    raise FailureError(Failure("install-failed", error.detail, _CHECK_REQUIREMENTS)) from error
                image = yield from _as_news(
                    self._builder.bundle_image(
                        folder,
                        digest=order.digest,
                        command=run.command,
                        requirements=requirements,
                        title=order.manifest.name,
                    )
                )
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
            return self._room_image(image)

    def _unpacked(self, order: DeploymentOrder, folder: Path) -> Path:
        try:
            with order.bundle.open("rb") as packed:
                bundle = unpack(packed, folder, limits=self._bundle_limits)
        except (ProeftuinError, OSError) as error:
            raise FailureError(BUNDLE_LOST) from error
        if bundle.digest != order.digest:
            raise FailureError(BUNDLE_LOST)
        return bundle.folder

    def _room_image(self, image: Image, *, town_digest: str = "") -> RoomImage:
        return RoomImage(
            id=image.id,
            digest=image.digest,
            archive=lambda without: stream_archive(self._store, image, without=without),
            town_digest=town_digest,
            architecture=image.platform[1],
            places=tuple(sorted(image.settings.get("Volumes") or ())),
        )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ImageError as error:
        failure = Failure(error.code, error.cause, error.remedy, is_transient=error.is_transient)
        raise FailureError(failure) from error
    except InstallError as error:
        raise FailureError(explain_install(error)) from error


def _as_news(lines: Generator[str, None, _T]) -> Generator[Step, None, _T]:
    """Tell each line that an installer says; gives what the generator gives in the end."""
    while True:
        try:
            line = next(lines)
        except StopIteration as end:
            value: _T = end.value
            return value
        yield Step("install-news", Text(nl=line, en=line))


_CHECK_REQUIREMENTS = Text(nl="Verbeter het bestand en deploy opnieuw.", en="Mend the file and deploy again.")
ENDPOINT = Failure(
    "endpoint-not-possible",
    Text(
        nl="Een component dat elders draait, kan hier nog niet.",
        en="A component that runs elsewhere is not possible here yet.",
    ),
    Text(nl="Gebruik run.python of run.command.", en="Use run.python or run.command."),
)
BUNDLE_LOST = Failure(
    "bundle-lost",
    Text(nl="De bewaarde bundel is niet meer wat hij was.", en="The stored bundle is not what it was."),
    Text(nl="Deploy het component opnieuw.", en="Deploy the component again."),
)
