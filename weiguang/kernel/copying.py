"""Columns of values as lines of COPY's text format: the fastest way to hand rows to PostgreSQL.

The driver writes values one by one, which costs more than the rows cost the database; here a column
is written at a time. Which columns a table has, and what is encrypted, is said in `records`.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import DataError
from django.db.backends.postgresql.psycopg_any import DateRange, Jsonb

NOTHING: Final = r"\N"
# Between values that are looked through together; the database takes it in no text.
BETWEEN: Final = "\0"
SPECIAL: Final = re.compile(r"[\\\t\n\r]")
ESCAPES: Final = {ord("\\"): r"\\", ord("\t"): r"\t", ord("\n"): r"\n", ord("\r"): r"\r"}
IN_ARRAYS: Final = {ord("\\"): "\\\\", ord('"'): '\\"'}


def lines(columns: Iterable[Sequence[Any]]) -> str:
    """One line for each row of these columns, each line ended.

    Raises `TypeError` for a value whose type no column of ours has, `ValueError` for columns of
    different length, and `DataError` for a text with a null character.
    """
    said = [_written(column) for column in columns]
    rows = "\n".join(map("\t".join, zip(*said, strict=True)))
    return f"{rows}\n" if rows else ""


def _written(column: Sequence[Any]) -> Sequence[str]:
    kinds = set(map(type, column))
    if kinds == {str}:
        return _texts(column)
    if len(kinds) == 1:
        write = _writer(kinds.pop())
        return [write(value) for value in column]
    writers = {kind: _writer(kind) for kind in kinds}
    return [writers[type(value)](value) for value in column]


def _texts(column: Sequence[str]) -> Sequence[str]:
    whole = BETWEEN.join(column)
    if whole.count(BETWEEN) != len(column) - 1:
        raise DataError("a text holds a null character")
    return whole.translate(ESCAPES).split(BETWEEN) if SPECIAL.search(whole) else column


def _writer(kind: type) -> Callable[[Any], str]:
    return next((write for of, write in WRITERS if issubclass(kind, of)), _refuse)


def _refuse(value: object) -> str:
    raise TypeError(f"COPY was handed a {type(value).__name__}")


def _text(value: str) -> str:
    if BETWEEN in value:
        raise DataError("a text holds a null character")
    # `str.__str__`: of a choice it is the value that is stored.
    return str.__str__(value).translate(ESCAPES)


def _bytes(value: bytes) -> str:
    return r"\\x" + bytes(value).hex()


def _list(value: Sequence[str]) -> str:
    return _text("{" + ",".join(f'"{each.translate(IN_ARRAYS)}"' for each in value) + "}")


def _range(value: DateRange) -> str:
    if value.isempty:
        return "empty"
    first, last = (end.isoformat() if end else "" for end in (value.lower, value.upper))
    return f"{value.bounds[0]}{first},{last}{value.bounds[1]}"


# In this order: a truth is a whole number as well, a moment a day.
WRITERS: Final[tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...]] = (
    (type(None), lambda value: NOTHING),
    (str, _text),
    ((bytes, bytearray, memoryview), _bytes),
    (bool, lambda value: "t" if value else "f"),
    ((int, UUID), str),
    ((datetime, date), lambda value: value.isoformat()),
    (DateRange, _range),
    ((list, tuple), _list),
    (Jsonb, lambda value: _text((value.dumps or json.dumps)(value.obj))),
)
