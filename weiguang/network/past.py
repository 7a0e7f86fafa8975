"""Places as they were: what they were called on a day, and where those that ended went."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from weiguang.network.models import Place, PlaceFact


def names_on(places: Collection[UUID], on: date) -> Mapping[UUID, str]:
    """What these places were called on a day; one query. A place that was not yet is left out."""
    named = PlaceFact.objects.filter(
        kind=PlaceFact.Kind.NAME, place__in=places, during__contains=on
    )
    return dict(named.values_list("place", "value"))


def going_on(place: Place) -> Place:
    """The place that goes on today for one that may have ended; a query a step."""
    while place.successor is not None:
        place = place.successor
    return place


def former_names() -> list[tuple[UUID, str]]:
    """Every name that a place bore and bears no more, by place; one query."""
    named = PlaceFact.objects.filter(kind=PlaceFact.Kind.NAME, during__upper_inf=False)
    return list(named.order_by("during").values_list("place", "value"))
