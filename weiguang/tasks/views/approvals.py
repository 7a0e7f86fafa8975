"""Doors to approvals: what waits for a signature, signing, asking again, taking back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.tasks.actions import approvals as actions
from weiguang.tasks.forms.approvals import SignForm
from weiguang.tasks.queries.approvals import asked_by, story_of, to_sign
from weiguang.web.guard import WorkRequest, page


@page(Verb.TASK_LIST)
def approvals(request: WorkRequest) -> HttpResponse:
    """What the reader may sign, and what she asked for herself."""
    shown = {"waiting": to_sign(request.actor), "own": asked_by(request.actor)}
    return render(request, "tasks/approvals.html", shown)


@page(Verb.TASK_LIST)
def show(request: WorkRequest, approval_id: UUID) -> HttpResponse:
    """One approval: what is asked, who asked, who signed, and the reader's own answer."""
    story = story_of(request.actor, approval_id)
    shown = {"story": story, "approval": story.approval, "form": SignForm(), **story.context}
    return render(request, "tasks/approval.html", shown)


@page(Verb.APPROVAL_SIGN, methods=("POST",))
def sign(request: WorkRequest, approval_id: UUID) -> HttpResponse:
    """The reader's answer; a return or a refusal without a reason is asked for one."""
    story = story_of(request.actor, approval_id)
    form = SignForm(request.POST)
    if not form.is_valid():
        return redirect("approval", approval_id)
    said = form.cleaned_data
    if said["answer"] != "approve" and not said["remark"].strip():
        messages.error(request, _("退回或不同意，请写明原因。"), "bad")
        return redirect("approval", approval_id)
    actions.sign(
        approval=story.approval, answer=said["answer"], remark=said["remark"], by=request.actor
    )
    messages.success(request, _("您的意见已记下。"), "good")
    return redirect("home")


@page(Verb.APPROVAL_ASK, methods=("POST",))
def ask_again(request: WorkRequest, approval_id: UUID) -> HttpResponse:
    """Send what was returned to the signers once more."""
    story = story_of(request.actor, approval_id)
    actions.ask_again(approval=story.approval, by=request.actor)
    messages.success(request, _("已再次提交。"), "good")
    return redirect("approval", approval_id)


@page(Verb.APPROVAL_ASK, methods=("POST",))
def withdraw(request: WorkRequest, approval_id: UUID) -> HttpResponse:
    """Take back what one asked for."""
    story = story_of(request.actor, approval_id)
    actions.withdraw(approval=story.approval, by=request.actor)
    messages.success(request, _("已撤回。"), "good")
    return redirect("approval", approval_id)
