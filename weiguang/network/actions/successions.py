"""Places get another name, and end in other places; all of it from a day on.

A place never moves: its path is what authority reads, and what lists of the past are made from. A
village that changes its town, or goes into another village, ends, and another goes on.
"""

from datetime import date
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.errors import Conflict
from weiguang.kernel.history import amend
from weiguang.network.actions.places import describe
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place, PlaceFact, Post
from weiguang.network.verbs import Verb


def rename(*, place: Place, name: str, on: date, by: Actor) -> None:
    """Give a place another name from a day on; the old one stays with its days.

    Raises `Conflict` when its name of today began on that day or later.
    """
    with act(Verb.PLACE_AMEND, by=by, about=place.subject):
        _end_facts(place, on, PlaceFact.Kind.NAME)
        describe(place=place, kind=PlaceFact.Kind.NAME, value=name, since=on, by=by)
        amend(place, name=name)


def end_place(*, place: Place, into: Place, on: date, by: Actor) -> None:
    """End a place whose successor is another from that day on; its names and codes end with it.

    Raises `Conflict` when it has ended already, or a fact of it began on that day or later.
    """
    if place.closed_on or into.closed_on or place.pk == into.pk:
        raise Conflict
    with act(Verb.PLACE_AMEND, by=by, about=place.subject):
        _end_facts(place, on)
        amend(place, closed_on=on, successor_id=into.pk)


def end_posts(*, place: Place, on: date) -> list[Post]:
    """End the posts for a place and everybody's time on them; inside the caller's own act."""
    ended = []
    for post in place.posts.filter(during__overlap=DateRange(on, None)).order_by("pk"):
        for held in post.holdings.filter(during__overlap=DateRange(on, None)).order_by("pk"):
            amend(held, during=before(held.during, on))
        amend(post, during=before(post.during, on))
        ended.append(post)
    return ended


def carry_posts(*, place: Place, to: Place, on: date) -> dict[UUID, Post]:
    """End the posts for a place and let them go on for another, with the same people and terms.

    By the former post; the organisations that sat in the place sit in the other from now on.
    Inside the caller's own act.
    """
    since = DateRange(on, None)
    posts = list(place.posts.filter(during__overlap=since).order_by("pk"))
    terms = {post.pk: post.during for post in posts}
    held = {post.pk: list(post.holdings.filter(during__overlap=since)) for post in posts}
    during = {each.pk: each.during for those in held.values() for each in those}
    end_posts(place=place, on=on)
    carried = {}
    for post in posts:
        going_on = Post(
            organisation_id=post.organisation_id, role=post.role, place=to,
            during=after(terms[post.pk], on),
        )  # fmt: skip
        going_on.save(force_insert=True)
        for each in held[post.pk]:
            Holding(
                post=going_on, person_id=each.person_id, kind=each.kind,
                administers=each.administers, during=after(during[each.pk], on),
            ).save(force_insert=True)  # fmt: skip
        carried[post.pk] = going_on
    for organisation in place.organisations.all():
        amend(organisation, place_id=to.pk)
    return carried


def before(during: DateRange, on: date) -> DateRange:
    """The part of a time before a day; empty when it began on that day or later."""
    return DateRange(on, on) if during.lower and during.lower >= on else DateRange(during.lower, on)


def after(during: DateRange, on: date) -> DateRange:
    """The part of a time from a day on."""
    return DateRange(max(during.lower or on, on), during.upper)


def _end_facts(place: Place, on: date, kind: str = "") -> None:
    facts = place.facts.filter(during__overlap=DateRange(on, None))
    for fact in (facts.filter(kind=kind) if kind else facts).order_by("pk"):
        if fact.during.lower and fact.during.lower >= on:
            raise Conflict
        amend(fact, about_id=place.pk, during=DateRange(fact.during.lower, on))
