"""Families, one after another: parents, homes and children whose facts agree with one another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from seeds import names
from seeds.children import Setting, make_child
from seeds.family import Child, Family, Household, PovertySpan, SituationSpan
from seeds.homes import make_home
from seeds.kin import make_kin
from seeds.numbers import FEMALE, MALE, household_number
from seeds.parents import PAIRS, ParentPlan, plan_parents, plan_returned_father
from seeds.scene import Scene
from seeds.sizes import Size

# Youngest and oldest age in days at which a child of the category stands in the register. The
# oldest leaves everybody a minor for some weeks after the city's day.
_OLDEST: Final = 18 * 365 - 40
_AGES: Final = {
    "orphan": (1100, _OLDEST),
    "guardian_absent": (1100, _OLDEST),
    "guardian_incapable": (1100, _OLDEST),
    "severe_disability": (800, _OLDEST),
    "severe_illness": (240, _OLDEST),
    "street_child": (3200, _OLDEST),
    "poor_family": (70, _OLDEST),
    "other_need": (1900, _OLDEST),
}
_SIBLING_CATEGORIES: Final = ("poor_family", "severe_illness", "severe_disability", "other_need")
_OLD_ENOUGH_FOR_A_RETURN: Final = 820
_AT_HOME: Final = {"capable", "severe_disability", "severe_illness"}


@dataclass(frozen=True, slots=True)
class _Brood:
    """The children a family is to have: category and birth date of each, the first one deciding."""

    categories: tuple[str, ...]
    births: tuple[date, ...]


def make_families(scene: Scene, size: Size) -> Iterator[Family]:
    """All families of a city, lazily; their children meet the quotas exactly."""
    remaining = {category: count for category, count in size.quotas.items() if count}
    turns = dict.fromkeys(remaining, 0)
    serial = 0
    while remaining:
        brood = _draw_brood(scene, remaining)
        serial += 1
        yield _family(scene, brood, serial, turns[brood.categories[0]])
        turns[brood.categories[0]] += 1


def _draw_brood(scene: Scene, remaining: dict[str, int]) -> _Brood:
    first = scene.rng.choices(list(remaining), list(remaining.values()))[0]
    _take(remaining, first)
    categories, births = [first], [scene.ago(*_AGES[first])]
    if first != "street_child" and scene.chance(0.13):
        for _ in range(2 if scene.chance(0.08) else 1):
            sibling = _sibling_category(scene, first, remaining)
            born = _sibling_birth(scene, births, sibling) if sibling else None
            if sibling and born:
                _take(remaining, sibling)
                categories.append(sibling)
                births.append(born)
    return _Brood(tuple(categories), tuple(births))


def _take(remaining: dict[str, int], category: str) -> None:
    remaining[category] -= 1
    if not remaining[category]:
        del remaining[category]


def _sibling_category(scene: Scene, first: str, remaining: dict[str, int]) -> str | None:
    if first in PAIRS:
        return first if first in remaining else None
    if first == "other_need":
        return None
    open_ones = [category for category in _SIBLING_CATEGORIES[:3] if category in remaining]
    return scene.rng.choice(open_ones) if open_ones else None


def _sibling_birth(scene: Scene, births: Sequence[date], category: str) -> date | None:
    least, most = _AGES[category]
    if scene.chance(0.14):
        born = births[0]
    else:
        gap = scene.rng.randint(400, 2600) * scene.rng.choice((-1, 1))
        born = births[-1] + timedelta(days=gap)
    age = (scene.as_of - born).days
    is_apart = all(other == born or abs((other - born).days) > 300 for other in births)
    return born if least <= age <= most and is_apart else None


def _family(scene: Scene, brood: _Brood, serial: int, turn: int) -> Family:
    first = brood.categories[0]
    plan, has_return = _plan(scene, brood, turn)
    is_rural_away = first == "poor_family" and turn % 9 == 4 and not has_return
    kin = make_kin(
        scene, plan, births=brood.births, needs_elder=first in PAIRS or has_return or is_rural_away
    )
    home = make_home(
        scene,
        is_migrant=first == "other_need" and scene.chance(0.75),
        births=list(brood.births),
    )
    setting = Setting(
        kin=kin,
        plan=plan,
        home=home,
        poverty=_poverty(scene, brood, turn),
        has_return=has_return,
        is_left_behind=is_rural_away and home.is_rural and _are_capable(plan),
        institution="org.rescue_centre" if first == "street_child" else "org.welfare_home",
    )
    children = tuple(_children(scene, brood, setting))
    household = Household(
        key=f"h{serial:07d}",
        number=household_number(serial),
        place_code=home.residence[-1].place_code,
        adult_keys=tuple(adult.key for adult in kin.adults if _lives_here(adult.situations)),
        child_keys=tuple(child.key for child in children),
        poverty=setting.poverty,
    )
    return Family(household=household, adults=kin.adults, children=children)


def _plan(scene: Scene, brood: _Brood, turn: int) -> tuple[ParentPlan, bool]:
    first = brood.categories[0]
    youngest = (scene.as_of - max(brood.births)).days
    if first == "poor_family" and turn % 33 == 3 and youngest > _OLD_ENOUGH_FOR_A_RETURN:
        return plan_returned_father(scene.rng, births=brood.births, as_of=scene.as_of), True
    plan = plan_parents(scene.rng, first, turn, births=brood.births, as_of=scene.as_of)
    return plan, False


def _poverty(scene: Scene, brood: _Brood, turn: int) -> tuple[PovertySpan, ...]:
    first = brood.categories[0]
    kind = scene.rng.choices(("dibao", "dibao_edge", "tekun"), (70, 26, 4))[0]
    if "poor_family" in brood.categories:
        return (PovertySpan(kind, scene.ago(300, 2000), None),)
    if first in {"severe_disability", "severe_illness"} and scene.chance(0.1):
        return (PovertySpan(kind, scene.ago(300, 2000), None),)
    if first in {"severe_disability", "severe_illness"} and turn % 31 == 4:
        return (PovertySpan(kind, scene.ago(800, 1900), scene.ago(40, 400)),)
    return ()


def _are_capable(plan: ParentPlan) -> bool:
    spans = (plan.father, plan.mother)
    return all(span and span[-1].situation == "capable" for span in spans)


def _lives_here(situations: Sequence[SituationSpan]) -> bool:
    return not situations or situations[-1].situation in _AT_HOME


def _children(scene: Scene, brood: _Brood, setting: Setting) -> Iterator[Child]:
    given: list[tuple[date, str, str]] = []
    order = sorted(range(len(brood.births)), key=lambda place: brood.births[place])
    for place in order:
        born = brood.births[place]
        sex = MALE if scene.chance(0.55) else FEMALE
        twins = [name for birth, other, name in given if birth == born and other == sex]
        name = (
            names.twin_given_name(scene.rng, twins[0], sex)
            if twins
            else names.child_given_name(scene.rng, sex)
        )
        given.append((born, sex, name))
        yield make_child(
            scene, setting, category=brood.categories[place], born=born, sex=sex, given_name=name
        )
