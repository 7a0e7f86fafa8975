"""The steps of a lead, each a short form and the action behind it."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel.errors import Conflict, Invalid
from weiguang.network.authority import may
from weiguang.network.verbs import Verb
from weiguang.register.actions import lead_closing, lead_reading
from weiguang.register.actions.children import Identity
from weiguang.register.actions.family import NewBond, Person
from weiguang.register.actions.lead_closing import Entry
from weiguang.register.actions.leads import LeadMoved
from weiguang.register.forms import leads as forms
from weiguang.register.models import Child, Lead, Tie
from weiguang.register.queries.lead_alike import alike, sought_of
from weiguang.register.queries.lead_rights import offered
from weiguang.register.queries.lead_words import NO_CONFLICT
from weiguang.register.queries.leads import lead_of
from weiguang.register.rules.leads import Step
from weiguang.register.views.lead_pages import ASSIGNING, CLOSING, VERIFYING, Said, StepPage
from weiguang.web.guard import WorkRequest, page


@page(Verb.LEAD_ASSIGN, methods=("GET", "POST"))
def assign(request: WorkRequest, lead_id: UUID, step: str) -> HttpResponse:
    """Give a lead to somebody, pass it on, or ask the city."""
    return _step(request, lead_of(request.actor, Verb.LEAD_ASSIGN, lead_id), step, ASSIGNING)


@page(Verb.LEAD_VERIFY, methods=("GET", "POST"))
def verify(request: WorkRequest, lead_id: UUID, step: str) -> HttpResponse:
    """Write down what was done to verify a lead."""
    return _step(request, lead_of(request.actor, Verb.LEAD_VERIFY, lead_id), step, VERIFYING)


@page(Verb.LEAD_CLOSE, methods=("GET", "POST"))
def close(request: WorkRequest, lead_id: UUID, step: str) -> HttpResponse:
    """Decide on a lead, or send it back."""
    return _step(request, lead_of(request.actor, Verb.LEAD_CLOSE, lead_id), step, CLOSING)


@page(Verb.LEAD_CLOSE, methods=("GET", "POST"))
def register(request: WorkRequest, lead_id: UUID) -> HttpResponse:
    """Enter the child of a lead; what the lead knows stands in the form already."""
    lead = lead_of(request.actor, Verb.LEAD_CLOSE, lead_id)
    if request.method == "GET" and Step.REGISTERED not in offered(request.actor, lead):
        raise LeadMoved
    lead_reading.open_lead(lead=lead, by=request.actor, showing=tuple(lead_reading.SHOWN))
    form = forms.RegisterForm(request.POST or None, lead=lead, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        child = _registered(request, lead, form)
        if child is not None:
            messages.success(request, _("已登记为儿童。居住地待村里见到孩子后确认。"), "good")
            return redirect("child", child.pk)
    context = {"form": form, "lead": lead, "villages": form.villages}
    return render(request, "register/lead_register.html", context)


def _step(
    request: WorkRequest, lead: Lead, step: str, pages: Mapping[str, StepPage]
) -> HttpResponse:
    if step not in pages:
        raise Http404
    if request.method == "GET" and Step(step) not in offered(request.actor, lead):
        raise LeadMoved
    asked = pages[step]
    found = alike(request.actor, sought_of(lead))
    form = asked.form(request.POST or None, lead=lead, actor=request.actor, alike=found)
    if request.method == "POST" and form.is_valid() and _applied(request, lead, asked, form):
        return _back(request, lead)
    villages = getattr(form.fields.get("place"), "villages", [])
    context = {"form": form, "lead": lead, "step": asked, "villages": villages}
    return render(request, "register/lead_step.html", context)


def _applied(request: WorkRequest, lead: Lead, asked: StepPage, form: forms.StepForm) -> bool:
    try:
        asked.apply(lead, form.cleaned_data, request.actor)
    except (Conflict, Invalid) as error:
        # What was typed stays in the form; the person sees why it was not taken.
        form.add_error(None, error.said)
        return False
    messages.success(request, _said_of(asked, form.cleaned_data), "good")
    return True


def _said_of(asked: StepPage, said: Said) -> str:
    if asked.form is forms.AssignForm and said["relation"] != NO_CONFLICT:
        return _("已记下有利害关系，请换一个人去核实。")
    return str(asked.done)


def _back(request: WorkRequest, lead: Lead) -> HttpResponse:
    """To the lead, or to the list for who sees it no more."""
    now = Lead.objects.only("path", "barred").get(pk=lead.pk)
    is_barred = request.actor.person_id in now.barred
    if is_barred or not may(request.actor, Verb.LEAD_LIST, now.subject):
        return redirect("leads")
    return redirect("lead", lead.pk)


def _registered(request: WorkRequest, lead: Lead, form: forms.RegisterForm) -> Child | None:
    said = form.cleaned_data
    try:
        return lead_closing.register_child(
            lead=lead, entry=_entry(form.identity(), said), seen=said["seen"], by=request.actor
        )
    except LeadMoved as error:
        form.add_error(None, error.said)
    except Conflict:
        form.add_error("id_number", _("这个号码已经登记过。在您这里搜不到，就请报市民政局核对。"))
    return None


def _entry(identity: Identity, said: Said) -> Entry:
    guardian = None
    if said["guardian_name"]:
        guardian = Person(name=said["guardian_name"], phone=said["guardian_phone"])
    return Entry(
        identity=identity, hukou=said["hukou"], residence=said["residence"] or said["hukou"],
        address=said["address"], guardian=guardian,
        bond=NewBond(Tie.Kind.GUARDIAN, said["relation"]) if guardian else None,
    )  # fmt: skip
