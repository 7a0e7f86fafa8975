"""Who works on a case, who leads it, and what is written down about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.cases.access import sight_of
from weiguang.cases.actions import notes, team
from weiguang.cases.forms.cases import JoinForm, LeadForm, NoteForm
from weiguang.cases.models import Case, CaseNote, Section
from weiguang.cases.queries import pages
from weiguang.cases.queries.places import who_may_join, who_may_lead
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.network.authority import may
from weiguang.network.verbs import Verb
from weiguang.register.queries.headline import headline_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.CASE_TEAM, methods=("GET", "POST"))
def join(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """Take somebody into the team of a case."""
    case = pages.case_of(request.actor, Verb.CASE_TEAM, case_id)
    on_team = case.team.filter(ended_at=None).values_list("account", flat=True)
    people = who_may_join(case.child, on=request.actor.on, but=on_team)
    form = JoinForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            team.join(case=case, who=form.joining(), by=request.actor)
        except (Invalid, Conflict) as error:
            form.add_error(None, error.said)
        else:
            messages.success(request, _("已加入小组。"), "good")
            return redirect("case", case_id=case_id)
    return _form_page(request, case, form, "cases/join.html")


@page(Verb.CASE_TEAM, methods=("POST",))
def leave(request: WorkRequest, case_id: UUID, member_id: UUID) -> HttpResponse:
    """Take somebody out of the team of a case, at once."""
    case = pages.case_of(request.actor, Verb.CASE_TEAM, case_id)
    found = case.team.filter(pk=member_id, ended_at=None).first()
    if found is None:
        raise NotFoundOrRefused
    found.case = case
    team.leave(member=found, by=request.actor)
    messages.success(request, _("已移出小组，从现在起不能再看这个个案。"), "good")
    return redirect("case", case_id=case_id)


@page(Verb.CASE_TEAM, methods=("GET", "POST"))
def lead(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """Give a case to another lead worker."""
    case = pages.case_of(request.actor, Verb.CASE_TEAM, case_id)
    people = who_may_lead(case.child, on=request.actor.on)
    form = LeadForm(request.POST or None, people=people, initial={"seen": case.moves})
    if request.method == "POST" and form.is_valid():
        try:
            team.name_lead(
                case=case, who=form.joining(), seen=form.cleaned_data["seen"], by=request.actor
            )
        except (Invalid, Conflict) as error:
            form.add_error(None, error.said)
        else:
            messages.success(request, _("已换个案负责人，没办完的事一起交过去了。"), "good")
            return redirect("case", case_id=case_id)
    return _form_page(request, case, form, "cases/lead.html")


@page(Verb.CASE_READ, methods=("GET", "POST"))
def note(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """Write something down about a case, or say something to its team."""
    case = pages.case_of(request.actor, Verb.CASE_READ, case_id)
    kinds = _kinds(request, case)
    if not kinds:
        raise NotFoundOrRefused
    own = sight_of(request.actor, case).sections & set(Section.values)
    form = NoteForm(request.POST or None, sections={*own, Section.GENERAL.value}, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        try:
            notes.note(case=case, noted=form.noted(), by=request.actor)
        except Invalid as error:
            form.add_error(None, error.said)
        else:
            messages.success(request, _("已记下。"), "good")
            return redirect("case", case_id=case_id)
    return _form_page(request, case, form, "cases/note.html")


def _kinds(request: WorkRequest, case: Case) -> list[str]:
    kinds, about = CaseNote.Kind, case.child.subject
    found = [kinds.NOTE.value] if may(request.actor, Verb.CASE_NOTE, about) else []
    if may(request.actor, Verb.CASE_COMMENT, about):
        found += [kinds.COMMENT.value, kinds.REVISE.value]
    return found


def _form_page(request: WorkRequest, case: Case, form: object, template: str) -> HttpResponse:
    shown = {"form": form, "case": case, "file": headline_of(request.actor, case.child)}
    return render(request, template, shown)
