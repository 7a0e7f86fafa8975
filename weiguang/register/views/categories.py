"""Categories: proposed by one person, decided by another, ended by two."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.register.actions import categories, endings
from weiguang.register.forms.categories import EndingForm, ProposalForm
from weiguang.register.queries.desk import proposals_waiting
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.judging import legal_bases
from weiguang.web.guard import WorkRequest, page
from weiguang.web.tokens import seal, unseal

USE = "proposals"
BACK = ("home", "proposals")


@page(Verb.CATEGORY_CONFIRM)
def proposals(request: WorkRequest) -> HttpResponse:
    """What waits for the reader as the second person."""
    person, token = request.actor.person_id, request.GET.get("after", "")
    after = unseal(token, use=USE, person_id=person) if token else None
    found = proposals_waiting(request.actor, after)
    further = seal(found.next_key, use=USE, person_id=person) if found.has_more else ""
    return render(
        request,
        "register/proposals.html",
        {
            "found": found,
            "first": reverse("proposals") if token else "",
            "next": f"{reverse('proposals')}?after={further}" if further else "",
        },
    )


@page(Verb.CATEGORY_PROPOSE, methods=("GET", "POST"))
def propose(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Propose a category for a child."""
    child = child_of(request.actor, Verb.CATEGORY_PROPOSE, child_id)
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        categories.propose(
            child=child, category=said["category"], since=said["since"],
            evidence=said["evidence"], legal_basis=legal_bases().get(said["category"], ""),
            by=request.actor,
        )  # fmt: skip
        messages.success(request, _("已提出，等另一个人核定。"), "good")
        return redirect("child", child_id)
    file = headline_of(request.actor, child)
    return render(request, "register/propose_category.html", {"form": form, "file": file})


@page(Verb.CATEGORY_PROPOSE, methods=("GET", "POST"))
def propose_end(request: WorkRequest, child_id: UUID, category_id: UUID) -> HttpResponse:
    """Propose that a confirmed category ends."""
    child = child_of(request.actor, Verb.CATEGORY_PROPOSE, child_id)
    held = get_object_or_404(child.categories, pk=category_id)
    form = EndingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        endings.propose_end(held=held, on=said["on"], reason=said["reason"], by=request.actor)
        messages.success(request, _("已提出结束，等另一个人核定。"), "good")
        return redirect("child", child_id)
    file = headline_of(request.actor, child)
    return render(request, "register/end_category.html", {"form": form, "file": file, "held": held})


@page(Verb.CATEGORY_CONFIRM, methods=("POST",))
def decide(request: WorkRequest, child_id: UUID, category_id: UUID) -> HttpResponse:
    """The second person's answer to a proposed category."""
    child = child_of(request.actor, Verb.CATEGORY_CONFIRM, child_id)
    proposal = get_object_or_404(child.categories, pk=category_id)
    agrees = request.POST.get("answer") == "confirm"
    categories.decide(proposal=proposal, is_confirmed=agrees, by=request.actor)
    return _back(request, child_id, agrees=agrees)


@page(Verb.CATEGORY_CONFIRM, methods=("POST",))
def decide_end(request: WorkRequest, child_id: UUID, category_id: UUID) -> HttpResponse:
    """The second person's answer to the end of a category."""
    child = child_of(request.actor, Verb.CATEGORY_CONFIRM, child_id)
    held = get_object_or_404(child.categories, pk=category_id)
    agrees = request.POST.get("answer") == "confirm"
    endings.decide_end(held=held, is_confirmed=agrees, by=request.actor)
    return _back(request, child_id, agrees=agrees)


def _back(request: WorkRequest, child_id: UUID, *, agrees: bool) -> HttpResponse:
    messages.success(
        request, _("已同意，结果记入档案。") if agrees else _("已记为不同意。"), "good"
    )
    back = request.POST.get("back")
    return redirect(back) if back in BACK else redirect("child", child_id)
