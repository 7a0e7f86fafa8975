"""What is true of a child's parents, so that it fits the child's category.

The pairs below are what a family is made from; the pack's matrix of recognition is what it is
tested against, so that neither merely repeats the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from random import Random
from typing import Final

from seeds.family import SituationSpan

UNKNOWN: Final = "unknown"  # a parent who cannot be found and of whom nothing is known

PAIRS: Final[dict[str, Sequence[tuple[str, str]]]] = {
    "orphan": (("dead", "dead"), ("dead", "missing"), (UNKNOWN, UNKNOWN), ("missing", "dead")),
    "guardian_absent": (
        ("imprisoned", "lost_contact"),
        ("dead", "deported"),
        ("compulsory_detox", "lost_contact"),
        ("missing", "guardianship_revoked"),
        ("liberty_restricted", "lost_contact"),
        ("lost_contact", "lost_contact"),
        ("dead", "lost_contact"),
        ("imprisoned", "imprisoned"),
        ("dead", "compulsory_detox"),
    ),
    "guardian_incapable": (
        ("severe_disability", "severe_disability"),
        ("dead", "severe_illness"),
        ("severe_illness", "lost_contact"),
        ("severe_disability", "severe_illness"),
        ("imprisoned", "severe_disability"),
        ("dead", "severe_disability"),
        ("severe_disability", "lost_contact"),
    ),
    "street_child": ((UNKNOWN, UNKNOWN), ("lost_contact", "capable")),
}

EVIDENCE: Final = {
    "dead": "death_certificate",
    "missing": "court_judgment",
    "severe_disability": "disability_certificate",
    "severe_illness": "illness_diagnosis",
    "imprisoned": "court_judgment",
    "compulsory_detox": "detox_decision",
    "liberty_restricted": "restriction_document",
    "lost_contact": "search_receipt",
    "guardianship_revoked": "revocation_judgment",
    "deported": "removal_document",
}

# How many days ago a situation may have begun, and how long it lasts where its end is known. Two
# years of compulsory detoxification and about one of other measures are usual terms, from memory.
_BEGAN_AT_MOST: Final = {"imprisoned": 1500, "compulsory_detox": 480, "liberty_restricted": 330}
_LASTS: Final = {"compulsory_detox": 730, "liberty_restricted": 400}
_NEW_IN_2020: Final = {"guardianship_revoked", "deported"}
_NEW_SITUATIONS_LIMIT: Final = 1100

_INFANCY_DAYS: Final = 400
SETTLED_DAYS: Final = 185  # six months, the threshold of absence, and a little

# In families of other categories most parents are capable; some families have had their share.
_OTHER_FATHERS: Final = (("capable", 80), ("dead", 6), ("imprisoned", 2), ("lost_contact", 3))
_OTHER_MOTHERS: Final = (("capable", 85), ("severe_illness", 5), ("severe_disability", 4))

# Legal guardianship ends with these; a parent out of contact or confined stays guardian in law.
ENDS_GUARDIANSHIP: Final = {"dead", "missing", "guardianship_revoked"}
CANNOT_CARE: Final = set(EVIDENCE) - {"severe_illness", "severe_disability"}


@dataclass(frozen=True, slots=True)
class ParentPlan:
    """Both parents' situations over time; None for a parent of whom nothing is known."""

    father: tuple[SituationSpan, ...] | None
    mother: tuple[SituationSpan, ...] | None

    @property
    def settled_on(self) -> date | None:
        """The day from which all that is true of the parents now has held for six months."""
        begun = [
            span.valid_from
            for span in chain(self.father or (), self.mother or ())
            if span.valid_to is None and span.situation != "capable"
        ]
        return max(begun) + timedelta(days=SETTLED_DAYS) if begun else None


def plan_parents(
    rng: Random, category: str, turn: int, *, births: Sequence[date], as_of: date
) -> ParentPlan:
    """Situations that fit the category; `turn` walks through the pairs so that each occurs."""
    father, mother = _pair(rng, category, turn)
    if category not in PAIRS and (as_of - max(births)).days < _INFANCY_DAYS:
        father = mother = "capable"
    return ParentPlan(
        father=_spans(rng, father, births, as_of),
        mother=_spans(rng, mother, births, as_of),
    )


def plan_returned_father(rng: Random, *, births: Sequence[date], as_of: date) -> ParentPlan:
    """A father who came back from prison while the mother stays out of contact."""
    went = as_of - timedelta(days=rng.randint(680, 720))
    returned = as_of - timedelta(days=rng.randint(100, 220))
    prison = SituationSpan(
        situation="imprisoned",
        valid_from=went,
        valid_to=returned,
        expected_end=returned,
        evidence=EVIDENCE["imprisoned"],
    )
    gone = SituationSpan(
        situation="lost_contact",
        valid_from=went - timedelta(days=30),
        valid_to=None,
        expected_end=None,
        evidence=EVIDENCE["lost_contact"],
    )
    return ParentPlan(
        father=(_capable(min(births), went), prison, _capable(returned, None)),
        mother=(_capable(min(births), gone.valid_from), gone),
    )


def _pair(rng: Random, category: str, turn: int) -> tuple[str, str]:
    if category in PAIRS:
        pairs = PAIRS[category]
        return pairs[turn % len(pairs)]
    father, mother = (
        rng.choices([word for word, _ in words], [weight for _, weight in words])[0]
        for words in (_OTHER_FATHERS, _OTHER_MOTHERS)
    )
    # Only one parent has a difficulty here: two of them would be another category.
    return (father, "capable") if father != "capable" else (father, mother)


def _spans(
    rng: Random, situation: str, births: Sequence[date], as_of: date
) -> tuple[SituationSpan, ...] | None:
    if situation == UNKNOWN:
        return None
    if situation == "capable":
        return (_capable(min(births), None),)
    began = _began_on(rng, situation, max(births), as_of)
    current = SituationSpan(
        situation=situation,
        valid_from=began,
        valid_to=None,
        expected_end=_expected_end(rng, situation, began, as_of),
        evidence=EVIDENCE[situation],
    )
    return (_capable(min(births), began), current)


def _began_on(rng: Random, situation: str, youngest_born: date, as_of: date) -> date:
    at_most = _BEGAN_AT_MOST.get(situation, 2600)
    if situation in _NEW_IN_2020:
        at_most = _NEW_SITUATIONS_LIMIT
    lived = (as_of - youngest_born).days - 60
    return as_of - timedelta(days=rng.randint(240, max(241, min(at_most, lived))))


def _expected_end(rng: Random, situation: str, began: date, as_of: date) -> date | None:
    if situation == "imprisoned":
        return as_of + timedelta(days=rng.randint(20, 1600))
    if situation in _LASTS:
        return began + timedelta(days=_LASTS[situation])
    return None


def _capable(since: date, until: date | None) -> SituationSpan:
    return SituationSpan(
        situation="capable", valid_from=since, valid_to=until, expected_end=None, evidence=None
    )
