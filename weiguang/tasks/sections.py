"""The inbox as a section of the home page, and the one kind of task that tasks have themselves."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.tasks.actions.approvals import TASK_KIND
from weiguang.tasks.kinds import Line, TaskKind
from weiguang.tasks.models import Task
from weiguang.tasks.queries.approvals import lines_of_tasks


def _lines(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    return lines_of_tasks(actor, tasks)


APPROVAL_TASK: Final = TaskKind(TASK_KIND, _("审批"), _lines)
