"""Registering applications: who makes one says where people go back to, how it proves who it is and what it may ask.

The members are those of RFC 7591 and of OpenID Connect's registration; `pkce_required` is our own.
"""

import json
import secrets
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import FastAPI, Query, Request
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, base_url, respond
from vlavirgem.blocks.identiteit.choosing import visiting
from vlavirgem.blocks.identiteit.keys import public_keys, rotate
from vlavirgem.blocks.identiteit.requests import is_loopback
from vlavirgem.blocks.kept import Kept
from vlavirgem.blocks.paging import PageQuestion
from vlavirgem.blocks.problems import Problem
from vlavirgem.blocks.resources import MemberNumber
from vlavirgem.blocks.routes import (
    BROKEN,
    LOCATION,
    MISSING,
    Answers,
    add_route,
    problem_answer,
    reading_answers,
    reference,
)
from vlavirgem.blocks.values import YesNo
from vlavirgem.blocks.writing import IdempotencyKey, IfMatch, Writing, write
from vlavirgem.store import applications as store
from vlavirgem.store.identity import hashed
from vlavirgem.store.locking import write_alone

MOST = 200
"""So many applications a town knows at most."""
_PATH = "toepassingen"
_KINDS = ("EC", "RSA")
_LONGEST_KEYS = 30_000
"""Characters: ten of 8192 bits, with room to spare."""
_FORBIDDEN = ("javascript", "data", "vbscript", "file", "about", "blob")


def _goes_back(uri: str) -> str:
    parts = urlsplit(uri)
    if not parts.scheme or parts.scheme in _FORBIDDEN or parts.fragment or not uri.isascii() or uri != uri.strip():
        raise ValueError("geen volledig adres, of een met een #fragment")
    if parts.scheme in ("http", "https") and not parts.hostname:
        raise ValueError("een webadres heeft een host")
    if parts.port is not None or is_loopback(parts) or parts.netloc or "." in parts.scheme:
        return uri
    raise ValueError("het eigen schema van een app is een omgekeerde domeinnaam met een punt (RFC 8252, 7.1)")


def _public_keys(jwks: dict[str, Any]) -> dict[str, Any]:
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 0 < len(keys) <= 10:  # noqa: PLR2004 - more is a mistake
        raise ValueError("geef een tot tien sleutels in `keys` (RFC 7517)")
    if not all(isinstance(key, dict) and key.get("kty") in _KINDS and "d" not in key for key in keys):
        raise ValueError("enkel publieke sleutels van soort EC of RSA")
    try:
        text = json.dumps(keys, allow_nan=False)
    except ValueError as error:
        raise ValueError("deze sleutels zijn geen JSON") from error
    if len(text) > _LONGEST_KEYS or any(odd in text for odd in ("\\u0000", "\\ud")):
        raise ValueError("deze sleutels zijn te lang, of er staan tekens in die niet kunnen")
    try:
        KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ValueError("deze sleutels zijn niet te lezen") from error
    return {"keys": keys}


Uri = Annotated[str, Field(max_length=2000, pattern=r"^[\x21-\x7e]+$"), AfterValidator(_goes_back)]
Grant = Literal["authorization_code", "refresh_token", "client_credentials"]
Method = Literal["private_key_jwt", "client_secret_basic", "client_secret_post", "none"]


_PUBLIC: Method = "none"
_KEYED: Method = "private_key_jwt"


class NewApplication(BaseModel):
    """Een toepassing die wil weten wie iemand is."""

    model_config = ConfigDict(extra="forbid", title="NieuweToepassing")

    client_name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$", description="Naam voor mensen.")
    redirect_uris: list[Uri] = Field(
        default=[], max_length=20, description="Waarheen mensen terugkeren, tot op de letter."
    )
    post_logout_redirect_uris: list[Uri] = Field(default=[], max_length=20, description="Waarheen na het afmelden.")
    token_endpoint_auth_method: Method = Field(
        default="client_secret_basic", description="Hoe de toepassing zegt wie ze is; `none` is een publieke."
    )
    grant_types: list[Grant] = Field(default=["authorization_code"], min_length=1, max_length=3)
    scope: str = Field(
        default="openid profile vo",
        max_length=1000,
        pattern=r"^[A-Za-z0-9_.:-]+( [A-Za-z0-9_.:-]+)*$",
        description="Wat ze mag vragen; een andere scope wordt geweigerd. Voor machines mag het een eigen naam zijn.",
    )
    jwks: Annotated[dict[str, Any], AfterValidator(_public_keys)] | None = Field(
        default=None, description="Publieke sleutels, voor `private_key_jwt`."
    )
    pkce_required: YesNo = Field(default=True, description="Een toepassing met een geheim of sleutel kan het zonder.")

    @model_validator(mode="after")
    def _fits(self) -> "NewApplication":
        if "authorization_code" in self.grant_types and not self.redirect_uris:
            raise ValueError("authorization_code vraagt minstens één redirect_uri")
        if "refresh_token" in self.grant_types and "authorization_code" not in self.grant_types:
            raise ValueError("refresh_token hoort bij authorization_code")
        if "client_credentials" in self.grant_types and self.token_endpoint_auth_method == _PUBLIC:
            raise ValueError("client_credentials vraagt een geheim of een sleutel")
        if (self.token_endpoint_auth_method == _KEYED) != (self.jwks is not None):
            raise ValueError("jwks hoort bij private_key_jwt, en omgekeerd")
        return self

    @property
    def has_secret(self) -> bool:
        """Whether it proves who it is with a secret."""
        return self.token_endpoint_auth_method.startswith("client_secret_")

    def metadata(self) -> dict[str, Any]:
        """Give what is kept."""
        return self.model_dump(exclude_none=True)


def add_routes(app: FastAPI) -> None:
    """Add the routes of applications and keys."""
    one, many = ({JSON: {"schema": reference(name)}} for name in ("Toepassing", "ToepassingVerzameling"))
    made = {
        "description": "Gemaakt. Het geheim staat alleen in dit antwoord.",
        "content": {JSON: {"schema": reference("GemaakteToepassing")}},
        "headers": LOCATION,
    }
    changed: Answers = {412: problem_answer("Intussen gewijzigd.")}
    conflict: Answers = {409: problem_answer("Er zijn er te veel, of de sleutel hoort bij iets anders.")}
    routes: tuple[tuple[str, str, Any, str, str, int, Answers], ...] = (
        (f"/{_PATH}", "POST", register, "maak-toepassing", "Registreer een toepassing", 201, {201: made, **conflict}),
        (f"/{_PATH}", "GET", read_all, "lees-toepassingen", "Lees toepassingen", 200, reading_answers(many)),
        (f"/{_PATH}/{{id}}", "GET", read_one, "lees-toepassing", "Lees één toepassing", 200, reading_answers(one)),
        (
            f"/{_PATH}/{{id}}",
            "PUT",
            change,
            "wijzig-toepassing",
            "Wijzig een toepassing; ze houdt haar client_id en geheim",
            200,
            {200: {"description": "Gebeurd.", "content": one}, **changed},
        ),
        (
            f"/{_PATH}/{{id}}",
            "DELETE",
            remove,
            "verwijder-toepassing",
            "Verwijder een toepassing",
            204,
            {204: {"description": "Weg, met alles wat ze kreeg."}},
        ),
        (
            "/sleutelwissels",
            "POST",
            change_keys,
            "wissel-sleutel",
            "Onderteken voortaan met een nieuwe sleutel",
            201,
            {201: {"description": "Gebeurd.", "content": {JSON: {"schema": reference("Sleutels")}}}},
        ),
    )
    for path, method, handler, name, text, status, answers in routes:
        add_route(
            app,
            path,
            handler,
            name=name,
            summary=text,
            answers={**BROKEN, **(MISSING if "{id}" in path else {}), **answers},
            method=method,
            status=status,
        )


def register(request: Request, wanted: NewApplication, key: IdempotencyKey = None) -> Response:
    """Registreer een toepassing; ze kan meteen mensen laten aanmelden."""

    def do(writing: Writing) -> Response:
        if store.count_applications(writing.connection) >= MOST:
            raise Problem(
                409,
                "te-veel-toepassingen",
                nl=f"Een gemeente kent hoogstens {MOST} toepassingen. Verwijder er eerst een.",
                en=f"A town knows {MOST} applications at most. Remove one first.",
            )
        secret = secrets.token_urlsafe(32) if wanted.has_secret else None
        row = store.put_application(
            writing.connection,
            secrets.token_hex(16),
            secret=hashed(secret) if secret else None,
            metadata=wanted.metadata(),
            now=writing.now,
        )
        base = base_url(request)
        content = {**_document(row, base=base), **({"client_secret": secret} if secret else {})}
        headers = {"Location": f"{base}/{_PATH}/{row['id']}"}
        return respond(request, content, status=201, etag=_tag(row), headers=headers)

    return write(request, do, given=wanted, key=key)


def read_all(request: Request, query: Annotated[PageQuestion, Query()]) -> Response:
    """Lees welke toepassingen mensen kunnen laten aanmelden; geheimen staan er niet in."""
    return _KEPT.answer_page(request, query)


def read_one(request: Request, number: MemberNumber) -> Response:
    """Lees hoe een toepassing geregistreerd is."""
    return _KEPT.answer_one(request, number)


def change(request: Request, number: MemberNumber, wanted: NewApplication, if_match: IfMatch = None) -> Response:
    """Registreer een toepassing anders; een geheim dat er niet was, komt er niet bij."""
    with request.app.state.connections.transaction() as connection:
        write_alone(connection)
        row = _KEPT.to_change(connection, number, if_match=if_match)
        row = store.put_application(
            connection,
            row["client_id"],
            secret=row["geheim"],
            metadata=wanted.metadata(),
            now=request.app.state.clock(),
        )
    return _KEPT.answer(request, row)


def remove(request: Request, number: MemberNumber) -> Response:
    """Verwijder een toepassing; haar tokens tellen niet meer."""
    with request.app.state.connections.transaction() as connection:
        write_alone(connection)
        if not store.remove_application(connection, number):
            raise _KEPT.missing(number)
    return Response(status_code=204)


def change_keys(request: Request) -> Response:
    """Zo ziet u of uw toepassing nieuwe sleutels ophaalt. De vorige blijft een uur bij `/jwks` staan."""
    with visiting(request) as visit:
        rotate(visit)
        keys = public_keys(visit)
    return respond(request, keys, status=201)


def schemas() -> dict[str, Any]:
    """Describe applications and keys."""
    given = NewApplication.model_json_schema()
    iri = {"type": "string", "format": "uri"}
    link = {"type": "object", "properties": {"href": iri}, "required": ["href"]}
    properties: dict[str, Any] = {
        "nummer": {"type": "integer", "minimum": 1},
        "client_id": {"type": "string"},
        **given["properties"],
        "_links": {"type": "object", "additionalProperties": link},
    }
    needed = ["nummer", "client_id", "client_name", "token_endpoint_auth_method", "grant_types", "scope", "_links"]
    secret = {"type": "string", "description": "Staat alleen hier."}
    return {
        "Toepassing": {"type": "object", "title": "Toepassing", "properties": properties, "required": needed},
        "GemaakteToepassing": {
            "type": "object",
            "title": "GemaakteToepassing",
            "properties": {**properties, "client_secret": secret},
            "required": needed,
        },
        "ToepassingVerzameling": {
            "type": "object",
            "title": "ToepassingVerzameling",
            "properties": {
                "totaalAantal": {"type": "integer", "minimum": 0},
                "items": {"type": "array", "items": reference("Toepassing")},
                "volgende": iri,
            },
            "required": ["totaalAantal", "items"],
        },
        "Sleutels": {
            "type": "object",
            "title": "Sleutels",
            "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
            "required": ["keys"],
        },
    }


def _document(row: dict[str, Any], *, base: str) -> dict[str, Any]:
    return {
        "nummer": row["id"],
        "client_id": row["client_id"],
        **row["gegevens"],
        "_links": {
            "self": {"href": f"{base}/{_PATH}/{row['id']}"},
            "configuratie": {"href": f"{base}/.well-known/openid-configuration"},
        },
    }


def _tag(row: dict[str, Any]) -> str:
    return f'"{row["id"]}-{row["versie"]}-{int(row["aangemaakt"].timestamp())}"'


_KEPT = Kept(
    _PATH,
    "toepassing",
    "application",
    find=store.read_application,
    read=store.read_applications,
    count=store.count_applications,
    describe=_document,
    tag=_tag,
)
