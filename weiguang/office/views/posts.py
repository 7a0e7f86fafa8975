"""Posts: establishing one, choosing a person for it, ending her time on it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weiguang.network.actions import posts
from weiguang.network.models import Account, Post
from weiguang.network.verbs import Verb
from weiguang.office.access import account_for, holding_for, place_for, post_for
from weiguang.office.forms.posts import Filling, Leaving, NewPost
from weiguang.office.forms.searches import PersonSearch
from weiguang.office.queries.places import above
from weiguang.office.queries.seats import PEOPLE_AT_ONCE, people_like, seat
from weiguang.office.rules.terms import first_day_after
from weiguang.office.views.wishes import address_of, wish_of
from weiguang.web.guard import WorkRequest, page


@page(Verb.POST_ESTABLISH, methods=("GET", "POST"))
def establish(request: WorkRequest, place_id: UUID) -> HttpResponse:
    """Create a post for a place."""
    place = place_for(request.actor, Verb.POST_ESTABLISH, place_id)
    form = NewPost(
        request.POST or None,
        place=place,
        above=above(place),
        initial={"since": request.actor.on},
    )
    if request.method == "POST" and form.is_valid():
        posts.establish(place=place, by=request.actor, **form.cleaned_data)
        messages.success(request, _("岗位已设立，现在空缺。"))
        return redirect("office_place", place_id=place.pk)
    return render(request, "office/establish.html", {"place": place, "form": form})


@page(Verb.POST_FILL)
def choose(request: WorkRequest, post_id: UUID) -> HttpResponse:
    """One post, and the search for a person to put on it."""
    post = post_for(request.actor, Verb.POST_FILL, post_id)
    typed = wish_of(request, "office_post").get("text", "")
    people = people_like(typed, but=request.actor.person_id, on=request.actor.on) if typed else []
    return render(
        request,
        "office/post.html",
        {
            "seat": seat(post, on=request.actor.on),
            "form": PersonSearch({"text": typed}),
            "typed": typed,
            "people": people[:PEOPLE_AT_ONCE],
            "are_more": len(people) > PEOPLE_AT_ONCE,
        },
    )


@page(Verb.POST_FILL, methods=("POST",))
def search(request: WorkRequest, post_id: UUID) -> HttpResponse:
    """Take what was typed of a person and lead back to the post with who is meant."""
    post_for(request.actor, Verb.POST_FILL, post_id)
    form = PersonSearch(request.POST)
    typed = form.cleaned_data["text"].strip() if form.is_valid() else ""
    wish = {"text": typed} if typed else {}
    return redirect(address_of(request, "office_post", wish, post_id=post_id))


@page(Verb.POST_FILL, methods=("GET", "POST"))
def fill(request: WorkRequest, post_id: UUID, person_id: UUID) -> HttpResponse:
    """Put the chosen person on the post."""
    post = post_for(request.actor, Verb.POST_FILL, post_id)
    person = account_for(request.actor, Verb.POST_FILL, person_id)
    form = Filling(
        request.POST or None, post=post, initial={"kind": "holder", "since": request.actor.on}
    )
    if request.method == "POST" and form.is_valid():
        _filled(request, post, person, form)
        messages.success(request, _("已安排到岗。"))
        return redirect("office_place", place_id=post.place_id)
    shown = {"seat": seat(post, on=request.actor.on), "person": person, "form": form}
    return render(request, "office/fill.html", shown)


@page(Verb.POST_VACATE, methods=("GET", "POST"))
def vacate(request: WorkRequest, holding_id: UUID) -> HttpResponse:
    """End a person's time on a post after a last day."""
    holding = holding_for(request.actor, Verb.POST_VACATE, holding_id)
    form = Leaving(request.POST or None, holding=holding, initial={"last_day": request.actor.on})
    if request.method == "POST" and form.is_valid():
        on = first_day_after(form.cleaned_data["last_day"])
        assert on is not None
        posts.vacate(holding=holding, on=on, by=request.actor)
        messages.success(request, _("结束日期已保存。"))
        return redirect("office_place", place_id=holding.post.place_id)
    return render(request, "office/vacate.html", {"holding": holding, "form": form})


def _filled(request: WorkRequest, post: Post, person: Account, form: Filling) -> None:
    said = form.cleaned_data
    posts.fill(
        post=post, person=person, since=said["since"], until=first_day_after(said["last_day"]),
        kind=said["kind"], by=request.actor,
    )  # fmt: skip
