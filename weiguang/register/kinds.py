"""How the register's tasks and approvals show in the inbox and are done in place."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.register.actions import (
    alerts,
    bars,
    exports,
    handovers,
    merges,
    place_carrying,
    place_changes,
    shelter,
    shelter_people,
    shelter_refused,
    terms,
    transfers,
)
from weiguang.register.actions.conflicts import DECIDE
from weiguang.register.models import ContactBar, SafetyMove
from weiguang.register.queries import access, conflicts
from weiguang.register.queries import place_changes as changed_places
from weiguang.register.queries.alerts import (
    in_words,
    lines_of_ages,
    lines_of_consents,
    lines_of_entrustments,
    lines_of_situations,
    meaning_of,
)
from weiguang.register.queries.bars import lines_of_bars, reason_of, who_of
from weiguang.register.queries.exports import asked_of, lines_of_exports
from weiguang.register.queries.handovers import lines_of_handovers
from weiguang.register.queries.merges import differences, lines_of_merges, merge_of
from weiguang.register.queries.shelter import (
    asked_to_name,
    lines_of_moves,
    lines_of_nobody,
    lines_of_refusals,
    people_named,
    refusal_of,
)
from weiguang.register.queries.transfers import lines_returned, lines_to_receive
from weiguang.tasks.kinds import ApprovalKind, TaskKind
from weiguang.tasks.models import Approval, Task


def _merge(actor: Actor, approval: Approval) -> Mapping[str, Any]:
    merge = merge_of(actor, approval.about_id)
    rows = differences(actor, merge.kept, merge.absorbed)
    return {"merge": merge, "rows": rows, "is_undo": approval.says["what"] == "undo"}


def _safety(actor: Actor, approval: Approval) -> Mapping[str, Any]:
    """Who reviews learns who acted and when, not who the child is nor where: she is not named."""
    move = SafetyMove.objects.select_related("begun_by", "child").get(pk=approval.about_id)
    people = [each.name for each in people_named(move)]
    return {"move": move, "people": people, "adding": [], "why": ""}


def _safety_people(actor: Actor, approval: Approval) -> Mapping[str, Any]:
    return {**_safety(actor, approval), **asked_to_name(approval)}


def _export(actor: Actor, approval: Approval) -> Mapping[str, Any] | None:
    asked = asked_of(actor, approval)
    return {"asked": asked} if asked else None


MERGE_APPROVAL: Final = ApprovalKind(
    merges.KIND, _("合并档案"), lines_of_merges, "register/approval_merge.html", _merge
)


def _age(actor: Actor, task: Task) -> Mapping[str, Any]:
    alert = meaning_of(task)
    return {"alert": alert, "meaning": in_words(alert) if alert else ""}


AGE_TASK: Final = TaskKind(
    alerts.AGE, _("生日提醒"), lines_of_ages, "register/task_age.html", _age,
    finishes_by_hand=True,
)  # fmt: skip
SITUATION_TASK: Final = TaskKind(
    alerts.SITUATION, _("核对监护情况"), lines_of_situations, "register/task_situation.html",
    finishes_by_hand=True,
)  # fmt: skip
CONSENT_TASK: Final = TaskKind(
    terms.CONSENT, _("同意要重新征求"), lines_of_consents, "register/task_consent.html",
    finishes_by_hand=True,
)  # fmt: skip
ENTRUSTMENT_TASK: Final = TaskKind(
    terms.ENTRUSTMENT, _("委托照护到期"), lines_of_entrustments, "register/task_entrustment.html"
)
RECEIVE_TASK: Final = TaskKind(transfers.RECEIVE, _("接收转入的孩子"), lines_to_receive)
RETURNED_TASK: Final = TaskKind(
    transfers.RETURNED, _("转出被退回"), lines_returned, finishes_by_hand=True
)
HANDOVER_TASK: Final = TaskKind(handovers.KIND, _("工作交接签字"), lines_of_handovers)
SAFETY_REVIEW: Final = ApprovalKind(
    shelter.KIND, _("安全转移复核"), lines_of_moves, "register/approval_safety.html", _safety
)
SAFETY_REFUSED: Final = TaskKind(
    shelter_refused.REFUSED, _("安全转移复核没有同意"), lines_of_refusals,
    "register/task_safety_refused.html", refusal_of, finishes_by_hand=True,
)  # fmt: skip
SAFETY_END: Final = ApprovalKind(
    shelter.END_KIND, _("结束安全转移"), lines_of_moves, "register/approval_safety.html", _safety
)
SAFETY_PEOPLE: Final = ApprovalKind(
    shelter_people.KIND, _("安全转移增加指定的人"), lines_of_moves, "register/approval_safety.html",
    _safety_people,
)  # fmt: skip
NOBODY_TASK: Final = TaskKind(shelter_people.NOBODY, _("安全转移没有指定的人"), lines_of_nobody)
ACCESS_REQUESTED: Final = ApprovalKind(
    "access.request", _("查阅申请"), access.lines_of_access, "register/approval_access.html",
    access.plea_of,
)  # fmt: skip
ACCESS_BROKEN: Final = ApprovalKind(
    "access.break", _("复核紧急查阅"), access.lines_of_access, "register/approval_access.html",
    access.plea_of,
)  # fmt: skip
CONFLICT_TASK: Final = TaskKind(
    DECIDE, _("决定是否换人办理"), conflicts.lines_of_conflicts, "register/conflict_facts.html",
    conflicts.facts_of,
)  # fmt: skip


def _bar(actor: Actor, approval: Approval) -> Mapping[str, Any]:
    """Who decides must know whom it is about and why; nobody else is shown the approval."""
    bar = ContactBar.objects.select_related("child").get(pk=approval.about_id)
    is_lifting = approval.says["what"] == bars.LIFT
    return {"bar": bar, "who": who_of(bar), "why": reason_of(bar), "is_lifting": is_lifting}


BAR_APPROVAL: Final = ApprovalKind(
    bars.KIND, _("暂不联系某位家人"), lines_of_bars, "register/approval_bar.html", _bar
)  # fmt: skip


def _place_change(actor: Actor, approval: Approval) -> Mapping[str, Any]:
    change = changed_places.changes().get(pk=approval.about_id)
    return {"change": change, "effects": changed_places.effects_of(actor, change)}


PLACE_APPROVAL: Final = ApprovalKind(
    place_changes.KIND, _("辖区调整"), changed_places.lines_of_changes,
    "register/approval_place.html", _place_change,
)  # fmt: skip
ALLOT_TASK: Final = TaskKind(
    place_carrying.ALLOT, _("分配孩子的新辖区"), changed_places.lines_of_allotments
)
FULL_EXPORT: Final = ApprovalKind(
    exports.FULL_KIND, _("导出完整号码"), lines_of_exports, "register/approval_export.html", _export
)
BATCH_EXPORT: Final = ApprovalKind(
    exports.BATCH_KIND,
    _("成批打印档案"),
    lines_of_exports,
    "register/approval_export.html",
    _export,
)
