"""What every family of one city is made against: its day, places, posts and free numbers."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate, count
from random import Random
from typing import Final

from seeds.network import Network, Place, School
from seeds.numbers import IdentityNumbers, mobile_numbers
from seeds.places import CITY_CODE

HISTORY_DAYS: Final = 730
_CITY_STAGES: Final = {"special_school", "senior_secondary", "vocational_secondary"}


class Scene:
    """The state that the making of families shares; two scenes of one seed run alike."""

    def __init__(self, network: Network, *, seed: int, as_of: date) -> None:
        self.rng = Random(f"{seed}:families")
        self.as_of = as_of
        self.opened_on = as_of - timedelta(days=HISTORY_DAYS)
        self.identity_numbers = IdentityNumbers()
        self.phones: Iterator[str] = mobile_numbers()
        self.adult_serials = count(1)
        self.child_serials = count(1)
        self._villages = network.villages
        self._weights = list(accumulate(self._weight() for _ in self._villages))
        self._by_town = _grouped(self._villages)
        self._schools = _schools(network.schools)
        self._officers = [post.key for post in network.posts_of("city_officer")]
        self._supervisors = {
            post.place_code: post.key
            for post in network.posts_of("child_supervisor")
            if not post.is_deputy
        }

    def chance(self, share: float) -> bool:
        """True in so many cases of one."""
        return self.rng.random() < share

    def ago(self, first: int, last: int) -> date:
        """A day between so many days before the city's day."""
        return self.as_of - timedelta(days=self.rng.randint(first, last))

    def village(self) -> Place:
        """A village, the populous ones more often."""
        return self.rng.choices(self._villages, cum_weights=self._weights)[0]

    def nearby_village(self, village: Place) -> Place:
        """A village, of the same town more often than not; a lone one is its own neighbour."""
        others = self._by_town[village.code[:9]] if self.chance(0.65) else self._villages
        return self.rng.choice(others)

    def school(self, stage: str, place_code: str | None) -> School | None:
        """A school of the stage where the child lives; None outside the city."""
        if place_code is None:
            return None
        schools = self._schools.get((CITY_CODE if stage in _CITY_STAGES else place_code[:9], stage))
        return self.rng.choice(schools) if schools else None

    def officer(self) -> str:
        """The post of a city officer who confirms."""
        return self.rng.choice(self._officers)

    def supervisor(self, place_code: str) -> str:
        """The post of the town that proposes."""
        return self._supervisors[place_code[:9]]

    def _weight(self) -> float:
        return self.rng.lognormvariate(0.0, 0.6)


def _grouped(villages: tuple[Place, ...]) -> dict[str, list[Place]]:
    by_town: defaultdict[str, list[Place]] = defaultdict(list)
    for village in villages:
        by_town[village.code[:9]].append(village)
    return dict(by_town)


def _schools(schools: tuple[School, ...]) -> dict[tuple[str, str], list[School]]:
    by_stage: defaultdict[tuple[str, str], list[School]] = defaultdict(list)
    for school in schools:
        by_stage[(school.town_code, school.stage)].append(school)
    return dict(by_stage)
