"""Doors to changes of places: propose, see what becomes of it, take back; allot the children."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weiguang.network.verbs import Verb
from weiguang.register.actions import allotments, place_changes
from weiguang.register.forms.place_changes import AllotForm, PlaceChangeForm
from weiguang.register.models import PlaceChange
from weiguang.register.queries import place_changes as query
from weiguang.web.guard import WorkRequest, page


@page(Verb.PLACE_AMEND)
def changes(request: WorkRequest) -> HttpResponse:
    """The changes of the reader's places, the newest first."""
    found = list(query.changes_for(request.actor)[: query.PER_PAGE])
    return render(request, "register/place_changes.html", {"changes": found})


@page(Verb.PLACE_AMEND, methods=("GET", "POST"))
def new(request: WorkRequest) -> HttpResponse:
    """Say what is to become of a place; first what it comes to, then it is proposed."""
    places = query.places_kept(request.actor)
    form = PlaceChangeForm(request.POST or None, places=places)
    if request.method != "POST" or not form.is_valid() or form.wish is None:
        shown = {"form": form, "villages": places}
        return render(request, "register/new_place_change.html", shown)
    if "confirmed" in request.POST:
        change = place_changes.propose(wish=form.wish, by=request.actor)
        messages.success(request, _("已提出，等市里的审批人同意。"), "good")
        return redirect("place_change", change.pk)
    change = PlaceChange(
        kind=form.wish.kind, place=form.wish.place, to_place=form.wish.to_place,
        name=form.wish.name, code=form.wish.code, on=form.wish.on, document=form.wish.document,
    )  # fmt: skip
    effects = query.effects_of(request.actor, change)
    shown = {"change": change, "effects": effects, "again": form.again()}
    return render(request, "register/check_place_change.html", shown)


@page(Verb.PLACE_AMEND)
def show(request: WorkRequest, change_id: UUID) -> HttpResponse:
    """One change: what it does, how far it is, what the approver said."""
    change = query.change_of(request.actor, Verb.PLACE_AMEND, change_id)
    shown = {
        "change": change, "answer": query.answer_to(change),
        "effects": query.effects_of(request.actor, change) if change.is_open else (),
    }  # fmt: skip
    return render(request, "register/place_change.html", shown)


@page(Verb.PLACE_AMEND, methods=("POST",))
def withdraw(request: WorkRequest, change_id: UUID) -> HttpResponse:
    """Take a change back that was not carried out."""
    change = query.change_of(request.actor, Verb.PLACE_AMEND, change_id)
    place_changes.withdraw(change=change, by=request.actor)
    messages.success(request, _("已撤回，什么都没有改动。"), "good")
    return redirect("place_change", change_id)


@page(Verb.PLACE_ALLOT, methods=("GET", "POST"))
def allot(request: WorkRequest, change_id: UUID) -> HttpResponse:
    """Say of each child of a split place where it belongs; those without an answer wait on."""
    change = query.change_of(request.actor, Verb.PLACE_ALLOT, change_id)
    waiting = query.waiting_in(request.actor, change)
    forms = [(one, AllotForm(request.POST or None, prefix=str(one.id))) for one in waiting]
    if request.method == "POST" and all(form.is_valid() for _one, form in forms):
        answers = {one.id: form.cleaned_data["said"] for one, form in forms}
        said = {key: answer for key, answer in answers.items() if answer}
        done = allotments.allot(change=change, answers=said, by=request.actor) if said else 0
        told = ngettext("已分配 %(n)s 名孩子。", "已分配 %(n)s 名孩子。", done) % {"n": done}
        messages.success(request, told, "good")
        return redirect("place_allot", change_id)
    return render(request, "register/place_allot.html", {"change": change, "forms": forms})
