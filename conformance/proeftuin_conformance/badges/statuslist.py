"""Status lists: one bit per badge, set when the badge is revoked.

W3C "Bitstring Status List v1.0": bit 0 is the left-most, the list is gzipped, base64url without padding, with
`u` in front, and holds at least 131 072 entries so that reading it does not tell whose badge is looked up. The
list is a credential itself, signed like a badge, and says until when a stored copy may be used. Revoking is
for good; there is no purpose `suspension` here, because Open Badges 3.0 allows one status entry per badge.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from proeftuin_conformance.badges.errors import StatusListError
from proeftuin_conformance.badges.moments import stamp
from proeftuin_conformance.badges.proofs import sign

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from proeftuin_conformance.badges.keys import SigningKey

MINIMUM_ENTRIES: Final = 131_072
MAX_LIST_BYTES: Final = 4 * 1024 * 1024
"""32 times what we ever publish; a bomb is refused before it unfolds."""

CREDENTIALS_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
PURPOSE: Final = "revocation"


@dataclass(frozen=True, slots=True)
class StatusPointer:
    """Where a badge's bit is: the address of the list and the place in it."""

    list_url: str
    index: int

    def to_dict(self) -> dict[str, str]:
        """Give the `credentialStatus` of a badge (Open Badges asks for an id)."""
        return {
            "id": f"{self.list_url}#{self.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": PURPOSE,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_url,
        }


@dataclass(frozen=True, slots=True, repr=False)
class StatusList:
    """The bits themselves; setting one gives a new list."""

    bits: bytes

    def __post_init__(self) -> None:
        if len(self) < MINIMUM_ENTRIES or len(self.bits) > MAX_LIST_BYTES:
            raise StatusListError(
                nl=f"een statuslijst telt minstens {MINIMUM_ENTRIES} plaatsen; deze telt er {len(self)}",
                en=f"a status list has at least {MINIMUM_ENTRIES} entries; this one has {len(self)}",
            )

    def __len__(self) -> int:
        return len(self.bits) * 8

    def __repr__(self) -> str:
        return f"StatusList(entries={len(self)}, set={int.from_bytes(self.bits, 'big').bit_count()})"

    @classmethod
    def empty(cls, entries: int = MINIMUM_ENTRIES) -> StatusList:
        """Give a list with no bit set; `entries` is rounded up to whole bytes."""
        return cls(bytes((entries + 7) // 8))

    def is_set(self, index: int) -> bool:
        """Tell whether the badge at `index` is revoked.

        Raises:
            StatusListError: `index` lies outside the list.
        """
        byte, mask = self._place(index)
        return bool(self.bits[byte] & mask)

    def with_bit(self, index: int, *, on: bool) -> StatusList:
        """Give the list with the bit at `index` set or cleared.

        Raises:
            StatusListError: `index` lies outside the list.
        """
        byte, mask = self._place(index)
        changed = bytearray(self.bits)
        changed[byte] = changed[byte] | mask if on else changed[byte] & ~mask
        return StatusList(bytes(changed))

    def encoded(self) -> str:
        """Write the list as an `encodedList`; equal lists give equal text."""
        packed = gzip.compress(self.bits, mtime=0)
        return "u" + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")

    @classmethod
    def decode(cls, encoded: str) -> StatusList:
        """Read an `encodedList`.

        Raises:
            StatusListError: not base64url, not gzip, cut off, too short or too long.
        """
        payload = encoded[1:]
        if not encoded.startswith("u") or "=" in payload:
            raise _unreadable("base64url", None)
        try:
            packed = base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True)
            unfold = zlib.decompressobj(wbits=31)  # 31: gzip framing, nothing else
            bits = unfold.decompress(packed, MAX_LIST_BYTES)
        except (binascii.Error, ValueError, zlib.error) as error:
            raise _unreadable("gzip", error) from error
        if not unfold.eof or unfold.unused_data:
            raise _unreadable("gzip", None)
        return cls(bits)

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise StatusListError(
                nl=f"plaats {index} ligt buiten de statuslijst (0 tot {len(self) - 1})",
                en=f"index {index} lies outside the status list (0 to {len(self) - 1})",
            )
        return index // 8, 0x80 >> (index % 8)


def publish(
    status_list: StatusList,
    *,
    url: str,
    issuer: str,
    key: SigningKey,
    now: datetime,
    keep: timedelta,
) -> dict[str, Any]:
    """Give the signed credential of a status list.

    Args:
        status_list: the bits to publish.
        url: where the credential will be served; it is its id too.
        issuer: id of the issuer, the same as of the badges.
        key: signs the credential.
        now: the moment of publishing.
        keep: how long a stored copy may be used, also offline. A revocation reaches everyone within this time.
    """
    document = {
        "@context": [CREDENTIALS_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": stamp(now),
        "validUntil": stamp(now + keep),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": status_list.encoded(),
        },
    }
    return sign(document, key=key, issuer=issuer, created=now)


def _unreadable(what: str, error: Exception | None) -> StatusListError:
    detail = f": {error}" if error else ""
    return StatusListError(
        nl=f"de statuslijst is geen geldige {what}{detail}", en=f"the status list is not valid {what}{detail}"
    )
