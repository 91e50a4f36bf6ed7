"""Everything a kit may know of the component it judges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proeftuin_conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A running component, and how to put it back to a known state.

    Attributes:
        base_url: where the API lives; paths of kits and of the OpenAPI document are appended to it.
        openapi_url: absolute, or relative to `base_url`; None means `{base_url}/openapi.json`.
        health_url: absolute, or relative to `base_url`; None means that no health endpoint is promised.
        headers: sent with each request; their values are treated as secrets in every report.
        reset: puts component and town back to the seed; called before phases that ask for it.
        town_url: root of the building blocks the component was given.
        town_digest: digest of the town's content, for the report.
        tier: isolation tier of the sandbox (`local`, `docker`, …), for the report.
        component: name and version of what is tested, for the report.
        pages: pages to look at, relative to `base_url`.
    """

    base_url: str
    openapi_url: str | None = None
    health_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reset: Callable[[], None] | None = None
    town_url: str | None = None
    town_digest: str | None = None
    tier: str | None = None
    component: str | None = None
    pages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse addresses that no HTTP client can use.

        Raises:
            UsageError: an address is not http(s) or has no host.
        """
        for name in ("base_url", "town_url"):
            value = getattr(self, name)
            if value is not None:
                require_http(value, what=name)

    @property
    def origin(self) -> str:
        """Scheme, host and port: requests never leave it."""
        return origin_of(self.base_url)


def require_http(url: str, *, what: str) -> None:
    """Raise UsageError unless `url` is an absolute http(s) address."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port  # raises ValueError when it is no number
    except ValueError:
        fine = False
    if not fine:
        raise UsageError(f"{what}: geen http(s)-adres / not an http(s) address: {url!r}")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, with the default port written out."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"
