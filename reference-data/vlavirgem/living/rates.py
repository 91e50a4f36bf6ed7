"""How often things happen in a town, from its profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vlavirgem.living import events
from vlavirgem.profile import profile_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vlavirgem.profile import Profile

_DAYS, _MILLION = 365, 1_000_000
_SPARE = 8


class Odds(NamedTuple):
    """So many times a day something may happen, each with the same share of a million.

    There are so many more places than are filled that the number of events of a day is spread as one expects of
    things that happen independently; and only whole numbers are reckoned with.
    """

    places: int
    share: int


@dataclass(frozen=True, slots=True)
class ByAge:
    """Whole-number weights by the age from which they hold."""

    steps: tuple[tuple[int, int], ...]

    @property
    def highest(self) -> int:
        """The highest weight."""
        return max(weight for _, weight in self.steps)

    def at(self, age: int) -> int:
        """Give the weight at an age, 0 below the first step."""
        return next((weight for since, weight in reversed(self.steps) if age >= since), 0)


@dataclass(frozen=True, slots=True)
class Rates:
    """How often what happens: per thousand inhabitants and per year, and to whom."""

    births: int
    deaths: int
    moves: int
    cases: int
    handovers: int
    arrivals: int
    departures: int
    marriages: int
    divorces: int
    moving_in: int
    leaving_home: int
    renumbering: int
    building: int
    delegations: int
    fertility: ByAge
    mortality: ByAge
    origins: Mapping[str, int]
    arriving: Mapping[str, int]
    arriving_ages: ByAge
    abroad: float
    same_sex: float
    married: float
    resigning: float
    fathers_name: float
    double_name: float

    @property
    def at_any_hour(self) -> tuple[tuple[str, int], ...]:
        """What happens by day and by night, with its rate."""
        return ((events.BORN, self.births), (events.DIED, self.deaths))

    @property
    def at_the_counter(self) -> tuple[tuple[str, int], ...]:
        """What the municipality writes down in office hours, with its rate; cases apart."""
        return (
            (events.MOVED, self.moves),
            (events.ARRIVED, self.arrivals),
            (events.LEFT, self.departures),
            (events.MARRIED, self.marriages),
            (events.DIVORCED, self.divorces),
            (events.MOVED_IN, self.moving_in),
            (events.LEFT_HOME, self.leaving_home),
            (events.RENUMBERED, self.renumbering),
            (events.HANDED_OVER, self.handovers),
            (events.BUILDING_BEGUN, self.building),
            (events.BUILDING_FINISHED, self.building),
            (events.DELEGATED, self.delegations),
        )


def rates_of(profile: str | Profile) -> Rates:
    """Give the rates of a profile.

    A town may be made with a profile that does not ship with this package; by its name alone it has the usual rates.
    """
    found = profile_of(profile) if isinstance(profile, str) else profile
    return Rates(
        births=found.number("leven.geboorten_per_duizend"),
        deaths=found.number("leven.overlijdens_per_duizend"),
        moves=found.number("leven.verhuizingen_per_duizend"),
        cases=found.number("dossiers.per_duizend"),
        handovers=found.number("leven.overdrachten_per_duizend"),
        arrivals=found.number("leven.aankomsten_per_duizend"),
        departures=found.number("leven.vertrekken_per_duizend"),
        marriages=found.number("leven.huwelijken_per_duizend"),
        divorces=found.number("leven.scheidingen_per_duizend"),
        moving_in=found.number("leven.samenwonen_per_duizend"),
        leaving_home=found.number("leven.uit_huis_per_duizend"),
        building=found.number("leven.bouwwerven_per_duizend"),
        delegations=found.number("leven.delegaties_per_duizend"),
        renumbering=found.number("leven.hernummeringen_per_duizend"),
        fertility=_by_age(found, "leven.vruchtbaarheid"),
        mortality=_by_age(found, "leven.sterfte"),
        origins=found.weights("personen.herkomst"),
        arriving=found.weights("leven.aankomst_soort"),
        arriving_ages=_by_age(found, "leven.aankomst_leeftijd"),
        abroad=found.share("leven.buitenland"),
        same_sex=found.share("huishoudens.zelfde_geslacht"),
        married=found.share("huishoudens.gehuwd"),
        resigning=found.share("leven.raadsleden_stoppen"),
        fathers_name=found.share("personen.naam_van_vader"),
        double_name=found.share("personen.dubbele_naam"),
    )


def odds(per_thousand: int, *, inhabitants: int) -> Odds:
    """Turn a yearly rate into the odds of one day."""
    return odds_of(per_thousand * inhabitants * _MILLION // (1000 * _DAYS))


def odds_of(millionths: int) -> Odds:
    """Turn how many things may be expected on a day, in millionths, into its odds."""
    places = _SPARE * (2 + millionths // _MILLION)
    return Odds(places, millionths // places)


def _by_age(profile: Profile, name: str) -> ByAge:
    return ByAge(tuple(sorted((int(since), weight) for since, weight in profile.weights(name).items())))
