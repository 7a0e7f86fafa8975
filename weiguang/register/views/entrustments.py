"""Care entrusted for a time: recorded, printed for signing, ended."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel.errors import Conflict, Invalid
from weiguang.network.verbs import Verb
from weiguang.register.actions import entrustments
from weiguang.register.actions.reading import PurposeNeeded
from weiguang.register.forms.entrustments import EntrustmentEndForm, EntrustmentForm
from weiguang.register.models import Child, Document, Entrustment
from weiguang.register.queries import documents
from weiguang.register.queries.entrustments import agreed, entrustment_of, parties
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.ENTRUSTMENT_RECORD, methods=("GET", "POST"))
def new(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Record an agreement; it can be printed and signed afterwards."""
    child = child_of(request.actor, Verb.ENTRUSTMENT_RECORD, child_id)
    who = parties(child, request.actor.on)
    form = EntrustmentForm(request.POST or None, parties=who, papers=_papers(request, child))
    if request.method == "POST" and form.is_valid():
        made = _made(request, child, form)
        if made is not None:
            messages.success(request, _("已登记。请打印出来，由双方和村里签字。"), "good")
            return redirect("entrustment_print", child_id, made.pk)
    shown = {"form": form, "who": who, "file": headline_of(request.actor, child)}
    return render(request, "register/entrustment.html", shown)


@page(Verb.ENTRUSTMENT_RECORD)
def paper(request: WorkRequest, child_id: UUID, entrustment_id: UUID) -> HttpResponse:
    """The agreement for signing; that it was shown is remembered like any reading of the file."""
    child = child_of(request.actor, Verb.ENTRUSTMENT_RECORD, child_id)
    found = entrustment_of(request.actor, child, entrustment_id)
    try:
        entrustments.show(entrustment=found, by=request.actor)
    except PurposeNeeded:
        return redirect("child_purpose", child_id=child_id)
    shown = {"agreed": agreed(found, request.actor.on), "file": headline_of(request.actor, child)}
    return render(request, "register/entrustment_print.html", shown)


@page(Verb.ENTRUSTMENT_RECORD, methods=("GET", "POST"))
def end(request: WorkRequest, child_id: UUID, entrustment_id: UUID) -> HttpResponse:
    """End an entrustment."""
    child = child_of(request.actor, Verb.ENTRUSTMENT_RECORD, child_id)
    found = entrustment_of(request.actor, child, entrustment_id)
    form = EntrustmentEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _ended(request, found, form):
        messages.success(request, _("已结束委托。"), "good")
        return redirect("child", child_id)
    shown = {"form": form, "found": found, "file": headline_of(request.actor, child)}
    return render(request, "register/entrustment_end.html", shown)


def _papers(request: WorkRequest, child: Child) -> list[Document]:
    papers = documents.visible(request.actor, child).filter(voided_at=None)
    return list(papers.defer("file_name"))


def _made(request: WorkRequest, child: Child, form: EntrustmentForm) -> Entrustment | None:
    try:
        return entrustments.entrust(child=child, terms=form.terms(), by=request.actor)
    except (Invalid, Conflict) as error:
        form.add_error(None, error.said)
        return None


def _ended(request: WorkRequest, found: Entrustment, form: EntrustmentEndForm) -> bool:
    said = form.cleaned_data
    try:
        entrustments.end(entrustment=found, on=said["on"], ending=said["ending"], by=request.actor)
    except (Invalid, Conflict) as error:
        form.add_error(None, error.said)
        return False
    return True
