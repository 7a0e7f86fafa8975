"""A served register and the people who open its pages: what `sessions` and `footprint` share."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import psutil

from bench.entering import session_of
from weiguang.kernel import clock
from weiguang.network.models import Account, Holding
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.addresses import list_address
from weiguang.register.queries.listing import ListWish

PATIENCE_S: Final = 60
PORT: Final = 8499
ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:(\d+)")
Visitor = tuple[str, list[str]]


def visitors(count: int) -> list[Visitor]:
    """A session each for directors and supervisors, with the pages its person opens by turns."""
    on = clock.today()
    held = Holding.objects.filter(
        post__role__in=("child_director", "child_supervisor"), during__contains=on
    )
    people = list(Account.objects.filter(pk__in=held.values("person")).order_by("login")[:count])
    pages = [_pages(person) for person in people]
    turns = islice(cycle(zip(people, pages, strict=True)), count)
    return [(session_of(person), addresses) for person, addresses in turns]


def _pages(person: Account) -> list[str]:
    actor = actor_for(person, on=clock.today())
    some = list(children_for(actor, Verb.CHILD_LIST).only("pk", "pinyin").order_by("pk")[:3])
    found = [list_address(actor, ListWish(text=child.pinyin)) for child in some[:1]]
    return ["/", "/children/", *found, *(f"/children/{child.pk}/" for child in some)]


@contextmanager
def served() -> Iterator[psutil.Process]:
    """`weiguang up` on `PORT`, once it has said that it can be used, until it is let go."""
    command = [sys.executable, "-m", "weiguang.config.cli", "up", "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if not any(ADDRESS.search(line) for line in process.stdout):
            raise SystemExit("the city was not served")
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


async def asked(key: str, page: str, port: int = PORT) -> str:
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


def held_mb(process: psutil.Process, data: Path) -> dict[str, float]:
    """The memory of our processes and the database in megabytes; what they share once (PSS)."""
    ours = [process, *process.children(recursive=True)]
    place = str((data / "postgres").resolve())
    masters = [
        each for each in psutil.process_iter(["cmdline"])
        if place in " ".join(each.info["cmdline"] or ()) and "postgres" in each.name()
    ]  # fmt: skip
    database = {each for master in masters for each in (master, *master.children(recursive=True))}
    found = {"web and worker": 0, "database": 0}
    for kind, several in (("web and worker", ours), ("database", database)):
        for each in several:
            with suppress(psutil.NoSuchProcess):
                found[kind] += each.memory_full_info().pss
    return {kind: size / 2**20 for kind, size in found.items()}
