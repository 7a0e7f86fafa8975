"""What each step of a lead asks on its page, and the action behind the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.network.models import Post
from weiguang.register.actions import lead_closing, leads
from weiguang.register.actions.leads import LeadMoved, Note
from weiguang.register.forms import leads as forms
from weiguang.register.models import Child, Lead
from weiguang.register.queries.lead_words import NO_CONFLICT
from weiguang.register.rules.leads import Finding, Step

Said = Mapping[str, Any]
Apply = Callable[[Lead, Said, Actor], object]


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step's page: its title, what to know beforehand, its form, its button, what it does."""

    title: str | Promise
    form: type[forms.StepForm]
    submit: str | Promise
    apply: Apply
    done: str | Promise
    under: str | Promise = ""


def _assign(lead: Lead, said: Said, by: Actor) -> None:
    post = get_object_or_404(Post.objects.select_related("place"), pk=said["post"])
    if said["relation"] != NO_CONFLICT:
        leads.declare_conflict(
            lead=lead, post=post, relation=said["relation"], seen=said["seen"], by=by
        )
    else:
        leads.assign(lead=lead, to=post, seen=said["seen"], by=by)


def _declare(lead: Lead, said: Said, by: Actor) -> None:
    if lead.post is None:
        raise LeadMoved
    leads.declare_conflict(
        lead=lead, post=lead.post, relation=said["relation"], seen=said["seen"], by=by
    )


def _move_on(lead: Lead, said: Said, by: Actor) -> None:
    leads.move_on(
        lead=lead, place=said["place"], note=Note(words=said["words"]), seen=said["seen"], by=by
    )


def _note(step: Step) -> Apply:
    def note(lead: Lead, said: Said, by: Actor) -> object:
        note = Note(words=said.get("words", ""), receipt=said.get("receipt", ""))
        return leads.take_step(lead=lead, step=step, note=note, seen=said["seen"], by=by)

    return note


def _find(lead: Lead, said: Said, by: Actor) -> None:
    leads.find(
        lead=lead, finding=Finding(said["finding"]), reason=said["reason"], words=said["words"],
        seen=said["seen"], by=by,
    )  # fmt: skip


def _send_back(lead: Lead, said: Said, by: Actor) -> None:
    lead_closing.send_back(lead=lead, words=said["words"], seen=said["seen"], by=by)


def _refuse(lead: Lead, said: Said, by: Actor) -> None:
    lead_closing.refuse(lead=lead, seen=said["seen"], by=by)


def _reopen(lead: Lead, said: Said, by: Actor) -> None:
    lead_closing.reopen(lead=lead, words=said["words"], seen=said["seen"], by=by)


def _call_duplicate(lead: Lead, said: Said, by: Actor) -> None:
    kind, _colon, key = said["same"].partition(":")
    of = get_object_or_404(Child, pk=key) if kind == "child" else get_object_or_404(Lead, pk=key)
    lead_closing.call_duplicate(lead=lead, of=of, seen=said["seen"], by=by)


ASSIGNING: Final[Mapping[str, StepPage]] = {
    Step.ASSIGNED: StepPage(
        _("分派核实"),
        forms.AssignForm,
        _("分派"),
        _assign,
        _("已分派。"),
    ),
    Step.MOVED: StepPage(
        _("转到别的村镇"),
        forms.MoveForm,
        _("转过去"),
        _move_on,
        _("已转过去，由那边分派。"),
        _("孩子不在这里的，转给孩子在的地方。转过去以后，原来的村看不到这条线索。"),
    ),
    Step.CITY_ASKED: StepPage(
        _("请市里核对"),
        forms.AskForm,
        _("请市里核对"),
        _note(Step.CITY_ASKED),
        _("已请市民政局核对。"),
        _("可能已在别处登记的，由市民政局核对是不是同一个孩子。"),
    ),
}
VERIFYING: Final[Mapping[str, StepPage]] = {
    Step.TRIED: StepPage(
        _("没联系上"),
        forms.NoteForm,
        _("记下"),
        _note(Step.TRIED),
        _("已记下。换个时间再去，也问问邻居和学校。"),
    ),
    Step.REACHED: StepPage(
        _("联系上了"),
        forms.NoteForm,
        _("记下"),
        _note(Step.REACHED),
        _("已记下。"),
    ),
    Step.LOST: StepPage(
        _("多次联系不上"),
        forms.NoteForm,
        _("报镇里"),
        _note(Step.LOST),
        _("已报镇里，由镇里报公安、问学校。线索不会结束，请过几天再去看看。"),
        _("怀疑孩子失踪、受伤害或者独自无人照看的，先打 110，不要等。"),
    ),
    Step.POLICE_TOLD: StepPage(
        _("已报公安"),
        forms.PoliceForm,
        _("记下"),
        _note(Step.POLICE_TOLD),
        _("已记下回执。"),
        _("在这里记下不代替报警。先打 110 或者去派出所，再来记。"),
    ),
    Step.SCHOOL_TOLD: StepPage(
        _("已问学校"),
        forms.NoteForm,
        _("记下"),
        _note(Step.SCHOOL_TOLD),
        _("已记下。"),
    ),
    Step.FOUND: StepPage(
        _("写核实结果"),
        forms.FoundForm,
        _("交镇里定"),
        _find,
        _("已交镇里定。"),
    ),
    Step.CONFLICT: StepPage(
        _("我和这家有关系，请换人"),
        forms.ConflictForm,
        _("请换人"),
        _declare,
        _("已请镇里换人核实。"),
        _("换人以后，这条线索您就看不到了。这不是您的过错。"),
    ),
}
CLOSING: Final[Mapping[str, StepPage]] = {
    Step.NOT_ELIGIBLE: StepPage(
        _("定为不符合"),
        forms.AskForm,
        _("定为不符合"),
        _refuse,
        _("已定为不符合。线索仍然查得到，有新情况可以重新核实。"),
        _("核实的人和定的人不能是同一个人。"),
    ),
    Step.DUPLICATE: StepPage(
        _("定为重复"),
        forms.DuplicateForm,
        _("定为重复"),
        _call_duplicate,
        _("已定为重复。"),
    ),
    Step.RETURNED: StepPage(
        _("退回再核实"),
        forms.MustNoteForm,
        _("退回"),
        _send_back,
        _("已退回再核实。"),
    ),
    Step.REOPENED: StepPage(
        _("重新核实"),
        forms.MustNoteForm,
        _("重新核实"),
        _reopen,
        _("已重新打开，请分派核实。"),
    ),
}
