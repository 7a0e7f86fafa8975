"""The installation itself: is the worker alive, is there room, what was given up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.verbs import Verb
from weiguang.office.actions import deliveries
from weiguang.office.queries.operations import health
from weiguang.web.guard import WorkRequest, page


@page(Verb.OPERATIONS_SHOW)
def operations(request: WorkRequest) -> HttpResponse:
    """How the installation is doing."""
    return render(request, "office/operations.html", {"health": health()})


@page(Verb.DELIVERY_RETRY, methods=("POST",))
def retry(request: WorkRequest, number: int) -> HttpResponse:
    """Try again what the worker gave up."""
    deliveries.retry(number=number, by=request.actor)
    messages.success(request, _("已交回后台重新处理，请稍后刷新查看。"))
    return redirect("office_operations")
