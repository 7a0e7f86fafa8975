"""Where a child is in school at its age, in which grade, and where it was before."""

from datetime import date
from typing import Final

from seeds.family import SchoolFact
from seeds.scene import Scene

_YEARS: Final = {
    "kindergarten": 3,
    "primary": 6,
    "junior_secondary": 3,
    "special_school": 9,
    "senior_secondary": 3,
    "vocational_secondary": 3,
}
_NUMBERED: Final = set(_YEARS) - {"kindergarten"}


def primary_entry(born: date) -> date:
    """The first of September after the sixth birthday, which may fall on 31 August.

    >>> primary_entry(date(2015, 8, 31)), primary_entry(date(2015, 9, 1))
    (datetime.date(2021, 9, 1), datetime.date(2022, 9, 1))
    """
    late = (born.month, born.day) > (8, 31)
    return date(born.year + 6 + late, 9, 1)


def make_schooling(
    scene: Scene, *, category: str, born: date, id_number: str | None, place_code: str | None
) -> tuple[SchoolFact, ...]:
    """The present stage and the one before it, for what the child's category allows."""
    path = _path(scene, category, born)
    reached = [(stage, since) for stage, since in path if since <= scene.as_of]
    facts: list[SchoolFact] = []
    for position, (stage, since) in enumerate(reached[-2:]):
        following = reached[-2:][position + 1 :]
        facts.append(
            _fact(
                scene,
                category=category,
                stage=stage,
                since=since,
                until=following[0][1] if following else None,
                id_number=id_number,
                place_code=place_code,
            )
        )
    return tuple(facts)


def _path(scene: Scene, category: str, born: date) -> list[tuple[str, date]]:
    entry = primary_entry(born)
    years = entry.year
    start = [("not_yet", born), ("kindergarten", date(years - 3, 9, 1))]
    if category == "severe_disability" and scene.chance(0.5):
        return [*start, ("special_school", entry), ("none", date(years + 9, 9, 1))]
    senior = "vocational_secondary" if scene.chance(0.45) else "senior_secondary"
    return [
        *start,
        ("primary", entry),
        ("junior_secondary", date(years + 6, 9, 1)),
        (senior, date(years + 9, 9, 1)),
    ]


def _fact(
    scene: Scene,
    *,
    category: str,
    stage: str,
    since: date,
    until: date | None,
    id_number: str | None,
    place_code: str | None,
) -> SchoolFact:
    attendance = _attendance(scene, category, stage, is_current=until is None)
    school = scene.school(stage, place_code) if stage in _YEARS else None
    return SchoolFact(
        stage=stage,
        attendance=attendance,
        school_key=school.key if school else None,
        grade=_grade(stage, since, until or scene.as_of),
        school_number=f"G{id_number}" if id_number and stage in _NUMBERED else None,
        is_boarding=stage in {"special_school", "vocational_secondary"} and scene.chance(0.3),
        valid_from=since,
        valid_to=until,
    )


def _attendance(scene: Scene, category: str, stage: str, *, is_current: bool) -> str:
    if stage == "not_yet":
        return "not_enrolled"
    if stage == "none":
        return "unable"
    if not is_current:
        return "attending"
    if category == "street_child" or (stage == "junior_secondary" and category == "other_need"):
        return "dropped_out"
    if category == "severe_disability" and scene.chance(0.12):
        return "home_taught"
    if category == "severe_illness" and scene.chance(0.15):
        return "suspended"
    return "attending"


def _grade(stage: str, since: date, on: date) -> int | None:
    if stage not in _YEARS:
        return None
    year = on.year if (on.month, on.day) > (8, 31) else on.year - 1
    return min(_YEARS[stage], max(1, year - since.year + 1))
