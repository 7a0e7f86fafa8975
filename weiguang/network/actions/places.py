"""Places come into being and are described, with dates."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from weiguang.kernel.events import Subject
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Place, PlaceFact
from weiguang.network.verbs import Verb


def found(
    *, name: str, level: str, parent: Place | None, sort_key: str, since: date, by: Actor
) -> Place:
    """Add a place below its parent; its first name is dated from `since`."""
    with act(
        Verb.PLACE_AMEND, by=by, about=Subject("place", None, (parent.path,) if parent else ())
    ):
        key = (Place.objects.aggregate(last=Max("key"))["last"] or 0) + 1
        place = Place(key=key, level=level, parent=parent, name=name, sort_key=sort_key)
        place.path = f"{parent.path if parent else '/'}{key}/"
        place.save(force_insert=True)
        describe(place=place, kind=PlaceFact.Kind.NAME, value=name, since=since, by=by)
    return place


def describe(
    *, place: Place, kind: str, value: str, since: date | None, by: Actor, mark: str = "V",
    source: str = "", until: date | None = None,
) -> PlaceFact:  # fmt: skip
    """State a dated fact of a place; an overlap with another of its kind is refused."""
    with act(Verb.PLACE_AMEND, by=by, about=Subject("place", place.pk, (place.path,))):
        fact = PlaceFact(
            place=place, kind=kind, value=value, mark=mark, source=source,
            during=DateRange(since, until, "[)"),
        )  # fmt: skip
        fact.save(force_insert=True)
    return fact
