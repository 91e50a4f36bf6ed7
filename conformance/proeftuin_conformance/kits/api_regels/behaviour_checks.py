"""Rules that only a running API can show."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from proeftuin_conformance.checks import Fail, Omit, Skip, check, shown, shown_header
from proeftuin_conformance.kits.api_regels.dates import (
    STANDARD_FORMATS,
    effective,
    hides_a_date,
    is_well_formed,
    types_of,
    values,
)
from proeftuin_conformance.kits.api_regels.document_checks import FOREIGN_ORIGIN
from proeftuin_conformance.kits.api_regels.problem_details import problem_failure
from proeftuin_conformance.kits.api_regels.survey import survey
from proeftuin_conformance.kits.api_regels.tls import handshake, is_loopback
from proeftuin_conformance.openapi import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proeftuin_conformance.checks import CheckContext
    from proeftuin_conformance.exchanges import Exchange
    from proeftuin_conformance.kits.api_regels.dates import Value
    from proeftuin_conformance.kits.api_regels.survey import Asked
    from proeftuin_conformance.openapi import OpenApi, Operation

_OK = range(200, 300)
_ERRORS = range(400, 600)
_NOT_SHOWN_BY = {401, 403, 429, 503}  # an answer about access or load says nothing about the rule
_NO_BODY_RULE = {401, 403, 404, 405, 409, 415, 429, 503}
_MOST_PROBES = 10
_BAD_REQUEST = 400
_NOT_FOUND = 404


@check(verifies=["/core/no-trailing-slash"])
def a_trailing_slash_is_not_found(ctx: CheckContext) -> None:
    """Een adres dat bestaat, geeft met een streep erachter 404."""
    found = survey(ctx)
    candidates = [one for one in found.fine if one.path.strip("/") and not one.path.endswith("/")]
    if not candidates:
        raise Omit("De API heeft alleen een hoofdpagina.", "The API has a root resource only.")
    for one in candidates[:_MOST_PROBES]:
        answer = ctx.http.get(found.base + one.path + "/", params=one.query, follow_redirects=False)
        if answer.status in _NOT_SHOWN_BY:
            continue
        ctx.applied(f"{one.operation.label} + /")
        if answer.status != _NOT_FOUND:
            ctx.fail(
                f"{one.path}/ geeft {answer.status} in plaats van 404.",
                f"{one.path}/ answers {answer.status} instead of 404.",
                expected="404",
                actual=str(answer.status),
                exchange=answer,
            )


def _described_values(ctx: CheckContext) -> Iterator[tuple[Asked, Value]]:
    document = ctx.openapi
    for one in survey(ctx).fine:
        responses = document.responses(one.operation)
        content = (responses.get(str(one.answer.status)) or responses.get("2XX") or {}).get("content")
        media = (content if isinstance(content, dict) else {}).get(one.answer.media_type)
        if not isinstance(media, dict):
            continue
        try:
            data = one.answer.json()
        except ValueError:
            continue
        for value in values(document, media.get("schema"), data):
            yield one, value


@check(verifies=["/core/date-time/format"])
def date_and_time_values_are_well_formed(ctx: CheckContext) -> None:
    """Waarden in antwoorden volgen het format dat het document noemt."""
    failed: set[tuple[str, str]] = set()
    for one, value in _described_values(ctx):
        format_ = str(value.schema.get("format"))
        if format_ not in STANDARD_FORMATS:
            continue
        ctx.applied(f"{one.operation.label} {value.where}")
        key = (one.operation.label, value.name)
        if not is_well_formed(value.text, format_) and key not in failed:
            failed.add(key)
            ctx.fail(
                f"{one.operation.label}: {value.where} is geen geldige waarde voor format {format_}.",
                f"{one.operation.label}: {value.where} is not a valid value for format {format_}.",
                expected=format_,
                actual=value.text,
                exchange=one.answer,
            )
    if not ctx.applications:
        raise Omit("In de antwoorden staan geen datums of tijden.", "The answers contain no dates or times.")


@check(verifies=["/core/date-time/date-omit-time-portion"])
def date_values_have_no_empty_time(ctx: CheckContext) -> None:
    """Een datum staat niet als tijdstip om middernacht in een antwoord."""
    failed: set[tuple[str, str]] = set()
    for one, value in _described_values(ctx):
        if value.schema.get("format") not in {"date", "date-time"}:
            continue
        ctx.applied(f"{one.operation.label} {value.where}")
        key = (one.operation.label, value.name)
        if hides_a_date(value) and key not in failed:
            failed.add(key)
            ctx.fail(
                f"{one.operation.label}: {value.where} is een datum met een lege tijd.",
                f"{one.operation.label}: {value.where} is a date with an empty time.",
                expected=value.text[:10],
                actual=value.text,
                exchange=one.answer,
            )
    if not ctx.applications:
        raise Omit("In de antwoorden staan geen datums.", "The answers contain no dates.")


@check(verifies=["/core/error-handling/problem-details"])
def errors_are_problem_details(ctx: CheckContext) -> None:
    """Fouten die de toets uitlokt, volgen RFC 9457."""
    found = survey(ctx)
    answers = [one.answer for one in found.asked if one.answer.status in _ERRORS]
    name = f"bestaat-niet-{ctx.random.randrange(16**8):08x}"
    answers.append(ctx.http.get(f"{found.base}/{name}", follow_redirects=False))
    for one in found.fine[:_MOST_PROBES]:
        if one.operation.path.endswith("}"):
            path = one.path.rpartition("/")[0] + "/" + name
            answers.append(ctx.http.get(found.base + path, params=one.query, follow_redirects=False))
        answers.extend(answer for _, answer in _invalid_queries(ctx, one, most=1))
    for answer in answers:
        if answer.status in _ERRORS:
            ctx.applied(f"{answer.method} {urlsplit(answer.url).path}: {answer.status}")
            failure = problem_failure(answer)
            if failure is not None:
                ctx.failures.append(failure)


@check(verifies=["/core/error-handling/invalid-input"])
def invalid_input_is_a_bad_request(ctx: CheckContext) -> None:
    """Ongeldige queryparameters en onleesbare JSON geven 400; het document beschrijft dat antwoord."""
    document = ctx.openapi
    takes_input = [op for op in document.operations() if op.parameters_in("query") or "requestBody" in op.definition]
    if not takes_input:
        raise Omit("De API neemt geen invoer aan.", "The API takes no input.")
    for operation in takes_input:
        if not {"400", "4XX", "4xx", "default"} & set(document.responses(operation)):
            ctx.fail(
                f"{operation.label} neemt invoer aan, maar beschrijft geen antwoord 400.",
                f"{operation.label} takes input, but documents no 400 response.",
                expected="responses: 400",
                actual=", ".join(document.responses(operation)) or "-",
            )
    for one in survey(ctx).fine[:_MOST_PROBES]:
        for what, answer in _invalid_queries(ctx, one, most=2):
            if answer.status not in _NOT_SHOWN_BY:
                ctx.applied(f"{one.operation.label}?{what}")
                _expect_bad_request(ctx, answer, what)
    for operation in document.operations("POST")[:_MOST_PROBES]:
        sent = _broken_body(ctx, operation)
        if sent is not None and sent.status not in _NO_BODY_RULE:
            ctx.applied(f"{operation.label}: {{")
            _expect_bad_request(ctx, sent, "{")
    if not ctx.applications and not ctx.failures:
        raise Skip(
            "Er was geen bewerking waarbij ongeldige invoer kon worden gestuurd.",
            "There was no operation to which invalid input could be sent.",
            code="PT-302",
        )


def _expect_bad_request(ctx: CheckContext, answer: Exchange, what: str) -> None:
    if answer.status != _BAD_REQUEST:
        ctx.fail(
            f"Ongeldige invoer ({what}) geeft {answer.status} in plaats van 400.",
            f"Invalid input ({what}) results in {answer.status} instead of 400.",
            expected="400",
            actual=str(answer.status),
            exchange=answer,
        )


def _invalid_queries(ctx: CheckContext, one: Asked, *, most: int) -> Iterator[tuple[str, Exchange]]:
    """Ask a working GET again with one parameter that its own schema forbids."""
    base = ctx.openapi.base_for(ctx.target.base_url)
    tried = 0
    for parameter in one.operation.parameters_in("query"):
        bad = _forbidden_value(ctx.openapi, parameter)
        if bad is None or tried == most:
            continue
        tried += 1
        name = str(parameter.get("name"))
        answer = ctx.http.get(base + one.path, params={**one.query, name: bad}, follow_redirects=False)
        yield f"{name}={bad}", answer


def _forbidden_value(document: OpenApi, parameter: Mapping[str, Any]) -> str | None:
    """A text that the parameter's schema clearly forbids; None when that cannot be said for sure."""
    schema = effective(document, parameter.get("schema"))
    if parameter.get("content") or any(key in schema for key in ("anyOf", "oneOf", "allOf", "not")):
        return None
    types = types_of(schema)
    if types and types <= {"integer", "number", "boolean"}:
        return "geen-geldige-waarde"
    if types == {"string"} and isinstance(schema.get("enum"), list):
        return "geen-geldige-waarde"
    if types == {"string"} and schema.get("format") in {"date", "date-time", "uuid"}:
        return "geen-geldige-waarde"
    return None


def _broken_body(ctx: CheckContext, operation: Operation) -> Exchange | None:
    """Send something that is no JSON where JSON is asked; nothing can be changed by it."""
    body = ctx.openapi.resolve(operation.definition.get("requestBody"))
    content = body.get("content")
    if operation.path_names or not isinstance(content, dict):
        return None
    media = next((name for name in content if name.partition(";")[0].endswith("json")), None)
    if media is None:
        return None
    url = ctx.openapi.base_for(ctx.target.base_url) + fill(operation.path, {})
    headers = {"Content-Type": media, "Accept": "application/json"}
    return ctx.http.post(url, content='{"', headers=headers, follow_redirects=False)


@check(verifies=["/core/version-header"])
def answers_carry_the_full_version(ctx: CheckContext) -> None:
    """API-Version in elk geslaagd antwoord, gelijk aan info.version."""
    expected = shown(ctx.openapi.info.get("version"))
    for one in survey(ctx).fine:
        ctx.applied(one.operation.label)
        actual = one.answer.header("api-version")
        if actual != expected:
            ctx.fail(
                f"{one.operation.label}: de header API-Version is {actual or 'er niet'}.",
                f"{one.operation.label}: the header API-Version is {actual or 'missing'}.",
                expected=f"API-Version: {expected}",
                actual=shown_header("API-Version", actual),
                exchange=one.answer,
            )


@check(verifies=["/core/transport/tls"])
def connections_are_secure(ctx: CheckContext) -> None:
    """TLS 1.2 of later en geen oudere versie; op de eigen machine valt dit niet te toetsen."""
    parts = urlsplit(ctx.target.base_url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        if is_loopback(host):
            raise Omit(
                "De component draait op de eigen machine (http op loopback); TLS hoort bij de omgeving erna.",
                "The component runs on this machine (http on loopback); TLS belongs to where it will run.",
            )
        raise Fail(
            "De API is bereikbaar zonder TLS (http).",
            "The API is reachable without TLS (http).",
            expected="https",
            actual="http",
            exchange=ctx.http.get("", follow_redirects=False),
        )
    port = parts.port or 443
    version = handshake(host, port, limit=None, seconds=ctx.http.limits.timeout_s)
    ctx.applied(f"{host}:{port} {version or '-'}")
    if version not in {"TLSv1.2", "TLSv1.3"}:
        ctx.fail(
            f"De server kiest {version or 'geen TLS'}.",
            f"The server chooses {version or 'no TLS'}.",
            expected="TLSv1.2",
            actual=shown(version),
        )
    old = handshake(host, port, limit=ssl.TLSVersion.TLSv1_1, seconds=ctx.http.limits.timeout_s)
    if old is not None:
        ctx.fail(f"De server aanvaardt nog {old}.", f"The server still accepts {old}.", expected="TLSv1.2", actual=old)


@check(verifies=["/core/transport/security-headers"])
def answers_carry_security_headers(ctx: CheckContext) -> None:
    """De headers uit de lijst van de standaard, op geslaagde antwoorden."""
    secure = urlsplit(ctx.target.base_url).scheme == "https"
    reported: set[str] = set()
    for one in survey(ctx).fine[:_MOST_PROBES]:
        ctx.applied(one.operation.label)
        for name, wanted in _security_headers(secure=secure):
            actual = one.answer.header(name)
            if (actual is None or wanted.lower() not in actual.lower()) and name not in reported:
                reported.add(name)
                ctx.fail(
                    f"{one.operation.label}: de header {name} ontbreekt of heeft een andere waarde.",
                    f"{one.operation.label}: the header {name} is missing or has another value.",
                    expected=f"{name}: {wanted}".rstrip(": "),
                    actual=shown_header(name, actual),
                    exchange=one.answer,
                )


def _security_headers(*, secure: bool) -> Iterator[tuple[str, str]]:
    yield "Cache-Control", "no-store"
    yield "Content-Security-Policy", "frame-ancestors 'none'"
    yield "Content-Type", ""
    yield "X-Content-Type-Options", "nosniff"
    yield "X-Frame-Options", "DENY"
    if secure:  # RFC 6797, 7.2: not over http
        yield "Strict-Transport-Security", "max-age"


@check(verifies=["/core/transport/cors"])
def an_unknown_origin_gets_no_credentials(ctx: CheckContext) -> None:
    """Een onbekende website krijgt geen toegang met aanmeldgegevens."""
    found = survey(ctx)
    one = found.fine[0]
    answer = ctx.http.get(
        found.base + one.path, params=one.query, headers={"Origin": FOREIGN_ORIGIN}, follow_redirects=False
    )
    allowed = answer.header("access-control-allow-origin")
    credentials = (answer.header("access-control-allow-credentials") or "").lower()
    ctx.applied(f"{one.operation.label} · Origin: {FOREIGN_ORIGIN}")
    if allowed in {FOREIGN_ORIGIN, "*"} and credentials == "true":
        ctx.fail(
            "Elke website krijgt toegang, ook met de aanmeldgegevens van de gebruiker.",
            "Every website gets access, also with the user's credentials.",
            expected="no Access-Control-Allow-Credentials for an unknown origin",
            actual=json.dumps({"allow-origin": allowed, "allow-credentials": credentials}),
            exchange=answer,
        )
