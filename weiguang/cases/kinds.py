"""How the tasks and approvals of casework show in the inbox and are done in place."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from weiguang.cases.actions import clocks
from weiguang.cases.queries.inbox import lines_of_cases
from weiguang.tasks.kinds import TaskKind

CASE_TASKS: Final = (
    TaskKind(clocks.ASSESS, _("做个案预估"), lines_of_cases),
    TaskKind(clocks.PLAN, _("定服务计划"), lines_of_cases),
    TaskKind(clocks.START, _("开始服务"), lines_of_cases),
    TaskKind(clocks.REVIEW, _("评估服务成效"), lines_of_cases),
    TaskKind(clocks.CLOSE, _("办结个案"), lines_of_cases),
    TaskKind(clocks.SUSPENDED, _("看看暂停的个案能不能恢复"), lines_of_cases),
    TaskKind(clocks.EMERGENCY, _("个案转为紧急"), lines_of_cases, "cases/task_emergency.html"),
    TaskKind(clocks.REVISE, _("按督导意见修改"), lines_of_cases, finishes_by_hand=True),
)
