"""Who works in one town of a loaded city, day by day, and the days on which stories are told.

A story is a generator: it yields how many days ago its next act is done, and then does it. All
stories of a town are told together, so that what happened first is done and remembered first.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import count
from random import Random
from typing import Final

from seeds import names
from seeds.city import City
from seeds.load import Loaded
from seeds.numbers import FEMALE, mobile_numbers
from weiguang.kernel import clock
from weiguang.network.authority import Actor
from weiguang.network.models import Account, Place, Post
from weiguang.network.queries import actor_for
from weiguang.register.models import Child

Story = Iterator[int]
OPENS_AT: Final = time(9, 0)
APART: Final = timedelta(minutes=4)
LONGEST: Final = 27  # days that the longest story goes back
_PHONES_OF_FAMILIES: Final = 9_000_000  # far behind those that families got


@dataclass(frozen=True)
class Office:
    """The people and places of one town; whoever acts is on the post on the day of the act."""

    city: City
    loaded: Loaded
    village: Place

    @cached_property
    def town(self) -> Place:
        """The town that the stories are about."""
        return next(p for p in self.loaded.places.values() if p.pk == self.village.parent_id)

    @cached_property
    def villages(self) -> list[Place]:
        """Its villages whose director has been the same since the stories began."""
        steady = [
            place for place in self.loaded.places.values()
            if place.parent_id == self.town.pk and self._is_steady("child_director", place)
        ]  # fmt: skip
        return sorted(steady, key=lambda place: (place.pk != self.village.pk, place.sort_key))

    @cached_property
    def neighbour(self) -> Place | None:
        """Another town with a supervisor, to which and from which children move."""
        return next(
            (
                place for place in self.loaded.places.values()
                if place.level == Place.Level.TOWN and place.pk != self.town.pk
                and self._is_steady("child_supervisor", place)
            ),
            None,
        )  # fmt: skip

    @cached_property
    def rng(self) -> Random:
        """Chance of this town's stories alone."""
        return Random(f"{self.city.seed}:desks")

    @cached_property
    def phones(self) -> Iterator[str]:
        """Numbers that nobody else of the city has."""
        return mobile_numbers(_PHONES_OF_FAMILIES)

    def at_work(self, role: str, place: Place | None = None) -> Actor:
        """Who is on a post on the day of the act; raises `LookupError` when nobody is."""
        return actor_for(self._holder(role, place or self.town, clock.today()), on=clock.today())

    def post(self, role: str, place: Place) -> Post:
        """The post of a role at a place."""
        return self._posts(role, place)[0]

    def director(self, number: int) -> Actor:
        """The director of one of the villages; they are counted round."""
        return self.at_work("child_director", self.nth(number))

    def nth(self, number: int) -> Place:
        """One of the villages, counted round."""
        return self.villages[number % len(self.villages)]

    def children(self, place: Place) -> list[Child]:
        """The children who live there, always in the same order."""
        return list(Child.objects.filter(residence_path__startswith=place.path).order_by(
            "sort_key", "birth_date", "sex"
        ))  # fmt: skip

    def new_name(self) -> tuple[str, str]:
        """A girl's full name and her surname."""
        surname = names.surname(self.rng)
        return surname + names.child_given_name(self.rng, FEMALE), surname

    def _posts(self, role: str, place: Place) -> list[Post]:
        return [
            post for post in self.loaded.posts.values()
            if post.role == role and post.place_id == place.pk
        ]  # fmt: skip

    def _holder(self, role: str, place: Place, on: date) -> Account:
        for key, post in self.loaded.posts.items():
            if post.role == role and post.place_id == place.pk:
                person = self.loaded.holder_of(key, on)
                if person is not None:
                    return person
        raise LookupError(role)

    def _is_steady(self, role: str, place: Place) -> bool:
        days = (self.city.as_of - timedelta(days=LONGEST), self.city.as_of)
        try:
            then, now = (self._holder(role, place, day) for day in days)
        except LookupError:
            return False
        return then.pk == now.pk


def tell(stories: Iterable[Story], *, today: date) -> int:
    """Do what all stories do, the earliest first, each act at its own moment; how many acts."""
    waiting = [(-next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    acts = 0
    minutes = {ago: count() for ago in range(LONGEST + 1)}
    while waiting:
        before, number, story = heapq.heappop(waiting)
        with clock.standing_at(moment(today, -before, next(minutes[-before]))):
            following = next(story, None)
        acts += 1
        if following is not None:
            heapq.heappush(waiting, (-following, number, story))
    return acts


def moment(today: date, ago: int, number: int = 0) -> datetime:
    """The moment of an act: so many days ago, in the morning, one after another."""
    morning = datetime.combine(today - timedelta(days=ago), OPENS_AT, clock.CHINA)
    return morning + number * APART
