"""Every address of the system with what it names: the table that the matrix of access walks.

An address without an entry fails a test, so that nobody adds one that is not proved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import URLPattern, reverse

from tests.guards.test_views import patterns
from tests.world import SINCE, Things, id_number
from weiguang.kernel import clock
from weiguang.kernel.events import NOTHING, Subject
from weiguang.kernel.ids import new_id
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import SurveySheet

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Door:
    """What an address names of the things in a place, whose right is asked, what is sent to it."""

    parts: Callable[[Things], dict[str, Any]] | None = None
    about: Callable[[Things], Subject] = lambda things: NOTHING
    said: Callable[[Things], Said] = lambda things: {}
    # Whose it is, where the places of a post do not say it.
    allows: Callable[[Actor, Verb, Things], bool] | None = None

    def opens(self, actor: Actor, verb: Verb, things: Things) -> bool:
        """Whether the address should open these things to an actor."""
        if self.allows:
            return self.allows(actor, verb, things)
        return bool(may(actor, verb, self.about(things)))

    @property
    def names_something(self) -> bool:
        """Whether the address names one thing; otherwise it is a page."""
        return self.parts is not None

    def address(self, name: str, things: Things) -> str:
        """Where these things are met."""
        return reverse(name, kwargs=self.parts(things) if self.parts else {})

    def nowhere(self, name: str, things: Things) -> str:
        """The same address of what does not exist."""
        assert self.parts is not None
        return reverse(name, kwargs={k: _absent(v) for k, v in self.parts(things).items()})


def known_patterns() -> dict[str, URLPattern]:
    """Every address by its name."""
    return {str(pattern.name): pattern for pattern in patterns()}


def _absent(part: Any) -> Any:
    if isinstance(part, UUID):
        return new_id()
    return 10**9 if isinstance(part, int) else part


def _page(**said: Any) -> Door:
    return Door(said=lambda things: said)


def _child(*, said: Said | None = None, **more: Any) -> Door:
    return Door(
        lambda t: {"child_id": t.child.pk, **more}, lambda t: t.child.subject,
        lambda t: said or {},
    )  # fmt: skip


def _category(which: str, said: Said) -> Door:
    return Door(
        lambda t: {"child_id": t.child.pk, "category_id": getattr(t, which).pk},
        lambda t: t.child.subject, lambda t: said,
    )  # fmt: skip


def _paper(which: str, **said: Any) -> Door:
    """A paper of the child's file: its address names both."""
    return Door(
        lambda t: {"child_id": t.child.pk, f"{which}_id": getattr(t, which).pk},
        lambda t: t.child.subject, lambda t: said,
    )  # fmt: skip


def _list(which: str = "judged", **said: Any) -> Door:
    return Door(
        lambda t: {"list_id": getattr(t, which).pk}, lambda t: getattr(t, which).subject,
        lambda t: said,
    )  # fmt: skip


def _row(**said: Any) -> Door:
    return Door(lambda t: {"row_id": t.row.pk}, lambda t: t.judged.subject, lambda t: said)


def _at_place(part: str, which: str, **said: Any) -> Door:
    return Door(lambda t: {part: getattr(t, which).pk}, lambda t: t.place.subject, lambda t: said)


def _lead(step: str = "", **said: Any) -> Door:
    more = {"step": step} if step else {}
    return Door(
        lambda t: {"lead_id": t.lead.pk, **more}, lambda t: t.lead.subject,
        lambda t: {"seen": t.lead.moves, **said},
    )  # fmt: skip


def _sheet(**said: Any) -> Door:
    return Door(lambda t: {"sheet_id": t.sheet.pk}, lambda t: t.sheet.subject, lambda t: said)


def _case(*, said: Said | None = None, **more: Any) -> Door:
    return Door(
        lambda t: {"case_id": t.case.pk, **more}, lambda t: t.child.subject,
        lambda t: {"seen": t.case.moves, **(said or {})},
    )  # fmt: skip


def _round(things: Things) -> Subject:
    """A round as authority knows it: wherever one of its villages is."""
    paths = SurveySheet.objects.filter(round=things.sheet.round_id).values_list("path", flat=True)
    return Subject("survey", things.sheet.round_id, tuple(paths))


def _takes_round_out(actor: Actor, verb: Verb, things: Things) -> bool:
    """Her post takes lists out, and the round is hers to see."""
    takes = any(verb in post.role.verbs for post in actor.posts)
    return takes and bool(may(actor, Verb.SURVEY_LIST, _round(things)))


def _person() -> Door:
    return Door(lambda t: {"account_id": t.person.pk}, lambda t: t.person.subject)


def _is_on_post(actor: Actor, things: Things) -> bool:
    return any(post.id == things.task.post_id for post in actor.posts)


def _sees_task(actor: Actor, verb: Verb, things: Things) -> bool:
    dispatches = may(actor, Verb.TASK_HAND_OVER, things.task.subject)
    return _is_on_post(actor, things) or bool(dispatches)


def _does_task(actor: Actor, verb: Verb, things: Things) -> bool:
    return bool(may(actor, verb)) and _is_on_post(actor, things)


def _task(which: str = "task", allows: Any = _does_task, **said: Any) -> Door:
    return Door(
        lambda t: {"task_id": getattr(t, which).pk}, said=lambda t: said, allows=allows,
    )  # fmt: skip


def _signs(actor: Actor, verb: Verb, things: Things) -> bool:
    rights = (Verb.APPROVAL_SIGN, Verb.MERGE_APPROVE)
    return all(may(actor, right, things.approval.subject) for right in rights) and bool(
        may(actor, verb)
    )


def _approval(allows: Any = _signs, **said: Any) -> Door:
    return Door(
        lambda t: {"approval_id": t.approval.pk}, said=lambda t: said, allows=allows,
    )  # fmt: skip


def _sees_merge(actor: Actor, verb: Verb, things: Things) -> bool:
    decides = may(actor, Verb.MERGE_APPROVE, things.merge.subject)
    proposes = may(actor, Verb.MERGE_PROPOSE, things.merge.kept.subject)
    return bool(may(actor, verb) and (decides or proposes))


def _takes_out(actor: Actor, verb: Verb, things: Things) -> bool:
    """What was taken out is the one's who took it, and nobody else's."""
    return bool(may(actor, verb)) and things.export.requested_by_id == actor.person_id


def _export(allows: Any = _takes_out) -> Door:
    return Door(lambda t: {"export_id": t.export.pk}, allows=allows)


def _nobodys(actor: Actor, verb: Verb, things: Things) -> bool:
    """What was asked for by the system is taken back and asked again by no person."""
    return False


def _signs_handover(actor: Actor, verb: Verb, things: Things) -> bool:
    rights = (verb, Verb.HANDOVER_SIGN)
    return all(may(actor, right, things.handover.subject) for right in rights)


def _handover(allows: Any = _signs_handover) -> Door:
    return Door(lambda t: {"handover_id": t.handover.pk}, allows=allows)


def _change(which: str = "place_change") -> Door:
    return Door(
        lambda t: {"change_id": getattr(t, which).pk}, lambda t: getattr(t, which).subject
    )  # fmt: skip


def _assessment(**said: Any) -> Door:
    """An assessment that is done: where the child is."""
    return Door(
        lambda t: {"assessment_id": t.assessment.pk}, lambda t: t.child.subject, lambda t: said
    )


def _reads_view(actor: Actor, verb: Verb, things: Things) -> bool:
    """What the child said to somebody else: whoever may read it, where she hears or answers."""
    about = things.child.subject
    return bool(may(actor, verb, about) and may(actor, Verb.VOICE_READ, about))


def _voice(**said: Any) -> Door:
    return Door(
        lambda t: {"child_id": t.child.pk, "view_id": t.view.pk}, said=lambda t: said,
        allows=_reads_view,
    )  # fmt: skip


def _conference(**said: Any) -> Door:
    """A conference to which nobody of the stage was asked."""
    return Door(lambda t: {"conference_id": t.conference.pk}, allows=_nobodys, said=lambda t: said)


TODAY: Final = SINCE.isoformat()
DOORS: Final[dict[str, Door]] = {
    "home": _page(),
    "child": _child(),
    "child_purpose": _child(said={"purpose": "visit"}),
    "children": _page(),
    "children_search": _page(text="顾念"),
    "child_new": _page(name="孙新", no_id_reason="not_given", sex="female",
                       birth_date="2016-02-29", hukou="双桥村"),
    "proposals": _page(),
    "exports": _page(),
    "export_new": _page(kind="list", numbers="masked", purpose="supervision"),
    "export": _export(),
    "export_fetch": _export(),
    "export_password": _export(),
    "child_print": _child(said={"numbers": "masked", "purpose": "visit"}),
    "imports": _page(),
    "import_upload": _page(as_of=TODAY),
    "import": _list(),
    "import_columns": _list(**{"0-8": "-"}),
    "import_confirm": _list(),
    "import_download": _list(),
    "import_undo": _list("confirmed"),
    "import_discard": _list(),
    "import_row": _row(name="钱多", no_id_reason="not_given"),
    "import_row_decide": _row(decision=""),
    "import_row_leave": _row(reason="not_ours"),
    "leads": _page(),
    "leads_out": _page(purpose="supervision"),
    "survey_out": Door(
        lambda t: {"round_id": t.sheet.round_id}, _round, lambda t: {"purpose": "supervision"},
        allows=_takes_round_out,
    ),
    "lead_new": _page(place="双桥村", name="孙线", source="report", verifier="town"),
    "lead": _lead(),
    "lead_reveal": Door(
        lambda t: {"lead_id": t.lead.pk, "field": "id_number"}, lambda t: t.lead.subject
    ),
    "lead_assign": _lead("moved", place="双桥村", words="在那边住"),
    "lead_verify": _lead("tried", words="家里没人"),
    "lead_close": _lead("duplicate", same="child:x"),
    "lead_register": _lead(name="周线", no_id_reason="not_given", sex="female",
                           birth_date="2016-02-29", hukou="双桥村"),
    "surveys": _page(),
    "survey_new": Door(said=lambda t: {
        "place": t.place.pk, "title": "下半年摸排", "since": TODAY, "until": "2099-12-31",
        "sources": ["residents"]}),
    "survey": Door(lambda t: {"round_id": t.sheet.round_id}, _round),
    "sheet": _sheet(),
    "sheet_print": _sheet(),
    "sheet_sign": _sheet(looked=["residents"]),
    "sheet_second": _sheet(),
    "sheet_reopen": _sheet(why="少看了学校"),
    "access": _page(),
    "access_ask": _page(name="顾念", id_number=id_number(998), purpose="visit", words="走访",
                        days="3", near="none"),
    "access_break": _page(name="顾念", id_number=id_number(998), purpose="missing", words="走失",
                          near="none"),
    "access_given": _page(),
    "access_end": Door(lambda t: {"grant_id": t.leave.pk}, lambda t: t.child.subject),
    "conflict_declare": _child(said={"answer": "none"}),
    "conflict_decide": Door(
        lambda t: {"declaration_id": t.declaration.pk}, lambda t: t.child.subject,
        lambda t: {"answer": "away"},
    ),
    "diligence": _page(),
    "diligence_year": Door(lambda t: {"year": clock.today().year}),
    "child_reveal": _child(field="id_number"),
    "child_amend": _child(part="school", said={
        "stage": "primary", "attendance": "attending", "school": "某小学", "since": TODAY}),
    "residence_confirm": _child(),
    "child_readers": _child(),
    "category_propose": _child(said={
        "category": "guardian_incapable", "since": TODAY, "evidence": "death_certificate"}),
    "category_decide": _category("proposal", {"answer": "confirm"}),
    "category_propose_end": _category("held", {"on": "2022-01-01", "reason": "recovered"}),
    "category_decide_end": _category("ending", {"answer": "confirm"}),
    "inbox": _page(),
    "tasks_below": _page(),
    "task_new": _page(words="请核对", days="3"),
    "tasks_hand_over": _page(),
    "task": _task(allows=_sees_task),
    "task_finish": _task(),
    "task_pause": _task(reason="等回复"),
    "task_resume": _task("paused_task"),
    "notices": _page(channel="email", address="somebody@example.gov.cn", is_on="on"),
    "notice_try": _page(channel="email"),
    "approvals": _page(),
    "approval": _approval(),
    "approval_sign": _approval(answer="approve"),
    "approval_again": _approval(_nobodys),
    "approval_withdraw": _approval(_nobodys),
    "handovers": _page(),
    "handover_new": _page(),
    "handover": _handover(),
    "handover_sign": _handover(),
    "handover_cancel": _handover(),
    "handover_explain": _handover(_nobodys),
    "transfer_answer": Door(
        lambda t: {"transfer_id": t.transfer.pk}, lambda t: t.transfer.subject,
        lambda t: {"answer": "return", "remark": "不在本镇"},
    ),
    "place_changes": _page(),
    "place_change_new": _page(kind="rename", place="柳镇双桥村", name="新桥村", on=TODAY,
                              document="某政发〔2021〕1号"),
    "place_change": _change(),
    "place_withdraw": _change(),
    "place_allot": _change("split"),
    "past_list": _page(),
    "past_list_find": _page(place="柳镇双桥村", on=TODAY, kind="hukou"),
    "safety_move": _child(said={"reason": "x", "whereabouts": "y", "near": "none"}),
    "safety_end": Door(
        lambda t: {"child_id": t.child.pk}, allows=_nobodys, said=lambda t: {"reason": "x"},
    ),
    "safety_people": Door(lambda t: {"move_id": t.safety.pk}, allows=_nobodys),
    "safety_person_drop": Door(
        lambda t: {"move_id": t.safety.pk}, allows=_nobodys,
        said=lambda t: {"person": str(t.safety.begun_by_id)},
    ),
    "merge_choose": _child(said={"text": "顾"}),
    "merge_propose": Door(
        lambda t: {"child_id": t.child.pk, "other_id": t.twin.pk}, lambda t: t.child.subject,
        lambda t: {"reason": "登记了两次"},
    ),
    "merge": Door(
        lambda t: {"merge_id": t.merge.pk}, allows=_sees_merge, said=lambda t: {},
    ),
    "merge_undo": Door(
        lambda t: {"merge_id": t.merge.pk}, allows=_sees_merge, said=lambda t: {"reason": "不是"},
    ),
    "document_add": _child(said={"kind": "other"}),
    "document": _paper("document"),
    "document_download": _paper("document"),
    "document_void": _paper("document", reason="replaced"),
    "consent_record": _child(said={
        "matter": "provider", "heard": "agrees", "how": "paper", "given_on": TODAY}),
    "consent_withdraw": _paper("consent", who="child", on=TODAY, reason="none"),
    "bar_set": _child(said={"reason": "child_afraid"}),
    "bar_lift": _paper("bar"),
    "entrustment_new": _child(said={"reason": "work_away", "witness": "王书记"}),
    "entrustment_print": _paper("entrustment"),
    "entrustment_end": _paper("entrustment", on=TODAY, ending="other"),
    "instruments": _page(),
    "instrument": Door(lambda t: {"code": "needs", "version": "1"}),
    "instrument_changes": Door(lambda t: {"code": "needs", "before": "1", "after": "1"}),
    "assessments": _child(),
    "assessment_new": _child(said={"instrument": "needs"}),
    "level_set": _child(said={"level": "medium", "reason": "走访所见"}),
    "level_withdraw": Door(lambda t: {"decision_id": t.level.pk}, allows=_nobodys),
    "assessment": _assessment(),
    "assessment_fill": _assessment(),
    "assessment_save": Door(lambda t: {"assessment_id": t.draft.pk}, allows=_nobodys),
    "assessment_discard": Door(lambda t: {"assessment_id": t.draft.pk}, allows=_nobodys),
    "assessment_level": _assessment(level="stable", reason="走访所见"),
    "voices": _child(),
    "voice_hear": _child(said={
        "matter": "daily", "how": "said", "heard_on": TODAY, "words0": "想妈妈",
        "may_tell0": "team"}),
    "voice": _voice(),
    "voice_answer": _voice(words="告诉妈妈了", told_on=TODAY),
    "cases": _page(),
    "case_new": _child(said={"reason": "harm"}),
    "case": _case(),
    "case_step": _case(said={"words": "缺少照料"}, action="assess"),
    "case_join": _case(said={"role": "other"}),
    "case_leave": Door(
        lambda t: {"case_id": t.case.pk, "member_id": t.member.pk}, lambda t: t.child.subject
    ),
    "case_lead": _case(),
    "case_note": _case(said={"words": "在家", "kind": "note", "section": "general"}),
    "conferences": _child(),
    "conference_new": _child(said={
        "kind": "case", "title": "上学", "starts_at": f"{TODAY}T09:00", "where": "镇未保站"}),
    "conference": _conference(),
    "conference_invite": _conference(role="school", name="王老师"),
    "conference_cancel": _conference(reason="孩子住院"),
    "conference_record": _conference(seen="1", general="孩子想上学"),
    "conference_decide": _conference(words="家访", section="general", due_on=TODAY),
    "conference_conclude": _conference(),
    "conference_sign": _conference(),
    "conference_paper": _conference(),
    "conference_drop": Door(
        lambda t: {"conference_id": t.conference.pk, "decision_id": t.decision.pk},
        allows=_nobodys,
    ),
    "conference_sign_paper": Door(
        lambda t: {"conference_id": t.conference.pk, "participant_id": t.participant.pk},
        allows=_nobodys,
    ),
    "conference_decision": Door(
        lambda t: {"decision_id": t.decision.pk}, allows=_nobodys,
        said=lambda t: {"outcome": "办了"},
    ),
    "account": _page(),
    "account_login": _page(login="nobody", password="wrong"),
    "mfa_authenticate": _page(code="123456"),
    "account_logout": _page(),
    "account_inactive": _page(),
    "account_reset_password": _page(),
    "account_language": _page(language="en", view="plain"),
    "account_reauthenticate": _page(password="wrong"),
    "account_change_password": _page(oldpassword="wrong", password1="x", password2="x"),
    "account_end_sessions": _page(),
    "mfa_index": _page(),
    "mfa_reauthenticate": _page(code="123456"),
    "mfa_activate_totp": _page(code="123456"),
    "mfa_deactivate_totp": _page(),
    "mfa_view_recovery_codes": _page(),
    "mfa_generate_recovery_codes": _page(),
    "office_places": _page(),
    "office_places_search": _page(text="柳"),
    "office_vacant": _page(),
    "office_coverage": _page(),
    "office_ending": _page(),
    "office_place": _at_place("place_id", "place"),
    "office_organisation": _at_place("place_id", "place", name="某某未保站", kind="provider"),
    "office_establish": _at_place("place_id", "place", role="child_director", since=TODAY),
    "office_post": _at_place("post_id", "post"),
    "office_post_search": _at_place("post_id", "post", text="被"),
    "office_fill": Door(
        lambda t: {"post_id": t.empty_post.pk, "person_id": t.person.pk},
        lambda t: t.place.subject, lambda t: {"kind": "holder", "since": TODAY},
    ),
    "office_vacate": _at_place("holding_id", "holding", last_day=TODAY),
    "office_people": _page(),
    "office_people_search": _page(text="被"),
    "office_new_person": _page(login="new.person", name="新人"),
    "office_person": _person(),
    "office_close": _person(),
    "office_reopen": _person(),
    "office_reset": _person(),
    "office_reset_factor": _person(),
    "office_unlock": _person(),
    "office_events": _page(),
    "office_events_search": _page(verb="child.open"),
    "office_chain": _page(),
    "office_verify": _page(),
    "office_matrix": _page(),
    "office_operations": _page(),
    "office_retry": Door(
        lambda t: {"number": t.delivery.pk}, lambda t: Subject("delivery"), lambda t: {}
    ),
    "guides": _page(),
    "guide": Door(lambda t: {"name": "signing-in"}),
}  # fmt: skip
