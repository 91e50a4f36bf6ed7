"""Whose badges we believe, and which keys are theirs.

A valid signature shows that the holder of some key said something; anybody can make a key. The trust list is
the file that turns keys into parties: issuer id → name and keys. It is data that a reader can check and keep,
not a service. A key may be *retired* (badges it signed before that moment stand) or *revoked* (the secret
leaked: nothing it ever signed counts, because a thief chooses the date too).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from proeftuin_conformance.badges.errors import BadgeKeyError, TrustListError, UnreadableError
from proeftuin_conformance.badges.jsontext import parse
from proeftuin_conformance.badges.keys import PublicKey
from proeftuin_conformance.badges.moments import stamp

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

FORMAT: Final = "proeftuin-trust-list/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A key of a trusted issuer."""

    key: PublicKey
    retired: datetime | None = None
    revoked: bool = False

    def speaks_at(self, moment: datetime) -> bool:
        """Tell whether a signature made at `moment` counts."""
        return not self.revoked and (self.retired is None or moment < self.retired)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """A party whose badges are believed."""

    id: str
    name: str
    keys: tuple[TrustedKey, ...]

    def key(self, multikey: str) -> TrustedKey | None:
        """Give the key with this Multikey, if it is theirs."""
        return next((known for known in self.keys if known.key.multikey == multikey), None)


@dataclass(frozen=True, slots=True)
class TrustList:
    """All trusted issuers; empty means that nobody is."""

    issuers: tuple[TrustedIssuer, ...] = ()

    def find(self, issuer: str) -> TrustedIssuer | None:
        """Give the issuer with exactly this id."""
        return next((known for known in self.issuers if known.id == issuer), None)

    def plus(self, issuer: TrustedIssuer) -> TrustList:
        """Give a list that also trusts `issuer`; for one already there, the keys are added to its own."""
        known = self.find(issuer.id)
        if known is None:
            return TrustList((*self.issuers, issuer))
        ours = {key.key.multikey for key in known.keys}
        added = tuple(key for key in issuer.keys if key.key.multikey not in ours)
        merged = TrustedIssuer(id=known.id, name=known.name, keys=(*known.keys, *added))
        return TrustList(tuple(merged if each is known else each for each in self.issuers))

    def to_dict(self) -> dict[str, Any]:
        """Give the list as it is published and stored."""
        return {
            "format": FORMAT,
            "issuers": [
                {
                    "id": issuer.id,
                    "name": issuer.name,
                    "keys": [
                        {"publicKeyMultibase": each.key.multikey}
                        | ({"retired": stamp(each.retired)} if each.retired else {})
                        | ({"revoked": True} if each.revoked else {})
                        for each in issuer.keys
                    ],
                }
                for issuer in self.issuers
            ],
        }

    @classmethod
    def from_json(cls, data: bytes | str) -> TrustList:
        """Read a trust list.

        Raises:
            TrustListError: not a trust list; the message names the place.
        """
        try:
            document = _Document.model_validate(parse(data))
            return cls(tuple(_issuer(issuer) for issuer in document.issuers))
        except UnreadableError as error:
            raise _malformed(error.text.nl, error.text.en) from error
        except BadgeKeyError as error:
            raise _malformed(error.text.nl, error.text.en) from error
        except ValidationError as error:
            first = error.errors()[0]
            place = "/".join(str(part) for part in first["loc"])
            raise _malformed(f"{place}: {first['msg']}", f"{place}: {first['msg']}") from error


def issuer_from_document(data: bytes | str, *, address: str) -> TrustedIssuer:
    """Read an issuer's keys from the document at its own address (Controlled Identifiers 1.0).

    Args:
        data: what the address answered.
        address: the address itself, which the document must name as its id and as controller of each key.

    Raises:
        TrustListError: not such a document.
    """
    try:
        document = parse(data)
        allowed = document["assertionMethod"] if document["id"] == address else ()
        keys = tuple(
            TrustedKey(key=PublicKey(method["publicKeyMultibase"]))
            for method in document["verificationMethod"]
            if method["type"] == "Multikey" and method["controller"] == address and method["id"] in allowed
        )
    except (UnreadableError, BadgeKeyError, KeyError, TypeError):
        keys = ()
    if not keys:
        raise TrustListError(
            nl=f"{address} antwoordt niet met de sleutels van een uitgever",
            en=f"{address} does not answer with the keys of an issuer",
        )
    return TrustedIssuer(id=address, name=str(document.get("name", address)), keys=keys)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


class _Key(_Model):
    public_key_multibase: str = Field(alias="publicKeyMultibase")
    retired: AwareDatetime | None = None
    revoked: bool = False


class _Issuer(_Model):
    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    keys: tuple[_Key, ...]


class _Document(_Model):
    format: Literal["proeftuin-trust-list/v1"]
    issuers: tuple[_Issuer, ...]


def _issuer(read: _Issuer) -> TrustedIssuer:
    return TrustedIssuer(
        id=read.id,
        name=read.name,
        keys=tuple(
            TrustedKey(key=PublicKey(key.public_key_multibase), retired=key.retired, revoked=key.revoked)
            for key in read.keys
        ),
    )


def _malformed(nl: str, en: str) -> TrustListError:
    return TrustListError(
        nl=f"de lijst van vertrouwde uitgevers is onleesbaar: {nl}",
        en=f"the list of trusted issuers cannot be read: {en}",
    )
