"""How a child's words that wait for an answer show in the inbox."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from weiguang.tasks.kinds import TaskKind
from weiguang.voice.actions.views import ANSWER
from weiguang.voice.queries.views import lines_of_answers

ANSWER_TASK: Final = TaskKind(ANSWER, _("给孩子答复"), lines_of_answers)
