"""Invented divisions above and beside the demonstration's city: a province that does not exist.

Its counties are named after nothing real, and staffed as thinly as a register needs: an officer and
an approver above, a supervisor and a civil affairs office in each town, a director in each village.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from seeds.network import Network, Organisation, Place
from seeds.places import CITY_CODE
from seeds.sizes import Around
from seeds.staff import Staff

PROVINCE_CODE: Final = "990000"
_DIGITS: Final = "一二三四五六七八九十"
_FIRST: Final = "云清明长安宁和丰永新东西南北"
_SECOND: Final = "川原湖山江溪岭洲泉源塘桥浜港"

_KINDS: Final = {"town": "protection_station", "village": "village_committee"}
_TITLES: Final = {"town": "未成年人保护工作站", "village": ""}
# The posts of each level: role, title, and what logins and keys begin with.
_POSTS: Final = {
    "village": (("child_director", "儿童主任", "director"),),
    "town": (
        ("child_supervisor", "儿童督导员", "supervisor"),
        ("town_civil_affairs", "民政办公室", "civil"),
    ),
}
_OFFICE: Final = (
    ("city_officer", "儿童福利经办", "city"),
    ("city_approver", "审批人", "approver"),
)


def surrounded(network: Network, around: Around, *, seed: int, as_of: date) -> Network:
    """The city's network as one county of an invented province; parents before children."""
    above = tuple(_above(around))
    beside = tuple(_beside(around))
    county, *inside = network.places
    staff = Staff(Random(f"{seed}:around"), as_of)
    organisations = tuple(_organisation(place) for place in (*above, *beside))
    for place in (*above, *beside):
        _man(staff, place)
    return replace(
        network,
        places=(*above, replace(county, parent_code=above[1].code), *inside, *beside),
        organisations=(*network.organisations, *organisations),
        posts=(*network.posts, *staff.posts),
        workers=(*network.workers, *staff.workers),
        holdings=(*network.holdings, *staff.holdings),
    )


def _above(around: Around) -> Iterator[Place]:
    yield _place(PROVINCE_CODE, "示例省", "province", None)
    for number in range(1, around.prefectures + 1):
        name = f"示例{_DIGITS[number - 1]}市"
        yield _place(f"99{number:02d}00", name, "prefecture", PROVINCE_CODE)


def _beside(around: Around) -> Iterator[Place]:
    """The other counties, each followed by its towns, each followed by its villages."""
    for prefecture in range(1, around.prefectures + 1):
        # One county of the first prefecture is the city itself.
        for number in range(1 + (prefecture == 1), around.counties + 1):
            code = f"99{prefecture:02d}{number:02d}"
            name = f"示例{_DIGITS[prefecture - 1]}市第{_DIGITS[number - 1]}县"
            yield _place(code, name, "county", f"99{prefecture:02d}00")
            yield from _towns(code, around)


def _towns(county: str, around: Around) -> Iterator[Place]:
    for number in range(around.towns):
        code = f"{county}{100 + number}"
        yield _place(code, f"{_word(number)}镇", "town", county)
        for village in range(around.villages):
            name = f"{_word(number * around.villages + village + 1)}村委会"
            yield _place(f"{code}{200 + village}", name, "village", code)


def _word(number: int) -> str:
    """One of nearly two hundred names of two characters, then with a third."""
    further, first = divmod(number, len(_FIRST))
    third, second = divmod(further, len(_SECOND))
    word = _FIRST[first] + _SECOND[(second + first) % len(_SECOND)]
    return word + (_FIRST[third - 1] if third else "")


def _place(code: str, name: str, level: str, parent: str | None) -> Place:
    is_town = level == "town"
    return Place(
        code=code,
        name=name,
        level=level,
        parent_code=parent,
        statistical_code=code,
        payment_unit=name if is_town else None,
        payment_unit_mark="P" if is_town else None,
    )


def _organisation(place: Place) -> Organisation:
    is_office = place.level not in _KINDS
    return Organisation(
        key=f"org.{place.code}",
        name=place.name + _TITLES.get(place.level, "民政局"),
        kind=_KINDS.get(place.level, "department"),
        place_code=place.code,
        credit_code=None,
        department="civil_affairs" if is_office else None,
    )


def _man(staff: Staff, place: Place) -> None:
    posts: Sequence[tuple[str, str, str]] = _POSTS.get(place.level, _OFFICE)
    for role, title, stem in posts:
        post = staff.post(
            key=f"{role}.{place.code}", role=role, title=f"{place.name}{title}",
            place=place.code, organisation=f"org.{place.code}",
        )  # fmt: skip
        staff.filled(f"{stem}.{place.code}", post)


def is_invented(code: str) -> bool:
    """Whether a place is one of these divisions, not one of the city."""
    return code != CITY_CODE and code.startswith(PROVINCE_CODE[:2])
