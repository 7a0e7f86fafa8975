"""Counting in one statement what would take several."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from weiguang.kernel.compiled import Statement


def counts(*lists: QuerySet[Any], most: int) -> Statement[tuple[int, ...]]:
    """How many rows each of the lists has, `most` + 1 for more: one row of as many numbers."""
    parts: list[str] = []
    values: list[Any] = []
    for rows in lists:
        try:
            sql, params = rows.order_by().values("pk")[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS rows)")  # noqa: S608 - the ORM's own
        values += params
    return Statement(f"SELECT {', '.join(parts)}", values)


def counts_where(rows: QuerySet[Any], *conditions: Q, most: int) -> Statement[tuple[int, ...]]:
    """How many rows there are, then how many fit each condition: one row of numbers.

    Counted among the first `most` rows: a first number above it says that there are more.
    """
    names = [f"is_{at}" for at in range(len(conditions))]
    told = {
        name: ExpressionWrapper(condition, BooleanField())
        for name, condition in zip(names, conditions, strict=True)
    }
    numbers = ["count(*)", *(f'count(*) FILTER (WHERE "{name}")' for name in names)]
    found = rows.order_by().annotate(**told).values_list("pk", *names)[: most + 1]
    try:
        sql, params = found.query.sql_with_params()
    except EmptyResultSet:
        return Statement(f"SELECT {', '.join('0' for _ in numbers)}", ())
    return Statement(f"SELECT {', '.join(numbers)} FROM ({sql}) AS rows", params)  # noqa: S608
