# language: nl
Functionaliteit: Slechte invoer
  Wat er ook misgaat: een duidelijke fout met een vaste code, het juiste oordeel, en niets blijft draaien.

  Abstract Scenario: Een component.yaml met een fout noemt de regel
    Gegeven een component.yaml waarin "<oud>" vervangen is door "<nieuw>"
    Als de onderzoeker die naar een proeftuin stuurt
    Dan weigert het platform met 400 en "component-yaml-invalid"
    En noemt de fout regel <regel>, in het Nederlands en in het Engels
    En zegt "proeftuin component validate" hetzelfde, met code 2

    Voorbeelden:
      | oud                        | nieuw                | regel |
      | version: 1.0.0             | version: één         | 5     |
      | kind: Component            | kind: Komponent      | 2     |
      | memoryMiB: 256             | geheugen: 256        | 16    |
      | health: {path: /gezondheid | health: {path: [a    | 11    |
      | name: klok                 | name: Klok van Jan   | 4     |

  Abstract Scenario: Een component die niet gezond wordt, start niet
    Gegeven de lastposten zijn geplaatst en getoetst
    Dan is "<component>" niet gestart, met oorzaak "<code>" en raad, in het Nederlands en in het Engels
    En draait er niets van "<component>"
    En kan "<component>" niet getoetst worden

    Voorbeelden:
      | component | code             |
      | zwijgt    | health-no-answer |
      | weigert   | health-refused   |

  Abstract Scenario: Een component die zich misdraagt, krijgt het juiste oordeel
    Gegeven de lastposten zijn geplaatst en getoetst
    Dan is het oordeel over "<component>" "<oordeel>" met "<codes>"
    En staat in het rapport wat er misging, in het Nederlands en in het Engels
    En is er geen badge voor "<component>"

    Voorbeelden:
      | component | oordeel | codes          |
      | stuk      | fail    | PT-110         |
      | hangt     | error   | PT-102         |
      | wartaal   | fail    | PT-111         |
      | gebroken  | fail    | PT-112         |
      | sterft    | error   | PT-201, PT-208 |
      | overvloed | error   | PT-204         |
      | kringloop | error   | PT-206         |
      | liegt     | fail    | PT-301         |

  Scenario: Alleen waarover gelogen wordt, faalt
    Gegeven de lastposten zijn geplaatst en getoetst
    Dan faalt bij "liegt" alleen de eis "/core/date-time/format"

  Scenario: Een component die stierf, wordt opnieuw gestart en het platform zegt waarom
    Gegeven de lastposten zijn geplaatst en getoetst
    Dan staat in het verloop van "sterft" de oorzaak "component-exited"

  Scenario: Na het opruimen blijft niets van de lastposten draaien
    Gegeven een proeftuin met "stuk" en "hangt"
    Als die proeftuin verwijderd wordt
    Dan draait er niets meer van die proeftuin
    En staat op schijf niets meer van die proeftuin
    En bewijst het verslag van de verwijdering dat er niets achterbleef
    En zegt het platform dat ze er niet meer is

  Scenario: Een onbekende kit
    Als de andere leverancier een component wil laten toetsen met "bestaat-niet"
    Dan weigert het platform met 404 en "kit-unknown", in het Nederlands en in het Engels
    En zegt "proeftuin conformance run" het in één regel, met code 2

  Scenario: Het quotum is bereikt
    Gegeven de gemeente heeft zoveel proeftuinen als mag
    Als de gemeente nog een proeftuin vraagt
    Dan weigert het platform met 429 en "sandbox-quota", in het Nederlands en in het Engels
    En lukt het weer zodra er een verwijderd is

  Scenario: Een proeftuin is vol
    Gegeven de lastposten zijn geplaatst en getoetst
    Als de andere leverancier er in dezelfde proeftuin nog een plaatst
    Dan weigert het platform met 429 en "component-quota", in het Nederlands en in het Engels

  Scenario: Een bundel die geen bundel is
    Als de onderzoeker "dit is geen tar.gz" als bundel stuurt
    Dan weigert het platform met 400 en "bundle-invalid", in het Nederlands en in het Engels

  Abstract Scenario: Een badge die niet deugt, wordt geweigerd zonder fout van het platform
    Als een bezoeker <wat> ter controle stuurt
    Dan antwoordt het platform <status>, met code "<code>"

    Voorbeelden:
      | wat                     | status | code                   |
      | een leeg object         | 200    | badge-profile-departed |
      | tekst die geen JSON is  | 400    | bad-input              |
