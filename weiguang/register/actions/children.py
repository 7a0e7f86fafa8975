"""A child enters the register, and its name is corrected or changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.engine.names import name_keys
from weiguang.register.models import ID_INDEX, ID_TAIL_INDEX, Child, ChildName, ChildPlace
from weiguang.register.rules.identity import identity_number


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a child is, as an office knows it; a number, or the reason why there is none."""

    name: str
    sex: str
    birth_date: date
    id_number: str | None = None
    no_id_reason: str = ""
    ethnicity: str = ""


def register(
    *, identity: Identity, hukou: Place | None, residence: Place, since: date, by: Actor
) -> Child:
    """Enter a child with its two places; the residence counts as unconfirmed until somebody saw it.

    Raises `Invalid` for a number that cannot be one, or that disagrees with the birth date or sex,
    and `Conflict` when the number is registered already (whether or not the actor may see whose).
    """
    paths = tuple(place.path for place in (residence, hukou) if place)
    child = Child(**identity_fields(identity), residence_place=residence, hukou_place=hukou)
    child.residence_path, child.hukou_path = residence.path, hukou.path if hukou else ""
    with act(Verb.CHILD_REGISTER, by=by, about=Subject("child", child.pk, paths)):
        try:
            with transaction.atomic():
                child.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict from error
        _first_facts(child, since)
    return child


def rename(*, child: Child, name: str, since: date, by: Actor) -> None:
    """Give the child another official name from a day on; the old one stays as a former name.

    Raises `Conflict` when the name on file begins on that day or later.
    """
    with act(Verb.CHILD_AMEND, by=by, about=child.subject):
        current = child.names.select_for_update().get(kind=ChildName.Kind.OFFICIAL)
        if current.during.lower is not None and since <= current.during.lower:
            raise Conflict
        amend(
            current, about_id=child.pk, kind=ChildName.Kind.FORMER,
            during=DateRange(current.during.lower, since),
        )  # fmt: skip
        ChildName.objects.create(
            child=child, kind=ChildName.Kind.OFFICIAL, name=name, during=DateRange(since, None)
        )
        amend(child, **_name_fields(name))


def identity_fields(identity: Identity) -> dict[str, Any]:
    """The columns that say who a child is, search keys and indexes included; raises `Invalid`."""
    fields = _name_fields(identity.name) | {
        "sex": identity.sex,
        "birth_date": identity.birth_date,
        "ethnicity": identity.ethnicity,
        "no_id_reason": identity.no_id_reason,
    }
    return fields | _number_fields(identity)


def _number_fields(identity: Identity) -> dict[str, Any]:
    if identity.id_number is None:
        if not identity.no_id_reason:
            raise Invalid
        return {}
    number = identity_number(identity.id_number)
    if number is None or (number.birth_date, number.sex) != (identity.birth_date, identity.sex):
        raise Invalid
    keys = provider()
    return {
        "id_number": number.text,
        "id_index": keys.blind_index(number.text, purpose=ID_INDEX),
        "id_tail_index": keys.blind_index(number.text[-4:], purpose=ID_TAIL_INDEX),
    }


def _name_fields(name: str) -> dict[str, Any]:
    keys = name_keys(name)
    return {
        "name": name,
        "sort_key": keys.sort_key,
        "pinyin": keys.pinyin,
        "loose_pinyin": keys.loose_pinyin,
        "initials": keys.initials,
        "grams": list(keys.grams),
    }


def _first_facts(child: Child, since: date) -> None:
    ChildName.objects.create(
        child=child, kind=ChildName.Kind.OFFICIAL, name=child.name, during=DateRange(None, None)
    )
    places = {
        ChildPlace.Kind.HUKOU: child.hukou_place,
        ChildPlace.Kind.RESIDENCE: child.residence_place,
    }
    ChildPlace.objects.bulk_create(
        [
            ChildPlace(
                child=child, kind=kind, place=place, during=DateRange(since, None),
                is_confirmed=kind == ChildPlace.Kind.HUKOU,
            )
            for kind, place in places.items()
            if place
        ]
    )  # fmt: skip
