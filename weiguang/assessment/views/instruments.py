"""The instruments of the installation: which there are, how each asks, and what changed."""

from django.http import HttpResponse
from django.shortcuts import render

from weiguang.assessment.engine.differences import differences
from weiguang.assessment.engine.instruments import Instrument
from weiguang.assessment.queries import previews
from weiguang.assessment.queries.instruments import said, usable, version_of, versions
from weiguang.assessment.views.filling import instrument_shown
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.verbs import Verb
from weiguang.web.guard import WorkRequest, page

LIST = Verb.INSTRUMENT_LIST


@page(LIST)
def listed(request: WorkRequest) -> HttpResponse:
    """Every instrument with its versions."""
    found = [(each, said(each.label), versions(each.code)) for each in usable()]
    return render(request, "assessment/instruments.html", {"found": found})


@page(LIST)
def preview(request: WorkRequest, code: str, version: str) -> HttpResponse:
    """How an instrument asks; to be tried out, nothing is kept."""
    instrument = _version(code, version)
    shown = {
        "age": previews.AGE, "parts": previews.parts_of(instrument),
        "rules": previews.rules_of(instrument), "scale": previews.bands_of(instrument),
        **instrument_shown(instrument),
    }  # fmt: skip
    return render(request, "assessment/preview.html", shown)


@page(LIST)
def changes(request: WorkRequest, code: str, before: str, after: str) -> HttpResponse:
    """What changed from one version to another."""
    one, other = _version(code, before), _version(code, after)
    found = differences(one, other)
    shown = {
        "name": said(other.label), "code": code, "before": before, "after": after,
        "found": found, "rows": previews.changes_in_words(found),
    }  # fmt: skip
    return render(request, "assessment/changes.html", shown)


def _version(code: str, version: str) -> Instrument:
    found = version_of(code, version)
    if found is None:
        raise NotFoundOrRefused
    return found
