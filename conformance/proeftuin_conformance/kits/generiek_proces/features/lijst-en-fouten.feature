# language: nl
Functionaliteit: De lijst en de fouten
  Wie zoekt, vindt elk dossier één keer. Wie iets vraagt dat niet kan, leest waarom.

  @req_gp_20
  Scenario: Een onbekend dossier lezen geeft 404
    Als iemand een dossier leest dat niet bestaat
    Dan weigert het loket dat met 404

  @req_gp_20
  Scenario: Een stuk toevoegen aan een onbekend dossier geeft 404
    Als iemand een stuk toevoegt aan een dossier dat niet bestaat
    Dan weigert het loket dat met 404

  @req_gp_21
  Abstract Scenario: Een fout is een probleem met titel en uitleg
    Als iemand iets vraagt dat niet kan: <fout>
    Dan antwoordt het loket met probleemdetails

    Voorbeelden:
      | fout                              |
      | een onbekend dossier              |
      | een aanvraag zonder aanvrager     |
      | leveren zonder besluit            |

  @req_gp_22
  Scenario: De lijst filtert op status
    Gegeven een nieuw dossier
    En nog een dossier met een andere status
    Als iemand de dossiers met de status van het eerste opvraagt
    Dan zit het eerste dossier in de lijst en het andere niet
    En hebben alle dossiers in de lijst die status

  @req_gp_23
  Scenario: De bladzijden geven elk dossier één keer
    Gegeven 3 nieuwe dossiers
    Als iemand alle bladzijden van hoogstens 2 dossiers volgt
    Dan heeft geen enkele bladzijde meer dan 2 dossiers
    En staat geen enkel dossier er twee keer in
    En staan de nieuwe dossiers erin
