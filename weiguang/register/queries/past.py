"""Lists of the past: who was in which place on a day, by the names of that day.

Places never move and children stand in them by dated rows, so that an old list comes out again as
it was, whatever became of its places. Readers find on it whom they may see today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q

from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.past import names_on
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import ChildName, ChildPlace, Sex

PER_PAGE: Final = 50
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class PastWish:
    """Which place on which day; by where children lived, or by their hukou."""

    place: Place
    on: date
    kind: str = ChildPlace.Kind.RESIDENCE


@dataclass(frozen=True, slots=True)
class PastRow:
    """A child in a place on a day; both by the name they had then."""

    child_id: UUID
    name: str
    sex: str
    birth_date: date
    place: str

    @property
    def sex_label(self) -> str:
        """The sex in words."""
        return str(Sex(self.sex).label)


@dataclass(frozen=True, slots=True)
class PastPage:
    """One page; `next_after` leads to the next and is None on the last."""

    rows: tuple[PastRow, ...]
    next_after: Key | None


def children_on(
    actor: Actor, wish: PastWish, *, after: Key | None = None, size: int = PER_PAGE
) -> PastPage:
    """One page by place and name, of the children whom the actor may list; three queries."""
    seen = children_for(actor, Verb.CHILD_LIST).values("pk")
    spans = ChildPlace.objects.filter(
        kind=wish.kind, place__path__startswith=wish.place.path, during__contains=wish.on,
        child__in=seen,
    )  # fmt: skip
    if after:
        place, name, key = after
        spans = spans.filter(
            Q(place__sort_key__gt=place)
            | Q(place__sort_key=place, child__sort_key__gt=name)
            | Q(place__sort_key=place, child__sort_key=name, pk__gt=key)
        )
    ordered = spans.defer("address").select_related("child", "place")
    found = list(ordered.order_by("place__sort_key", "child__sort_key", "pk")[: size + 1])
    shown = found[:size]
    return PastPage(_rows(shown, wish.on), _key(shown[-1]) if len(found) > size else None)


def _rows(spans: Sequence[ChildPlace], on: date) -> tuple[PastRow, ...]:
    called = names_on({span.place_id for span in spans if span.place_id}, on)
    names = ChildName.objects.filter(
        kind__in=(ChildName.Kind.OFFICIAL, ChildName.Kind.FORMER), during__contains=on,
        child__in={span.child_id for span in spans},
    ).order_by("during")  # fmt: skip
    known = dict(names.values_list("child", "name"))
    return tuple(
        PastRow(
            span.child_id, known.get(span.child_id, span.child.name), span.child.sex,
            span.child.birth_date,
            called.get(span.place.pk, span.place.name) if span.place else "",
        )
        for span in spans
    )  # fmt: skip


def _key(span: ChildPlace) -> Key:
    assert span.place is not None
    return span.place.sort_key, span.child.sort_key, str(span.pk)
