"""What goes wrong in the same way on every backend, in words for people."""

from __future__ import annotations

from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Failure

_SAID = 200


def town_failure(code: str, said: str) -> Failure:
    """Explain that a town is not there."""
    return Failure(
        code,
        Text(
            nl=f"De gemeente van deze proeftuin kan niet klaargemaakt worden. {said}".strip(),
            en=f"The town of this sandbox cannot be made ready. {said}".strip(),
        ),
        Text(
            nl="Probeer het opnieuw; blijft het fout gaan, meld het dan aan de beheerder.",
            en="Try again; if it keeps failing, tell the operator.",
        ),
        is_transient=True,
    )


TOWN_CANNOT_LIVE = Failure(
    "town-cannot-live",
    Text(
        nl="De gemeente van deze proeftuin is van een vroegere versie, die niet kan leven.",
        en="The town of this sandbox is of an earlier version, which cannot live.",
    ),
    Text(nl="Vraag een nieuwe proeftuin.", en="Ask for a new sandbox."),
)


def no_proof(said: str) -> Failure:
    """Explain that the isolation proof itself did not work; a proof that finds a hole is no failure of the backend."""
    return Failure(
        "isolation-not-proved",
        Text(
            nl=f"De proef van de afscherming gaf geen antwoord ({said[:_SAID]}).",
            en=f"The isolation proof gave no answer ({said[:_SAID]}).",
        ),
        Text(nl="Meld dit aan de beheerder.", en="Tell the operator."),
        is_transient=True,
    )


def requirements_invalid(why: Text) -> Failure:
    """Explain that what a component says it needs cannot be read."""
    return Failure(
        "install-failed",
        why,
        Text(nl="Verbeter het bestand en rol opnieuw uit.", en="Mend the file and deploy again."),
    )


AGAIN = Text(nl="Het platform probeert opnieuw.", en="The platform tries again.")
COMPONENT_STOPPED = Failure(
    "component-stopped",
    Text(nl="De component werd gestopt.", en="The component was stopped."),
    Text(nl="Rol de component opnieuw uit om die te starten.", en="Deploy the component again to start it."),
    is_transient=True,
)
ENDPOINT_NOT_POSSIBLE = Failure(
    "endpoint-not-possible",
    Text(
        nl="Een component die elders draait, kan hier nog niet.",
        en="A component that runs elsewhere is not possible here yet.",
    ),
    Text(nl="Gebruik run.python of run.command.", en="Use run.python or run.command."),
)
IMAGE_LOST = Failure(
    "image-lost",
    Text(nl="Het geüploade image is hier niet meer.", en="The uploaded image is not here any more."),
    Text(
        nl="Stuur het opnieuw met 'proeftuin image push', en rol de component opnieuw uit.",
        en="Send it again with 'proeftuin image push', and deploy the component again.",
    ),
)
BUNDLE_LOST = Failure(
    "bundle-lost",
    Text(nl="De bewaarde bundel is niet meer wat hij was.", en="The stored bundle is not what it was."),
    Text(nl="Rol de component opnieuw uit.", en="Deploy the component again."),
)
