"""The registration of this building block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.block import Block

if TYPE_CHECKING:
    from fastapi import FastAPI


def add_routes(app: FastAPI) -> None:
    """Add all routes."""
    # Whoever starts need not wait for what signs and checks tokens.
    from vlavirgem.blocks.identiteit import applications, browsing, endpoints, mine, place  # noqa: PLC0415 - see above

    endpoints.add_routes(app)
    browsing.add_routes(app)
    mine.add_routes(app)
    applications.add_routes(app)
    place.add_routes(app)


def schemas() -> dict[str, Any]:
    """Describe what is registered and set."""
    from vlavirgem.blocks.identiteit import applications, place  # noqa: PLC0415 - the routes have them already

    return {**applications.schemas(), **place.schemas()}


BLOCK = Block(
    name="identiteit",
    version="1.0.0",
    title="Aanmelden VlaVirGem",
    text="OpenID Connect in de vorm van ACM/IDM, met testpersonen: de inwoners, medewerkers en mandatarissen van de "
    "verzonnen gemeente VlaVirGem. Registreer hier uw toepassing; al de rest staat in "
    "`.well-known/openid-configuration` (OpenID Connect Discovery 1.0): Authorization Code Flow met PKCE (S256), "
    "refresh tokens die één keer werken, client credentials, `private_key_jwt`, introspectie, afmelden. Scopes en "
    "claims zijn die van ACM/IDM. Wie aanmeldt, kiest een testpersoon, zonder wachtwoord; burgers geven toestemming "
    "en trekken ze in bij `/mijn`. Toestemmingen staan bij de andere, in `/contact/v1/toestemmingen`.",
    resources=(),
    extend=add_routes,
    schemas=schemas,
)
