"""The assessment's own sections of a child's file, as panels."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from weiguang.assessment.queries.levels import level_word, levels_of_child
from weiguang.assessment.queries.pages import history_of
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.sections import ChildPanel
from weiguang.web.panels import Panel

NEWEST: Final = 3


def _level(actor: Actor, child: Child) -> Mapping[str, Any] | None:
    """The level, and what the village is asked to watch."""
    found = levels_of_child(actor, child)
    now = next((each for each in found if each.state == "in_force" and each.level), None)
    if now is None:
        return None
    return {"level": now.level, "label": level_word(now.level), "now": now}


def _assessments(actor: Actor, child: Child) -> Mapping[str, Any]:
    return {
        "newest": history_of(actor, child)[:NEWEST],
        "can_record": may(actor, Verb.ASSESSMENT_RECORD, child.subject),
    }


CHILD_PANELS: Final[tuple[ChildPanel, ...]] = (
    Panel(
        "level", _("等级"), Verb.LEVEL_SHOW, "assessment/child_level.html", _level, is_aside=True
    ),
    Panel(
        "assessments", _("评估"), Verb.ASSESSMENT_READ, "assessment/child_assessments.html",
        _assessments,
    ),
)  # fmt: skip
