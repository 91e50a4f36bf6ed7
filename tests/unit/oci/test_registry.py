"""Images go to a real registry and come back, however it lets us in; one that cheats or is away is told in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin_infra.oci.composing import ImageSettings, compose
from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.layers import FolderLayer, layer_from_folder
from proeftuin_infra.oci.model import INDEX_TYPE, canonical, digest_of
from proeftuin_infra.oci.reading import ArchiveLimits
from proeftuin_infra.oci.references import parse_reference
from proeftuin_infra.oci.registry import Registry
from proeftuin_infra.oci.registry_access import Credentials
from proeftuin_infra.oci.scanning import scan
from proeftuin_infra.oci.store import ImageStore
from support.oci_images import RUNS, folder_with, tiny_image
from support.oci_registries import PROGRAM, READER, RunningRegistry, running_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module", params=["open", "password", "token"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    if PROGRAM is None:
        pytest.skip("docker-registry is not installed: apt-get install it")
    with running_registry(tmp_path_factory.mktemp(request.param), kind=request.param) as found:
        yield found


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(ImageError) as caught:
        act()
    assert caught.value.cause.nl != caught.value.cause.en
    return caught.value.code


def answering(pages: dict[str, httpx.Response]) -> Registry:
    """Give a registry that answers what it is told to."""
    return Registry(
        "register.example",
        transport=httpx.MockTransport(lambda request: pages.get(request.url.path, httpx.Response(404))),
    )


def test_an_image_is_pushed_named_and_pulled_whole(running: RunningRegistry, tmp_path: Path) -> None:
    """The same image comes back, by its tag and by its digest; nothing is asked that is not needed."""
    here, there = ImageStore(tmp_path / "here"), ImageStore(tmp_path / "there")
    image = tiny_image(here, tmp_path / "files")
    with Registry(running.host, credentials=running.credentials) as registry:
        digest = registry.push(here, image, "team/hallo", tag="1.0")

        assert image.digest == digest
        assert digest == registry.resolve("team/hallo", "1.0")
        assert image == registry.pull(there, "team/hallo", digest)
        looked_at = registry.inspect("team/hallo", "1.0")

    assert (image.digest, image.id) == (looked_at.digest, looked_at.id)
    assert () == scan(ImageStore(tmp_path / "empty"), looked_at, reference=f"{running.host}/team/hallo@{digest}")


def test_layers_that_the_registry_has_are_not_sent_again(running: RunningRegistry, tmp_path: Path) -> None:
    """The base is large, and is the same for every component."""
    store = ImageStore(tmp_path / "store")
    base = tiny_image(store, tmp_path / "files")
    more = layer_from_folder(store, FolderLayer(folder_with(tmp_path / "more", {"x": "x"}), "app"))
    image = compose(store, base, more, settings=RUNS)
    with Registry(running.host, credentials=running.credentials) as registry:
        registry.push(store, base, "team/twice")
        store.path(base.layers[0].digest).unlink()

        assert image.digest == registry.push(store, image, "team/twice")


def test_what_the_registry_does_not_know_is_told(running: RunningRegistry, tmp_path: Path) -> None:
    """Another name, another tag, another digest."""
    store = ImageStore(tmp_path / "store")
    with Registry(running.host, credentials=running.credentials) as registry:
        assert "image-unknown" == code_of(lambda: registry.resolve("team/nergens", "1"))
        assert "image-unknown" == code_of(lambda: registry.pull(store, "team/nergens", f"sha256:{'0' * 64}"))


def test_a_wrong_password_is_refused_and_not_shown(running: RunningRegistry) -> None:
    """The way out is told; the password is not."""
    if running.credentials is None:
        pytest.skip("this registry asks nothing")
    for credentials in (None, Credentials(READER.user, "verkeerd")):
        with Registry(running.host, credentials=credentials) as registry:
            assert "registry-refused" == code_of(lambda: registry.resolve("team/hallo", "1.0"))
    assert READER.password not in repr(READER)


def test_a_registry_that_is_away_is_worth_another_try() -> None:
    """Nobody has to change anything."""
    with Registry("127.0.0.1:9") as registry, pytest.raises(ImageError) as caught:
        registry.resolve("team/hallo", "1.0")

    assert ("registry-unreachable", True) == (caught.value.code, caught.value.is_transient)


def test_another_manifest_than_was_asked_is_refused() -> None:
    """A digest is a promise; whoever sits in between cannot break it."""
    asked = f"sha256:{'1' * 64}"
    pages = {f"/v2/x/manifests/{asked}": httpx.Response(200, content=b"{}")}

    assert "archive-mismatch" == code_of(lambda: answering(pages).inspect("x", asked))


def test_another_layer_than_was_promised_is_refused_and_not_kept(tmp_path: Path) -> None:
    """Neither a different one nor a longer one; nothing of it stays."""
    source, store = ImageStore(tmp_path / "source"), ImageStore(tmp_path / "store")
    image = tiny_image(source, tmp_path / "files")
    layer = image.layers[0]
    whole = source.read(layer.digest)
    for sent in (whole[:-1] + b"x", whole + b"more"):
        pages = {
            "/v2/x/manifests/1": httpx.Response(200, content=image.manifest),
            f"/v2/x/blobs/{image.id}": httpx.Response(200, content=image.config),
            f"/v2/x/blobs/{layer.digest}": httpx.Response(200, stream=httpx.ByteStream(sent)),
        }
        assert "archive-mismatch" == code_of(lambda pages=pages: answering(pages).pull(store, "x", "1"))
    assert not store.has(layer.digest)


def test_of_an_index_the_image_for_this_machine_is_taken(tmp_path: Path) -> None:
    """And it is said when there is none."""
    store = ImageStore(tmp_path / "store")
    image = tiny_image(store, tmp_path / "files", settings=ImageSettings(command=("x",)))
    mine = {"digest": image.digest, "platform": {"os": "linux", "architecture": "amd64"}}
    arm = {"digest": "sha256:0", "platform": {"os": "linux", "architecture": "arm64"}}

    def pages(*listed: object) -> dict[str, httpx.Response]:
        index = canonical({"manifests": list(listed)})
        return {
            "/v2/x/manifests/1": httpx.Response(200, content=index, headers={"Content-Type": INDEX_TYPE}),
            f"/v2/x/manifests/{image.digest}": httpx.Response(200, content=image.manifest),
            f"/v2/x/blobs/{image.id}": httpx.Response(200, content=image.config),
        }

    assert image.digest == answering(pages(arm, mine)).inspect("x", "1").digest
    assert "image-platform" == code_of(lambda: answering(pages(arm)).inspect("x", "1"))


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"config": 1}', b'{"config": {"digest": "sha256:x"}, "layers": 5}', b'{"manifests": [1]}'],
)
def test_an_odd_answer_is_told_and_never_a_traceback(content: bytes) -> None:
    """Whatever a server at that address says."""
    found = code_of(lambda: answering({"/v2/x/manifests/1": httpx.Response(200, content=content)}).inspect("x", "1"))

    assert found in {"registry-answer", "image-unknown", "image-platform"}


def test_a_manifest_without_end_stops_at_the_ceiling() -> None:
    """Memory is ours."""
    registry = Registry(
        "register.example",
        limits=ArchiveLimits(json_mib=1),
        transport=httpx.MockTransport(lambda _: httpx.Response(200, content=bytes(2 * 1024 * 1024))),
    )

    assert "archive-too-large" == code_of(lambda: registry.inspect("x", "1"))


@pytest.mark.parametrize(
    "realm",
    [
        "http://169.254.169.254/latest",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/token",
        "https://localhost/token",
        "http://127.0.0.1/token",
        "http://elders.example/token",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_token_is_not_asked_of_an_inner_address_or_without_tls(realm: str) -> None:
    """A registry names the server for tokens: it may not send our password, or us, where it likes."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(401, headers={"WWW-Authenticate": f'Bearer realm="{realm}",service="s"'})

    registry = Registry("register.example", credentials=READER, transport=httpx.MockTransport(answer))

    assert "registry-refused" == code_of(lambda: registry.resolve("x", "1"))
    assert ["https://register.example/v2/x/manifests/1"] == asked


def test_a_blob_is_not_sent_to_another_server() -> None:
    """The registry says where to put it; another host would get our token and the image."""
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.host)
        if request.method == "POST":
            return httpx.Response(202, headers={"Location": "https://elders.example/upload"})
        return httpx.Response(404)

    registry = Registry("register.example", transport=httpx.MockTransport(answer))

    assert "registry-answer" == code_of(lambda: registry._put("x", digest_of(b"x"), b"x", size=1))
    assert {"register.example"} == set(sent)


def test_a_name_is_taken_apart_and_put_together() -> None:
    """Registry, repository, tag and digest; a name without a registry is refused, as we have no default one."""
    text = f"register.example:5000/team/a_b:1.0@sha256:{'a' * 64}"
    parsed = parse_reference(text)

    assert ("register.example:5000", "team/a_b", "1.0") == (parsed.registry, parsed.repository, parsed.tag)
    assert text == str(parsed)
    for wrong in (
        "loket",
        "team/loket",
        "https://x.example/y",
        "x.example/",
        "x.example/Y",
        json.dumps(text),
        "a" * 9999,
    ):
        assert "image-reference" == code_of(lambda wrong=wrong: parse_reference(wrong))
