"""A worker's own record: nobody else's page, and nobody else's name on it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from weiguang.network.verbs import Verb
from weiguang.register.queries.diligence import own_deeds, own_year, years_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.DILIGENCE_OWN)
def deeds(request: WorkRequest) -> HttpResponse:
    """What the reader did, day by day, and when it was sealed."""
    after = request.GET.get("after", "")
    found = own_deeds(request.actor, int(after) if after.isdecimal() else None)
    here = reverse("diligence")
    return render(request, "register/diligence.html", {
        "found": found, "years": years_of(request.actor),
        "first": here if after else "",
        "next": f"{here}?after={found.next_key}" if found.next_key else "",
    })  # fmt: skip


@page(Verb.DILIGENCE_OWN)
def year(request: WorkRequest, year: int) -> HttpResponse:
    """The reader's year, to print and sign."""
    record = own_year(request.actor, year)
    return render(request, "register/diligence_year.html", {"record": record})
