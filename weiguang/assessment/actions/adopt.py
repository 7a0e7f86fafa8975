"""When two files of one child are merged, its assessments and levels go over."""

from uuid import UUID

from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.kernel import clock
from weiguang.kernel.history import amend
from weiguang.register.actions.adopt import Moved, moved

State = LevelDecision.State


def adopt_assessments(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Everything goes over; of two levels that are in force the file that stays keeps its own.

    A draft stays where its writer has begun another of the same kind.
    """
    gone = []
    for each in Assessment.objects.filter(child_id=from_child).order_by("id"):
        if not (each.is_draft and _has_draft(each, to_child)):
            amend(each, about_id=to_child, child_id=to_child)
            gone.append(moved(each))
    for decision in LevelDecision.objects.filter(child_id=from_child).order_by("id"):
        if decision.state == State.IN_FORCE and _holds(decision, to_child):
            amend(decision, about_id=to_child, state=State.ENDED, ended_on=clock.today())
        amend(decision, about_id=to_child, child_id=to_child)
        gone.append(moved(decision))
    return gone


def _has_draft(draft: Assessment, to_child: UUID) -> bool:
    there = Assessment.objects.filter(child_id=to_child, state=Assessment.State.DRAFT)
    return there.filter(instrument=draft.instrument, assessed_by_id=draft.assessed_by_id).exists()


def _holds(decision: LevelDecision, to_child: UUID) -> bool:
    there = LevelDecision.objects.filter(child_id=to_child, state=State.IN_FORCE)
    there = there.filter(level="") if decision.is_sealed else there.exclude(level="")
    return there.exists()
