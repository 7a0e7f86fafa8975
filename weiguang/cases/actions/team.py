"""Who works on a case: named with a role and sections, by a grant where her post does not reach."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from weiguang.cases.errors import AlreadyOnTeam, CaseMoved, ShelteredTeam, TooNear
from weiguang.cases.models import Case, CaseStep, Section, TeamMember
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account, Grant, Holding
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child
from weiguang.register.queries.conflicts import is_conflicted
from weiguang.register.queries.shelter import grants_of
from weiguang.tasks.actions.tasks import hand_over_within
from weiguang.tasks.models import Task

V = Verb
LEAD: Final = "lead"
GRANT_REASON: Final = "case"
JOINING: Final = frozenset({V.CASE_LIST, V.CASE_READ, V.CASE_NOTE, V.CONFLICT_DECLARE})
WORKING: Final = JOINING | {
    V.CHILD_LIST, V.CHILD_OPEN, V.CHILD_REVEAL, V.CASE_OPEN, V.CASE_LEAD, V.APPROVAL_ASK,
    V.ASSESSMENT_READ, V.ASSESSMENT_RECORD, V.INSTRUMENT_LIST, V.LEVEL_SHOW, V.LEVEL_SET,
    V.VOICE_HEAR, V.VOICE_READ, V.VOICE_ANSWER,
}  # fmt: skip
# Who leads a case or works on it beside the lead; everybody else reads and notes.
WORKERS: Final = frozenset({LEAD, "co_worker"})
EVERY_SECTION: Final = tuple(each.value for each in Section)


@dataclass(frozen=True, slots=True)
class Joining:
    """Who comes into the team, as what, for which sections; and that she was asked how near."""

    holding: Holding
    role: str
    sections: tuple[str, ...] = ()
    near: str = "none"


def join(*, case: Case, who: Joining, by: Actor) -> TeamMember:
    """Take somebody into the team; the right lasts until she leaves it or the case is closed.

    Raises `AlreadyOnTeam`, `TooNear`, and `ShelteredTeam` for who is not named for a child that was
    moved for safety.
    """
    if who.role == LEAD or not set(who.sections) <= set(Section.values):
        raise Invalid
    with act(Verb.CASE_TEAM, by=by, about=case.child.subject) as event:
        current = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if not current.is_open:
            raise CaseMoved
        member = added(current, who)
        mark_made(event, member)
        event.detail["case"] = str(case.pk)
    return member


def leave(*, member: TeamMember, by: Actor) -> None:
    """Take somebody out of the team, at this moment; who leads is replaced, never left out."""
    if member.role == LEAD:
        raise Invalid
    with act(Verb.CASE_TEAM, by=by, about=member.case.child.subject) as event:
        Case.objects.select_for_update(of=("self",)).get(pk=member.case_id)
        current = TeamMember.objects.select_related("grant").get(pk=member.pk)
        if current.ended_at is not None:
            raise CaseMoved
        part(current)
        event.detail["case"] = str(member.case_id)


def name_lead(*, case: Case, who: Joining, seen: int, by: Actor) -> Case:
    """Give the case to another lead worker, with what waits about it.

    Who led is on the team no more. Raises `CaseMoved`, `TooNear` and `ShelteredTeam`.
    """
    with act(Verb.CASE_TEAM, by=by, about=case.child.subject) as event:
        current = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if current.moves != seen:
            raise CaseMoved
        gone = current.team.filter(ended_at=None).select_related("grant")
        for each in gone.filter(role=LEAD) | gone.filter(account=who.holding.person):
            part(each)
        added(current, Joining(who.holding, LEAD, EVERY_SECTION, who.near))
        amend(
            current, about_id=current.child_id, lead_id=who.holding.person_id,
            lead_post_id=who.holding.post_id, moves=current.moves + 1,
        )  # fmt: skip
        waiting = Task.objects.filter(about_id=current.pk, state=Task.State.OPEN)
        hand_over_within(waiting.filter(kind__startswith="case."), who.holding.post)
        CaseStep(
            case=current, action=LEAD, from_state=current.state, to_state=current.state,
            person_id=by.person_id, at=clock.now(),
        ).save(force_insert=True)  # fmt: skip
        event.detail["case"] = str(case.pk)
    return current


def added(case: Case, who: Joining) -> TeamMember:
    """Write the member down with her grant, inside the caller's own act."""
    person = who.holding.person
    if who.near != "none" or is_conflicted(person.pk, case.child_id):
        raise TooNear
    if case.team.filter(account=person, ended_at=None).exists():
        raise AlreadyOnTeam
    member = TeamMember(
        case=case, account=person, role=who.role, sections=list(who.sections),
        grant=_leave_for(case.child, person, who.role), since=clock.today(),
    )  # fmt: skip
    member.save(force_insert=True)
    return member


def part(member: TeamMember) -> None:
    """End a membership and its grant at this moment, inside the caller's own act."""
    now = clock.now()
    if member.grant is not None:
        grants.end_at_once(grant=member.grant, by=the_system(on=clock.today()))
    amend(member, about_id=member.case.child_id, ended_at=now)


def end_team(case: Case, *, but: Collection[str] = ()) -> None:
    """End the memberships of everybody but these roles, inside the caller's own act."""
    for each in case.team.filter(ended_at=None).exclude(role__in=but).select_related("grant"):
        part(each)


def _leave_for(child: Child, person: Account, role: str) -> Grant | None:
    """The grant that the member needs, or None where her post reaches the child already."""
    rights = WORKING if role in WORKERS else JOINING
    wanted = Verb.CASE_LEAD if role in WORKERS else Verb.CASE_READ
    on = clock.today()
    if child.is_sheltered:
        if not grants_of(child).filter(person=person).exists():
            raise ShelteredTeam
        return None
    if may(actor_for(person, on=on), wanted, child.subject).post is not None:
        return None
    if child.merged_into_id is not None:
        raise NotFoundOrRefused
    return grants.give(
        person=person, subject_kind="child", subject_id=child.pk, verbs=rights,
        sees=Tier.SENSITIVE, since=on, until=None, reason=GRANT_REASON, by=the_system(on=on),
    )  # fmt: skip
