"""A register of any size to measure, made when there is none; everybody in it is invented."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from seeds.city import make_city
from seeds.load import load_network
from seeds.load_columns import load_columns
from seeds.sizes import DISTRICT, PROVINCE, PUBLISHED_HEADCOUNTS, shares
from weiguang.config.prepare import as_owner, database_running, make_keys, migrate, settle
from weiguang.config.secret import make_secret
from weiguang.config.synthetic import DEMO_PASSWORD, has_city
from weiguang.kernel import clock
from weiguang.kernel.ids import new_ids
from weiguang.kernel.records import copy_columns, writing_event
from weiguang.network.acts import act
from weiguang.network.models import Post
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.alerts import AGE
from weiguang.register.models import Child
from weiguang.tasks.models import Escalation, Task

# From here on the city lies in a province, as so many children do.
A_PROVINCE_FROM: Final = 500_000
EVERY_FIFTH: Final = 5
EVERY_SEVENTH: Final = 7
CHILDREN_AT_ONCE: Final = 50_000
Where = dict[str, UUID]


@contextmanager
def city_of(children: int) -> Iterator[None]:
    """The register of that size with its tasks; its server runs meanwhile."""
    with database_running():
        make_keys()
        make_secret(settings.DATA_DIR)
        migrate()
        if not has_city():
            _make(children)
        if not Task.objects.exists():
            open_tasks()
            settle()
        yield


def _make(children: int) -> None:
    today = clock.today()
    like = PROVINCE if children >= A_PROVINCE_FROM else DISTRICT
    size = replace(like, quotas=shares(children, PUBLISHED_HEADCOUNTS))
    city, by = make_city(size, as_of=today), the_system(on=today)
    with as_owner(), transaction.atomic():
        load_columns(city, load_network(city, password=DEMO_PASSWORD, by=by), by=by)


def open_tasks() -> None:
    """A birthday task for every fifth child, with the director of its village.

    Every seventh of them is overdue, and the town's supervisor was told.
    """
    directors, supervisors = _posts("child_director"), _posts("child_supervisor")
    found = Child.objects.order_by("pk").values_list("pk", "residence_path")
    children = found.iterator(CHILDREN_AT_ONCE)
    with act(Verb.CITY_SEED, by=the_system(on=clock.today())):
        while batch := list(islice(children, CHILDREN_AT_ONCE)):
            some = batch[::EVERY_FIFTH]
            late = _tasks(some, directors)
            _escalate([(task, supervisors[_above(path)]) for task, path in late])


def _posts(role: str) -> Where:
    return dict(Post.objects.filter(role=role).values_list("place__path", "pk"))


def _above(path: str) -> str:
    """The path of the place above.

    >>> _above("/1/4/9/")
    '/1/4/'
    """
    return path.rstrip("/").rpartition("/")[0] + "/"


def _tasks(children: Sequence[tuple[UUID, str]], directors: Where) -> list[tuple[str, str]]:
    """Write a task for each; returns id and place of those that are overdue."""
    count, ids, now = len(children), new_ids(len(children)), clock.now()
    morning = datetime.combine(clock.today(), time(9), tzinfo=clock.CHINA)
    paths = [path for _, path in children]
    keys = [key for key, _ in children]
    days = [-3 if number % EVERY_SEVENTH == 0 else number % 40 for number in range(count)]
    copy_columns(Task, {
        "id": ids, "kind": [AGE] * count, "key": [f"{AGE}:{key}:16" for key in keys],
        "post_id": [directors[path] for path in paths], "place_path": paths,
        "about_kind": ["child"] * count, "about_id": keys, "child_id": keys,
        "reason": ["16"] * count, "origin": [writing_event(Task).pk] * count,
        "opened_at": [now] * count, "unit": [Task.Unit.DAYS] * count,
        "due_at": [morning + timedelta(days=day) for day in days],
        "is_estimated": [False] * count, "state": [Task.State.OPEN] * count,
        "outcome": [""] * count,
    })  # fmt: skip
    return [(ids[at], paths[at]) for at in range(count) if days[at] < 0]


def _escalate(told: Sequence[tuple[str, UUID]]) -> None:
    count, now = len(told), clock.now()
    copy_columns(Escalation, {
        "id": new_ids(count), "task_id": [task for task, _ in told], "level": ["town"] * count,
        "post_id": [post for _, post in told], "at": [now] * count,
    })  # fmt: skip
