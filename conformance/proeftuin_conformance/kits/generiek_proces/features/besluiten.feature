# language: nl
Functionaliteit: Besluiten
  Het bestuur beslist positief of negatief, en zegt waarom.

  @req_gp_13
  Scenario: Een besluit zonder motivering wordt geweigerd
    Gegeven een dossier dat klaar is voor beslissing
    Als het bestuur beslist zonder motivering
    Dan weigert het loket dat
    En heeft het dossier geen besluit

  @req_gp_14
  Abstract Scenario: De uitkomst van het besluit bepaalt de status
    Gegeven een dossier dat klaar is voor beslissing
    Als het bestuur beslist: "<uitkomst>"
    Dan lukt dat
    En heeft het dossier de status "<uitkomst>"
    En heeft het besluit de uitkomst "<uitkomst>"

    Voorbeelden:
      | uitkomst    |
      | Goedgekeurd |
      | Geweigerd   |
