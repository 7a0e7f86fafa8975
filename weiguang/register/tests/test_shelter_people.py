"""Who is named for a child moved for safety: two people add one, and somebody is always left."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from weiguang.kernel import clock, worker
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.network.actions import posts
from weiguang.network.models import Holding
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.actions.shelter_people import (
    KIND,
    NOBODY,
    LastOfAll,
    nobody_left,
    propose_people,
    take_name,
)
from weiguang.register.models import Child, SafetyMove
from weiguang.register.tests.on_safety import child_in_danger, sees
from weiguang.tasks.actions.approvals import sign
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.rules.periods import Period

REFUGE = Refuge("父亲多次施暴", "救助保护中心三楼")
WHY = "值班要有两个人"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def duty(cast: Cast) -> Holding:
    return cast.seated("duty_officer", cast.county)


@pytest.fixture
def officer(cast: Cast) -> Holding:
    return cast.seated("city_officer", cast.county)


@pytest.fixture
def move(cast: Cast, duty: Holding) -> SafetyMove:
    """A child moved for safety, for whom the duty officer alone is named."""
    child = child_in_danger(cast)
    return move_to_safety(child=child, refuge=REFUGE, people=[duty.person], by=actor(duty.person))


def added(move: SafetyMove, who: Holding, by: Holding, second: Holding) -> None:
    propose_people(move=move, people=[who.person], reason=WHY, by=actor(by.person))
    sign(approval=Approval.objects.get(kind=KIND, state="waiting"), answer="approve",
         by=actor(second.person))  # fmt: skip
    worker.run_once()


def gone(who: Holding, cast: Cast) -> None:
    """She leaves her post as of today."""
    administrator = cast.seated("security_administrator", cast.county)
    posts.vacate(holding=who, on=clock.today(), by=actor(administrator.person))


def test_one_more_sees_the_child_once_a_second_person_agreed(
    cast: Cast, duty: Holding, officer: Holding, move: SafetyMove
) -> None:
    third = cast.seated("duty_officer", cast.county, "third")

    propose_people(move=move, people=[third.person], reason=WHY, by=actor(duty.person))
    asked = Approval.objects.get(kind=KIND)
    with pytest.raises(NotFoundOrRefused):
        sign(approval=asked, answer="approve", by=actor(duty.person))
    assert not sees(third)
    page = text_of(entered(officer.person).get(reverse("approval", args=[asked.pk])))
    assert third.person.name in page
    assert WHY in page
    assert "康无踪" not in page
    sign(approval=asked, answer="approve", by=actor(officer.person))
    worker.run_once()

    assert sees(third)
    assert sees(duty)
    assert not sees(officer)


def test_a_refusal_opens_the_file_to_nobody(
    cast: Cast, duty: Holding, officer: Holding, move: SafetyMove
) -> None:
    third = cast.seated("duty_officer", cast.county, "third")
    propose_people(move=move, people=[third.person], reason=WHY, by=actor(duty.person))

    sign(approval=Approval.objects.get(kind=KIND), answer="refuse", remark="不需要",
         by=actor(officer.person))  # fmt: skip
    worker.run_once()

    assert not sees(third)


@pytest.mark.parametrize("role", ["city_officer", "child_supervisor", "village_secretary"])
def test_who_is_not_named_adds_nobody_and_finds_no_page(
    cast: Cast, move: SafetyMove, role: str
) -> None:
    place = {"child_supervisor": cast.town, "village_secretary": cast.village}.get(role)
    other = cast.seated(role, place or cast.county)

    with pytest.raises(NotFoundOrRefused):
        propose_people(move=move, people=[other.person], reason=WHY, by=actor(other.person))
    client = entered(other.person)
    assert client.get(reverse("safety_people", args=[move.pk])).status_code == 404
    drop = reverse("safety_person_drop", args=[move.pk])
    assert client.post(drop, {"person": str(move.begun_by_id)}).status_code == 404
    assert not Approval.objects.filter(kind=KIND).exists()


def test_nobody_is_added_without_a_reason(
    duty: Holding, officer: Holding, move: SafetyMove
) -> None:
    with pytest.raises(Invalid):
        propose_people(move=move, people=[officer.person], reason=" ", by=actor(duty.person))
    with pytest.raises(Invalid):
        propose_people(move=move, people=[], reason=WHY, by=actor(duty.person))


def test_the_last_one_at_work_stays_and_another_goes_at_once(
    cast: Cast, duty: Holding, officer: Holding, move: SafetyMove
) -> None:
    with pytest.raises(LastOfAll):
        take_name(move=move, person_id=duty.person_id, by=actor(duty.person))
    assert sees(duty)
    third = cast.seated("duty_officer", cast.county, "third")
    added(move, third, duty, officer)

    take_name(move=move, person_id=duty.person_id, by=actor(third.person))

    assert not sees(duty)
    assert sees(third)
    with pytest.raises(NotFoundOrRefused):
        take_name(move=move, person_id=third.person_id, by=actor(duty.person))


def test_what_waits_about_the_child_goes_to_who_is_left(
    cast: Cast, duty: Holding, officer: Holding, move: SafetyMove
) -> None:
    child = Child.objects.get(pk=move.child_id)
    third = cast.seated("duty_officer", cast.county, "third")
    added(move, third, duty, officer)
    task = open_task(kind="errand", about=child.subject, post_id=duty.post_id, by=system(),
                     within=Period(days=2), child_id=child.pk)  # fmt: skip

    take_name(move=move, person_id=duty.person_id, by=actor(third.person))

    task.refresh_from_db()
    assert task.post_id == third.post_id


def test_where_nobody_is_left_the_city_names_somebody_by_two_people(
    cast: Cast, duty: Holding, officer: Holding, move: SafetyMove
) -> None:
    now = clock.now()
    assert nobody_left(now) == 0
    gone(duty, cast)

    assert [nobody_left(now + timedelta(hours=n)) for n in (1, 2)] == [1, 0]
    client = entered(officer.person)
    home = text_of(client.get("/"))
    assert "安全转移没有指定的人" in home
    assert "康无踪" not in home
    address = reverse("safety_people", args=[move.pk])
    page = text_of(client.get(address))
    assert "康无踪" not in page
    assert REFUGE.whereabouts not in page
    client.post(address, {"people": [officer.person_id], "reason": "值班员离岗"})
    second = cast.seated("duty_officer", cast.county, "third")
    sign(approval=Approval.objects.get(kind=KIND), answer="approve", by=actor(second.person))
    worker.run_once()

    assert sees(officer)
    assert not sees(second)
    assert Task.objects.get(kind=NOBODY).state == "done"
    assert nobody_left(now + timedelta(days=1)) == 0
