"""A conference is called, people are asked to it, and it is called off."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.conferences.actions import calling
from weiguang.conferences.forms.calling import CallForm, CancelForm, InviteForm
from weiguang.conferences.models import Conference
from weiguang.conferences.queries.conferences import conference_of, conferences_of, may_call
from weiguang.conferences.queries.people import candidates
from weiguang.conferences.views.answers import done
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.network.verbs import Verb
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.web.guard import WorkRequest, page

CALL, RECORD = Verb.CONFERENCE_CALL, Verb.CONFERENCE_RECORD


@page(CALL)
def listed(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """The conferences about a child to which the reader was asked."""
    child = child_of(request.actor, CALL, child_id)
    told = {
        "conferences": conferences_of(request.actor, child),
        "file": headline_of(request.actor, child), "can_call": may_call(request.actor, child),
    }  # fmt: skip
    return render(request, "conferences/listed.html", told)


@page(CALL, methods=("GET", "POST"))
def new(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Call a conference about a child."""
    child = child_of(request.actor, CALL, child_id)
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = calling.call(
                child=child, about=child.subject, said=form.call(), by=request.actor
            )
        except (Invalid, Conflict) as error:
            form.add_error(None, error.said)
        else:
            messages.success(request, _("已召集。接着请人参加。"), "good")
            return redirect("conference_invite", conference_id=made.pk)
    told = {"form": form, "file": headline_of(request.actor, child)}
    return render(request, "conferences/new.html", told)


@page(RECORD, methods=("GET", "POST"))
def invite(request: WorkRequest, conference_id: UUID) -> HttpResponse:
    """Ask one more person to take part."""
    conference = conference_of(request.actor, RECORD, conference_id)
    form = InviteForm(request.POST or None, people=candidates(request.actor, conference))
    if request.method == "POST" and form.is_valid() and _invited(request, conference, form):
        messages.success(request, _("已请。对方的待办里会出现这次会商。"), "good")
        return redirect("conference", conference_id=conference_id)
    told = {"form": form, "conference": conference}
    return render(request, "conferences/invite.html", told)


@page(RECORD, methods=("GET", "POST"))
def cancel(request: WorkRequest, conference_id: UUID) -> HttpResponse:
    """Call the conference off."""
    conference = conference_of(request.actor, RECORD, conference_id)
    form = CancelForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: calling.cancel(
            conference=conference, reason=form.cleaned_data["reason"], by=request.actor
        ))
    ):  # fmt: skip
        messages.success(request, _("已取消，请过的人不再看到。"), "good")
        return redirect("conference", conference_id=conference_id)
    told = {"form": form, "conference": conference}
    return render(request, "conferences/cancel.html", told)


def _invited(request: WorkRequest, conference: Conference, form: InviteForm) -> bool:
    return done(
        form,
        lambda: calling.invite(conference=conference, who=form.invited(), by=request.actor),
    )
