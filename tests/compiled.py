"""In tests a statement made once is held against the one the ORM would write, at its first uses and
now and then afterwards.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from django.core.exceptions import EmptyResultSet

from weiguang.kernel.compiled import Built, Compiled, Made, Value, spelled
from weiguang.network.authority import Actor
from weiguang.network.compiled import ForActor

# The first so many uses of each function in a process are checked, then every so manieth.
ALWAYS, THEN = 100, 10
Used: TypeAlias = list[tuple[str, Sequence[Any]]]
_notes = threading.local()


class StatementDiffersError(AssertionError):
    """A function's query depends on its values in more than their places."""


def check_every_statement() -> None:
    """From now on uses of statements made once are checked; nothing more is asked."""
    Made.rows = _noting(Made.rows)  # type: ignore[method-assign]
    Compiled.__call__ = _checked(Compiled.__call__, lambda each: each.build)  # type: ignore[method-assign]
    ForActor.__call__ = _checked(ForActor.__call__, lambda each: each.build)  # type: ignore[method-assign]


def _checked(call: Callable[..., Any], build_of: Callable[[Any], Callable[..., Built]]) -> Any:
    times: Counter[int] = Counter()

    def called(compiled: Any, *args: Actor, **values: Value) -> Any:
        times[id(compiled)] += 1
        if times[id(compiled)] > ALWAYS and times[id(compiled)] % THEN:
            return call(compiled, *args, **values)
        used: Used = []
        rows = _watching(used, lambda: call(compiled, *args, **values))
        if used:
            build = build_of(compiled)
            _compare(build.__qualname__, used[-1], _fresh(build(*args, **values)))
        return rows

    return called


def _watching(used: Used, ask: Callable[[], Any]) -> Any:
    """Ask, and note with which statement and values; each thread has notes of its own."""
    before = getattr(_notes, "used", None)
    _notes.used = used
    try:
        return ask()
    finally:
        _notes.used = before


def _noting(rows: Callable[[Made, Any], list[Any]]) -> Any:
    def noted(made: Made, values: Any) -> list[Any]:
        used: Used | None = getattr(_notes, "used", None)
        if used is not None:
            used.append((made.sql, made.params(values) if made.sql else ()))
        return rows(made, values)

    return noted


def _fresh(built: Built) -> tuple[str, Sequence[Any]]:
    try:
        return spelled(built)
    except EmptyResultSet:
        return "", ()


def _compare(name: str, used: tuple[str, Sequence[Any]], fresh: tuple[str, Sequence[Any]]) -> None:
    # Conditions joined by OR stand in the order of the values: their order says nothing.
    if used[0] != fresh[0] or sorted(map(_plain, used[1])) != sorted(map(_plain, fresh[1])):
        raise StatementDiffersError(f"{name}: {used} instead of {fresh}")


def _plain(value: Any) -> str:
    return str(list(value) if isinstance(value, (list, tuple)) else value)
