"""Dan: what must be so. Here, and only here, a scenario fails."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pytest_bdd import parsers, then

from proeftuin_conformance.checks import MISSING, shown, shown_header
from proeftuin_conformance.kits.generiek_proces.loket import CREATED, OK
from proeftuin_conformance.kits.generiek_proces.stappen.verhaal import (
    REDEN,
    REFUSED,
    adressen,
    als_code,
    als_json,
    als_lijst,
    eis,
    geschiedenis,
    ids_in,
    opnieuw,
)

if TYPE_CHECKING:
    from proeftuin_conformance.kits.generiek_proces.stappen.verhaal import Verhaal


@then("is het antwoord 201 met het adres van het dossier")
def antwoord_201(verhaal: Verhaal) -> None:
    """Created, with a Location."""
    answer = verhaal.antwoord
    eis(answer.status == CREATED, "201", f"{answer.status}", answer)
    adres = answer.header("location")
    eis(bool(adres), "Location", shown_header("Location", adres), answer)


@then("staat op dat adres een dossier met zijn eerste status")
def staat_op_adres(verhaal: Verhaal) -> None:
    """The address of the answer is the address of the case."""
    answer = verhaal.loket.lees(verhaal.antwoord.header("location") or "")
    eis(answer.status == OK, "200", f"{answer.status}", answer)
    eis(bool(als_json(answer).get("status")), "een status / a status", "geen status / no status", answer)


@then("is het dossier een dienstverlening van het aangevraagde product")
def over_het_product(verhaal: Verhaal) -> None:
    """The product of the application is the product of the case."""
    product = verhaal.loket.product()
    gevonden = (verhaal.over.content.get("dienstverlening") or {}).get("isInstantieVan")
    gevonden = gevonden.get("@id") if isinstance(gevonden, dict) else gevonden
    eis(gevonden == product, product, shown(gevonden))


@then("weigert het loket dat")
def geweigerd(verhaal: Verhaal) -> None:
    """Any refusal: 4xx."""
    eis(verhaal.antwoord.status in REFUSED, "4xx", f"{verhaal.antwoord.status}", verhaal.antwoord)


@then(parsers.parse("weigert het loket dat met {status:d}"))
def geweigerd_met(verhaal: Verhaal, status: int) -> None:
    """This refusal and no other."""
    eis(verhaal.antwoord.status == status, f"{status}", f"{verhaal.antwoord.status}", verhaal.antwoord)


@then("lukt dat")
def lukt(verhaal: Verhaal) -> None:
    """Any success: 200, 201 or 204."""
    answer = verhaal.antwoord
    eis(answer.status in {OK, CREATED, 204}, "2xx", f"{answer.status}", answer)


@then("is het dossier niet veranderd")
def niet_veranderd(verhaal: Verhaal) -> None:
    """The case has the status and the documents that it had, and those that somebody else added."""
    was = verhaal.over
    answer, nu = opnieuw(verhaal)
    eis(nu.get("status") == was.status, was.status, shown(nu.get("status")), answer)
    verwacht = len(als_lijst(was.content.get("bestaatUit"))) if verhaal.stukken is None else verhaal.stukken
    gevonden = len(als_lijst(nu.get("bestaatUit")))
    eis(gevonden == verwacht, f"{verwacht} stukken / documents", f"{gevonden}", answer)


@then("is het dossier afgesloten")
def afgesloten(verhaal: Verhaal) -> None:
    """The status is one that ends the process."""
    answer, nu = opnieuw(verhaal)
    status = str(nu.get("status"))
    eis(verhaal.loket.is_einde(status), "een eindstatus / a final status", status, answer)


@then("heeft het dossier geen besluit")
def geen_besluit(verhaal: Verhaal) -> None:
    """No decision in the case."""
    answer, nu = opnieuw(verhaal)
    eis(not nu.get("besluit"), "geen besluit / no decision", shown(nu.get("besluit")), answer)


@then("is de reden van de intrekking te lezen")
def reden_te_lezen(verhaal: Verhaal) -> None:
    """The withdrawal can be read, with its reason."""
    answer = verhaal.loket.lees(f"{verhaal.over.url}/intrekking")
    eis(answer.status == OK, "200", f"{answer.status}", answer)
    eis(als_json(answer).get("reden") == REDEN, REDEN, shown(als_json(answer).get("reden")), answer)


@then("gaan beide antwoorden over hetzelfde dossier")
def hetzelfde_dossier(verhaal: Verhaal) -> None:
    """One address."""
    gevonden = adressen(verhaal)
    eis(len(gevonden) == 1, "één adres / one address", " ".join(sorted(gevonden)), verhaal.antwoord)


@then("gaan de antwoorden over twee verschillende dossiers")
def twee_dossiers(verhaal: Verhaal) -> None:
    """Two addresses."""
    gevonden = adressen(verhaal)
    eis(len(gevonden) > 1, "twee adressen / two addresses", " ".join(sorted(gevonden)), verhaal.antwoord)


@then("zijn de stappen intake, behandelen, besluiten en leveren")
def vier_stappen(verhaal: Verhaal) -> None:
    """The four steps, in order."""
    stappen = als_json(verhaal.antwoord).get("stappen")
    eis(stappen == ["intake", "behandelen", "besluiten", "leveren"], "4 stappen / steps", shown(stappen))


@then(parsers.parse("zijn er minstens {minst:d} en hoogstens {meest:d} statussen"))
def vier_tot_zeven(verhaal: Verhaal, minst: int, meest: int) -> None:
    """Four to seven."""
    codes = {status.get("code") for status in als_lijst(als_json(verhaal.antwoord).get("statussen"))}
    eis(minst <= len(codes) <= meest, f"{minst}-{meest}", f"{len(codes)}: {', '.join(map(str, codes))}")


@then("heeft elke stap minstens één status")
def elke_stap(verhaal: Verhaal) -> None:
    """No step without a status."""
    content = als_json(verhaal.antwoord)
    met_status = {status.get("stap") for status in als_lijst(content.get("statussen"))}
    zonder = [stap for stap in content.get("stappen", []) if stap not in met_status]
    eis(not zonder, "elke stap / each step", f"zonder / without: {', '.join(zonder)}")


@then("bevat de geschiedenis elke status die het dossier kreeg, de oudste eerst")
def volledige_geschiedenis(verhaal: Verhaal) -> None:
    """What the kit saw happen is what the history says."""
    gevonden = [als_code(status.get("statusVlaamsCode")) for status in geschiedenis(verhaal)]
    eis(gevonden == verhaal.over.gekregen, " → ".join(verhaal.over.gekregen), " → ".join(gevonden))


@then("loopt de tijd in de geschiedenis niet terug")
def tijd_loopt_niet_terug(verhaal: Verhaal) -> None:
    """Moments with an offset, never decreasing."""
    gevonden = [str(status.get("tijdstip")) for status in geschiedenis(verhaal)]
    try:
        momenten = [datetime.fromisoformat(tijd) for tijd in gevonden]
        op_orde = momenten == sorted(momenten) and all(moment.tzinfo for moment in momenten)
    except (ValueError, TypeError):  # no moment, or moments with and without an offset
        op_orde = False
    eis(op_orde, "oplopende tijdstippen met tijdzone / rising moments with an offset", ", ".join(gevonden))


@then("staat het stuk op zijn eigen adres")
def stuk_op_adres(verhaal: Verhaal) -> None:
    """Created, and to be read where Location says."""
    eis(verhaal.antwoord.status == CREATED, "201", f"{verhaal.antwoord.status}", verhaal.antwoord)
    adres = verhaal.antwoord.header("location")
    eis(bool(adres), "Location", shown_header("Location", adres), verhaal.antwoord)
    answer = verhaal.loket.lees(adres or "")
    eis(answer.status == OK, "200", f"{answer.status}", answer)


@then("zit het stuk in het dossier")
def stuk_in_dossier(verhaal: Verhaal) -> None:
    """The case links to the document."""
    adres = verhaal.antwoord.header("location") or "-"
    answer, nu = opnieuw(verhaal)
    stukken = [stuk.get("@id", "") if isinstance(stuk, dict) else stuk for stuk in als_lijst(nu.get("bestaatUit"))]
    eis(any(str(stuk).endswith(adres) for stuk in stukken), adres, ", ".join(map(str, stukken)), answer)


@then(parsers.parse('heeft het dossier de status "{status}"'))
def heeft_status(verhaal: Verhaal, status: str) -> None:
    """The present status."""
    answer, nu = opnieuw(verhaal)
    eis(nu.get("status") == status, status, shown(nu.get("status")), answer)


@then(parsers.parse('heeft het besluit de uitkomst "{uitkomst}"'))
def heeft_uitkomst(verhaal: Verhaal, uitkomst: str) -> None:
    """The decision says what was decided."""
    answer = verhaal.loket.lees(f"{verhaal.over.url}/besluit")
    eis(answer.status == OK, "200", f"{answer.status}", answer)
    eis(als_json(answer).get("uitkomst") == uitkomst, uitkomst, shown(als_json(answer).get("uitkomst")), answer)


@then("heeft de zaak een sluitingsdatum")
def heeft_sluitingsdatum(verhaal: Verhaal) -> None:
    """A closed matter says since when."""
    answer, nu = opnieuw(verhaal)
    datum = (nu.get("isNeerslagVan") or {}).get("sluitingsdatum")
    eis(bool(datum), "sluitingsdatum", shown(datum), answer)


@then("antwoordt het loket met probleemdetails")
def probleemdetails(verhaal: Verhaal) -> None:
    """RFC 9457: media type, title, detail, and a status that equals that of HTTP."""
    answer = verhaal.antwoord
    soort = answer.media_type
    eis(soort == "application/problem+json", "application/problem+json", soort or "-", answer)
    probleem = als_json(answer)
    for lid in ("title", "detail"):
        waarde = probleem.get(lid)
        eis(isinstance(waarde, str) and bool(waarde.strip()), lid, f"{lid}: {shown(waarde)}", answer)
    eis(probleem.get("status") == answer.status, f"status {answer.status}", shown(probleem.get("status")), answer)


@then("zit het eerste dossier in de lijst en het andere niet")
def eerste_wel_ander_niet(verhaal: Verhaal) -> None:
    """The filter keeps what it should and drops what it should."""
    ids = ids_in(verhaal)
    ander = verhaal.ander.id if verhaal.ander else "-"
    eis(verhaal.over.id in ids, f"dossier {verhaal.over.id}", f"{MISSING} ({len(ids)} dossiers)")
    eis(ander not in ids, f"zonder / without {ander}", "staat erin / is in it")


@then("hebben alle dossiers in de lijst die status")
def allen_die_status(verhaal: Verhaal) -> None:
    """No other status in the list."""
    anders = {str(item.get("status")) for bladzijde in verhaal.bladzijden for item in bladzijde}
    eis(anders == {verhaal.over.status}, verhaal.over.status, ", ".join(sorted(anders)))


@then(parsers.parse("heeft geen enkele bladzijde meer dan {limiet:d} dossiers"))
def niet_meer_dan(verhaal: Verhaal, limiet: int) -> None:
    """The limit is obeyed."""
    grootste = max(len(bladzijde) for bladzijde in verhaal.bladzijden)
    eis(grootste <= limiet, f"≤ {limiet}", f"{grootste}")


@then("staat geen enkel dossier er twee keer in")
def geen_dubbele(verhaal: Verhaal) -> None:
    """Each case once."""
    ids = ids_in(verhaal)
    dubbel = sorted({dossier for dossier in ids if ids.count(dossier) > 1})
    eis(not dubbel, "elk dossier één keer / each case once", f"dubbel / twice: {', '.join(dubbel[:3])}")


@then("staan de nieuwe dossiers erin")
def nieuwe_erin(verhaal: Verhaal) -> None:
    """No case is lost between pages."""
    ids = set(ids_in(verhaal))
    weg = [dossier.id for dossier in verhaal.nieuwe if dossier.id not in ids]
    eis(not weg, "alle nieuwe dossiers / all new cases", f"ontbreken / missing: {', '.join(weg)}")
