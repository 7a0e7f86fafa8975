"""How the tasks and approvals of assessment show in the inbox and are done in place."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from weiguang.assessment.actions.again import AGAIN
from weiguang.assessment.actions.emergencies import EMERGENCY
from weiguang.assessment.actions.levels import KIND
from weiguang.assessment.queries.inbox import (
    asked_about_level,
    lines_of_again,
    lines_of_emergencies,
    lines_of_levels,
)
from weiguang.tasks.kinds import ApprovalKind, TaskKind

EMERGENCY_TASK: Final = TaskKind(
    EMERGENCY, _("评估发现紧急情形"), lines_of_emergencies, "assessment/task_emergency.html",
    finishes_by_hand=True,
)  # fmt: skip
AGAIN_TASK: Final = TaskKind(AGAIN, _("该做复评"), lines_of_again)
LEVEL_APPROVAL: Final = ApprovalKind(
    KIND, _("等级改动"), lines_of_levels, "assessment/approval_level.html", asked_about_level
)
