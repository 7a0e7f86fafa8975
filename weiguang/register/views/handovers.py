"""Doors to hand-overs: begin one, explain the list, sign it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.register.actions import handovers as actions
from weiguang.register.forms.handovers import HandoverForm, TakingForm, near_name
from weiguang.register.queries.handovers import (
    HandoverStory,
    handover_of,
    handovers_for,
    people_below,
    seat_of,
    story_of,
)
from weiguang.web.guard import WorkRequest, page

SHOWN = 100


@page(Verb.HANDOVER_SIGN)
def handovers(request: WorkRequest) -> HttpResponse:
    """The hand-overs the reader has to do with, the newest first."""
    found = handovers_for(request.actor).order_by("-id")[:SHOWN]
    return render(request, "register/handovers.html", {"handovers": list(found)})


@page(Verb.HANDOVER_PREPARE, methods=("GET", "POST"))
def new(request: WorkRequest) -> HttpResponse:
    """Who hands over to whom; the list is made at once."""
    form = HandoverForm(request.POST or None, seats=people_below(request.actor))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        giving, giver = seat_of(said["giver"])
        taking, taker = seat_of(said["taker"])
        made = actions.prepare(
            from_post=giving.post, giver=giver, to_post=taking.post, taker=taker,
            reason=said["reason"], on=said["on"], by=request.actor,
        )  # fmt: skip
        return redirect("handover", made.pk)
    return render(request, "register/new_handover.html", {"form": form})


@page(Verb.HANDOVER_SIGN)
def show(request: WorkRequest, handover_id: UUID) -> HttpResponse:
    """The list with its signatures; prints as it is signed."""
    story = story_of(request.actor, handover_id)
    return _shown(request, story, TakingForm(lines=story.lines))


@page(Verb.HANDOVER_SIGN, methods=("POST",))
def explain(request: WorkRequest, handover_id: UUID) -> HttpResponse:
    """Keep the remarks as far as they are written."""
    found = handover_of(request.actor, handover_id)
    actions.explain(handover=found, remarks=_remarks(request.POST), by=request.actor)
    messages.success(request, _("已保存，可以以后接着写。"), "good")
    return redirect("handover", handover_id)


@page(Verb.HANDOVER_SIGN, methods=("POST",))
def sign(request: WorkRequest, handover_id: UUID) -> HttpResponse:
    """The reader's signature in the column that is hers; who takes over answers a question."""
    story = story_of(request.actor, handover_id)
    if story.signs_as == "taker":
        taking = TakingForm(request.POST, lines=story.lines)
        if not taking.is_valid():
            return _shown(request, story, taking)
        actions.sign_as_taker(handover=story.handover, near=taking.near(), by=request.actor)
    elif story.signs_as in ("giver", "instead"):
        actions.sign_as_giver(
            handover=story.handover, by=request.actor,
            instead_reason=request.POST.get("instead_reason", "")[:300],
        )  # fmt: skip
    else:
        actions.sign_as_witness(handover=story.handover, by=request.actor)
    messages.success(request, _("已签字。"), "good")
    return redirect("handover", handover_id)


@page(Verb.HANDOVER_PREPARE, methods=("POST",))
def cancel(request: WorkRequest, handover_id: UUID) -> HttpResponse:
    """Give it up."""
    actions.cancel(handover=handover_of(request.actor, handover_id), by=request.actor)
    messages.success(request, _("已取消这次交接。"), "good")
    return redirect("handovers")


def _shown(request: WorkRequest, story: HandoverStory, taking: TakingForm) -> HttpResponse:
    return render(request, "register/handover.html", {
        "story": story, "one": story.handover, "taking": taking, "near_name": near_name,
    })  # fmt: skip


def _remarks(typed: QueryDict) -> dict[UUID, str]:
    said: dict[UUID, str] = {}
    for name, text in typed.items():
        kind, _sep, key = name.partition("-")
        if kind == "remark" and len(key) == 36:
            said[_uuid(key)] = str(text).replace("\x00", "")[:300]
    return said


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
