"""Places and posts: the tree of an actor's places, and a page for each of them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from weiguang.network.verbs import Verb
from weiguang.office.access import place_for
from weiguang.office.forms.searches import PlaceSearch
from weiguang.office.queries import places as query
from weiguang.office.queries.seats import seats_at
from weiguang.office.views.wishes import address_of, wish_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.PLACE_LIST)
def places(request: WorkRequest) -> HttpResponse:
    """The tree of the reader's places, or those of them that a search means."""
    typed = wish_of(request, "office_places").get("text", "")
    roots = query.tree(request.actor)
    return render(
        request,
        "office/places.html",
        {
            "roots": roots,
            "typed": typed,
            "found": query.find(roots, typed) if typed else None,
            "total": sum(node.is_open for node in query.every(roots)),
            "form": PlaceSearch({"text": typed}),
        },
    )


@page(Verb.PLACE_LIST, methods=("POST",))
def search(request: WorkRequest) -> HttpResponse:
    """Take what was typed and lead to the places it means."""
    form = PlaceSearch(request.POST)
    typed = form.cleaned_data["text"].strip() if form.is_valid() else ""
    return redirect(address_of(request, "office_places", {"text": typed} if typed else {}))


@page(Verb.PLACE_LIST)
def place(request: WorkRequest, place_id: UUID) -> HttpResponse:
    """One place: what it is called, who works for it, what lies below."""
    found = place_for(request.actor, Verb.PLACE_LIST, place_id)
    return render(
        request,
        "office/place.html",
        {
            "place": found,
            "above": query.above(found),
            "facts": query.facts_of(found, on=request.actor.on),
            "organisations": query.organisations_at(found),
            "seats": seats_at(found, on=request.actor.on),
            "below": found.children.filter(closed_on=None).order_by("sort_key"),
        },
    )
