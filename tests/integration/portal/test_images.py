"""The pages of uploaded images, on the real service: a form goes to disk as it comes, and every rule holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from proeftuin.portal import install
from proeftuin.portal.adapters import images as adapter
from proeftuin.portal.adapters.images import Images
from proeftuin.portal.desks import Desks
from proeftuin.portal.views.images import SORTS, ImageOrder
from proeftuin_infra.oci import ImagePolicy, ImageShelf
from proeftuin_kernel.errors import ForbiddenError
from proeftuin_kernel.web import install_problems
from support.catalogue_builders import Names
from support.oci_images import docker_save, tar_of
from support.portal_site import MadeUp
from support.sandbox_fake import FakeBackend
from support.sandbox_world import NEIGHBOUR, ORGANISATION, OTHER, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_kernel.db import Database

IMAGES = f"/mijn/images/{ORGANISATION}"


def archive(content: bytes = b"hallo", **more) -> bytes:
    return tar_of(docker_save({"a.tar": tar_of({"bin/hallo": content})}, **more))


@pytest.fixture
def world(database: Database, tmp_path: Path) -> SandboxWorld:
    shelf = ImageShelf(tmp_path / "shelf", policy=ImagePolicy(size_mib=4))
    return SandboxWorld.on(database, FakeBackend(), tmp_path, shelf=shelf)


@pytest.fixture
def desk(world: SandboxWorld) -> Images:
    return Images(world.service.images, names=Names({ORGANISATION: "Voorbeeld"}))


@pytest.fixture
def client(world: SandboxWorld, desk: Images) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.authenticate = lambda _request: STARTUP
    install_problems(app)
    made_up = MadeUp()
    now = world.database.clock.now
    install(app, desks=lambda: Desks(journal=made_up, people=made_up, images=desk), now=now)
    with TestClient(app, headers={"Accept": "text/html"}, follow_redirects=False) as client:
        yield client


def uploaded(client: TestClient, content: bytes, name: str) -> str:
    answer = client.post(IMAGES, files={"bestand": (name, archive(content))})
    assert 303 == answer.status_code, answer.text
    return answer.headers["location"].rpartition("/")[2]


def test_an_image_goes_from_a_form_to_a_component_and_away(client: TestClient, world: SandboxWorld) -> None:
    """Seen by its file and by what its maker calls it; kept while a component needs it."""
    digest = uploaded(client, b"een", "loket.tar")
    sandbox = world.ready().id
    world.deploy(sandbox, run=f"  image: {{uploaded: '{digest}'}}")
    used = client.get(f"{IMAGES}/{digest}").text
    refused = client.post(f"{IMAGES}/{digest}/verwijderen")
    world.service.destroy(STARTUP, sandbox)
    world.service.converge(sandbox)
    unused = client.get(f"{IMAGES}/{digest}").text
    removed = client.post(f"{IMAGES}/{digest}/verwijderen")

    assert all(words in used for words in ("hallo:1", "loket.tar is in gebruik", f"/proeftuin/{sandbox}/componenten/"))
    assert (409, True) == (refused.status_code, "klok (Proef)" in refused.text)
    assert "loket.tar staat klaar voor gebruik" in unused
    assert (303, IMAGES) == (removed.status_code, removed.headers["location"])
    assert frozenset() == world.service.images._shelf.digests()


def test_what_the_policy_forbids_is_read_on_the_page_and_nothing_is_left(
    client: TestClient, world: SandboxWorld
) -> None:
    """Each fault with what helps."""
    body = archive(config={"User": "root"}, architecture="arm64")
    answer = client.post(IMAGES, files={"bestand": ("wortel.tar", body)})

    assert 400 == answer.status_code
    assert "De controle vond 3 fouten. Er is niets bewaard." in answer.text
    assert "Het image draait als root. Zet &#39;USER 10001:10001&#39; in het Dockerfile." in answer.text
    assert [] == list((world.folder / "shelf" / "tmp").iterdir())
    assert {} == +world.service.images._under_way


def test_the_list_is_sorted_and_paged(client: TestClient, desk: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every order nobody is shown twice or left out; a cursor of an image that went begins again."""
    monkeypatch.setattr(adapter, "_A_PAGE", 2)
    digests = [uploaded(client, bytes(size), name) for size, name in ((10, "b"), (90_000, "C"), (400, "a"))]
    names = []
    for sort in SORTS:
        first = desk.all(STARTUP, ORGANISATION, ImageOrder(sort))
        rest = desk.all(STARTUP, ORGANISATION, ImageOrder(sort, first.next))
        down = desk.all(STARTUP, ORGANISATION, ImageOrder(f"-{sort}"))
        shown = [one.digest for one in (*first.images, *rest.images)]
        assert set(digests) == set(shown)
        assert (3, None) == (first.total, rest.next)
        assert [one.digest for one in down.images] == shown[::-1][:2]
        names.append([one.name for one in (*first.images, *rest.images)])
    assert [["a", "b", "C"], ["b", "a", "C"]] == names[:2]
    assert 2 == len(desk.all(STARTUP, ORGANISATION, ImageOrder(cursor="sha256:" + "0" * 64)).images)


def test_nobody_sees_or_sends_for_others(desk: Images) -> None:
    """The service decides, also for a page."""
    with pytest.raises(ForbiddenError):
        desk.all(OTHER, ORGANISATION, ImageOrder())
    with pytest.raises(ForbiddenError):
        desk.admit(STARTUP, NEIGHBOUR, length=None)
