"""Tasks: whose they are, when they are due, and that each thing is done once."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import account, actor, system
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.worker import run_once
from weiguang.network.actions import posts
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Holding
from weiguang.network.verbs import Verb
from weiguang.tasks.access import tasks_of
from weiguang.tasks.actions.clocks import escalate_due
from weiguang.tasks.actions.tasks import (
    AlreadyClosed,
    Origin,
    cancel_about,
    finish,
    hand_over,
    pause,
    resume,
)
from weiguang.tasks.models import Escalation, Task
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.conftest import NINE, Crew


def inbox(crew: Crew, who: str) -> list[Task]:
    return list(tasks_of(crew.on(who)))


def test_a_task_is_seen_by_who_is_on_its_post_and_by_nobody_else(crew: Crew) -> None:
    task = crew.task()

    assert inbox(crew, "director") == [task]
    assert [inbox(crew, who) for who in ("neighbour", "supervisor", "officer")] == [[], [], []]


def test_who_stands_in_sees_the_task_while_she_stands_in(crew: Crew) -> None:
    task = crew.task()
    deputy = account("deputy")
    posts.fill(post=crew.director.post, person=deputy, since=clock.today(), by=system(),
               kind=Holding.Kind.SUBSTITUTE)  # fmt: skip

    assert list(tasks_of(actor(deputy))) == [task]


def test_a_task_in_working_days_is_due_after_the_national_holiday(crew: Crew) -> None:
    # 30 September 2024 is a Monday; offices rest from 1 to 7 October and work on Saturday the 12th.
    with clock.standing_at(datetime(2024, 9, 30, 2, tzinfo=UTC)):
        task = crew.task(within=Period(working_days=5))

    assert task.due_at.astimezone(clock.CHINA) == datetime(2024, 10, 13, tzinfo=clock.CHINA)
    assert not task.is_estimated


def test_the_same_key_twice_is_one_task(crew: Crew) -> None:
    first = crew.task(origin=Origin(key="alert:1"))

    assert crew.task(origin=Origin(key="alert:1")) == first
    assert Task.objects.count() == 1


def test_only_who_is_on_the_post_finishes_a_task(crew: Crew) -> None:
    task = crew.task()

    for who in ("neighbour", "officer"):
        with pytest.raises(NotFoundOrRefused):
            finish(task=task, by=crew.on(who))
    finish(task=task, by=crew.on("director"), outcome="seen")

    kept = Task.objects.get(pk=task.pk)
    assert (kept.state, kept.outcome, kept.closed_by) == ("done", "seen", crew.director.person)
    assert inbox(crew, "director") == []


def test_a_task_is_finished_once(crew: Crew) -> None:
    task = crew.task()
    finish(task=task, by=crew.on("director"))

    with pytest.raises(AlreadyClosed):
        finish(task=task, by=crew.on("director"))


def test_a_pause_needs_a_reason_and_keeps_what_was_left(crew: Crew) -> None:
    with clock.standing_at(NINE):
        task = crew.task(within=Period(hours=10))
        with pytest.raises(Invalid):
            pause(task=task, reason="  ", by=crew.on("director"))
    with clock.standing_at(NINE + timedelta(hours=4)):
        pause(task=task, reason="等公安回复", by=crew.on("director"))
    with clock.standing_at(NINE + timedelta(days=30)):
        assert escalate_due(clock.now()) == 0
        resume(task=task, by=crew.on("director"))

    kept = Task.objects.get(pk=task.pk)
    assert kept.due_at == NINE + timedelta(days=30, hours=6)
    assert kept.pause_reason is None


def test_a_pause_in_working_days_counts_on_in_working_days(crew: Crew) -> None:
    with clock.standing_at(NINE):
        task = crew.task(within=Period(working_days=5))  # until Tuesday the 22nd
    with clock.standing_at(NINE + timedelta(days=2)):
        pause(task=task, reason="家里没人", by=crew.on("director"))  # three days are left
    with clock.standing_at(datetime(2024, 11, 8, 2, tzinfo=UTC)):  # a Friday
        resume(task=task, by=crew.on("director"))

    kept = Task.objects.get(pk=task.pk)
    assert kept.due_at.astimezone(clock.CHINA) == datetime(2024, 11, 14, tzinfo=clock.CHINA)


def test_what_is_overdue_is_told_to_the_town_and_then_to_the_city_each_once(crew: Crew) -> None:
    with clock.standing_at(NINE):
        task = crew.task(within=Period(hours=1))
    for days in range(1, 15):
        with clock.standing_at(NINE + timedelta(days=days)):
            run_once()
            run_once()

    told = Escalation.objects.filter(task=task).order_by("at")
    assert [(each.level, each.post_id) for each in told] == [
        ("town", crew.supervisor.post_id), ("city", crew.officer.post_id),
    ]  # fmt: skip
    assert told[0].at < told[1].at
    assert inbox(crew, "supervisor") == inbox(crew, "officer") == [task]


def test_who_was_told_may_finish_it(crew: Crew) -> None:
    with clock.standing_at(NINE):
        task = crew.task(within=Period(hours=1))
    with clock.standing_at(NINE + timedelta(days=3)):
        escalate_due(clock.now())

    finish(task=task, by=crew.on("supervisor"))

    assert Task.objects.get(pk=task.pk).closed_by == crew.supervisor.person


def test_a_post_without_anybody_is_not_told_when_another_has_somebody(crew: Crew) -> None:
    posts.vacate(holding=crew.supervisor, on=clock.today(), by=security(crew))
    with clock.standing_at(NINE):
        task = crew.task(within=Period(hours=1))
    with clock.standing_at(clock.now()):
        escalate_due(clock.now())

    first = task.escalations.get(level="town")
    assert first.post_id == crew.leader.post_id


def test_a_supervisor_hands_a_batch_to_another_village_and_it_keeps_its_clock(crew: Crew) -> None:
    tasks = [crew.task(), crew.task()]
    due = tasks[0].due_at

    given = hand_over(tasks=tasks, to_post_id=crew.neighbour.post_id, by=crew.on("supervisor"))

    assert given == 2
    assert {task.pk for task in inbox(crew, "neighbour")} == {task.pk for task in tasks}
    assert inbox(crew, "director") == []
    assert Task.objects.get(pk=tasks[0].pk).due_at == due


def test_nobody_hands_over_beyond_her_places_and_a_batch_goes_whole_or_not_at_all(
    crew: Crew,
) -> None:
    mine, citys = crew.task(), crew.task("officer")

    with pytest.raises(NotFoundOrRefused):
        hand_over(tasks=[mine, citys], to_post_id=crew.neighbour.post_id, by=crew.on("supervisor"))
    with pytest.raises(NotFoundOrRefused):
        hand_over(tasks=[mine], to_post_id=crew.officer.post_id, by=crew.on("supervisor"))
    with pytest.raises(NotFoundOrRefused):
        hand_over(tasks=[mine], to_post_id=crew.neighbour.post_id, by=crew.on("director"))

    assert inbox(crew, "director") == [mine]


def test_a_cancelled_task_is_told_to_nobody(crew: Crew) -> None:
    with clock.standing_at(NINE):
        task = crew.task(within=Period(hours=1))
    finish(task=crew.task(), by=crew.on("director"))
    with act(Verb.TASK_FINISH, by=system()):
        assert cancel_about(about_id=task.about_id, by=system()) == 1

    with clock.standing_at(NINE + timedelta(days=9)):
        assert escalate_due(clock.now()) == 0


def security(crew: Crew) -> Actor:
    return actor(crew.cast.seated("security_administrator", crew.cast.county).person)
