"""How a child came by its categories: the town proposes, the city confirms, some end."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from seeds.family import CategorySpan
from seeds.scene import Scene

EVIDENCE: Final = {
    "orphan": "death_certificate",
    "guardian_absent": "court_judgment",
    "guardian_incapable": "disability_certificate",
    "severe_disability": "disability_certificate",
    "severe_illness": "illness_diagnosis",
    "street_child": "rescue_record",
    "poor_family": "dibao_record",
    "other_need": "town_check",
}

# The first weeks of the register, in which everybody known until then was taken over from paper.
_TAKING_OVER_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Ending:
    """When and why a category ended."""

    on: date
    reason: str


def recognised(
    scene: Scene, category: str, *, since: date, place_code: str, ending: Ending | None = None
) -> CategorySpan:
    """A confirmed category whose grounds have held since a day."""
    latest = (ending.on if ending else scene.as_of) - timedelta(days=20)
    valid_from = _recognition_day(scene, since, latest)
    taken_over_by = scene.opened_on + timedelta(days=_TAKING_OVER_DAYS)
    if valid_from < taken_over_by:
        taken_on = scene.opened_on + timedelta(days=scene.rng.randint(0, _TAKING_OVER_DAYS))
        proposed_on = max(since, taken_on)
        confirmed_on = proposed_on + timedelta(days=scene.rng.randint(3, 20))
    else:
        proposed_on = max(since, valid_from - timedelta(days=scene.rng.randint(6, 25)))
        confirmed_on = valid_from
    return CategorySpan(
        category=category,
        evidence=EVIDENCE[category],
        proposed_on=proposed_on,
        proposed_by=scene.supervisor(place_code),
        confirmed_on=confirmed_on,
        confirmed_by=scene.officer(),
        valid_from=valid_from,
        valid_to=ending.on if ending else None,
        end_reason=ending.reason if ending else None,
    )


def proposed(scene: Scene, category: str, *, since: date, place_code: str) -> CategorySpan:
    """A category proposed in the last weeks, which nobody has confirmed yet."""
    proposed_on = max(since, scene.ago(1, 25))
    return CategorySpan(
        category=category,
        evidence=EVIDENCE[category],
        proposed_on=proposed_on,
        proposed_by=scene.supervisor(place_code),
        confirmed_on=None,
        confirmed_by=None,
        valid_from=proposed_on,
        valid_to=None,
        end_reason=None,
    )


def month_after(day: date) -> date:
    """The first day of the next month, when a payment starts or stops.

    >>> month_after(date(2024, 12, 3))
    datetime.date(2025, 1, 1)
    """
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _recognition_day(scene: Scene, since: date, latest: date) -> date:
    earliest = min(since + timedelta(days=26), latest)
    room = (latest - earliest).days
    # Most grounds are recognised soon after they arise.
    return earliest + timedelta(days=int(room * scene.rng.random() ** 2))
