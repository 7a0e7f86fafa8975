"""Two people at once, each on a connection of her own: one wins, the other is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection

from tests.cast import actor
from weiguang.kernel.errors import Conflict, WeiguangError
from weiguang.kernel.models import Event
from weiguang.network.verbs import Verb
from weiguang.tasks.actions.approvals import sign, withdraw
from weiguang.tasks.actions.tasks import Origin, finish, hand_over, pause
from weiguang.tasks.models import Approval, Signature, Task
from weiguang.tasks.tests.conftest import Crew, make_crew
from weiguang.tasks.tests.test_approvals import asked

Deed = Callable[[], object]


@pytest.fixture
def crew(committed: str) -> Crew:
    return make_crew()


def at_once(*deeds: Deed) -> list[WeiguangError | None]:
    """Do all at the same moment, in threads with connections of their own; what each was told."""
    start, told = threading.Barrier(len(deeds)), [None] * len(deeds)

    def do(number: int, deed: Deed) -> None:
        with _own_connection():
            start.wait()
            try:
                deed()
            except WeiguangError as error:
                told[number] = error  # type: ignore[call-overload]

    people = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return told


@contextmanager
def _own_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()


def one_was_told(told: list[WeiguangError | None]) -> None:
    assert [error for error in told if error is None] == [None]
    (error,) = [error for error in told if error is not None]
    assert isinstance(error, Conflict)
    assert error.said


def test_of_two_who_finish_a_task_at_once_one_is_told(crew: Crew) -> None:
    for _ in range(5):
        task, by = crew.task(), crew.on("director")

        one_was_told(at_once(partial(finish, task=task, by=by), partial(finish, task=task, by=by)))

    done = Event.objects.filter(verb=Verb.TASK_FINISH, was_refused=False)
    assert done.count() == Task.objects.filter(state="done").count() == 5


def test_a_task_that_is_finished_while_it_is_handed_over_is_one_or_the_other(crew: Crew) -> None:
    for _ in range(5):
        task, by, above = crew.task(), crew.on("director"), crew.on("supervisor")
        to = crew.neighbour.post_id

        told = at_once(
            partial(finish, task=task, by=by),
            partial(hand_over, tasks=[task], to_post_id=to, by=above),
        )

        now = Task.objects.get(pk=task.pk)
        assert (now.state, now.post_id == to) in {("done", False), ("open", True)}
        assert told.count(None) == 1


def test_of_two_who_pause_and_finish_at_once_one_is_told(crew: Crew) -> None:
    task, by = crew.task(), crew.on("director")

    told = at_once(
        partial(pause, task=task, reason="等回复", by=by), partial(finish, task=task, by=by)
    )

    now = Task.objects.get(pk=task.pk)
    assert now.state == "done" or now.paused_at is not None
    # To finish a task that was paused a moment before is no conflict; the other way round it is.
    assert told.count(None) >= 1


def test_of_two_who_sign_at_once_one_signature_decides_and_the_other_is_told(crew: Crew) -> None:
    leader, officer = crew.on("leader"), crew.on("officer")
    for _ in range(5):
        approval = asked(crew)

        one_was_told(
            at_once(
                partial(sign, approval=approval, answer="approve", by=leader),
                partial(sign, approval=approval, answer="refuse", remark="不", by=officer),
            )
        )

    assert Signature.objects.count() == 5
    assert Event.objects.filter(verb=Verb.APPROVAL_DECIDE).count() == 5


def test_of_two_whose_signatures_are_both_needed_both_count(crew: Crew) -> None:
    civil = crew.cast.seated("town_civil_affairs", crew.cast.town)
    approval = asked(crew, needed=2)

    told = at_once(
        partial(sign, approval=approval, answer="approve", by=crew.on("leader")),
        partial(sign, approval=approval, answer="approve", by=actor(civil.person)),
    )

    assert told == [None, None]
    assert Approval.objects.get().state == "approved"


def test_what_is_withdrawn_while_it_is_signed_is_one_or_the_other(crew: Crew) -> None:
    for _ in range(5):
        approval, by, leader = asked(crew), crew.on("supervisor"), crew.on("leader")

        one_was_told(
            at_once(
                partial(withdraw, approval=approval, by=by),
                partial(sign, approval=approval, answer="approve", by=leader),
            )
        )

        now = Approval.objects.get(pk=approval.pk)
        assert (now.state, now.signatures.count()) in {("withdrawn", 0), ("approved", 1)}


def test_two_tasks_with_one_key_opened_at_once_are_one(crew: Crew) -> None:
    made = at_once(*(lambda: crew.task(origin=Origin(key="alert:1")) for _ in range(4)))

    assert made == [None] * 4
    assert Task.objects.filter(key="alert:1").count() == 1
