# ruff: noqa: E402 -- Django can be imported only after its settings are pointed at the register
"""Two thousand sessions that exist, each opening a page every twenty seconds for two minutes.

Prints requests, errors and percentiles, and what the servers hold of memory meanwhile.
`python -m bench.sessions [50000 [2000]]`: the register's children, and how many work.
"""

import sys

from bench.place import settle_in

CHILDREN = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
DATA = settle_in(CHILDREN)

import asyncio
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from random import Random
from statistics import quantiles
from typing import Final

import psutil

from bench.city import city_of
from bench.entering import session_of
from weiguang.kernel import clock
from weiguang.network.models import Account, Holding
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.addresses import list_address
from weiguang.register.queries.listing import ListWish

SESSIONS: Final = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
EVERY_S: Final = 20
FOR_S: Final = 120
PATIENCE_S: Final = 60
ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:(\d+)")
CHANCE: Final = Random(2021)
Visitor = tuple[str, list[str]]


def main() -> None:
    """Bring the city up, let everybody work, and print what they lived through."""
    with city_of(CHILDREN):
        visitors = _visitors()
        with _served() as (port, process):
            waits: list[float] = []
            outcomes: Counter[str] = Counter()
            asyncio.run(_everybody(port, visitors, waits, outcomes))
            held = _held_mb(process)
    cuts = quantiles(waits, n=100)
    print(f"{SESSIONS} sessions, {len(waits)} pages in {FOR_S} s at {CHILDREN:,} children")
    print(f"outcomes: {dict(outcomes)}")
    print(
        f"p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"
    )
    print(f"memory: {', '.join(f'{name} {mb:.0f} MB' for name, mb in held.items())}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def _visitors() -> list[Visitor]:
    """A session each for directors and supervisors, with the pages its person opens by turns."""
    on = clock.today()
    held = Holding.objects.filter(
        post__role__in=("child_director", "child_supervisor"), during__contains=on
    )
    people = list(Account.objects.filter(pk__in=held.values("person")).order_by("login")[:SESSIONS])
    pages = [_pages(person) for person in people]
    turns = islice(cycle(zip(people, pages, strict=True)), SESSIONS)
    return [(session_of(person), addresses) for person, addresses in turns]


def _pages(person: Account) -> list[str]:
    actor = actor_for(person, on=clock.today())
    some = list(children_for(actor, Verb.CHILD_LIST).only("pk", "pinyin").order_by("pk")[:3])
    found = [list_address(actor, ListWish(text=child.pinyin)) for child in some[:1]]
    return ["/", "/children/", *found, *(f"/children/{child.pk}/" for child in some)]


@contextmanager
def _served() -> Iterator[tuple[int, psutil.Process]]:
    command = [sys.executable, "-m", "weiguang.config.cli", "up", "--port", "8499"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = next((found for line in process.stdout if (found := ADDRESS.search(line))), None)
        if said is None:
            raise SystemExit("the city was not served")
        print(f"answering {time.perf_counter() - began:.1f} s after its start")
        try:
            yield int(said[1]), psutil.Process(process.pid)
        finally:
            process.terminate()


async def _everybody(
    port: int, visitors: list[Visitor], waits: list[float], outcomes: Counter[str]
) -> None:
    until = time.perf_counter() + FOR_S
    await asyncio.gather(
        *(_works(port, key, pages, until, waits, outcomes) for key, pages in visitors)
    )


async def _works(
    port: int, key: str, pages: list[str], until: float, waits: list[float],
    outcomes: Counter[str],
) -> None:  # fmt: skip
    """One person: a page, then a rest until her next turn, from a moment of her own."""
    turn = time.perf_counter() + CHANCE.random() * EVERY_S
    for page in cycle(pages):
        if turn >= until:
            return
        await asyncio.sleep(max(0.0, turn - time.perf_counter()))
        began = time.perf_counter()
        outcomes[await _asked(port, key, page)] += 1
        waits.append(time.perf_counter() - began)
        turn += EVERY_S


async def _asked(port: int, key: str, page: str) -> str:
    """The status of the page, read to its end; or what went wrong."""
    try:
        return await asyncio.wait_for(_read(port, key, page), PATIENCE_S)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        return type(error).__name__


async def _read(port: int, key: str, page: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            f"GET {page} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={key}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n")
        await reader.read(-1)
        return head.split()[1].decode()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _held_mb(process: psutil.Process) -> dict[str, float]:
    """The memory that is theirs alone, of our processes and of the database's, in megabytes."""
    ours = [process, *process.children(recursive=True)]
    root = str((DATA / "postgres").resolve())
    masters = [
        each for each in psutil.process_iter(["cmdline"])
        if root in " ".join(each.info["cmdline"] or ()) and "postgres" in each.name()
    ]  # fmt: skip
    database = [each for master in masters for each in (master, *master.children(recursive=True))]
    return {
        "web and worker": sum(each.memory_full_info().pss for each in ours) / 2**20,
        "database": sum(each.memory_full_info().pss for each in set(database)) / 2**20,
    }


if __name__ == "__main__":
    main()
