"""The inbox: what is due for a reader, about whom, why, by when; the most urgent first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weiguang.kernel import clock
from weiguang.kernel.compiled import Statement
from weiguang.kernel.counting import counts_where
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor
from weiguang.network.compiled import ForActor
from weiguang.tasks.access import is_theirs, tasks_below, tasks_of
from weiguang.tasks.kinds import Line, TaskKind, task_kinds
from weiguang.tasks.models import Escalation, Task
from weiguang.tasks.rules.due import Due, due

PAGE_SIZE: Final = 50
COUNTED_TO: Final = 1_000
# Nobody has so many open tasks that counting them all would be slow.
MOST: Final = 1_000_000
GROUPS: Final[dict[str, str | Promise]] = {
    "now": _("现在就要处理"),
    "late": _("已逾期"),
    "today": _("今天到期"),
    "week": _("七天之内"),
    "later": _("以后"),
    "paused": _("已暂停"),
}


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One task as its reader sees it."""

    task: Task
    kind: TaskKind
    line: Line
    group: str
    due_kind: str
    due_words: str
    # True when it lies with somebody else, and the reader was told that it is overdue.
    is_told: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the inbox in groups; `next_key` leads to what is due later."""

    groups: tuple[tuple[str, str | Promise, tuple[InboxRow, ...]], ...]
    count: int
    next_key: tuple[str, str] | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on this page."""
        return not self.groups


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many tasks wait in each stretch of time, and in all, those to come later included."""

    late: int
    today: int
    week: int
    every: int


@dataclass(frozen=True, slots=True)
class DueWords:
    """What is due first for a child, and when, in words."""

    title: str
    when: str
    words: str


@dataclass(frozen=True, slots=True)
class TaskStory:
    """One task with all there is to say of it."""

    row: InboxRow
    told: tuple[Escalation, ...]
    context: dict[str, Any]


def inbox(actor: Actor, after: Sequence[str] | None = None, *, size: int = PAGE_SIZE) -> Inbox:
    """The reader's own page of tasks; three queries and one for each kind on it."""
    if after is not None:
        return _page(actor, tasks_of(actor), after, size)
    return _arranged(actor, tasks_of(actor), _first(actor, size), size)


def below(actor: Actor, after: Sequence[str] | None = None, *, size: int = PAGE_SIZE) -> Inbox:
    """The open tasks of the places below, whoever they lie with, for who dispatches there."""
    return _page(actor, tasks_below(actor), after, size)


def open_count(actor: Actor) -> int:
    """How many tasks wait for the reader, counted to a thousand; one query."""
    return tasks_of(actor)[:COUNTED_TO].count()


def story_of(actor: Actor, task_id: UUID) -> TaskStory:
    """One task of the reader, or below her; `NotFoundOrRefused` for any other, and once closed."""
    task = (
        (tasks_of(actor) | tasks_below(actor))
        .select_related("post__place", "post__organisation")
        .filter(pk=task_id)
        .first()
    )
    rows = _rows(actor, [task] if task else [])
    if not rows:
        raise NotFoundOrRefused
    row = rows[0]
    said = row.kind.context(actor, row.task) if row.kind.context else {}
    told = tuple(row.task.escalations.select_related("post__place").order_by("at"))
    return TaskStory(row, told, dict(said or {}))


def own_row(actor: Actor, task_id: UUID) -> InboxRow:
    """A task that the reader may do herself; `NotFoundOrRefused` for any other."""
    row = story_of(actor, task_id).row
    if not may_do(actor, row.task):
        raise NotFoundOrRefused
    return row


def numbers(actor: Actor) -> Numbers:
    """How many of the reader's tasks are overdue, due today, due within a week; one query.

    Each leads to its group of the inbox; what is paused counts in none of them.
    """
    now = clock.now()
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(), tzinfo=clock.CHINA)
    week = midnight + timedelta(days=7)
    every, late, today, this_week = _numbers(actor, now=now, midnight=midnight, week=week)[0]
    return Numbers(late, today, this_week, every)


@ForActor
def _numbers(
    actor: Actor, *, now: datetime, midnight: datetime, week: datetime
) -> Statement[tuple[int, ...]]:
    waiting = tasks_of(actor).filter(paused_at=None)
    late, today = Q(due_at__lte=now), Q(due_at__gt=now, due_at__lte=midnight)
    return counts_where(waiting, late, today, Q(due_at__gt=midnight, due_at__lte=week), most=MOST)


@ForActor
def _first(actor: Actor, size: int) -> QuerySet[Task]:
    return _ordered(tasks_of(actor))[: size + 1]


def due_of_children(actor: Actor, child_ids: Iterable[UUID]) -> dict[UUID, DueWords]:
    """What is due first for each of these children among the reader's own tasks; one query.

    Only her own: what waits with others must not show through a list.
    """
    tasks = tasks_of(actor).filter(child_id__in=list(child_ids), paused_at=None)
    first: dict[UUID, DueWords] = {}
    for task in tasks.order_by("due_at"):
        stands = due(task.due_at, now=clock.now(), by_the_hour=task.unit == Task.Unit.HOURS)
        if task.child_id and task.kind in task_kinds():
            words = DueWords(str(task_kinds()[task.kind].title), stands.when, in_words(stands))
            first.setdefault(task.child_id, words)
    return first


def may_do(actor: Actor, task: Task) -> bool:
    """Whether the reader may do it herself, not only hand it over; one query."""
    return is_theirs(actor, task)


def _page(actor: Actor, tasks: QuerySet[Task], after: Sequence[str] | None, size: int) -> Inbox:
    ordered = _ordered(tasks)
    if after is not None:
        moment, key = datetime.fromisoformat(after[0]), UUID(after[1])
        ordered = ordered.filter(Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=key))
    page = _arranged(actor, tasks, list(ordered[: size + 1]), size)
    # Of a later page the number of its own tasks says nothing.
    return page if after is None else replace(page, count=tasks[:COUNTED_TO].count())


def _ordered(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.select_related("post__place").order_by("due_at", "id")


def _arranged(actor: Actor, tasks: QuerySet[Task], found: list[Task], size: int) -> Inbox:
    """The first so many of the tasks in groups; all of them are counted if there are more."""
    shown = found[:size]
    last = shown[-1] if len(found) > size else None
    rows = _rows(actor, shown)
    by_group: dict[str, list[InboxRow]] = defaultdict(list)
    for row in rows:
        by_group[row.group].append(row)
    groups = tuple(
        (code, GROUPS[code], tuple(by_group[code])) for code in GROUPS if code in by_group
    )
    following = (last.due_at.isoformat(), str(last.pk)) if last else None
    count = tasks[:COUNTED_TO].count() if last else len(found)
    return Inbox(groups, count, following)


def _rows(actor: Actor, tasks: Sequence[Task]) -> list[InboxRow]:
    by_kind: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        by_kind[task.kind].append(task)
    lines: dict[UUID, Line] = {}
    for code, found in by_kind.items():
        kind = task_kinds().get(code)
        # What an app left that is not installed any more is not shown, and breaks nothing.
        lines |= kind.lines(actor, found) if kind else {}
    mine, now = {post.id for post in actor.posts}, clock.now()
    return [_row(each, lines[each.pk], mine, now) for each in tasks if each.pk in lines]


def _row(task: Task, line: Line, mine: set[UUID], now: datetime) -> InboxRow:
    stands = due(task.due_at, now=now, by_the_hour=task.unit == Task.Unit.HOURS)
    return InboxRow(
        task=task,
        kind=task_kinds()[task.kind],
        line=line,
        group="paused" if task.paused_at else stands.when,
        due_kind="" if task.paused_at else stands.when,
        due_words=str(_("已暂停")) if task.paused_at else in_words(stands),
        is_told=task.post_id not in mine,
    )


def in_words(stands: Due) -> str:
    """How long is left or past, as a person would say it."""
    if stands.when == "today":
        return str(_("今天"))
    if stands.when == "late":
        return _late(stands.unit, stands.n)
    if stands.unit == "minutes":
        return ngettext("剩 %(n)s 分钟", "剩 %(n)s 分钟", stands.n) % {"n": stands.n}
    if stands.unit == "hours":
        return ngettext("剩 %(n)s 小时", "剩 %(n)s 小时", stands.n) % {"n": stands.n}
    return ngettext("还有 %(n)s 天", "还有 %(n)s 天", stands.n) % {"n": stands.n}


def _late(unit: str, n: int) -> str:
    if unit == "minutes":
        return ngettext("逾期 %(n)s 分钟", "逾期 %(n)s 分钟", n) % {"n": n}
    if unit == "hours":
        return ngettext("逾期 %(n)s 小时", "逾期 %(n)s 小时", n) % {"n": n}
    return ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", n) % {"n": n}
