# language: nl
Functionaliteit: Leveren en afsluiten
  De aanvrager krijgt het resultaat na een positief besluit. Een afgesloten dossier verandert niet meer.

  @req_gp_15
  Scenario: Leveren zonder besluit wordt geweigerd
    Gegeven een dossier dat klaar is voor beslissing
    Als het loket levert
    Dan weigert het loket dat met 409
    En is het dossier niet veranderd

  @req_gp_15
  Scenario: Leveren na een weigering wordt geweigerd
    Gegeven een dossier met het besluit "Geweigerd"
    Als het loket levert
    Dan weigert het loket dat met 409
    En is het dossier niet veranderd

  @req_gp_15
  Scenario: Leveren na een positief besluit lukt
    Gegeven een dossier met het besluit "Goedgekeurd"
    Als het loket levert
    Dan lukt dat
    En is het dossier afgesloten

  @req_gp_18
  Abstract Scenario: Een afgesloten dossier weigert wijzigingen
    Gegeven een <afgesloten> dossier
    Als iemand een stuk toevoegt
    Dan weigert het loket dat met 409
    En is het dossier niet veranderd
    En heeft de zaak een sluitingsdatum

    Voorbeelden:
      | afgesloten  |
      | geleverd    |
      | geweigerd   |
      | ingetrokken |
