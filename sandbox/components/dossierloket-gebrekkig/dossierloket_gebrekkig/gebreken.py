"""The three defects, each around the correct desk."""

import json
from dataclasses import replace

from dossierloket.dossier import Dossier, Status
from dossierloket.loket import Loket, Versies
from dossierloket.proces import StatusCode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOUT = 400
"""The first HTTP status that is an error."""


class SlordigLoket(Loket):
    """Sets any status, in any order: nobody looked at what may follow."""

    def zet_status(
        self, dossier_id: str, code: StatusCode, *, toelichting: str | None = None, versies: Versies = None
    ) -> Dossier:
        """Set the status and hope for the best; only a closed case is refused."""

        def zet(dossier: Dossier) -> Dossier:
            dossier.controleer_open()
            status = Status(code, self.klok(), toelichting)
            return replace(dossier, statussen=(*dossier.statussen, status), versie=dossier.versie + 1)

        return self._wijzig(dossier_id, zet, versies=versies)


class ZonderMotivering:
    """Fills in grounds for a decision that has none, so that the form never complains."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Complete the body of a decision; pass on everything else."""
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].endswith("/besluit"):
            await self._app(scope, receive, send)
            return
        inhoud, meer = b"", True
        while meer:
            bericht = await receive()
            inhoud, meer = inhoud + bericht.get("body", b""), bericht.get("more_body", False)
        vraag: Message = {"type": "http.request", "body": _aangevuld(inhoud), "more_body": False}
        gelezen = False

        async def aangevuld() -> Message:
            nonlocal gelezen
            if gelezen:
                return await receive()
            gelezen = True
            return vraag

        koppen = [(naam, waarde) for naam, waarde in scope["headers"] if naam != b"content-length"]
        await self._app({**scope, "headers": koppen}, aangevuld, send)


def _aangevuld(inhoud: bytes) -> bytes:
    try:
        besluit = json.loads(inhoud)
    except ValueError:
        return inhoud
    return json.dumps({"motivering": "niet ingevuld", **besluit}).encode() if isinstance(besluit, dict) else inhoud


class EigenFoutvorm:
    """Answers errors in a form of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Replace the body of each error of the API."""
        begin: Message | None = None

        async def eigen(bericht: Message) -> None:
            nonlocal begin
            if bericht["type"] == "http.response.start" and bericht["status"] >= FOUT:
                begin = bericht
                return
            if begin is None:
                await send(bericht)
            elif not bericht.get("more_body", False):
                inhoud = json.dumps({"error": f"Er ging iets mis ({begin['status']})."}).encode()
                vervangen = {b"content-type": b"application/json", b"content-length": str(len(inhoud)).encode()}
                koppen = [(naam, waarde) for naam, waarde in begin["headers"] if naam.lower() not in vervangen]
                await send({**begin, "headers": [*koppen, *vervangen.items()]})
                await send({"type": "http.response.body", "body": inhoud})

        await self._app(scope, receive, eigen if scope.get("path", "").startswith("/v1") else send)
