"""The places of a synthetic city: Kunshan's real divisions, from the pack."""

from typing import Final

from seeds.network import Place, School
from seeds.sizes import Size
from weiguang.kernel import packs

PACK: Final = "demo"
CITY_CODE: Final = "320583"

_SCHOOLS: Final = (
    ("幼儿园", "kindergarten"),
    ("小学", "primary"),
    ("第二小学", "primary"),
    ("初级中学", "junior_secondary"),
)
_CITY_SCHOOLS: Final = (
    ("演示特殊教育学校", "special_school"),
    ("演示第一高级中学", "senior_secondary"),
    ("演示第二高级中学", "senior_secondary"),
    ("演示中等专业学校", "vocational_secondary"),
)


def make_places(size: Size) -> tuple[Place, ...]:
    """The city, its towns and zones, their villages; parents before children."""
    towns = _towns(size)
    units = {town.code for town in towns}
    return (_city(), *towns, *_villages(size, units))


def make_schools(places: tuple[Place, ...]) -> tuple[School, ...]:
    """Four invented schools in every town with villages, and four for the whole city."""
    with_villages = {place.parent_code for place in places if place.level == "village"}
    schools = [
        School(
            key=f"school.{town.code}.{number}",
            name=f"{short_name(town.name)}演示{name}",
            stage=stage,
            town_code=town.code,
        )
        for town in places
        if town.code in with_villages
        for number, (name, stage) in enumerate(_SCHOOLS, start=1)
    ]
    schools += [
        School(key=f"school.city.{number}", name=name, stage=stage, town_code=CITY_CODE)
        for number, (name, stage) in enumerate(_CITY_SCHOOLS, start=1)
    ]
    return tuple(schools)


def short_name(name: str) -> str:
    """A place's name without its suffix.

    >>> short_name("里厍社区居委会"), short_name("千灯镇"), short_name("度城村委会")
    ('里厍社区', '千灯', '度城村')
    """
    if name.endswith("镇"):
        return name[:-1]
    return name.removesuffix("居委会").removesuffix("委会")


def _city() -> Place:
    county = packs.divisions(PACK)[0]
    return Place(
        code=county.code,
        name=county.name,
        level="county",
        parent_code=None,
        statistical_code=county.code,
        payment_unit=None,
        payment_unit_mark=None,
    )


def _towns(size: Size) -> tuple[Place, ...]:
    return tuple(
        Place(
            code=town.code,
            name=town.name,
            level="town",
            parent_code=CITY_CODE,
            statistical_code=town.statistical_code,
            payment_unit=town.payment_units[-1].name,
            payment_unit_mark=town.payment_units[-1].mark,
        )
        for town in packs.town_places(PACK)
        if not size.towns or town.code in size.towns
    )


def _villages(size: Size, units: set[str]) -> tuple[Place, ...]:
    villages = [row for row in packs.divisions(PACK) if row.level == "village"]
    chosen = [
        row
        for unit in sorted(units)
        for row in _some([row for row in villages if row.parent_code == unit], size)
    ]
    return tuple(
        Place(
            code=row.code,
            name=row.name,
            level="village",
            parent_code=row.parent_code,
            statistical_code=row.code,
            payment_unit=None,
            payment_unit_mark=None,
        )
        for row in chosen
    )


def _some(rows: list[packs.Division], size: Size) -> list[packs.Division]:
    limit = size.villages_per_town
    if limit is None or len(rows) <= limit:
        return rows
    # The last of a town is a village committee where there are any: both kinds are wanted.
    return [*rows[: limit - 1], rows[-1]]
