"""Push an image archive to a registry (OCI Distribution 1.1), blob by blob, leaving out what is there."""

from __future__ import annotations

import hashlib
import json
import tarfile
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from proeftuin_infra.kube.client.errors import KubeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import httpx

REGISTRY_UNREACHABLE = "registry-unreachable"
REGISTRY_REFUSED = "registry-refused"
_PATIENCE_SECONDS = 60.0
_OK, _CREATED, _ACCEPTED, _NOT_FOUND = 200, 201, 202, 404
_BLOBS = "blobs/sha256/"


@dataclass(frozen=True, slots=True)
class RegistryPlace:
    """Where images go.

    Attributes:
        url: Address and prefix, `https://registry.example/proeftuin`; `http://` for one without TLS.
        username: Who may push and pull; empty: everybody.
        password: Idem.
    """

    url: str
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def server(self) -> str:
        """Host and port, as in image references."""
        return urlsplit(self.url).netloc

    @property
    def prefix(self) -> str:
        """What every reference begins with: `registry.example/proeftuin/`."""
        return f"{self.server}{urlsplit(self.url).path.rstrip('/')}/"

    def reference(self, name: str, digest: str) -> str:
        """Name an image, pinned by digest."""
        return f"{self.prefix}{name}@{digest}"


class Pusher:
    """Pushes images to one registry.

    Args:
        place: Where.
    """

    def __init__(self, place: RegistryPlace) -> None:
        self.place = place
        self._there: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def push(self, name: str, digest: str, archive: Iterable[bytes]) -> str:
        """Have an image in the registry.

        Args:
            name: Of the repository below the prefix.
            digest: Of its manifest.
            archive: The image as an OCI layout in a tar; only read when the registry lacks it.

        Returns:
            The reference by which nodes pull it.

        Raises:
            KubeError: the registry does not answer, or refuses.
        """
        import httpx  # noqa: PLC0415 - only this backend needs it here

        reference = self.place.reference(name, digest)
        with self._lock:  # one at a time: the second finds the blobs of the first
            if (name, digest) in self._there:
                return reference
            try:
                with self._client() as client:
                    self._push(client, name, digest, archive)
            except httpx.HTTPError as error:
                raise KubeError(REGISTRY_UNREACHABLE, f"{self.place.server}: {error}") from error
            self._there.add((name, digest))
        return reference

    def _client(self) -> httpx.Client:
        import httpx  # noqa: PLC0415 - idem

        parts = urlsplit(self.place.url)
        auth = (self.place.username, self.place.password) if self.place.username else None
        return httpx.Client(
            base_url=f"{parts.scheme}://{parts.netloc}", auth=auth, timeout=_PATIENCE_SECONDS, trust_env=False
        )

    def _push(self, client: httpx.Client, name: str, digest: str, archive: Iterable[bytes]) -> None:
        base = f"/v2{urlsplit(self.place.url).path.rstrip('/')}/{name}"
        if client.head(f"{base}/manifests/{digest}", headers={"Accept": "*/*"}).status_code == _OK:
            return
        manifest = b""
        for entry, content in _entries(iter(archive)):
            if not entry.startswith(_BLOBS):
                _spend(content)
                continue
            blob = f"sha256:{entry.removeprefix(_BLOBS)}"
            if blob == digest:
                manifest = b"".join(content)
            elif client.head(f"{base}/blobs/{blob}").status_code == _OK:
                _spend(content)
            else:
                _upload(client, base, blob, content)
        if f"sha256:{hashlib.sha256(manifest).hexdigest()}" != digest:
            raise KubeError(REGISTRY_REFUSED, f"the archive does not hold {digest}")
        kind = json.loads(manifest).get("mediaType", "application/vnd.oci.image.manifest.v1+json")
        put = client.put(f"{base}/manifests/{digest}", content=manifest, headers={"Content-Type": kind})
        _demand(put, _CREATED)


def _upload(client: httpx.Client, base: str, digest: str, content: Iterator[bytes]) -> None:
    begun = client.post(f"{base}/blobs/uploads/")
    _demand(begun, _ACCEPTED)
    place = begun.headers["Location"]
    sent = client.patch(place, content=content, headers={"Content-Type": "application/octet-stream"})
    _demand(sent, _ACCEPTED)
    place = sent.headers["Location"]
    joint = "&" if "?" in place else "?"
    _demand(client.put(f"{place}{joint}{urlencode({'digest': digest})}"), _CREATED)


def _demand(answer: httpx.Response, wanted: int) -> None:
    if answer.status_code != wanted:
        raise KubeError(REGISTRY_REFUSED, f"HTTP {answer.status_code}: {answer.text[:300]}")


def _entries(archive: Iterator[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Read a tar as it comes; each content must be spent before the next entry."""
    source = _Source(archive)
    while True:
        header = source.take(tarfile.BLOCKSIZE)
        if len(header) < tarfile.BLOCKSIZE or not header.strip(b"\0"):
            return
        entry: Any = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
        yield entry.name, source.parts(entry.size)
        source.take(-entry.size % tarfile.BLOCKSIZE)


class _Source:
    """Bytes of a stream in the portions that are asked for."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def take(self, size: int) -> bytes:
        return b"".join(self.parts(size))

    def parts(self, size: int) -> Iterator[bytes]:
        while size:
            if not self._rest:
                try:
                    self._rest = next(self._chunks)  # may be empty, and is not the last one then
                except StopIteration:
                    return
            piece, self._rest = self._rest[:size], self._rest[size:]
            size -= len(piece)
            yield piece


def _spend(content: Iterator[bytes]) -> None:
    for _ in content:
        """Passed over."""
