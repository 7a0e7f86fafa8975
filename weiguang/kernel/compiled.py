"""Reads whose statement is made once: the ORM writes it, later calls only fill in the values.

Making a statement costs the ORM more than the database needs to answer it, and a child's file asks
two dozen that differ in nothing but the child.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Final, Generic, TypeAlias, TypeVar, get_origin, get_type_hints
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, ForeignObject, Lookup, QuerySet

Row = TypeVar("Row", covariant=True)
Value: TypeAlias = UUID | date | int | str | list[UUID] | list[int] | list[str]
Values: TypeAlias = Mapping[str, Any]

# Stand-ins by which a value is found again among a statement's; nobody's id, number or day.
STAND_INS: Final[Mapping[Any, Callable[[int], Any]]] = {
    UUID: lambda number: UUID(int=(0x5EA7 << 112) + number),
    list[UUID]: lambda number: [UUID(int=(0x5EA7 << 112) + number)],
    list[int]: lambda number: [-7_000_000 - number],
    list[str]: lambda number: [f"\u2402{number}\u2403"],
    date: lambda number: date(2, 1, 1) + timedelta(days=number),
    datetime: lambda number: datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=number),
    int: lambda number: -7_000_000 - number,
    str: lambda number: f"\u2402{number}\u2403",
}


@dataclass(frozen=True, slots=True)
class Statement(Generic[Row]):
    """A statement in SQL with its values, where the ORM has no words for it."""

    sql: str
    params: Sequence[Any]


Built: TypeAlias = QuerySet[Any, Any] | Statement[Any]


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`field__among=[...]`: the same rows as `in`, the values sent as one array.

    The statement does not change with their number, so that it is made and planned once.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        """The array, each value as the column would send it."""
        column: Any = self.lhs.output_field
        return "%s", ([column.get_db_prep_value(each, connection) for each in value],)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """`column = ANY(array)`."""
        column, before = self.process_lhs(compiler, connection)
        array, values = self.process_rhs(compiler, connection)
        return f"{column} = ANY({array})", (*before, *values)


@ArrayField.register_lookup
class Holds(Lookup):
    """`array__holds=[...]`: the same rows as `contains`, the values sent as one array."""

    lookup_name = "holds"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        """The array, as the column would send it."""
        column: Any = self.lhs.output_field
        return "%s::" + column.db_type(connection), (list(value),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """`column @> array`."""
        column, before = self.process_lhs(compiler, connection)
        array, values = self.process_rhs(compiler, connection)
        return f"{column} @> {array}", (*before, *values)


class Compiled(Generic[Row]):
    """A function's query, made at its first use; `papers(child_id=child.pk)` asks it.

    The function takes by name what its annotations say (a type of `STAND_INS`), each of them a
    plain value of the query, a list for the lookup `among`. It may not branch on them, nor read a
    clock. Asked for the first time by two threads at once, it is made twice.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self.__doc__ = build.__doc__

    def __call__(self, **values: Value) -> list[Row]:
        """The rows for these values; one query. Raises `TypeError` for what is no value of it."""
        for name, of in self._types.items():
            if not isinstance(values.get(name), get_origin(of) or of):
                raise TypeError(f"{name} is to be {of}, not {type(values.get(name))}")
        return self._made.rows(values)

    @cached_property
    def _types(self) -> Mapping[str, Any]:
        types = get_type_hints(self.build)
        types.pop("return", None)
        return types

    @cached_property
    def _made(self) -> "Made":
        named = {name: STAND_INS[of](at) for at, (name, of) in enumerate(self._types.items())}
        made = Made(self.build(**named), named)
        if missing := named.keys() - made.names:
            raise TypeError(f"{self.build.__qualname__} does not ask by {missing}")
        return made


class Made:
    """A statement whose values are filled in anew: made of one that was built with stand-ins."""

    sql: str = ""
    names: frozenset[str] = frozenset()

    def __init__(self, built: Built, named: Values) -> None:
        self._built = built
        self._compiler: Any = None
        try:
            self.sql, params = spelled(built)
        except EmptyResultSet:
            return
        if isinstance(built, QuerySet):
            self._compiler = built.query.get_compiler(using=DEFAULT_DB_ALIAS)
            self._compiler.as_sql()
            chosen = self._compiler.select[: self._compiler.col_count]
            self._converters = self._compiler.get_converters([each[0] for each in chosen])
        self._fill = [_filler(said, named) for said in params]
        probe = {name: _Named(name) for name in named}
        self.names = frozenset(each.name for each in _flat([fill(probe) for fill in self._fill]))

    def params(self, values: Values) -> tuple[Any, ...]:
        """The values of the statement in their order."""
        return tuple(fill(values) for fill in self._fill)

    def rows(self, values: Values) -> list[Any]:
        """The rows for these values; one query."""
        if not self.sql:
            return []
        if isinstance(self._built, Statement):
            return answered(self.sql, self.params(values))
        found: Any = self._built._chain()  # type: ignore[attr-defined]
        found.query.get_compiler = self._again(self.params(values))
        with _planned_once():
            return list(found)

    def _again(self, params: tuple[Any, ...]) -> Callable[..., Any]:
        """What stands in for the making of the statement."""

        def compiler(using: str | None = None, **_: Any) -> Any:
            ready = copy(self._compiler)
            ready.connection = connections[using or DEFAULT_DB_ALIAS]
            ready.as_sql = lambda *_, **__: (self.sql, params)
            ready.get_converters = lambda *_: self._converters
            return ready

        return compiler


def asked(built: Built) -> list[Any]:
    """The rows of a statement as it stands; one query."""
    if not isinstance(built, Statement):
        return list(built)
    with connection.cursor() as cursor:
        cursor.execute(built.sql, built.params)
        return cursor.fetchall()


def answered(sql: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """The rows of a statement in SQL that comes often: planned once for each connection."""
    with connection.cursor() as cursor, _planned_once():
        cursor.execute(sql, values)
        return cursor.fetchall()


@contextmanager
def _planned_once() -> Iterator[None]:
    """What is asked meanwhile is prepared, and its plan is PostgreSQL's to keep.

    All else is planned for its values each time: a plan for any place could not use the index by
    places, and a million rows would tell.
    """
    connection.ensure_connection()
    kept: Any = connection.connection
    kept.prepare_threshold = 0 if settings.WEIGUANG_PREPARED else None
    try:
        yield
    finally:
        kept.prepare_threshold = None


def spelled(built: Built) -> tuple[str, Sequence[Any]]:
    """The statement with a place for each value, and the values in their order."""
    if isinstance(built, Statement):
        return built.sql, built.params
    sql, params = built.query.sql_with_params()
    return sql, params


@dataclass(frozen=True, slots=True)
class _Named:
    """Shows whose a value is."""

    name: str

    def replace(self, *_: str) -> str:
        return ""


def _filler(said: Any, named: Values) -> Callable[[Values], Any]:
    """How one value of the statement comes about from what is asked: by name, or it is constant."""
    for name, one in named.items():
        if type(said) is type(one) and said == one:
            return lambda values: values[name]
    if isinstance(said, (list, tuple)):
        fills = [_filler(each, named) for each in said]
        return lambda values: [fill(values) for fill in fills]
    if isinstance(said, str):
        for name, one in named.items():
            if isinstance(one, str) and one in said:
                return _within(said, name, one)
    if isinstance(said, date) or _reminds(said, named):
        raise TypeError("a day, a moment or a value that is worked out is to be asked for by name")
    return lambda values: said


def _within(said: str, name: str, one: str) -> Callable[[Values], Any]:
    """A text of LIKE with the value in it."""

    def fill(values: Values) -> Any:
        value = values[name]
        if isinstance(value, _Named):
            return value
        return said.replace(one, connection.ops.prep_for_like_query(value))

    return fill


def _reminds(said: Any, named: Values) -> bool:
    return not isinstance(said, bool) and any(str(one) in str(said) for one in named.values())


def _flat(found: Sequence[Any]) -> list[_Named]:
    flat: list[_Named] = []
    for each in found:
        if isinstance(each, _Named):
            flat.append(each)
        elif isinstance(each, list):
            flat += _flat(each)
    return flat
