"""Every route × every kind of user: nobody gets more or less than the table in `support/route_roles.py` says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import iter_route_contexts

from proeftuin.schema import migrate
from support.api_world import COMPONENT, KIT, RELEASE, ApiWorld, trial_kit
from support.identity_app import Served, served
from support.route_requests import BODIES, BUNDLES, FORMS, HEADERS, PLACES, QUERIES
from support.route_roles import ACTORS, ROUTES, Actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx2

_PLACE = re.compile(r"\{(\w+)(?::path)?\}")
_OWNERS = {
    "startup-voorbeeld": "test-startup",
    "leverancier-voorbeeld": "test-leverancier",
    "vlavirgem": "test-gemeente",
    "onderzoeksgroep-voorbeeld": "test-onderzoeker",
}
_OFFER_NOTHING = {"vlavirgem", "onderzoeksgroep-voorbeeld"}


@pytest.fixture(scope="module")
def site(new_database: Callable[[str | None], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole application over real HTTP."""
    url = new_database(None)
    migrate(url)
    kit, data = tmp_path_factory.mktemp("kit"), tmp_path_factory.mktemp("site")
    with trial_kit(kit), served(url, data, sandbox_quota=10_000) as running:
        yield running


@pytest.fixture(scope="module")
def world(site: Served, tmp_path_factory: pytest.TempPathFactory) -> ApiWorld:
    """What makes the things that are asked for."""
    made = ApiWorld(site.application, tmp_path_factory.mktemp("world"))
    made.carry_out_one_run()
    return made


class Cast:
    """The actors, and things of the organisation that each asks about, made anew for every request."""

    def __init__(self, world: ApiWorld, client: httpx2.Client) -> None:
        self._world = world
        self._client = client

    def ask(self, actor: Actor, route: str) -> httpx2.Response:
        """Ask what a route does, as an actor; pages the way a browser does."""
        method, path = route.split(" ", 1)
        places = Places(self._world, actor)
        for place, filling in PLACES.get(route, {}).items():
            path = re.sub(rf"\{{{place}(:path)?\}}", filling, path)
        accept = "application/json" if path.startswith("/api/") else "text/html"
        return self._client.request(
            method,
            places.fill(path),
            json=places.fill(BODIES.get(route)),
            data=places.fill(FORMS.get(route)),
            params=places.fill(QUERIES.get(route)),
            headers={"Accept": accept, **HEADERS.get(route, {}), **self._credentials(actor)},
            **self._bundle(route),
        )

    def _bundle(self, route: str) -> dict[str, Any]:
        if route not in BUNDLES:
            return {}
        packed, name = self._world.bundle(COMPONENT), BUNDLES[route]
        return {"content": packed} if name is None else {"files": {name: ("klok.tar.gz", packed)}}

    def _credentials(self, actor: Actor) -> dict[str, str]:
        self._client.cookies.clear()  # every request of its own
        if actor.person is None:
            return {}
        if not actor.has_token:
            return {"Cookie": f"proeftuin={self._world.cookie(actor.person)}"}
        _, secret = self._world.token(actor.person, self._world.organisation(actor.about))
        return {"Authorization": f"Bearer {secret}"}


class Places:
    """Fills what stands between braces; the attribute of the same name says with what."""

    version, kit, form = RELEASE, KIT, "html"

    def __init__(self, world: ApiWorld, actor: Actor) -> None:
        self._world = world
        self._about = actor.about
        self._known: dict[str, str] = {}

    def fill(self, template: Any) -> Any:
        """Fill a text, or the texts in a dictionary."""
        if isinstance(template, str):
            return _PLACE.sub(lambda place: self._value(place[1].removesuffix("_id")), template)
        if isinstance(template, dict):
            return {name: self.fill(value) for name, value in template.items()}
        return template

    def _value(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = getattr(self, name)
        return self._known[name]

    @property
    def organisation(self) -> str:
        return self._world.organisation(self._about)

    @property
    def member(self) -> str:
        return self._world.member(self.organisation)

    @property
    def token(self) -> str:
        """A token made by who administers the organisation."""
        return self._world.token(_OWNERS[self._about], self.organisation)[0]

    @property
    def fresh(self) -> str:
        return self._world.name()

    @property
    def sandbox(self) -> str:
        made = self._world.sandbox(self.organisation)
        self._known["deployment"] = self._world.deployment(made)
        return made

    @property
    def deployment(self) -> str:
        return self._world.deployment(self._world.sandbox(self.organisation))

    @property
    def name(self) -> str:
        return COMPONENT

    @property
    def preview(self) -> str:
        return self._world.preview(self._value("sandbox"))

    @property
    def waiting_run(self) -> str:
        return self._world.queued_run(self.organisation)

    @property
    def run(self) -> str:
        """A run that earned no badge, so that it is not public."""
        return self._world.finished_run(self.organisation, passed=False)

    @property
    def badge(self) -> str:
        return self._world.badge(self._world.finished_run(self.organisation))[0]

    @property
    def list(self) -> str:
        return self._world.badge(self._world.finished_run(self.organisation))[1]

    @property
    def key(self) -> str:
        """A solution of the organisation, or of the start-up where the organisation offers nothing."""
        about = "startup-voorbeeld" if self._about in _OFFER_NOTHING else self._about
        return self._world.solution(_OWNERS[about], self._world.organisation(about))

    slug = key


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
def test_everybody_gets_what_the_table_says(site: Served, world: ApiWorld, route: str) -> None:
    """Neither more nor less, for every kind of user."""
    wrong = {}
    with site.browser(follow_redirects=False) as client:
        cast = Cast(world, client)
        for actor, wanted in zip(ACTORS, ROUTES[route].split(), strict=True):
            answer = cast.ask(actor, route)
            let_through = answer.status_code not in {401, 403, 405} and answer.status_code < 500
            if not (let_through if wanted == "+" else str(answer.status_code) == wanted):
                wrong[actor.name] = f"{answer.status_code} instead of {wanted}: {answer.text[:200]}"

    assert {} == wrong
