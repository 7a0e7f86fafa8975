"""The adults of a family: who of them guards a child and who cares for it, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from seeds import names
from seeds.family import Adult, Bond, Care, Guardianship, SituationSpan
from seeds.numbers import FEMALE, MALE, Sex
from seeds.parents import CANNOT_CARE, ENDS_GUARDIANSHIP, ParentPlan
from seeds.scene import Scene

_HAN: Final = "01"
_UYGUR: Final = "05"
_FOREIGN: Final = "97"
_OTHER_ETHNICITIES: Final = ("03", "06", "15", "08", "07", "11", "09", "12")
_UNREACHABLE: Final = {
    "dead",
    "missing",
    "lost_contact",
    "imprisoned",
    "compulsory_detox",
    "deported",
}


@dataclass(frozen=True, slots=True)
class Kin:
    """A family's adults: the parents who are known, and grandparents in order of care."""

    surname: str
    ethnicity: str
    father: Adult | None
    mother: Adult | None
    elders: tuple[tuple[str, Adult], ...]

    @property
    def adults(self) -> tuple[Adult, ...]:
        """All of them, parents first."""
        parents = [adult for adult in (self.father, self.mother) if adult]
        return (*parents, *(adult for _, adult in self.elders))

    @property
    def bonds(self) -> tuple[Bond, ...]:
        """What each is to the family's children."""
        parents = (("father", self.father), ("mother", self.mother))
        known = [Bond(adult.key, relation) for relation, adult in parents if adult]
        return (*known, *(Bond(adult.key, relation) for relation, adult in self.elders))


def make_kin(scene: Scene, plan: ParentPlan, *, births: Sequence[date], needs_elder: bool) -> Kin:
    """Parents as the plan has them, with grandparents where somebody must step in."""
    rng = scene.rng
    ethnicity = _ethnicity(scene)
    surname, mothers_surname = names.surname(rng), names.surname(rng)
    if plan.father is None and plan.mother is None:
        return Kin(surname, _HAN, None, None, ())
    mother_born = _years_before(scene, min(births), 20, 38)
    father_born = mother_born - timedelta(days=rng.randint(-700, 2200))
    father = _parent(scene, MALE, father_born, plan.father, surname=surname, ethnicity=ethnicity)
    mother = _parent(
        scene, FEMALE, mother_born, plan.mother, surname=mothers_surname, ethnicity=ethnicity
    )
    elders: list[tuple[str, Adult]] = []
    if needs_elder or scene.chance(0.6):
        elders += _elders(scene, father, father_born, "paternal", surname)
    if scene.chance(0.3):
        elders += _elders(scene, mother, mother_born, "maternal", mothers_surname)
    return Kin(surname, ethnicity, father, mother, tuple(elders))


def guardianships(kin: Kin, born: date) -> tuple[Guardianship, ...]:
    """Parents guard until death, disappearance or revocation; then an elder, else civil affairs."""
    spans: list[Guardianship] = []
    for relation, parent in (("father", kin.father), ("mother", kin.mother)):
        if parent and (ended := _guarded_until(parent)) is None:
            spans.append(Guardianship(parent.key, None, relation, born, None))
        elif parent and ended and ended > born:
            spans.append(Guardianship(parent.key, None, relation, born, ended))
    if any(span.valid_to is None for span in spans):
        return tuple(spans)
    since = max((span.valid_to for span in spans if span.valid_to), default=born)
    if kin.elders:
        relation, elder = kin.elders[0]
        return (*spans, Guardianship(elder.key, None, relation, since, None))
    return (*spans, Guardianship(None, "org.civil_affairs", "civil_affairs", since, None))


def cares(
    kin: Kin, born: date, *, institution: str, away_since: date | None = None
) -> tuple[Care, ...]:
    """Who looked after the child from birth on; an elder from the day the parents went away."""
    days = sorted({born, *_turning_days(kin, born), *([away_since] if away_since else [])})
    spans: list[Care] = []
    for position, day in enumerate(days):
        until = days[position + 1] if position + 1 < len(days) else None
        is_away = away_since is not None and day >= away_since
        care = _care(kin, day, until, institution=institution, parents_away=is_away)
        if spans and _same_carer(spans[-1], care):
            care = _joined(spans.pop(), care)
        spans.append(care)
    return tuple(spans)


def _ethnicity(scene: Scene) -> str:
    draw = scene.rng.random()
    if draw < 0.965:
        return _HAN
    return _UYGUR if draw < 0.973 else scene.rng.choice(_OTHER_ETHNICITIES)


def _years_before(scene: Scene, day: date, least: int, most: int) -> date:
    return day - timedelta(days=scene.rng.randint(least * 365 + 10, most * 365))


def _parent(
    scene: Scene,
    sex: Sex,
    born: date,
    situations: tuple[SituationSpan, ...] | None,
    *,
    surname: str | None,
    ethnicity: str,
) -> Adult | None:
    if situations is None:
        return None
    if situations[-1].situation == "deported":
        name = names.foreign_mother_name(scene.rng)
        return _adult(scene, name, sex, born, ethnicity=_FOREIGN, situations=situations)
    name = _name(scene, sex, born, surname=surname, ethnicity=ethnicity)
    return _adult(scene, name, sex, born, ethnicity=ethnicity, situations=situations)


def _name(scene: Scene, sex: Sex, born: date, *, surname: str | None, ethnicity: str) -> str:
    if ethnicity == _UYGUR:
        return names.dotted_name(scene.rng, sex, None)
    given = names.adult_given_name(scene.rng, sex, born.year)
    return (surname or names.surname(scene.rng)) + given


def _adult(
    scene: Scene,
    name: str,
    sex: Sex,
    born: date,
    *,
    ethnicity: str,
    situations: tuple[SituationSpan, ...] = (),
) -> Adult:
    has_id = ethnicity != _FOREIGN
    can_answer = not situations or situations[-1].situation not in _UNREACHABLE
    return Adult(
        key=f"a{next(scene.adult_serials):07d}",
        name=name,
        sex=sex,
        birth_date=born,
        id_number=scene.identity_numbers.following(born, sex) if has_id else None,
        phone=next(scene.phones) if can_answer and scene.chance(0.94) else None,
        ethnicity=ethnicity,
        situations=situations,
    )


def _elders(
    scene: Scene, parent: Adult | None, parent_born: date, side: str, surname: str
) -> list[tuple[str, Adult]]:
    ethnicity = parent.ethnicity if parent and parent.ethnicity != _FOREIGN else _HAN
    found: list[tuple[str, Adult]] = []
    for relation, sex, inherited in (
        (f"grandmother_{side}", FEMALE, None),
        (f"grandfather_{side}", MALE, surname),
    ):
        born = _years_before(scene, parent_born, 20, 31)
        if found and scene.chance(0.3):
            continue
        name = _name(scene, sex, born, surname=inherited, ethnicity=ethnicity)
        found.append((relation, _adult(scene, name, sex, born, ethnicity=ethnicity)))
    return found


def _guarded_until(parent: Adult) -> date | None:
    for span in parent.situations:
        if span.situation in ENDS_GUARDIANSHIP:
            return span.valid_from
    return None


def _turning_days(kin: Kin, born: date) -> set[date]:
    parents = [adult for adult in (kin.father, kin.mother) if adult]
    return {
        span.valid_from
        for parent in parents
        for span in parent.situations
        if span.valid_from > born
    }


def _care(kin: Kin, day: date, until: date | None, *, institution: str, parents_away: bool) -> Care:
    parents = [(r, a) for r, a in (("mother", kin.mother), ("father", kin.father)) if a]
    situations = {adult.key: adult.situation_on(day) for _, adult in parents}
    able = [(r, a) for r, a in parents if situations[a.key] == "capable" and not parents_away]
    ailing = [(r, a) for r, a in parents if situations[a.key] not in {*CANNOT_CARE, "capable"}]
    for relation, adult in (*able, *kin.elders, *ailing):
        is_entrusted = parents_away and (relation, adult) in kin.elders
        return Care(adult.key, None, relation, is_entrusted, day, until)
    return Care(None, institution, "institution", False, day, until)


def _same_carer(one: Care, other: Care) -> bool:
    return (one.adult_key, one.organisation_key, one.is_entrusted) == (
        other.adult_key,
        other.organisation_key,
        other.is_entrusted,
    )


def _joined(earlier: Care, later: Care) -> Care:
    return Care(
        earlier.adult_key,
        earlier.organisation_key,
        earlier.relation,
        earlier.is_entrusted,
        earlier.valid_from,
        later.valid_to,
    )
