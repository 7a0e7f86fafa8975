"""The people of a child, and what becomes true of a parent; every change keeps what was."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Organisation
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import (
    ADULT_ID_INDEX,
    PHONE_INDEX,
    Adult,
    Child,
    ParentSituation,
    Tie,
)
from weiguang.register.rules.identity import bare_phone, identity_number, is_phone


@dataclass(frozen=True, slots=True)
class Person:
    """An adult as a worker states her; everything but the name may be unknown."""

    name: str
    sex: str = ""
    birth_date: date | None = None
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class NewBond:
    """As what somebody is tied to a child, and since when (None: always)."""

    kind: str
    relation: str
    since: date | None = None
    is_entrusted: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """What became true of a parent, on what evidence, and when it is expected to end."""

    situation: str
    since: date
    evidence: str = ""
    expected_end: date | None = None


def add_adult_tie(*, child: Child, who: Person | UUID, bond: NewBond, by: Actor) -> Tie:
    """Tie an adult to the child: a new one, or by id one of the child's family.

    Raises `Invalid` for a number or phone that cannot be one, `NotFoundOrRefused` for an adult of
    another family, and `Conflict` when the same tie holds at that time already.
    """
    with act(Verb.CHILD_AMEND, by=by, about=child.subject) as event:
        if isinstance(who, Person):
            adult = Adult(**_person_fields(who))
            adult.save(force_insert=True)
            mark_made(event, adult)
        else:
            adult = _of_family(who, child, by)
        tie = _tied(child, bond, adult=adult)
        mark_made(event, tie)
    return tie


def add_organisation_tie(
    *, child: Child, organisation: Organisation, bond: NewBond, by: Actor
) -> Tie:
    """Tie an organisation to the child as its guardian or carer; raises as `add_adult_tie`."""
    if bond.kind == Tie.Kind.KIN:
        raise Invalid(what=_("单位不能登记为亲属。"))
    with act(Verb.CHILD_AMEND, by=by, about=child.subject) as event:
        tie = _tied(child, bond, organisation=organisation)
        mark_made(event, tie)
    return tie


def end_tie(*, tie: Tie, on: date, by: Actor) -> None:
    """End a tie; `on` is the first day on which it no longer holds."""
    with act(Verb.CHILD_AMEND, by=by, about=tie.child.subject):
        current = Tie.objects.select_for_update().get(pk=tie.pk)
        amend(current, about_id=current.child_id, during=_closed(current.during, on))


def state_situation(*, child: Child, adult: Adult, stated: Stated, by: Actor) -> ParentSituation:
    """State what is true of a parent from a day on; what held until then ends that day.

    Raises `Conflict` when something later is stated already.
    """
    with act(Verb.CHILD_AMEND, by=by, about=child.subject) as event:
        _of_family(adult.pk, child, by)
        # The adult's row is the lock: her situations are a line, written by one at a time.
        Adult.objects.select_for_update().only("pk").get(pk=adult.pk)
        for earlier in adult.situations.filter(during__upper_inf=True).defer("situation"):
            amend(earlier, about_id=adult.pk, during=_closed(earlier.during, stated.since))
        if adult.situations.filter(during__contains=stated.since).exists():
            raise Conflict
        situation = ParentSituation(
            adult=adult, situation=stated.situation, evidence=stated.evidence or None,
            expected_end=stated.expected_end, during=DateRange(stated.since, None),
        )  # fmt: skip
        situation.save(force_insert=True)
        mark_made(event, situation)
    return situation


def end_situation(*, child: Child, situation: ParentSituation, on: date, by: Actor) -> None:
    """End what was true of a parent; `on` is the first day on which it no longer is."""
    with act(Verb.CHILD_AMEND, by=by, about=child.subject):
        _of_family(situation.adult_id, child, by)
        amend(situation, about_id=situation.adult_id, during=_closed(situation.during, on))


def change_phone(*, child: Child, adult: Adult, phone: str, by: Actor) -> None:
    """Give an adult of the child's family another phone, or none for an empty text."""
    with act(Verb.CHILD_AMEND, by=by, about=child.subject):
        amend(_of_family(adult.pk, child, by), **_phone_fields(phone))


def _of_family(adult_id: UUID, child: Child, by: Actor) -> Adult:
    """The adult, when tied to the child, or to a child of its household whom the actor keeps."""
    family = Q(child_id=child.pk)
    if child.household_id is not None:
        kept = children_for(by, Verb.CHILD_AMEND).filter(household_id=child.household_id)
        family |= Q(child__in=kept.values("pk"))
    if not Tie.objects.filter(family, adult_id=adult_id).exists():
        raise NotFoundOrRefused
    return Adult.objects.get(pk=adult_id)


def _tied(
    child: Child,
    bond: NewBond,
    *,
    adult: Adult | None = None,
    organisation: Organisation | None = None,
) -> Tie:
    tie = Tie(
        child=child, adult=adult, organisation=organisation, kind=bond.kind,
        relation=bond.relation, is_entrusted=bond.is_entrusted,
        during=DateRange(bond.since, None),
    )  # fmt: skip
    try:
        with transaction.atomic():
            tie.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict from error
    return tie


def _closed(during: DateRange, on: date) -> DateRange:
    if (during.lower and on <= during.lower) or (during.upper and on > during.upper):
        raise Conflict
    return DateRange(during.lower, on)


def _person_fields(who: Person) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": who.name, "sex": who.sex, "birth_date": who.birth_date}
    fields |= _phone_fields(who.phone)
    if who.id_number:
        number = identity_number(who.id_number)
        if number is None:
            raise Invalid(what=_("身份证号码有误。"))
        fields["id_number"] = number.text
        fields["id_index"] = provider().blind_index(number.text, purpose=ADULT_ID_INDEX)
        fields["sex"] = who.sex or number.sex
        fields["birth_date"] = who.birth_date or number.birth_date
    return fields


def _phone_fields(phone: str) -> dict[str, Any]:
    if not phone:
        return {"phone": None, "phone_index": None}
    if not is_phone(phone):
        raise Invalid(what=_("电话号码有误。"))
    number = bare_phone(phone)
    return {
        "phone": number,
        "phone_index": provider().blind_index(number, purpose=PHONE_INDEX),
    }
