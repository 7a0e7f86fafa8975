"""Rewrites every encrypted value with the key that writes today; no value changes, only its token.

Small transactions, so that nobody waits long and a killed run is continued where it stopped. The
history is insert-only for the run-time role; its owner lifts that for one batch at a time (see
docs/adr/0005). Who may rotate, and what is remembered of it, is decided in `network.actions.keys`.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection, transaction

from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import NotTheOwner, RotationRunning, SystemStillRuns
from weiguang.kernel.events import SET_EVENT
from weiguang.kernel.fields import EncryptedText

ROTATION_LOCK: Final = 7_305_002
ROWS_AT_ONCE: Final = 200
INSERT_ONLY_TRIGGER: Final = "weiguang_insert_only"

# Of other roles' sessions one sees little more than who they are: an autovacuum worker is nobody.
OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
)
IS_OWNER: Final = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass"
IS_INSERT_ONLY: Final = (
    "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s)"
)


@dataclass(frozen=True, slots=True)
class EncryptedTable:
    """A table with encrypted columns: its key column, and the context of each encrypted one."""

    name: str
    key: str
    contexts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """How many rows of a table were just rewritten."""

    table: str
    rows: int


def encrypted_tables() -> tuple[EncryptedTable, ...]:
    """Every table of ours with an encrypted column, by name."""
    found = []
    for model in apps.get_models():
        fields = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedText)]
        if fields:
            contexts = {str(field.column): field.context() for field in fields}
            key = str(model._meta.pk.column)
            found.append(EncryptedTable(model._meta.db_table, key, contexts))
    return tuple(sorted(found, key=lambda table: table.name))


def tokens_by_key() -> Counter[int]:
    """How many stored values each field key opens; reads every encrypted column once."""
    counted: Counter[int] = Counter()
    for table in encrypted_tables():
        for column in table.contexts:
            counted.update(_tokens_by_key(table.name, column))
    return counted


def rows_to_rewrite() -> int:
    """How many rows hold a value that another key, or another algorithm, wrote."""
    return sum(_count_outdated(table) for table in encrypted_tables())


def require_owner() -> None:
    """Raise `NotTheOwner` unless the database lets this role rewrite every encrypted table."""
    for table in encrypted_tables():
        if not _answer(IS_OWNER, [table.name]):
            raise NotTheOwner


def require_silence() -> None:
    """Raise `SystemStillRuns` while any other program is connected to this database."""
    if _answer(OTHERS, []):
        raise SystemStillRuns


@contextmanager
def alone() -> Iterator[None]:
    """Only one rotation in this database at a time; raises `RotationRunning`."""
    if not _answer("SELECT pg_try_advisory_lock(%s)", [ROTATION_LOCK]):
        raise RotationRunning
    try:
        yield
    finally:
        _answer("SELECT pg_advisory_unlock(%s)", [ROTATION_LOCK])


def rewrite(*, under: int, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[Batch]:
    """Rewrite what is outdated, a batch a transaction, under the number of an event that stands.

    Yields after each commit. A row's `written_in` stays: what it says was written then.
    """
    for table in encrypted_tables():
        is_insert_only = bool(_answer(IS_INSERT_ONLY, [table.name, INSERT_ONLY_TRIGGER]))
        last: Any = None
        while keys := _rewrite_batch(table, last, under, rows_at_once, is_insert_only):
            yield Batch(table.name, len(keys))
            last = keys[-1]


def _rewrite_batch(
    table: EncryptedTable, last: Any, under: int, rows_at_once: int, is_insert_only: bool
) -> list[Any]:
    """Rewrites the rows after `last`; returns their keys."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SET_EVENT, [str(under)])
        cursor.execute(*_select(table, last, rows_at_once))
        rows = cursor.fetchall()
        if not rows:
            return []
        renewed = [_renewed(table, row) for row in rows]
        if is_insert_only:
            # Locks out other writers until the commit, so that nobody else meets it lifted.
            cursor.execute(_switch(table, "DISABLE"))
        cursor.executemany(_update(table), renewed)
        if is_insert_only:
            cursor.execute(_switch(table, "ENABLE"))
    return [row[0] for row in rows]


def _renewed(table: EncryptedTable, row: tuple[Any, ...]) -> list[Any]:
    keys = provider()
    tokens: list[Any] = []
    for token, context in zip(row[1:], table.contexts.values(), strict=True):
        if token is None or keys.is_current(bytes(token)):
            tokens.append(token)
        else:
            tokens.append(
                keys.encrypt(keys.decrypt(bytes(token), context=context), context=context)
            )
    return [*tokens, row[0]]


# Names of tables and columns come from our own models, never from outside: hence the S608.


def _select(table: EncryptedTable, last: Any, limit: int) -> tuple[str, list[Any]]:
    condition, values = _outdated(table)
    after = "" if last is None else f" AND {table.key} > %s"
    columns = ", ".join(map(_quoted, [table.key, *table.contexts]))
    sql = (
        f"SELECT {columns} FROM {table.name} WHERE ({condition}){after}"  # noqa: S608
        f" ORDER BY {table.key} LIMIT %s FOR UPDATE"
    )
    return sql, [*values, *([] if last is None else [last]), limit]


def _update(table: EncryptedTable) -> str:
    settings = ", ".join(f"{_quoted(column)} = %s" for column in table.contexts)
    return f"UPDATE {table.name} SET {settings} WHERE {table.key} = %s"  # noqa: S608


def _switch(table: EncryptedTable, way: str) -> str:
    return f"ALTER TABLE {table.name} {way} TRIGGER {INSERT_ONLY_TRIGGER}"


def _outdated(table: EncryptedTable) -> tuple[str, list[Any]]:
    """A condition that holds for rows with a token that today's key and algorithm did not make."""
    head = provider().current_head()
    condition = " OR ".join(
        f"substring({_quoted(column)} FROM 1 FOR {len(head)}) <> %s" for column in table.contexts
    )
    return condition, [head] * len(table.contexts)


def _count_outdated(table: EncryptedTable) -> int:
    condition, values = _outdated(table)
    return int(_answer(f"SELECT count(*) FROM {table.name} WHERE {condition}", values))  # noqa: S608


def _tokens_by_key(table: str, column: str) -> dict[int, int]:
    column = _quoted(column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT get_byte({column}, 2) * 256 + get_byte({column}, 3), count(*)"  # noqa: S608
            f" FROM {table} WHERE {column} IS NOT NULL GROUP BY 1"
        )
        return dict(cursor.fetchall())


def _quoted(column: str) -> str:
    """A column may be called by a word of SQL."""
    return connection.ops.quote_name(column)


def _answer(sql: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]
