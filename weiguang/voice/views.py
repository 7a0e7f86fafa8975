"""A child is heard, its words are read, and it is told what came of them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel.errors import Conflict, Invalid
from weiguang.network.verbs import Verb
from weiguang.register.actions.reading import PurposeNeeded
from weiguang.register.models import Child
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.voice.actions import views
from weiguang.voice.actions.reading import open_view
from weiguang.voice.forms.answering import AnswerForm
from weiguang.voice.heard import HeardForm
from weiguang.voice.models import View
from weiguang.voice.queries.views import shown, view_of, views_of
from weiguang.web.guard import WorkRequest, page

HEAR, ANSWER = Verb.VOICE_HEAR, Verb.VOICE_ANSWER


@page(HEAR)
def listed(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Every time the child was heard, as far as it is the reader's to know."""
    child = child_of(request.actor, HEAR, child_id)
    found = views_of(request.actor, child)
    told = {"views": found, "file": headline_of(request.actor, child)}
    return render(request, "voice/listed.html", told)


@page(HEAR, methods=("GET", "POST"))
def hear(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Record what the child said on an ordinary day."""
    child = child_of(request.actor, HEAR, child_id)
    form = HeardForm(request.POST or None, initial={"matter": "daily"})
    if request.method == "POST" and form.is_valid() and _heard(request, child, form):
        messages.success(request, _("已记下。孩子的话只给孩子允许的人看。"), "good")
        return redirect("voices", child_id=child_id)
    told = {"form": form, "file": headline_of(request.actor, child)}
    return render(request, "voice/hear.html", told)


@page(HEAR)
def show(request: WorkRequest, child_id: UUID, view_id: UUID) -> HttpResponse:
    """One view with its words, as far as the child lets this reader have them."""
    child = child_of(request.actor, HEAR, child_id)
    view = view_of(request.actor, child, view_id)
    try:
        open_view(view=view, by=request.actor)
    except PurposeNeeded:
        # The file asks for the purpose, and holds it for a while.
        return redirect("child", child_id=child_id)
    told = {"one": shown(request.actor, child, view), "file": headline_of(request.actor, child)}
    return render(request, "voice/view.html", told)


@page(ANSWER, methods=("GET", "POST"))
def answer(request: WorkRequest, child_id: UUID, view_id: UUID) -> HttpResponse:
    """Record what the child was told came of its words."""
    child = child_of(request.actor, ANSWER, child_id)
    view = view_of(request.actor, child, view_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _answered(request, view, form):
        messages.success(request, _("已记下对孩子的答复。"), "good")
        return redirect("voices", child_id=child_id)
    told = {
        "form": form, "one": shown(request.actor, child, view),
        "file": headline_of(request.actor, child),
    }  # fmt: skip
    return render(request, "voice/answer.html", told)


def _heard(request: WorkRequest, child: Child, form: HeardForm) -> bool:
    try:
        views.hear(child=child, about=child.subject, said=form.heard(), by=request.actor)
    except (Invalid, Conflict) as error:
        form.add_error(None, error.said)
        return False
    return True


def _answered(request: WorkRequest, view: View, form: forms.Form) -> bool:
    said = form.cleaned_data
    try:
        views.answer(view=view, words=said["words"], told_on=said["told_on"], by=request.actor)
    except (Invalid, Conflict) as error:
        form.add_error(None, error.said)
        return False
    return True
