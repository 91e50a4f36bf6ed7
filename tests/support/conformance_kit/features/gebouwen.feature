# language: nl
Functionaliteit: Gebouwen

  @req_t_scenario
  Scenario: De lijst is niet leeg
    Als ik de lijst vraag
    Dan staan er 2 gebouwen in

  @req_t_undefined
  Scenario: Een stap die niemand schreef
    Als ik de lijst vraag
    Dan gebeurt er iets dat niemand schreef

  @req_t_skip
  Scenario: Een stap die zich laat overslaan
    Als ik de lijst vraag
    Dan sla ik dit over

  @req_t_fixture
  Scenario: Een voorbereiding die vastloopt
    Als ik iets stuks gebruik

  @req_t_wrong
  Scenario: Een verwachting die niet uitkomt
    Als ik de lijst vraag
    Dan staan er 99 gebouwen in

  @req_t_omit
  Scenario: Niet van toepassing
    Als dit hier niet geldt
