# language: nl
Functionaliteit: Behandelen
  Een dossier doorloopt de statussen van het proces, in orde en met een volledige geschiedenis.

  @req_gp_08
  Scenario: Het proces heeft vier stappen en vier tot zeven statussen
    Als iemand het proces opvraagt
    Dan zijn de stappen intake, behandelen, besluiten en leveren
    En zijn er minstens 4 en hoogstens 7 statussen
    En heeft elke stap minstens één status

  @req_gp_10
  Scenario: Een status die niet mag volgen, wordt geweigerd
    Gegeven een nieuw dossier
    Als iemand een status zet die nog niet mag volgen
    Dan weigert het loket dat met 409
    En is het dossier niet veranderd

  @req_gp_10
  Scenario: Een tweede besluit wordt geweigerd
    Gegeven een dossier met het besluit "Goedgekeurd"
    Als het bestuur opnieuw beslist: "Geweigerd"
    Dan weigert het loket dat met 409
    En is het dossier niet veranderd

  @req_gp_11
  Scenario: De geschiedenis bevat elke status, in orde van tijd
    Gegeven een geleverd dossier
    Dan bevat de geschiedenis elke status die het dossier kreeg, de oudste eerst
    En loopt de tijd in de geschiedenis niet terug

  @req_gp_19
  Scenario: Een stuk zit in het dossier
    Gegeven een nieuw dossier
    Als iemand een stuk toevoegt
    Dan staat het stuk op zijn eigen adres
    En zit het stuk in het dossier

  @req_gp_24
  Scenario: Een wijziging op een oude versie wordt geweigerd
    Gegeven een nieuw dossier
    En iemand anders heeft het dossier intussen gewijzigd
    Als iemand de volgende status zet op de oude versie
    Dan weigert het loket dat met 412
    En is het dossier niet veranderd

  @req_gp_24
  Scenario: Een wijziging op de huidige versie lukt
    Gegeven een nieuw dossier
    Als iemand de volgende status zet op de huidige versie
    Dan lukt dat
