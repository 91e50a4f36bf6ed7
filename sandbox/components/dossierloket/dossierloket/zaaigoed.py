"""Cases to start with, so that an empty desk is not the first thing one sees. All of it is invented."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dossierloket.dossier import Agent, Product
from dossierloket.loket import Aanvraag, Loket, NieuwStuk
from dossierloket.proces import StatusCode

_BASIS = "https://dossierloket.example/id/product/"

EIGEN_PRODUCTEN = (
    Product(_BASIS + "uittreksel-bevolkingsregister", "Uittreksel uit het bevolkingsregister"),
    Product(_BASIS + "inname-openbaar-domein", "Inname van het openbaar domein"),
    Product(_BASIS + "premie-hemelwaterput", "Premie voor een hemelwaterput"),
)
"""What the desk offers when there is no town to ask."""

EIGEN_PERSONEN = (
    Agent("Ada Testpersoon"),
    Agent("Bram Voorbeeld"),
    Agent("Chaima Fictief"),
    Agent("Dries Verzonnen"),
    Agent("Elif Proefgeval"),
)
"""Who applied when there is no town to ask: nobody."""

_MOTIVERING = "De aanvrager voldoet aan alle voorwaarden van het reglement."
_WEIGERING = "De aanvraag kwam binnen na de uiterste datum van het reglement."


def zaai(loket: Loket, personen: Sequence[Agent]) -> None:
    """Put one case in each stage of the process into an empty desk; do nothing when there are cases already."""
    if loket.lijst(limiet=1).dossiers:
        return
    producten = list(loket.producten.values())
    nu = loket.klok()
    for nummer, verloop in enumerate(_VERLOPEN):
        loper = replace(loket, klok=_klok(nu - timedelta(days=40 - 7 * nummer)))
        product = producten[nummer % len(producten)]
        dossier = loper.neem_in(
            Aanvraag(
                product=product.iri,
                aanvrager=personen[nummer % len(personen)],
                naam=product.naam[:200],
                stukken=(NieuwStuk("Aanvraagformulier", "text/plain", "Ingevuld formulier (synthetisch)."),),
            )
        )
        verloop(loper, dossier.id)


def _klok(begin: datetime) -> Callable[[], datetime]:
    """A clock that moves one day with each look."""
    dag = 0

    def nu() -> datetime:
        nonlocal dag
        dag += 1
        return begin + timedelta(days=dag - 1)

    return nu


def _behandel(loket: Loket, dossier_id: str) -> None:
    loket.zet_status(dossier_id, StatusCode.IN_VERWERKING)
    loket.zet_status(dossier_id, StatusCode.KLAAR_VOOR_BESLISSING)


def _geleverd(loket: Loket, dossier_id: str) -> None:
    _behandel(loket, dossier_id)
    loket.beslis(dossier_id, StatusCode.GOEDGEKEURD, motivering=_MOTIVERING)
    loket.lever(dossier_id, naam="Document per post verzonden")


def _geweigerd(loket: Loket, dossier_id: str) -> None:
    _behandel(loket, dossier_id)
    loket.beslis(dossier_id, StatusCode.GEWEIGERD, motivering=_WEIGERING)


def _ingetrokken(loket: Loket, dossier_id: str) -> None:
    loket.trek_in(dossier_id, reden="De aanvrager verhuist.")


def _in_verwerking(loket: Loket, dossier_id: str) -> None:
    loket.zet_status(dossier_id, StatusCode.IN_VERWERKING)


def _ingediend(_: Loket, __: str) -> None:
    """Nothing happened yet."""


_VERLOPEN = (_geleverd, _geweigerd, _ingetrokken, _in_verwerking, _ingediend)
