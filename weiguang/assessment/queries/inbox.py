"""How the tasks and approvals of assessment show in the inbox."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weiguang.assessment.access import assessments_for
from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.assessment.queries.levels import level_word
from weiguang.assessment.queries.places import paths_of
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval, Task

MOVED: Final = gettext_lazy("安全转移中的孩子")


def lines_of_emergencies(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """What the centre reads: which child, and whom to call; two queries. Of what is never said."""
    found = Assessment.objects.select_related("child", "assessed_by").only(
        "child__name", "child__is_sheltered", "assessed_by__name"
    )
    assessments = found.in_bulk([each.about_id for each in tasks])
    mine = assessments_for(actor, Verb.ASSESSMENT_READ).filter(pk__in=assessments)
    readable = set(mine.values_list("pk", flat=True))
    return {
        task.pk: Line(
            each.child.name if each.pk in readable else str(MOVED),
            _("评估发现紧急情形，请马上联系评估人：%(name)s") % {"name": each.assessed_by.name},
        )
        for task in tasks
        if (each := assessments.get(task.about_id)) is not None
        and (each.pk in readable or each.child.is_sheltered)
    }


def lines_of_again(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Who is to be assessed anew, and at which level the child stands; one query."""
    children = children_for(actor, Verb.LEVEL_SHOW).select_related("standing")
    found = children.only("name", "standing__level").in_bulk([each.about_id for each in tasks])
    return {
        task.pk: Line(
            child.name,
            _("等级是%(level)s，到复评的时候了") % {"level": level_word(_level(child))},
            reverse("assessment_new", kwargs={"child_id": child.pk}),
        )
        for task in tasks
        if (child := found.get(task.about_id)) is not None
    }


def lines_of_levels(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """How levels that wait for a second person show; two queries.

    What was asked about a child before it was moved for safety shows nowhere any more; what the
    city is asked afterwards says no name.
    """
    found = LevelDecision.objects.select_related("child").defer(
        "reason", "watch", "child__id_number"
    )
    decisions = found.in_bulk([each.about_id for each in approvals])
    known = _known(actor, decisions.values())
    return {
        approval.pk: Line(each.child.name if each.child_id in known else str(MOVED), _change(each))
        for approval in approvals
        if (each := decisions.get(approval.about_id)) is not None
        and (each.child_id in known or _is_the_citys(approval, each.child))
    }


def asked_about_level(actor: Actor, approval: Approval) -> Mapping[str, Any] | None:
    """What the second person must know: from which level to which, and why.

    Of a child who was moved for safety the reason is not shown: who asked tells it.
    """
    found = LevelDecision.objects.select_related("child", "decided_by", "assessment")
    decision = found.filter(pk=approval.about_id).first()
    if decision is None:
        return None
    is_known = bool(_known(actor, [decision]))
    if not is_known and not _is_the_citys(approval, decision.child):
        return None
    return {"decision": decision, "is_known": is_known, "change": _change(decision)}


def _level(child: Child) -> str:
    standing = getattr(child, "standing", None)
    return standing.level if standing else ""


def _known(actor: Actor, decisions: Iterable[LevelDecision]) -> set[UUID]:
    """The children of these decisions whom the actor may know of."""
    children = children_for(actor, Verb.LEVEL_APPROVE)
    asked = [each.child_id for each in decisions]
    return set(children.filter(pk__in=asked).values_list("pk", flat=True))


def _is_the_citys(approval: Approval, child: Child) -> bool:
    """Whether it was asked after the child was moved: then it lies with the city alone."""
    return child.is_sheltered and tuple(approval.paths) == paths_of(child)


def _change(decision: LevelDecision) -> str:
    return _("建议%(proposed)s，改定为%(level)s") % {
        "proposed": level_word(decision.proposed), "level": level_word(decision.level)
    }  # fmt: skip
