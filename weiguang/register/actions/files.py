"""Keeping a file true: where the child is, and who it is in law."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import ID_INDEX, ID_TAIL_INDEX, Child, ChildPlace
from weiguang.register.rules.identity import IdentityNumber, identity_number


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the hukou or of the residence: to a place (None: outside the city), since a day."""

    kind: str
    place: Place | None
    since: date
    address: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is corrected of an identity; no number means that the one on file stays."""

    sex: str
    birth_date: date
    ethnicity: str
    id_number: str = ""


def move(*, child: Child, to: Move, by: Actor) -> ChildPlace:
    """Close the place of that kind, open the next, and let the child belong there from now on.

    A new residence counts as unconfirmed until somebody has seen the child there. Who sees the
    child only by its old place no longer does. Raises `Invalid` for a day to come, and `Conflict`
    when a place is on file for that day or a later one.
    """
    if to.since > by.on:
        raise Invalid(what=_("日期不能晚于今天。"))
    with act(Verb.CHILD_AMEND, by=by, about=child.subject) as event:
        _close_place(child, to)
        opened = ChildPlace(
            child=child, kind=to.kind, place=to.place, address=to.address or None,
            is_confirmed=to.kind == ChildPlace.Kind.HUKOU, during=DateRange(to.since, None),
        )  # fmt: skip
        _written_or_conflict(opened)
        mark_made(event, opened)
        amend(child, **_belonging(to))
    return opened


def confirm_residence(*, child: Child, by: Actor) -> None:
    """Say that somebody saw the child live where the file says."""
    with act(Verb.RESIDENCE_CONFIRM, by=by, about=child.subject):
        current = child.places.select_for_update().filter(
            kind=ChildPlace.Kind.RESIDENCE, during__upper_inf=True
        )
        for place in current:
            amend(place, about_id=child.pk, is_confirmed=True)
        amend(child, is_residence_confirmed=True)


def correct_identity(*, child: Child, to: Correction, by: Actor) -> None:
    """Correct sex, birth date, ethnicity and, when one is given, the number; all must agree.

    Raises `Invalid` when the number (given, or on file) says another birth date or sex, and
    `Conflict` when it is another child's (whether or not the actor may see whose).
    """
    fields: dict[str, Any] = {
        "sex": to.sex, "birth_date": to.birth_date, "ethnicity": to.ethnicity,
    }  # fmt: skip
    number = to.id_number or child.id_number
    if number:
        fields |= _number_fields(_agreeing(str(number), to))
    with act(Verb.CHILD_AMEND, by=by, about=child.subject):
        try:
            with transaction.atomic():
                amend(child, **fields)
        except IntegrityError as error:
            raise Conflict from error


def give_number(*, child: Child, id_number: str, by: Actor) -> None:
    """Enter a number that agrees with the child's sex and birth date; raises as a correction."""
    to = Correction(child.sex, child.birth_date, child.ethnicity, id_number)
    correct_identity(child=child, to=to, by=by)


def _close_place(child: Child, to: Move) -> None:
    open_places = child.places.select_for_update().filter(kind=to.kind, during__upper_inf=True)
    for current in open_places.defer("address"):
        since = current.during.lower
        if since is not None and to.since <= since:
            raise Conflict
        amend(current, about_id=child.pk, during=DateRange(since, to.since))


def _written_or_conflict(place: ChildPlace) -> None:
    try:
        with transaction.atomic():
            place.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict from error


def _belonging(to: Move) -> dict[str, Any]:
    """The child's repeated columns after a move."""
    path = to.place.path if to.place else ""
    if to.kind == ChildPlace.Kind.HUKOU:
        return {"hukou_place": to.place, "hukou_path": path}
    return {
        "residence_place": to.place,
        "residence_path": path,
        "is_residence_confirmed": False,
    }


def _agreeing(text: str, to: Correction) -> IdentityNumber:
    number = identity_number(text)
    if number is None:
        raise Invalid(what=_("身份证号码有误。"))
    if (number.birth_date, number.sex) != (to.birth_date, to.sex):
        raise Invalid(what=_("身份证号码和出生日期、性别对不上。"))
    return number


def _number_fields(number: IdentityNumber) -> dict[str, Any]:
    keys = provider()
    return {
        "id_number": number.text,
        "id_index": keys.blind_index(number.text, purpose=ID_INDEX),
        "id_tail_index": keys.blind_index(number.text[-4:], purpose=ID_TAIL_INDEX),
        "no_id_reason": "",
    }
