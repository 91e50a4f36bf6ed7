# language: nl
@slow
Functionaliteit: De demo
  `proeftuin demo --once` doet de hele hoofdtaak, mag op elk moment onderbroken worden, en ruimt altijd op.

  Abstract Scenario: Wie de demo onderbreekt, houdt geen processen over
    Gegeven de demo loopt tot <moment>
    Als de demo even later <signaal> krijgt
    Dan stopt de demo met een code die niet 0 is
    En is binnen 15 seconden elk proces van de demo weg

    Voorbeelden:
      | moment                      | signaal |
      | het platform start          | SIGINT  |
      | het platform start          | SIGKILL |
      | de eerste databank ontstaat | SIGKILL |
      | de proeftuinen starten        | SIGINT  |
      | de proeftuinen starten        | SIGKILL |
      | de kits lopen               | SIGINT  |
      | de kits lopen               | SIGKILL |

  Scenario: Na al die onderbrekingen doet de demo de hele hoofdtaak
    Als de demo tot het einde loopt
    Dan stopt de demo met code 0
    En toont ze deze oordelen:
      | component              | kit             | oordeel       | met     |
      | dossierloket           | api-regels      | geslaagd      | badge   |
      | dossierloket           | generiek-proces | geslaagd      | badge   |
      | dossierloket-gebrekkig | api-regels      | niet geslaagd | rapport |
      | dossierloket-gebrekkig | generiek-proces | niet geslaagd | rapport |
      | pygeoapi               | api-regels      | niet geslaagd | rapport |
    En legt ze uit waarom, met de eis, de bepaling, het verzoek, het antwoord en curl
    En toont ze wat de catalogus vindt
    En is binnen 15 seconden elk proces van de demo weg

  Scenario: Een tweede demo doet niets dubbel en is sneller
    Gegeven de demo liep al tot het einde
    Als de demo nog een keer loopt
    Dan stopt de demo met code 0
    En toont ze dezelfde toetsen en badges, zonder nieuwe
    En was ze sneller dan de eerste keer
