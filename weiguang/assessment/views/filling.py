"""Choosing an instrument, filling it in, and submitting it."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.assessment.actions import assessments
from weiguang.assessment.engine.instruments import Instrument
from weiguang.assessment.engine.sending import sent
from weiguang.assessment.errors import NoSuchVersion, SavedElsewhere
from weiguang.assessment.forms.fill import PREFIX, FillForm, texts_of
from weiguang.assessment.models import Assessment
from weiguang.assessment.queries import pages
from weiguang.assessment.queries.instruments import current, said, usable
from weiguang.assessment.queries.outcomes import age_then, reckon_again, reckoned
from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.network.verbs import Verb
from weiguang.register.queries.files import child_of
from weiguang.register.queries.headline import headline_of
from weiguang.web.guard import WorkRequest, page

RECORD = Verb.ASSESSMENT_RECORD


@page(RECORD, methods=("GET", "POST"))
def new(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Choose with which instrument the child is assessed."""
    child = child_of(request.actor, RECORD, child_id)
    chosen = request.POST.get("instrument")
    if request.method == "POST" and chosen:
        draft = assessments.begin(child=child, instrument=current(chosen), by=request.actor)
        return redirect("assessment_fill", assessment_id=draft.pk)
    offered = [(each, said(each.label), said(each.help)) for each in usable()]
    shown = {"file": headline_of(request.actor, child), "offered": offered}
    return render(request, "assessment/new.html", shown)


@page(RECORD, methods=("GET", "POST"))
def fill(request: WorkRequest, assessment_id: UUID) -> HttpResponse:
    """Fill a draft in, on one page; what is sent is kept even where it cannot be submitted."""
    actor = request.actor
    draft = pages.assessment_of(actor, RECORD, assessment_id)
    if not draft.is_draft:
        return redirect("assessment", assessment_id=assessment_id)
    form = FillForm(request.POST or None, draft=draft)
    if request.method == "GET":
        return _form(request, draft, form)
    form.is_valid()
    try:
        if "save" in request.POST:
            kept = assessments.save_draft(
                assessment=draft, filled=form.filled(request.POST), by=actor
            )
            messages.success(request, _("草稿已保存。"), "good")
            return redirect("assessment_fill", assessment_id=kept.pk)
        assessments.submit(assessment=draft, filled=form.filled(request.POST), by=actor)
    except (Invalid, SavedElsewhere, NoSuchVersion) as error:
        form.add_error(None, error.said)
        return _form(request, pages.assessment_of(actor, RECORD, assessment_id), form)
    messages.success(request, _("评估已提交。"), "good")
    return redirect("assessment", assessment_id=assessment_id)


@page(RECORD, methods=("POST",))
def save(request: WorkRequest, assessment_id: UUID) -> HttpResponse:
    """Keep the draft while it is filled in; answers with the number of the newest saving."""
    draft = pages.assessment_of(request.actor, RECORD, assessment_id)
    form = FillForm(request.POST, draft=draft)
    form.is_valid()
    try:
        kept = assessments.save_draft(
            assessment=draft, filled=form.filled(request.POST), by=request.actor
        )
    except Conflict as error:
        return JsonResponse({"told": error.said}, status=409)
    at = clock.now().astimezone(clock.CHINA).strftime("%H:%M")
    return JsonResponse({"seen": kept.saves, "told": _("已保存 %(at)s") % {"at": at}})


@page(RECORD, methods=("POST",))
def discard(request: WorkRequest, assessment_id: UUID) -> HttpResponse:
    """Put a draft aside."""
    draft = pages.assessment_of(request.actor, RECORD, assessment_id)
    assessments.discard(assessment=draft, by=request.actor)
    messages.success(request, _("草稿已放弃。"), "good")
    return redirect("assessments", child_id=draft.child_id)


def _form(request: WorkRequest, draft: Assessment, form: FillForm) -> HttpResponse:
    """The form with the draft, or with what was just sent: that is on the page even where it was
    not kept.
    """
    found, file = reckoned(request.actor, draft), headline_of(request.actor, draft.child)
    if found.instrument is None:
        shown = {"file": file, "draft": draft, "parts": pages.answers_of(found)}
        return render(request, "assessment/gone.html", shown)
    if form.is_bound:
        found = reckon_again(found, texts_of(request.POST))
    instrument = found.instrument
    assert instrument is not None
    shown = {
        "file": file, "draft": draft, "form": form, "age": age_then(draft),
        "parts": pages.form_of(found, marks_missing=form.is_bound),
        **instrument_shown(instrument),
    }  # fmt: skip
    return render(request, "assessment/fill.html", shown)


def instrument_shown(instrument: Instrument) -> dict[str, object]:
    """What a page needs of an instrument to be filled in."""
    return {
        "instrument": instrument, "name": said(instrument.label), "help": said(instrument.help),
        "prefix": PREFIX, "engine": json.dumps(sent(instrument), ensure_ascii=False),
        "screens": [(each.code, said(each.label), each.basis) for each in instrument.screens],
        "bands": [(each.code, said(each.label), each.level) for each in instrument.bands],
    }  # fmt: skip
