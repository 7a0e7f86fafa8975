"""Alerts: a birthday that changes something is near, a parent's situation should end soon.

Each is a task for who works where the child lives; its key makes it come once, whoever asks again.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef

from weiguang.kernel import clock, packs
from weiguang.network.models import Post
from weiguang.network.queries import the_system
from weiguang.register.models import Child, ParentSituation, Tie
from weiguang.register.rules.alerts import births_turning, is_turning, month_of
from weiguang.tasks.actions.tasks import Origin, open_task
from weiguang.tasks.models import Task
from weiguang.tasks.queries.posts import post_for
from weiguang.tasks.rules.periods import Period

AGE: Final = "alert.age"
SITUATION: Final = "alert.situation"
ADULT: Final = 18
WORKERS: Final = ("child_director", "child_supervisor", "town_civil_affairs")
DISPATCHERS: Final = ("child_supervisor", "town_civil_affairs")


def ages_due(now: datetime) -> int:
    """Open a task for every child that soon reaches an age of the pack; returns how many."""
    on, opened = now.astimezone(clock.CHINA).date(), 0
    days, ages = packs.age_alerts(settings.WEIGUANG_PACK)
    for age in ages:
        for child in _turning(age, on, days):
            opened += _open_for_age(child, age, on)
    return opened


def situations_due(now: datetime) -> int:
    """Open a task for every child whose parent's situation should end within the pack's time.

    Once a month, also past the foreseen day, until somebody states what is true now.
    """
    on, opened = now.astimezone(clock.CHINA).date(), 0
    ahead = packs.deadline(settings.WEIGUANG_PACK, "situation.ahead").length["days"]
    ending = ParentSituation.objects.filter(
        during__upper_inf=True, expected_end__lte=on + timedelta(days=ahead)
    )
    for key, adult_id in ending.order_by("pk").values_list("pk", "adult_id"):
        for child in _children_of(adult_id, on):
            opened += _open_for_situation(child, f"{SITUATION}:{key}:{child.pk}:{month_of(on)}")
    return opened


def _turning(age: int, on: date, days: int) -> Iterator[Child]:
    first, last = births_turning(age, on=on, days=days)
    told = Task.objects.filter(kind=AGE, child_id=OuterRef("pk"), reason=str(age))
    found = Child.objects.filter(
        ~Exists(told), birth_date__range=(first, last), is_sheltered=False, merged_into=None
    )
    for child in found.defer("id_number").order_by("pk"):
        if is_turning(child.birth_date, age, on=on, days=days):
            yield child


def _children_of(adult_id: UUID, on: date) -> Iterator[Child]:
    ties = Tie.objects.filter(adult=adult_id, during__contains=on)
    found = Child.objects.filter(pk__in=ties.values("child"), is_sheltered=False, merged_into=None)
    yield from found.defer("id_number").order_by("pk")


def _open_for_age(child: Child, age: int, on: date) -> bool:
    post = _post_for(child, DISPATCHERS if age == ADULT else WORKERS, on)
    if post is None:
        return False
    within = Period(**packs.deadline(settings.WEIGUANG_PACK, "age.check").length)
    origin = Origin(reason=str(age), key=f"{AGE}:{child.pk}:{age}")
    return _opened(child, AGE, post, within, origin, on)


def _open_for_situation(child: Child, key: str) -> bool:
    on = clock.today()
    post = _post_for(child, WORKERS, on)
    # What was looked at this month is not looked at again, and costs no more than this question.
    if post is None or Task.objects.filter(key=key).exists():
        return False
    within = Period(**packs.deadline(settings.WEIGUANG_PACK, "situation.check").length)
    return _opened(child, SITUATION, post, within, Origin(key=key), on)


def _opened(child: Child, kind: str, post: Post, within: Period, origin: Origin, on: date) -> bool:
    open_task(
        kind=kind, about=child.subject, post_id=post.pk, within=within, by=the_system(on=on),
        child_id=child.pk, origin=origin,
    )  # fmt: skip
    return True


def _post_for(child: Child, roles: tuple[str, ...], on: date) -> Post | None:
    path = child.residence_path or child.hukou_path
    return post_for(path, *roles, on=on) if path else None
