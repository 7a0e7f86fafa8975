"""At which level a child stands, since when, and what that rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from weiguang.assessment.access import decisions_for
from weiguang.assessment.models import LevelDecision
from weiguang.assessment.queries.instruments import more_urgent
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.queries.words import word

State = LevelDecision.State
LEVELS = "risk_levels"


@dataclass(frozen=True, slots=True)
class LevelNow:
    """The level of a child on a day; `is_sealed` where it is not what everybody sees."""

    level: str
    since: date
    decision_id: UUID
    assessment_id: UUID | None
    is_sealed: bool = False


def level_of(child_ids: Iterable[UUID], on: date) -> Mapping[UUID, LevelNow]:
    """The level that everybody may know of, by child; who stands at none is left out. One query.

    What is sealed is not in it: it is what lists, clocks of visits and the village go by. Callers
    ask about children that they may see.
    """
    return {each.child_id: _now(each) for each in _in_force(child_ids, on) if not each.is_sealed}


def full_level_of(child_ids: Iterable[UUID], on: date) -> Mapping[UUID, LevelNow]:
    """The same with sealed decisions: the more urgent of both holds.

    Only for what shows nothing to people, and for people who are named for each of the children.
    """
    found: dict[UUID, LevelNow] = {}
    for each in _in_force(child_ids, on):
        now, before = _now(each), found.get(each.child_id)
        if before is None or more_urgent(now.level, before.level) != before.level:
            found[each.child_id] = now
    return found


def levels_of_child(actor: Actor, child: Child) -> tuple[LevelDecision, ...]:
    """The decisions about the child's level that the actor may see, the newest first."""
    found = decisions_for(actor, Verb.LEVEL_SHOW).filter(child=child)
    return tuple(found.select_related("decided_by", "assessment").order_by("-id"))


def level_word(code: str) -> str:
    """A level's name."""
    return word(LEVELS, code)


def _in_force(child_ids: Iterable[UUID], on: date) -> Iterable[LevelDecision]:
    then = Q(in_force_on__lte=on) & (Q(ended_on=None) | Q(ended_on__gt=on))
    found = LevelDecision.objects.filter(child__in=list(child_ids)).filter(then)
    return found.defer("reason", "sealed_reason", "watch").order_by("id")


def _now(decision: LevelDecision) -> LevelNow:
    assert decision.in_force_on is not None
    return LevelNow(
        decision.level or str(decision.sealed_level), decision.in_force_on, decision.pk,
        decision.assessment_id, decision.is_sealed,
    )  # fmt: skip
