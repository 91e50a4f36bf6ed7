"""One real platform for a whole session of acceptance tests, and the people who use it."""

from __future__ import annotations

import io
import runpy
import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proeftuin.demo.cast import example_components
from proeftuin.identity.service import IdentityService
from proeftuin.identity.sessions import SessionService
from proeftuin.identity.synthetic import identity_of
from proeftuin.identity.tokens import TokenService
from proeftuin.platform import running
from proeftuin_kernel.auth import ROLE_PERMISSIONS, SYSTEM, Permission, Role
from proeftuin_kernel.settings import Settings
from proeftuin_sandbox.bundles import pack
from support.acceptance_client import Api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin.application import Application

SEED = 1830
QUOTA = 2
PEOPLE = {
    "de start-up": ("test-startup", "startup-voorbeeld"),
    "de leverancier": ("test-leverancier", "leverancier-voorbeeld"),
    "de andere leverancier": ("test-leverancier-ander", "leverancier-ander"),
    "de gemeente": ("test-gemeente", "vlavirgem"),
    "de onderzoeker": ("test-onderzoeker", "onderzoeksgroep-voorbeeld"),
    "de beheerder": ("test-beheerder", "proeftuin"),
}
"""The synthetic person and the organisation of everybody who plays; all are administrators there."""


@dataclass
class Platform:
    """A platform that runs, with a client for everybody who plays.

    Attributes:
        application: The platform's inside; used for nothing but making tokens.
        url: Where it answers.
        folder: Its data.
        memory: What stories did already, so that several scenarios can look at one outcome.
    """

    application: Application
    url: str
    folder: Path
    memory: dict[str, Any] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Api] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    def api(self, person: str, *, language: str = "nl") -> Api:
        """Give the client of a person, or of "een bezoeker", who did not sign in."""
        if (person, language) not in self._clients:
            if person != "een bezoeker" and person not in self._tokens:
                self._tokens[person] = self._open.enter_context(_token(self.application, *PEOPLE[person]))
            client = Api(self.url, self._tokens.get(person), language=language)
            self._open.callback(client.close)
            self._clients[person, language] = client
        return self._clients[person, language]

    def close(self) -> None:
        """Close every client and revoke every token."""
        self._open.close()

    def new_sandbox(self, person: str, name: str) -> dict[str, Any]:
        """Open a sandbox and wait until it is ready."""
        api = self.api(person)
        asked = api.post("/api/v1/sandboxes", {"name": name, "town": {"profile": "gehucht", "seed": SEED}})
        found = api.settled(f"/api/v1/sandboxes/{asked['id']}")
        assert "ready" == found["state"], found["failure"]
        return found

    def deployed(self, person: str, sandbox: str, name: str, bundle: bytes) -> dict[str, Any]:
        """Deploy a component and wait until it runs, or has failed."""
        api, path = self.api(person), f"/api/v1/sandboxes/{sandbox}/components/{name}"
        answer = api.put_bundle(path, bundle)
        assert 202 == answer.status_code, answer.text
        return api.settled(path)

    def request_run(self, person: str, component: dict[str, Any], kit: str) -> str:
        """Ask for a quick run and give the address where it can be read."""
        wish = {"deployment": component["id"], "kit": kit, "mode": "quick", "seed": SEED}
        return f"/api/v1/runs/{self.api(person).post('/api/v1/runs', wish)['id']}"

    def report(self, person: str, run: dict[str, Any]) -> dict[str, Any]:
        """Give the report of a run."""
        found: dict[str, Any] = self.api(person).get(f"/api/v1/runs/{run['id']}/report")
        return found


@contextmanager
def _token(application: Application, subject: str, slug: str) -> Iterator[str]:
    """Make a token that may do all that a person may, and read the audit log; it is revoked afterwards."""
    sessions, tokens = application.get(SessionService), application.get(TokenService)
    session = sessions.open_session(identity_of(subject))
    principal = sessions.find(session)
    organisation = application.get(IdentityService).organisation_by_slug(SYSTEM, slug)
    assert principal is not None
    assert organisation is not None
    scopes = ROLE_PERMISSIONS[Role(organisation.kind)] | {Permission.AUDIT_READ}
    made = tokens.create_token(principal, organisation.id, name="aanvaardingstest", scopes=scopes, days=1)
    try:
        yield made.secret
    finally:
        tokens.revoke_token(principal, made.token.id)
        sessions.close_session(session)


@contextmanager
def platform_running() -> Iterator[Platform]:
    """Run a platform of its own on an embedded database; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pt-acc-"))  # short: PostgreSQL's socket may have 107 characters
    settings = Settings(
        environment="development",
        data_dir=folder / "data",
        database_url=None,
        port=0,
        base_url=None,
        oidc_issuer=None,
        sandbox_quota=QUOTA,
        log_level="ERROR",
    )
    try:
        with running(settings) as (inside, url):
            platform = Platform(inside.application, url, folder / "data")
            try:
                yield platform
            finally:
                platform.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def example_bundle(name: str) -> bytes:
    """Pack an example component as its supplier would."""
    components = example_components()
    assemble = runpy.run_path(str(components / "bundle.py"))["assemble"]
    with tempfile.TemporaryDirectory() as scratch:
        return packed(assemble(components / name, into=Path(scratch) / name))


def packed(folder: Path) -> bytes:
    """Pack a folder with a component."""
    target = io.BytesIO()
    pack(folder, target)
    return target.getvalue()
