"""`proeftuin badge`: check a badge, show what it says, make a key. Runs without the platform.

Exit codes: 0 the badge is valid, 1 it is not, 2 the question could not be asked (bad input, no answer).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, NoReturn

import typer

from proeftuin_conformance.badges.baking import MAX_IMAGE_BYTES, Carried, carried
from proeftuin_conformance.badges.errors import BadgeError, FetchError, UnreadableError
from proeftuin_conformance.badges.fetch import Limits, fetch
from proeftuin_conformance.badges.jsontext import parse
from proeftuin_conformance.badges.keys import KEY_BYTES, PublicKey, SigningKey, write_key
from proeftuin_conformance.badges.summary import Summary, summarise
from proeftuin_conformance.badges.trust import TrustedIssuer, TrustedKey, TrustList, issuer_from_document
from proeftuin_conformance.badges.verification import verify
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from proeftuin_conformance.badges.verification import Verification

VALID: Final = 0
NOT_VALID: Final = 1
BAD_INPUT: Final = 2

MARKS: Final = {"passed": "✓", "failed": "✗", "unknown": "?", "skipped": "-"}

app = typer.Typer(
    help="Badges: nakijken, tonen, sleutels maken. | Badges: check, show, make keys.",
    no_args_is_help=True,
    add_completion=False,
)

Source = Annotated[
    str, typer.Argument(metavar="FILE|URL", help="Badge (JSON of SVG), bestand of adres. | A badge, file or address.")
]
Language = Annotated[
    Literal["nl", "en"], typer.Option("--lang", help="Taal van de uitleg. | Language of the explanation.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Antwoord als JSON. | Answer as JSON.")]
Loopback = Annotated[
    bool, typer.Option("--allow-loopback", help="Laat http naar deze machine toe. | Allow http to this machine.")
]


@app.command("verify")
def verify_command(
    source: Source,
    *,
    trust: Annotated[
        list[Path] | None,
        typer.Option("--trust", help="Lijst van vertrouwde uitgevers (JSON); mag vaker. | List of trusted issuers."),
    ] = None,
    trust_issuer: Annotated[
        list[str] | None,
        typer.Option(
            "--trust-issuer",
            help="Vertrouw deze uitgever: adres van zijn sleutels. | Trust this issuer: address of its keys.",
        ),
    ] = None,
    trust_key: Annotated[
        list[str] | None,
        typer.Option(
            "--trust-key", help="Vertrouw deze sleutel (z6Mk…), van wie ook. | Trust this key, whoever the issuer is."
        ),
    ] = None,
    status_list: Annotated[
        Path | None, typer.Option("--status-list", help="Statuslijst uit een bestand. | Status list from a file.")
    ] = None,
    offline: Annotated[
        bool,
        typer.Option(
            "--offline",
            help="Gebruik het net niet en aanvaard dat intrekking dan soms niet bekend is. | "
            "No network; accept that revocation may then not be known.",
        ),
    ] = False,
    allow_loopback: Loopback = False,
    language: Language = "nl",
    as_json: AsJson = False,
) -> None:
    """Kijk na of een badge echt is, geldt en niet ingetrokken is. | Check that a badge is genuine and current."""
    reach = Reach(offline=offline, limits=Limits(allow_loopback=allow_loopback))
    try:
        found = carried(reach.read(source))
        trusted = _trust(found, reach, files=trust or [], issuers=trust_issuer or [], keys=trust_key or [])
        published, trouble = _status_list(found, reach, file=status_list)
        answer = verify(
            found.credential,
            now=datetime.now(UTC),
            trust=trusted,
            status_list=published,
            accept_unknown_status=offline,
        )
    except BadgeError as error:
        _stop(error, language)
    if as_json:
        typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    else:
        _tell(answer, trouble, language)
    raise typer.Exit(VALID if answer.valid else NOT_VALID)


@app.command("show")
def show_command(source: Source, *, allow_loopback: Loopback = False, language: Language = "nl") -> None:
    """Toon wat een badge zegt, zonder te zeggen of het waar is. | Show what a badge says, not whether it is true."""
    try:
        found = carried(Reach(offline=False, limits=Limits(allow_loopback=allow_loopback)).read(source))
        summary = summarise(parse(found.credential))
    except BadgeError as error:
        _stop(error, language)
    typer.echo("\n".join(_lines(summary, language)))
    note = Text(
        "Dit is wat de badge zegt. Of het waar is, zegt `proeftuin badge verify`.",
        "This is what the badge says. Whether it is true is for `proeftuin badge verify`.",
    )
    typer.echo(f"\n{note.in_(language)}")


@app.command("keygen")
def keygen_command(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Nieuw bestand voor de geheime sleutel. | New file for the secret key."),
    ],
    *,
    language: Language = "nl",
) -> None:
    """Maak een Ed25519-sleutel; toon de openbare helft. | Make an Ed25519 key; show its public half."""
    key = SigningKey(secrets.token_bytes(KEY_BYTES))
    try:
        write_key(path, key)
    except BadgeError as error:
        _stop(error, language)
    typer.echo(json.dumps({"publicKeyMultibase": key.public.multikey, "did": key.public.did}, indent=2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where this command may read from."""

    offline: bool
    limits: Limits

    def read(self, source: str) -> bytes:
        """Read a file, or an address when we may go there."""
        if source.startswith(("https://", "http://")):
            if self.offline:
                raise FetchError(
                    nl=f"{source} ligt op het net en u vroeg --offline",
                    en=f"{source} is on the network and you asked for --offline",
                )
            return fetch(source, limits=self.limits)
        return _file(Path(source))


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_IMAGE_BYTES + 1)
    except OSError as error:
        raise UnreadableError(
            nl=f"{path} kan niet worden gelezen: {error.strerror}", en=f"{path} cannot be read: {error.strerror}"
        ) from error


def _trust(found: Carried, reach: Reach, *, files: list[Path], issuers: list[str], keys: list[str]) -> TrustList:
    trusted = TrustList()
    for path in files:
        for issuer in TrustList.from_json(_file(path)).issuers:
            trusted = trusted.plus(issuer)
    for address in issuers:
        trusted = trusted.plus(issuer_from_document(reach.read(address), address=address))
    if keys:
        claimed = parse(found.credential).get("issuer")
        name = claimed.get("id") if isinstance(claimed, dict) else None
        if isinstance(name, str):
            known = tuple(TrustedKey(key=PublicKey(each)) for each in keys)
            trusted = trusted.plus(TrustedIssuer(id=name, name=name, keys=known))
    return trusted


def _status_list(found: Carried, reach: Reach, *, file: Path | None) -> tuple[bytes | None, Text | None]:
    """Give the best status list there is: the one named, else the issuer's of today, else the one carried along."""
    if file is not None:
        return _file(file), None
    entry = parse(found.credential).get("credentialStatus")
    address = entry.get("statusListCredential") if isinstance(entry, dict) else None
    if reach.offline or not isinstance(address, str):
        return found.status_list, None
    try:
        return fetch(address, limits=reach.limits), None
    except FetchError as error:
        return found.status_list, error.text


def _tell(answer: Verification, trouble: Text | None, language: Literal["nl", "en"]) -> None:
    verdict = Text("GELDIG", "VALID") if answer.valid else Text("NIET GELDIG", "NOT VALID")
    doubt = Text(" (intrekking niet nagekeken)", " (revocation not checked)") if not answer.status_known else None
    typer.echo(verdict.in_(language) + (doubt.in_(language) if doubt and answer.valid else "") + f"  {answer.code}")
    for check in answer.checks:
        typer.echo(f"  {MARKS[check.answer]} {check.text.in_(language)}")
    if trouble is not None and not answer.status_known:
        typer.echo(f"    {trouble.in_(language)}")
    if answer.code in {"badge-status-unknown", "badge-status-list-stale"}:
        advice = Text(
            "Geef een statuslijst mee met --status-list, of aanvaard dit met --offline.",
            "Give a status list with --status-list, or accept this with --offline.",
        )
        typer.echo(f"    {advice.in_(language)}")
    if answer.badge is not None and answer.checks[1].answer == "passed":
        typer.echo("")
        typer.echo("\n".join(_lines(summarise(answer.badge), language)))


def _lines(summary: Summary, language: Literal["nl", "en"]) -> list[str]:
    rows: list[tuple[Text, str]] = [
        (Text("badge", "badge"), summary.id),
        (Text("wat", "what"), summary.name),
        (Text("wie zegt het", "who says so"), f"{summary.issuer_name} ({summary.issuer})"),
        (Text("release", "release"), summary.release),
        (Text("kit", "kit"), f"{summary.kit} ({summary.facts.get('kit-digest', '?')})"),
        (Text("standaard", "standard"), f"{summary.standard_name} ({summary.standard})"),
        (Text("geldig", "valid"), f"{summary.valid_from} – {summary.valid_until}"),
        (Text("rapport", "report"), f"{summary.report} ({summary.report_digest})"),
        (Text("component", "component"), summary.facts.get("component-digest", "?")),
        (Text("stad", "town"), summary.facts.get("town-digest", "?")),
        (Text("afscherming", "isolation"), summary.facts.get("isolation-tier", "?")),
        (Text("diepgang", "depth"), summary.facts.get("depth", "?")),
        (
            Text("eisen", "requirements"),
            Text(
                f"{summary.passed} voldaan, {len(summary.others)} niet getest of niet van toepassing",
                f"{summary.passed} met, {len(summary.others)} not tested or not applicable",
            ).in_(language),
        ),
    ]
    width = max(len(label.in_(language)) for label, _ in rows)
    return [f"  {label.in_(language):<{width}}  {value}" for label, value in rows]


def _stop(error: BadgeError, language: Literal["nl", "en"]) -> NoReturn:
    typer.echo(f"proeftuin badge: {error.text.in_(language)} [{error.code}]", err=True)
    raise typer.Exit(BAD_INPUT)


if __name__ == "__main__":
    app()
