"""Tasks are opened for a post, paused, handed over and closed, each by an act of its own."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.working_days import Calendar
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Post
from weiguang.network.verbs import Verb
from weiguang.tasks.access import is_theirs
from weiguang.tasks.models import Task
from weiguang.tasks.rules.ladder import next_level
from weiguang.tasks.rules.periods import LAST_MOMENT, Period, due_again, left


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a task is there: a code of the kind's words, a key that makes it come only once, what a
    person wrote, and from when its period is counted.
    """

    reason: str = ""
    key: str = ""
    since: datetime | None = None
    words: str = ""


NO_ORIGIN = Origin()


class AlreadyClosed(Conflict):
    """Somebody else closed the task meanwhile."""

    code = "task_closed"
    default_what = _("这件事已经有人办结了。")
    default_to_what = _("您这次的操作没有保存。")
    default_what_next = _("请回到待办，看看还有哪些事。")


def open_task(
    *, kind: str, about: Subject, post_id: UUID, within: Period, by: Actor,
    child_id: UUID | None = None, origin: Origin = NO_ORIGIN,
) -> Task:  # fmt: skip
    """A task for a post, due when the period is over; the same key twice is one task.

    It begins now, or at `origin.since`. Raises `NotFoundOrRefused` when the actor may not, and for
    a post that does not exist.
    """
    post = Post.objects.select_related("place").filter(pk=post_id).first()
    if post is None:
        raise NotFoundOrRefused
    if origin.key and (known := Task.objects.filter(key=origin.key).first()):
        return known
    try:
        with transaction.atomic():
            return _opened(kind, about, post, within, by, child_id, origin)
    except IntegrityError:
        # Somebody opened the task of this key at the same moment.
        if not origin.key:
            raise
        return Task.objects.get(key=origin.key)


def _opened(
    kind: str, about: Subject, post: Post, within: Period, by: Actor, child_id: UUID | None,
    origin: Origin,
) -> Task:  # fmt: skip
    if about.id is None:
        raise ValueError("a task is about one thing")
    since = origin.since or clock.now()
    due = within.over(since, calendar())
    with act(Verb.TASK_OPEN, by=by, about=Subject("task", None, (post.place.path,))) as event:
        task = Task(
            kind=kind, key=origin.key or None, post=post, place_path=post.place.path,
            about_kind=about.kind, about_id=about.id, child_id=child_id, reason=origin.reason,
            words=origin.words or None,
            origin=event.part_of or event.caused_by or event.pk, opened_at=since,
            unit=within.unit, due_at=due.at, is_estimated=due.is_estimated,
            escalates_at=escalates_at(post.role, due.at),
        )  # fmt: skip
        task.save(force_insert=True)
        event.detail = {"task": str(task.pk), "kind": kind}
    return task


def finish(*, task: Task, by: Actor, outcome: str = "done") -> None:
    """Close a task as done; by who is on its post, on a post that was told, or the system.

    Raises `AlreadyClosed` when somebody did meanwhile.
    """
    with act(Verb.TASK_FINISH, by=by, about=task.subject) as event:
        current = _locked(task.pk)
        if not (by.is_system or is_theirs(by, current)):
            raise NotFoundOrRefused
        _close(current, Task.State.DONE, outcome, by)
        event.detail["task"] = str(task.pk)
    task.state = current.state


def finish_about(
    *, kind: str, about_id: UUID, by: Actor, outcome: str = "done", posts: Collection[UUID] = ()
) -> int:
    """Close every open task of a kind about a thing, inside the caller's own act; their number.

    What is done to the thing is the work itself, so its own right is enough. `posts` narrows it to
    the tasks of these.
    """
    waiting = Task.objects.filter(kind=kind, about_id=about_id, state=Task.State.OPEN)
    if posts:
        waiting = waiting.filter(post__in=posts)
    return _close_all(waiting, Task.State.DONE, outcome, by)


def cancel_about(*, about_id: UUID, by: Actor, kind: str = "") -> int:
    """Cancel the open tasks about a thing, of one kind or of all, inside the caller's own act."""
    waiting = Task.objects.filter(about_id=about_id, state=Task.State.OPEN)
    return _close_all(waiting.filter(kind=kind) if kind else waiting, Task.State.CANCELLED, "", by)


def cancel_of_child(*, child_id: UUID, by: Actor) -> int:
    """Cancel every open task for a child, inside the caller's own act; returns their number."""
    waiting = Task.objects.filter(child_id=child_id, state=Task.State.OPEN)
    return _close_all(waiting, Task.State.CANCELLED, "", by)


def pause(*, task: Task, reason: str, by: Actor) -> None:
    """Stop a task's clock for a reason in words; it keeps what was left and tells nobody above."""
    if not reason.strip():
        raise Invalid(what=_("请写明暂停的原因。"))
    with act(Verb.TASK_PAUSE, by=by, about=task.subject):
        current = _locked(task.pk)
        if not is_theirs(by, current):
            raise NotFoundOrRefused
        if current.state != Task.State.OPEN or current.paused_at:
            raise AlreadyClosed
        now = clock.now()
        remaining = left(current.unit, due=current.due_at, now=now, calendar=calendar())
        amend(
            current, paused_at=now, pause_reason=reason.strip(), left=remaining, escalates_at=None
        )


def resume(*, task: Task, by: Actor) -> None:
    """Let a paused task's clock go on from where it stood."""
    with act(Verb.TASK_PAUSE, by=by, about=task.subject):
        current = _locked(task.pk)
        if not is_theirs(by, current):
            raise NotFoundOrRefused
        if current.state != Task.State.OPEN or current.paused_at is None:
            raise AlreadyClosed
        due = due_again(
            current.unit, remaining=current.left or 0, now=clock.now(), calendar=calendar()
        )
        amend(
            current, paused_at=None, pause_reason=None, left=None, due_at=due.at,
            is_estimated=due.is_estimated,
            escalates_at=escalates_at(current.post.role, due.at, told_of(current)),
        )  # fmt: skip


def hand_over(*, tasks: Iterable[Task], to_post_id: UUID, by: Actor) -> int:
    """Give open tasks to another post; each keeps its clock. Returns their number.

    All or none: raises `NotFoundOrRefused` for a task or a post outside the actor's places, and
    `AlreadyClosed` for one that was closed meanwhile.
    """
    post = Post.objects.select_related("place").filter(pk=to_post_id).first()
    keys = sorted({task.pk for task in tasks})
    if post is None or not keys or not _dispatches(by, post.place.path):
        raise NotFoundOrRefused
    with act(Verb.TASK_HAND_OVER, by=by, about=Subject("post", post.pk, (post.place.path,))) as ev:
        found = list(_for_change().filter(pk__in=keys).order_by("pk"))
        if len(found) != len(keys) or not all(_dispatches(by, each.place_path) for each in found):
            raise NotFoundOrRefused
        if any(each.state != Task.State.OPEN for each in found):
            raise AlreadyClosed
        for each in found:
            _give(each, post)
        ev.detail["tasks"] = [str(key) for key in keys]
    return len(found)


def hand_over_within(waiting: QuerySet[Task], post: Post) -> None:
    """Give these tasks to a post, inside the caller's own act and by its right."""
    for task in waiting.select_for_update(of=("self",)).order_by("pk"):
        _give(task, post)


def calendar() -> Calendar:
    """The published calendar by which periods are counted."""
    return packs.calendar(settings.WEIGUANG_PACK)


def escalates_at(role: str, due: datetime, told: Collection[str] = ()) -> datetime | None:
    """When the next level is told of a task that is due then; None when there is none above."""
    level = next_level(role, told)
    if level is None:
        return None
    wait = packs.deadline(settings.WEIGUANG_PACK, f"escalation.{level.value}")
    # What is due at midnight is due on the day that ends then.
    return Period(**wait.length).over(due - LAST_MOMENT, calendar()).at


def told_of(task: Task) -> list[str]:
    """The levels that were told that a task is overdue."""
    return list(task.escalations.values_list("level", flat=True))


def _give(task: Task, post: Post) -> None:
    told = escalates_at(post.role, task.due_at, told_of(task))
    amend(
        task, post_id=post.pk, place_path=post.place.path,
        escalates_at=None if task.paused_at else told,
    )  # fmt: skip


def _dispatches(actor: Actor, path: str) -> bool:
    return bool(may(actor, Verb.TASK_HAND_OVER, Subject("task", None, (path,))))


def _for_change() -> Any:
    # Without the post: a row whose post changes meanwhile would fall out of a locking join.
    return Task.objects.select_for_update()


def _locked(task_id: UUID) -> Task:
    task: Task = _for_change().get(pk=task_id)
    return task


def _close_all(waiting: Any, state: str, outcome: str, by: Actor) -> int:
    found = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    for task in found:
        _close(task, state, outcome, by)
    return len(found)


def _close(task: Task, state: str, outcome: str, by: Actor) -> None:
    if task.state != Task.State.OPEN:
        raise AlreadyClosed
    amend(
        task, state=state, outcome=outcome, closed_at=clock.now(), closed_by_id=by.person_id,
        escalates_at=None, paused_at=None, pause_reason=None, left=None,
    )  # fmt: skip
