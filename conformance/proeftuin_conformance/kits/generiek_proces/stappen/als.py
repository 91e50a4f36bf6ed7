"""Als: what a client does. The answers are kept for judgement."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from pytest_bdd import parsers, when

from proeftuin_conformance.checks import Fail, Skip
from proeftuin_conformance.kits.generiek_proces.loket import Dossier
from proeftuin_conformance.kits.generiek_proces.stappen.verhaal import REDEN, REFUSED, bladzijden_vanaf

if TYPE_CHECKING:
    from proeftuin_conformance.kits.generiek_proces.stappen.verhaal import Verhaal

ONBEKEND = "00000000-0000-4000-8000-000000000000"


@when("iemand een aanvraag indient")
def dien_in(verhaal: Verhaal) -> None:
    """Intake."""
    verhaal.antwoorden.append(verhaal.loket.dien_in())


@when("iemand een product aanvraagt dat het loket niet aanbiedt")
def onbekend_product(verhaal: Verhaal) -> None:
    """Intake for a product that cannot exist: `.invalid` is reserved (RFC 2606)."""
    aanvraag = verhaal.loket.aanvraag(product="https://product.invalid/id/bestaat-niet")
    verhaal.antwoorden.append(verhaal.loket.dien_in(aanvraag))


@when(parsers.re(r"iemand dezelfde aanvraag twee keer indient (?P<hoe>met dezelfde|zonder) Idempotency-Key"))
def twee_keer(verhaal: Verhaal, hoe: str) -> None:
    """The same application again; the key differs per run, so that a run can be repeated."""
    sleutel = str(uuid.uuid4()) if hoe != "zonder" else None
    verhaal.antwoorden = [verhaal.loket.dien_in(sleutel=sleutel) for _ in range(2)]


@when("de aanvrager de aanvraag intrekt")
def trek_in(verhaal: Verhaal) -> None:
    """Withdraw."""
    verhaal.antwoorden.append(verhaal.loket.trek_in(verhaal.over, reden=REDEN))


@when("iemand het proces opvraagt")
def vraag_proces(verhaal: Verhaal) -> None:
    """Read the process."""
    verhaal.antwoorden.append(verhaal.loket.lees("/v1/proces"))


@when("iemand een status zet die nog niet mag volgen")
def zet_te_vroeg(verhaal: Verhaal) -> None:
    """A status of the process that may not follow the present one, through the right operation."""
    mag = verhaal.loket.proces().get(verhaal.over.status, {}).get("volgende", ())
    te_vroeg = [code for code in verhaal.loket.statussen(bron="statussen") if code not in mag]
    if not te_vroeg:
        raise Skip(
            "Het proces heeft geen status die na de eerste niet mag volgen.",
            "The process has no status that may not follow the first one.",
        )
    verhaal.antwoorden.append(verhaal.loket.zet(verhaal.over, te_vroeg[0]))


@when(parsers.re(r'het bestuur (opnieuw )?beslist: "(?P<uitkomst>\w+)"'))
def beslist(verhaal: Verhaal, uitkomst: str) -> None:
    """Decide."""
    verhaal.antwoorden.append(verhaal.loket.beslis(verhaal.over, uitkomst))


@when("het bestuur beslist zonder motivering")
def beslist_zonder_motivering(verhaal: Verhaal) -> None:
    """Decide without grounds."""
    verhaal.antwoorden.append(verhaal.loket.beslis(verhaal.over, "Goedgekeurd", motivering=None))


@when("het loket levert")
def lever(verhaal: Verhaal) -> None:
    """Deliver."""
    verhaal.antwoorden.append(verhaal.loket.lever(verhaal.over))


@when("iemand een stuk toevoegt")
def voeg_stuk_toe(verhaal: Verhaal) -> None:
    """Add a document."""
    verhaal.antwoorden.append(verhaal.loket.voeg_toe(verhaal.over, naam="Bijlage"))


@when(parsers.re(r"iemand de volgende status zet op de (?P<welke>oude|huidige) versie"))
def zet_op_versie(verhaal: Verhaal, welke: str) -> None:  # noqa: ARG001 - the case knows which version was read
    """Set a status that may follow, with the entity tag of the version that was read."""
    dossier = verhaal.over
    if not dossier.etag:
        raise Fail("Het dossier heeft geen ETag.", "The case has no ETag.", expected="ETag", actual="-")
    mag = verhaal.loket.proces().get(dossier.status, {}).get("volgende", ())
    volgende = [code for code in mag if code in verhaal.loket.statussen(bron="statussen")]
    if not volgende:
        raise Skip("Er is geen volgende status om te zetten.", "There is no next status to set.")
    verhaal.antwoorden.append(verhaal.loket.zet(dossier, volgende[0], if_match=dossier.etag))


@when("iemand een dossier leest dat niet bestaat")
def lees_onbekend(verhaal: Verhaal) -> None:
    """Read an unknown case."""
    verhaal.antwoorden.append(verhaal.loket.lees(f"/v1/dossiers/{ONBEKEND}"))


@when("iemand een stuk toevoegt aan een dossier dat niet bestaat")
def wijzig_onbekend(verhaal: Verhaal) -> None:
    """Change an unknown case."""
    onbekend = Dossier(url=f"/v1/dossiers/{ONBEKEND}", content={}, etag=None)
    verhaal.antwoorden.append(verhaal.loket.voeg_toe(onbekend, naam="Bijlage"))


@when(parsers.parse("iemand iets vraagt dat niet kan: {fout}"))
def iets_dat_niet_kan(verhaal: Verhaal, fout: str) -> None:
    """Something that must go wrong."""
    loket = verhaal.loket
    match fout:
        case "een onbekend dossier":
            answer = loket.lees(f"/v1/dossiers/{ONBEKEND}")
        case "een aanvraag zonder aanvrager":
            answer = loket.dien_in({k: v for k, v in loket.aanvraag().items() if k != "aanvrager"})
        case "leveren zonder besluit":
            answer = loket.lever(loket.nieuw())
        case _:
            raise AssertionError(fout)
    if answer.status is None or answer.status < REFUSED.start:
        raise Skip("Er ging niets mis.", "Nothing went wrong.", exchange=answer)
    verhaal.antwoorden.append(answer)


@when("iemand de dossiers met de status van het eerste opvraagt")
def filter_op_status(verhaal: Verhaal) -> None:
    """The whole filtered list."""
    verhaal.bladzijden = bladzijden_vanaf(verhaal, f"/v1/dossiers?status={verhaal.over.status}&limiet=100")


@when(parsers.parse("iemand alle bladzijden van hoogstens {limiet:d} dossiers volgt"))
def volg_bladzijden(verhaal: Verhaal, limiet: int) -> None:
    """The whole list, page after page."""
    verhaal.bladzijden = bladzijden_vanaf(verhaal, f"/v1/dossiers?limiet={limiet}")
