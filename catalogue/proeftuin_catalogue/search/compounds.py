"""Dutch writes compounds as one word: who looks for `loket` also wants `dossierloket`.

No index here takes Dutch compounds apart, so the parts are added to the text before it is indexed. Only
words of which every part is known are split; the list is our own and holds what municipalities and their
software are made of. Words in it are folded and singular; `_is_known` allows for plurals.
"""

from __future__ import annotations

from functools import lru_cache

_KNOWN = frozenset(
    """
    aangifte aankoop aanslag aanvraag aanvragen adres afspraak afspraken afval agenda akte archief auto balie beeld
    begraafplaats begroting beheer bel beleid belasting bericht berichten besluit besluitvorming bestand bestuur
    betaal betaling bezoek bezwaar bibliotheek boek boekhouding boete bord bouw brand brandweer brief brieven brug
    budget bureau burger buurt centrale centrum client collectie contract controle controles data databank
    datum deel deelname dienst dienstverlening digitaal document documenten doel dossier draaiboek energie evenement
    facturatie factuur facturen fiets financien fonds formulier formulieren foto gebied gebouw gebouwen gebruiker
    gegeven gegevens geld gemeente gezin gids groen groep grond handhaving handtekening haven huis huur huisvesting
    identiteit informatie inkomen innovatie inschrijving inschrijvingen inspectie inwoner jaar jeugd jongeren kaart
    kadaster kalender kamer kantoor kennis kinder kinderopvang klacht klachten klant kluis koppeling koppelvlak kosten
    kunst kwaliteit leefmilieu leer leven lid leden lijn lijst loket loon maat maatschappij machtiging markt materiaal
    medewerker meld melding middelen milieu mobiliteit module monitor monument museum nieuws nood notulen omgeving
    onderhoud onderwijs ondersteuning ondertekening ontmoeting ontwerp openbaar opleiding opslag opvang opvolging
    organisatie overheid overleg overzicht parkeer parkeren park patrimonium personeel persoon personen plan planner
    planning platform plein plicht politie poort portaal post premie prijs proces processen product project raad raads
    rapport rapporten reglement register registratie reis reservatie ring riool riolering rooster ruimte samenwerking
    scan school sector sensor sociaal software speel sport staat stad steun stelsel straat stroom subsidie systeem taak
    taken taal teken tekst telefoon teller termijn toegang toerisme toets tool trein uitgaven uitkering vaart
    vakantie veiligheid verbruik vergadering vergunning verkeer verkiezing verslag verwerking vloot voertuig
    voorraad voorziening vorming vraag vragen vrijwilliger water web website weg wegen welzijn werk werf wet wijk
    winkel woning wonen zaak zaken zaal zalen zone zorg zwembad
    """.split()  # noqa: SIM905 - three hundred words read better as text than as a list
)
_LINKS = ("", "s", "en", "n", "e", "er")
_SHORTEST = 3


@lru_cache(maxsize=50_000)
def parts_of(word: str) -> tuple[str, ...]:
    """Give the parts of a compound, as they stand in it; nothing when not every part is known.

    Args:
        word: One folded word.
    """
    if _is_known(word):
        return ()
    for place in range(len(word) - _SHORTEST, _SHORTEST - 1, -1):
        first, second = word[:place], word[place:]
        if not _is_first(first):
            continue
        if _is_known(second):
            return (_bare(first), second)
        rest = parts_of(second)
        if rest:
            return (_bare(first), *rest)
    return ()


def with_parts(text: str) -> str:
    """Give the parts of all compounds in a folded text, as words to index beside it."""
    return " ".join(part for word in text.split() for part in parts_of(word))


def _is_first(part: str) -> bool:
    return _bare(part) != "" and len(part) >= _SHORTEST


def _bare(part: str) -> str:
    """Take the linking letters off the first part of a compound; empty when it is not known."""
    for link in _LINKS:
        bare = part.removesuffix(link) if link else part
        if bare in _KNOWN and (not link or part.endswith(link)):
            return bare
    return ""


def _is_known(word: str) -> bool:
    """Tell whether a word is in the list, as it stands or in the plural."""
    if word in _KNOWN or word.removesuffix("s") in _KNOWN:
        return True
    stem = word.removesuffix("en")
    if stem == word:
        return False
    single = stem[:-1] if len(stem) > 1 and stem[-1] == stem[-2] else stem
    return stem in _KNOWN or single in _KNOWN
