"""The list of children: found, narrowed, ordered, page by page; no name stands in an address."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from weiguang.network.queries import places_below
from weiguang.network.verbs import Verb
from weiguang.register.addresses import PARAMETER, export_address, list_address, wish_of
from weiguang.register.forms.listing import WishForm, said_of
from weiguang.register.queries.listing import page_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.CHILD_LIST)
def children(request: WorkRequest) -> HttpResponse:
    """The children of the reader's places who fit the wish, one page of them."""
    wish, after = wish_of(request.actor, request.GET.get(PARAMETER, ""))
    found = page_of(request.actor, wish, after)
    first = list_address(request.actor, wish) if after is not None else ""
    further = list_address(request.actor, wish, found.next_key) if found.has_more else ""
    form = _form(request, said_of(wish))
    return render(
        request,
        "register/children.html",
        {
            "wish": wish,
            "form": form,
            "found": found,
            "first": first,
            "next": further,
            "export": export_address(request.actor, wish),
        },
    )


@page(Verb.CHILD_LIST, methods=("POST",))
def search(request: WorkRequest) -> HttpResponse:
    """Take a wish by POST and lead to its list."""
    form = _form(request, request.POST)
    form.is_valid()
    return redirect(list_address(request.actor, form.wish()))


def _form(request: WorkRequest, said: Any) -> WishForm:
    return WishForm(said, places=places_below(request.actor, Verb.CHILD_LIST))
