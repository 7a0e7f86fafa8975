"""What a new record leaves in the memory: its kind and id, so that the file can tell it came."""

from weiguang.kernel.models import Event
from weiguang.kernel.records import Record


def mark_made(event: Event, *records: Record) -> None:
    """Name the records in the event; no words."""
    event.detail.setdefault("created", []).extend(
        {"record": record._meta.label_lower, "id": str(record.pk)} for record in records
    )
