"""A child moves to another town: received before anybody lets go, and never lost."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.network.actions import places
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions import children
from weiguang.register.actions.children import Identity
from weiguang.register.actions.files import Move
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.actions.transfers import (
    UnderWay,
    give_back,
    overlaps_due,
    receive,
    relocate,
)
from weiguang.register.models import Child, Transfer
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.tasks import open_task
from weiguang.tasks.models import Task
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.test_at_once import at_once, one_was_told


class Stage:
    """Two towns, a supervisor in each, a director in each, and a child of the first."""

    def __init__(self) -> None:
        self.cast: Cast = make_cast()
        found = {"since": date(2021, 1, 1), "by": system()}
        self.other_town = places.found(
            name="梅镇", level="town", parent=self.cast.county, sort_key="12", **found
        )
        self.far = places.found(
            name="梅村", level="village", parent=self.other_town, sort_key="121", **found
        )
        self.sender = self.cast.seated("child_supervisor", self.cast.town)
        self.receiver = self.cast.seated("child_supervisor", self.other_town)
        self.director = self.cast.seated("child_director", self.cast.village)
        self.new_director = self.cast.seated("child_director", self.far)
        who = Identity(
            name="安一一", sex="female", birth_date=date(2016, 2, 29), no_id_reason="not_given"
        )
        village = self.cast.village
        self.child = children.register(
            identity=who, hukou=None, residence=village, since=date(2021, 1, 1), by=system()
        )

    def by(self, who: Holding) -> Actor:
        return actor(who.person)

    def sent(self, to: Place | None = None) -> Transfer | None:
        child = Child.objects.get(pk=self.child.pk)
        move = Move("residence", to or self.far, clock.today(), "3 号")
        return relocate(child=child, to=move, by=self.by(self.sender))

    def seen_by(self) -> list[bool]:
        people = (self.sender, self.director, self.receiver, self.new_director)
        return [children_for(self.by(who), Verb.CHILD_OPEN).exists() for who in people]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.fixture
def stage(db: None) -> Stage:
    return Stage()


def test_within_a_town_a_child_moves_at_once(stage: Stage) -> None:
    assert stage.sent(stage.cast.neighbour) is None
    assert Child.objects.get().residence_place == stage.cast.neighbour


def test_until_the_receipt_both_towns_see_the_child_and_the_old_one_is_responsible(
    stage: Stage,
) -> None:
    sent = stage.sent()

    assert sent is not None
    assert stage.seen_by() == [True, True, True, True]
    assert Child.objects.get().residence_place == stage.cast.village
    assert [task.kind for task in tasks_of(stage.by(stage.receiver))] == ["move.receive"]


def test_after_the_receipt_the_old_town_sees_the_child_for_some_days_more(stage: Stage) -> None:
    sent = stage.sent()
    assert sent is not None
    receive(transfer=sent, near="none", by=stage.by(stage.receiver))

    child = Child.objects.get()
    assert (child.residence_place, child.is_residence_confirmed) == (stage.far, False)
    assert stage.seen_by() == [True, True, True, True]
    with clock.standing_at(clock.now() + timedelta(days=14)):
        assert overlaps_due(clock.now()) == 0
    with clock.standing_at(clock.now() + timedelta(days=15)):
        assert overlaps_due(clock.now()) == 1
        assert overlaps_due(clock.now()) == 0
    assert stage.seen_by() == [False, False, True, True]


def test_what_is_open_for_the_child_goes_along(stage: Stage) -> None:
    task = open_task(
        kind="errand", about=stage.child.subject, post_id=stage.director.post_id, by=system(),
        within=Period(days=9), child_id=stage.child.pk,
    )  # fmt: skip
    sent = stage.sent()
    assert sent is not None
    receive(transfer=sent, near="none", by=stage.by(stage.receiver))

    assert Task.objects.get(pk=task.pk).post_id == stage.new_director.post_id


def test_a_child_that_is_not_received_comes_back_with_a_reason(stage: Stage) -> None:
    sent = stage.sent()
    assert sent is not None
    with pytest.raises(Invalid):
        give_back(transfer=sent, remark=" ", by=stage.by(stage.receiver))
    give_back(transfer=sent, remark="查无此人", by=stage.by(stage.receiver))

    assert stage.seen_by() == [True, True, False, False]
    assert [task.kind for task in tasks_of(stage.by(stage.sender))] == ["move.returned"]
    assert stage.sent() is not None  # it may be sent again


def test_a_child_is_sent_once_at_a_time_and_received_by_nobody_else(stage: Stage) -> None:
    sent = stage.sent()
    assert sent is not None
    with pytest.raises(UnderWay):
        stage.sent()
    with pytest.raises(NotFoundOrRefused):
        receive(transfer=sent, near="none", by=stage.by(stage.sender))


def test_a_child_moved_for_safety_on_its_way_is_lost_to_both_towns(stage: Stage) -> None:
    duty = stage.cast.seated("duty_officer", stage.cast.county)
    sent = stage.sent()
    assert sent is not None
    move_to_safety(
        child=Child.objects.get(), refuge=Refuge("x", "y"), people=[duty.person],
        by=stage.by(stage.sender),
    )  # fmt: skip

    assert stage.seen_by() == [False, False, False, False]
    assert list(tasks_of(stage.by(stage.receiver))) == []
    with pytest.raises(UnderWay):
        receive(transfer=sent, near="none", by=stage.by(stage.receiver))


def test_the_pages_of_sending_and_receiving(stage: Stage) -> None:
    sender, receiver = entered(stage.sender.person), entered(stage.receiver.person)
    page = reverse("child_amend", args=[stage.child.pk, "residence"])
    sender.post(page, {"place": "梅村", "address": "3 号", "since": clock.today().isoformat()})
    file = reverse("child", args=[stage.child.pk])
    assert "等那边的镇接收" in text_of(sender.get(file))

    assert "从外镇转来" in text_of(receiver.get("/"))
    answer = reverse("transfer_answer", args=[Transfer.objects.get().pk])
    receiver.post(answer, {"answer": "return", "remark": ""})
    assert Transfer.objects.get().state == "sent"
    receiver.post(answer, {"answer": "receive"})
    assert Transfer.objects.get().state == "sent"
    receiver.post(answer, {"answer": "receive", "near": "none"})
    assert "已由梅村所在的镇接收" in text_of(sender.get(file))


def test_a_receipt_at_the_moment_of_a_move_for_safety_keeps_neither_waiting(committed: str) -> None:
    stage = Stage()
    duty = stage.cast.seated("duty_officer", stage.cast.county)
    sent = stage.sent()
    assert sent is not None
    sender = stage.by(stage.sender)

    def to_safety() -> None:
        move_to_safety(
            child=Child.objects.get(), refuge=Refuge("x", "y"), people=[duty.person], by=sender
        )

    moving = threading.Thread(target=lambda: at_once(to_safety))
    with transaction.atomic():
        # As a receipt does: the paper first, then the child. Whoever moves the child to safety now
        # waits for the paper, and must not hold the child while waiting.
        Transfer.objects.select_for_update().get()
        moving.start()
        while not somebody_waits():
            pass
        assert Child.objects.select_for_update(nowait=True).get() == stage.child
    moving.join()

    assert Child.objects.get().is_sheltered
    with pytest.raises(UnderWay):
        receive(transfer=sent, near="none", by=stage.by(stage.receiver))
    assert stage.seen_by() == [False, False, False, False]


def test_of_two_who_receive_at_once_one_is_told(committed: str) -> None:
    stage = Stage()
    civil = stage.cast.seated("town_civil_affairs", stage.other_town)
    sent = stage.sent()
    assert sent is not None
    people = [stage.by(stage.receiver), stage.by(civil)]

    one_was_told(
        at_once(
            lambda: receive(transfer=sent, near="none", by=people[0]),
            lambda: receive(transfer=sent, near="none", by=people[1]),
        )
    )
