# language: nl
Functionaliteit: Intake
  Een aanvraag voor een product van het loket geeft een dossier.

  @req_gp_01
  Scenario: Een aanvraag geeft een dossier op een eigen adres
    Als iemand een aanvraag indient
    Dan is het antwoord 201 met het adres van het dossier
    En staat op dat adres een dossier met zijn eerste status

  @req_gp_05
  Scenario: Het dossier gaat over het product van de aanvraag
    Gegeven een nieuw dossier
    Dan is het dossier een dienstverlening van het aangevraagde product

  @req_gp_05
  Scenario: Een product dat het loket niet aanbiedt, kan men niet aanvragen
    Als iemand een product aanvraagt dat het loket niet aanbiedt
    Dan weigert het loket dat

  @req_gp_06
  Scenario: Dezelfde aanvraag met dezelfde sleutel geeft hetzelfde dossier
    Als iemand dezelfde aanvraag twee keer indient met dezelfde Idempotency-Key
    Dan gaan beide antwoorden over hetzelfde dossier

  @req_gp_06
  Scenario: Zonder sleutel geeft elke aanvraag een eigen dossier
    Als iemand dezelfde aanvraag twee keer indient zonder Idempotency-Key
    Dan gaan de antwoorden over twee verschillende dossiers

  @req_gp_17
  Scenario: De aanvrager trekt de aanvraag in
    Gegeven een nieuw dossier
    Als de aanvrager de aanvraag intrekt
    Dan lukt dat
    En is het dossier afgesloten
    En heeft het dossier geen besluit
    En is de reden van de intrekking te lezen
