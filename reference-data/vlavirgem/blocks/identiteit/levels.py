"""How somebody signed in, and how sure that is: the means of authentication of ACM/IDM.

Source: authenticatie.vlaanderen.be, Authenticatiemiddelen: each means has a level, and most a level of eIDAS
(Regulation (EU) 910/2014, article 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.report.wording import Both, same

if TYPE_CHECKING:
    from collections.abc import Sequence

_MEANS_PREFIX = "urn:be:vlaanderen:authmech:"
_LOA_PREFIX = "http://eidas.europa.eu/LoA/"
_LEVELS = ("low", "substantial", "high")


@dataclass(frozen=True, slots=True)
class Means:
    """A means of authentication.

    Attributes:
        code: Last part of its URN.
        level: Level in ACM/IDM; more is surer.
        loa: Level of assurance of eIDAS: low, substantial or high.
        name: Its name.
        tells_number: Whether the provider learns the national number by it.
    """

    code: str
    level: int
    loa: str
    name: Both
    tells_number: bool = True

    @property
    def urn(self) -> str:
        """Its name in `acr`."""
        return _MEANS_PREFIX + self.code


MEANS = (
    Means("itsme", 27, "high", same("itsme®")),
    Means("eid", 35, "high", Both("eID en kaartlezer", "eID and card reader")),
    Means("eidashigh", 35, "high", Both("Europees middel, hoog", "European means, high")),
    Means("csamtotp", 26, "substantial", Both("Code uit een app", "Code from an app")),
    Means("csamsms", 25, "substantial", Both("Code per sms", "Code by text message")),
    Means("eidassubstantial", 25, "substantial", Both("Europees middel, substantieel", "European means, substantial")),
    Means("csampassword", 5, "low", Both("Wachtwoord van het federale portaal", "Password of the federal portal")),
    Means("csamselfreg", 5, "low", Both("Zelf gemaakt account", "Account made by oneself"), tells_number=False),
)
"""The first is offered first. `csamselfreg` is for citizens, and tells no national number."""
ACR_VALUES = (*(one.urn for one in MEANS), *(_LOA_PREFIX + level for level in _LEVELS))
_BY_CODE = {one.code: one for one in MEANS}


def find_means(code: str) -> Means | None:
    """Find a means by its code."""
    return _BY_CODE.get(code)


def accepted(values: Sequence[str]) -> tuple[Means, ...]:
    """Give the means that satisfy one of the asked `acr` values; all of them when no value is known to us.

    OpenID Connect Core, 5.5.1.1: a value asked by `acr_values` is a wish, so an unknown one is passed over.
    """
    wanted = tuple(one for one in MEANS if any(_satisfies(one, value) for value in values))
    return wanted or MEANS


def acr_of(means: Means, *, asked: Sequence[str]) -> str:
    """Give the `acr` of a sign-in: the first asked value that it satisfies, or the URN of the means."""
    return next((value for value in asked if _satisfies(means, value)), means.urn)


def _satisfies(means: Means, value: str) -> bool:
    if value == means.urn:
        return True
    level = value.removeprefix(_LOA_PREFIX)
    return level != value and level in _LEVELS and _LEVELS.index(means.loa) >= _LEVELS.index(level)
