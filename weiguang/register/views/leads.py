"""Leads: listed, entered, opened; their steps stand in `lead_steps`."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.network.authority import may
from weiguang.network.queries import places_below
from weiguang.network.verbs import Verb
from weiguang.register.actions import lead_reading, leads
from weiguang.register.forms.leads import LeadWishForm, NewLeadForm
from weiguang.register.models import Lead
from weiguang.register.queries.lead_alike import Alike, alike, sought, sought_of
from weiguang.register.queries.lead_file import lead_file
from weiguang.register.queries.lead_places import places_to_enter
from weiguang.register.queries.leads import lead_of, leads_page
from weiguang.web.guard import WorkRequest, page
from weiguang.web.tokens import seal, unseal

USE = "leads"


@page(Verb.LEAD_LIST)
def listed(request: WorkRequest) -> HttpResponse:
    """The leads of the reader's places that fit the wish, one page of them."""
    asked, person = request.GET.dict(), request.actor.person_id
    token = asked.pop("after", "")
    after = unseal(token, use=USE, person_id=person) if token else None
    form = LeadWishForm(asked, places=places_below(request.actor, Verb.LEAD_LIST))
    wish = form.wish()
    found = leads_page(request.actor, wish, after)
    here = reverse("leads")
    following = ""
    if found.next_key:
        key = seal(found.next_key, use=USE, person_id=person)
        following = f"{here}?{urlencode(_kept(form) | {'after': key})}"
    first = f"{here}?{urlencode(_kept(form))}" if token else ""
    context = {"form": form, "wish": wish, "found": found, "next": following, "first": first,
               "out": f"?{urlencode(_kept(form))}"}  # fmt: skip
    return render(request, "register/leads.html", context)


@page(Verb.LEAD_ENTER, methods=("GET", "POST"))
def new(request: WorkRequest) -> HttpResponse:
    """Enter a lead; children and leads that look alike are shown first."""
    form = NewLeadForm(
        request.POST or None,
        places=places_to_enter(request.actor),
        asks_who=_goes_herself(request),
        initial={"source": "survey" if request.GET.get("from") == "survey" else ""},
    )
    found: Alike | None = None
    if request.method == "POST" and form.is_valid():
        found = None if form.cleaned_data["goes_on"] else _alike(request, form)
        if not found:
            return _entered(request, form)
    return render(request, "register/lead_new.html", {"form": form, "alike": found})


@page(Verb.LEAD_LIST)
def show(request: WorkRequest, lead_id: UUID) -> HttpResponse:
    """One lead: what is known, what was done, what can be done next. Opening is remembered."""
    lead = lead_of(request.actor, Verb.LEAD_LIST, lead_id)
    lead_reading.open_lead(lead=lead, by=request.actor)
    file = lead_file(request.actor, lead)
    found = alike(request.actor, sought_of(lead)) if file.is_open else None
    return render(request, "register/lead.html", {"lead": file, "alike": found})


@page(Verb.LEAD_VERIFY, methods=("POST",))
def reveal(request: WorkRequest, lead_id: UUID, field: str) -> HttpResponse:
    """A masked value of a lead in words, for who verifies; the showing is remembered."""
    lead = lead_of(request.actor, Verb.LEAD_VERIFY, lead_id)
    value = lead_reading.show(lead=lead, field=field, by=request.actor)
    return render(request, "register/shown_value.html", {"value": value})


def _kept(form: LeadWishForm) -> dict[str, Any]:
    """The wish as an address says it: codes and places, nothing else."""
    said = {name: form.cleaned_data.get(name) for name in ("state", "source", "place", "round")}
    late = {"late": "on"} if form.cleaned_data.get("late") else {}
    return {name: str(value) for name, value in said.items() if value} | late


def _goes_herself(request: WorkRequest) -> bool:
    """Whether who enters it could verify it: a village's own director."""
    can = may(request.actor, Verb.LEAD_VERIFY)
    return bool(can) and not may(request.actor, Verb.LEAD_ASSIGN)


def _alike(request: WorkRequest, form: NewLeadForm) -> Alike:
    said = form.cleaned_data
    return alike(
        request.actor,
        sought(
            name=said["name"], id_number=said["id_number"], phone=said["guardian_phone"],
            born=said["birth_date"], about_age=said["about_age"], place=said["place"],
            on=request.actor.on,
        ),
    )  # fmt: skip


def _entered(request: WorkRequest, form: NewLeadForm) -> HttpResponse:
    lead = leads.enter(
        said=form.new_lead(), by=request.actor, verifies_herself=form.verifies_herself
    )
    messages.success(request, _told(lead), "good")
    if may(request.actor, Verb.LEAD_LIST, lead.subject):
        return redirect("lead", lead.pk)
    return redirect("leads" if may(request.actor, Verb.LEAD_LIST) else "lead_new")


def _told(lead: Lead) -> str:
    if lead.is_neutral:
        return _("已登记。这条线索由镇里核实，村里不用再问，也不要对别人说。")
    if lead.post_id is not None:
        return _("已登记，请您核实。")
    return _("已登记，等镇里分派。")
