"""The pages of uploaded images: who uses what, uploading, and removing what nobody needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support import portal_views as made
from support.portal_images import LARGEST_MIB, UNUSED, USED, MadeUpImages

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from support.portal_site import MadeUp

IMAGES = f"/mijn/images/{made.ORGANISATION}"
CONTENT = b"wit" * 1000


def file(content: bytes = CONTENT, name: str = "loket.tar") -> dict[str, tuple[str, bytes]]:
    return {"bestand": (name, content)}


def test_the_list_tells_what_was_found_who_uses_it_and_what_room_is_left(client: TestClient) -> None:
    """Everything that decides whether an image can go."""
    page = client.get(IMAGES).text
    for words in (
        "voorbeeld/dossierloket:2.1",
        USED.short_digest,
        "één aandachtspunt",
        f"/proeftuin/{made.SANDBOX}/componenten/dossierloket",
        "181 van 4.096 MiB in gebruik.",
        "niets; verdwijnt op",
        "Synthia Proef",
    ):
        assert words in page, words


def test_the_list_keeps_its_order_on_the_next_page(client: TestClient) -> None:
    """A link can be sent to a colleague."""
    assert f'href="{IMAGES}?cursor=sha256%3A{"b" * 64}"' in client.get(IMAGES).text
    page = client.get(f"{IMAGES}?sort=naam").text
    assert f'href="{IMAGES}?sort=naam&amp;cursor=' in page
    assert f'href="{IMAGES}?sort=-naam"' in page
    assert 'aria-sort="ascending"' in page
    assert 400 == client.get(f"{IMAGES}?sort=kleur").status_code


def test_an_image_goes_up_by_form_and_its_page_tells_how_to_use_it(client: TestClient, desk: MadeUp) -> None:
    """It is called as its file when nobody gives it a name."""
    answer = client.post(IMAGES, files=file())
    assert (303, UNUSED.address) == (answer.status_code, answer.headers["location"])
    assert ("take", {"name": "loket.tar", "content": CONTENT}) == desk.images.asked[-1]
    page = client.get(UNUSED.address).text
    assert "Het image is nagekeken en bewaard." in page
    assert f"uploaded: {UNUSED.digest}" in page
    client.post(IMAGES, data={"naam": " Loket van mei "}, files=file())
    assert "Loket van mei" == desk.images.asked[-1][1]["name"]


def test_a_script_that_uploads_is_told_where_to_go(client: TestClient) -> None:
    """Were it sent on, it would read the page itself, and the message with it."""
    answer = client.post(IMAGES, files=file(), headers={"HX-Request": "true"})
    assert (204, UNUSED.address, None) == (
        answer.status_code,
        answer.headers["hx-redirect"],
        answer.headers.get("location"),
    )
    assert "Het image is nagekeken en bewaard." in client.get(UNUSED.address).text


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        (file(b"root"), 400, "Het image draait als root."),
        (file(bytes(LARGEST_MIB * 2**20 + 1)), 413, "hoogstens 1 MiB"),
        (file(name=""), 400, "Kies een bestand."),
        ({"iets": ("loket.tar", CONTENT)}, 400, "Kies een bestand."),
    ],
)
def test_what_is_refused_is_told_on_the_page_of_the_form(
    client: TestClient, desk: MadeUp, files, status: int, words: str
) -> None:
    """With cause, remedy and a code to quote; nothing was kept."""
    answer = client.post(IMAGES, files=files)
    assert status == answer.status_code
    assert words in answer.text
    assert "Upload een image" in answer.text
    assert ["admit"] == [what for what, _ in desk.images.asked]


def test_a_refusal_by_the_policy_gives_every_cause_with_its_remedy(client: TestClient) -> None:
    """In the language of the reader."""
    page = client.post(f"{IMAGES}?lang=en", files=file(b"root")).text
    assert "The check found one fault. Nothing is kept." in page
    assert "The image runs as root. Put &#39;USER 10001:10001&#39; in the Dockerfile." in page
    assert "image-root" in page
    assert "image-not-accepted" in page


def test_what_is_no_form_is_refused(client: TestClient) -> None:
    """Not by an error of ours."""
    assert 400 == client.post(IMAGES, data={"bestand": "x"}).status_code
    assert 400 == client.post(IMAGES, content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code


def test_where_there_is_no_room_nothing_is_received(client: TestClient, desk: MadeUp) -> None:
    """And the page offers no form that would be refused."""
    desk.images = MadeUpImages(full=True)
    assert "Er is geen plaats meer." in client.get(IMAGES).text
    assert 'type="file"' not in client.get(IMAGES).text
    assert 429 == client.post(IMAGES, files=file()).status_code
    assert ["admit"] == [what for what, _ in desk.images.asked]


def test_removing_asks_first_and_says_how_to_undo_it(client: TestClient, desk: MadeUp) -> None:
    """The same file gives the same digest."""
    question = client.get(f"{UNUSED.address}/verwijderen").text
    assert "upload hetzelfde bestand opnieuw" in question
    assert [] == desk.images.asked
    answer = client.post(f"{UNUSED.address}/verwijderen")
    assert (303, IMAGES) == (answer.status_code, answer.headers["location"])
    assert [("remove", {"digest": UNUSED.digest})] == desk.images.asked


def test_an_image_in_use_is_not_removed_and_its_page_tells_who_needs_it(client: TestClient, desk: MadeUp) -> None:
    """Neither by the page, which has no such button, nor by who asks it all the same."""
    assert "/verwijderen" not in client.get(USED.address).text
    assert USED.address == client.get(f"{USED.address}/verwijderen").headers["location"]
    answer = client.post(f"{USED.address}/verwijderen")
    assert 409 == answer.status_code
    assert "dossierloket (Proef met het dossierloket)" in answer.text
    assert "image-in-use" in answer.text
    assert [] == desk.images.asked


def test_an_empty_list_says_how_to_make_the_first(client: TestClient, desk: MadeUp) -> None:
    """With commands to copy."""
    desk.empty = True
    page = client.get(IMAGES).text
    assert "docker save -o loket.tar loket:1.0" in page
    assert "proeftuin image push loket.tar" in page
    assert 'type="file"' in page


def test_where_no_image_can_run_the_page_says_so_and_nothing_leads_to_it(client: TestClient, desk: MadeUp) -> None:
    """A platform without containers."""
    assert IMAGES in client.get("/mijn").text
    desk.images = replace(desk.images, possible=False, empty=True)
    page = client.get(IMAGES).text
    assert "Op dit platform kan geen image draaien" in page
    assert 'type="file"' not in page
    assert IMAGES not in client.get("/mijn").text


def test_who_may_only_look_is_offered_nothing_else(client: TestClient) -> None:
    """A page offers nothing that the service refuses."""
    address = f"/mijn/images/{made.ORGANISATION_OF_OTHERS}"
    assert 'type="file"' not in client.get(address).text
    assert "/verwijderen" not in client.get(f"{address}/{UNUSED.digest}").text


@pytest.mark.parametrize("path", [IMAGES, UNUSED.address, f"{UNUSED.address}/verwijderen"])
def test_a_visitor_is_led_to_the_sign_in(visitor: TestClient, path: str) -> None:
    """Images are of an organisation."""
    assert 401 == visitor.get(path).status_code


def test_a_visitor_uploads_nothing(visitor: TestClient, desk: MadeUp) -> None:
    """Not a byte is received."""
    assert 401 == visitor.post(IMAGES, files=file()).status_code
    assert [] == desk.images.asked
