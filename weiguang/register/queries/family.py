"""The family section of a file: who belongs to the child, and what is true of the parents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weiguang.kernel.compiled import Compiled
from weiguang.network.authority import Actor
from weiguang.register.models import Adult, Child, ParentSituation, Tie
from weiguang.register.queries.files import (
    ADULT_NUMBER,
    PHONE,
    SITUATION,
    Span,
    masked,
    may_reveal,
    span_of,
)
from weiguang.register.queries.words import word
from weiguang.register.rules.masking import HIDDEN, Masked, masked_number, masked_phone


@dataclass(frozen=True, slots=True)
class Bond:
    """One tie: as what, in which relation, and when."""

    id: UUID
    kind: str
    kind_label: str
    relation: str
    relation_label: str
    is_entrusted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Situation:
    """Something that was true of a parent: that it is there, when, and when it should end."""

    id: UUID
    situation: Masked
    expected_end: date | None
    span: Span


@dataclass(frozen=True, slots=True)
class Relative:
    """An adult or an organisation with all its ties to the child."""

    adult_id: UUID | None
    organisation_id: UUID | None
    name: str
    sex: str
    birth_date: date | None
    bonds: tuple[Bond, ...]
    phone: Masked | None = None
    id_number: Masked | None = None
    situations: tuple[Situation, ...] = ()

    def is_now(self, kind: str) -> bool:
        """Whether it is the child's `guardian`, `carer` or `kin` today."""
        return any(bond.kind == kind and bond.span.is_now for bond in self.bonds)

    @property
    def situation_now(self) -> Situation | None:
        """What is true of the parent today."""
        return next((each for each in self.situations if each.span.is_now), None)


def family_of(actor: Actor, child: Child) -> tuple[Relative, ...]:
    """Everybody tied to the child, guardians of today first; two queries."""
    asks = may_reveal(actor, child)
    ties = (_ties if asks else _ties_without_numbers)(child_id=child.pk)
    by_who: dict[Any, list[Tie]] = {}
    for tie in ties:
        by_who.setdefault(tie.adult_id or tie.organisation_id, []).append(tie)
    situations = _situations(list(by_who), actor.on, asks=asks)
    relatives = [
        _relative(each, situations.get(who, ()), on=actor.on, asks=asks)
        for who, each in by_who.items()
    ]
    return tuple(sorted(relatives, key=_nearest_first))


def _nearest_first(relative: Relative) -> tuple[bool, bool, bool]:
    return (
        not relative.is_now(Tie.Kind.GUARDIAN),
        not relative.is_now(Tie.Kind.CARER),
        not relative.is_now(Tie.Kind.KIN),
    )


def _relative(
    ties: Sequence[Tie], situations: Iterable[Situation], *, on: date, asks: bool
) -> Relative:
    first = ties[0]
    bonds = tuple(_bond(tie, on) for tie in ties)
    if first.adult is None:
        named = first.organisation
        return Relative(None, first.organisation_id, named.name if named else "", "", None, bonds)
    adult = first.adult
    return Relative(
        adult_id=adult.pk,
        organisation_id=None,
        name=adult.name,
        sex=adult.sex,
        birth_date=adult.birth_date,
        bonds=bonds,
        phone=_phone(adult, asks=asks),
        id_number=_number(adult, asks=asks),
        situations=tuple(situations),
    )


def _bond(tie: Tie, on: date) -> Bond:
    return Bond(
        id=tie.pk,
        kind=tie.kind,
        kind_label=str(Tie.Kind(tie.kind).label),
        relation=tie.relation,
        relation_label=word("relations", tie.relation),
        is_entrusted=tie.is_entrusted,
        span=span_of(tie.during, on),
    )


def _phone(adult: Adult, *, asks: bool) -> Masked | None:
    if adult.phone_index is None:
        return None
    hint = masked_phone(adult.phone) if asks else HIDDEN
    return masked(f"{PHONE}:{adult.pk}", hint, asks=asks)


def _number(adult: Adult, *, asks: bool) -> Masked | None:
    if adult.id_index is None:
        return None
    hint = masked_number(adult.id_number) if asks else HIDDEN
    return masked(f"{ADULT_NUMBER}:{adult.pk}", hint, asks=asks)


@Compiled
def _ties(*, child_id: UUID) -> QuerySet[Tie]:
    ties = Tie.objects.filter(child_id=child_id)
    return ties.select_related("adult", "organisation").order_by("id")


@Compiled
def _ties_without_numbers(*, child_id: UUID) -> QuerySet[Tie]:
    ties = Tie.objects.filter(child_id=child_id).select_related("adult", "organisation")
    return ties.defer("adult__phone", "adult__id_number").order_by("id")


@Compiled
def _facts_of_parents(*, adults: list[UUID]) -> QuerySet[ParentSituation]:
    facts = ParentSituation.objects.filter(adult_id__among=adults)
    return facts.defer("situation", "evidence").order_by("-during", "-id")


def _situations(adults: Sequence[UUID], on: date, *, asks: bool) -> dict[UUID, list[Situation]]:
    found = _facts_of_parents(adults=list(adults)) if adults else ()
    by_adult: dict[UUID, list[Situation]] = {}
    for each in found:
        by_adult.setdefault(each.adult_id, []).append(
            Situation(
                id=each.pk,
                situation=masked(f"{SITUATION}:{each.pk}", _("已登记"), asks=asks),
                expected_end=each.expected_end,
                span=span_of(each.during, on),
            )
        )
    return by_adult
