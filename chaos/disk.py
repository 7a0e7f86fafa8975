"""A full disk: the data directory lies on a small file system of its own, which is filled to the
last byte, again and again with another room left, while people go on working.

Making a file system needs the right to mount one (root on Linux); without it nothing is claimed.
"""

import contextlib
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from chaos.plan import WORKER
from chaos.programs import Worker
from chaos.quiet import work_until_quiet
from chaos.stories import STORIES, Stage, Story
from chaos.trial import Row

SIZE_MB = 320
# How much room is left when the others begin: nothing, a page or two, part of a log segment, ...
ROOMS = (0, 20_000, 300_000, 5_000_000, 17_000_000)
TIMES = 2
ROUNDS_S = 2


def mount(folder: Path) -> bool:
    """Whether the folder is now a file system of its own, of `SIZE_MB`."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=711", "none", folder],
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def unmount(folder: Path) -> None:
    """Take the file system away, and all in it."""
    subprocess.run(["umount", folder], check=True)


def fill(stage: Stage, data: Path) -> tuple[list[Row], list[tuple[Story, Any]], list[str]]:
    """One row for each room left, everything that was done, and what else went wrong (nothing)."""
    rows, things = [], []
    for room in ROOMS:
        row, acted = _filled(stage, data, room)
        rows.append(row)
        things += acted
    return rows, things, []


def _filled(stage: Stage, data: Path, room: int) -> tuple[Row, list[tuple[Story, Any]]]:
    row = Row("everything", f"disk full, {room} bytes left")
    things = [(story, story.prepare(stage)) for _ in range(TIMES) for story in STORIES]
    ballast = data / "ballast"
    _write_until_full(ballast, room)
    try:
        told = [_acted(stage, story, thing) for story, thing in things]
        row.faults += _worker_falls(stage)
        _press_log()
        if not stage.site.database.is_running():
            row.blow += ", server ended"
        row.faults += _worker_falls(stage)
        told = [was or _acted(stage, *each) for was, each in zip(told, things, strict=True)]
    finally:
        ballast.unlink()
    stage.site.heal()
    stage.site.wait_until_idle()
    for (story, thing), was_told in zip(things, told, strict=True):
        _look(stage, story, thing, row, was_told=was_told)
    work_until_quiet(stage.site)
    return row, things


def _look(stage: Stage, story: Story, thing: Any, row: Row, *, was_told: bool) -> None:
    found = story.counts(thing)
    row.steps += 1
    row.blows += not was_told
    row.acknowledged += was_told
    row.undone += found == story.before
    row.done_unacknowledged += found == story.after and not was_told
    if was_told and found != story.after:
        row.faults.append(f"{story.name}: acknowledged, but {found}")
    if not was_told:
        story.act(stage, thing)
    if story.counts(thing) != story.after:
        row.faults.append(f"{story.name}: after doing it again {story.counts(thing)}")


def _acted(stage: Stage, story: Story, thing: Any) -> bool:
    """Whether it was acknowledged; the worker acknowledges nothing, it is looked at apart."""
    if story.program == WORKER:
        return False
    with contextlib.suppress(DatabaseError, InterfaceError):
        return story.act(stage, thing)
    connection.close()
    return False


def _worker_falls(stage: Stage) -> list[str]:
    """The worker must wait for better times, whatever the full disk does to it."""
    worker = Worker(stage.site)
    time.sleep(ROUNDS_S)
    lives = worker.is_alive()
    worker.stop()
    return [] if lives else ["the worker fell"]


def _press_log() -> None:
    """Write to the database's log alone until it finds no room, which ends the server."""
    try:
        with connection.cursor() as cursor:
            for _ in range(SIZE_MB):
                cursor.execute(
                    "SELECT pg_logical_emit_message(false, 'chaos', repeat('x', 1000000))"
                )
    except (DatabaseError, InterfaceError):
        connection.close()


def _write_until_full(path: Path, room: int) -> None:
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(65536))
    os.truncate(path, max(0, path.stat().st_size - room))
