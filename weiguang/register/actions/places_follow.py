"""What belongs to a place goes to another from a day on: children by dated rows, and what is open.

Children moved for safety go along like all others, and like all of them without a word to anybody.
All of it inside the act of a change of places.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from weiguang.kernel.history import Amendment, amend, amend_many
from weiguang.network.actions.successions import after, before
from weiguang.network.authority import Actor
from weiguang.network.models import Place, Post
from weiguang.register.models import (
    Child,
    ChildPlace,
    Handover,
    Household,
    ImportedList,
    Transfer,
)
from weiguang.tasks.actions.tasks import cancel_about


def move_children(*, place: Place, to: Place, on: date, only: Iterable[UUID] | None = None) -> int:
    """Let the children of a place belong to another from a day on, all or `only` these; how many.

    Hukou and residence alike, with address and confirmation as they were: the houses stay where
    they are. Where they were before that day stays on file.
    """
    chosen = Q() if only is None else Q(child__in=list(only))
    spans = ChildPlace.objects.filter(chosen, place=place, during__overlap=DateRange(on, None))
    begun: list[ChildPlace] = []
    ended = [_divided(span, to, on, begun) for span in spans.select_for_update().order_by("pk")]
    # First: a span that ends must have ended before the next one of its kind begins.
    amend_many(ended)
    ChildPlace.objects.bulk_create(begun, 1_000)
    return _belong(place, to, only)


def move_households(*, place: Place, to: Place, homes: Iterable[UUID] | None = None) -> None:
    """Let the households of a place belong to another, all or these."""
    found = Household.objects.filter(place=place)
    for home in found if homes is None else found.filter(pk__in=list(homes)):
        amend(home, place_id=to.pk)


def move_lists(*, place: Place, to: Place) -> None:
    """Let lists that wait to be confirmed be about the place that goes on."""
    waiting = ImportedList.objects.filter(state=ImportedList.State.JUDGED)
    for each in waiting.filter(Q(place=place) | Q(default_place=place)).order_by("pk"):
        amend(each, **{
            name: to.pk for name in ("place_id", "default_place_id")
            if getattr(each, name) == place.pk
        })  # fmt: skip


def move_transfers(*, place: Place, to: Place) -> None:
    """Let children who are on their way into a place arrive in the one that goes on."""
    for each in Transfer.objects.filter(to_place=place, state=Transfer.State.SENT):
        amend(each, about_id=each.child_id, to_place_id=to.pk)


def follow_handovers(*, ended: Iterable[UUID], carried: Mapping[UUID, Post], by: Actor) -> None:
    """Let unfinished hand-overs be about the posts that go on; without them they are given up."""
    posts = list(ended)
    unfinished = Handover.objects.filter(
        Q(from_post__in=posts) | Q(to_post__in=posts), state=Handover.State.PREPARED
    )
    for each in unfinished.order_by("pk"):
        goes_on = {
            name: carried[getattr(each, name)].pk
            for name in ("from_post_id", "to_post_id")
            if getattr(each, name) in carried
        }
        if goes_on:
            amend(each, **goes_on)
        else:
            amend(each, state=Handover.State.CANCELLED)
            cancel_about(about_id=each.pk, by=by)


def _divided(span: ChildPlace, to: Place, on: date, begun: list[ChildPlace]) -> Amendment:
    if span.during.lower and span.during.lower >= on:
        return Amendment(span, span.child_id, {"place_id": to.pk})
    begun.append(
        ChildPlace(
            child_id=span.child_id,
            kind=span.kind,
            place=to,
            address=span.address,
            is_confirmed=span.is_confirmed,
            during=after(span.during, on),
        )
    )
    return Amendment(span, span.child_id, {"during": before(span.during, on)})


def _belong(place: Place, to: Place, only: Iterable[UUID] | None) -> int:
    here = Child.objects.filter(Q(hukou_place=place) | Q(residence_place=place))
    found: QuerySet[Any] = here if only is None else here.filter(pk__in=list(only))
    children = list(found.select_for_update().order_by("pk"))
    amend_many(Amendment(child, child.pk, _columns(child, place, to)) for child in children)
    return len(children)


def _columns(child: Child, place: Place, to: Place) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if child.hukou_place_id == place.pk:
        said |= {"hukou_place_id": to.pk, "hukou_path": to.path}
    if child.residence_place_id == place.pk:
        said |= {"residence_place_id": to.pk, "residence_path": to.path}
    return said
