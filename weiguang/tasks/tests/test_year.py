"""A year of clocks with its holidays and make-up days, while workers are killed again and again.

What each level should have been told, and on which day, is reckoned here day by day from the
published calendar, by nothing that the product uses.
"""

import multiprocessing
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

import pytest
from django.conf import settings
from django.db import connection

from tests.cast import system
from weiguang.kernel import chain, clock, worker
from weiguang.kernel.events import Subject
from weiguang.kernel.ids import new_id
from weiguang.kernel.packs import read_yaml
from weiguang.tasks.actions.tasks import finish, open_task, pause
from weiguang.tasks.models import Escalation, Task
from weiguang.tasks.rules.periods import Period
from weiguang.tasks.tests.conftest import Crew, make_crew

ONE_DAY: Final = timedelta(days=1)
FATES: Final = ("left", "left", "done", "paused")
# On which day which tasks begin: for whom, how long, what becomes of it, after how many days.
Plans = dict[date, list[tuple[str, int, str, int]]]
OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
WAITS: Final = {"town": 1, "city": 3}  # working days, as packs/cn/deadlines.yaml says


def works(day: date) -> bool:
    """Whether offices work, read from the notice itself."""
    for year in (day.year, day.year + 1):
        notice = read_yaml(settings.WEIGUANG_PACK, "calendar.yaml").get(year)
        if notice and day in notice["workdays"]:
            return True
        if notice and any(span["first"] <= day <= span["last"] for span in notice["holidays"]):
            return False
    return day.isoweekday() < 6


def after(day: date, working_days: int) -> date:
    """The last of so many working days after a day, counted one by one."""
    while working_days:
        day += ONE_DAY
        working_days -= works(day)
    return day


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.CHINA)


def one_worker(moment: datetime) -> None:
    """A worker's round in a process of its own, which may be killed anywhere."""
    connection.connection = None  # the parent's own; this process speaks through another
    with clock.standing_at(moment):
        worker.run_once()


def round_with_a_death(moment: datetime, chance: random.Random) -> bool:
    """A worker that is killed, perhaps, and another that comes after it; whether one died."""
    context = multiprocessing.get_context("fork")
    first = context.Process(target=one_worker, args=(moment,))
    first.start()
    first.join(chance.uniform(0.005, 0.08))
    died = first.is_alive()
    first.kill()
    first.join()
    wait_until_it_is_gone()
    with clock.standing_at(moment):
        worker.run_once()
    return died


def wait_until_it_is_gone() -> None:
    """The server notices a death only after the statement; until then the row stays locked, and the
    next worker passes it over, which would come again a second later.
    """
    with connection.cursor() as cursor:
        for _ in range(3_000):
            cursor.execute(OTHERS)
            if cursor.fetchone() == (0,):
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("a killed worker is still at the database")


def planned(days: list[date], chance: random.Random, number: int) -> Plans:
    """On which day which tasks begin: what they are owed, and what becomes of them."""
    plans: Plans = {}
    for _ in range(number):
        who, fate = chance.choice(("director", "supervisor")), chance.choice(FATES)
        plan = (who, chance.randint(1, 6), fate, chance.randint(0, 6))
        plans.setdefault(chance.choice(days), []).append(plan)
    return plans


def live(crew: Crew, days: list[date], chance: random.Random, number: int) -> int:
    """Live through the days and compare what was told; returns how many workers died."""
    plans, deaths = planned(days, chance, number), 0
    ends: dict[date, list[tuple[Task, str, str]]] = {}
    expected: dict[tuple[object, str], date] = {}
    for day in days:
        morning = midnight(day) + timedelta(hours=9)
        with clock.standing_at(morning):
            for who, length, fate, end in plans.get(day, ()):
                task = begin(crew, who, length)
                ending = day + end * ONE_DAY if fate != "left" else date.max
                ends.setdefault(ending, []).append((task, who, fate))
                due = after(day, length)
                for level in ("town", "city") if who == "director" else ("city",):
                    told = after(due, WAITS[level]) + ONE_DAY  # at its midnight
                    if told <= min(ending, days[-1] + ONE_DAY):
                        expected[task.pk, level] = told
            for task, who, fate in ends.pop(day, ()):
                act_on(crew, task, who, fate)
        # Half past midnight, as the first round of the next day sees it.
        deaths += round_with_a_death(midnight(day + ONE_DAY) + timedelta(minutes=30), chance)
    told = list(Escalation.objects.values_list("task_id", "level", "at"))
    found = {(task, level): at.astimezone(clock.CHINA).date() for task, level, at in told}
    assert len(told) == len(found)
    assert found == expected
    assert len(found) > number // 4
    return deaths


def begin(crew: Crew, who: str, length: int) -> Task:
    post = getattr(crew, who).post_id
    return open_task(kind="test", about=Subject("child", new_id()), post_id=post,
                     within=Period(working_days=length), by=system())  # fmt: skip


def act_on(crew: Crew, task: Task, who: str, fate: str) -> None:
    if fate == "done":
        finish(task=task, by=crew.on(who))
    else:
        pause(task=task, reason="等回复", by=crew.on(who))


def days_of(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_DAY


def test_over_the_spring_festival_each_level_is_told_once_whoever_dies(committed: str) -> None:
    days = list(days_of(date(2025, 1, 20), date(2025, 2, 20)))

    deaths = live(make_crew(), days, random.Random(1), 40)

    assert deaths > 3
    assert chain.verify().findings == ()


@pytest.mark.long
def test_over_a_whole_year_each_level_is_told_once_whoever_dies(committed: str) -> None:
    days = list(days_of(date(2025, 1, 1), date(2025, 12, 31)))

    deaths = live(make_crew(), days, random.Random(2), 400)

    assert deaths > 30
    assert chain.verify().findings == ()


def test_the_oracle_knows_the_holidays_and_the_days_that_make_up_for_them() -> None:
    assert not works(date(2025, 1, 28))
    assert works(date(2025, 1, 26))  # a Sunday on which offices work
    assert after(date(2025, 1, 27), 1) == date(2025, 2, 5)
