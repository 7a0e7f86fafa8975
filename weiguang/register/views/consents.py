"""Consents recorded and withdrawn, and the people who are not to be contacted."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel.errors import Conflict, Invalid, WeiguangError
from weiguang.network.verbs import Verb
from weiguang.register.actions import bars, consents
from weiguang.register.forms.consents import BarForm, ConsentForm, WithdrawalForm
from weiguang.register.models import Child
from weiguang.register.queries import documents
from weiguang.register.queries.bars import bar_of
from weiguang.register.queries.consents import askable, consent_of
from weiguang.register.queries.family import family_of
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.CONSENT_RECORD, methods=("GET", "POST"))
def record(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Record that a use of the child's information was agreed to."""
    actor = request.actor
    child = child_of(actor, Verb.CONSENT_RECORD, child_id)
    asked = askable(child, actor.on)
    papers = list(documents.visible(actor, child).filter(voided_at=None).defer("file_name"))
    form = ConsentForm(request.POST or None, asked=asked, papers=papers)
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(form, lambda: consents.record(child=child, agreement=form.agreement(), by=actor))
    ):
        messages.success(request, _("已登记同意。以后随时可以撤回。"), "good")
        return redirect("child", child_id)
    shown = {"form": form, "asked": asked, "file": headline_of(actor, child)}
    return render(request, "register/consent.html", shown)


@page(Verb.CONSENT_RECORD, methods=("GET", "POST"))
def withdraw(request: WorkRequest, child_id: UUID, consent_id: UUID) -> HttpResponse:
    """Record that a consent was taken back."""
    actor = request.actor
    child = child_of(actor, Verb.CONSENT_RECORD, child_id)
    consent = consent_of(actor, child, consent_id)
    form = WithdrawalForm(request.POST or None, asked=askable(child, actor.on))
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(
            form, lambda: consents.withdraw(consent=consent, withdrawal=form.withdrawal(), by=actor)
        )
    ):
        messages.success(request, _("已撤回。请马上停止这一项使用。"), "good")
        return redirect("child", child_id)
    shown = {"form": form, "consent": consent, "file": headline_of(actor, child)}
    return render(request, "register/consent_withdraw.html", shown)


@page(Verb.BAR_SET, methods=("GET", "POST"))
def bar(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Say whom not to contact about the child."""
    child = child_of(request.actor, Verb.BAR_SET, child_id)
    form = BarForm(request.POST or None, relatives=family_of(request.actor, child))
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(form, lambda: _set_bar(child, form.cleaned_data, request))
    ):
        messages.success(request, _("已设置，等第二人签。"), "good")
        return redirect("child", child_id)
    shown = {"form": form, "file": headline_of(request.actor, child)}
    return render(request, "register/bar.html", shown)


@page(Verb.BAR_SET, methods=("POST",))
def lift(request: WorkRequest, child_id: UUID, bar_id: UUID) -> HttpResponse:
    """Propose that a bar is lifted; it stays until another person agrees."""
    child = child_of(request.actor, Verb.BAR_SET, child_id)
    bars.propose_lifting(bar=bar_of(request.actor, child, bar_id), by=request.actor)
    messages.success(request, _("已提请解除，第二人同意以前仍然执行。"), "good")
    return redirect("child", child_id)


def _set_bar(child: Child, said: dict[str, Any], request: WorkRequest) -> object:
    return bars.set_bar(
        child=child, adult_id=UUID(said["adult"]), reason=said["reason"],
        is_immediate=said["is_immediate"], by=request.actor,
    )  # fmt: skip


def _done(form: forms.Form, deed: Callable[[], object]) -> bool:
    """Whether it was done; what was refused is told above the form."""
    try:
        deed()
    except (Invalid, Conflict) as error:
        refused: WeiguangError = error
        form.add_error(None, refused.said)
        return False
    return True
