# language: nl
Functionaliteit: Een badge nakijken
  Een badge is overal na te kijken, zonder het platform en zonder net, en zegt het als er iets mee is.

  Achtergrond:
    Gegeven de badge van de start-up voor "generiek-proces" als bestand
    En de lijst van vertrouwde uitgevers en de statuslijst als bestanden

  Scenario: Een echte badge is zonder net na te kijken
    Als iemand de badge zonder net nakijkt
    Dan is de badge geldig en is ook de intrekking nagekeken

  Scenario: Ook het plaatje voor een README draagt de badge
    Gegeven het plaatje van de badge als bestand
    Als iemand het plaatje zonder net nakijkt
    Dan is de badge geldig en is ook de intrekking nagekeken

  Abstract Scenario: Eén gewijzigd teken maakt een badge ongeldig
    Gegeven één teken van de badge is gewijzigd in <waar>
    Als iemand de badge zonder net nakijkt
    Dan is de badge niet geldig
    En zegt het platform op "/api/v1/badge-verification" hetzelfde

    Voorbeelden:
      | waar                        |
      | de digest van de component |
      | de digest van het rapport   |
      | de geldigheid               |
      | de naam van de uitgever     |
      | de handtekening             |

  Scenario: Geen enkel gewijzigd teken blijft onopgemerkt
    Dan maakt een ander teken op elk van 40 plaatsen de badge ongeldig

  Scenario: Een nagemaakte badge wordt niet geloofd
    Gegeven de badge is opnieuw ondertekend met de sleutel van een vervalser
    Als iemand de badge zonder net nakijkt
    Dan is de badge niet geldig wegens "badge-key-unknown"
    En zegt het platform op "/api/v1/badge-verification" hetzelfde

  Scenario: Een verlopen badge geldt niet meer
    Gegeven de badge is een jaar en een dag geleden door het platform ondertekend
    Als iemand de badge zonder net nakijkt
    Dan is de badge niet geldig wegens "badge-expired"
    En zegt het platform op "/api/v1/badge-verification" hetzelfde

  Scenario: Wie de uitgever niet kent, gelooft de badge niet
    Gegeven een lege lijst van vertrouwde uitgevers
    Als iemand de badge zonder net nakijkt
    Dan is de badge niet geldig wegens "badge-issuer-unknown"

  Scenario: Wat geen badge is, is verkeerde invoer
    Gegeven het bestand van de badge is afgekapt
    Als iemand de badge zonder net nakijkt
    Dan stopt het programma met code 2 en één regel uitleg

  Scenario: Alleen de beheerder trekt een badge in, en iedereen merkt het
    Gegeven de badge van de start-up voor "api-regels" als bestand
    Als de start-up de badge wil intrekken
    Dan mag dat niet
    Als de beheerder de badge intrekt omdat "de toets liep op een oude kit"
    Dan is de badge volgens de nieuwe statuslijst niet geldig wegens "badge-revoked"
    En toont het platform de badge als "ingetrokken", met de reden
    En toont de catalogus de oplossing niet meer als "getest"
    En staat de intrekking in het auditlogboek
    En kan de badge geen tweede keer ingetrokken worden
