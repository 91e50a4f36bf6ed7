"""Every route × every kind of user: nobody gets more or less than the table in `support/route_roles.py` says."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import iter_route_contexts

from proeftuin.identity.records import Level
from proeftuin.identity.service import IdentityService
from proeftuin.identity.sessions import SessionService
from proeftuin.identity.synthetic import identity_of
from proeftuin.identity.tokens import TokenService
from proeftuin.schema import migrate
from proeftuin_kernel.auth import SYSTEM
from support.identity_app import Served, served
from support.route_roles import ACTORS, BODIES, QUERIES, ROUTES, Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx2

    from proeftuin_kernel.auth import Principal

_PLACE = re.compile(r"\{(\w+)(?::path)?\}")
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def site(new_database: Callable[[str | None], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole application over real HTTP."""
    url = new_database(None)
    migrate(url)
    with served(url, tmp_path_factory.mktemp("site")) as running:
        yield running


class Cast:
    """The actors, and things of the organisation that each asks about, made anew for every request."""

    def __init__(self, site: Served, client: httpx2.Client) -> None:
        registry = site.application
        self._client = client
        self._identity = registry.get(IdentityService)
        self._sessions = registry.get(SessionService)
        self._tokens = registry.get(TokenService)

    def ask(self, actor: Actor, route: str) -> httpx2.Response:
        """Ask what a route does, as an actor."""
        method, path = route.split(" ", 1)
        return self._client.request(
            method,
            self._fill(path, actor),
            json=self._fill(BODIES.get(route), actor),
            params=self._fill(QUERIES.get(route), actor),
            headers={"Accept": "application/json", **self._credentials(actor)},
        )

    def _credentials(self, actor: Actor) -> dict[str, str]:
        self._client.cookies.clear()  # every request of its own
        if actor.person is None:
            return {}
        secret = self._sign_in(actor.person)
        if not actor.has_token:
            return {"Cookie": f"proeftuin={secret}"}
        person = self._principal(secret)
        made = self._tokens.create_token(person, self.organisation(actor), name="zonder rechten", scopes=frozenset())
        return {"Authorization": f"Bearer {made.secret}"}

    def _fill(self, template: Any, actor: Actor) -> Any:
        if isinstance(template, str):
            return _PLACE.sub(lambda place: getattr(self, place[1].removesuffix("_id"))(actor), template)
        if isinstance(template, dict):
            return {name: self._fill(value, actor) for name, value in template.items()}
        return template

    def organisation(self, actor: Actor) -> str:
        """The organisation about which the actor asks."""
        found = self._identity.organisation_by_slug(SYSTEM, actor.about)
        assert found is not None
        return found.id

    def member(self, actor: Actor) -> str:
        """A new member of that organisation."""
        subject = self.fresh(actor)
        return self._identity.add_member(SYSTEM, self.organisation(actor), subject=subject, level=Level.MEMBER).id

    def token(self, actor: Actor) -> str:
        """A new token of the organisation, made by the person whose cast role is to administer it."""
        admin = next(one for one in ACTORS if one.about == actor.about and one.name in _OWNERS)
        assert admin.person is not None
        person = self._principal(self._sign_in(admin.person))
        return self._tokens.create_token(person, self.organisation(actor), name="proef", scopes=frozenset()).token.id

    @staticmethod
    def fresh(_actor: Actor) -> str:
        """A name that was not used yet."""
        return f"nieuw-{next(_NUMBERS)}"

    def _sign_in(self, person: str) -> str:
        return self._sessions.open_session(identity_of(person))

    def _principal(self, secret: str) -> Principal:
        principal = self._sessions.find(secret)
        assert principal is not None
        return principal


_OWNERS = {"startup", "vendor", "municipality", "researcher"}


def test_every_route_has_a_row_and_every_row_a_route(site: Served) -> None:
    """A route that nobody thought about is a hole; a row without a route is a lie."""
    present = {
        f"{method} {context.path}"
        for context in iter_route_contexts(site.app.routes)
        for method in context.methods or ()
        if method != "HEAD"
    }

    assert set(ROUTES) == present


@pytest.mark.parametrize("route", ROUTES)
def test_everybody_gets_what_the_table_says(site: Served, route: str) -> None:
    """Neither more nor less, for every kind of user."""
    wrong = {}
    with site.browser(follow_redirects=False) as client:
        cast = Cast(site, client)
        for actor, wanted in zip(ACTORS, ROUTES[route].split(), strict=True):
            answer = cast.ask(actor, route)
            let_through = answer.status_code not in {401, 403, 405} and answer.status_code < 500
            if not (let_through if wanted == "+" else str(answer.status_code) == wanted):
                wrong[actor.name] = f"{answer.status_code} instead of {wanted}: {answer.text[:200]}"

    assert {} == wrong
