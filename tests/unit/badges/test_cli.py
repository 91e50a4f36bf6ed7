"""`proeftuin badge`: exit codes, languages, and what works without a network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from proeftuin_conformance.badges import State, read_key
from proeftuin_conformance.badges.baking import bake
from proeftuin_conformance.badges.cli import app
from proeftuin_conformance.badges.image import badge_svg
from support.badges import ISSUER, KEY, LIST_URL, TRUST, badge, status_list

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

RUNNER = CliRunner()
WALL = datetime.now(UTC)  # the command reads the wall clock, so its badges are of today


@dataclass(frozen=True)
class Desk:
    """A folder with a badge in it, and the commands a person would type there."""

    folder: Path

    def put(self, name: str, content: Any) -> str:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return str(path)

    def run(self, *arguments: str) -> Result:
        return RUNNER.invoke(app, list(arguments))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.put("badge.json", badge(now=WALL))
    made.put("trust.json", TRUST.to_dict())
    made.put("lijst.json", status_list(now=WALL))
    return made


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no network in this test")

    monkeypatch.setattr("socket.getaddrinfo", refuse)


def verify(desk: Desk, source: str = "badge.json", *extra: str, trust: bool = True) -> Result:
    given = ["--trust", str(desk.folder / "trust.json")] if trust else []
    return desk.run("verify", str(desk.folder / source), *given, *extra)


def test_a_valid_badge_gives_exit_code_0(desk: Desk) -> None:
    found = verify(desk, "badge.json", "--status-list", str(desk.folder / "lijst.json"), "--offline")

    assert 0 == found.exit_code
    assert found.stdout.startswith("GELDIG  badge-valid\n")
    assert "niet nagekeken" not in found.stdout.splitlines()[0]


def test_offline_without_a_list_says_that_revocation_was_not_checked(desk: Desk) -> None:
    found = verify(desk, "badge.json", "--offline")

    assert 0 == found.exit_code
    assert "GELDIG (intrekking niet nagekeken)  badge-valid" == found.stdout.splitlines()[0]


def test_without_a_list_or_a_network_a_badge_is_not_valid_and_the_way_out_is_shown(desk: Desk) -> None:
    found = verify(desk)

    assert 1 == found.exit_code
    assert "badge-status-unknown" in found.stdout
    assert "--status-list" in found.stdout
    assert "proeftuin.example is onbekend" in found.stdout


def test_a_picture_carries_all_that_is_needed_offline(desk: Desk) -> None:
    drawn = badge_svg(subject="x", kit="y", state=State.TESTED, day=None)
    desk.put("badge.svg", bake(drawn, credential=badge(now=WALL), status_list=status_list(now=WALL)))

    found = verify(desk, "badge.svg", "--offline")

    assert 0 == found.exit_code
    assert "GELDIG  badge-valid" == found.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("document", "listed", "code"),
    [
        ({**badge(now=WALL), "name": "anders"}, status_list(now=WALL), "badge-signature-wrong"),
        (badge(now=WALL), status_list(now=WALL, revoked=True), "badge-revoked"),
        (badge(now=WALL - timedelta(days=366)), status_list(now=WALL), "badge-expired"),
        (badge(now=WALL + timedelta(days=2)), status_list(now=WALL), "badge-signed-in-future"),
        ({"a": "b"}, status_list(now=WALL), "badge-profile-departed"),
    ],
    ids=["forged", "revoked", "expired", "early", "no badge"],
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_bad_badge_gives_exit_code_1_and_its_code(
    desk: Desk, document: Any, listed: Any, code: str, language: str
) -> None:
    desk.put("badge.json", document)
    desk.put("lijst.json", listed)

    found = verify(desk, "badge.json", "--status-list", str(desk.folder / "lijst.json"), "--lang", language)

    assert 1 == found.exit_code
    expected = {"nl": f"NIET GELDIG  {code}", "en": f"NOT VALID  {code}"}[language]
    assert expected == found.stdout.splitlines()[0]


def test_an_unknown_issuer_is_not_valid_until_its_key_is_trusted(desk: Desk) -> None:
    untrusted = verify(desk, "badge.json", "--offline", trust=False)
    trusted = verify(desk, "badge.json", "--offline", "--trust-key", KEY.public.multikey, trust=False)

    assert (1, 0) == (untrusted.exit_code, trusted.exit_code)
    assert "badge-issuer-unknown" in untrusted.stdout


def test_an_issuer_can_be_trusted_by_its_address(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys then come from the issuer's own address, and the status list from its own."""
    answers = {ISSUER.id: ISSUER.document((KEY.public,)), LIST_URL: status_list(now=WALL)}
    monkeypatch.setattr("proeftuin_conformance.badges.cli.fetch", lambda url, **_: json.dumps(answers[url]).encode())

    found = verify(desk, "badge.json", "--trust-issuer", ISSUER.id, trust=False)

    assert 0 == found.exit_code
    assert "GELDIG  badge-valid" == found.stdout.splitlines()[0]


def test_the_answer_can_be_read_by_a_machine(desk: Desk) -> None:
    found = verify(desk, "badge.json", "--offline", "--json")

    told = json.loads(found.stdout)
    assert (True, False) == (told["valid"], told["statusKnown"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["verify", "weg.json"], "badge-unreadable"),
        (["verify", "{folder}"], "badge-unreadable"),
        (["verify", "{folder}/kapot.json"], "badge-unreadable"),
        (["verify", "{folder}/badge.json", "--trust", "{folder}/badge.json"], "badge-trust-list-unreadable"),
        (["verify", "{folder}/badge.json", "--trust-key", "z6MkX"], "badge-key-unusable"),
        (["verify", "{folder}/badge.json", "--status-list", "weg.json"], "badge-unreadable"),
        (["verify", "https://badges.example/1", "--offline"], "badge-fetch-failed"),
        (["verify", "https://badges.example/1"], "badge-fetch-failed"),
        (["show", "{folder}/lijst.json"], "badge-unreadable"),
        (["keygen", "{folder}/badge.json"], "badge-key-unusable"),
    ],
)
def test_bad_input_gives_exit_code_2_and_one_line_with_a_code(desk: Desk, arguments: list[str], code: str) -> None:
    desk.put("kapot.json", "{")

    found = desk.run(*(argument.format(folder=desk.folder) for argument in arguments))

    assert 2 == found.exit_code
    assert "" == found.stdout
    assert 1 == len(found.stderr.splitlines())
    assert found.stderr.endswith(f"[{code}]\n")


def test_show_tells_what_a_badge_says_without_judging_it(desk: Desk) -> None:
    found = desk.run("show", str(desk.folder / "badge.json"), "--lang", "en")

    assert 0 == found.exit_code
    assert "https://proeftuin.example/id/release/dossierloket/1.0.0" in found.stdout
    assert "sha256:" + "d" * 64 in found.stdout
    assert "1 met, 2 not tested or not applicable" in found.stdout
    assert "proeftuin badge verify" in found.stdout


def test_keygen_stores_the_secret_and_shows_only_the_public_half(desk: Desk) -> None:
    path = desk.folder / "nieuw.pem"

    found = desk.run("keygen", str(path))

    key = read_key(path)
    assert 0 == found.exit_code
    assert {"publicKeyMultibase": key.public.multikey, "did": key.public.did} == json.loads(found.stdout)
