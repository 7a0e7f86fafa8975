"""What COPY takes in is what was meant, whatever signs are in it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DataError, connection
from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.copying import lines
from weiguang.kernel.ids import new_id

KEY = new_id()
TABLE = """
CREATE TEMPORARY TABLE said (
  number integer, key uuid, words text, token bytea, yes boolean, day date, at timestamptz,
  during daterange, grams text[]
) ON COMMIT DROP
"""
NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
ROWS: list[tuple[Any, ...]] = [
    (1, KEY, "顾念安", b"\x00\\\n\xff", True, date(2024, 2, 29), NOON,
     DateRange(date(2024, 1, 1), None), ["顾", "顾念"]),
    (2, KEY, "a\tb\nc\rd\\N\\.", b"", False, None, NOON,
     DateRange(None, date(2024, 1, 1)), ['"', "\\", ",", "{}", "NULL", ""]),
    (3, None, "\\N", None, None, None, None, DateRange(empty=True), []),
    (4, None, None, None, None, None, None, None, None),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("at_once", [1, 4])
def test_every_value_comes_out_as_it_went_in(at_once: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        for start in range(0, len(ROWS), at_once):
            columns = list(zip(*ROWS[start : start + at_once], strict=True))
            with cursor.copy("COPY said FROM STDIN") as copy:
                copy.write(lines(columns))
        cursor.execute("SELECT * FROM said ORDER BY number")
        found = cursor.fetchall()

    assert [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found] == [
        tuple(row) for row in ROWS
    ]


@pytest.mark.parametrize("column", [["a\0b"], ["a", "b\0"], ["a\0", None]])
def test_a_null_character_is_refused(column: list[str | None]) -> None:
    with pytest.raises(DataError):
        lines([column])


def test_a_value_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        lines([[object()]])
