"""One child of a family: identity, categories, groups, health and school that agree."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from seeds import names
from seeds.family import (
    CategorySpan,
    Child,
    GroupSpan,
    HealthFact,
    NameSpan,
    PovertySpan,
    SituationSpan,
)
from seeds.health import onset, severe_disability, severe_illness
from seeds.homes import Home, since_birth
from seeds.kin import Kin, cares, guardianships
from seeds.numbers import Sex
from seeds.parents import PAIRS, SETTLED_DAYS, ParentPlan
from seeds.recognition import Ending, month_after, proposed, recognised
from seeds.scene import Scene
from seeds.schooling import make_schooling

_UYGUR: Final = "05"
_GROUPS_END_AT: Final = 16


@dataclass(frozen=True, slots=True)
class Setting:
    """What all children of a family share."""

    kin: Kin
    plan: ParentPlan
    home: Home
    poverty: tuple[PovertySpan, ...]
    has_return: bool
    is_left_behind: bool
    institution: str


@dataclass(frozen=True, slots=True)
class _Draft:
    """A child so far: what the later facts are made from."""

    serial: int
    category: str
    born: date
    sex: Sex
    id_number: str | None


def make_child(
    scene: Scene, setting: Setting, *, category: str, born: date, sex: Sex, given_name: str
) -> Child:
    """A child whose every fact agrees with its family and its category."""
    serial = next(scene.child_serials)
    reason = _no_id_reason(scene, setting, category, born, serial)
    number = None if reason else scene.identity_numbers.following(born, sex)
    draft = _Draft(serial=serial, category=category, born=born, sex=sex, id_number=number)
    health = _health(scene, draft)
    categories = _categories(scene, setting, draft, health)
    groups = _groups(scene, setting, draft)
    away_since = groups[0].valid_from if setting.is_left_behind and groups else None
    return Child(
        key=f"c{serial:07d}",
        names=_names(scene, setting, draft, given_name),
        sex=sex,
        birth_date=born,
        id_number=number,
        no_id_reason=reason,
        ethnicity=setting.kin.ethnicity,
        hukou=since_birth(setting.home.hukou, born) if reason != "hukou_not_registered" else (),
        residence=since_birth(setting.home.residence, born),
        bonds=setting.kin.bonds,
        guardians=guardianships(setting.kin, born),
        carers=cares(setting.kin, born, institution=setting.institution, away_since=away_since),
        categories=categories,
        groups=groups,
        health=health,
        schooling=make_schooling(
            scene,
            category=category,
            born=born,
            id_number=number,
            place_code=setting.home.residence[-1].place_code,
        ),
        registered_on=min(span.proposed_on for span in categories),
    )


def _no_id_reason(
    scene: Scene, setting: Setting, category: str, born: date, serial: int
) -> str | None:
    if setting.kin.father is None and setting.kin.mother is None:
        return "foundling_unidentified"
    if (scene.as_of - born).days < 200 and scene.chance(0.35):
        return "hukou_not_registered"
    if serial % 31 == 5 and category != "severe_disability":
        reasons = ("original_not_seen", "number_disputed", "foreign_or_other_document", "not_given")
        return reasons[serial // 31 % 4]
    return None


def _names(scene: Scene, setting: Setting, draft: _Draft, given_name: str) -> tuple[NameSpan, ...]:
    name = setting.kin.surname + given_name
    if setting.kin.ethnicity == _UYGUR and setting.kin.father:
        own_name = setting.kin.father.name.split("·")[0]
        name = names.dotted_name(scene.rng, draft.sex, own_name)
    is_old_enough = (scene.as_of - draft.born).days > 900
    if draft.serial % 47 != 11 or not is_old_enough or "·" in name:
        return (NameSpan(name, draft.born, None),)
    changed_on = scene.ago(20, 700)
    former = setting.kin.surname + names.child_given_name(scene.rng, draft.sex)
    if former == name:
        former = f"{setting.kin.surname}小{given_name[-1]}"
    return (NameSpan(former, draft.born, changed_on), NameSpan(name, changed_on, None))


def _health(scene: Scene, draft: _Draft) -> tuple[HealthFact, ...]:
    if draft.category == "severe_disability":
        return (severe_disability(scene, born=draft.born, id_number=draft.id_number),)
    if draft.category == "severe_illness":
        return (severe_illness(scene, since=onset(scene, draft.born)),)
    age = (scene.as_of - draft.born).days
    if draft.category == "poor_family" and draft.serial % 7 == 2 and age > 1500:
        recovered_on = scene.ago(60, 500)
        return (severe_illness(scene, since=scene.ago(900, 1300), until=recovered_on),)
    return ()


def _categories(
    scene: Scene, setting: Setting, draft: _Draft, health: tuple[HealthFact, ...]
) -> tuple[CategorySpan, ...]:
    current = [_primary(scene, setting, draft, health)]
    current += _of_poverty(scene, setting, draft)
    ended = _ended(scene, setting, draft, health)
    return (*current, *ended)


def _primary(
    scene: Scene, setting: Setting, draft: _Draft, health: tuple[HealthFact, ...]
) -> CategorySpan:
    since = _grounds_since(scene, setting, draft, health)
    make = proposed if draft.serial % 59 == 7 else recognised
    return make(scene, draft.category, since=since, place_code=setting.home.working_place)


def _grounds_since(
    scene: Scene, setting: Setting, draft: _Draft, health: tuple[HealthFact, ...]
) -> date:
    """The first day on which all that the category rests on was true."""
    grounds = [draft.born + timedelta(days=20)]
    if draft.category in PAIRS and (settled := setting.plan.settled_on):
        grounds.append(settled)
    if draft.category in {"severe_disability", "severe_illness"}:
        grounds.append(health[0].valid_from)
    if draft.category == "poor_family":
        grounds.append(setting.poverty[0].valid_from)
        grounds += [span.valid_to for span in _former_prison(setting) if span.valid_to]
    if draft.category in {"street_child", "other_need"}:
        grounds.append(scene.ago(90, 800))
    return max(grounds)


def _of_poverty(scene: Scene, setting: Setting, draft: _Draft) -> list[CategorySpan]:
    if draft.category == "poor_family" or draft.category in PAIRS or not setting.poverty:
        return []
    poverty = setting.poverty[0]
    since = max(poverty.valid_from, draft.born + timedelta(days=20))
    ending = Ending(month_after(poverty.valid_to), "left_assistance") if poverty.valid_to else None
    if ending and (ending.on - since).days < 120:
        return []
    place = setting.home.working_place
    return [recognised(scene, "poor_family", since=since, place_code=place, ending=ending)]


def _ended(
    scene: Scene, setting: Setting, draft: _Draft, health: tuple[HealthFact, ...]
) -> list[CategorySpan]:
    place = setting.home.working_place
    spans: list[CategorySpan] = []
    if draft.category == "poor_family" and health and health[0].valid_to:
        ending = Ending(month_after(health[0].valid_to), "recovered")
        since = health[0].valid_from
        spans.append(
            recognised(scene, "severe_illness", since=since, place_code=place, ending=ending)
        )
    for prison in _former_prison(setting):
        if prison.valid_to:
            ending = Ending(month_after(prison.valid_to), "parent_returned")
            since = max(prison.valid_from, draft.born) + timedelta(days=SETTLED_DAYS)
            spans.append(
                recognised(scene, "guardian_absent", since=since, place_code=place, ending=ending)
            )
    return spans


def _former_prison(setting: Setting) -> list[SituationSpan]:
    if not setting.has_return or setting.plan.father is None:
        return []
    return [span for span in setting.plan.father if span.situation == "imprisoned"]


def _groups(scene: Scene, setting: Setting, draft: _Draft) -> tuple[GroupSpan, ...]:
    age = (scene.as_of - draft.born).days
    if age >= _GROUPS_END_AT * 365 or age < 400:
        return ()
    since = max(draft.born + timedelta(days=200), scene.ago(200, 1500))
    if setting.home.hukou[-1].place_code is None:
        return (GroupSpan("migrant_child", since, None),)
    if setting.is_left_behind:
        return (GroupSpan("left_behind_child", since, None),)
    return ()
