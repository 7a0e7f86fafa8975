"""Showing a masked value, and who has read a file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from weiguang.network.authority import may
from weiguang.network.verbs import Verb
from weiguang.register.actions.reading import reveal
from weiguang.register.queries.files import child_of
from weiguang.register.queries.reading import readers
from weiguang.web.guard import WorkRequest, page


@page(Verb.CHILD_REVEAL, methods=("POST",))
def show(request: WorkRequest, child_id: UUID, field: str) -> HttpResponse:
    """A masked value in words; the showing is remembered."""
    found = child_of(request.actor, Verb.CHILD_REVEAL, child_id)
    value = reveal(request.actor, found, field)
    return render(request, "register/shown_value.html", {"value": value})


@page(Verb.READERS_LIST)
def readers_list(request: WorkRequest, child_id: UUID) -> HttpResponse:
    """Who read the file, newest first."""
    child = child_of(request.actor, Verb.READERS_LIST, child_id)
    after = request.GET.get("after", "")
    found = readers(request.actor, child, int(after) if after.isdecimal() else None)
    here = reverse("child_readers", args=[child_id])
    return render(
        request,
        "register/readers.html",
        {
            "child": child,
            "can_open": bool(may(request.actor, Verb.CHILD_OPEN, child.subject)),
            "found": found,
            "first": here if after else "",
            "next": f"{here}?after={found.next_key}" if found.has_more else "",
        },
    )
