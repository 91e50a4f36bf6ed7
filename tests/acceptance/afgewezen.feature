# language: nl
Functionaliteit: Een component die niet geslaagd is
  Wie niet slaagt, leest precies welke eis, waar ze staat, wat er gevraagd werd en wat er terugkwam.

  Abstract Scenario: Het gebrekkige dossierloket faalt op zijn gebreken en op niets anders
    Als de leverancier dossierloket-gebrekkig laat toetsen met "<kit>"
    Dan is de toets niet geslaagd
    En falen precies de eisen "<eisen>"
    En noemt de README van de component dezelfde eisen
    En is er geen badge, en staat bij de toets waarom

    Voorbeelden:
      | kit             | eisen                                |
      | api-regels      | /core/error-handling/problem-details |
      | generiek-proces | gp-10, gp-13, gp-21                  |

  Abstract Scenario: Het rapport legt elke bevinding uit
    Als de leverancier dossierloket-gebrekkig laat toetsen met "<kit>"
    Dan noemt elke bevinding de eis, de bepaling en wat te doen, in het Nederlands en in het Engels
    En toont elke bevinding wat verwacht werd, wat verstuurd werd, wat terugkwam en een curl-opdracht
    En is de curl-opdracht hetzelfde verzoek

    Voorbeelden:
      | kit             |
      | api-regels      |
      | generiek-proces |

  Abstract Scenario: De curl-opdracht geeft hetzelfde antwoord
    Als de leverancier dossierloket-gebrekkig laat toetsen met "<kit>"
    En iemand de verzoeken herhaalt die niet steunen op wat de toets zelf aanmaakte
    Dan komt elke keer hetzelfde antwoord terug, minstens <keren> keer

    Voorbeelden:
      | kit             | keren |
      | api-regels      | 5     |
      | generiek-proces | 1     |

  Scenario: De catalogus zegt eerlijk dat het niet slaagde
    Als een bezoeker de oplossing van de leverancier bekijkt
    Dan staat daar "gefaald" voor beide kits, met het bewijs

  Abstract Scenario: Een rapport zonder badge is niet voor anderen
    Als <wie> de toets en het rapport van de leverancier opvraagt
    Dan krijgt die <antwoord>

    Voorbeelden:
      | wie           | antwoord |
      | de start-up   | 404      |
      | een bezoeker  | 401      |

  Scenario: Op de laptop van de leverancier is het oordeel hetzelfde
    Als de leverancier "proeftuin conformance run" uitvoert op het gebrekkige dossierloket
    Dan stopt het programma met code 1 en noemt het dezelfde eis als het platform
    En staan er een HTML-, een JSON- en een JUnit-rapport in de map
