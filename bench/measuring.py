"""What one operation costs: statements, CPU of our process and of the database's, wall time, plans.

CPU counts, because a shared machine's wall clock says more about its neighbours.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

WARMING: Final = 5
# A table that is read from end to end only by mistake.
BIG: Final = 10_000
BIG_TABLES: Final = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND reltuples >= %s
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """One operation; milliseconds each time, `scanned` the big tables that were read whole."""

    name: str
    statements: int
    server_ms: float
    database_ms: float
    p50_ms: float
    p95_ms: float
    bytes: int
    scanned: tuple[str, ...]

    @property
    def cpu_ms(self) -> float:
        """The processor time of server and database together."""
        return self.server_ms + self.database_ms


def cost_of(name: str, ask: Callable[[], int], *, times: int) -> Cost:
    """Ask so many times, after a few to warm up; `ask` returns the length of what came back."""
    for _ in range(WARMING):
        length = ask()
    with CaptureQueriesContext(connection) as asked:
        ask()
    said = [query["sql"] for query in asked.captured_queries]
    walls, ours, theirs = [], time.process_time(), _backend_s()
    for _ in range(times):
        began = time.perf_counter()
        ask()
        walls.append((time.perf_counter() - began) * 1000)
    ours, theirs = time.process_time() - ours, _backend_s() - theirs
    cuts, big = quantiles(walls, n=20), _big_tables()
    return Cost(
        name=name, statements=len(said), server_ms=ours / times * 1000,
        database_ms=theirs / times * 1000, p50_ms=cuts[9], p95_ms=cuts[18], bytes=length,
        scanned=tuple(sorted({table for sql in said for table in scanned(sql) & big})),
    )  # fmt: skip


def scanned(sql: str) -> set[str]:
    """The tables that the statement's plan reads from end to end."""
    plan = plan_of(sql)
    nodes = _nodes(plan) if plan is not None else ()
    return {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}


def _big_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(BIG_TABLES, [BIG])
        return {row[0] for row in cursor.fetchall()}


def plan_of(sql: str) -> dict[str, Any] | None:
    """The plan of a statement that reads or writes; None for BEGIN and its like."""
    if not sql.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "(")):
        return None
    with connection.cursor() as cursor:
        # The driver has put the values in already; a percent sign stands for itself.
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql.replace('%', '%%')}", [])
        found = cursor.fetchone()[0]
    plans = found if isinstance(found, list) else json.loads(found)
    root: dict[str, Any] = plans[0]["Plan"]
    return root


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _backend_s() -> float:
    """The processor seconds of the server's process behind our connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    # The first figure is the time on a processor, in nanoseconds.
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
