"""The synthetic city: the same for the same size, seed and day, and families one at a time."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from seeds.divisions import surrounded
from seeds.families import make_families
from seeds.family import Child, Family
from seeds.network import Network
from seeds.scene import Scene
from seeds.sizes import Size
from seeds.staff import make_network

DEFAULT_SEED: Final = 2021
DEFAULT_AS_OF: Final = date(2024, 12, 31)


@dataclass(frozen=True, slots=True)
class City:
    """A city on a day: its network, and its families made anew at each walk through them."""

    size: Size
    seed: int
    as_of: date
    network: Network

    def families(self) -> Iterator[Family]:
        """Every family in the same order each time; none is kept in memory."""
        return make_families(Scene(self.network, seed=self.seed, as_of=self.as_of), self.size)

    def children(self) -> Iterator[Child]:
        """Every registered child, families together."""
        for family in self.families():
            yield from family.children


def make_city(size: Size, seed: int = DEFAULT_SEED, *, as_of: date = DEFAULT_AS_OF) -> City:
    """A city whose people, places and two years of history depend on nothing but the arguments."""
    network = make_network(size, seed=seed, as_of=as_of)
    if size.around is not None:
        network = surrounded(network, size.around, seed=seed, as_of=as_of)
    return City(size=size, seed=seed, as_of=as_of, network=network)


def digest(city: City) -> str:
    """A fingerprint of all that the city holds: equal cities have equal ones."""
    running = hashlib.sha256(repr(city.network).encode())
    for family in city.families():
        running.update(repr(family).encode())
    return running.hexdigest()
