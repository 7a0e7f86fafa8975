"""The memory for its administrator: what was done, whether it is whole, and who may do what."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from weiguang.kernel import chain
from weiguang.network.acts import act
from weiguang.network.verbs import Verb
from weiguang.office.forms.audit import EventFilters
from weiguang.office.queries.chain import seal_state
from weiguang.office.queries.event_words import lines_of
from weiguang.office.queries.events import Filters, Found, look_back
from weiguang.office.queries.matrix import everyone, levels
from weiguang.office.views.wishes import address_of, wish_of
from weiguang.web.guard import WorkRequest, page

EVENTS_PROVEN_AT_ONCE = 20_000


@page(Verb.EVENT_LIST)
def events(request: WorkRequest) -> HttpResponse:
    """What was done, newest first; that the auditor looked is remembered too."""
    wish = wish_of(request, "office_events")
    form = EventFilters(wish.get("typed", {}))
    filters = form.filters() if form.is_valid() else None
    found = _looked_up(request, filters, wish.get("before")) if filters else Found([], None, False)
    return render(
        request,
        "office/events.html",
        {
            "form": form,
            "lines": lines_of(found.events),
            "found": found,
            "is_filtered": bool(filters and filters.named),
            "first": _address(request, wish, None) if wish.get("before") else "",
            "next": _address(request, wish, found.next_before) if found.next_before else "",
            "about_child": lambda child_id: _about_child(request, child_id),
        },
    )


@page(Verb.EVENT_LIST, methods=("POST",))
def search(request: WorkRequest) -> HttpResponse:
    """Take the filters by POST and lead to what fits."""
    typed = {
        name: request.POST[name] for name in EventFilters.base_fields if request.POST.get(name)
    }
    return redirect(_address(request, {"typed": typed}, None))


@page(Verb.CHAIN_VERIFY)
def sealed(request: WorkRequest) -> HttpResponse:
    """How far the memory is sealed."""
    return render(request, "office/chain.html", {"state": seal_state(), "verdict": None})


@page(Verb.CHAIN_VERIFY, methods=("POST",))
def verify(request: WorkRequest) -> HttpResponse:
    """Prove the newest blocks, and say what was found."""
    with act(Verb.CHAIN_VERIFY, by=request.actor) as event:
        verdict = chain.verify_newest(EVENTS_PROVEN_AT_ONCE)
        event.detail = {"blocks": verdict.blocks, "findings": len(verdict.findings)}
    shown = {"state": seal_state(), "verdict": verdict}
    return render(request, "office/chain.html", shown)


@page(Verb.MATRIX_SHOW)
def matrix(request: WorkRequest) -> HttpResponse:
    """Who may do what, as the code decides it."""
    return render(request, "office/matrix.html", {"levels": levels(), "everyone": everyone()})


def _looked_up(request: WorkRequest, filters: Filters, before: int | None) -> Found:
    with act(Verb.EVENT_LIST, by=request.actor) as event:
        event.detail = {**filters.named, **({"before": before} if before else {})}
        return look_back(filters, before)


def _address(request: WorkRequest, wish: dict[str, Any], before: int | None) -> str:
    wish = {"typed": wish.get("typed", {}), "before": before}
    return address_of(request, "office_events", {name: said for name, said in wish.items() if said})


def _about_child(request: WorkRequest, child_id: str) -> str:
    return _address(request, {"typed": {"about": child_id}}, None)
