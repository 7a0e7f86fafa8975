"""Field history: what a record said before and after, kept encrypted beside the event.

The only way an existing record's fields are changed. The chained event names the fields and a
digest; the words stand in `Change`, so that rotating keys leaves the chain whole.
"""

from datetime import date
from typing import Any
from uuid import UUID

from weiguang.kernel.crypto import provider
from weiguang.kernel.models import Change
from weiguang.kernel.records import Record, writing_event


def amend(record: Record, *, about_id: UUID | None = None, **values: Any) -> tuple[str, ...]:
    """Set these fields, save them, and remember what they were; returns the names that changed.

    `about_id` is the child (or place, or person) whose story the change belongs to; by default the
    record itself. Nothing is written when nothing differs.
    """
    before = {name: getattr(record, name) for name in values}
    changed = tuple(name for name, value in values.items() if before[name] != value)
    if not changed:
        return ()
    for name in changed:
        setattr(record, name, values[name])
    record.save(update_fields=set(changed))
    _remember(
        record, about_id or record.pk, {name: (before[name], values[name]) for name in changed}
    )
    return changed


def _remember(record: Record, about_id: UUID, changes: dict[str, tuple[Any, Any]]) -> None:
    event = writing_event(type(record))
    kind = record._meta.label_lower
    rows = [
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
    Change.objects.bulk_create(rows)
    event.detail.setdefault("changed", []).extend(
        {"record": kind, "id": str(record.pk), "field": row.field, "digest": _digest(row)}
        for row in rows
    )


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
