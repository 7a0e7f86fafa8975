"""Children by the column: many at once, each with one place, one guardian and one category.

For sizes at which a family's story costs too much (`families` tells those). Pure: from a size, a
seed and a day to columns of plain values; villages are numbers, which whoever writes them down
knows by name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from random import Random
from typing import Final

from seeds import names
from seeds.numbers import AREA, FEMALE, MALE, mobile_numbers

CHILDREN_AT_ONCE: Final = 20_000
# Seventeen and a half years, so that nobody comes of age on the day of the seed.
BIRTH_DAYS: Final = 6_400
# Coprime to it: neighbours in the register differ in age.
BIRTH_STEP: Final = 2_711
ADULT_DAYS: Final = 9_000
ADULT_STEP: Final = 3_701
OLDEST_ADULT: Final = date(1970, 1, 1)
ABROAD: Final = -1
_REASONS: Final = ("original_not_seen", "number_disputed", "hukou_not_registered", "not_given")


@dataclass(frozen=True, slots=True)
class Guardians:
    """The adults of one batch, a row for each household."""

    names: Sequence[str]
    sexes: Sequence[str]
    births: Sequence[date]
    numbers: Sequence[str]
    phones: Sequence[str]
    relations: Sequence[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some children, column by column; `household` is a row of `guardians`."""

    names: Sequence[str]
    sexes: Sequence[str]
    births: Sequence[date]
    numbers: Sequence[str | None]
    no_id_reasons: Sequence[str]
    residences: Sequence[int]
    # The hukou's village; `ABROAD` where it lies outside all that is registered.
    hukous: Sequence[int]
    categories: Sequence[str]
    # Whether a second person has decided the category.
    is_confirmed: Sequence[bool]
    households: Sequence[int]
    guardians: Guardians

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Crowd:
    """What all batches are drawn from: how many of which category, over how many villages."""

    quotas: dict[str, int]
    villages: int
    seed: int
    as_of: date

    def batches(self, at_once: int = CHILDREN_AT_ONCE) -> Iterator[Batch]:
        """Every child, so many at once; the same each time."""
        total = sum(self.quotas.values())
        drawn = self._categories()
        for start in range(0, total, at_once):
            serials = range(start, min(start + at_once, total))
            rng = Random(f"{self.seed}:columns:{start}")
            yield _batch(self, serials, drawn[start : serials.stop], rng)

    def _categories(self) -> list[str]:
        drawn = [code for code, count in self.quotas.items() for _ in range(count)]
        Random(f"{self.seed}:categories").shuffle(drawn)
        return drawn


def _batch(crowd: Crowd, serials: range, categories: list[str], rng: Random) -> Batch:
    count = len(serials)
    households = _households(count, rng)
    at = rng.choices(range(crowd.villages), k=households[-1] + 1)
    residences = [at[household] for household in households]
    surnames = [names.surname(rng) for _ in at]
    sexes = rng.choices((FEMALE, MALE), (47, 53), k=count)
    births = [crowd.as_of - timedelta(days=1 + n * BIRTH_STEP % BIRTH_DAYS) for n in serials]
    reasons = [_REASONS[n // 31 % len(_REASONS)] if n % 31 == 5 else "" for n in serials]
    numbers = [
        None if reason else _number(born, n // BIRTH_DAYS, sex)
        for n, born, sex, reason in zip(serials, births, sexes, reasons, strict=True)
    ]
    pairs = zip(households, sexes, strict=True)
    return Batch(
        names=[surnames[home] + given_name(rng, sex) for home, sex in pairs],
        sexes=sexes, births=births, numbers=numbers, no_id_reasons=reasons,
        residences=residences, hukous=_hukous(residences, crowd.villages, rng),
        categories=categories, is_confirmed=[n % 59 != 7 for n in serials],
        households=households, guardians=_guardians(surnames, serials.start, rng),
    )  # fmt: skip


def given_name(rng: Random, sex: str) -> str:
    """A given name of this century; most of two characters drawn apart, so that names spread."""
    first = names.child_given_name(rng, sex)
    return first[0] + rng.choice(_endings(sex)) if len(first) > 1 and rng.random() < 0.8 else first


@cache
def _endings(sex: str) -> tuple[str, ...]:
    rng = Random(sex)
    return tuple(sorted({names.child_given_name(rng, sex)[-1] for _ in range(4_000)}))


def _households(count: int, rng: Random) -> list[int]:
    """Which household each child belongs to; a fifth of them have a second child."""
    homes, last, is_second = [0], 0, False
    for _ in range(count - 1):
        is_second = not is_second and rng.random() < 0.2
        last += not is_second
        homes.append(last)
    return homes


def _hukou_of(village: int, villages: int, rng: Random) -> int:
    chance = rng.random()
    if chance < 0.88:
        return village
    if chance < 0.96:
        return (village + rng.randint(1, 10)) % villages
    return ABROAD


def _hukous(residences: list[int], villages: int, rng: Random) -> list[int]:
    return [_hukou_of(village, villages, rng) for village in residences]


def _guardians(surnames: list[str], start: int, rng: Random) -> Guardians:
    count = len(surnames)
    sexes = rng.choices((FEMALE, MALE), k=count)
    serials = range(start, start + count)
    births = [OLDEST_ADULT + timedelta(days=n * ADULT_STEP % ADULT_DAYS) for n in serials]
    phones = mobile_numbers(start)
    return Guardians(
        names=[
            (name if sex == MALE else names.surname(rng)) + names.adult_given_name(rng, sex, 1980)
            for name, sex in zip(surnames, sexes, strict=True)
        ],
        sexes=sexes,
        births=births,
        numbers=[
            _number(born, n // ADULT_DAYS, sex)
            for n, born, sex in zip(serials, births, sexes, strict=True)
        ],
        phones=[next(phones) for _ in serials],
        relations=["father" if sex == MALE else "mother" for sex in sexes],
    )


def _number(born: date, order: int, sex: str) -> str:
    """The number of that order among those of one day; no two people share day and order."""
    body = f"{AREA}{born:%Y%m%d}{order * 2 + (1 if sex == MALE else 2):03d}"
    return body + _check_character(body)


def _check_character(body: str) -> str:
    """The check character (GB 11643-1999), from sums over parts that repeat.

    >>> _check_character("11010519491231002")
    'X'
    """
    return "10X98765432"[(_half(body[:14], 0) + _half(body[14:], 14)) % 11]


@lru_cache(maxsize=50_000)
def _half(digits: str, at: int) -> int:
    return sum(int(digit) * (2 ** (17 - at - place) % 11) for place, digit in enumerate(digits))
