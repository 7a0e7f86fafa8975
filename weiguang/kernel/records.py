"""Tables that may only be written inside an audited act.

`Record` refuses in Python; a statement trigger (see `guards`) refuses in the database, so that COPY
and raw SQL pass through the same door. What the act itself is stands in `events`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from queue import Queue
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import connection, models

from weiguang.kernel.copying import lines
from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.ids import new_id
from weiguang.kernel.sensitivity import Tier

if TYPE_CHECKING:
    from weiguang.kernel.models import Event

WRITTEN_IN: Final = "written_in"
ROWS_AT_ONCE: Final = 2_000
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

    def take_out(self) -> int:
        """Delete these rows in one statement, unread; returns how many.

        What still depends on one of them the database refuses, at the end of the transaction.
        """
        writing_event(self.model)
        return int(self._raw_delete(self.db))

    take_out.alters_data = True  # type: ignore[attr-defined]

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


Copy = Callable[[type[Record], Mapping[str, Sequence[Any]]], None]


def copy_in(model: type[Record], rows: Iterable[Any]) -> None:
    """Insert many rows by COPY, which is several times as fast as `bulk_create`.

    It passes the same doors: an act must be open, and the table's own trigger asks for it again.
    """
    names = [field.attname for field in model._meta.concrete_fields if field.name != WRITTEN_IN]
    number, left = writing_event(model).pk, iter(rows)
    while batch := list(islice(left, ROWS_AT_ONCE)):
        for row in batch:
            row.written_in = number
        copy_columns(model, {name: [getattr(row, name) for row in batch] for name in names})


def copy_columns(model: type[Record], columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows that are given as columns, by COPY; the fastest way in, past the same doors.

    Columns carry the names of attributes (`child_id`) and all have one length; what is declared
    encrypted is encrypted here. Columns that are not named take the database's default, so a
    field whose default only Django knows must be named; ids as texts of `ids.new_ids`.
    """
    statement, said = _statement(model, columns), _lines(model, columns)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        _copy(cursor, statement, said)


@contextmanager
def copying_behind() -> Iterator[Copy]:
    """A `copy_columns` whose rows the database takes in while the next ones are made ready.

    Nothing else may ask the database meanwhile. At the end everything is in, or what the database
    refused is raised.
    """
    connection.ensure_connection()
    waiting: Queue[tuple[str, str] | None] = Queue(maxsize=2)
    with ThreadPoolExecutor(max_workers=1) as apart, connection.wrap_database_errors:
        sending = apart.submit(_send, connection.connection, waiting)

        def hand_over(model: type[Record], columns: Mapping[str, Sequence[Any]]) -> None:
            waiting.put((_statement(model, columns), _lines(model, columns)))
            if sending.done():
                sending.result()

        try:
            yield hand_over
        finally:
            waiting.put(None)
        sending.result()


def _send(to: Any, waiting: "Queue[tuple[str, str] | None]") -> None:
    """Send what waits until there is no more; after an error what still comes is let go."""
    try:
        while (each := waiting.get()) is not None:
            with to.cursor() as cursor:
                _copy(cursor, *each)
    except BaseException:
        while waiting.get() is not None:
            pass
        raise


def _copy(cursor: Any, statement: str, said: str) -> None:
    with cursor.copy(statement) as copy:
        copy.write(said)


def _statement(model: type[Record], columns: Iterable[str]) -> str:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [*(by_name[name] for name in columns), by_name[WRITTEN_IN]]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    # Names come from our own models, never from outside.
    return f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN"


def _lines(model: type[Record], columns: Mapping[str, Sequence[Any]]) -> str:
    number = writing_event(model).pk
    count = len(next(iter(columns.values())))
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    values = [_prepared(by_name[name], column) for name, column in columns.items()]
    return lines([*values, [number] * count])


def _prepared(field: Any, column: Sequence[Any]) -> Sequence[Any]:
    """The values as the column holds them; asking each field of each row would cost more."""
    if isinstance(field, EncryptedText):
        return field.tokens(column)
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(value, connection) for value in column]
    return column
