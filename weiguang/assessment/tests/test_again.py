"""A level's time is over: the town is told once, a week ahead, until somebody assesses anew."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from weiguang.assessment.actions.again import AGAIN, again_due
from weiguang.assessment.actions.levels import Decided, set_level
from weiguang.assessment.queries.inbox import lines_of_again
from weiguang.assessment.tests.at_work import assessed, make_work, needs, sample
from weiguang.kernel import clock, worker
from weiguang.register.actions.shelter import Refuge, move_to_safety
from weiguang.register.tests.home import Home
from weiguang.tasks.models import Task


@pytest.fixture
def home(db: None) -> Home:
    return make_work()


def later(days: int) -> datetime:
    """Noon in China so many days from today."""
    return datetime.combine(clock.today() + timedelta(days=days), time(12), clock.CHINA)


def put(home: Home, level: str) -> None:
    done = assessed(home, needs(), "needs")
    set_level(
        child=home.child, decided=Decided(level, "看过了"), by=home.on("child_supervisor"),
        assessment=done,
    )  # fmt: skip


def open_tasks(**which: Any) -> int:
    return Task.objects.filter(kind=AGAIN, state="open", **which).count()


@pytest.mark.parametrize(("level", "days"), [("high", 30), ("medium", 90), ("stable", 365)])
def test_the_town_is_told_a_week_before_a_levels_time_is_over(
    level: str, days: int, home: Home
) -> None:
    put(home, level)

    assert [again_due(later(days - ahead)) for ahead in (8, 7, 6, -30)] == [0, 1, 0, 0]

    task = Task.objects.get(kind=AGAIN)
    assert (task.post.role, task.about_id) == ("child_supervisor", home.child.pk)


def test_in_an_emergency_and_at_no_level_no_clock_runs(home: Home) -> None:
    assert again_due(later(4_000)) == 0
    texts = needs(report_signs=["injuries"], emergency_reason=["身上有伤"])
    done = assessed(home, texts, "needs")
    set_level(
        child=home.child, decided=Decided("emergency", "身上有伤"),
        by=home.on("child_supervisor"), assessment=done,
    )  # fmt: skip

    assert again_due(later(400)) == 0


def test_a_new_assessment_ends_the_task_and_begins_the_time_anew(home: Home) -> None:
    put(home, "high")
    again_due(later(30))
    assert open_tasks() == 1

    assessed(home, sample())

    assert open_tasks() == 0
    assert again_due(later(22)) == 0
    assert again_due(later(23)) == 1


def test_a_child_that_is_grown_is_not_asked_for(home: Home) -> None:
    put(home, "high")
    years = 18 - (clock.today().year - home.child.birth_date.year)

    assert again_due(later(366 * years)) == 0


def test_of_a_child_moved_for_safety_only_who_is_named_is_told(home: Home) -> None:
    put(home, "high")
    again_due(later(30))

    move_to_safety(
        child=home.child, refuge=Refuge("不说", "不说"), people=[home.accounts["duty_officer"]],
        by=home.on("child_supervisor"),
    )  # fmt: skip

    assert open_tasks() == 0
    assert again_due(later(30)) == 1
    assert open_tasks(post__role="duty_officer") == 1


def test_the_inbox_says_whom_and_at_which_level(home: Home) -> None:
    put(home, "high")
    worker.run_once()
    again_due(later(30))
    task = Task.objects.get(kind=AGAIN)

    (line,) = lines_of_again(home.on("child_supervisor"), [task]).values()

    assert line.who == home.child.name
    assert line.why == "等级是高，到复评的时候了"
    assert lines_of_again(home.on("neighbour"), [task]) == {}
