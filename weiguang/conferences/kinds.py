"""How the tasks of conferences show in the inbox."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from weiguang.conferences.actions.calling import ATTEND
from weiguang.conferences.actions.holding import SIGN
from weiguang.conferences.queries.decisions import DECISION
from weiguang.conferences.queries.inbox import (
    lines_of_decisions,
    lines_to_attend,
    lines_to_sign,
)
from weiguang.tasks.kinds import TaskKind

CONFERENCE_TASKS: Final = (
    TaskKind(ATTEND, _("参加会商"), lines_to_attend),
    TaskKind(DECISION, _("办理会商决定"), lines_of_decisions),
    TaskKind(SIGN, _("在会商记录上签字"), lines_to_sign),
)
