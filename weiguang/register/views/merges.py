"""Doors to merging: choose the second file, compare, propose; see what moved, take it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.register.actions import merges
from weiguang.register.forms.merges import MergeForm, OtherFileForm, ProposalForm
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.merges import (
    differences,
    differing_values,
    doubts_about,
    likely_twins,
    merge_of,
    story_of,
)
from weiguang.register.queries.search import search
from weiguang.web.guard import WorkRequest, page

FOUND: int = 20


@page(Verb.MERGE_PROPOSE, methods=("GET", "POST"))
def choose(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Which other file may be the same child's: likely ones, and a search."""
    child = child_of(request.actor, Verb.MERGE_PROPOSE, child_id)
    form = OtherFileForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    found = search(request.actor, text).exclude(pk=child.pk)[:FOUND] if text else []
    shown = {
        "file": headline_of(request.actor, child),
        "found": list(found),
        "twins": likely_twins(request.actor, child),
        "text": text,
    }
    return render(request, "register/merge_choose.html", shown)


@page(Verb.MERGE_PROPOSE, methods=("GET", "POST"))
def propose(request: WorkRequest, child_id: UUID, other_id: UUID) -> HttpResponse:
    """Compare both files and propose that the second goes into the first."""
    kept = child_of(request.actor, Verb.MERGE_PROPOSE, child_id)
    absorbed = child_of(request.actor, Verb.MERGE_PROPOSE, other_id)
    differing = differing_values(kept, absorbed)
    form = ProposalForm(request.POST or None, differing=differing)
    if request.method == "POST" and form.is_valid():
        merge = merges.propose(kept=kept, absorbed=absorbed, by=request.actor, **form.cleaned_data)
        messages.success(request, _("已提出，等另一个人核定。"), "good")
        return redirect("merge", merge.pk)
    shown = {
        "form": form,
        "doubts": doubts_about(kept, absorbed),
        "file": headline_of(request.actor, kept),
        "other": absorbed,
        "rows": differences(request.actor, kept, absorbed),
    }
    return render(request, "register/merge_propose.html", shown)


@page(Verb.CHILD_OPEN)
def show(request: WorkRequest, merge_id: UUID) -> HttpResponse:
    """One merge: how far it is, what moved, and the way back."""
    merge = merge_of(request.actor, merge_id)
    shown = {"story": story_of(request.actor, merge), "merge": merge, "form": MergeForm()}
    return render(request, "register/merge.html", shown)


@page(Verb.MERGE_PROPOSE, methods=("POST",))
def undo(request: WorkRequest, merge_id: UUID) -> HttpResponse:
    """Propose that a merge is taken back."""
    merge, form = merge_of(request.actor, merge_id), MergeForm(request.POST)
    if form.is_valid():
        merges.propose_undo(merge=merge, reason=form.cleaned_data["reason"], by=request.actor)
        messages.success(request, _("已提出拆回，等另一个人核定。"), "good")
    else:
        messages.error(request, _("请写明为什么拆回。"), "bad")
    return redirect("merge", merge_id)
