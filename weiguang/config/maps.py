"""The maps by which an app shows up in another: the only place that knows everybody."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from weiguang.assessment import kinds as assessment_kinds
from weiguang.assessment import sections as assessment
from weiguang.assessment.actions.adopt import adopt_assessments
from weiguang.assessment.actions.again import again_due
from weiguang.assessment.reactions import carry_out_level, tell_the_register
from weiguang.cases import kinds as case_kinds
from weiguang.cases import sections as cases
from weiguang.cases.actions.adopt import adopt_cases
from weiguang.conferences import sections as conferences
from weiguang.conferences.actions.adopt import adopt_conferences
from weiguang.conferences.kinds import CONFERENCE_TASKS
from weiguang.kernel.outbox import Reaction
from weiguang.kernel.rounds import Round
from weiguang.network.verbs import Verb
from weiguang.office import sections as office
from weiguang.register import kinds, lead_sections
from weiguang.register import sections as register
from weiguang.register.actions import alerts, place_changes, terms, transfers
from weiguang.register.actions.access_answers import refuse_dropped
from weiguang.register.actions.adopt import (
    Adopt,
    adopt_conflicts,
    adopt_files,
    adopt_papers,
    adopt_tasks,
)
from weiguang.register.actions.exports_making import clear_expired
from weiguang.register.actions.lead_adopting import adopt_leads
from weiguang.register.actions.scanning import scan_waiting
from weiguang.register.actions.shelter_people import nobody_left
from weiguang.register.queries.bundle import REGISTER_PART, Part
from weiguang.register.reactions import (
    ask_villages,
    begin_export,
    carry_out_access,
    carry_out_bar,
    carry_out_merge,
    carry_out_place_change,
    end_safety_move,
    go_on_with_export,
    name_for_safety,
    owe_reviews,
    pass_on_request,
    tell_refused_move,
)
from weiguang.tasks import sections as tasks
from weiguang.tasks.access import waiting_count
from weiguang.tasks.actions.clocks import escalate_due
from weiguang.tasks.actions.digests import send_digests
from weiguang.tasks.kinds import ApprovalKind, TaskKind
from weiguang.tasks.queries.notices import unsent_count
from weiguang.voice import kinds as voice_kinds
from weiguang.voice import sections as voice
from weiguang.voice.actions.adopt import adopt_views
from weiguang.web.gauges import Gauge
from weiguang.web.shell import Door

REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {
    Verb.SURVEY_ANNOUNCE: (ask_villages,),
    Verb.ACCESS_REQUEST: (pass_on_request,),
    Verb.ACCESS_BREAK: (pass_on_request,),
    Verb.MOVE_SAFETY: (owe_reviews,),
    Verb.APPROVAL_DECIDE: (
        carry_out_merge,
        carry_out_place_change,
        end_safety_move,
        name_for_safety,
        tell_refused_move,
        carry_out_access,
        carry_out_bar,
        begin_export,
        carry_out_level,
    ),
    Verb.EXPORT_MAKE: (go_on_with_export,),
    Verb.LEVEL_SET: (tell_the_register,),
    Verb.LEVEL_CARRY: (tell_the_register,),
    Verb.MERGE_CARRY: (tell_the_register,),
}

# Sections of a child's file and of the home page, in the order in which they stand there.
CHILD_PANELS: Final[Sequence[register.ChildPanel]] = (
    *cases.CHILD_PANELS,
    *assessment.CHILD_PANELS,
    *voice.CHILD_PANELS,
    *conferences.CHILD_PANELS,
    *register.CHILD_PANELS,
)
DESK_PANELS: Final[Sequence[register.DeskPanel]] = (
    tasks.INBOX,
    *lead_sections.LEAD_PANELS,
    *register.DESK_PANELS,
    *office.DESK_PANELS,
)

# What goes over when two files of one child are merged, and what travels to a phone.
ADOPT: Final[Sequence[Adopt]] = (
    adopt_files,
    adopt_papers,
    adopt_tasks,
    adopt_leads,
    adopt_conflicts,
    adopt_assessments,
    adopt_views,
    adopt_cases,
    adopt_conferences,
)
BUNDLE: Final[Sequence[Part]] = (REGISTER_PART,)

# How tasks and approvals of each kind show in the inbox.
TASK_KINDS: Final[Sequence[TaskKind]] = (
    tasks.APPROVAL_TASK,
    tasks.ERRAND_TASK,
    kinds.HANDOVER_TASK,
    kinds.SAFETY_REFUSED,
    kinds.RECEIVE_TASK,
    kinds.RETURNED_TASK,
    kinds.ALLOT_TASK,
    kinds.AGE_TASK,
    kinds.SITUATION_TASK,
    kinds.CONSENT_TASK,
    kinds.ENTRUSTMENT_TASK,
    *lead_sections.LEAD_TASKS,
    kinds.CONFLICT_TASK,
    kinds.NOBODY_TASK,
    *case_kinds.CASE_TASKS,
    assessment_kinds.EMERGENCY_TASK,
    assessment_kinds.AGAIN_TASK,
    voice_kinds.ANSWER_TASK,
    *CONFERENCE_TASKS,
)
APPROVAL_KINDS: Final[Sequence[ApprovalKind]] = (
    kinds.MERGE_APPROVAL,
    kinds.PLACE_APPROVAL,
    kinds.SAFETY_REVIEW,
    kinds.SAFETY_END,
    kinds.SAFETY_PEOPLE,
    kinds.ACCESS_REQUESTED,
    kinds.ACCESS_BROKEN,
    kinds.BAR_APPROVAL,
    kinds.FULL_EXPORT,
    kinds.BATCH_EXPORT,
    assessment_kinds.LEVEL_APPROVAL,
)

# What the worker does on every round, as time passes.
ROUNDS: Final[Sequence[Round]] = (
    Round("tasks.escalate", escalate_due),
    Round("alerts.ages", alerts.ages_due, timedelta(hours=1)),
    Round("moves.overlaps", transfers.overlaps_due, timedelta(hours=1)),
    Round("alerts.situations", alerts.situations_due, timedelta(hours=1)),
    Round("safety.nobody", nobody_left, timedelta(hours=1)),
    Round("alerts.consents", terms.consents_due, timedelta(hours=1)),
    Round("alerts.entrustments", terms.entrustments_due, timedelta(hours=1)),
    Round("assessment.again", again_due, timedelta(hours=1)),
    Round("access.dropped", refuse_dropped, timedelta(hours=1)),
    Round("documents.scan", scan_waiting),
    Round("exports.clear", clear_expired, timedelta(hours=1)),
    Round("places.changes", place_changes.carry_due, timedelta(minutes=10)),
    Round("places.strays", place_changes.settle_strays, timedelta(minutes=10)),
    Round("notices.send", send_digests, timedelta(seconds=20)),
)

# Figures on the page of the installation.
GAUGES: Final[Sequence[Gauge]] = (Gauge(_("七天内没有发出的提醒"), unsent_count),)

# The rail of the shell, in its order.
NAVIGATION: Final[Sequence[Door]] = (
    Door(_("待办"), "home", Verb.HOME_OPEN, waiting_count),
    Door(_("儿童"), "children", Verb.CHILD_LIST),
    Door(_("线索"), "leads", Verb.LEAD_LIST),
    Door(_("个案"), "cases", Verb.CASE_LIST),
    Door(_("名单导入"), "imports", Verb.IMPORT_LIST),
    Door(_("工作交接"), "handovers", Verb.HANDOVER_SIGN),
    Door(_("我的导出"), "exports", Verb.EXPORT_MASKED),
    Door(_("辖区与岗位"), "office_places", Verb.PLACE_LIST),
    Door(_("辖区调整"), "place_changes", Verb.PLACE_AMEND),
    Door(_("人员账号"), "office_people", Verb.ACCOUNT_LIST),
    Door(_("审计"), "office_events", Verb.EVENT_LIST),
    Door(_("系统运行"), "office_operations", Verb.OPERATIONS_SHOW),
    Door(_("我的记录"), "diligence", Verb.DILIGENCE_OWN),
    Door(_("帮助"), "guides", Verb.HOME_OPEN),
)
