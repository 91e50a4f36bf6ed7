"""Headers that every answer carries, and the largest body that the desk takes."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dossierloket import VERSIE
from dossierloket.problemen import probleem

GROOTSTE_VRAAG = 1_000_000
"""Bytes; an application with twenty documents of ten thousand characters fits."""

VEILIG: Mapping[str, str] = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
API: Mapping[str, str] = {
    **VEILIG,
    "API-Version": VERSIE,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
PAGINA: Mapping[str, str] = {
    **VEILIG,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
}
JSON_LD = "application/ld+json"
"""Every JSON answer of the API is JSON-LD too: a client that asks for it by this name gets that name."""

_OPEN = ("/openapi.json", "/context")


class Koppen:
    """Adds the headers of NLGov API Design Rules `/core/transport/security-headers` and `/core/version-header`.

    The API document and the JSON-LD context may be read by any web page (`/core/publish-openapi`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        pad: str = scope["path"]
        koppen = dict(API if pad == "/v1" or pad.startswith("/v1/") else PAGINA)
        if pad.endswith(_OPEN):
            koppen["Access-Control-Allow-Origin"] = "*"

        gevraagd = Headers(scope=scope).get("accept", "")

        async def met_koppen(bericht: Message) -> None:
            if bericht["type"] == "http.response.start":
                antwoord = MutableHeaders(scope=bericht)
                antwoord.update(koppen)
                if JSON_LD in gevraagd and antwoord.get("content-type") == "application/json":
                    antwoord["Content-Type"] = JSON_LD
                    antwoord["Vary"] = "Accept"
            await send(bericht)

        await self._app(scope, receive, met_koppen)


class Maat:
    """Refuses a body that is larger than `GROOTSTE_VRAAG`, whatever its Content-Length says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body first, so that the refusal comes before any work."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        berichten: list[Message] = []
        grootte = 0
        while True:
            bericht = await receive()
            berichten.append(bericht)
            grootte += len(bericht.get("body", b""))
            if grootte > GROOTSTE_VRAAG:
                te_groot = probleem(
                    413,
                    code="te-groot",
                    titel="Vraag te groot",
                    detail=f"De inhoud van een vraag is hoogstens {GROOTSTE_VRAAG} bytes.",
                )
                await te_groot(scope, receive, send)
                return
            if not bericht.get("more_body", False):
                break

        async def opnieuw() -> Message:
            return berichten.pop(0) if berichten else await receive()

        await self._app(scope, opnieuw, send)
