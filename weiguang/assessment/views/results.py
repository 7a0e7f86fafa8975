"""What an assessment came to, a child's history, and the level that a person sets."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.assessment.access import decisions_for
from weiguang.assessment.actions import levels
from weiguang.assessment.actions.reading import open_assessment
from weiguang.assessment.forms.fill import LevelForm
from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.assessment.queries import pages
from weiguang.assessment.queries.instruments import label_of
from weiguang.assessment.queries.levels import level_word, levels_of_child
from weiguang.assessment.queries.outcomes import Reckoned, reckoned
from weiguang.assessment.queries.trend import HEIGHT, WIDTH, trends_of
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.network.authority import may
from weiguang.network.verbs import Verb
from weiguang.register.actions.reading import PurposeNeeded
from weiguang.register.models import Child
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.register.queries.words import word
from weiguang.web.guard import WorkRequest, page

READ, SET = Verb.ASSESSMENT_READ, Verb.LEVEL_SET


@page(READ)
def history(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """A child's assessments and levels, with what its totals did over time."""
    child = child_of(request.actor, READ, child_id)
    found = pages.history_of(request.actor, child)
    shown = {
        "file": headline_of(request.actor, child), "history": found, "trends": trends_of(found),
        "width": WIDTH, "height": HEIGHT, "decisions": levels_of_child(request.actor, child),
        "level_word": level_word,
        "can_record": bool(may(request.actor, Verb.ASSESSMENT_RECORD, child.subject)),
        "can_set": bool(may(request.actor, SET, child.subject)),
    }  # fmt: skip
    return render(request, "assessment/history.html", shown)


@page(READ)
def show(request: WorkRequest, assessment_id: UUID) -> HttpResponse:
    """What an assessment came to, what made it, and what would change it."""
    actor = request.actor
    found = pages.assessment_of(actor, READ, assessment_id)
    if found.is_draft:
        return redirect("assessment_fill", assessment_id=assessment_id)
    try:
        open_assessment(assessment=found, by=actor)
    except PurposeNeeded:
        # The file asks for the purpose, and holds it for a while.
        return redirect("child", child_id=found.child_id)
    return render(request, "assessment/show.html", _result(request, reckoned(actor, found)))


@page(SET, methods=("GET", "POST"))
def set_from(request: WorkRequest, assessment_id: UUID) -> HttpResponse:
    """Set the child's level after an assessment."""
    found = pages.assessment_of(request.actor, SET, assessment_id)
    if found.state != Assessment.State.SUBMITTED:
        raise NotFoundOrRefused
    return _level_page(request, found.child, found)


@page(SET, methods=("GET", "POST"))
def set_level(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Set the child's level without an assessment."""
    return _level_page(request, child_of(request.actor, SET, child_id), None)


@page(SET, methods=("POST",))
def withdraw(request: WorkRequest, decision_id: UUID) -> HttpResponse:
    """Give up a level that waits for a second person."""
    mine = decisions_for(request.actor, SET).filter(decided_by=request.actor.person_id)
    found = mine.select_related("child").filter(pk=decision_id).first()
    if found is None:
        raise NotFoundOrRefused
    levels.withdraw(decision=found, by=request.actor)
    messages.success(request, _("已撤回，等级不变。"), "good")
    return redirect("assessments", child_id=found.child_id)


def _result(request: WorkRequest, found: Reckoned) -> dict[str, object]:
    assessment, outcome, actor = found.assessment, found.outcome, request.actor
    return {
        "file": headline_of(actor, assessment.child), "assessment": assessment,
        "instrument": found.instrument, "outcome": outcome,
        "name": label_of(assessment.instrument, assessment.version),
        "setting": word("assessment_settings", assessment.setting),
        "child_view": word("child_views", assessment.child_view),
        "level_label": level_word(outcome.level) if outcome else "",
        "band": pages.band_word(found.instrument, outcome.band) if outcome else "",
        "total": pages.total_shown(found), "screens": pages.screens_of(found),
        "parts": pages.answers_of(found), "made_by": pages.made_by(found),
        "would": pages.would_change(found), "level_word": level_word,
        "before": pages.before(actor, assessment),
        "decisions": [each for each in levels_of_child(actor, assessment.child)
                      if each.assessment_id == assessment.pk],
        "can_set": assessment.state == Assessment.State.SUBMITTED
        and bool(may(actor, SET, assessment.child.subject)),
    }  # fmt: skip


def _level_page(request: WorkRequest, child: Child, assessment: Assessment | None) -> HttpResponse:
    found = reckoned(request.actor, assessment) if assessment else None
    proposed = found.outcome.level if found and found.outcome else ""
    form = LevelForm(request.POST or None, proposed=proposed)
    if request.method == "POST" and form.is_valid():
        made = _set(request, child, assessment, form)
        if made is not None:
            return redirect("assessments", child_id=child.pk)
    shown = {
        "file": headline_of(request.actor, child), "form": form, "assessment": assessment,
        "proposed": proposed, "proposed_label": level_word(proposed),
        "screens": pages.screens_of(found) if found else (),
        "is_sample": bool(found and found.instrument and found.instrument.is_sample),
    }  # fmt: skip
    return render(request, "assessment/level.html", shown)


def _set(
    request: WorkRequest, child: Child, assessment: Assessment | None, form: LevelForm
) -> LevelDecision | None:
    try:
        made = levels.set_level(
            child=child, decided=form.decided(), by=request.actor, assessment=assessment
        )
    except (Invalid, Conflict) as error:
        form.add_error(None, error.said)
        return None
    waits = made.state == LevelDecision.State.ASKED
    told = _("已提交，等第二人同意；同意以前等级不变。") if waits else _("等级已确定。")
    messages.success(request, told, "good")
    return made
