"""Asking for access, breaking a file open, and who may see my children by leave."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weiguang.network.verbs import Verb
from weiguang.register.actions import access, access_answers
from weiguang.register.actions.access import Kind
from weiguang.register.actions.conflicts import NONE
from weiguang.register.forms.access import BreakForm, RequestForm
from weiguang.register.queries.access import given_leave, grant_of, own_requests
from weiguang.register.queries.conflicts import kept_away
from weiguang.web.guard import WorkRequest, page
from weiguang.web.tokens import seal, unseal

USE = "access"
UNMATCHED = gettext_lazy("没有打开：姓名和号码没有对上。这一次也会由另一个人复核。")
NEAR = gettext_lazy("没有打开：有利害关系的，不能自己打开。请马上联系救助保护中心，或者拨打110。")


@page(Verb.ACCESS_REQUEST)
def requests(request: WorkRequest) -> HttpResponse:
    """What the reader asked for, and how it stands."""
    found = own_requests(request.actor, _after(request))
    return render(request, "register/access.html", {
        "found": found, **_paged(request, "access", found.next_key),
    })  # fmt: skip


@page(Verb.ACCESS_REQUEST, methods=("GET", "POST"))
def ask(request: WorkRequest) -> HttpResponse:
    """Ask to see a child; the answer is the same sentence for every child and for none."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        access.request_access(sought=form.sought(), plea=form.plea(), by=request.actor)
        messages.success(request, _("已提交。有答复时，会出现在“我的申请”里。"), "good")
        return redirect("access")
    return render(request, "register/access_ask.html", {"form": form})


@page(Verb.ACCESS_BREAK, methods=("GET", "POST"))
def break_open(request: WorkRequest) -> HttpResponse:
    """Open a file at once in an emergency; a second person reviews it afterwards."""
    form = BreakForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = access.break_open(sought=form.sought(), plea=form.plea(), by=request.actor)
        if done.child_id is not None:
            messages.success(request, _("已紧急打开，时间到了自动收回。"), "lamp")
            return redirect("child", done.child_id)
        form.add_error(None, NEAR if form.plea().near != NONE else UNMATCHED)
    return render(request, "register/access_break.html", {
        "form": form, "hours": access.hours_open(), "limit": access.allowed(Kind.BREAK),
    })  # fmt: skip


@page(Verb.ACCESS_APPROVE)
def given(request: WorkRequest) -> HttpResponse:
    """Who may see the reader's children by leave, and who is kept from them."""
    found = given_leave(request.actor, _after(request))
    return render(request, "register/access_given.html", {
        "found": found, "kept_away": kept_away(request.actor),
        **_paged(request, "access_given", found.next_key),
    })  # fmt: skip


@page(Verb.ACCESS_APPROVE, methods=("POST",))
def end(request: WorkRequest, grant_id: UUID) -> HttpResponse:
    """End somebody's leave before its time."""
    grant = grant_of(request.actor, grant_id)
    access_answers.end_leave(grant=grant, by=request.actor)
    messages.success(request, _("已收回，对方马上看不到了。"), "good")
    return redirect("access_given")


def _after(request: WorkRequest) -> str | None:
    token = request.GET.get("after", "")
    if not token:
        return None
    key: str = unseal(token, use=USE, person_id=request.actor.person_id)
    return key


def _paged(request: WorkRequest, name: str, key: str | None) -> dict[str, Any]:
    here = reverse(name)
    token = seal(key, use=USE, person_id=request.actor.person_id) if key else ""
    return {
        "first": here if request.GET.get("after") else "",
        "next": f"{here}?after={token}" if token else "",
    }
