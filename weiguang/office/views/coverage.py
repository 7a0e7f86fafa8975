"""The holes in the net, one kind at a time."""

from django.http import HttpResponse
from django.shortcuts import render

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.verbs import Verb
from weiguang.office.queries import coverage as query
from weiguang.office.views.wishes import address_of, wish_of
from weiguang.web.guard import WorkRequest, page

NAME = "office_coverage"


@page(Verb.COVERAGE_LIST)
def coverage(request: WorkRequest) -> HttpResponse:
    """The places of the reader with one kind of hole; the kinds with their numbers above."""
    wish = wish_of(request, NAME)
    code, after = wish.get("kind", "director"), wish.get("after", "")
    if code not in query.HOLES:
        raise NotFoundOrRefused
    found = query.page_of(request.actor, code, after)
    numbers = query.numbers(request.actor)
    kinds = [
        (hole, numbers[hole.code], address_of(request, NAME, {"kind": hole.code}))
        for hole in query.HOLES.values()
    ]
    further = {"kind": code, "after": found.next_after}
    shown = {
        "hole": query.HOLES[code], "kinds": kinds, "found": found,
        "first": address_of(request, NAME, {"kind": code}) if after else "",
        "next": address_of(request, NAME, further) if found.next_after else "",
    }  # fmt: skip
    return render(request, "office/coverage.html", shown)
