"""The inbox as a section of the home page, and the one kind of task that tasks have themselves."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.tasks.actions.approvals import TASK_KIND
from weiguang.tasks.actions.errands import ERRAND
from weiguang.tasks.kinds import Line, TaskKind
from weiguang.tasks.models import Task
from weiguang.tasks.queries.approvals import lines_of_tasks
from weiguang.tasks.queries.inbox import inbox, numbers
from weiguang.web.panels import Panel

AT_HOME: Final = 25


def _inbox(actor: Actor, nothing: None) -> Mapping[str, Any]:
    return {
        "found": inbox(actor, size=AT_HOME),
        "numbers": numbers(actor),
        "dispatches": bool(may(actor, Verb.TASK_HAND_OVER)),
    }


def _errands(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    return {task.pk: Line(task.post.place.name, task.words or "") for task in tasks}


ERRAND_TASK: Final = TaskKind(ERRAND, _("交办事项"), _errands, finishes_by_hand=True)
APPROVAL_TASK: Final = TaskKind(TASK_KIND, _("审批"), lines_of_tasks)
INBOX: Final[Panel[None]] = Panel(
    "inbox", _("待办"), Verb.TASK_LIST, "tasks/desk_inbox.html", _inbox, is_bare=True
)
