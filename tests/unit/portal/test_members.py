"""The members of an organisation: who may do what, what is asked of the service, and the words of the audit log."""

from __future__ import annotations

import ast
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from proeftuin.portal.views.audit import ACTIONS, AuditLine
from support import portal_views as made

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from support.portal_site import MadeUp

MEMBERS = f"/mijn/leden/{made.ORGANISATION}"
READER, OTHER, NEW = made.MEMBERS


def test_a_member_is_added_with_the_identifier_and_the_rights_that_were_chosen(
    client: TestClient, desk: MadeUp
) -> None:
    """And the browser ends on the list, with one sentence about what happened."""
    answer = client.post(MEMBERS, data={"kenmerk": " test-niemand ", "mag": "beheren"})
    assert (303, MEMBERS) == (answer.status_code, answer.headers["location"])
    assert [
        ("add_member", {"organisation": made.ORGANISATION, "subject": "test-niemand", "is_admin": True})
    ] == desk.asked
    assert "Het lid is toegevoegd." in client.get(MEMBERS).text


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"kenmerk": "", "mag": "meewerken"}, 400, "Vul dit in."),
        ({"kenmerk": "x" * 256, "mag": "meewerken"}, 400, "hoogstens 255"),
        ({"kenmerk": "iemand", "mag": "alles"}, 400, "Kies wat het lid mag."),
        ({"kenmerk": "tess", "mag": "meewerken"}, 409, "Deze persoon is al lid."),
    ],
)
def test_what_cannot_be_added_is_said_on_the_page_and_nothing_is_lost(
    client: TestClient, desk: MadeUp, form: dict[str, str], status: int, words: str
) -> None:
    """The list stays in sight, and what was filled in stays filled in."""
    answer = client.post(MEMBERS, data=form)
    assert status == answer.status_code
    assert words in answer.text
    assert f'value="{form["kenmerk"]}"' in answer.text
    assert OTHER.name in answer.text
    assert [] == desk.asked


@pytest.mark.parametrize(("level", "is_admin"), [("beheren", True), ("meewerken", False)])
def test_rights_are_changed_with_one_button(client: TestClient, desk: MadeUp, level: str, *, is_admin: bool) -> None:
    """Undone with the button that then stands in its place, so nothing is asked first."""
    answer = client.post(f"{MEMBERS}/{OTHER.id}/rechten", data={"mag": level})
    assert 303 == answer.status_code
    assert [("change_member", {"member_id": OTHER.id, "is_admin": is_admin})] == desk.asked


def test_removing_asks_first_and_says_how_to_undo_it(client: TestClient, desk: MadeUp) -> None:
    """The tokens of the member do not come back, and the question says so."""
    page = client.get(f"{MEMBERS}/{OTHER.id}/verwijderen").text
    assert "Wilt u Tess Test uit Voorbeeld-start-up halen?" in page
    assert "het kenmerk tess. De tokens komen niet terug." in page
    assert [] == desk.asked
    answer = client.post(f"{MEMBERS}/{OTHER.id}/verwijderen")
    assert (303, MEMBERS) == (answer.status_code, answer.headers["location"])
    assert [("remove_member", {"member_id": OTHER.id})] == desk.asked


def test_who_leaves_ends_on_their_own_page(client: TestClient) -> None:
    """The list of an organisation that one left is no longer theirs to see."""
    assert "Wilt u Voorbeeld-start-up verlaten?" in client.get(f"{MEMBERS}/{READER.id}/verwijderen").text
    assert "/mijn" == client.post(f"{MEMBERS}/{READER.id}/verwijderen").headers["location"]


def test_nobody_takes_their_own_rights_away_by_a_slip(client: TestClient) -> None:
    """Beside the reader stands only the way out; another manager changes their rights."""
    page = client.get(MEMBERS).text
    assert f"{MEMBERS}/{READER.id}/rechten" not in page
    assert f"{MEMBERS}/{READER.id}/verwijderen" in page


def test_who_does_not_manage_sees_the_list_and_no_buttons_for_others(client: TestClient) -> None:
    """A page offers nothing that the service refuses."""
    page = client.get(f"/mijn/leden/{made.ORGANISATION_OF_OTHERS}").text
    assert OTHER.name in page
    assert "/rechten" not in page
    assert f"{OTHER.id}/verwijderen" not in page
    assert 'name="kenmerk"' not in page


def test_who_never_signed_in_has_no_name_yet(client: TestClient) -> None:
    """An identifier in the place of a name looks like a name."""
    assert "meldde zich nog niet aan" in client.get(MEMBERS).text
    assert f">{NEW.subject}</code>" in client.get(MEMBERS).text


def test_who_belongs_nowhere_reads_the_identifier_to_pass_on(client: TestClient, desk: MadeUp) -> None:
    """Members are added by it, so the person must be able to find it."""
    desk.empty = True
    assert '<code id="eigen-kenmerk">niemand</code>' in client.get("/mijn").text


@pytest.mark.parametrize("path", [MEMBERS, f"{MEMBERS}/{OTHER.id}/verwijderen"])
def test_a_visitor_is_led_to_the_sign_in(visitor: TestClient, path: str) -> None:
    """Members are for members."""
    assert 401 == visitor.get(path).status_code


def test_every_action_of_the_audit_log_has_words() -> None:
    """Nobody should have to read our codes; a new action fails here until it has a sentence in both languages."""
    packages = ("proeftuin", "proeftuin_sandbox", "proeftuin_assessment", "proeftuin_catalogue")
    written = {action for package in packages for action in _audited(files(package))}
    assert {"member.add", "sandbox.create", "solution.edit", "badge.issue"} <= written
    assert set() == written - set(ACTIONS)


def test_a_line_of_the_audit_log_leads_to_what_changed() -> None:
    """When that has a page."""
    about = {
        subject: AuditLine(at=made.NOW, who="x", action="y", subject=subject).href for subject in ("run-1", "mem-1")
    }
    assert {"run-1": "/toetsen/run-1", "mem-1": None} == about


def _audited(package) -> set[str]:
    """The actions that the sources of a package write to the audit log, by `audit` or the catalogue's `keep`."""
    found = set()
    for source in package.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"audit", "keep"}
            ):
                found |= {
                    one.value
                    for argument in node.args
                    for one in ast.walk(argument)
                    if isinstance(one, ast.Constant)
                    and isinstance(one.value, str)
                    and re.fullmatch(r"[a-z_]+\.[a-z_]+", one.value)
                }
    return found
