"""Make the Kubernetes backend from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.inside import is_in_pod, own_namespace
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_infra.kube.client.pushing import RegistryPlace
from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings, PulumiSettingsError
from proeftuin_infra.kube.skeleton.choosing import choose_engine
from proeftuin_infra.kube.skeleton.engine import EngineError
from proeftuin_infra.kube.skeleton.spec import Tier
from proeftuin_infra.oci.depot import ImageDepot
from proeftuin_kernel.settings import SettingInvalidError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.installation import installation_of
from proeftuin_sandbox.backends.kubernetes import KubernetesBackend, KubernetesOptions, ProbeTarget
from proeftuin_sandbox.backends.kubernetes.capabilities import BY_NETWORK
from proeftuin_sandbox.backends.kubernetes.options import PLATFORM_NAMESPACE

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from proeftuin_infra.kube.skeleton.engine import SkeletonEngine
    from proeftuin_kernel.settings import Settings
    from proeftuin_sandbox.backends.images import RoomImages


_PLACES = "file:///folder, s3://bucket, gs://bucket, azblob://container, postgres://user:password@host/database"
_WRONG = {
    "state_url": Text(
        nl=f"PROEFTUIN_PULUMI_STATE_URL noemt geen plaats waar Pulumi iets kan bewaren, zoals {_PLACES}.",
        en=f"PROEFTUIN_PULUMI_STATE_URL names no place where Pulumi can keep anything, such as {_PLACES}.",
    ),
    "passphrase": Text(
        nl="PROEFTUIN_SECRET_KEY is leeg; geheimen in de staat van Pulumi zouden leesbaar zijn.",
        en="PROEFTUIN_SECRET_KEY is empty; secrets in Pulumi's state would be readable.",
    ),
}


def make_kubernetes_backend(
    settings: Settings,
    *,
    root: Path,
    images: RoomImages,
    random_source: random.Random,
) -> KubernetesBackend:
    """Make the backend; nothing is asked of the cluster yet.

    Raises:
        SettingInvalidError: a target of the isolation proof or the place of Pulumi's state is not written as it
            should be, or Pulumi is asked for and is not there.
    """
    place = _registry_place(settings)
    storage_class = settings.kubernetes_storage_class
    inside = settings.kubernetes_reach == "inside" or (
        settings.kubernetes_reach == "auto" and settings.kubeconfig is None and is_in_pod()
    )
    return KubernetesBackend(
        root,
        kubeconfig=settings.kubeconfig,
        options=KubernetesOptions(
            registry=place,
            tier=Tier(settings.kubernetes_tier),
            storage_class="" if storage_class == "default" else storage_class,
            targets=probe_targets(settings.kubernetes_probe_targets),
            inside=inside,
            platform_namespace=(own_namespace() if inside else None) or PLATFORM_NAMESPACE,
        ),
        images=images,
        random_source=random_source,
        engine=_engine(settings, root),
    )


def image_depot(settings: Settings) -> ImageDepot:
    """Give the place in the registry where pods of the platform leave uploaded images for each other."""
    place = _registry_place(settings)
    return ImageDepot(
        place.server,
        f"{place.folder}uploaded",
        username=place.username,
        password=place.password,
        is_plain=place.url.startswith("http://"),
    )


def probe_targets(text: str) -> tuple[ProbeTarget, ...]:
    """Read `control=host:port,…`.

    Raises:
        SettingInvalidError: it is not written so.
    """
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        control, _, address = part.partition("=")
        host, _, port = address.rpartition(":")
        if control not in BY_NETWORK or not host or not port.isdigit():
            names = ", ".join(sorted(BY_NETWORK))
            raise SettingInvalidError(
                Text(
                    nl=f"PROEFTUIN_KUBERNETES_PROBE_TARGETS: '{part}' is niet controle=host:poort, met {names}.",
                    en=f"PROEFTUIN_KUBERNETES_PROBE_TARGETS: '{part}' is not control=host:port, with {names}.",
                )
            )
        found.append(ProbeTarget(control, host, int(port), must_live=True))
    return tuple(found)


def _registry_place(settings: Settings) -> RegistryPlace:
    password = settings.kubernetes_registry_password
    return RegistryPlace(
        settings.kubernetes_registry or "",
        username=settings.kubernetes_registry_user or "",
        password=password.get_secret_value() if password is not None else "",
    )


def _engine(settings: Settings, root: Path) -> SkeletonEngine:
    try:
        return choose_engine(
            settings.kubernetes_engine,
            objects=Objects(Cluster(settings.kubeconfig)),
            pulumi=_pulumi(settings, root),
        )
    except EngineError as error:
        raise SettingInvalidError(
            Text(
                nl="PROEFTUIN_KUBERNETES_ENGINE is pulumi, maar het programma pulumi staat niet op PATH. "
                "Installeer het, of kies direct.",
                en="PROEFTUIN_KUBERNETES_ENGINE is pulumi, but the program pulumi is not on PATH. "
                "Install it, or choose direct.",
            )
        ) from error


def _pulumi(settings: Settings, root: Path) -> PulumiSettings:
    url = settings.pulumi_state_url
    try:
        return PulumiSettings(
            work_dir=root / "pulumi",
            passphrase=settings.secret_key.get_secret_value(),
            installation=installation_of(root),
            state_url=None if url is None else url.get_secret_value(),
            kubeconfig=settings.kubeconfig,
        )
    except PulumiSettingsError as error:
        raise SettingInvalidError(_WRONG[error.field]) from error
