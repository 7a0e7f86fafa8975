"""PostgreSQL as Django speaks to it, stopping at each step to ask whether a blow is due.

A step is: before each statement, before and within each COPY, before each commit, and after it.
The product knows nothing of this; `chaos.settings` names this backend in place of Django's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base

from chaos import plan


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose steps are counted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._before_statement)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.cursor_factory = _counting_copies(connection.cursor_factory, self)
        return connection

    def step(self) -> None:
        """One more step of this program."""
        plan.step(self.connection)

    def _commit(self) -> Any:
        self.step()
        done = super()._commit()  # type: ignore[misc]
        self.step()
        return done

    def _before_statement(
        self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        self.step()
        return execute(sql, params, many, context)


def _counting_copies(cursor: Any, wrapper: DatabaseWrapper) -> Any:
    class Counting(cursor):
        @contextmanager
        def copy(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
            wrapper.step()
            with super().copy(*args, **kwargs) as copy:
                wrapper.step()
                yield copy
                wrapper.step()

    return Counting
