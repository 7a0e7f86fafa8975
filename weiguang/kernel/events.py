"""One act, one transaction, one event: the memory's half of `network.act`.

The event's number is drawn first and told to the database (`weiguang.event`), so that the guards
let the act's writes pass; the row itself is written last, when everything it has to say is known.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from weiguang.kernel import clock, outbox
from weiguang.kernel.models import Event
from weiguang.kernel.records import current_event

OPEN_EVENT: Final = """
SELECT n, set_config('weiguang.event', n::text, true)
FROM nextval(pg_get_serial_sequence('kernel_event', 'id')) AS n
"""
SET_EVENT: Final = "SELECT set_config('weiguang.event', %s, true)"


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts: a person on a post; neither for the system's own posts and the public."""

    person_id: UUID | None
    post_id: UUID | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act is about: its kind (`child`, `place`, ...), its id and the places it is in."""

    kind: str
    id: UUID | None = None
    paths: tuple[str, ...] = ()


NOTHING: Final = Subject(kind="")


@contextmanager
def remembered(
    verb: str,
    *,
    by: Author,
    about: Subject = NOTHING,
    purpose: str = "",
    caused_by: int | None = None,
) -> Iterator[Event]:
    """A transaction that leaves one event, or nothing at all.

    Yields the event, whose `detail` the caller may fill with ids, codes and digests (no words: they
    would outlive every erasure). Acts nest: the inner event is `part_of` the outer one.
    """
    outer = current_event.get()
    with transaction.atomic():
        event = Event(
            id=_open_event(),
            at=clock.now(),
            verb=verb,
            person_id=by.person_id,
            post_id=by.post_id,
            about_kind=about.kind,
            about_id=about.id,
            place_path=about.paths[0] if about.paths else "",
            purpose=purpose,
            part_of=outer.pk if outer else None,
            caused_by=caused_by if caused_by is not None else (outer.caused_by if outer else None),
        )
        event.numbers = outer.numbers if outer else set()
        event.numbers.add(event.pk)
        token = current_event.set(event)
        try:
            yield event
        finally:
            current_event.reset(token)
        event.save(force_insert=True)
        outbox.owe(event)
        if outer is not None or _in_larger_transaction():
            _tell_database(str(outer.pk) if outer else "")


def remember_refusal(
    verb: str, *, by: Author, about: Subject, detail: dict[str, int] | None = None
) -> None:
    """Leave an event that says this was asked for and refused; outside any act."""
    Event.objects.create(
        at=clock.now(),
        verb=verb,
        was_refused=True,
        person_id=by.person_id,
        post_id=by.post_id,
        about_kind=about.kind,
        about_id=about.id,
        detail=detail or {},
    )


def _open_event() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OPEN_EVENT)
        row: tuple[Any, ...] = cursor.fetchone()
    return int(row[0])


def _in_larger_transaction() -> bool:
    # Inside our own atomic block savepoint_ids is empty only when the transaction is ours.
    return bool(connection.savepoint_ids)


def _tell_database(event: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_EVENT, [event])
