"""How big a synthetic city is: the reference city of 2021, a small one for tests, a large one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

# Categories in the order in which a child's first one is named, with the headcounts that Kunshan
# published for October 2024. Street children and other needs are in no payment notice: their
# weights are a proposal.
PUBLISHED_HEADCOUNTS: Final[Mapping[str, int]] = {
    "orphan": 5,
    "guardian_absent": 17,
    "guardian_incapable": 83,
    "severe_disability": 1093,
    "severe_illness": 382,
    "poor_family": 287,
    "street_child": 5,
    "other_need": 45,
}


@dataclass(frozen=True, slots=True)
class Around:
    """Invented divisions above and beside the city: so many of a kind in each of the kind above."""

    prefectures: int
    counties: int
    towns: int
    villages: int


@dataclass(frozen=True, slots=True)
class Size:
    """The figures a city must meet exactly. `towns` empty means every town and village there is.

    `has_history`: children come as whole families with two years behind them; without, each has
    one place, one guardian and one category, and a million are written within minutes.
    """

    name: str
    quotas: Mapping[str, int]
    child_director_vacancies: int
    social_workers: int
    projects: int
    providers: int
    duty_officers: int
    former_directors: int
    towns: tuple[str, ...] = ()
    villages_per_town: int | None = None
    around: Around | None = None
    has_history: bool = True

    @property
    def children(self) -> int:
        """How many children the city's register holds."""
        return sum(self.quotas.values())


def shares(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """The total divided by weight into whole parts by the largest remainder; ties by order.

    >>> shares(10, {"one": 2, "two": 1})
    {'one': 7, 'two': 3}
    """
    whole = sum(weights.values())
    parts = {name: total * weight // whole for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: -(total * weights[name] % whole))
    for name in by_remainder[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


def large(children: int, name: str = "large") -> Size:
    """Kunshan's whole network with any number of children; a million is the intended limit."""
    if not 1 <= children <= 1_000_000:
        raise ValueError("a large city has between 1 and 1,000,000 children")
    return Size(
        name=name,
        quotas=shares(children, PUBLISHED_HEADCOUNTS),
        child_director_vacancies=5,
        social_workers=32,
        projects=15,
        providers=9,
        duty_officers=6,
        former_directors=12,
    )


DEMO: Final = Size(
    name="demo",
    quotas=shares(1200, PUBLISHED_HEADCOUNTS),
    child_director_vacancies=5,
    social_workers=32,
    projects=15,
    providers=9,
    duty_officers=6,
    former_directors=12,
)

SMALL: Final = Size(
    name="small",
    quotas={
        "orphan": 3,
        "guardian_absent": 8,
        "guardian_incapable": 7,
        "severe_disability": 18,
        "severe_illness": 9,
        "poor_family": 9,
        "street_child": 1,
        "other_need": 5,
    },
    child_director_vacancies=1,
    social_workers=4,
    projects=2,
    providers=2,
    duty_officers=2,
    former_directors=1,
    towns=("320583103", "320583108"),
    villages_per_town=3,
)

DISTRICT: Final = replace(large(50_000, "district"), has_history=False)
PROVINCE: Final = replace(
    large(1_000_000, "province"),
    has_history=False,
    around=Around(prefectures=10, counties=10, towns=12, villages=15),
)
