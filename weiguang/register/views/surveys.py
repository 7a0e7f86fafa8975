"""Survey rounds: announced, looked through village by village, signed by two people, printed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.kernel.errors import Conflict
from weiguang.network.authority import Actor, may
from weiguang.network.queries import places_of
from weiguang.network.verbs import Verb
from weiguang.register.actions import surveys as actions
from weiguang.register.forms.surveys import AnnounceForm, ReopenForm, SignForm
from weiguang.register.models import SurveySheet
from weiguang.register.queries import surveys as queries
from weiguang.web.guard import WorkRequest, page
from weiguang.web.tokens import seal, unseal

USE = "survey"


@page(Verb.SURVEY_LIST)
def surveys(request: WorkRequest) -> HttpResponse:
    """The rounds in which the reader's villages take part."""
    rounds = queries.rounds_of(request.actor)
    return render(request, "register/surveys.html", {"rounds": rounds})


@page(Verb.SURVEY_ANNOUNCE, methods=("GET", "POST"))
def new(request: WorkRequest) -> HttpResponse:
    """Announce a round for a town or the city."""
    form = AnnounceForm(request.POST or None, places=places_of(request.actor, Verb.SURVEY_ANNOUNCE))
    if request.method == "POST" and form.is_valid():
        made = actions.announce(**form.cleaned_data, by=request.actor)
        messages.success(request, _("已布置，各村（社区）的待办里会出现这件事。"), "good")
        return redirect("survey", made.pk)
    return render(request, "register/survey_new.html", {"form": form})


@page(Verb.SURVEY_LIST)
def show(request: WorkRequest, round_id: UUID) -> HttpResponse:
    """A round village by village, in the order of codes."""
    found = queries.round_of(request.actor, round_id)
    token, person = request.GET.get("after", ""), request.actor.person_id
    after = unseal(token, use=USE, person_id=person) if token else ""
    rows = queries.sheets_of(request.actor, found, after=str(after))
    shown = rows[: queries.PAGE_SIZE]
    following = ""
    if len(rows) > len(shown):
        following = f"?after={seal(shown[-1].sort_key, use=USE, person_id=person)}"
    counts = queries.counts_of_round(request.actor, found)
    return render(
        request,
        "register/survey.html",
        {"round": found, "rows": shown, "counts": counts, "next": following,
         "first": request.path if token else ""},
    )  # fmt: skip


@page(Verb.SURVEY_LIST)
def sheet(request: WorkRequest, sheet_id: UUID) -> HttpResponse:
    """One village's sheet, with what the reader can do about it."""
    found = queries.sheet_of(request.actor, Verb.SURVEY_LIST, sheet_id)
    return _sheet_page(request, found)


@page(Verb.SURVEY_LIST)
def printed(request: WorkRequest, sheet_id: UUID) -> HttpResponse:
    """The sheet as a paper to be kept: sources, number, both names and days."""
    found = queries.sheet_of(request.actor, Verb.SURVEY_LIST, sheet_id)
    return render(request, "register/sheet_print.html", {"sheet": queries.sheet_file(found)})


@page(Verb.SURVEY_SIGN, methods=("POST",))
def sign(request: WorkRequest, sheet_id: UUID) -> HttpResponse:
    """Say what was looked at, and sign."""
    found = queries.sheet_of(request.actor, Verb.SURVEY_SIGN, sheet_id)
    form = SignForm(request.POST, sources=found.round.sources)
    if not form.is_valid():
        return _sheet_page(request, found, signing=form)
    looked = form.cleaned_data["looked"]
    return _done(request, found, lambda: actions.sign(sheet=found, looked=looked, by=request.actor))


@page(Verb.SURVEY_SIGN, methods=("POST",))
def sign_second(request: WorkRequest, sheet_id: UUID) -> HttpResponse:
    """Sign as the second person."""
    found = queries.sheet_of(request.actor, Verb.SURVEY_SIGN, sheet_id)
    return _done(request, found, lambda: actions.sign_second(sheet=found, by=request.actor))


@page(Verb.SURVEY_SIGN, methods=("POST",))
def reopen(request: WorkRequest, sheet_id: UUID) -> HttpResponse:
    """Open a signed sheet again, for a reason."""
    found = queries.sheet_of(request.actor, Verb.SURVEY_SIGN, sheet_id)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _sheet_page(request, found, reopening=form)
    why = form.cleaned_data["why"]
    return _done(request, found, lambda: actions.reopen(sheet=found, why=why, by=request.actor))


def _done(request: WorkRequest, found: SurveySheet, does: Any) -> HttpResponse:
    """Do it, or tell on the sheet's page why not."""
    try:
        does()
    except Conflict as error:
        messages.error(request, error.said, "bad")
    else:
        messages.success(request, _("已保存。"), "good")
    return redirect("sheet", found.pk)


def _sheet_page(
    request: WorkRequest, found: SurveySheet, *, signing: SignForm | None = None,
    reopening: ReopenForm | None = None,
) -> HttpResponse:  # fmt: skip
    can = _can(request.actor, found)
    return render(
        request,
        "register/sheet.html",
        {
            "sheet": queries.sheet_file(found),
            "signing": (signing or SignForm(sources=found.round.sources)) if can["sign"] else None,
            "reopening": (reopening or ReopenForm()) if can["reopen"] else None,
            "can_second": can["second"],
            "why": (found.reopened_why or "") if found.reopened and can["sign"] else "",
        },
    )


def _can(actor: Actor, found: SurveySheet) -> dict[str, bool]:
    """What the actor may do with the sheet as it stands."""
    may_sign = bool(may(actor, Verb.SURVEY_SIGN, found.subject))
    is_another = may_sign and actor.person_id != found.signed_by_id
    dispatches = bool(may(actor, Verb.LEAD_ASSIGN, found.subject))
    is_signed, is_done = found.state == "signed", found.state == "done"
    return {
        "sign": found.state == "open" and queries.may_sign(actor, found),
        "second": is_signed and is_another,
        "reopen": (is_signed and is_another) or (is_done and may_sign and dispatches),
    }
