"""A case is opened for a child, and goes its way step by step; two at once never lose anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from weiguang.cases.actions.clocks import follow, wind
from weiguang.cases.actions.team import EVERY_SECTION, LEAD, Joining, added, end_team
from weiguang.cases.errors import CaseIsOpen, CaseMoved, StepRefused
from weiguang.cases.models import Case, CaseStep
from weiguang.cases.queries.facts import facts_of
from weiguang.cases.queries.words import why_not
from weiguang.cases.rules.transitions import CARRIED, OPEN, Action, Fact, Where, judge
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child, Lead
from weiguang.register.queries.conflicts import is_conflicted

# Who ends an emergency, lets a case rest or opens one anew answers for the child.
SUPERVISED: Final[Mapping[Action, Verb]] = {
    Action.END_EMERGENCY: Verb.CASE_TEAM, Action.SUSPEND: Verb.CASE_TEAM,
    Action.REOPEN: Verb.CASE_OPEN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """Why a case is opened, who leads it, and whether she was asked how near she is."""

    reason: str
    lead: Holding
    words: str = ""
    near: str = "none"


@dataclass(frozen=True, slots=True)
class Said:
    """Why a step is taken, and which number of steps the actor saw."""

    seen: int
    words: str = ""
    reason: str = ""


def open_case(*, child: Child, opening: Opening, by: Actor) -> Case:
    """Open a case for a registered child; the lead worker is the first of its team.

    Raises `CaseIsOpen`, and what `team.added` raises about the lead worker.
    """
    if by.person_id is None or not opening.reason:
        raise Invalid
    with act(Verb.CASE_OPEN, by=by, about=child.subject) as event:
        # The lock that two who open at once wait for.
        current = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
        if current.merged_into_id is not None:
            raise NotFoundOrRefused
        case = Case(
            child=current, reason=opening.reason, words=opening.words.strip() or None,
            from_lead=Lead.objects.filter(child=child).order_by("-pk").only("pk").first(),
            opened_on=by.on, opened_by_id=by.person_id, counted_from=clock.now(),
            lead_id=opening.lead.person_id, lead_post_id=opening.lead.post_id,
        )  # fmt: skip
        _save_as_the_only_one(case)
        added(case, Joining(opening.lead, LEAD, EVERY_SECTION, opening.near))
        leave_step(case, "open", Said(0, reason=opening.reason), was="", by=by)
        wind(case, "case.assess")
        mark_made(event, case)
        event.detail["case"] = str(case.pk)
    return case


def take_step(*, case: Case, action: Action, said: Said, by: Actor) -> Case:
    """Take one step with a case; `said.seen` is the number of steps the actor saw.

    Raises `CaseMoved` when another was taken meanwhile, `StepRefused` with what is missing, and
    `NotFoundOrRefused` for what is carried out by two people and nobody else.
    """
    if action in CARRIED:
        raise NotFoundOrRefused
    verb = SUPERVISED.get(action, Verb.CASE_LEAD)
    with act(verb, by=by, about=case.child.subject) as event:
        current = locked(case.pk)
        if current.moves != said.seen:
            raise CaseMoved
        step(current, action, said, by=by)
        event.detail |= {"case": str(case.pk), "step": action.value}
    return current


def step(case: Case, action: Action, said: Said, *, by: Actor) -> None:
    """Take a step with a case that is locked, inside the caller's own act."""
    facts = facts_of(case) | ({Fact.REASON} if said.words.strip() else set())
    verdict = judge(case.where, action, frozenset(facts))
    if verdict.to is None:
        raise StepRefused(why=why_not(verdict))
    was, is_opened_anew = case.state, not case.is_open and verdict.to.state in OPEN
    if is_opened_anew:
        _require_no_other(case)
    amend(case, about_id=case.child_id, moves=case.moves + 1, **_changes(case, verdict.to))
    leave_step(case, action.value, said, was=was, by=by)
    _team_after(case, is_opened_anew=is_opened_anew)
    follow(case, action, was=was, by=by, has_plan=Fact.PLAN_AGREED in facts)


def leave_step(case: Case, action: str, said: Said, *, was: str, by: Actor) -> None:
    """Write a step down, inside the caller's own act."""
    CaseStep(
        case=case, action=action, from_state=was, to_state=case.state, reason=said.reason,
        words=said.words.strip() or None, person_id=by.person_id, at=clock.now(),
    ).save(force_insert=True)  # fmt: skip


def locked(case_id: UUID) -> Case:
    """The case, for this transaction alone."""
    found = Case.objects.select_for_update(of=("self",)).select_related("child")
    return found.get(pk=case_id)


def _changes(case: Case, to: Where) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "state": to.state.value, "is_emergency": to.is_emergency, "is_suspended": to.is_suspended,
    }  # fmt: skip
    if to.state in OPEN and not case.is_open:
        changes |= {"closed_on": None, "counted_from": clock.now()}
    elif to.state not in OPEN and case.is_open:
        changes["closed_on"] = clock.today()
    return changes


def _require_no_other(case: Case) -> None:
    Child.objects.select_for_update(of=("self",)).only("pk").get(pk=case.child_id)
    others = Case.objects.filter(child=case.child_id, state__in=OPEN).exclude(pk=case.pk)
    if others.exists():
        raise CaseIsOpen


def _team_after(case: Case, *, is_opened_anew: bool) -> None:
    """Who worked on a case has no leave any more once it is closed; who leads, once it is filed.

    A case that is opened anew goes back to who led it, while she is still on that post.
    """
    if is_opened_anew and not case.team.filter(role=LEAD, ended_at=None).exists():
        held = Holding.objects.filter(post=case.lead_post_id, person=case.lead_id)
        held = held.filter(during__contains=clock.today(), person__is_active=True)
        if held.exists() and not is_conflicted(case.lead_id, case.child_id):
            added(case, Joining(held.select_related("person")[0], LEAD, EVERY_SECTION))
    elif case.state == Case.State.CLOSED:
        end_team(case, but=[LEAD])
    elif case.state == Case.State.ARCHIVED:
        end_team(case)


def _save_as_the_only_one(case: Case) -> None:
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise CaseIsOpen from error
