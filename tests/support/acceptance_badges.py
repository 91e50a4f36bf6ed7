"""A badge on somebody's disk, with what is needed to check it, and ways to spoil it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.badges import SigningKey, read_key
from proeftuin_conformance.badges.keys import KEY_BYTES
from proeftuin_conformance.badges.moments import stamp
from proeftuin_conformance.badges.proofs import sign, unsecured
from support.acceptance_cli import proeftuin

if TYPE_CHECKING:
    from pathlib import Path

    from support.acceptance_platform import Platform


@dataclass
class Kept:
    """Files that a municipality keeps: the badge, whom it trusts, the status list.

    Attributes:
        id: Number of the badge on the platform.
        folder: Where the files are.
        subject: The file to check.
        sent: What a check of it answered last, as JSON.
    """

    id: str
    folder: Path
    subject: Path
    exit_code: int = -1
    said: str = ""
    complaint: str = ""

    @classmethod
    def of(cls, platform: Platform, badge: str, folder: Path) -> Kept:
        """Fetch a badge and keep it."""
        subject = folder / "badge.json"
        subject.write_text(platform.api("een bezoeker").text(f"/api/v1/badges/{badge}"))
        return cls(badge, folder, subject)

    @property
    def document(self) -> dict[str, Any]:
        """The badge as it is on disk now."""
        found: dict[str, Any] = json.loads(self.subject.read_text())
        return found

    @property
    def answer(self) -> dict[str, Any]:
        """What the command said, as JSON."""
        found: dict[str, Any] = json.loads(self.said)
        return found

    def fetch_trust(self, platform: Platform) -> None:
        """Fetch the platform's list of trusted issuers."""
        (self.folder / "trust.json").write_text(platform.api("een bezoeker").text("/api/v1/trust-list"))

    def fetch_status_list(self, platform: Platform) -> None:
        """Fetch the status list that the badge points at, as it is now."""
        address = self.document["credentialStatus"]["statusListCredential"]
        text = platform.api("een bezoeker").text(address.removeprefix(platform.url))
        (self.folder / "lijst.json").write_text(text)

    def check(self) -> None:
        """Have the command line check the file without a network."""
        trust, listed = self.folder / "trust.json", self.folder / "lijst.json"
        done = proeftuin(
            "badge", "verify", self.subject, "--trust", trust, "--status-list", listed, "--offline", "--json"
        )
        self.exit_code, self.said, self.complaint = done.returncode, done.stdout, done.stderr

    def change(self, place: str) -> None:
        """Change one character."""
        before = self.subject.read_text()
        at = before.index(place) + len(place) - 1
        self.subject.write_text(with_other(before, at))

    def sign_again(self, *, key: SigningKey, created: datetime) -> None:
        """Sign what stands there anew."""
        document = self.document
        issuer = document["issuer"]["id"]
        self.subject.write_text(json.dumps(sign(unsecured(document), key=key, issuer=issuer, created=created)))

    def forge(self) -> None:
        """Sign with a key that is not the issuer's."""
        self.sign_again(key=SigningKey(secrets.token_bytes(KEY_BYTES)), created=datetime.now(UTC))

    def age(self, platform: Platform) -> None:
        """Make it as it would be if the platform had issued it a year and a day earlier."""
        earlier = timedelta(days=366)
        document = self.document
        for name in ("validFrom", "validUntil"):
            document[name] = stamp(datetime.fromisoformat(document[name]) - earlier)
        self.subject.write_text(json.dumps(document))
        key = read_key(platform.folder / "issuer" / "issuer-key.pem")
        self.sign_again(key=key, created=datetime.now(UTC) - earlier)


def with_other(text: str, at: int) -> str:
    """Give the text with another letter or digit at a place."""
    other = "0" if text[at] != "0" else "1"
    return text[:at] + other + text[at + 1 :]
