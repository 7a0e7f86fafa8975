"""Whom a lead may mean that we know already, within the actor's own rows; beyond them next to
nothing.

By name, sound or phone nobody outside one's rows is ever found. That a number is registered
somewhere else is told, without where, only to who closes leads: as an import tells it to a town.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from weiguang.kernel.crypto import provider
from weiguang.network.authority import Actor, may
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for, leads_for
from weiguang.register.engine.names import name_keys
from weiguang.register.models import ID_INDEX, PHONE_INDEX, Child, Lead
from weiguang.register.rules.identity import age_on, bare_phone, identity_number
from weiguang.register.rules.leads import birth_year, years_alike

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Sought:
    """By what a child is compared: number, phone, sound and birth year; `near` is a town's path."""

    id_index: bytes | None = None
    phone_index: bytes | None = None
    sound: str = ""
    year: int | None = None
    near: str = ""
    but: UUID | None = None


@dataclass(frozen=True, slots=True)
class AlikeChild:
    """A registered child of the actor's rows that the lead may mean."""

    id: UUID
    name: str
    sex_label: str
    age: int
    residence: str
    by_number: bool


@dataclass(frozen=True, slots=True)
class AlikeLead:
    """Another lead of the actor's rows that may mean the same child."""

    id: UUID
    name: str
    place: str
    state_label: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Everything that may be the same; `is_elsewhere` for who closes leads alone."""

    children: tuple[AlikeChild, ...]
    leads: tuple[AlikeLead, ...]
    is_elsewhere: bool

    def __bool__(self) -> bool:
        return bool(self.children or self.leads)


def sought_of(lead: Lead) -> Sought:
    """By what a lead that was entered is compared."""
    return Sought(
        id_index=bytes(lead.id_index) if lead.id_index else None,
        phone_index=bytes(lead.phone_index) if lead.phone_index else None,
        sound=lead.loose_pinyin, year=lead.birth_year, near=town_path(lead.place), but=lead.pk,
    )  # fmt: skip


def sought(
    *, name: str, id_number: str, phone: str, born: date | None, about_age: int | None,
    place: Place, on: date,
) -> Sought:  # fmt: skip
    """By what a lead is compared that somebody is about to enter."""
    index, number = provider().blind_index, identity_number(id_number)
    return Sought(
        id_index=index(number.text, purpose=ID_INDEX) if number else None,
        phone_index=index(bare_phone(phone), purpose=PHONE_INDEX) if phone else None,
        sound=name_keys(name).loose_pinyin if name else "",
        year=birth_year(number.birth_date if number else born, about_age, on),
        near=town_path(place),
    )  # fmt: skip


def alike(actor: Actor, to: Sought) -> Alike:
    """Who may be the same; three queries at most."""
    return Alike(_children(actor, to), _leads(actor, to), _is_elsewhere(actor, to))


def town_path(place: Place) -> str:
    """The town of a village; any other place itself."""
    is_village = place.level == Place.Level.VILLAGE and place.parent is not None
    return place.parent.path if is_village else place.path  # type: ignore[union-attr]


def _children(actor: Actor, to: Sought) -> tuple[AlikeChild, ...]:
    nearby = Q(residence_path__startswith=to.near) | Q(hukou_path__startswith=to.near)
    wanted = _same_sound(to, "birth_date__year") & nearby
    if to.id_index:
        wanted |= Q(id_index=to.id_index) | Q(pk__in=_absorbed(to.id_index))
    if to.phone_index:
        phones = Child.objects.filter(ties__adult__phone_index=to.phone_index)
        wanted |= Q(pk__in=phones.values("pk"))
    found = (
        children_for(actor, Verb.CHILD_LIST)
        .filter(wanted)
        .select_related("residence_place")
        .only("name", "sex", "birth_date", "residence_place__name", "id_index")
        .order_by("sort_key", "id")[:SHOWN]
    )
    return tuple(
        AlikeChild(
            id=each.pk, name=each.name, sex_label=each.get_sex_display(),
            age=age_on(each.birth_date, actor.on),
            residence=each.residence_place.name if each.residence_place else "",
            by_number=to.id_index is not None and each.id_index == to.id_index,
        )
        for each in found
    )  # fmt: skip


def _leads(actor: Actor, to: Sought) -> tuple[AlikeLead, ...]:
    wanted = _same_sound(to, "birth_year") & Q(path__startswith=to.near)
    if to.id_index:
        wanted |= Q(id_index=to.id_index)
    if to.phone_index:
        wanted |= Q(phone_index=to.phone_index)
    found = (
        leads_for(actor, Verb.LEAD_LIST)
        .filter(wanted)
        .exclude(pk__in=[to.but] if to.but else [])
        .exclude(state=Lead.State.REGISTERED)
        .select_related("place")
        .only("name", "state", "place__name")
        .order_by("-id")[:SHOWN]
    )
    return tuple(
        AlikeLead(each.pk, each.name, each.place.name, each.get_state_display()) for each in found
    )


def _same_sound(to: Sought, year_field: str) -> Q:
    if not to.sound:
        return Q(pk__in=())
    years, same = years_alike(to.year), Q(loose_pinyin=to.sound)
    if years is None:
        return same
    within = Q(**{f"{year_field}__gte": years[0], f"{year_field}__lte": years[1]})
    return same & (within | Q(**{f"{year_field}__isnull": True}))


def _is_elsewhere(actor: Actor, to: Sought) -> bool:
    if to.id_index is None or not may(actor, Verb.LEAD_CLOSE):
        return False
    seen = children_for(actor, Verb.CHILD_LIST).values("pk")
    known = Q(id_index=to.id_index, merged_into=None) | Q(pk__in=_absorbed(to.id_index))
    return Child.objects.filter(known).exclude(pk__in=seen).exists()


def _absorbed(id_index: bytes) -> QuerySet[Any]:
    """The child into whose file the one of that number went."""
    gone = Child.objects.filter(id_index=id_index, merged_into__isnull=False)
    return gone.values("merged_into")
