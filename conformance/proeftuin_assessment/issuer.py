"""Who issues the badges of this platform: its address, its name and its key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from proeftuin_conformance.badges import (
    BadgeKeyError,
    Issuer,
    SigningKey,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    read_key,
    write_key,
)
from proeftuin_conformance.badges.keys import KEY_BYTES, key_from_pem

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

KEY_FILE: Final = "issuer-key.pem"
TRUST_FILE: Final = "trust-list.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The issuer with its secret, and whom it trusts besides itself.

    Attributes:
        issuer: as badges name it.
        key: signs badges and status lists; its text form never shows the secret.
        others: issuers of other platforms whose badges are accepted here.
        base_url: the platform's public address, without a slash at the end.
    """

    issuer: Issuer
    key: SigningKey
    base_url: str
    others: TrustList = field(default_factory=TrustList)

    @property
    def trust(self) -> TrustList:
        """Everyone whose badges are believed here, the platform itself first."""
        own = TrustedIssuer(id=self.issuer.id, name=self.issuer.name, keys=(TrustedKey(key=self.key.public),))
        trusted = TrustList((own,))
        for other in self.others.issuers:
            trusted = trusted.plus(other)
        return trusted

    @property
    def document(self) -> dict[str, Any]:
        """What the issuer's address answers."""
        return self.issuer.document((self.key.public,))

    def url(self, path: str) -> str:
        """Give the public address of a path of the API."""
        return f"{self.base_url}{path}"


def load_authority(folder: Path, *, base_url: str, name: str, pem: str | None = None) -> Authority:
    """Read the issuer's key from `folder`, making it on first use, and the list of trusted issuers beside it.

    Args:
        folder: private to the platform; made when it is not there.
        base_url: the public address of the platform.
        name: what people call the issuer.
        pem: the private key, where it is given instead of kept in the folder: replicas must sign with the same.

    Raises:
        BadgeKeyError: the key is malformed, or its file readable by others.
        TrustListError: there is a trust list and it is malformed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = _kept_key(folder / KEY_FILE) if pem is None else key_from_pem(pem.encode(), source="PROEFTUIN_ISSUER_KEY")
    trusted = folder / TRUST_FILE
    return Authority(
        issuer=Issuer(id=f"{base_url}/api/v1/issuer", name=name, url=base_url),
        key=key,
        base_url=base_url,
        others=TrustList.from_json(trusted.read_bytes()) if trusted.exists() else TrustList(),
    )


def _kept_key(path: Path) -> SigningKey:
    """Read the key in a file, making it on first use."""
    if not path.exists():
        try:
            write_key(path, SigningKey(secrets.token_bytes(KEY_BYTES)))
        except BadgeKeyError:
            if not path.exists():  # else another process was first; its key is the key
                raise
    return read_key(path)
