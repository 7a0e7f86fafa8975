"""A person sets a child's level. To differ from what is proposed takes a reason and a second
person, and changes nothing until that person has agreed.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from weiguang.assessment.errors import LevelWaits, ReasonMissing
from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.assessment.queries.instruments import levels
from weiguang.assessment.queries.levels import level_of
from weiguang.assessment.queries.outcomes import open_proposal, sealed_proposal
from weiguang.assessment.queries.places import paths_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child
from weiguang.tasks.actions import approvals
from weiguang.tasks.models import Approval

KIND: Final = "level.override"
State = LevelDecision.State
UNDECIDED: Final = (Approval.State.WAITING, Approval.State.RETURNED)


@dataclass(frozen=True, slots=True)
class Decided:
    """A level as a person states it, why, and what the village is asked to watch."""

    level: str
    reason: str = ""
    watch: str = ""


def set_level(
    *, child: Child, decided: Decided, by: Actor, assessment: Assessment | None = None
) -> LevelDecision:
    """Set the child's level: at once where it is what was proposed, or where nothing was; else a
    second person is asked. Without an assessment what holds now counts as proposed.

    What only sealed answers say is set sealed: the level that everybody sees stays as it is. Raises
    `ReasonMissing`, and `LevelWaits` while another decision waits.
    """
    if decided.level not in levels():
        raise Invalid
    if by.person_id is None or (assessment is not None and not _rests_on(assessment, child)):
        raise NotFoundOrRefused
    with act(Verb.LEVEL_SET, by=by, about=child.subject) as event:
        # The lock that two who decide at once wait for.
        Child.objects.select_for_update().only("pk").get(pk=child.pk)
        _settle_dropped(child)
        if LevelDecision.objects.filter(child=child, state=State.ASKED).exists():
            raise LevelWaits
        made = _decision(child, decided, assessment, by)
        if not made.proposed and not (made.reason or made.sealed_reason):
            raise ReasonMissing
        is_override = not made.is_sealed and made.proposed not in {"", made.level}
        if is_override and not made.reason:
            raise ReasonMissing
        _put(made, is_override=is_override, by=by)
        mark_made(event, made)
        event.detail["decision"] = str(made.pk)
    return made


def carry_out(*, decision_id: UUID, is_approved: bool, caused_by: int) -> None:
    """Do what a second person decided; done already, nothing."""
    system = the_system(on=clock.today())
    found = LevelDecision.objects.select_related("child").get(pk=decision_id)
    about = Subject("child", found.child_id, paths_of(found.child))
    with act(Verb.LEVEL_CARRY, by=system, about=about, caused_by=caused_by):
        Child.objects.select_for_update().only("pk").get(pk=found.child_id)
        decision = LevelDecision.objects.select_for_update(of=("self",)).get(pk=decision_id)
        if decision.state != State.ASKED:
            return
        if not is_approved:
            amend(decision, about_id=decision.child_id, state=State.DECLINED)
            return
        end_what_held(decision.child_id, is_sealed=decision.is_sealed)
        amend(decision, about_id=decision.child_id, state=State.IN_FORCE, in_force_on=clock.today())


def withdraw(*, decision: LevelDecision, by: Actor) -> None:
    """Give up a decision that one asked for oneself, while it waits for the second person."""
    with act(Verb.LEVEL_SET, by=by, about=decision.child.subject):
        current = LevelDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
        if current.state != State.ASKED or current.decided_by_id != by.person_id:
            raise Conflict
        asked = Approval.objects.filter(kind=KIND, about_id=current.pk)
        for approval in asked.filter(state__in=UNDECIDED):
            approvals.withdraw(approval=approval, by=by)
        amend(current, about_id=current.child_id, state=State.DECLINED)


def end_what_held(child_id: UUID, *, is_sealed: bool) -> None:
    """End the decision that is in force, inside the caller's own act."""
    held = LevelDecision.objects.filter(child_id=child_id, state=State.IN_FORCE)
    held = held.filter(level="") if is_sealed else held.exclude(level="")
    for each in held.select_for_update():
        amend(each, about_id=child_id, state=State.ENDED, ended_on=clock.today())


def _settle_dropped(child: Child) -> None:
    """Give up what nobody will sign any more: a move for safety dropped it."""
    for asked in LevelDecision.objects.filter(child=child, state=State.ASKED).select_for_update():
        dropped = Approval.objects.filter(kind=KIND, about_id=asked.pk)
        if dropped.filter(state=Approval.State.WITHDRAWN).exists():
            amend(asked, about_id=child.pk, state=State.DECLINED)


def _rests_on(assessment: Assessment, child: Child) -> bool:
    return assessment.child_id == child.pk and assessment.state == Assessment.State.SUBMITTED


def _decision(
    child: Child, decided: Decided, assessment: Assessment | None, by: Actor
) -> LevelDecision:
    assert by.person_id is not None
    made = LevelDecision(
        child=child, assessment=assessment, decided_by_id=by.person_id, decided_on=by.on
    )
    reason = decided.reason.strip() or None
    sealed = sealed_proposal(assessment) if assessment and _wrote(assessment, by) else ""
    if sealed and decided.level == sealed:
        made.sealed_level, made.sealed_reason = sealed, reason or "—"
        return made
    made.level, made.reason, made.watch = decided.level, reason, decided.watch.strip() or None
    made.proposed = open_proposal(assessment) if assessment else _held(child, by)
    return made


def _wrote(assessment: Assessment, by: Actor) -> bool:
    return assessment.assessed_by_id == by.person_id


def _held(child: Child, by: Actor) -> str:
    now = level_of([child.pk], by.on).get(child.pk)
    return now.level if now else ""


def _put(made: LevelDecision, *, is_override: bool, by: Actor) -> None:
    if not is_override:
        end_what_held(made.child_id, is_sealed=made.is_sealed)
        made.state, made.in_force_on = State.IN_FORCE, by.on
        made.save(force_insert=True)
        return
    made.state = State.ASKED
    made.save(force_insert=True)
    approvals.ask(
        kind=KIND, about=Subject("level", made.pk, paths_of(made.child)),
        verb=Verb.LEVEL_APPROVE, by=by, says={}, child_id=made.child_id,
    )  # fmt: skip
