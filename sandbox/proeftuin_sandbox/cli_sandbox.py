"""`proeftuin sandbox`: ask for sandboxes, look at them, reset them and take them away."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from proeftuin_sandbox.cli_support import DEFAULT_URL, Token, Url, choose, connected, follow

app = typer.Typer(
    help="Proeftuinen vragen, bekijken en verwijderen. | Ask for, see and remove sandboxes.",
    no_args_is_help=True,
    add_completion=False,
)
SandboxId = Annotated[str, typer.Argument(metavar="SANDBOX", help="Id, zoals sbx-… | Id, such as sbx-…")]
Organisation = Annotated[str | None, typer.Option(help="Id: org-…; nodig bij meer dan één. | When you have several.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Naam voor mensen. | Name for people.")]
Profile = Annotated[str, typer.Option(help="Grootte van de gemeente. | Size of the town.")]
Seed = Annotated[int, typer.Option(min=0, help="Welke gemeente. | Which town.")]
Minutes = Annotated[int | None, typer.Option(min=1, help="Levensduur in minuten. | Lifetime in minutes.")]
_PLACE = "/api/v1/sandboxes"


@app.command()
def create(  # noqa: PLR0917 - Typer passes arguments by name
    name: Name = "Proef",
    profile: Profile = "gehucht",
    seed: Seed = 1830,
    minutes: Minutes = None,
    organisation: Organisation = None,
    url: Url = DEFAULT_URL,
    token: Token = None,
) -> None:
    """Vraag een proeftuin en wacht tot hij klaar is; de laatste regel is zijn id. | Ask for a sandbox."""
    body = _wish(name, profile=profile, seed=seed, minutes=minutes, organisation=organisation)
    with connected(url, token) as client:
        sandbox = client.call("POST", _PLACE, json=body)["id"]
        follow(client, f"{_PLACE}/{sandbox}/events", wanted="ready")
        typer.echo(sandbox)


@app.command()
def plan(  # noqa: PLR0917 - Typer passes arguments by name
    name: Name = "Proef",
    profile: Profile = "gehucht",
    seed: Seed = 1830,
    minutes: Minutes = None,
    organisation: Organisation = None,
    url: Url = DEFAULT_URL,
    token: Token = None,
) -> None:
    """Toon wat er gemaakt zou worden, zonder iets te maken. | Show what would be made, without making it."""
    body = _wish(name, profile=profile, seed=seed, minutes=minutes, organisation=organisation)
    with connected(url, token) as client:
        found = client.call("POST", f"{_PLACE}/plan", json=body)
    for part in found["parts"]:
        typer.echo(f"{part['kind']:<16}  {part['name']}  {part['detail']}".rstrip())
    used, allowed = found["quota"]["used"], found["quota"]["allowed"]
    typer.echo(choose(f"quotum: {used} van {allowed} in gebruik", f"quota: {used} of {allowed} in use"))
    typer.echo(_outcome(found))
    if found["outcome"] == "refused":
        raise typer.Exit(1)


@app.command("list")
def list_(organisation: Organisation = None, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Toon uw proeftuinen, de nieuwste eerst. | List your sandboxes, newest first."""
    with connected(url, token) as client:
        cursor: str | None = None
        while True:
            asked = {"organisation": organisation, "cursor": cursor, "limit": 100}
            page = client.call("GET", _PLACE, params={key: value for key, value in asked.items() if value is not None})
            for item in page["items"]:
                until = item["destroyedAt"] or item["expiresAt"]
                state = f"queued {item['queue']['position']}" if item["queue"] else item["state"]
                typer.echo(f"{item['id']}  {state:<12}  {until[:16]}  {item['name']}")
            cursor = page["next"]
            if cursor is None:
                return


@app.command()
def show(sandbox: SandboxId, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Toon een proeftuin en zijn componenten als JSON. | Show a sandbox and its components as JSON."""
    with connected(url, token) as client:
        found = client.call("GET", f"{_PLACE}/{sandbox}")
        components = client.call("GET", f"{_PLACE}/{sandbox}/components")["items"]
        typer.echo(json.dumps({**found, "components": components}, indent=2, ensure_ascii=False))


@app.command()
def reset(sandbox: SandboxId, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Zet de gemeente terug op haar seed en wacht. | Bring the town back to its seed, and wait."""
    with connected(url, token) as client:
        client.call("POST", f"{_PLACE}/{sandbox}/reset")
        follow(client, f"{_PLACE}/{sandbox}/events", wanted="ready")


@app.command()
def live(
    sandbox: SandboxId,
    days: Annotated[int, typer.Option(min=1, max=365, help="Hoeveel dagen. | How many days.")] = 30,
    url: Url = DEFAULT_URL,
    token: Token = None,
) -> None:
    """Laat de gemeente dagen leven en wacht; de laatste regel is haar dag. | Have the town live on, and wait."""
    with connected(url, token) as client:
        client.call("POST", f"{_PLACE}/{sandbox}/live", json={"days": days})
        follow(client, f"{_PLACE}/{sandbox}/events", wanted="ready")
        typer.echo(client.call("GET", f"{_PLACE}/{sandbox}")["town"]["day"])


@app.command()
def suspend(sandbox: SandboxId, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Pauzeer een proeftuin; de gegevens blijven. | Suspend a sandbox; its data stays."""
    with connected(url, token) as client:
        if client.call("POST", f"{_PLACE}/{sandbox}/suspend")["suspendedAt"] is not None:
            typer.echo(choose("De proeftuin was al gepauzeerd.", "The sandbox was suspended already."))
            return
        follow(client, f"{_PLACE}/{sandbox}/events", wanted="suspended")


@app.command()
def resume(sandbox: SandboxId, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Hervat een gepauzeerde of mislukte proeftuin. | Resume a sandbox that is suspended or failed."""
    with connected(url, token) as client:
        if client.call("POST", f"{_PLACE}/{sandbox}/resume")["state"] == "ready":
            typer.echo(choose("De proeftuin draaide al.", "The sandbox ran already."))
            return
        follow(client, f"{_PLACE}/{sandbox}/events", wanted="ready")


@app.command()
def prove(sandbox: SandboxId, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Bewijs de afscherming opnieuw, en wacht. | Prove the isolation anew, and wait."""
    with connected(url, token) as client:
        client.call("POST", f"{_PLACE}/{sandbox}/prove")
        follow(client, f"{_PLACE}/{sandbox}/events", wanted="ready")


@app.command()
def destroy(sandbox: SandboxId, url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Verwijder een proeftuin en wacht op het bewijs. | Remove a sandbox and wait for the proof."""
    with connected(url, token) as client:
        state = client.call("DELETE", f"{_PLACE}/{sandbox}")["state"]
        if state == "destroyed":
            typer.echo(choose("De proeftuin was al weg.", "The sandbox was gone already."))
            return
        follow(client, f"{_PLACE}/{sandbox}/events", wanted="destroyed")


def _wish(name: str, *, profile: str, seed: int, minutes: int | None, organisation: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"name": name, "town": {"profile": profile, "seed": seed}}
    if minutes is not None:
        body["lifetimeMinutes"] = minutes
    if organisation is not None:
        body["organisation"] = organisation
    return body


def _outcome(plan: dict[str, Any]) -> str:
    if plan["outcome"] == "made":
        return choose("wordt meteen gemaakt", "would be made at once")
    if plan["outcome"] == "ready":
        return choose("er staat er een klaar", "one stands ready")
    if plan["outcome"] == "refused":
        return choose("wordt geweigerd: het quotum is op", "would be refused: the quota is used up")
    turn = plan["queue"]
    when = (turn["expectedAt"] or "")[:16] or choose("onbekend", "unknown")
    nl = f"komt in de wachtrij als nummer {turn['position']}; verwacht: {when}"
    return choose(nl, f"would be queued as number {turn['position']}; expected: {when}")
