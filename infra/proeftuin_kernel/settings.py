"""Settings: read once, frozen, documented, and safe by default.

Every setting is an environment variable with the prefix `PROEFTUIN_`; `infra/README.md` lists them
and a test compares that list with this class.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text

DEVELOPMENT_SECRET = "alleen-voor-ontwikkeling"  # noqa: S105 - refused outside development


class SettingInvalidError(BadInputError):
    """A setting has a value that it cannot have."""

    code = "setting-invalid"
    title = Text(nl="Ongeldige instelling", en="Invalid setting")


class Settings(BaseSettings):
    """What an operator can choose.

    Raises:
        pydantic.ValidationError: a value is malformed, or a development default is used in production.
    """

    model_config = SettingsConfigDict(env_prefix="PROEFTUIN_", frozen=True, extra="ignore")

    environment: Literal["development", "production"] = Field(
        default="development",
        description="`production` refuses default secrets and the built-in test identity provider.",
    )
    data_dir: Path = Field(
        default=Path(".proeftuin"),
        description="Folder for the embedded database, towns, uploads, logs and keys.",
    )
    database_url: str | None = Field(
        default=None,
        description="PostgreSQL URL. Without it an embedded PostgreSQL starts in the data folder.",
    )
    installation: str | None = Field(
        default=None,
        pattern="^[a-z0-9]{4,20}$",
        description=(
            "Name of this platform on the server, engine or cluster where sandboxes run; all its processes share it. "
            "Default: drawn once and kept in the data folder."
        ),
    )
    bundles: Literal["folder", "database"] = Field(
        default="folder",
        description="Where uploaded bundles are kept. `database` when several machines or pods share the work.",
    )
    issuer_key: SecretStr | None = Field(
        default=None,
        description=(
            "Private key in PEM that signs badges, when several machines or pods share the work. "
            "Default: made once and kept in the data folder."
        ),
    )
    host: str = Field(default="127.0.0.1", description="Address on which the platform listens.")
    port: int = Field(default=8309, ge=0, le=65535, description="Port on which the platform listens; 0 picks one.")
    base_url: str | None = Field(
        default=None,
        description="Public address, used in links, badges and sign-in. Default: http://host:port.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET),
        description="Signs session cookies. At least 32 characters outside development.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="Issuer URL of the OpenID provider. Without it, development uses the built-in test provider.",
    )
    oidc_client_id: str = Field(default="proeftuin", description="Our client id at the OpenID provider.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Our client secret at the OpenID provider.")
    worker: bool = Field(default=True, description="Run background jobs inside `proeftuin serve`.")
    worker_concurrency: int = Field(default=4, ge=1, le=64, description="Background jobs that run at the same time.")
    sandbox_backend: Literal["local", "docker", "kubernetes"] = Field(
        default="local",
        description=(
            "Where sandboxes run: processes of this machine, containers of a Docker engine, "
            "or namespaces of a Kubernetes cluster."
        ),
    )
    docker_host: str | None = Field(
        default=None,
        description=(
            "Address of the Docker engine, on this machine: its ports on loopback must be ours. "
            "Default: `DOCKER_HOST`, or unix:///var/run/docker.sock."
        ),
    )
    kubeconfig: Path | None = Field(
        default=None,
        description=(
            "File that tells where the Kubernetes cluster is. "
            "Default: as kubectl finds it, or the account of the pod in which the platform runs."
        ),
    )
    kubernetes_registry: str | None = Field(
        default=None,
        description=(
            "Where images go, and where the cluster pulls them: https://registry.example/proeftuin. "
            "Required by the kubernetes backend."
        ),
    )
    kubernetes_registry_user: str | None = Field(default=None, description="Who may push to and pull from it.")
    kubernetes_registry_password: SecretStr | None = Field(default=None, description="The password of that user.")
    kubernetes_engine: Literal["auto", "pulumi", "direct"] = Field(
        default="auto",
        description="What builds rooms: Pulumi, or server-side apply. `auto`: Pulumi when its program is on PATH.",
    )
    pulumi_state_url: SecretStr | None = Field(
        default=None,
        description=(
            "Where Pulumi keeps what it knows of rooms: file:///folder, s3://, gs:// or azblob:// and a bucket, or "
            "postgres://… (Pulumi 3.177 or later). Default: a folder in the data folder."
        ),
    )
    kubernetes_tier: Literal["hard", "standard"] = Field(
        default="hard",
        description=(
            "`hard`: a sandbox whose network is not seen to be closed is not used. "
            "`standard`: that is tried and told, but not promised."
        ),
    )
    kubernetes_reach: Literal["auto", "forward", "inside"] = Field(
        default="auto",
        description=(
            "How the platform reaches what runs in sandboxes: `forward` through the API server, `inside` by the "
            "addresses of the cluster itself. `auto`: `inside` when the platform runs as a pod."
        ),
    )
    kubernetes_storage_class: str | None = Field(
        default=None,
        description=(
            "Keep data on volumes of this storage class; `default` is the cluster's own. "
            "Without it data ends with its pod."
        ),
    )
    kubernetes_probe_targets: str = Field(
        default="",
        description=(
            "Further addresses that no sandbox may reach, as control=host:port with commas in between, "
            "such as platform=10.0.0.5:5432,metadata=169.254.42.1:80. The isolation proof tries them."
        ),
    )
    image_cache: Path | None = Field(
        default=None,
        description="Folder with container images that were made before. Default: `images` in the data folder.",
    )
    image_registries: str = Field(
        default="",
        description=(
            "Registries from which suppliers may have images fetched, separated by commas, as `host` or `host:port`. "
            "Empty: none; images are then uploaded."
        ),
    )
    sandbox_tiers: str = Field(
        default="",
        description=(
            "Isolation tiers in which a sandbox may become ready, separated by commas. "
            "Empty: all in development, all but `local` in production."
        ),
    )
    sandbox_lifetime_minutes: int = Field(default=240, ge=1, description="Lifetime of a sandbox when none is asked.")
    sandbox_max_lifetime_minutes: int = Field(default=10_080, ge=1, description="Hard ceiling on a sandbox's age.")
    sandbox_quota: int = Field(default=5, ge=1, description="Sandboxes that an organisation may have at a time.")
    sandbox_capacity: int = Field(
        default=0, ge=0, description="Sandboxes that may run at once; others wait in a queue. 0 sets no limit."
    )
    sandbox_idle_minutes: int = Field(
        default=0,
        ge=0,
        description="A sandbox that nobody used for this long is suspended, after a warning. 0 never suspends one.",
    )
    sandbox_pool: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="Sandboxes that may be made before anybody asks, so that one is ready at once. 0 makes none.",
    )
    upload_limit_mib: int = Field(default=64, ge=1, description="Largest component bundle, in MiB.")
    image_upload_limit_mib: int = Field(
        default=1024, ge=1, description="Largest container image, in MiB, as it is sent and unpacked."
    )
    image_quota_mib: int = Field(
        default=4096, ge=1, description="What the uploaded images of an organisation may take together, in MiB."
    )
    image_unused_days: int = Field(
        default=30, ge=1, description="An uploaded image that no component used for so many days is removed."
    )
    image_cache_days: int = Field(
        default=30,
        ge=1,
        description=(
            "An image that the platform made itself, of a town or a component, and that nobody needed for so many "
            "days is removed; it is made again when somebody does."
        ),
    )
    run_timeout_seconds: int = Field(default=600, ge=10, description="A conformance run longer than this is stopped.")
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="`auto`: columns in development, JSON elsewhere."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="What is logged.")

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        if url and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("must begin with postgresql://")
        return url

    @model_validator(mode="after")
    def _refuse_development_defaults(self) -> Self:
        if self.environment == "production":
            secret = self.secret_key.get_secret_value()
            if secret == DEVELOPMENT_SECRET or len(secret) < 32:  # noqa: PLR2004 - as documented above
                raise ValueError("PROEFTUIN_SECRET_KEY must be set to at least 32 characters in production")
            if self.oidc_issuer is None:
                raise ValueError("PROEFTUIN_OIDC_ISSUER must be set in production; the test provider is refused")
        if self.sandbox_backend == "kubernetes" and not (self.kubernetes_registry or "").startswith(
            ("http://", "https://")
        ):
            raise ValueError(
                "PROEFTUIN_KUBERNETES_REGISTRY must be an address, such as https://registry.example/proeftuin"
            )
        return self

    @property
    def allowed_registries(self) -> frozenset[str]:
        """The registries from which images may be fetched."""
        return frozenset(host.strip() for host in self.image_registries.split(",") if host.strip())

    @property
    def image_folder(self) -> Path:
        """Where images are kept on this machine."""
        return self.image_cache or self.data_dir / "images"

    @property
    def public_url(self) -> str:
        """The address that others use, without a trailing slash."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings(**chosen: Any) -> Settings:
    """Read the settings from the environment; `chosen` ones go before it.

    Raises:
        SettingInvalidError: naming every setting that is wrong, and why.
    """
    try:
        return Settings(**chosen)
    except ValidationError as error:
        faults = "; ".join(_fault(one["loc"], one["msg"]) for one in error.errors())
        raise SettingInvalidError(Text(nl=f"{faults}.", en=f"{faults}.")) from error


def _fault(place: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"PROEFTUIN_{str(place[0]).upper()}: {message}" if place else message
