"""A child is moved for safety: first it is done, then a second person signs within a day.

From that moment on no place reaches the child: neither the old one nor the new one, nor the city at
large; only people who were named do, by grants. Nothing of the file moves, so nothing points to
where the child went.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account, Grant
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.lead_adopting import settle_leads
from weiguang.register.actions.merges import drop_merges
from weiguang.register.actions.shelter_refused import settle
from weiguang.register.actions.transfers import drop_transfers
from weiguang.register.models import Child, SafetyMove
from weiguang.register.queries.conflicts import is_conflicted
from weiguang.tasks.actions.approvals import ask
from weiguang.tasks.actions.drop import drop_about
from weiguang.tasks.queries.posts import prefixes

KIND: Final = "move.safety"
END_KIND: Final = "move.safety.end"
GRANT_REASON: Final = "safety_move"
# What a named person may do with the file while it is closed to every place.
NAMED_MAY: Final = (
    Verb.CHILD_LIST, Verb.CHILD_OPEN, Verb.CHILD_REVEAL, Verb.CHILD_AMEND, Verb.MOVE_SAFETY,
    Verb.VOICE_HEAR, Verb.VOICE_READ, Verb.VOICE_ANSWER,
    Verb.ASSESSMENT_READ, Verb.ASSESSMENT_RECORD, Verb.LEVEL_SHOW, Verb.LEVEL_SET,
    Verb.CASE_LIST, Verb.CASE_OPEN, Verb.CASE_READ, Verb.CASE_LEAD, Verb.CASE_TEAM, Verb.CASE_NOTE,
    Verb.CONFERENCE_CALL, Verb.CONFERENCE_READ, Verb.CONFERENCE_RECORD, Verb.CONFERENCE_SIGN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refuge:
    """Where the child is now and why, in words that only named people read."""

    reason: str
    whereabouts: str
    school: str = ""
    safe_phone: str = ""


class AlreadySheltered(Conflict):
    """The child is moved for safety already."""

    code = "already_sheltered"


def move_to_safety(
    *, child: Child, refuge: Refuge, people: Sequence[Account], by: Actor
) -> SafetyMove:
    """Close the file to every place at once, and open it to these people and nobody else.

    Ends every other grant, drops what waits about the child with the old posts, and asks a second
    person of the city to sign within a day. Raises `Invalid` when nobody is named, or somebody who
    is kept from the file; `AlreadySheltered`; and `Conflict` for a file that went into another.
    """
    if by.person_id is None or not people:
        raise Invalid
    city = prefixes(child.residence_path or child.hukou_path)[-1]
    with act(Verb.MOVE_SAFETY, by=by, about=child.subject):
        # In the order in which a receipt or a merge locks: first the paper, then the child.
        drop_transfers(child_id=child.pk)
        merges = drop_merges(child_id=child.pk)
        child = Child.objects.select_for_update().get(pk=child.pk)
        if child.merged_into_id is not None:
            raise Conflict
        move = SafetyMove(
            child=child, reason=refuge.reason, whereabouts=refuge.whereabouts,
            school=refuge.school or None, safe_phone=refuge.safe_phone or None, city_path=city,
            begun_by_id=by.person_id, begun_at=clock.now(),
        )  # fmt: skip
        _saved(move)
        amend(child, is_sheltered=True, transfer_path="")
        if any(is_conflicted(person.pk, child.pk) for person in people):
            # Named and kept away, she would not see the child, and nobody else either.
            raise Invalid(what=_("指定的人和这家人有利害关系，请换人。"))
        _end_grants(child.pk)
        open_to(child, people)
        named = [*merges, *settle_leads(child=child)]
        drop_about(child_id=child.pk, by=the_system(on=by.on), things=named)
        _ask_for_review(move, by)
    return move


def propose_end(*, move: SafetyMove, reason: str, by: Actor) -> None:
    """Propose that the file opens to its places again; a second person of the city decides."""
    if not reason.strip():
        raise Invalid
    with act(Verb.MOVE_SAFETY, by=by, about=move.child.subject):
        current = SafetyMove.objects.select_for_update().get(pk=move.pk)
        if current.state != SafetyMove.State.LASTING:
            raise Conflict
        amend(
            current, about_id=current.child_id, state=SafetyMove.State.ENDING,
            end_reason=reason.strip(),
        )  # fmt: skip
        _asked(current, END_KIND, by, is_emergency=False)


def end(*, move_id: UUID, is_approved: bool, caused_by: int) -> None:
    """Open the file to its places again, or leave it closed; decided already, it does nothing."""
    system = the_system(on=clock.today())
    with transaction.atomic():
        move = SafetyMove.objects.select_for_update().get(pk=move_id)
        if move.state != SafetyMove.State.ENDING:
            return
        with act(Verb.SHELTER_END, by=system, about=move.subject, caused_by=caused_by):
            if not is_approved:
                amend(move, about_id=move.child_id, state=SafetyMove.State.LASTING)
                return
            amend(move, about_id=move.child_id, state=SafetyMove.State.ENDED, ended_at=clock.now())
            amend(Child.objects.select_for_update().get(pk=move.child_id), is_sheltered=False)
            settle(move, by=system)
            _end_grants(move.child_id, only=GRANT_REASON)


def open_to(child: Child, people: Sequence[Account]) -> None:
    """Name these people for the child, inside the caller's own act."""
    system = the_system(on=clock.today())
    for person in people:
        grants.give(
            person=person, subject_kind="child", subject_id=child.pk, verbs=NAMED_MAY,
            sees=Tier.SEALED, since=clock.today(), until=None, reason=GRANT_REASON, by=system,
        )  # fmt: skip


def _end_grants(child_id: UUID, *, only: str = "") -> None:
    today = clock.today()
    held = Grant.objects.filter(
        subject_kind="child", subject_id=child_id, during__overlap=DateRange(today, None)
    )
    for grant in held.filter(reason=only) if only else held:
        with act(Verb.GRANT_END, by=the_system(on=today), about=Subject("grant", grant.subject_id)):
            # Ended at this moment, not with the day.
            amend(grant, until=clock.now())


def _ask_for_review(move: SafetyMove, by: Actor) -> None:
    _asked(move, KIND, by, is_emergency=True)


def _asked(move: SafetyMove, kind: str, by: Actor, *, is_emergency: bool) -> None:
    # The system asks in the person's name: the matter is the city's, she may be a town's.
    ask(
        kind=kind, about=move.subject, verb=Verb.MOVE_SAFETY, by=the_system(on=by.on),
        says={}, is_emergency=is_emergency, on_behalf_of=by.person_id,
    )  # fmt: skip


def _saved(move: SafetyMove) -> None:
    try:
        with transaction.atomic():
            move.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadySheltered from error
