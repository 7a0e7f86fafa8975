"""How the tasks and approvals of assessment show in the inbox."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from weiguang.assessment.access import assessments_for
from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.assessment.queries.levels import level_word
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval, Task


def lines_of_emergencies(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """What the centre reads: which child, and whom to call; two queries. Of what is never said."""
    found = Assessment.objects.select_related("child", "assessed_by").only(
        "child__name", "assessed_by__name"
    )
    assessments = found.in_bulk([each.about_id for each in tasks])
    mine = assessments_for(actor, Verb.ASSESSMENT_READ).filter(pk__in=assessments)
    readable = set(mine.values_list("pk", flat=True))
    return {
        task.pk: Line(
            each.child.name if each.pk in readable else _("安全转移中的孩子"),
            _("评估发现紧急情形，请马上联系评估人：%(name)s") % {"name": each.assessed_by.name},
        )
        for task in tasks
        if (each := assessments.get(task.about_id)) is not None
    }


def lines_of_levels(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """How levels that wait for a second person show; two queries."""
    found = LevelDecision.objects.select_related("child").only("child__name", "level", "proposed")
    decisions = found.in_bulk([each.about_id for each in approvals])
    children = children_for(actor, Verb.LEVEL_APPROVE)
    known = set(
        children.filter(pk__in=[each.child_id for each in decisions.values()]).values_list(
            "pk", flat=True
        )
    )
    return {
        approval.pk: Line(
            each.child.name if each.child_id in known else _("安全转移中的孩子"), _change(each)
        )
        for approval in approvals
        if (each := decisions.get(approval.about_id)) is not None
    }


def asked_about_level(actor: Actor, approval: Approval) -> Mapping[str, Any] | None:
    """What the second person must know: from which level to which, and why.

    Of a child who was moved for safety the reason is not shown: who asked tells it.
    """
    found = LevelDecision.objects.select_related("child", "decided_by", "assessment")
    decision = found.filter(pk=approval.about_id).first()
    if decision is None:
        return None
    is_known = children_for(actor, Verb.LEVEL_APPROVE).filter(pk=decision.child_id).exists()
    return {"decision": decision, "is_known": is_known, "change": _change(decision)}


def _change(decision: LevelDecision) -> str:
    return _("建议%(proposed)s，改定为%(level)s") % {
        "proposed": level_word(decision.proposed), "level": level_word(decision.level)
    }  # fmt: skip
