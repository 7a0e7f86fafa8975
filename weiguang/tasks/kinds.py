"""How the tasks and approvals of an app show in the inbox: lists in `config.maps`, like panels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from weiguang.network.authority import Actor
from weiguang.tasks.models import Approval, Task


@dataclass(frozen=True, slots=True)
class Line:
    """What a row of the inbox says besides its title and its due moment."""

    # The child's name, or the place; empty when neither belongs here.
    who: str
    # One short reason in plain words.
    why: str
    # Where it is done or read; empty when it is done in place alone.
    address: str = ""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task: its title, its lines in one query for all, and how it is done in place.

    A task that `lines` leaves out is not shown to this actor.
    """

    code: str
    title: str | Promise
    lines: Callable[[Actor, Sequence[Task]], Mapping[UUID, Line]]
    template: str = ""
    context: Callable[[Actor, Task], Mapping[str, Any] | None] | None = None
    finishes_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """A kind of approval: its title, its lines in one query for all, and what is shown of it."""

    code: str
    title: str | Promise
    lines: Callable[[Actor, Sequence[Approval]], Mapping[UUID, Line]]
    template: str = ""
    context: Callable[[Actor, Approval], Mapping[str, Any] | None] | None = None


@cache
def task_kinds() -> Mapping[str, TaskKind]:
    """Every kind of task by its code."""
    listed: Sequence[TaskKind] = import_string(settings.WEIGUANG_TASK_KINDS)
    return {kind.code: kind for kind in listed}


@cache
def approval_kinds() -> Mapping[str, ApprovalKind]:
    """Every kind of approval by its code."""
    listed: Sequence[ApprovalKind] = import_string(settings.WEIGUANG_APPROVAL_KINDS)
    return {kind.code: kind for kind in listed}
