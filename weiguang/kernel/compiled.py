"""Reads whose statement is made once: the ORM writes it, later calls only fill in the values.

Making a statement costs the ORM more than the database needs to answer it, and a child's file asks
two dozen that differ in nothing but the child.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final, Generic, TypeAlias, TypeVar, get_origin, get_type_hints
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, ForeignObject, Lookup, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", covariant=True)
Value: TypeAlias = UUID | date | int | str | list[UUID] | list[int]

# Stand-ins by which a value is found again among a statement's; nobody's id, number or day.
_STAND_INS: Final[Mapping[Any, Callable[[int], Any]]] = {
    UUID: lambda number: UUID(int=(0x5EA7 << 112) + number),
    list[UUID]: lambda number: [UUID(int=(0x5EA7 << 112) + number)],
    list[int]: lambda number: [-7_000_000 - number],
    date: lambda number: date(1, 1, 1 + number),
    datetime: lambda number: datetime(1, 1, 1 + number, tzinfo=UTC),
    int: lambda number: -7_000_000 - number,
    str: lambda number: f"\u2402{number}\u2403",
}


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


class Compiled(Generic[Row]):
    """A query of a function's, made at its first use: `compiled(child_id=...)` asks it.

    The function takes by name what its annotations say (a type of `_STAND_INS`), each of them a
    plain value of the query, a list for the lookup `among`; it may not branch on them. Asked for
    the first time by two threads at once, it is made twice.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self.__doc__ = build.__doc__

    def __call__(self, **values: Value) -> list[Row]:
        """The rows for these values; one query. Raises `TypeError` for what is no value of it."""
        made = self._made
        if values.keys() != made.names.keys():
            raise TypeError(f"{self._build.__qualname__} takes {', '.join(made.names)}")
        found = made.rows._chain()  # type: ignore[attr-defined]
        found.query.get_compiler = made.compiler_with(values)
        return list(found)

    @cached_property
    def _made(self) -> "_Made":
        types = get_type_hints(self._build)
        types.pop("return", None)
        named = {name: _STAND_INS[of](number) for number, (name, of) in enumerate(types.items())}
        rows = self._build(**named)
        compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        made = _Made(rows, compiler, sql, params, types, _whose(params, named))
        if missing := named.keys() - set(made.whose):
            raise TypeError(f"{self._build.__qualname__} does not ask by {missing}")
        return made


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement and whose each of its values is: a name, or None for what is always the same."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    params: Sequence[Any]
    names: Mapping[str, Any]
    whose: Sequence[str | None]

    def compiler_with(self, values: Mapping[str, Any]) -> Callable[..., Any]:
        """What stands in for the making of the statement."""
        for name, of in self.names.items():
            if not isinstance(values[name], get_origin(of) or of):
                raise TypeError(f"{name} is to be {of}, not {type(values[name])}")
        params = tuple(
            said if name is None else values[name]
            for name, said in zip(self.whose, self.params, strict=True)
        )

        def compiler(using: str | None = None, **_: Any) -> Any:
            ready: Any = copy(self.compiler)
            ready.connection = connections[using or DEFAULT_DB_ALIAS]
            ready.as_sql = lambda *_, **__: (self.sql, params)
            return ready

        return compiler


def _whose(params: Sequence[Any], named: Mapping[str, Any]) -> list[str | None]:
    found: list[str | None] = []
    for said in params:
        names = (name for name, one in named.items() if type(said) is type(one) and said == one)
        found.append(next(names, None))
    return found
