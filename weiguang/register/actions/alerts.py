"""Alerts: a birthday that changes something is near, a parent's situation should end soon.

Each is a task for who works where the child lives; its key makes it come once, whoever asks again.
For a child moved for safety it is a task for who is named: a father who is about to be released
concerns that child before all others.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from weiguang.kernel import clock, packs
from weiguang.kernel.events import Subject
from weiguang.network.models import Post
from weiguang.network.queries import the_system
from weiguang.register.models import Child, ParentSituation, Tie
from weiguang.register.queries.shelter import post_of_named
from weiguang.register.rules.alerts import births_turning, is_turning, month_of
from weiguang.register.rules.identity import is_minor_on
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

    Once a month, also past the foreseen day, until somebody states what is true now; while one
    look is still open no other is asked for.
    """
    on, opened = now.astimezone(clock.CHINA).date(), 0
    ahead = packs.deadline(settings.WEIGUANG_PACK, "situation.ahead").length["days"]
    ending = ParentSituation.objects.filter(
        during__upper_inf=True, expected_end__lte=on + timedelta(days=ahead)
    )
    for key, adult_id in ending.order_by("pk").values_list("pk", "adult_id"):
        for child in _children_of(adult_id, on):
            if is_minor_on(child.birth_date, on):
                opened += _open_for_situation(child, key, on)
    return opened


def _turning(age: int, on: date, days: int) -> Iterator[Child]:
    first, last = births_turning(age, on=on, days=days)
    told = Task.objects.filter(kind=AGE, child_id=OuterRef("pk"), reason=str(age))
    told = told.exclude(state=Task.State.CANCELLED)
    found = Child.objects.filter(~Exists(told), birth_date__range=(first, last), merged_into=None)
    for child in found.defer("id_number").order_by("pk"):
        if is_turning(child.birth_date, age, on=on, days=days):
            yield child


def _children_of(adult_id: UUID, on: date) -> Iterator[Child]:
    ties = Tie.objects.filter(adult=adult_id, during__contains=on)
    found = Child.objects.filter(pk__in=ties.values("child"), merged_into=None)
    yield from found.defer("id_number").order_by("pk")


def _open_for_age(child: Child, age: int, on: date) -> bool:
    post = post_about(child, DISPATCHERS if age == ADULT else WORKERS, on)
    if post is None:
        return False
    within = Period(**packs.deadline(settings.WEIGUANG_PACK, "age.check").length)
    origin = Origin(reason=str(age), key=key_once(f"{AGE}:{child.pk}:{age}"))
    return open_alert(child, AGE, post, within, origin, on)


def _open_for_situation(child: Child, situation: UUID, on: date) -> bool:
    stem = f"{SITUATION}:{situation}:{child.pk}:"
    key = f"{stem}{month_of(on)}"
    asked = Task.objects.filter(key__startswith=stem).exclude(state=Task.State.CANCELLED)
    # What is looked at, or was this month, is not asked again, and costs only this question.
    if asked.filter(Q(state=Task.State.OPEN) | Q(key__startswith=key)).exists():
        return False
    post = post_about(child, WORKERS, on)
    if post is None:
        return False
    within = Period(**packs.deadline(settings.WEIGUANG_PACK, "situation.check").length)
    return open_alert(child, SITUATION, post, within, Origin(key=key_once(key)), on)


def key_once(stem: str) -> str:
    """A key for what comes once; what was dropped with the post it lay with comes once more."""
    dropped = Task.objects.filter(key__startswith=stem, state=Task.State.CANCELLED).count()
    return f"{stem}:{dropped}" if dropped else stem


def open_alert(
    child: Child, kind: str, post: Post, within: Period, origin: Origin, on: date,
    *, about: Subject | None = None,
) -> bool:  # fmt: skip
    """Open it, unless the child was moved for safety, or merged, since it was read.

    About the child, where it is not said about which thing of its file.
    """
    with transaction.atomic():
        now = Child.objects.select_for_update().only("is_sheltered", "merged_into").get(pk=child.pk)
        if (now.is_sheltered, now.merged_into_id) != (child.is_sheltered, child.merged_into_id):
            return False
        open_task(
            kind=kind, about=about or child.subject, post_id=post.pk, within=within,
            by=the_system(on=on), child_id=child.pk, origin=origin,
        )  # fmt: skip
    return True


def post_about(child: Child, roles: tuple[str, ...], on: date) -> Post | None:
    """Who is told about a child: a post where it lives, or of who is named once it was moved."""
    if child.is_sheltered:
        return post_of_named(child, on=on)
    path = child.residence_path or child.hukou_path
    return post_for(path, *roles, on=on) if path else None
