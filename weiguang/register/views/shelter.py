"""Doors to moves for safety: begin one at once, say who is named, propose its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.verbs import Verb
from weiguang.register.actions.shelter import move_to_safety, propose_end
from weiguang.register.actions.shelter_people import propose_people, take_name
from weiguang.register.forms.shelter import EndForm, PeopleForm, SafetyForm
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.shelter import (
    move_of,
    move_to_name_for,
    people_named,
    who_may_be_named,
)
from weiguang.web.guard import WorkRequest, page


@page(Verb.MOVE_SAFETY, methods=("GET", "POST"))
def begin(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Move a child for safety: done at once, signed by a second person within a day."""
    child = child_of(request.actor, Verb.MOVE_SAFETY, child_id)
    if child.is_sheltered:
        return redirect("child", child_id)
    people = who_may_be_named(child, by=request.actor)
    form = SafetyForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        move_to_safety(child=child, refuge=form.refuge(), people=form.named(), by=request.actor)
        messages.success(request, _("已经转移。从现在起，只有指定的人能看到这个孩子。"), "good")
        return redirect("home")
    file = headline_of(request.actor, child)
    return render(request, "register/safety_move.html", {"form": form, "file": file})


@page(Verb.MOVE_SAFETY, methods=("POST",))
def end(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Propose that the child's file opens to its places again."""
    child = child_of(request.actor, Verb.MOVE_SAFETY, child_id)
    move, form = move_of(request.actor, child), EndForm(request.POST)
    if move is None:
        raise NotFoundOrRefused
    if form.is_valid():
        propose_end(move=move, reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("已提出，等另一个人核定；核定以前仍然保密。"), "good")
    else:
        messages.error(request, _("请写明为什么可以结束。"), "bad")
    return redirect("child", child_id)


@page(Verb.MOVE_SAFETY, methods=("GET", "POST"))
def people(request: WorkRequest, move_id: UUID) -> HttpResponse:
    """Who is named for a child moved for safety; a second person agrees to more."""
    move = move_to_name_for(request.actor, move_id)
    named = people_named(move)
    others = [one for one in who_may_be_named(move.child, by=request.actor) if one[0] not in named]
    form = PeopleForm(request.POST or None, people=others)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        propose_people(move=move, people=form.named(), reason=reason, by=request.actor)
        messages.success(request, _("已提出，等市里另一个人同意。"), "good")
        return redirect("home")
    said = {"form": form, "move": move, "named": named, "others": others}
    return render(request, "register/safety_people.html", said)


@page(Verb.MOVE_SAFETY, methods=("POST",))
def drop_person(request: WorkRequest, move_id: UUID) -> HttpResponse:
    """Name somebody no longer, at this moment."""
    move = move_to_name_for(request.actor, move_id)
    person = next((p for p in people_named(move) if str(p.pk) == request.POST.get("person")), None)
    if person is None:
        raise NotFoundOrRefused
    take_name(move=move, person_id=person.pk, by=request.actor)
    messages.success(request, _("已去掉，马上看不到这个孩子了。"), "good")
    if person.pk == request.actor.person_id:
        return redirect("home")
    return redirect("safety_people", move_id)
