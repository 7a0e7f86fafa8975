"""The places of a pack: all of them for a real city, some or all for a synthetic one."""

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


def every_place(pack: str) -> tuple[Place, ...]:
    """The county of a pack, its towns and zones, every village; parents before children."""
    return (_county(pack), *_towns(pack), *_villages(pack))


def make_places(size: Size) -> tuple[Place, ...]:
    """As many places of the city as its size asks for; parents before children."""
    county, *below = every_place(PACK)
    towns = [p for p in below if p.level == "town" and (not size.towns or p.code in size.towns)]
    villages = [place for place in below if place.level == "village"]
    units = sorted({town.code for town in towns})
    chosen = [
        village
        for unit in units
        for village in _some([each for each in villages if each.parent_code == unit], size)
    ]
    return (county, *towns, *chosen)


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


def _county(pack: str) -> Place:
    county = packs.divisions(pack)[0]
    return Place(
        code=county.code,
        name=county.name,
        level="county",
        parent_code=None,
        statistical_code=county.code,
        payment_unit=None,
        payment_unit_mark=None,
    )


def _towns(pack: str) -> list[Place]:
    county = packs.divisions(pack)[0]
    return [
        Place(
            code=town.code,
            name=town.name,
            level="town",
            parent_code=county.code,
            statistical_code=town.statistical_code,
            payment_unit=town.payment_units[-1].name,
            payment_unit_mark=town.payment_units[-1].mark,
        )
        for town in packs.town_places(pack)
    ]


def _villages(pack: str) -> list[Place]:
    return [
        Place(
            code=row.code,
            name=row.name,
            level="village",
            parent_code=row.parent_code,
            statistical_code=row.code,
            payment_unit=None,
            payment_unit_mark=None,
        )
        for row in packs.divisions(pack)
        if row.level == "village"
    ]


def _some(villages: list[Place], size: Size) -> list[Place]:
    limit = size.villages_per_town
    if limit is None or len(villages) <= limit:
        return villages
    # The last of a town is a village committee where there are any: both kinds are wanted.
    return [*villages[: limit - 1], villages[-1]]
