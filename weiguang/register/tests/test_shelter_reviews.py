"""What a move for safety leaves owed: its own refusal is told, and a review of a break goes on."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import account, actor, entered, system, text_of
from weiguang.kernel import clock, worker
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.models import Event
from weiguang.network.actions import accounts, posts
from weiguang.network.authority import may
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.register.actions import access, shelter_refused
from weiguang.register.actions.shelter import Refuge, move_to_safety, propose_end
from weiguang.register.models import AccessRequest, SafetyMove
from weiguang.register.tests.two_towns import (
    BY_NUMBER,
    EMERGENCY,
    NINE,
    WORDS,
    Towns,
    broken,
    make_towns,
)
from weiguang.tasks.access import approvals_for, tasks_of
from weiguang.tasks.actions.approvals import ask_again, sign
from weiguang.tasks.models import Approval, Task

REFUSED = "move.safety.refused"


@pytest.fixture
def towns(db: None) -> Iterator[Towns]:
    with clock.standing_at(NINE):
        yield make_towns()


@pytest.fixture
def duty(towns: Towns) -> Holding:
    return towns.cast.seated("duty_officer", towns.cast.county)


def moved(towns: Towns, *people: Holding) -> SafetyMove:
    """The far town's supervisor moves the child; what follows is done."""
    move = move_to_safety(
        child=towns.child, refuge=Refuge("家暴", "中心三楼"),
        people=[each.person for each in people], by=towns.on("far_supervisor"),
    )  # fmt: skip
    worker.run_once()
    towns.child.refresh_from_db()
    return move


def reviewed(towns: Towns, answer: str, remark: str = "理由不够") -> Approval:
    approval = Approval.objects.get(kind="move.safety")
    sign(approval=approval, answer=answer, remark=remark, by=towns.on("officer"))
    worker.run_once()
    return approval


def inbox_of(who: Holding) -> str:
    return text_of(entered(who.person).get("/"))


# The second person says no.


def test_a_refused_review_is_told_to_who_is_named_and_to_who_moved_the_child(
    towns: Towns, duty: Holding
) -> None:
    moved(towns, duty)
    reviewed(towns, "refuse")

    told = Task.objects.filter(kind=REFUSED, state="open")
    assert {each.post_id for each in told} == {duty.post_id, towns.far_supervisor.post_id}
    assert "顾念安" in inbox_of(duty)
    assert "安全转移复核没有同意" in inbox_of(towns.far_supervisor)
    own = tasks_of(towns.on("far_supervisor")).get(kind=REFUSED)
    page = text_of(entered(towns.far_supervisor.person).get(reverse("task", args=[own.pk])))
    assert "理由不够" in page


def test_the_movers_task_leads_nobody_to_the_child(towns: Towns, duty: Holding) -> None:
    moved(towns, duty)
    reviewed(towns, "refuse")
    own = tasks_of(towns.on("far_supervisor")).get(kind=REFUSED)

    assert own.child_id is None
    for who in (towns.far_supervisor, towns.far_leader, towns.far_director):
        shown = inbox_of(who)
        assert "顾念安" not in shown
        assert str(towns.child.pk) not in shown
        assert "中心三楼" not in shown
    page = text_of(entered(towns.far_supervisor.person).get(reverse("task", args=[own.pk])))
    assert str(towns.child.pk) not in page
    assert "顾念安" not in page


def test_another_on_the_movers_post_reads_nothing_of_it(towns: Towns, duty: Holding) -> None:
    stand_in = posts.fill(
        post=towns.far_supervisor.post, person=account("stand_in"), since=clock.today(),
        kind="substitute", by=system(),
    )  # fmt: skip
    moved(towns, duty)
    reviewed(towns, "refuse")

    assert "安全转移" not in inbox_of(stand_in)
    task = Task.objects.get(kind=REFUSED, post=stand_in.post_id)
    assert entered(stand_in.person).get(reverse("task", args=[task.pk])).status_code == 404


def test_a_return_is_told_too_and_a_later_yes_ends_what_was_told(
    towns: Towns, duty: Holding
) -> None:
    moved(towns, duty)
    approval = reviewed(towns, "return")
    assert "复核的人要求补充说明" in inbox_of(towns.far_supervisor)

    approval.refresh_from_db()
    ask_again(approval=approval, by=towns.on("far_supervisor"))
    reviewed(towns, "approve")

    assert set(Task.objects.filter(kind=REFUSED).values_list("state", flat=True)) == {"done"}


def test_a_review_that_agrees_is_told_to_nobody(towns: Towns, duty: Holding) -> None:
    moved(towns, duty)
    reviewed(towns, "approve")

    assert not Task.objects.filter(kind=REFUSED).exists()


def test_the_refusal_is_told_once_however_often_the_worker_comes(
    towns: Towns, duty: Holding
) -> None:
    move = moved(towns, duty)
    approval = reviewed(towns, "refuse")
    decided = Event.objects.get(verb=Verb.APPROVAL_DECIDE, about_id=move.pk)

    shelter_refused.tell(approval=approval, decision="refused", caused_by=decided.pk)

    assert Task.objects.filter(kind=REFUSED).count() == 2


def test_when_the_move_is_ended_what_was_told_is_done(towns: Towns, duty: Holding) -> None:
    move = moved(towns, duty)
    reviewed(towns, "refuse")
    propose_end(move=move, reason="危险已经过去", by=actor(duty.person))
    ending = Approval.objects.get(kind="move.safety.end")
    sign(approval=ending, answer="approve", by=towns.on("officer"))
    worker.run_once()

    assert not Task.objects.filter(kind=REFUSED, state="open").exists()


def test_where_nobody_named_is_left_the_city_is_told_without_a_name(
    towns: Towns, duty: Holding
) -> None:
    moved(towns, duty)
    keeper = towns.cast.seated("system_administrator", towns.cast.county)
    accounts.close(account=duty.person, by=actor(keeper.person))
    reviewed(towns, "refuse")

    shown = inbox_of(towns.officer)
    assert "安全转移复核没有同意" in shown
    assert "顾念安" not in shown


# A file that was broken open before.


def test_the_review_of_a_break_goes_to_who_is_named_and_to_no_old_place(
    towns: Towns, duty: Holding
) -> None:
    request, before = broken(towns)
    moved(towns, duty)

    before.refresh_from_db()
    assert before.state == "withdrawn"
    review = Approval.objects.get(kind="access.break", state="waiting")
    assert review.due_at == NINE + timedelta(hours=24)
    (task,) = tasks_of(actor(duty.person)).filter(reason="access.break")
    assert task.about_id == review.pk
    page = text_of(entered(duty.person).get(reverse("approval", args=[review.pk])))
    assert WORDS in page
    for name in ("far_supervisor", "far_leader", "supervisor", "officer"):
        client = entered(getattr(towns, name).person)
        assert "紧急查阅" not in text_of(client.get(reverse("approvals")))
        assert client.get(reverse("approval", args=[review.pk])).status_code == 404
    for name in ("far_supervisor", "far_leader", "supervisor"):
        with pytest.raises(NotFoundOrRefused):
            sign(approval=review, answer="approve", by=towns.on(name))
    assert not may(towns.on("supervisor"), Verb.CHILD_OPEN, towns.child.subject)

    sign(approval=review, answer="refuse", remark="没有理由", by=actor(duty.person))
    worker.run_once()
    request.refresh_from_db()
    assert request.review == "unjustified"


def test_a_break_that_nobody_was_asked_about_before_the_move_is_reviewed_too(
    towns: Towns, duty: Holding
) -> None:
    access.break_open(sought=BY_NUMBER, plea=EMERGENCY, by=towns.on("supervisor"))
    moved(towns, duty)

    review = Approval.objects.get(kind="access.break")
    assert review.paths == [towns.cast.county.path]
    assert not approvals_for(towns.on("far_supervisor")).exists()
    assert approvals_for(actor(duty.person)).filter(pk=review.pk).exists()


def test_a_review_that_was_given_before_the_move_is_not_asked_for_again(
    towns: Towns, duty: Holding
) -> None:
    _request, approval = broken(towns)
    sign(approval=approval, answer="approve", by=towns.on("far_supervisor"))
    moved(towns, duty)

    assert Approval.objects.filter(kind="access.break").count() == 1
    assert AccessRequest.objects.get().review == "justified"


def test_who_broke_it_open_and_is_named_herself_is_reviewed_by_the_city_without_a_name(
    towns: Towns, duty: Holding
) -> None:
    broken(towns, by="officer")
    moved(towns, towns.officer)
    review = Approval.objects.get(kind="access.break", state="waiting")

    page = text_of(entered(duty.person).get(reverse("approval", args=[review.pk])))
    assert towns.officer.person.name in page
    assert "一名孩子，名字只有指定的人可以看" in page
    for said in ("顾念安", WORDS, "东浦村", str(towns.child.pk)):
        assert said not in page
        assert said not in text_of(entered(duty.person).get(reverse("approvals")))
    with pytest.raises(NotFoundOrRefused):
        sign(approval=review, answer="approve", by=towns.on("officer"))
    sign(approval=review, answer="approve", by=actor(duty.person))
    worker.run_once()
    assert AccessRequest.objects.get().review == "justified"


def test_the_end_of_a_move_asks_for_no_review_twice(towns: Towns, duty: Holding) -> None:
    broken(towns)
    move = moved(towns, duty)
    propose_end(move=move, reason="危险已经过去", by=actor(duty.person))
    worker.run_once()

    assert Approval.objects.filter(kind="access.break", state="waiting").count() == 1
