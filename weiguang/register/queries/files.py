"""One child's file, section by section, as one reader may see it.

Each section costs a constant number of queries. What is `sensitive` never leaves here in words:
a `Masked` value says that it is there, and `actions.reading.reveal` shows it and remembers that.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext as _

from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, Subject, remember_refusal
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.compiled import ForActor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child, ChildName, ChildPlace, HealthFact, SchoolFact
from weiguang.register.queries.words import word
from weiguang.register.rules.identity import age_on
from weiguang.register.rules.masking import HIDDEN, Masked, masked_address, masked_number

# What `actions.reading.reveal` understands: a field of the child, or of a record by its id.
ID_NUMBER: Final = "id_number"
ADDRESS: Final = "address"
PHONE: Final = "phone"
ADULT_NUMBER: Final = "adult_number"
SITUATION: Final = "situation"
HEALTH: Final = "health"
DISABILITY: Final = "disability"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to before when; None is not known, or still."""

    since: date | None
    until: date | None
    is_now: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the child is."""

    name: str
    other_names: tuple[tuple[str, str], ...]
    sex: str
    sex_label: str
    birth_date: date
    age: int
    ethnicity: str
    id_number: Masked | None
    no_id_reason: str
    hukou: str
    residence: str
    is_residence_confirmed: bool


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """One stretch of a hukou or a residence; `place` is empty outside the city."""

    id: UUID
    kind: str
    kind_label: str
    place: str
    town: str
    address: Masked | None
    is_confirmed: bool
    span: Span


@dataclass(frozen=True, slots=True)
class SchoolEntry:
    """One stretch of schooling, in words."""

    id: UUID
    stage: str
    attendance: str
    school: str
    grade: str
    is_boarding: bool
    span: Span


@dataclass(frozen=True, slots=True)
class HealthEntry:
    """One fact of health: that it is there, and for how long."""

    id: UUID
    fact: Masked
    disability_number: Masked | None
    span: Span


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another child of the household whom the reader may see."""

    id: UUID
    name: str
    sex_label: str
    age: int


def child_of(actor: Actor, verb: Verb, child_id: UUID) -> Child:
    """The child, if the actor's rows for the verb hold it; one query.

    Raises `NotFoundOrRefused` for a child elsewhere as for one that does not exist, and leaves the
    refusal in the memory.
    """
    found = next(iter(_reached(actor, verb, child_id=child_id)), None)
    if found is None or may(actor, verb, found.subject).sees < Tier.PERSONAL:
        about = Subject("child", child_id)
        remember_refusal(verb, by=Author(actor.person_id, None), about=about)
        raise NotFoundOrRefused
    return found


def may_reveal(actor: Actor, child: Child) -> bool:
    """Whether the actor may have sensitive fields of this child shown."""
    return may(actor, Verb.CHILD_REVEAL, child.subject).sees >= Tier.SENSITIVE


def identity_of(actor: Actor, child: Child) -> Identity:
    """Who the child is and where it belongs; two queries at most."""
    others = _other_names(child_id=child.pk)
    return Identity(
        name=child.name,
        other_names=tuple((each.get_kind_display(), each.name) for each in others),
        sex=child.sex,
        sex_label=child.get_sex_display(),
        birth_date=child.birth_date,
        age=age_on(child.birth_date, actor.on),
        ethnicity=word("ethnicities", child.ethnicity),
        id_number=_own_number(actor, child),
        no_id_reason=word("no_id_reasons", child.no_id_reason),
        hukou=child.hukou_place.name if child.hukou_place else "",
        residence=child.residence_place.name if child.residence_place else "",
        is_residence_confirmed=child.is_residence_confirmed,
    )


def places_of(actor: Actor, child: Child) -> tuple[PlaceEntry, ...]:
    """Where the child was registered and lived, the latest first; one query."""
    asks = may_reveal(actor, child)
    return tuple(_place_entry(each, asks=asks, on=actor.on) for each in _places(child_id=child.pk))


def schooling_of(actor: Actor, child: Child) -> tuple[SchoolEntry, ...]:
    """The child's schooling, the latest first; one query."""
    return tuple(
        SchoolEntry(
            id=each.pk,
            stage=word("school_stages", each.stage),
            attendance=word("school_attendance", each.attendance),
            school=each.school,
            grade=each.grade,
            is_boarding=each.is_boarding,
            span=span_of(each.during, actor.on),
        )
        for each in _school_facts(child_id=child.pk)
    )


def health_of(actor: Actor, child: Child) -> tuple[HealthEntry, ...]:
    """That there are facts of health, the latest first, none of them in words; one query."""
    asks, found = may_reveal(actor, child), _health_facts(child_id=child.pk)
    return tuple(_health_entry(each, asks=asks, on=actor.on) for each in found)


def siblings_of(actor: Actor, child: Child) -> tuple[Sibling, ...]:
    """The other children of the household, of those whom the actor may see; one query."""
    if child.household_id is None:
        return ()
    found = _of_household(actor, household_id=child.household_id, but=child.pk)
    return tuple(
        Sibling(each.pk, each.name, each.get_sex_display(), age_on(each.birth_date, actor.on))
        for each in found
    )


def span_of(during: DateRange, on: date) -> Span:
    """A stored range as the file shows it."""
    return Span(during.lower, during.upper, on in during)


def masked(field: str, hint: str, *, asks: bool) -> Masked:
    """A value that is there: with its hint for who may ask for it, without for everybody else."""
    return Masked(field, hint) if asks else Masked("", HIDDEN)


@ForActor
def _reached(actor: Actor, verb: Verb, *, child_id: UUID) -> QuerySet[Child]:
    children = children_for(actor, verb).filter(pk=child_id).defer("id_number")
    return children.select_related("hukou_place", "residence_place")


@ForActor
def _of_household(actor: Actor, *, household_id: UUID, but: UUID) -> QuerySet[Child]:
    children = children_for(actor, Verb.CHILD_LIST).filter(household_id=household_id)
    shown = children.exclude(pk=but).only("name", "sex", "birth_date")
    return shown.order_by("birth_date", "id")


@Compiled
def _other_names(*, child_id: UUID) -> QuerySet[ChildName]:
    names = ChildName.objects.filter(child_id=child_id)
    return names.exclude(kind=ChildName.Kind.OFFICIAL).order_by("id")


@Compiled
def _places(*, child_id: UUID) -> QuerySet[ChildPlace]:
    places = ChildPlace.objects.filter(child_id=child_id).select_related("place__parent")
    shown = places.defer("address").annotate(has_address=_is_there("address"))
    return shown.order_by("-during", "kind")


@Compiled
def _school_facts(*, child_id: UUID) -> QuerySet[SchoolFact]:
    return SchoolFact.objects.filter(child_id=child_id).order_by("-during")


@Compiled
def _health_facts(*, child_id: UUID) -> QuerySet[HealthFact]:
    facts = HealthFact.objects.filter(child_id=child_id)
    shown = facts.defer("kind", "detail", "disability_number")
    return shown.annotate(has_certificate=_is_there("disability_number")).order_by("-during")


@Compiled
def _numbers(*, child_id: UUID) -> QuerySet[Child]:
    return Child.objects.filter(pk=child_id).only("id_number")


def _own_number(actor: Actor, child: Child) -> Masked | None:
    if child.id_index is None:
        return None
    asks = may_reveal(actor, child)
    # Read only for who may: for others the column stays closed.
    hint = masked_number(_numbers(child_id=child.pk)[0].id_number) if asks else HIDDEN
    return masked(ID_NUMBER, hint, asks=asks)


def _is_there(column: str) -> ExpressionWrapper:
    return ExpressionWrapper(Q(**{f"{column}__isnull": False}), BooleanField())


def _place_entry(each: Any, *, asks: bool, on: date) -> PlaceEntry:
    place = each.place
    name = place.name if place else ""
    hint = masked_address(name)
    return PlaceEntry(
        id=each.pk,
        kind=each.kind,
        kind_label=str(ChildPlace.Kind(each.kind).label),
        place=name,
        town=place.parent.name if place and place.parent else "",
        address=masked(f"{ADDRESS}:{each.pk}", hint, asks=asks) if each.has_address else None,
        is_confirmed=each.is_confirmed,
        span=span_of(each.during, on),
    )


def _health_entry(each: Any, *, asks: bool, on: date) -> HealthEntry:
    certificate = masked(f"{DISABILITY}:{each.pk}", HIDDEN, asks=asks)
    return HealthEntry(
        id=each.pk,
        fact=masked(f"{HEALTH}:{each.pk}", _("已登记"), asks=asks),
        disability_number=certificate if each.has_certificate else None,
        span=span_of(each.during, on),
    )
