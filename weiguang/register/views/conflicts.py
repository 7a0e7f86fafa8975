"""Saying that one is near to a child, and deciding what follows."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.register.actions import conflicts
from weiguang.register.forms.conflicts import NearnessForm
from weiguang.register.queries.conflicts import declaration_of
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.words import word
from weiguang.web.guard import WorkRequest, page


@page(Verb.CONFLICT_DECLARE, methods=("GET", "POST"))
def declare(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Say that one is near to the child; the file is closed to who is."""
    child = child_of(request.actor, Verb.CONFLICT_DECLARE, child_id)
    form = NearnessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = conflicts.declare(child=child, answer=form.cleaned_data["answer"], by=request.actor)
        if said is None:
            messages.success(request, _("已记下：没有利害关系。"), "good")
            return redirect("child", child_id)
        messages.success(request, _("谢谢您说明。这个孩子的事换人办理，档案对您已经关上。"), "good")
        return redirect("home")
    file = headline_of(request.actor, child)
    return render(request, "register/conflict.html", {"form": form, "file": file})


@page(Verb.ACCESS_APPROVE, methods=("GET", "POST"))
def decide(request: WorkRequest, declaration_id: UUID) -> HttpResponse:
    """Whether who said so is kept from the child, or may go on."""
    said = declaration_of(request.actor, declaration_id)
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in ("away", "back"):
        is_away = answer == "away"
        conflicts.decide(declaration=said, is_kept_away=is_away, by=request.actor)
        messages.success(
            request, _("已定：换人办理。") if is_away else _("已定：可以继续办理。"), "good"
        )
        return redirect("home")
    near = word("conflict_relations", said.answer)
    file = headline_of(request.actor, said.child)
    return render(request, "register/conflict_decide.html",
                  {"said": said, "near": near, "file": file})  # fmt: skip
