"""A case from its opening on: who may, what follows, and what two people at once come to."""

from datetime import timedelta

import pytest

from tests.cast import system
from weiguang.cases.access import cases_for
from weiguang.cases.actions import cases, team
from weiguang.cases.actions.cases import Opening, Said
from weiguang.cases.actions.team import Joining
from weiguang.cases.errors import (
    AlreadyOnTeam,
    CaseIsOpen,
    CaseMoved,
    ShelteredTeam,
    StepRefused,
    TooNear,
)
from weiguang.cases.models import Case, TeamMember
from weiguang.cases.rules.transitions import CARRIED, Action
from weiguang.cases.tests.at_work import Home, assessed, at, holding, make_work, opened, taken
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.network.acts import act
from weiguang.network.authority import may
from weiguang.network.models import Grant
from weiguang.network.verbs import Verb
from weiguang.register.actions import conflicts
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.models import Child
from weiguang.tasks.models import Task


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def due(case: Case) -> set[str]:
    open_ones = Task.objects.filter(about_id=case.pk, state="open")
    return set(open_ones.values_list("kind", flat=True))


def test_the_lead_worker_sees_the_child_by_a_grant_and_the_next_step_has_a_clock(
    home: Home,
) -> None:
    assert not may(home.on("social_worker"), Verb.CASE_LEAD, home.child.subject)

    case = opened(home)

    assert may(home.on("social_worker"), Verb.CASE_LEAD, home.child.subject)
    assert not may(home.on("colleague"), Verb.CASE_READ, home.child.subject)
    task = Task.objects.get(about_id=case.pk)
    assert (task.kind, task.post_id) == ("case.assess", holding(home, "social_worker").post_id)
    assert task.child_id == home.child.pk
    assert case.steps.get().action == "open"


def test_a_child_has_one_open_case(home: Home) -> None:
    opened(home)

    with pytest.raises(CaseIsOpen):
        opened(home, by="town_civil_affairs")


@pytest.mark.parametrize("by", ["child_director", "neighbour", "social_worker", "city_approver"])
def test_who_does_not_answer_for_the_child_opens_no_case(home: Home, by: str) -> None:
    with pytest.raises(NotFoundOrRefused):
        opened(home, by=by)


def test_a_supervisor_who_leads_herself_needs_no_grant(home: Home) -> None:
    opened(home, lead="child_supervisor")

    assert not Grant.objects.filter(person=home.accounts["child_supervisor"]).exists()


def test_who_is_near_to_the_family_leads_no_case(home: Home) -> None:
    near = Opening("harm", holding(home, "social_worker"), near="relative")
    with pytest.raises(TooNear):
        cases.open_case(child=home.child, opening=near, by=home.on("child_supervisor"))
    conflicts.declare(child=home.child, answer="relative", by=home.on("town_civil_affairs"))

    with pytest.raises(TooNear):
        opened(home, lead="town_civil_affairs")

    assert not Case.objects.exists()


def test_each_step_closes_what_was_due_and_winds_the_next_clock(home: Home) -> None:
    case = opened(home)
    with pytest.raises(StepRefused):
        taken(home, case, Action.ASSESS)
    assert due(case) == {"case.assess"}

    assessed(home)
    case = taken(home, case, Action.ASSESS, "缺少照料")

    assert (case.state, due(case)) == ("assessed", {"case.plan"})
    with pytest.raises(StepRefused):
        taken(home, case, Action.START)


def test_in_an_emergency_help_begins_and_the_plan_follows(home: Home) -> None:
    case = opened(home)
    taken(home, case, Action.RAISE_EMERGENCY, "孩子一个人在家")
    assert due(case) == {"case.assess", "case.emergency"}
    centre = Task.objects.get(kind="case.emergency")
    assert centre.post_id == holding(home, "duty_officer").post_id

    case = taken(home, case, Action.START)

    assert due(case) == {"case.review", "case.plan", "case.emergency"}
    with pytest.raises(StepRefused):
        taken(home, case, Action.PREPARE_CLOSING, "x")
    with pytest.raises(NotFoundOrRefused):
        taken(home, case, Action.END_EMERGENCY, "安全了")
    case = taken(home, case, Action.END_EMERGENCY, "安全了", by="child_supervisor")
    assert not case.is_emergency
    assert due(case) == {"case.review", "case.plan"}


def test_a_suspended_case_rests_until_it_is_resumed(home: Home) -> None:
    case = opened(home)
    case = taken(home, case, Action.SUSPEND, "孩子住院", by="child_supervisor")
    assert due(case) == {"case.suspended"}

    with pytest.raises(StepRefused):
        taken(home, case, Action.PREPARE_CLOSING, "搬走了")
    case = taken(home, case, Action.RESUME)

    assert due(case) == {"case.assess"}


@pytest.mark.parametrize("action", sorted(CARRIED))
def test_what_takes_two_people_is_done_by_none_alone(home: Home, action: Action) -> None:
    case = opened(home)

    with pytest.raises(NotFoundOrRefused):
        taken(home, case, action, by="child_supervisor")


def test_who_saw_the_case_before_the_last_step_is_told_and_changes_nothing(home: Home) -> None:
    case = opened(home)
    taken(home, case, Action.SUSPEND, "孩子住院", by="child_supervisor")

    with pytest.raises(CaseMoved):
        cases.take_step(
            case=case, action=Action.RAISE_EMERGENCY, said=Said(0, "受伤"),
            by=home.on("child_supervisor"),
        )  # fmt: skip

    assert not Case.objects.get(pk=case.pk).is_emergency


def test_a_member_reads_and_notes_and_decides_nothing(home: Home) -> None:
    case = opened(home)

    member = team.join(
        case=case, who=Joining(holding(home, "department_liaison"), "school"),
        by=home.on("child_supervisor"),
    )  # fmt: skip

    subject = home.child.subject
    liaison = home.on("department_liaison")
    assert may(liaison, Verb.CASE_NOTE, subject)
    assert not may(liaison, Verb.CASE_LEAD, subject)
    assert not may(liaison, Verb.CHILD_OPEN, subject)
    with pytest.raises(AlreadyOnTeam):
        team.join(
            case=case, who=Joining(holding(home, "department_liaison"), "legal"),
            by=home.on("child_supervisor"),
        )  # fmt: skip
    team.leave(member=member, by=home.on("child_supervisor"))
    assert not may(home.on("department_liaison"), Verb.CASE_READ, subject)


def test_the_lead_worker_names_nobody(home: Home) -> None:
    case = opened(home)

    with pytest.raises(NotFoundOrRefused):
        team.join(
            case=case, who=Joining(holding(home, "colleague"), "co_worker"),
            by=home.on("social_worker"),
        )  # fmt: skip


def test_a_lead_is_replaced_and_never_left_out(home: Home) -> None:
    case = opened(home)
    with pytest.raises(Invalid):
        team.leave(member=case.team.get(), by=home.on("child_supervisor"))
    who = Joining(holding(home, "colleague"), "lead")

    case = team.name_lead(case=case, who=who, seen=0, by=home.on("child_supervisor"))

    assert not may(home.on("social_worker"), Verb.CASE_READ, home.child.subject)
    assert may(home.on("colleague"), Verb.CASE_LEAD, home.child.subject)
    task = Task.objects.get(about_id=case.pk, state="open")
    assert task.post_id == holding(home, "colleague").post_id
    with pytest.raises(CaseMoved):
        team.name_lead(case=case, who=who, seen=0, by=home.on("child_supervisor"))


def test_a_case_that_is_opened_anew_goes_back_to_who_led_it(home: Home) -> None:
    case = opened(home)
    with act(Verb.CASE_CARRY, by=system()):
        team.end_team(case)
    assert not may(home.on("social_worker"), Verb.CASE_LEAD, home.child.subject)

    case = at(case, "archived")
    case = taken(home, case, Action.REOPEN, "又没人照料", by="child_supervisor")

    assert (case.state, case.closed_on) == ("accepted", None)
    assert may(home.on("social_worker"), Verb.CASE_LEAD, home.child.subject)
    assert due(case) == {"case.assess"}


def test_no_case_is_opened_anew_beside_an_open_one(home: Home) -> None:
    old = at(opened(home), "archived")
    opened(home, lead="colleague")

    with pytest.raises(CaseIsOpen):
        taken(home, old, Action.REOPEN, "又没人照料", by="child_supervisor")


def test_of_a_child_moved_for_safety_only_who_is_named_works_on_the_case(home: Home) -> None:
    case = opened(home)
    duty = home.accounts["duty_officer"]
    move_to_safety(
        child=home.child, refuge=Refuge("受伤", "别处"), people=[duty],
        by=home.on("child_supervisor"),
    )  # fmt: skip

    for name in ("social_worker", "child_supervisor", "city_approver"):
        assert not cases_for(home.on(name), Verb.CASE_READ).exists()
    named = home.on("duty_officer")
    assert cases_for(named, Verb.CASE_READ).get() == case
    assert due(case) == set()
    fresh = Case.objects.select_related("child").get(pk=case.pk)
    with pytest.raises(ShelteredTeam):
        team.join(case=fresh, who=Joining(holding(home, "colleague"), "co_worker"), by=named)
    who = Joining(holding(home, "duty_officer"), "lead")
    assert team.name_lead(case=fresh, who=who, seen=0, by=named).lead_id == duty.pk


def test_a_member_who_turns_out_to_be_near_loses_the_case_at_once(home: Home) -> None:
    opened(home)

    conflicts.declare(child=home.child, answer="relative", by=home.on("social_worker"))

    assert not cases_for(home.on("social_worker"), Verb.CASE_READ).exists()


def test_a_grant_of_the_team_ends_with_the_membership_and_not_with_the_day(home: Home) -> None:
    case = opened(home)
    member = team.join(
        case=case, who=Joining(holding(home, "colleague"), "co_worker"),
        by=home.on("child_supervisor"),
    )  # fmt: skip

    team.leave(member=member, by=home.on("child_supervisor"))

    kept = TeamMember.objects.select_related("grant").get(pk=member.pk)
    assert kept.grant is not None
    assert kept.grant.until is not None
    assert kept.grant.until <= clock.now() + timedelta(seconds=1)
    assert Child.objects.get(pk=home.child.pk).cases.count() == 1
