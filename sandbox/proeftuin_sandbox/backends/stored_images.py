"""The images that rooms need, made in a store on this machine; the same content is made once."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from proeftuin_infra.installing import InstallError
from proeftuin_infra.oci import (
    ImageBuilder,
    ImageError,
    ImagePolicy,
    ImageStore,
    read_archive,
    scan,
    stream_archive,
)
from proeftuin_infra.oci.base import find_base
from proeftuin_infra.oci.pruning import prune
from proeftuin_infra.oci.references import parse_reference
from proeftuin_infra.oci.registry import Registry
from proeftuin_infra.oci.town import TOWN_LABEL, town_image, town_purpose
from proeftuin_infra.processes import ProcessHost
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import PULSE, Failure, FailureError, Step
from proeftuin_sandbox.backends.explain import explain_install
from proeftuin_sandbox.backends.failures import (
    BUNDLE_LOST,
    ENDPOINT_NOT_POSSIBLE,
    IMAGE_LOST,
    requirements_invalid,
)
from proeftuin_sandbox.backends.images import RoomImage
from proeftuin_sandbox.bundles import BundleLimits, unpack
from proeftuin_sandbox.manifest import EndpointRun, ImageRun, PythonRun
from proeftuin_sandbox.requirements import requirements_of

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Mapping
    from datetime import timedelta
    from pathlib import Path
    from typing import Self

    from proeftuin_infra.oci import Image, ImageShelf
    from proeftuin_sandbox.backends.base import DeploymentOrder, TownSpec


_T = TypeVar("_T")


class StoredImages:
    """Makes images in a store; implements `RoomImages`.

    Args:
        builder: Makes images, and holds the store with the base image and all that was made.
        bundle_limits: How large a component may be.
        policy: What is demanded of images that suppliers make themselves.
        registries: Hosts from which suppliers may have images fetched; the platform asks no others anything.
        shelf: Where the images lie that suppliers uploaded; None when there are none.
        host: Runs the builder's programs; ended with this.
    """

    def __init__(
        self,
        builder: ImageBuilder,
        *,
        bundle_limits: BundleLimits | None = None,
        policy: ImagePolicy | None = None,
        registries: frozenset[str] = frozenset(),
        shelf: ImageShelf | None = None,
        host: ProcessHost | None = None,
    ) -> None:
        self._builder = builder
        self._store = builder.store
        self._bundle_limits = bundle_limits or BundleLimits()
        self._policy = policy or ImagePolicy()
        self._registries = registries
        self._shelf = shelf
        self._host = host

    @classmethod
    def at(
        cls,
        folder: Path,
        *,
        environment: Mapping[str, str],
        bundle_limits: BundleLimits | None = None,
        policy: ImagePolicy | None = None,
        registries: frozenset[str] = frozenset(),
        shelf: ImageShelf | None = None,
    ) -> Self:
        """Make images in a folder, with processes of our own.

        Args:
            folder: Of the store; made when absent.
            environment: The platform's; only the installer of packages gets a part of it.
            bundle_limits: How large a component may be.
            policy: What is demanded of images that suppliers make themselves.
            registries: Hosts from which suppliers may have images fetched.
            shelf: Where the images lie that suppliers uploaded.
        """
        host = ProcessHost()
        builder = ImageBuilder(ImageStore(folder), host=host, environment=environment)
        return cls(builder, bundle_limits=bundle_limits, policy=policy, registries=registries, shelf=shelf, host=host)

    def close(self) -> None:
        """End what still runs of making images."""
        if self._host is not None:
            self._host.close()

    def prune(self, *, bundles: Collection[str], towns: Collection[tuple[str, int]], unused: timedelta) -> int:
        """Take away what was made and that nobody needs any more; see `made_images.Workshop`."""
        needed_for = {*bundles, *(town_purpose(profile, seed) for profile, seed in towns)}
        return prune(self._store, unused_seconds=unused.total_seconds(), needed_for=needed_for)

    def base(self) -> RoomImage:
        """Give the image in which the platform's own gates and probes run."""
        with _translated():
            return self._room_image(find_base(self._store))

    def town(self, spec: TownSpec) -> Generator[Step, None, RoomImage]:
        """Give the image of a town and its building blocks."""
        with _translated():
            # What it says is for machines (a folder, a digest), so nobody is told of it.
            image = yield from _silently(town_image(self._builder, profile=spec.profile, seed=spec.seed))
            return self._room_image(image, town_digest=image.labels[TOWN_LABEL])

    def component(self, order: DeploymentOrder) -> Generator[Step, None, RoomImage]:
        """Give the image of a component: the base, its packages and its code."""
        run = order.manifest.run
        if isinstance(run, EndpointRun):
            raise FailureError(ENDPOINT_NOT_POSSIBLE)
        if isinstance(run, ImageRun) and run.uploaded is not None:
            return self._uploaded(run.uploaded)
        with _translated():
            scratch = self._store.scratch()
            try:
                folder = self._unpacked(order, scratch / "bundle")
                if isinstance(run, ImageRun):
                    return self._room_image(self._given(run, folder, digest=order.digest))
                try:
                    requirements = requirements_of(run, folder) if isinstance(run, PythonRun) else None
                except ProeftuinError as error:
                    raise FailureError(requirements_invalid(error.detail)) from error
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

    def _uploaded(self, digest: str) -> RoomImage:
        """Give an image from the shelf; its content was looked through when it came, its settings are again."""
        with _translated():
            image = self._shelf.fetch(digest) if self._shelf is not None else None
        if image is None or self._shelf is None:
            raise FailureError(IMAGE_LOST)
        self._demand(image, reference=None)
        return self._room_image(image, store=self._shelf.store)

    def _demand(self, image: Image, *, reference: str | None) -> None:
        for finding in scan(self._store, image, policy=self._policy, reference=reference):
            if finding.is_fatal:
                raise FailureError(Failure(finding.code, finding.cause, finding.remedy))

    def _given(self, run: ImageRun, folder: Path, *, digest: str) -> Image:
        """Give the supplier's own image, once it is found to be allowed; it is kept with its bundle's digest."""
        name = f"given-{digest.removeprefix('sha256:')[:32]}"
        with self._store.making(name):
            if (known := self._store.use(name)) is not None:
                return known
            image = self._fetched(run, folder)
            self._demand(image, reference=run.reference)
            self._store.keep(name, image, made_for=digest)
            return image

    def _fetched(self, run: ImageRun, folder: Path) -> Image:
        if run.archive is None:
            return self._pulled(run.reference or "")
        path = folder / run.archive
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise FailureError(_archive_absent(run.archive))
        return read_archive(self._store, path, platform=self._policy.platform)

    def _pulled(self, name: str) -> Image:
        reference = parse_reference(name)
        if reference.registry not in self._registries:
            raise FailureError(_registry_not_allowed(reference.registry))
        with Registry(reference.registry) as registry:
            wanted = reference.digest or reference.tag or ""
            return registry.pull(self._store, reference.repository, wanted, platform=self._policy.platform)

    def _unpacked(self, order: DeploymentOrder, folder: Path) -> Path:
        try:
            with order.bundle.open("rb") as packed:
                bundle = unpack(packed, folder, limits=self._bundle_limits)
        except (ProeftuinError, OSError) as error:
            raise FailureError(BUNDLE_LOST) from error
        if bundle.digest != order.digest:
            raise FailureError(BUNDLE_LOST)
        return bundle.folder

    def _room_image(self, image: Image, *, town_digest: str = "", store: ImageStore | None = None) -> RoomImage:
        source = store or self._store
        return RoomImage(
            id=image.id,
            digest=image.digest,
            archive=lambda without: stream_archive(source, image, without=without),
            town_digest=town_digest,
            architecture=image.platform[1],
            places=tuple(sorted(image.settings.get("Volumes") or ())),
            push=lambda registry, repository: registry.push(source, image, repository),
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


def _silently(lines: Generator[str, None, _T]) -> Generator[Step, None, _T]:
    """Say nothing of what an installer says, but let whoever waits look whether it is still wanted."""
    while True:
        try:
            next(lines)
        except StopIteration as end:
            value: _T = end.value
            return value
        yield Step(PULSE, Text(nl="", en=""))


def _archive_absent(name: str) -> Failure:
    return Failure(
        "image-absent",
        Text(nl=f"Het bestand {name} zit niet in de bundel.", en=f"The file {name} is not in the bundle."),
        Text(
            nl="Controleer run.image.archive in component.yaml.",
            en="Check run.image.archive in component.yaml.",
        ),
    )


def _registry_not_allowed(host: str) -> Failure:
    return Failure(
        "image-registry",
        Text(
            nl=f"Dit platform haalt geen images van {host}.",
            en=f"This platform fetches no images from {host}.",
        ),
        Text(
            nl="Bewaar het image met docker save en stuur het met 'proeftuin image push' (run.image.uploaded), of "
            "vraag de beheerder dit register toe te laten (PROEFTUIN_IMAGE_REGISTRIES).",
            en="Save the image with docker save and send it with 'proeftuin image push' (run.image.uploaded), or ask "
            "the operator to allow this registry (PROEFTUIN_IMAGE_REGISTRIES).",
        ),
    )
