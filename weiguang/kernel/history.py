"""Field history: what a record said before and after, kept encrypted beside the event.

The only way an existing record's fields are changed. The chained event names the fields and a
digest; the words stand in `Change`, so that rotating keys leaves the chain whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import Conflict
from weiguang.kernel.models import Change
from weiguang.kernel.records import Record, writing_event

ROWS_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Amendment:
    """New values for one record's fields, and whose story they belong to."""

    record: Record
    about_id: UUID
    values: Mapping[str, Any]


def amend(record: Record, *, about_id: UUID | None = None, **values: Any) -> tuple[str, ...]:
    """Set these fields, save them, and remember what they were; returns the names that changed.

    Raises `Conflict` when somebody else wrote the row after it was read: of two who change one
    record at once the first wins, and what the second wanted is not laid over it unseen.

    `about_id` is the child (or place, or person) whose story the change belongs to; by default the
    record itself. Nothing is written when nothing differs.
    """
    before = {name: getattr(record, name) for name in values}
    changed = tuple(name for name, value in values.items() if before[name] != value)
    if not changed:
        return ()
    for name in changed:
        setattr(record, name, values[name])
    _save_unless_written_meanwhile(record, changed)
    _remember(
        record, about_id or record.pk, {name: (before[name], values[name]) for name in changed}
    )
    return changed


def _save_unless_written_meanwhile(record: Record, changed: tuple[str, ...]) -> None:
    model = type(record)
    # The lock first: whoever came before has committed when it is ours.
    now = model.objects.select_for_update().values_list("written_in", flat=True).get(pk=record.pk)
    if now != record.written_in and now not in writing_event(model).numbers:
        raise Conflict
    record.save(update_fields=set(changed))


def amend_many(amendments: Iterable[Amendment]) -> int:
    """Make many amendments in a few statements; returns how many fields changed.

    The event keeps their number and one digest over all of them, in order, instead of a line each.
    """
    rows: list[Change] = []
    touched: dict[tuple[type[Record], tuple[str, ...]], list[Record]] = {}
    for each in amendments:
        record, about_id = each.record, each.about_id
        before = {name: getattr(record, name) for name in each.values}
        changed = tuple(name for name, value in each.values.items() if before[name] != value)
        for name in changed:
            setattr(record, name, each.values[name])
        rows += _changes(
            record, about_id, {name: (before[name], each.values[name]) for name in changed}
        )
        if changed:
            touched.setdefault((type(record), changed), []).append(record)
    for (model, names), records in touched.items():
        model.objects.bulk_update(records, names, ROWS_AT_ONCE)
    if rows:
        Change.objects.bulk_create(rows, ROWS_AT_ONCE)
        event = writing_event(next(iter(touched))[0])
        event.detail["changed_fields"] = event.detail.get("changed_fields", 0) + len(rows)
        said = "\n".join(map(_digest, rows)).encode()
        event.detail.setdefault("changed_digests", []).append(provider().seal_digest(said).hex())
    return len(rows)


def _remember(record: Record, about_id: UUID, changes: dict[str, tuple[Any, Any]]) -> None:
    event = writing_event(type(record))
    kind = record._meta.label_lower
    rows = _changes(record, about_id, changes)
    Change.objects.bulk_create(rows)
    event.detail.setdefault("changed", []).extend(
        {"record": kind, "id": str(record.pk), "field": row.field, "digest": _digest(row)}
        for row in rows
    )


def _changes(record: Record, about_id: UUID, changes: dict[str, tuple[Any, Any]]) -> list[Change]:
    event = writing_event(type(record))
    kind = record._meta.label_lower
    return [
        Change(
            event_id=event.pk,
            record_kind=kind,
            record_id=record.pk,
            about_id=about_id,
            field=name,
            before=in_words(old),
            after=in_words(new),
        )
        for name, (old, new) in changes.items()
    ]


def in_words(value: Any) -> str | None:
    """A field's value as text that can be shown again: dates as ISO, rows by their id."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "pk", value))


def _digest(row: Change) -> str:
    said = f"{row.record_id}|{row.field}|{row.before!r}|{row.after!r}"
    return provider().seal_digest(said.encode()).hex()
