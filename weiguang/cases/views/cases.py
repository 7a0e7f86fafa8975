"""Cases: listed, opened, shown, and taken on step by step."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.cases.actions import cases
from weiguang.cases.actions.reading import open_case_page
from weiguang.cases.forms.cases import ASKED, FilterForm, OpenForm, StepForm
from weiguang.cases.models import Case
from weiguang.cases.queries import pages
from weiguang.cases.queries.facts import facts_of
from weiguang.cases.queries.listing import EVERY_ONE, OPEN_ONES, CaseWish, cases_page
from weiguang.cases.queries.places import who_may_lead
from weiguang.cases.queries.words import action_word, missing_words, why_not
from weiguang.cases.rules.transitions import CARRIED, Action, Fact, judge
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.network.verbs import Verb
from weiguang.register.actions.reading import PurposeNeeded
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.web.guard import WorkRequest, page
from weiguang.web.tokens import seal, unseal

USE: Final = "cases"
STATES: Final = ((OPEN_ONES, _("没结的")), (EVERY_ONE, _("全部")))


@page(Verb.CASE_LIST)
def listed(request: WorkRequest) -> HttpResponse:
    """The reader's cases that fit the wish, one page of them."""
    asked, person = request.GET.dict(), request.actor.person_id
    token = asked.pop("after", "")
    after = unseal(token, use=USE, person_id=person) if token else None
    form = FilterForm(asked)
    kept = {key: asked[key] for key in form.fields if asked.get(key)}
    wish = _wish(form)
    found, here = cases_page(request.actor, wish, after), reverse("cases")
    following = ""
    if found.next_key:
        key = seal(found.next_key, use=USE, person_id=person)
        following = f"{here}?{urlencode(kept | {'after': key})}"
    first = f"{here}?{urlencode(kept)}" if token else ""
    shown = {"form": form, "wish": wish, "found": found, "next": following, "first": first}
    return render(request, "cases/cases.html", shown)


@page(Verb.CASE_OPEN, methods=("GET", "POST"))
def new(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Open a case for a child."""
    child = child_of(request.actor, Verb.CASE_OPEN, child_id)
    form = OpenForm(request.POST or None, people=who_may_lead(child, on=request.actor.on))
    if request.method == "POST" and form.is_valid():
        try:
            case = cases.open_case(child=child, opening=form.opening(), by=request.actor)
        except (Invalid, Conflict) as error:
            form.add_error(None, error.said)
        else:
            messages.success(request, _("已接案。"), "good")
            return redirect("case", case_id=case.pk)
    shown = {"form": form, "file": headline_of(request.actor, child)}
    return render(request, "cases/new.html", shown)


@page(Verb.CASE_READ)
def show(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """One case: where it stands, what is due, who works on it. Opening is remembered."""
    case = pages.case_of(request.actor, Verb.CASE_READ, case_id)
    try:
        open_case_page(case=case, by=request.actor)
    except PurposeNeeded:
        # The file asks for the purpose, and holds it for a while.
        return redirect("child", child_id=case.child_id)
    return render(request, "cases/case.html", pages.shown(request.actor, case))


@page(Verb.CASE_LEAD, methods=("GET", "POST"))
def step(request: WorkRequest, case_id: UUID, action: str) -> HttpResponse:
    """Take a step with a case; what is missing is said before it is tried."""
    case = pages.case_of(request.actor, Verb.CASE_LEAD, case_id)
    wanted = _action(action)
    verdict = judge(case.where, wanted, frozenset(facts_of(case)))
    missing = [fact for fact in verdict.missing if fact is not Fact.REASON]
    form = StepForm(
        request.POST or None, action=wanted, missing=verdict.missing,
        initial={"seen": case.moves},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _taken(request, case, wanted, form):
        return redirect("case", case_id=case_id)
    shown = {
        "form": form, "case": case, "file": headline_of(request.actor, case.child),
        "action": wanted.value, "label": action_word(wanted.value),
        "missing": missing_words(missing), "wants_assessment": Fact.ASSESSMENT in missing,
        "asks": wanted in ASKED, "why": "" if verdict.is_possible else why_not(verdict),
    }  # fmt: skip
    return render(request, "cases/step.html", shown)


def _taken(request: WorkRequest, case: Case, action: Action, form: StepForm) -> bool:
    try:
        cases.take_step(case=case, action=action, said=form.said(), by=request.actor)
    except (Invalid, Conflict) as error:
        form.add_error(None, error.said)
        return False
    messages.success(request, _("已记下：%(what)s。") % {"what": action_word(action.value)}, "good")
    return True


def _action(code: str) -> Action:
    by_hand = {action.value: action for action in Action if action not in CARRIED}
    if code not in by_hand:
        raise NotFoundOrRefused
    return by_hand[code]


def _wish(form: FilterForm) -> CaseWish:
    form.fields["state"].choices = [*STATES, *Case.State.choices]  # type: ignore[attr-defined]
    said: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    return CaseWish(
        said.get("state") or OPEN_ONES, bool(said.get("mine")), bool(said.get("late")),
        bool(said.get("emergency")),
    )  # fmt: skip
