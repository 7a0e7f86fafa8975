"""Puts children that come by the column into the register: one act, COPY, table by table.

What it writes passes every door that a list's import passes: an event for the database's guards,
encryption of what is sensitive, blind indexes, search keys.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import compress
from typing import Any, Final

from seeds.bare import bare
from seeds.city import City
from seeds.columns import ABROAD, Batch, Crowd
from seeds.load import Loaded
from seeds.recognition import EVIDENCE
from seeds.schooling import primary_entry
from weiguang.kernel.crypto import provider
from weiguang.kernel.ids import new_ids
from weiguang.kernel.packs import categories
from weiguang.kernel.records import Copy, Record, copying_behind
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.engine.names import name_keys
from weiguang.register.models import (
    ADULT_ID_INDEX,
    ID_INDEX,
    ID_TAIL_INDEX,
    PHONE_INDEX,
    Adult,
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    HealthFact,
    Household,
    SchoolFact,
    Tie,
)

PACK: Final = "demo"
HAN: Final = "01"
# The first day of the register: whatever is on file began then.
SINCE_DAYS: Final = 400
UNBOUNDED: Final = "(,)"
# Tables in the order in which their rows need one another.
ORDER: Final[tuple[type[Record], ...]] = (
    Household, Adult, Child, ChildName, ChildPlace, Tie, ChildCategory, SchoolFact, HealthFact,
)  # fmt: skip
HEALTH: Final = {"severe_disability": "disability", "severe_illness": "severe_illness"}
GRADES: Final = {"kindergarten": ("小班", "中班", "大班")}


@dataclass(frozen=True, slots=True)
class Village:
    """A village as its children's rows name it, and the two people who recognise there."""

    id: str
    path: str
    name: str
    proposer: str
    decider: str


def load_columns(
    city: City, loaded: Loaded, *, by: Actor, tell: Callable[[int], None] = lambda written: None
) -> int:
    """Write every child of the city; returns their number. `tell` hears how many are written."""
    villages = _villages(city, loaded)
    crowd = Crowd(dict(city.size.quotas), len(villages), city.seed, city.as_of)
    written = 0
    with act(Verb.CITY_SEED, by=by) as event, bare(*ORDER):
        # The next children are drawn while the database takes in the last ones.
        with copying_behind() as copy:
            for batch in crowd.batches():
                _write(batch, villages, city.as_of, copy)
                written += len(batch)
                tell(written)
        event.detail = {"children": written}
    return written


def _villages(city: City, loaded: Loaded) -> list[Village]:
    people = _people(city, loaded)
    return [
        _village(loaded.places[each.code], loaded.places[each.parent_code or ""], people)
        for each in city.network.villages
    ]


def _people(city: City, loaded: Loaded) -> dict[tuple[str, str], str]:
    """Who holds a post of a role at a place on the city's day; one of them, and her id."""
    return {
        (post.role, str(loaded.places[post.place_code].pk)): str(holder.pk)
        for post in city.network.posts
        if (holder := loaded.holder_of(post.key, city.as_of)) is not None
    }


def _village(place: Place, town: Place, people: dict[tuple[str, str], str]) -> Village:
    return Village(
        id=str(place.pk), path=place.path, name=place.name,
        proposer=people["child_supervisor", str(town.pk)],
        decider=people["town_civil_affairs", str(town.pk)],
    )  # fmt: skip


def _write(batch: Batch, villages: Sequence[Village], as_of: date, copy: Copy) -> None:
    homes = [villages[number] for number in batch.residences]
    households, adults = new_ids(len(batch.guardians.names)), new_ids(len(batch.guardians.names))
    children = new_ids(len(batch))
    columns = (
        _households(batch, households, homes),
        _adults(batch, adults),
        _children(batch, children, households, villages),
        _names(batch, children),
        _places(batch, children, villages, as_of),
        _ties(batch, children, adults),
        _categories(batch, children, homes, as_of),
        _schooling(batch, children, homes, as_of),
        _health(batch, children),
    )
    for table, values in zip(ORDER, columns, strict=True):
        copy(table, values)


def _households(batch: Batch, ids: list[str], homes: Sequence[Village]) -> dict[str, Sequence[Any]]:
    at = dict(zip(batch.households, homes, strict=True))
    return {
        "id": ids,
        "place_id": [at[number].id for number in range(len(ids))],
        "address": [f"{at[number].name}{number % 180 + 1}号" for number in range(len(ids))],
    }


def _adults(batch: Batch, ids: list[str]) -> dict[str, Sequence[Any]]:
    of, keys = batch.guardians, provider()
    return {
        "id": ids, "name": of.names, "sex": of.sexes, "birth_date": of.births,
        "id_number": of.numbers,
        "id_index": [keys.blind_index(said, purpose=ADULT_ID_INDEX) for said in of.numbers],
        "phone": of.phones,
        "phone_index": [keys.blind_index(said, purpose=PHONE_INDEX) for said in of.phones],
    }  # fmt: skip


def _children(
    batch: Batch, ids: list[str], households: list[str], villages: Sequence[Village]
) -> dict[str, Sequence[Any]]:
    count, keys = len(batch), [name_keys(name) for name in batch.names]
    homes = [villages[number] for number in batch.residences]
    hukous = [villages[number] if number != ABROAD else None for number in batch.hukous]
    return {
        "id": ids,
        "name": batch.names,
        "sort_key": [each.sort_key for each in keys],
        "pinyin": [each.pinyin for each in keys],
        "loose_pinyin": [each.loose_pinyin for each in keys],
        "initials": [each.initials for each in keys],
        "grams": [list(each.grams) for each in keys],
        "sex": batch.sexes,
        "birth_date": batch.births,
        "ethnicity": [HAN] * count,
        **_numbers(batch),
        "no_id_reason": batch.no_id_reasons,
        "hukou_place_id": [hukou.id if hukou else None for hukou in hukous],
        "hukou_path": [hukou.path if hukou else "" for hukou in hukous],
        "residence_place_id": [home.id for home in homes],
        "residence_path": [home.path for home in homes],
        "is_residence_confirmed": _confirmed(count),
        "household_id": [households[number] for number in batch.households],
    }


def _numbers(batch: Batch) -> dict[str, Sequence[Any]]:
    keys, tail = provider(), _tail_index()
    return {
        "id_number": batch.numbers,
        "id_index": [said and keys.blind_index(said, purpose=ID_INDEX) for said in batch.numbers],
        "id_tail_index": [said and tail(said[-4:]) for said in batch.numbers],
    }


def _tail_index() -> Callable[[str], bytes]:
    """The blind index of the last four signs; there are so few that each is made once."""
    keys = provider()
    return cache(lambda said: keys.blind_index(said, purpose=ID_TAIL_INDEX))


def _confirmed(count: int) -> list[bool]:
    """Where nobody has seen the child yet: one of twenty-five."""
    return [number % 25 != 3 for number in range(count)]


def _names(batch: Batch, children: list[str]) -> dict[str, Sequence[Any]]:
    count = len(batch)
    return {
        "id": new_ids(count), "child_id": children, "kind": [ChildName.Kind.OFFICIAL] * count,
        "name": batch.names, "during": [UNBOUNDED] * count,
    }  # fmt: skip


def _places(
    batch: Batch, children: list[str], villages: Sequence[Village], as_of: date
) -> dict[str, Sequence[Any]]:
    count = len(batch)
    numbers = [*batch.hukous, *batch.residences]
    at = [villages[number] if number != ABROAD else None for number in numbers]
    kinds = [ChildPlace.Kind.HUKOU] * count + [ChildPlace.Kind.RESIDENCE] * count
    doors = [*batch.households, *batch.households]
    return {
        "id": new_ids(2 * count),
        "child_id": children * 2,
        "kind": kinds,
        "place_id": [place.id if place else None for place in at],
        "address": [
            f"{place.name if place else '外省'}{door % 180 + 1}号"
            for place, door in zip(at, doors, strict=True)
        ],
        "is_confirmed": [*[True] * count, *_confirmed(count)],
        "during": [_since(as_of)] * (2 * count),
    }


def _ties(batch: Batch, children: list[str], adults: list[str]) -> dict[str, Sequence[Any]]:
    count = len(batch)
    return {
        "id": new_ids(count), "child_id": children,
        "adult_id": [adults[number] for number in batch.households],
        "kind": [Tie.Kind.GUARDIAN] * count,
        "relation": [batch.guardians.relations[number] for number in batch.households],
        "is_entrusted": [False] * count, "during": [UNBOUNDED] * count,
    }  # fmt: skip


def _categories(
    batch: Batch, children: list[str], homes: Sequence[Village], as_of: date
) -> dict[str, Sequence[Any]]:
    status, count = ChildCategory.Status, len(batch)
    bases = _legal_bases()
    return {
        "id": new_ids(count), "child_id": children, "category": batch.categories,
        "status": [status.CONFIRMED if done else status.PROPOSED for done in batch.is_confirmed],
        "evidence": [EVIDENCE[code] for code in batch.categories],
        "legal_basis": [bases[code] for code in batch.categories],
        "during": [_since(as_of)] * count,
        "proposed_by_id": [home.proposer for home in homes],
        "decided_by_id": [
            home.decider if done else None
            for home, done in zip(homes, batch.is_confirmed, strict=True)
        ],
        "end_reason": [""] * count,
    }  # fmt: skip


def _schooling(
    batch: Batch, children: list[str], homes: Sequence[Village], as_of: date
) -> dict[str, Sequence[Any]]:
    """The present school of each child that is old enough for one."""
    stages = [stage_on(born, as_of) for born in batch.births]
    goes = [stage is not None for stage in stages]
    found = [stage for stage in stages if stage is not None]
    return {
        "id": new_ids(len(found)), "child_id": list(compress(children, goes)),
        "stage": [stage for stage, _name, _grade in found],
        "attendance": ["attending"] * len(found),
        "school": [
            f"{home.name.removesuffix('村委会').removesuffix('居委会')}{name}"
            for home, (_stage, name, _grade) in zip(compress(homes, goes), found, strict=True)
        ],
        "grade": [grade for _stage, _name, grade in found],
        "is_boarding": [False] * len(found), "during": [_since(as_of)] * len(found),
    }  # fmt: skip


@cache
def stage_on(born: date, on: date) -> tuple[str, str, str] | None:
    """The stage of school of that age, what such a school is called, and the grade."""
    year = on.year if (on.month, on.day) > (8, 31) else on.year - 1
    grade = year - primary_entry(born).year + 1
    if grade > 9:
        return "senior_secondary", "演示高级中学", f"{min(grade - 9, 3)}年级"
    if grade > 6:
        return "junior_secondary", "演示初级中学", f"{grade - 6}年级"
    if grade > 0:
        return "primary", "演示小学", f"{grade}年级"
    if grade > -3:
        return "kindergarten", "演示幼儿园", GRADES["kindergarten"][grade + 2]
    return None


def _health(batch: Batch, children: list[str]) -> dict[str, Sequence[Any]]:
    """What the two categories of health rest on; a certificate's number where there is one."""
    is_ill = [code in HEALTH for code in batch.categories]
    codes = list(compress(batch.categories, is_ill))
    return {
        "id": new_ids(len(codes)), "child_id": list(compress(children, is_ill)),
        "kind": [HEALTH[code] for code in codes],
        "disability_number": list(_certificates(batch)),
        "during": [UNBOUNDED] * len(codes),
    }  # fmt: skip


def _certificates(batch: Batch) -> Iterable[str | None]:
    for code, number in zip(batch.categories, batch.numbers, strict=True):
        if code in HEALTH:
            yield f"{number}51" if code == "severe_disability" and number else None


def _since(as_of: date) -> str:
    return f"[{as_of - timedelta(days=SINCE_DAYS)},)"


@cache
def _legal_bases() -> dict[str, str]:
    return {
        category.code: "；".join(
            f"{basis.document}{basis.number or ''}{basis.article or ''}" for basis in category.bases
        )
        for category in categories(PACK)
    }
