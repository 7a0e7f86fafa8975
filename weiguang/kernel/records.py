"""Tables that may only be written inside an audited act.

`Record` refuses in Python; a statement trigger (see `guards`) refuses in the database, so that COPY
and raw SQL pass through the same door. What the act itself is stands in `events`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import connection, models

from weiguang.kernel.ids import new_id
from weiguang.kernel.sensitivity import Tier

if TYPE_CHECKING:
    from weiguang.kernel.models import Event

current_event: ContextVar["Event | None"] = ContextVar("current_event", default=None)


class UnauditedWriteError(RuntimeError):
    """A record was about to be written outside `act`: wrap the write in an act of its own."""


def writing_event(model: type[models.Model]) -> "Event":
    """The event under which this write happens; raises `UnauditedWriteError` when there is none."""
    event = current_event.get()
    if event is None:
        raise UnauditedWriteError(f"{model.__name__} was written outside act()")
    return event


class RecordQuerySet(models.QuerySet[Any]):
    """A queryset whose writes need an act and leave its event's number on each row."""

    def update(self, **values: Any) -> int:
        event = writing_event(self.model)
        return super().update(**{"written_in": event.pk, **values})

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        writing_event(self.model)
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        event = writing_event(self.model)
        rows = list(objs)
        for row in rows:
            row.written_in = event.pk
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        event = writing_event(self.model)
        rows: Sequence[Any] = list(objs)
        for row in rows:
            row.written_in = event.pk
        return super().bulk_update(rows, {*fields, "written_in"}, batch_size)


class Record(models.Model):
    """A row that remembers the event which last wrote it."""

    sensitivity: ClassVar[dict[str, Tier]]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    written_in = models.BigIntegerField(editable=False)

    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.written_in = writing_event(type(self)).pk
        fields: Collection[str] | None = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "written_in"}
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        writing_event(type(self))
        return super().delete(*args, **kwargs)


def copy_in(model: type[Record], rows: Iterable[Any]) -> None:
    """Insert many rows by COPY, which is several times as fast as `bulk_create`.

    It passes the same doors: an act must be open, and the table's own trigger asks for it again.
    """
    event = writing_event(model)
    fields = model._meta.concrete_fields
    prepared = [(place, prepare) for place, f in enumerate(fields) if (prepare := _preparing(f))]
    with _copying(model, fields) as copy:
        for row in rows:
            row.written_in = event.pk
            values = [getattr(row, field.attname) for field in fields]
            for place, prepare in prepared:
                values[place] = prepare(values[place])
            copy.write_row(values)


def copy_columns(model: type[Record], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows that are given as columns, by COPY; the fastest way in, past the same doors.

    Columns carry the names of attributes (`child_id`) and all have one length; what is declared
    encrypted is encrypted here. Columns that are not named take the database's default, so a
    field whose default only Django knows must be named; ids as texts of `ids.new_ids`.
    """
    event = writing_event(model)
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [*(by_name[name] for name in columns), by_name["written_in"]]
    values: list[Iterable[Any]] = []
    for name, column in columns.items():
        prepare = _preparing(by_name[name])
        values.append(map(prepare, column) if prepare else column)
    with _copying(model, fields) as copy:
        for row in zip(*values, strict=True):
            copy.write_row((*row, event.pk))


def _preparing(field: Any) -> Callable[[Any], Any] | None:
    """How a value becomes what the column holds; None where the driver does it by itself.

    Asking each field would cost half the time.
    """
    if not isinstance(field, (models.BinaryField, models.JSONField)):
        return None
    return partial(field.get_db_prep_save, connection=connection)


@contextmanager
def _copying(model: type[Record], fields: Sequence[Any]) -> Iterator[Any]:
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    # Names come from our own models, never from outside.
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        yield copy
