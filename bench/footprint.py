# ruff: noqa: E402 -- Django can be imported only after its settings are pointed at the register
"""What `weiguang up` on the demonstration city needs: seconds to the first answer, and memory.

Memory is PSS of all its processes, the database's among them, so that what several share counts
once. `python -m bench.footprint [1000]`: how many pages are opened before it is read again.
"""

import sys

from bench.place import HOME, settle_in_at

DATA = settle_in_at(HOME / "city")

import asyncio
import http.client
import os
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from itertools import chain, cycle, islice
from typing import Final

from django.conf import settings

from bench.visiting import PORT, Visitor, asked, held_mb, served, visitors
from weiguang.config.prepare import database_running, make_keys, migrate
from weiguang.config.secret import make_secret
from weiguang.config.synthetic import DEFAULT_SEED, DEMO_PASSWORD, has_city, load_city

PAGES: Final = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
AT_ONCE: Final = 4
STARTS: Final = 3
PATIENCE_S: Final = 60
POLL_S: Final = 0.02
# Until all processes have begun.
SETTLING_S: Final = 2


def main() -> None:
    """Make the city when there is none, start it cold some times, and open pages."""
    with database_running():
        people = _prepared()
    for _ in range(STARTS):
        print(f"cold start to the first answer: {_start_s():.1f} s, {_load()}")
    with served() as process:
        time.sleep(SETTLING_S)
        _tell("idle", held_mb(process, DATA))
        outcomes = asyncio.run(_open(people))
        _tell(f"after {PAGES} pages", held_mb(process, DATA))
        print(f"answers: {dict(outcomes)}, {_load()}")


def _prepared() -> list[Visitor]:
    make_keys()
    make_secret(settings.DATA_DIR)
    migrate()
    if not has_city():
        load_city("demo", seed=DEFAULT_SEED, password=DEMO_PASSWORD, tell=lambda done, total: None)
    return visitors(50)


def _start_s() -> float:
    """Seconds from the command to the first page, with the database stopped before."""
    command = [sys.executable, "-m", "weiguang.config.cli", "up", "--port", str(PORT)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while not _answers():
            if process.poll() is not None or time.perf_counter() - began > PATIENCE_S:
                raise SystemExit("the city was not served")
            time.sleep(POLL_S)
        took = time.perf_counter() - began
        time.sleep(SETTLING_S)
        process.terminate()
    return took


def _answers() -> bool:
    page = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE_S)
    try:
        page.request("GET", "/")
        return page.getresponse().status < 500
    except OSError:
        return False
    finally:
        page.close()


async def _open(people: Sequence[Visitor]) -> Counter[str]:
    turns = chain.from_iterable(zip(*(
        [(key, page) for page in islice(cycle(pages), PAGES // len(people) + 1)]
        for key, pages in people
    ), strict=True))  # fmt: skip
    wanted, outcomes = iter(list(turns)[:PAGES]), Counter[str]()

    async def opens() -> None:
        for key, page in wanted:
            outcomes[await asked(key, page)] += 1

    await asyncio.gather(*(opens() for _ in range(AT_ONCE)))
    return outcomes


def _tell(when: str, held: dict[str, float]) -> None:
    said = ", ".join(f"{name} {mb:.0f} MB" for name, mb in held.items())
    print(f"{when}: {sum(held.values()):.0f} MB ({said})")


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
