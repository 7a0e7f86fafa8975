"""Tables without their secondary indexes while they are filled by the million.

An index built once over all rows costs a fifth of one that is kept up row by row; constraints that
forbid overlaps more still. Both come back in the same transaction, and every row is checked then.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

from weiguang.kernel.records import Record

OWNED: Final = """
SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class
WHERE oid = ANY(%s::regclass[])
"""
EXCLUSIONS: Final = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
              pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'x' AND conrelid = ANY(%s::regclass[]) ORDER BY conname
"""
# Unique ones stay: foreign keys look there, and two equal numbers should fail early.
INDEXES: Final = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY indexrelid
"""
# Each foreign key asks the database once a row: at the end of each statement, not all at commit,
# and before the tables are altered again.
CHECK_AT_ONCE: Final = "SET CONSTRAINTS ALL IMMEDIATE"
ROOM_TO_SORT: Final = "SET LOCAL maintenance_work_mem = '512MB'"


@contextmanager
def bare(*models: type[Record]) -> Iterator[None]:
    """Inside a transaction: these tables without what slows filling; everything is back after.

    Only their owner can do that. For any other role nothing is taken away, and filling is slower.
    """
    tables: list[Any] = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute(CHECK_AT_ONCE)
        cursor.execute(OWNED, [tables])
        is_ours = cursor.fetchone()[0]
    statements = _statements(tables) if is_ours else []
    _run([drop for drop, _create in statements])
    yield
    _run([ROOM_TO_SORT, *(create for _drop, create in statements)] if statements else [])


def _statements(tables: list[Any]) -> list[tuple[str, str]]:
    """What takes each index or constraint away, and what brings it back."""
    found: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        for query in (EXCLUSIONS, INDEXES):
            cursor.execute(query, [tables])
            found += cursor.fetchall()
    return found


def _run(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
