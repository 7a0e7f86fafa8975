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
import time
from collections import Counter
from itertools import cycle
from random import Random
from statistics import quantiles
from typing import Final

from bench.city import city_of
from bench.visiting import asked, held_mb, served, visitors

SESSIONS: Final = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
EVERY_S: Final = 20
FOR_S: Final = 120
CHANCE: Final = Random(2021)


def main() -> None:
    """Bring the city up, let everybody work, and print what they lived through."""
    with city_of(CHILDREN):
        people, began = visitors(SESSIONS), time.perf_counter()
        with served() as process:
            print(f"answering {time.perf_counter() - began:.1f} s after its start")
            waits: list[float] = []
            outcomes: Counter[str] = Counter()
            asyncio.run(_everybody(people, waits, outcomes))
            held = held_mb(process, DATA)
    cuts = quantiles(waits, n=100)
    print(f"{SESSIONS} sessions, {len(waits)} pages in {FOR_S} s at {CHILDREN:,} children")
    print(f"outcomes: {dict(outcomes)}")
    print(
        f"p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"
    )
    print(f"memory: {', '.join(f'{name} {mb:.0f} MB' for name, mb in held.items())}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


async def _everybody(
    people: list[tuple[str, list[str]]], waits: list[float], outcomes: Counter[str]
) -> None:
    until = time.perf_counter() + FOR_S
    await asyncio.gather(*(_works(key, pages, until, waits, outcomes) for key, pages in people))


async def _works(
    key: str, pages: list[str], until: float, waits: list[float], outcomes: Counter[str]
) -> None:
    """One person: a page, then a rest until her next turn, from a moment of her own."""
    turn = time.perf_counter() + CHANCE.random() * EVERY_S
    for page in cycle(pages):
        if turn >= until:
            return
        await asyncio.sleep(max(0.0, turn - time.perf_counter()))
        began = time.perf_counter()
        outcomes[await asked(key, page)] += 1
        waits.append(time.perf_counter() - began)
        turn += EVERY_S


if __name__ == "__main__":
    main()
