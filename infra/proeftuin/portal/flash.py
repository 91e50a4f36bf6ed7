"""One sentence after an action, shown once. The cookie holds a key of this list, never free text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

COOKIE = "melding"

MESSAGES = {
    "aangevraagd": Text(
        nl="De proeftuin is aangevraagd. Hieronder ziet u wat er gebeurt.",
        en="The sandbox is requested. Below you see what happens.",
    ),
    "verlengd": Text(nl="De proeftuin blijft langer bestaan.", en="The sandbox will exist longer."),
    "terugzetten": Text(
        nl="De gemeente wordt teruggezet naar het begin.", en="The municipality is being reset to the start."
    ),
    "leven": Text(
        nl="De gemeente leeft verder. De componenten blijven draaien.",
        en="The municipality lives on. The components keep running.",
    ),
    "pauzeren": Text(
        nl="De proeftuin wordt gepauzeerd. De gegevens blijven.", en="The sandbox is being suspended. Its data stays."
    ),
    "hervatten": Text(nl="De proeftuin komt terug, met de gegevens.", en="The sandbox is coming back, with its data."),
    "bewijzen": Text(nl="De afscherming wordt opnieuw bewezen.", en="The isolation is being proved anew."),
    "afgesloten": Text(
        nl="Er komen geen nieuwe proeftuinen bij. Wie wacht, leest uw reden.",
        en="No new sandboxes are let in. Whoever waits reads your reason.",
    ),
    "opengesteld": Text(nl="Nieuwe proeftuinen zijn weer welkom.", en="New sandboxes are welcome again."),
    "vernietigen": Text(nl="De proeftuin wordt opgeruimd.", en="The sandbox is being cleaned up."),
    "uitgerold": Text(
        nl="De component wordt uitgerold. Hieronder ziet u wat er gebeurt.",
        en="The component is being deployed. Below you see what happens.",
    ),
    "link-gemaakt": Text(nl="De voorbeeldlink is gemaakt.", en="The preview link is made."),
    "link-ingetrokken": Text(
        nl="De voorbeeldlink is ingetrokken en werkt niet meer.", en="The preview link is revoked and works no more."
    ),
    "gestopt": Text(nl="De component wordt gestopt.", en="The component is being stopped."),
    "toets": Text(
        nl="De toets is aangevraagd. U mag deze pagina verlaten; de toets gaat door.",
        en="The test run is requested. You may leave this page; the run goes on.",
    ),
    "token-gemaakt": Text(nl="Het token is gemaakt.", en="The token is made."),
    "token-ingetrokken": Text(
        nl="Het token is ingetrokken en werkt niet meer.", en="The token is revoked and works no more."
    ),
    "lid-toegevoegd": Text(
        nl="Het lid is toegevoegd. Wie zich nog nooit aanmeldde, is lid vanaf de eerste keer.",
        en="The member is added. Who never signed in is a member from the first time on.",
    ),
    "lid-gewijzigd": Text(nl="De rechten van het lid zijn gewijzigd.", en="The rights of the member are changed."),
    "lid-verwijderd": Text(
        nl="Het lid is verwijderd, en de tokens van het lid werken niet meer. Toevoegen maakt dit ongedaan.",
        en="The member is removed, and the member’s tokens work no more. Adding them again undoes this.",
    ),
    "image-bewaard": Text(
        nl="Het image is nagekeken en bewaard. Hieronder staat hoe u het gebruikt.",
        en="The image is checked and kept. Below you read how to use it.",
    ),
    "image-verwijderd": Text(
        nl="Het image is verwijderd. Hetzelfde bestand opnieuw uploaden maakt dit ongedaan.",
        en="The image is removed. Uploading the same file again undoes this.",
    ),
    "organisatie-verlaten": Text(nl="U hebt de organisatie verlaten.", en="You left the organisation."),
}


def set_flash(response: Response, key: str) -> None:
    """Have the next page show a message."""
    if key not in MESSAGES:
        raise KeyError(key)
    response.set_cookie(COOKIE, key, max_age=120, httponly=True, samesite="lax", path="/")


def read_flash(request: Request) -> Text | None:
    """Give the message that waits, if any."""
    return MESSAGES.get(request.cookies.get(COOKIE, ""))


def clear_flash(request: Request, response: Response) -> None:
    """Forget the message once a page has shown it."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path="/")
