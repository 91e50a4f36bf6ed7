"""Rules that the OpenAPI document decides, read as it is served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import yaml

from proeftuin_conformance.checks import Fail, Omit, Skip, check, shown, shown_header
from proeftuin_conformance.errors import AnswerTooLargeError, TargetError
from proeftuin_conformance.kits.api_regels.dates import STANDARD_FORMATS, WRONG_FORMATS, fields, is_date_name, types_of
from proeftuin_conformance.preflight import openapi_faults, parse

if TYPE_CHECKING:
    from proeftuin_conformance.checks import CheckContext
    from proeftuin_conformance.exchanges import Exchange
    from proeftuin_conformance.openapi import OpenApi

FOREIGN_ORIGIN = "https://vreemde-oorsprong.example"
_OK = range(200, 300)
_SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OPERATION_SEGMENT = re.compile(r"_[a-z0-9]+(-[a-z0-9]+)*")
_QUERY_KEY = re.compile(r"\$?[a-z][a-z\d]*([A-Z][a-z\d]*)*")
_SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?"
)
_SHOWN = 5  # names shown in one message


@check(verifies=["/core/path-segments-kebab-case"])
def path_segments_are_in_kebab_case(ctx: CheckContext) -> None:
    """Kleine letters, cijfers en koppeltekens; het laatste deel mag met _ beginnen."""
    for path in ctx.openapi.paths:
        segments = [segment for segment in path.split("/") if segment]
        if segments and segments[-1] in {"openapi.json", "openapi.yaml"}:
            continue  # prescribed by /core/publish-openapi
        for number, segment in enumerate(segments):
            literal = re.sub(r"{[^}]*}", "0", segment)
            last = number == len(segments) - 1
            if not (_SEGMENT.fullmatch(literal) or (last and _OPERATION_SEGMENT.fullmatch(literal))):
                ctx.fail(
                    f"Het pad {path} heeft een deel dat niet in kebab-case is: {segment}.",
                    f"The path {path} has a segment that is not in kebab-case: {segment}.",
                    expected="[a-z0-9-]",
                    actual=segment,
                )
        ctx.applied(path)


@check(verifies=["/core/query-keys-camel-case"])
def query_keys_are_in_camel_case(ctx: CheckContext) -> None:
    """Namen van queryparameters in lowerCamelCase."""
    names = {
        (str(parameter.get("name")), operation.label)
        for operation in ctx.openapi.operations()
        for parameter in operation.parameters_in("query")
    }
    schemes = ctx.openapi.resolve(ctx.openapi.data.get("components")).get("securitySchemes")
    for scheme in (schemes if isinstance(schemes, dict) else {}).values():
        found = ctx.openapi.resolve(scheme)
        if found.get("in") == "query":
            names.add((str(found.get("name")), "securitySchemes"))
    if not names:
        raise Omit("De API heeft geen queryparameters.", "The API has no query parameters.")
    wrong: dict[str, list[str]] = {}
    for name, where in sorted(names):
        ctx.applied(f"{name} ({where})")
        if not _QUERY_KEY.fullmatch(name):
            wrong.setdefault(name, []).append(where)
    for name, places in wrong.items():
        ctx.fail(
            f"De queryparameter {name} is niet in camelCase ({', '.join(places[:_SHOWN])}).",
            f"The query key {name} is not in camelCase ({', '.join(places[:_SHOWN])}).",
            expected="lowerCamelCase",
            actual=name,
        )


@check(verifies=["/core/date-time/format"])
def date_and_time_fields_have_a_standard_format(ctx: CheckContext) -> None:
    """In het document: type string met format date, date-time of time-local."""
    for field in fields(ctx.openapi):
        format_ = field.schema.get("format")
        types = types_of(field.schema)
        if format_ in WRONG_FORMATS:
            problem = f"format {format_}"
        elif format_ in STANDARD_FORMATS:
            ctx.applied(field.where)
            problem = "" if not types or types == {"string"} else f"type {'/'.join(sorted(types))}"
        elif is_date_name(field.name) and types & {"integer", "number", "string"} and "enum" not in field.schema:
            problem = f"type {'/'.join(sorted(types))}, format {format_ or '-'}"
        else:
            continue
        if problem:
            ctx.fail(
                f"Het veld {field.name} ({field.where}) heeft geen standaardnotatie voor datum of tijd.",
                f"The field {field.name} ({field.where}) has no standard format for date or time.",
                expected="type string, format date | date-time | time-local",
                actual=problem,
            )
    if not ctx.applications and not ctx.failures:
        raise Omit("De API beschrijft geen datums of tijden.", "The API documents no dates or times.")


@check(verifies=["/core/date-time/date-omit-time-portion"])
def date_fields_have_no_time_portion(ctx: CheckContext) -> None:
    """Een veld dat een datum voorstelt heeft geen format date-time."""
    for field in fields(ctx.openapi):
        format_ = field.schema.get("format")
        if format_ in {"date", "date-time"}:
            ctx.applied(field.where)
        if format_ == "date-time" and is_date_name(field.name):
            ctx.fail(
                f"Het veld {field.name} ({field.where}) stelt een datum voor, maar heeft format date-time.",
                f"The field {field.name} ({field.where}) stands for a date, but has format date-time.",
                expected="format date",
                actual="format date-time",
            )
    if not ctx.applications:
        raise Omit("De API beschrijft geen datums.", "The API documents no dates.")


def _fetch(ctx: CheckContext, place: str, **options: Any) -> Exchange:
    try:
        return ctx.http.get(place, **options)
    except AnswerTooLargeError as error:
        raise Fail(
            "Het OpenAPI-document is te groot.", "The OpenAPI document is too large.", actual=str(error), code="PT-113"
        ) from error


@check(verifies=["/core/doc-openapi"])
def the_documentation_is_valid_openapi(ctx: CheckContext) -> None:
    """Een geldig OpenAPI 3-document; verwijzingen naar andere documenten worden niet opgehaald."""
    answer = _fetch(ctx, ctx.target.openapi_url or "openapi.json")
    if answer.status not in _OK:
        raise Fail(
            f"Er is geen OpenAPI-document te lezen: {answer.status}.",
            f"No OpenAPI document can be read: {answer.status}.",
            expected="200",
            actual=str(answer.status),
        )
    try:
        data = parse(answer)
    except ValueError as error:
        raise Fail(
            "Het OpenAPI-document is niet te lezen als JSON of YAML.",
            "The OpenAPI document cannot be read as JSON or YAML.",
            actual=str(error),
        ) from error
    faults = openapi_faults(data)
    if faults:
        raise Fail(
            "Het OpenAPI-document is niet geldig.",
            "The OpenAPI document is not valid.",
            expected=f"OpenAPI {data.get('openapi', '3.x')}",
            actual="; ".join(faults[:_SHOWN]),
        )
    ctx.applied(f"OpenAPI {data['openapi']}, {len(data['paths'])} paths")


@check(verifies=["/core/doc-openapi-contact"])
def the_documentation_names_a_contact(ctx: CheckContext) -> None:
    """info.contact is er en noemt een naam, adres of e-mailadres."""
    contact = ctx.openapi.info.get("contact")
    ctx.applied("info.contact")
    if not isinstance(contact, dict) or not any(contact.get(key) for key in ("name", "url", "email")):
        ctx.fail(
            "Het OpenAPI-document noemt geen contact (info.contact).",
            "The OpenAPI document names no contact (info.contact).",
            expected="info.contact: name, url, email",
            actual=shown(contact),
        )


@check(verifies=["/core/publish-openapi"])
def the_document_is_published_at_its_standard_place(ctx: CheckContext) -> None:
    """openapi.json onder het basispad, zonder aanmelden, met CORS, gelijk aan openapi.yaml."""
    bases = dict.fromkeys([ctx.target.base_url.rstrip("/")])
    if ctx.document is not None:
        base = ctx.document.base_for(ctx.target.base_url)
        bases[base] = None
        bases[base + _version_prefix(ctx.document)] = None
    failures: list[Fail] = []
    for base in bases:
        failure = _publication_failure(ctx, base)
        if failure is None:
            ctx.applied(f"{base}/openapi.json")
            return
        failures.append(failure)
    raise failures[0]


def _publication_failure(ctx: CheckContext, base: str) -> Fail | None:
    answer = _fetch(ctx, f"{base}/openapi.json", headers={"Origin": FOREIGN_ORIGIN}, anonymous=True)
    if answer.status not in _OK:
        return Fail(
            f"Op {base}/openapi.json staat geen OpenAPI-document ({answer.status}).",
            f"There is no OpenAPI document at {base}/openapi.json ({answer.status}).",
            expected="200",
            actual=str(answer.status),
            exchange=answer,
        )
    try:
        data = answer.json()
    except ValueError as error:
        return Fail("openapi.json is geen JSON.", "openapi.json is not JSON.", actual=str(error), exchange=answer)
    if not isinstance(data, dict) or not isinstance(data.get("paths"), dict):
        return Fail(
            "openapi.json is geen OpenAPI-document met paden.",
            "openapi.json is not an OpenAPI document with paths.",
            exchange=answer,
        )
    allowed = answer.header("access-control-allow-origin")
    if allowed not in {"*", FOREIGN_ORIGIN}:
        return Fail(
            "Een webpagina van elders mag openapi.json niet lezen (CORS).",
            "A web page from elsewhere may not read openapi.json (CORS).",
            expected="Access-Control-Allow-Origin: *",
            actual=shown_header("Access-Control-Allow-Origin", allowed),
            exchange=answer,
        )
    return _yaml_failure(ctx, base, data)


def _yaml_failure(ctx: CheckContext, base: str, data: Any) -> Fail | None:
    try:
        answer = ctx.http.get(f"{base}/openapi.yaml", anonymous=True)
    except TargetError:
        return None  # optional; only a document that is there can be wrong
    if answer.status not in _OK or answer.media_type == "text/html":
        return None
    try:
        other = yaml.load(answer.text, Loader=_TextLoader)  # noqa: S506 - a safe loader, see below
    except yaml.YAMLError as error:
        return Fail(
            "openapi.yaml is niet te lezen.", "openapi.yaml cannot be read.", actual=str(error), exchange=answer
        )
    if _plain(other) != _plain(data):
        return Fail(
            "openapi.yaml is niet gelijk aan openapi.json.",
            "openapi.yaml differs from openapi.json.",
            exchange=answer,
        )
    return None


class _TextLoader(yaml.SafeLoader):
    """YAML without timestamps: in JSON these are texts."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - how PyYAML declares it
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(child) for key, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, list) else value


@check(verifies=["/core/uri-version"])
def the_uri_has_the_major_version(ctx: CheckContext) -> None:
    """Het adres van de API bevat v met het nummer van de hoofdversie."""
    document = ctx.openapi
    for base in _bases(ctx, document):
        segments = urlsplit(base).path.split("/")
        ctx.applied(base)
        problem = _version_problem(segments)
        if problem is not None and not all(_version_problem(path.split("/")) is None for path in _resources(document)):
            ctx.fail(
                f"Het adres {base} bevat geen hoofdversie (v met een getal).",
                f"The address {base} does not contain a major version (v with a number).",
                expected="/v1",
                actual=problem,
            )


def _bases(ctx: CheckContext, document: OpenApi) -> list[str]:
    if not document.servers:
        return [ctx.target.base_url]
    return [urljoin(document.url or ctx.target.base_url, server) for server in document.servers]


def _resources(document: OpenApi) -> list[str]:
    paths = [path for path in document.paths if path != "/" and "openapi" not in path]
    return paths or ["/"]


def _version_prefix(document: OpenApi) -> str:
    """`/v1` when that is how every path starts: some APIs write their base path in the paths."""
    prefixes = {re.match(r"((/[^/{]+)*?/v\d+)(/|$)", path) for path in _resources(document)}
    found = {match[1] if match else "" for match in prefixes}
    return found.pop() if len(found) == 1 else ""


def _version_problem(segments: list[str]) -> str | None:
    versions = [segment for segment in segments if re.match(r"v\d", segment)]
    if not versions:
        return "/".join(segments) or "/"
    return next((version for version in versions if not re.fullmatch(r"v\d+", version)), None)


@check(verifies=["/core/semver"])
def the_version_is_semantic(ctx: CheckContext) -> None:
    """info.version volgt Semantic Versioning."""
    version = ctx.openapi.info.get("version")
    ctx.applied("info.version")
    if not isinstance(version, str) or not _SEMVER.fullmatch(version):
        ctx.fail(
            "Het versienummer in info.version is geen semantisch versienummer.",
            "The version in info.version is not a semantic version.",
            expected="1.2.3",
            actual=shown(version),
        )


@check(verifies=["/core/no-trailing-slash"])
def no_documented_path_ends_with_a_slash(ctx: CheckContext) -> None:
    """Geen pad in het document eindigt op /; de hoofdpagina is uitgezonderd."""
    paths = [path for path in ctx.openapi.paths if path != "/"]
    if not paths:
        raise Skip("Het document noemt geen paden.", "The document names no paths.", code="PT-302")
    for path in paths:
        ctx.applied(path)
        if path.endswith("/"):
            ctx.fail(
                f"Het pad {path} eindigt op een schuine streep.",
                f"The path {path} ends with a slash.",
                expected=path.rstrip("/"),
                actual=path,
            )
