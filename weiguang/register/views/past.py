"""Doors to lists of the past: which place on which day, and who was there."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from weiguang.network.queries import every_place_ever
from weiguang.network.verbs import Verb
from weiguang.register.addresses import past_address, past_wish_of
from weiguang.register.forms.past import PastForm
from weiguang.register.queries.past import children_on
from weiguang.web.guard import WorkRequest, page


@page(Verb.CHILD_LIST)
def listing(request: WorkRequest) -> HttpResponse:
    """Who was in a place on a day, one page; without a wish the question alone."""
    wish, after = past_wish_of(request.actor, request.GET.get("v", ""))
    form = PastForm(places=(), initial=PastForm.said_of(wish))
    shown = {"form": form, "villages": every_place_ever()}
    if wish is not None:
        found = children_on(request.actor, wish, after=after)
        shown |= {
            "wish": wish, "found": found,
            "next": past_address(request.actor, wish, found.next_after) if found.next_after else "",
            "first": past_address(request.actor, wish) if after else "",
        }  # fmt: skip
    return render(request, "register/past_list.html", shown)


@page(Verb.CHILD_LIST, methods=("POST",))
def find(request: WorkRequest) -> HttpResponse:
    """Take the question and lead to its list."""
    places = every_place_ever()
    form = PastForm(request.POST, places=places)
    if not form.is_valid():
        return render(request, "register/past_list.html", {"form": form, "villages": places})
    return redirect(past_address(request.actor, form.wish()))
