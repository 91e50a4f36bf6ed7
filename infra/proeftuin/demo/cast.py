"""Who plays in the demo: synthetic organisations, each with a component and a token for a day."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import proeftuin
from proeftuin.identity.service import IdentityService
from proeftuin.identity.sessions import SessionService
from proeftuin.identity.synthetic import identity_of
from proeftuin.identity.tokens import TokenService
from proeftuin_kernel.auth import ROLE_PERMISSIONS, SYSTEM, Role
from proeftuin_kernel.errors import NotFoundError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin.application import Application


@dataclass(frozen=True, slots=True)
class Player:
    """An organisation and the example component that it brings.

    Attributes:
        person: Subject of the synthetic person who acts.
        organisation: Short name of the synthetic organisation.
        component: Folder of the example component, and its name.
        sandbox: What it calls its sandbox; by this a second demo finds it again.
    """

    person: str
    organisation: str
    component: str
    sandbox: str


PLAYERS = (
    Player("test-startup", "startup-voorbeeld", "dossierloket", "Dossierloket uitproberen"),
    Player("test-leverancier", "leverancier-voorbeeld", "dossierloket-gebrekkig", "Loket met gebreken"),
    Player("test-leverancier-ander", "leverancier-ander", "pygeoapi", "Kaart van de gemeente"),
)


@contextmanager
def token_for(application: Application, player: Player) -> Iterator[str]:
    """Make a token with which the demo acts for a player, and revoke it afterwards.

    Raises:
        NotFoundError: the synthetic organisations are absent.
    """
    sessions, tokens = application.get(SessionService), application.get(TokenService)
    session = sessions.open_session(identity_of(player.person))
    principal = sessions.find(session)
    organisation = application.get(IdentityService).organisation_by_slug(SYSTEM, player.organisation)
    if principal is None or organisation is None:
        raise NotFoundError(
            Text(
                nl="De testorganisaties zijn er niet; de demo werkt alleen in ontwikkeling.",
                en="The test organisations are absent; the demo works in development only.",
            )
        )
    scopes = ROLE_PERMISSIONS[Role(organisation.kind)]
    made = tokens.create_token(principal, organisation.id, name="proeftuin demo", scopes=scopes, days=1)
    try:
        yield made.secret
    finally:
        tokens.revoke_token(principal, made.token.id)
        sessions.close_session(session)


def example_components() -> Path:
    """Find the folder with the example components: beside the package in a wheel, else in the repository.

    Raises:
        NotFoundError: neither is there.
    """
    package = Path(proeftuin.__file__).parent
    for folder in (package / "components", package.parent.parent / "sandbox" / "components"):
        if folder.is_dir():
            return folder
    raise NotFoundError(
        Text(
            nl="De voorbeeldcomponenten ontbreken. Voer de demo uit in de repository.",
            en="The example components are missing. Run the demo in the repository.",
        )
    )
