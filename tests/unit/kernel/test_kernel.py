"""Ids, rights, settings and texts keep their promises."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from proeftuin_kernel.auth import SYSTEM, VISITOR, Permission, Principal, Role
from proeftuin_kernel.errors import BadInputError, ForbiddenError, UnauthenticatedError
from proeftuin_kernel.ids import is_dns_label, is_id, new_id
from proeftuin_kernel.settings import Settings
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import decode_cursor, encode_cursor


def test_ids_are_dns_labels_and_never_the_same() -> None:
    """An id can name a Kubernetes object."""
    made = {new_id("sbx") for _ in range(1000)}

    assert 1000 == len(made)
    assert all(is_dns_label(one) and is_id(one, "sbx") for one in made)


def test_a_visitor_is_asked_to_sign_in_and_a_member_of_another_kind_is_refused() -> None:
    """401 means 'who are you', 403 means 'not you'."""
    municipality = Principal(person_id="p", name="Test", organisations={"org-a": Role.MUNICIPALITY})

    with pytest.raises(UnauthenticatedError):
        VISITOR.require(Permission.SOLUTION_MANAGE)
    with pytest.raises(ForbiddenError):
        municipality.require(Permission.SOLUTION_MANAGE, organisation="org-a")


def test_a_right_in_one_organisation_is_no_right_in_another() -> None:
    """Tenants are apart."""
    vendor = Principal(person_id="p", name="Test", organisations={"org-a": Role.VENDOR})

    assert vendor.may(Permission.SANDBOX_MANAGE, organisation="org-a")
    assert not vendor.may(Permission.SANDBOX_MANAGE, organisation="org-b")


def test_a_token_can_do_no_more_than_its_scopes() -> None:
    """Even the operator's token is bounded by what was asked for it."""
    token = Principal(
        person_id="p",
        name="Test",
        organisations={"org-a": Role.OPERATOR},
        scopes=frozenset({Permission.CATALOGUE_READ}),
    )

    assert token.may(Permission.CATALOGUE_READ)
    assert not token.may(Permission.AUDIT_READ)
    assert SYSTEM.may(Permission.AUDIT_READ)


def test_production_refuses_development_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forgotten secret stops the start, it does not open the door."""
    monkeypatch.setenv("PROEFTUIN_ENVIRONMENT", "production")

    with pytest.raises(ValidationError, match="PROEFTUIN_SECRET_KEY"):
        Settings()
    monkeypatch.setenv("PROEFTUIN_SECRET_KEY", "x" * 40)
    with pytest.raises(ValidationError, match="PROEFTUIN_OIDC_ISSUER"):
        Settings()


def test_a_cursor_comes_back_as_it_went_and_a_strange_one_is_bad_input() -> None:
    """Clients may not make cursors themselves."""
    assert ["2026", 7] == decode_cursor(encode_cursor("2026", 7), size=2)
    for strange in ("", "x", "%%%", encode_cursor("only one")):
        with pytest.raises(BadInputError):
            decode_cursor(strange, size=2)


def test_any_language_but_english_reads_dutch() -> None:
    """Dutch is the first language."""
    text = Text(nl="hallo {naam}", en="hello {naam}").format(naam="wereld")

    assert ("hallo wereld", "hello wereld", "hallo wereld") == (
        text.in_("nl"),
        text.in_("en"),
        text.in_("fr"),
    )
