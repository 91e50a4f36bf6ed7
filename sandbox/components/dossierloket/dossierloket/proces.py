"""The generic process: four steps, seven statuses, and which status may follow which.

The status codes and phases are those of the OSLO transactiemodel (code lists StatusVlaamseCode and
StatusVlaamseFase on data.vlaanderen.be).
"""

from dataclasses import dataclass
from enum import StrEnum

CODELIJST_STATUS = "https://data.vlaanderen.be/id/conceptscheme/StatusVlaamseCode/"
CODELIJST_FASE = "https://data.vlaanderen.be/id/conceptscheme/StatusVlaamseFase/"

PROCEDURE = "Generiek proces: intake, behandelen, besluiten, leveren"
"""The name of the process, as each matter states it."""


class Stap(StrEnum):
    """A step of the generic process, in the order in which a case goes through them."""

    INTAKE = "intake"
    BEHANDELEN = "behandelen"
    BESLUITEN = "besluiten"
    LEVEREN = "leveren"


class Fase(StrEnum):
    """A phase of the Flemish code list, in order."""

    SAMENSTELLING = "Samenstelling"
    BEHANDELING = "Behandeling"
    BESLISSING = "Beslissing"
    UITVOERING = "Uitvoering"
    AFGEROND = "Afgerond"


class StatusCode(StrEnum):
    """A status of the Flemish code list that this process uses."""

    INGEDIEND = "Ingediend"
    IN_VERWERKING = "InVerwerking"
    KLAAR_VOOR_BESLISSING = "KlaarVoorBeslissing"
    GOEDGEKEURD = "Goedgekeurd"
    GEWEIGERD = "Geweigerd"
    UITGEVOERD = "Uitgevoerd"
    STOPGEZET = "Stopgezet"


class Bron(StrEnum):
    """The resource through which a status is reached; the API has one resource per kind of act."""

    DOSSIERS = "dossiers"
    STATUSSEN = "statussen"
    BESLUIT = "besluit"
    LEVERING = "levering"
    INTREKKING = "intrekking"


@dataclass(frozen=True)
class Plaats:
    """The place of a status in the process.

    Attributes:
        code: the status.
        stap: the step it belongs to; `None` for a case that stopped early, which can happen in any step.
        fase: the phase it belongs to.
        bron: the resource through which a case gets this status.
        volgende: the statuses that may follow; empty when the status closes the case.
    """

    code: StatusCode
    stap: Stap | None
    fase: Fase
    bron: Bron
    volgende: tuple[StatusCode, ...] = ()

    @property
    def einde(self) -> bool:
        """Whether a case with this status is closed."""
        return not self.volgende


_S = StatusCode

PROCES: dict[StatusCode, Plaats] = {
    plaats.code: plaats
    for plaats in (
        Plaats(_S.INGEDIEND, Stap.INTAKE, Fase.SAMENSTELLING, Bron.DOSSIERS, (_S.IN_VERWERKING, _S.STOPGEZET)),
        Plaats(
            _S.IN_VERWERKING,
            Stap.BEHANDELEN,
            Fase.BEHANDELING,
            Bron.STATUSSEN,
            (_S.KLAAR_VOOR_BESLISSING, _S.STOPGEZET),
        ),
        Plaats(
            _S.KLAAR_VOOR_BESLISSING,
            Stap.BEHANDELEN,
            Fase.BEHANDELING,
            Bron.STATUSSEN,
            (_S.GOEDGEKEURD, _S.GEWEIGERD, _S.STOPGEZET),
        ),
        Plaats(_S.GOEDGEKEURD, Stap.BESLUITEN, Fase.BESLISSING, Bron.BESLUIT, (_S.UITGEVOERD,)),
        Plaats(_S.GEWEIGERD, Stap.BESLUITEN, Fase.BESLISSING, Bron.BESLUIT),
        Plaats(_S.UITGEVOERD, Stap.LEVEREN, Fase.UITVOERING, Bron.LEVERING),
        Plaats(_S.STOPGEZET, None, Fase.AFGEROND, Bron.INTREKKING),
    )
}
"""The whole process, in the order in which a case meets the statuses."""
