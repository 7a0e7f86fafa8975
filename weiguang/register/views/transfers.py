"""Doors to moves between towns: receive a child, or send it back with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.register.actions.transfers import give_back, receive
from weiguang.register.forms.transfers import AnswerForm
from weiguang.register.queries.lead_words import NO_CONFLICT
from weiguang.register.queries.transfers import transfer_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.MOVE_RECEIVE, methods=("POST",))
def answer(request: WorkRequest, transfer_id: UUID) -> HttpResponse:
    """The receiving town's answer."""
    transfer, form = transfer_of(request.actor, transfer_id), AnswerForm(request.POST)
    if not form.is_valid():
        for flaw in [each for errors in form.errors.values() for each in errors]:
            messages.error(request, str(flaw), "bad")
        return redirect("child", transfer.child_id)
    if form.cleaned_data["answer"] == "receive":
        near = form.cleaned_data["near"]
        receive(transfer=transfer, near=near, by=request.actor)
        if near != NO_CONFLICT:
            messages.success(request, _("已接收。您和这家人有关系，由别人来办。"), "good")
            return redirect("home")
        messages.success(request, _("已接收。孩子现在由这里负责，请安排见面、确认居住地。"), "good")
        return redirect("child", transfer.child_id)
    give_back(transfer=transfer, remark=form.cleaned_data["remark"], by=request.actor)
    messages.success(request, _("已退回，对方会看到原因。"), "good")
    return redirect("home")
