"""A conference is read, its record written, signed and printed, its decisions carried out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.conferences.actions import following, holding
from weiguang.conferences.actions.reading import open_conference, take_paper
from weiguang.conferences.errors import SavedElsewhere
from weiguang.conferences.forms.holding import DecideForm, OutcomeForm, RecordForm, SignForm
from weiguang.conferences.models import Conference
from weiguang.conferences.queries.conferences import (
    conference_of,
    decision_of,
    participant_of,
    shown,
)
from weiguang.conferences.queries.decisions import own_decision
from weiguang.conferences.views.answers import done
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.network.verbs import Verb
from weiguang.web.attachments import attachment
from weiguang.web.guard import WorkRequest, page

READ, RECORD, SIGN = Verb.CONFERENCE_READ, Verb.CONFERENCE_RECORD, Verb.CONFERENCE_SIGN


@page(READ)
def show(request: WorkRequest, conference_id: UUID) -> HttpResponse:
    """One conference, as far as it was opened to the reader."""
    conference = conference_of(request.actor, READ, conference_id)
    open_conference(conference=conference, by=request.actor)
    told = {
        "one": shown(request.actor, conference), "child": conference.child, "form": SignForm(),
    }  # fmt: skip
    return render(request, "conferences/conference.html", told)


@page(RECORD, methods=("GET", "POST"))
def record(request: WorkRequest, conference_id: UUID) -> HttpResponse:
    """Write the shared record."""
    conference = conference_of(request.actor, RECORD, conference_id)
    one = shown(request.actor, conference)
    form = RecordForm(request.POST or None, conference=one)
    if request.method == "POST" and form.is_valid() and _saved(request, conference, form):
        messages.success(request, _("记录已保存，定稿以前都可以改。"), "good")
        return redirect("conference", conference_id=conference_id)
    told = {"form": form, "one": one, "conference": conference}
    return render(request, "conferences/record.html", told)


@page(RECORD, methods=("GET", "POST"))
def decide(request: WorkRequest, conference_id: UUID) -> HttpResponse:
    """Write down one decision."""
    conference = conference_of(request.actor, RECORD, conference_id)
    one = shown(request.actor, conference)
    form = DecideForm(request.POST or None, conference=one)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: holding.decide(
            conference=conference, decided=form.decided(), by=request.actor
        ))
    ):  # fmt: skip
        messages.success(request, _("决定已记下，定稿以后成为待办。"), "good")
        return redirect("conference", conference_id=conference_id)
    told = {"form": form, "one": one, "conference": conference}
    return render(request, "conferences/decide.html", told)


@page(RECORD, methods=("POST",))
def drop(request: WorkRequest, conference_id: UUID, decision_id: UUID) -> HttpResponse:
    """Strike a decision out."""
    conference = conference_of(request.actor, RECORD, conference_id)
    holding.drop(decision=decision_of(conference, decision_id), by=request.actor)
    messages.success(request, _("这条决定已划去。"), "good")
    return redirect("conference", conference_id=conference_id)


@page(RECORD, methods=("POST",))
def conclude(request: WorkRequest, conference_id: UUID) -> HttpResponse:
    """Make the record final."""
    conference = conference_of(request.actor, RECORD, conference_id)
    holding.conclude(conference=conference, by=request.actor)
    messages.success(request, _("已定稿。决定进入各人的待办，到会的人请签字。"), "good")
    return redirect("conference", conference_id=conference_id)


@page(SIGN, methods=("POST",))
def sign(request: WorkRequest, conference_id: UUID) -> HttpResponse:
    """Sign the record for oneself."""
    conference = conference_of(request.actor, SIGN, conference_id)
    form = SignForm(request.POST)
    objection = form.cleaned_data["objection"] if form.is_valid() else ""
    following.sign(conference=conference, objection=objection, by=request.actor)
    messages.success(request, _("已签字。"), "good")
    return redirect("conference", conference_id=conference_id)


@page(RECORD, methods=("POST",))
def sign_paper(request: WorkRequest, conference_id: UUID, participant_id: UUID) -> HttpResponse:
    """Record that somebody signed on paper."""
    conference = conference_of(request.actor, RECORD, conference_id)
    who = participant_of(conference, participant_id)
    following.sign_on_paper(participant=who, by=request.actor)
    messages.success(request, _("已记下纸上的签字。"), "good")
    return redirect("conference", conference_id=conference_id)


@page(READ, methods=("POST",))
def paper(request: WorkRequest, conference_id: UUID) -> HttpResponse:
    """The record as a document; its name names nobody."""
    conference = conference_of(request.actor, READ, conference_id)
    made = take_paper(conference=conference, by=request.actor)
    return attachment(made, name="weiguang-conference.pdf", media="application/pdf")


@page(Verb.TASK_FINISH, methods=("GET", "POST"))
def decision(request: WorkRequest, decision_id: UUID) -> HttpResponse:
    """A decision as its owner meets it, to say what came of it."""
    found, own = own_decision(request.actor, decision_id)
    form = OutcomeForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: following.report(
            decision=found, outcome=form.cleaned_data["outcome"], by=request.actor
        ))
    ):  # fmt: skip
        messages.success(request, _("结果已写好，这一项办结了。"), "good")
        return redirect("home")
    return render(request, "conferences/decision.html", {"form": form, "own": own})


def _saved(request: WorkRequest, conference: Conference, form: RecordForm) -> bool:
    """Whether the record was saved; of two who write, the second may then save over the first."""
    try:
        holding.save_record(conference=conference, minutes=form.minutes(), by=request.actor)
    except SavedElsewhere as error:
        form.seen_again(conference.saves)
        form.add_error(None, error.said)
        return False
    except (Invalid, Conflict) as error:
        form.add_error(None, error.said)
        return False
    return True
