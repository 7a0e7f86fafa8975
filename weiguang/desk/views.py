"""Doors to the home page and to a child's file."""

from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string

from weiguang.desk.forms import OpeningForm
from weiguang.kernel import clock
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.actions.reading import PurposeNeeded, open_file, purpose_in_use
from weiguang.register.models import Child
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.merges import merged_into
from weiguang.web.guard import WorkRequest, page
from weiguang.web.panels import panels_for
from weiguang.web.tokens import seal, unseal

USE = "purpose"


@page(Verb.HOME_OPEN)
def home(request: WorkRequest) -> HttpResponse:
    """What is due, for whom, why: the first page of every worker."""
    panels = panels_for(request.actor, _panels(settings.WEIGUANG_DESK_PANELS), None)
    return render(request, "desk/home.html", {"panels": panels, "today": request.actor.on})


@page(Verb.CHILD_OPEN)
def child(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """A child's file; who has no standing purpose is asked for one, and every opening counts."""
    if (kept := merged_into(child_id)) is not None:
        return _to_the_kept(request, kept)
    found = child_of(request.actor, Verb.CHILD_OPEN, child_id)
    said, words = _purpose_of(request)
    said = said or purpose_in_use(request.actor, found, now=clock.now())
    try:
        open_file(child=found, purpose=said, words=words, by=request.actor)
    except PurposeNeeded:
        return redirect("child_purpose", child_id=child_id)
    file = headline_of(request.actor, found)
    panels = panels_for(
        request.actor, _panels(settings.WEIGUANG_CHILD_PANELS), found, about=found.subject
    )
    shown = {"file": file, "panels": panels, **_rights(request.actor, found)}
    return render(request, "desk/child.html", shown)


@page(Verb.CHILD_OPEN, methods=("GET", "POST"))
def purpose(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Ask why, and lead to the file with the answer."""
    child_of(request.actor, Verb.CHILD_OPEN, child_id)
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = [form.cleaned_data["purpose"], form.cleaned_data["words"]]
        said = seal(why, use=USE, person_id=request.actor.person_id)
        return redirect(f"{reverse('child', args=[child_id])}?{urlencode({'p': said})}")
    return render(request, "desk/purpose.html", {"form": form, "child_id": child_id})


def _to_the_kept(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """To the file into which one went; who may not see that one is refused as for any other."""
    child_of(request.actor, Verb.CHILD_OPEN, child_id)
    return redirect("child", child_id=child_id)


def _rights(actor: Actor, child: Child) -> dict[str, Any]:
    verbs = {
        "can_amend": Verb.CHILD_AMEND,
        "can_confirm_residence": Verb.RESIDENCE_CONFIRM,
        "can_propose": Verb.CATEGORY_PROPOSE,
        "can_shelter": Verb.MOVE_SAFETY,
        "can_declare": Verb.CONFLICT_DECLARE,
        "can_print": Verb.EXPORT_PRINT,
    }
    rights = {name: bool(may(actor, verb, child.subject)) for name, verb in verbs.items()}
    return rights | {"can_shelter": rights["can_shelter"] and not child.is_sheltered}


def _purpose_of(request: WorkRequest) -> tuple[str, str]:
    """The purpose that the address carries, and its sentence; both sealed for one reader."""
    token = request.GET.get("p", "")
    if not token:
        return "", ""
    said, words = unseal(token, use=USE, person_id=request.actor.person_id)
    return str(said), str(words)


@cache
def _panels(name: str) -> Any:
    return import_string(name)
