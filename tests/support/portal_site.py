# ruff: noqa: ARG002 - the desks have the signatures of the interface and ignore what they do not need
"""A whole site on made-up desks: every page, no services, no database."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import IO, TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI

from proeftuin.portal import install
from proeftuin.portal.desks import Desks, Slice
from proeftuin.portal.views.catalogue import CatalogueView, SearchQuery, SolutionView, StreetView
from proeftuin.portal.views.people import Member, MembersView, MineView
from proeftuin.portal.views.previews import NewPreview
from proeftuin.portal.views.standards import ComponentIdentity
from proeftuin_kernel.auth import VISITOR, Principal, Role
from proeftuin_kernel.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError, UnavailableError
from proeftuin_kernel.journal import END
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import install_problems
from proeftuin_kernel.web.middleware import RequestContext
from support import portal_rooms as rooms
from support import portal_views as made
from support.portal_images import MadeUpImages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from starlette.requests import Request

    from proeftuin.portal.views.asking import NewSandbox, PlanView, Wish
    from proeftuin.portal.views.badges import BadgeView
    from proeftuin.portal.views.isolation import Promises
    from proeftuin.portal.views.operator import Filter, OperatorView
    from proeftuin.portal.views.runs import RunRow, RunView
    from proeftuin.portal.views.sandboxes import ComponentView, SandboxRow, SandboxView
    from proeftuin.portal.views.standards import StandardRow, StandardView
    from proeftuin_kernel.journal import Entry
    from proeftuin_kernel.text import Language

MEMBER = Principal(person_id=f"per-{made.TAIL}", name="Synthia Proef", organisations={made.ORGANISATION: Role.STARTUP})
OPERATOR = Principal(
    person_id=f"per-{'1' * 26}", name="Olga Beheerder", organisations={f"org-{'2' * 26}": Role.OPERATOR}
)
_ABSENT = Text(nl="Die is er niet.", en="There is no such thing.")


@dataclass
class MadeUp:
    """All desks in one; remembers what was asked of it."""

    empty: bool = False
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    stays_open: bool = False
    settled: bool = False
    rests: bool = False
    is_closed: bool = False
    images: MadeUpImages = field(default_factory=MadeUpImages)

    def street(self, principal: Principal) -> StreetView:
        return StreetView(streets=()) if self.empty else made.street()

    def search(self, principal: Principal, query: SearchQuery) -> CatalogueView:
        if query.q == "stuk":
            raise UnavailableError(Text(nl="De zoekindex antwoordt niet.", en="The search index does not answer."))
        if self.empty:
            return CatalogueView(
                query=query, rows=(), total=0, facets=(), next=None, order=Text(nl="", en=""), took_ms=None
            )
        return made.search(query)

    def solution(self, principal: Principal, slug: str) -> SolutionView:
        try:
            return made.solution(slug)
        except StopIteration:
            raise NotFoundError(_ABSENT) from None

    def standards(self, principal: Principal) -> Sequence[StandardRow]:
        return made.standards()

    def standard(self, principal: Principal, kit: str, *, version: str | None) -> StandardView:
        if kit == "verdwenen":
            return replace(made.standard(), kit=kit, summary=None, solutions=(), is_installed=False)
        if kit != "api-regels":
            raise NotFoundError(_ABSENT)
        return made.standard(version)

    def identity(self, principal: Principal, name: str, version: str) -> ComponentIdentity:
        slugs = {"dossierloket": ("dossierloket",), "dubbel": ("een", "twee")}.get(name, ())
        return ComponentIdentity(name=name, version=version, slugs=slugs)

    def list(self, principal: Principal, *, cursor: str | None, limit: int) -> Slice[SandboxRow]:
        return Slice(() if self.empty else rooms.sandbox_rows(), next=None if cursor or self.empty else "meer")

    def form(self, principal: Principal) -> NewSandbox:
        return rooms.new_sandbox()

    def plan(self, principal: Principal, wish: Wish) -> PlanView:
        return rooms.plan(wish)

    def create(self, principal: Principal, wish: Wish) -> str:
        principal.person_id or self._deny()
        self.asked.append(("create", asdict(wish)))
        return made.BUSY_SANDBOX

    def promises(self) -> Promises:
        return rooms.promises()

    def _deny(self) -> None:
        raise ForbiddenError(Text(nl="Dat mag niet.", en="That is not allowed."))

    def sandbox(self, principal: Principal, sandbox_id: str) -> SandboxView:
        if sandbox_id.endswith("9"):
            self._deny()
        try:
            if self.rests:
                return replace(rooms.sandbox(rooms.SUSPENDED_SANDBOX), id=sandbox_id)
            return rooms.sandbox(made.SANDBOX if self.settled else sandbox_id)
        except KeyError:
            raise NotFoundError(_ABSENT) from None

    def component(self, principal: Principal, sandbox_id: str, name: str) -> ComponentView:
        return made.component(name)

    def extend(self, principal: Principal, sandbox_id: str, *, minutes: int) -> None:
        self.asked.append(("extend", {"sandbox_id": sandbox_id, "minutes": minutes}))

    def reset(self, principal: Principal, sandbox_id: str) -> None:
        self.asked.append(("reset", {"sandbox_id": sandbox_id}))

    def live(self, principal: Principal, sandbox_id: str, *, days: int) -> None:
        self.asked.append(("live", {"sandbox_id": sandbox_id, "days": days}))

    def suspend(self, principal: Principal, sandbox_id: str) -> None:
        self.asked.append(("suspend", {"sandbox_id": sandbox_id}))
        self.rests = True

    def resume(self, principal: Principal, sandbox_id: str) -> None:
        self.asked.append(("resume", {"sandbox_id": sandbox_id}))
        self.rests = False

    def prove(self, principal: Principal, sandbox_id: str) -> None:
        self.asked.append(("prove", {"sandbox_id": sandbox_id}))

    def overview(self, principal: Principal, chosen: Filter) -> OperatorView:
        return rooms.overview(chosen, is_closed=self.is_closed, is_empty=self.empty)

    def cordon(self, principal: Principal, reason: Text) -> None:
        self.asked.append(("cordon", reason.as_dict()))
        self.is_closed = True

    def uncordon(self, principal: Principal) -> None:
        self.asked.append(("uncordon", {}))
        self.is_closed = False

    def destroy(self, principal: Principal, sandbox_id: str) -> None:
        self.asked.append(("destroy", {"sandbox_id": sandbox_id}))

    def upload_limit(self) -> int:
        return 2**20

    def deploy(self, principal: Principal, sandbox_id: str, *, source: IO[bytes], filename: str) -> str:
        content = source.read()
        if b"Component" not in content:
            fault = {"pointer": "/bundel", "detail": {"nl": "regel 1: geen component", "en": "line 1: no component"}}
            raise BadInputError(Text(nl="Dit klopt niet.", en="This is not right."), extra={"errors": [fault]})
        self.asked.append(("deploy", {"filename": filename, "content": content}))
        return "dossierloket"

    def stop(self, principal: Principal, sandbox_id: str, name: str) -> None:
        self.asked.append(("stop", {"name": name}))

    def share(self, principal: Principal, sandbox_id: str, name: str, *, minutes: int | None) -> NewPreview:
        self.asked.append(("share", {"name": name, "minutes": minutes}))
        return NewPreview(id=rooms.PREVIEW, token=rooms.TOKEN)

    def look(self, principal: Principal, sandbox_id: str, name: str, *, token: str | None) -> str:
        self.asked.append(("look", {"name": name, "token": token}))
        return rooms.TOKEN

    def unshare(self, principal: Principal, sandbox_id: str, preview_id: str) -> None:
        self.asked.append(("unshare", {"preview_id": preview_id}))

    def request(self, principal: Principal, *, deployment_id: str, kit: str) -> str:
        self.asked.append(("request", {"deployment_id": deployment_id, "kit": kit}))
        return made.BUSY_RUN

    def run_list(
        self, principal: Principal, *, deployment_id: str | None, cursor: str | None, limit: int
    ) -> Slice[RunRow]:
        self.asked.append(("run_list", {"deployment_id": deployment_id, "cursor": cursor}))
        return Slice(() if self.empty else made.runs(), next=None if cursor or self.empty else made.RUN)

    def run(self, principal: Principal, run_id: str) -> RunView:
        try:
            return made.run(run_id)
        except KeyError:
            raise NotFoundError(_ABSENT) from None

    def report(self, principal: Principal, run_id: str, form: str, *, language: Language) -> tuple[bytes, str]:
        return b"{}", "application/json"

    def badge(self, principal: Principal, badge_id: str) -> BadgeView:
        return made.badge(badge_id)

    def mine(self, principal: Principal) -> MineView:
        if self.empty:
            return MineView(person=principal.name, subject="niemand", organisations=(), tokens=(), scopes=())
        return made.mine()

    def members(self, principal: Principal, organisation: str, *, cursor: str | None) -> MembersView:
        return made.members(organisation)

    def member(self, principal: Principal, organisation: str, member_id: str) -> Member:
        return next(one for one in made.MEMBERS if one.id == member_id)

    def add_member(self, principal: Principal, organisation: str, **given: Any) -> None:
        if given["subject"] == "tess":
            raise ConflictError(Text(nl="Deze persoon is al lid.", en="This person is a member already."))
        self.asked.append(("add_member", {"organisation": organisation, **given}))

    def change_member(self, principal: Principal, organisation: str, member_id: str, *, is_admin: bool) -> None:
        self.asked.append(("change_member", {"member_id": member_id, "is_admin": is_admin}))

    def remove_member(self, principal: Principal, organisation: str, member_id: str) -> None:
        self.asked.append(("remove_member", {"member_id": member_id}))

    def create_token(self, principal: Principal, **given: Any) -> str:
        self.asked.append(("create_token", given))
        return "pt_verzonnen_geheim"

    def revoke_token(self, principal: Principal, token_id: str) -> None:
        self.asked.append(("revoke_token", {"token_id": token_id}))

    def read(self, stream: str) -> Sequence[Entry]:
        return self.entries

    async def follow(self, stream: str, *, after: int) -> AsyncIterator[Entry]:
        while True:
            for entry in [one for one in self.entries if one.id > after]:
                after = entry.id
                yield entry
                if entry.kind == END:
                    return
            if not self.stays_open:
                return
            await asyncio.sleep(0.05)


def make_site(*, principal: Principal | None = MEMBER, desk: MadeUp | None = None) -> FastAPI:
    """Make the site as the assembly does, with made-up desks and one reader."""
    desk = desk or MadeUp()
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    def authenticate(request: Request) -> Principal:
        return VISITOR if principal is None or "bezoeker" in request.cookies else principal

    app.state.authenticate = authenticate
    app.state.desk = desk
    install_problems(app)
    install(
        app,
        desks=lambda: _desks(app.state.desk),
        now=lambda: made.NOW,
    )

    @app.get("/stuk")
    def broken() -> None:
        raise RuntimeError("met opzet")

    app.add_middleware(RequestContext)
    return app


def _desks(desk: MadeUp) -> Desks:
    return Desks(
        journal=desk,
        catalogue=desk,
        sandboxes=desk,
        assessment=desk,
        people=desk,
        operator=desk,
        images=replace(desk.images, empty=True) if desk.empty else desk.images,
    )


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port while the block runs."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(timeout=0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
