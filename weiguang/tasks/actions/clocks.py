"""What the worker does as time passes: whoever is above is told what was not done, once a level."""

from datetime import datetime

from django.db import transaction

from weiguang.kernel import clock
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.tasks.actions.tasks import escalates_at, told_of
from weiguang.tasks.models import Escalation, Task
from weiguang.tasks.queries.posts import post_for
from weiguang.tasks.rules.ladder import DISPATCHERS, next_level


def escalate_due(now: datetime) -> int:
    """Tell the level above of every task that is overdue for it; returns how many were told.

    Each in a transaction of its own that locks the task: a worker that dies leaves it as it was,
    and two workers never tell twice.
    """
    told = 0
    while _escalate_one(now):
        told += 1
    return told


def _escalate_one(now: datetime) -> bool:
    with transaction.atomic():
        task = (
            Task.objects.select_for_update(skip_locked=True)
            .filter(state=Task.State.OPEN, escalates_at__lte=now)
            .order_by("escalates_at", "id")
            .first()
        )
        if task is not None:
            _escalate(task, now)
    return task is not None


def _escalate(task: Task, now: datetime) -> None:
    system = the_system(on=clock.today())
    with act(Verb.TASK_ESCALATE, by=system, about=task.subject) as event:
        told = told_of(task)
        level = next_level(task.post.role, told)
        assert level is not None
        post = post_for(task.place_path, *DISPATCHERS[level], on=clock.today())
        Escalation(task=task, level=level, post=post, at=now).save(force_insert=True)
        event.detail = {"task": str(task.pk), "level": level.value, "kind": task.kind}
        amend(task, escalates_at=escalates_at(task.post.role, task.due_at, [*told, level]))
