"""Opening a file and having a masked value shown: reading that is remembered like writing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused, WeiguangError
from weiguang.kernel.events import Author, remember_refusal
from weiguang.kernel.models import Event
from weiguang.kernel.records import Record
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.actions.purposes import Why, kept_words, needs_words
from weiguang.register.models import Adult, Child, ChildPlace, HealthFact, ParentSituation
from weiguang.register.queries import files
from weiguang.register.queries.words import situation_word, word

STANDING_PURPOSE: Final = "standing"
GRANTED_PURPOSE: Final = "grant"
# How long a purpose that was named holds for the same reader and file.
PURPOSE_HOLDS: Final = timedelta(minutes=30)


class PurposeNeeded(WeiguangError):  # noqa: N818 - names what is needed, as its siblings do
    """The post has no standing purpose: say why this file is opened."""

    code = "purpose_needed"
    http_status = 422
    default_what = _("打开档案前，请先说明用途。")
    default_to_what = _("档案还没有打开。")
    default_what_next = _("请选择查阅的用途。")


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that can be shown: where it stands, how it leads to the child, how it reads."""

    model: type[Record]
    column: str
    of_child: str
    in_words: Callable[[Any], str]


def needs_purpose(actor: Actor, child: Child) -> bool:
    """Whether the post by which the actor opens this file has no standing purpose."""
    post = may(actor, Verb.CHILD_OPEN, child.subject).post
    return post is not None and not post.role.has_standing_purpose


def purpose_in_use(actor: Actor, child: Child, *, now: datetime) -> str:
    """The purpose the actor named for this file within the last half hour, else nothing.

    One query; lets a page lead back to the file after a write without asking again.
    """
    latest = _lately(actor, child, now)
    return latest.purpose if latest else ""


def open_file(*, child: Child, purpose: str = "", words: str = "", by: Actor) -> Event:
    """Remember that the actor opened the file, and why; returns the event.

    `words` is the sentence that some purposes ask for; one of the last half hour holds on, as the
    purpose itself does. Raises `PurposeNeeded` when her post has no standing purpose and she named
    none of the pack's, or not in a sentence where it asks for one.
    """
    why = Why(purpose, words)
    purpose = purpose_for(child, purpose, by, words=words)
    before = "" if why.words or not needs_words(purpose) else _words_in_use(by, child)
    with act(Verb.CHILD_OPEN, by=by, about=child.subject, purpose=purpose) as event:
        stated = kept_words(why)
        if stated is not None or before:
            event.detail["stated"] = str(stated.pk) if stated else before
        return event


def purpose_for(child: Child, said: str, by: Actor, *, words: str = "") -> str:
    """The purpose that is remembered: what was said, or what comes with the post or the grant.

    Raises `PurposeNeeded` when the post has no standing purpose and none of the pack's was said,
    or not in `words` where it asks for some, now or within the last half hour.
    """
    if Why(said, words).is_whole or (needs_words(said) and _words_in_use(by, child)):
        return said
    if needs_purpose(by, child):
        raise PurposeNeeded
    by_post = may(by, Verb.CHILD_OPEN, child.subject).post is not None
    return STANDING_PURPOSE if by_post else _of_grant(by, child)


def reveal(actor: Actor, child: Child, field: str) -> str:
    """A masked value in words; that it was shown is remembered, what it says is not.

    `field` is what a `Masked` value names. Raises `NotFoundOrRefused` for a field that is not of
    this child, holds nothing, or is above the actor's tier.
    """
    name, _separator, record_id = field.partition(":")
    wanted = FIELDS.get(name)
    record = _record(wanted, child, record_id) if wanted else None
    decision = may(actor, Verb.CHILD_REVEAL, child.subject)
    if wanted is None or record is None or decision.sees < wanted.model.sensitivity[wanted.column]:
        by = Author(actor.person_id, None)
        remember_refusal(Verb.CHILD_REVEAL, by=by, about=child.subject)
        raise NotFoundOrRefused
    with act(Verb.CHILD_REVEAL, by=actor, about=child.subject) as event:
        event.detail = {
            "record": wanted.model._meta.label_lower,
            "id": str(record.pk),
            "field": wanted.column,
        }
        return wanted.in_words(record)


def _of_grant(by: Actor, child: Child) -> str:
    """Why the file is open to who has a grant alone: what the grant was given for."""
    subject = (child.subject.kind, child.pk)
    given = [g.reason for g in by.grants if g.subject == subject and Verb.CHILD_OPEN in g.verbs]
    return next((each for each in given if each.startswith("access.")), GRANTED_PURPOSE)


@Compiled
def _opened(*, child_id: UUID, person_id: UUID, since: datetime) -> QuerySet[Event]:
    """The person's latest opening of the file since a moment."""
    return Event.objects.filter(
        about_id=child_id, verb=Verb.CHILD_OPEN, was_refused=False, person_id=person_id,
        at__gt=since,
    ).order_by("-id")[:1]  # fmt: skip


def _words_in_use(actor: Actor, child: Child) -> str:
    """The id of the sentence with which the actor opened the file lately; empty without one."""
    latest = _lately(actor, child, clock.now())
    return str(latest.detail.get("stated", "")) if latest else ""


def _lately(actor: Actor, child: Child, now: datetime) -> Event | None:
    """The actor's latest opening of the file within the last half hour."""
    if actor.person_id is None:
        return None
    since = now - PURPOSE_HOLDS
    opened = _opened(child_id=child.pk, person_id=actor.person_id, since=since)
    return opened[0] if opened else None


def _record(wanted: _Field, child: Child, record_id: str) -> Record | None:
    """The record behind a field, if it is this child's and the column holds something."""
    key = _uuid(record_id) if record_id else child.pk
    if key is None:
        return None
    of_child = {wanted.of_child: child.pk, f"{wanted.column}__isnull": False}
    found: Record | None = wanted.model.objects.filter(pk=key).filter(**of_child).first()
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _situation(record: ParentSituation) -> str:
    said = (situation_word(record.situation), word("evidence", record.evidence or ""))
    return " · ".join(part for part in said if part)


def _health(record: HealthFact) -> str:
    said = (word("health_kinds", record.kind), word("severe_illnesses", record.detail or ""))
    return " · ".join(part for part in said if part)


FIELDS: Final[Mapping[str, _Field]] = {
    files.ID_NUMBER: _Field(Child, "id_number", "pk", lambda row: str(row.id_number)),
    files.ADDRESS: _Field(ChildPlace, "address", "child", lambda row: str(row.address)),
    files.PHONE: _Field(Adult, "phone", "ties__child", lambda row: str(row.phone)),
    files.ADULT_NUMBER: _Field(Adult, "id_number", "ties__child", lambda row: str(row.id_number)),
    files.SITUATION: _Field(ParentSituation, "situation", "adult__ties__child", _situation),
    files.HEALTH: _Field(HealthFact, "kind", "child", _health),
    files.DISABILITY: _Field(
        HealthFact, "disability_number", "child", lambda row: str(row.disability_number)
    ),
}
