# language: nl
Functionaliteit: De hoofdtaak
  Een leverancier opent een proeftuin met een gemeente, plaatst een component, laat die toetsen en toont de badge.

  Scenario: Een start-up ziet haar proeftuin ontstaan
    Als de start-up een proeftuin opent
    Dan ziet zij elke stap terwijl die gebeurt, in het Nederlands en in het Engels
    En leest zij na een verbroken verbinding verder waar zij was
    En is de proeftuin klaar, met een eigen gemeente en een bewijs van afscherming

  Scenario: Een component draait in de proeftuin
    Als de start-up dossierloket plaatst
    Dan antwoordt dossierloket met dossiers van de gemeente
    En toont het platform wat dossierloket gebruikt en wat het schreef

  Abstract Scenario: Een component verdient een badge
    Als de start-up dossierloket laat toetsen met "<kit>"
    Dan is de toets geslaagd en voldoet elke verplichte eis die getoetst is
    En is er een badge die zegt wat, waarmee en in welke gemeente getoetst is
    En kan iedereen het rapport lezen waarnaar de badge verwijst

    Voorbeelden:
      | kit             |
      | api-regels      |
      | generiek-proces |

  Scenario: De catalogus toont wat getoetst is
    Als een bezoeker de catalogus doorzoekt op "loket voor dossiers"
    Dan staat dossierloket daar met "getest" voor "generiek-proces"
    En staat bij de versie het bewijs met de digests van component, kit en gemeente

  Scenario: Elke wijziging staat in het auditlogboek
    Als de start-up dossierloket laat toetsen met "api-regels"
    Dan staan deze wijzigingen in haar auditlogboek:
      | wat              | door         | hoe vaak |
      | sandbox.create   | de start-up  | 1        |
      | component.deploy | de start-up  | 1        |
      | solution.create  | de start-up  | 1        |
      | run.request      | de start-up  | 2        |
      | run.finish       | het platform | 2        |
      | badge.issue      | het platform | 2        |

  Abstract Scenario: Wie van een andere organisatie is, ziet niets van de proeftuin
    Gegeven de proeftuin van de start-up met dossierloket
    Dan krijgt <wie> op elke vraag over die proeftuin <antwoord>
    En staat de proeftuin niet in de lijst van <wie>

    Voorbeelden:
      | wie             | antwoord |
      | de leverancier  | 404      |
      | de gemeente     | 404      |
      | een bezoeker    | 401      |
