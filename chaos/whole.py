"""The installation as an operator runs it: `weiguang up` with granian and its worker, hit at steps
drawn by lot; and what then brings it back.

Pages that die are started again by granian, the database by `up`; when the worker dies `up` ends
and somebody (systemd, the operator, here the driver) starts it again.
"""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from chaos.plan import BLOWS, COMMAND, WORKER
from chaos.programs import Web
from chaos.quiet import left
from chaos.site import PATIENCE_S, Site
from chaos.stories import STORIES, Stage, Story
from chaos.trial import Row

POLL_S = 0.1
STEPS = 40  # every story has more; the worker at rest makes a dozen in a round


@dataclass
class Up(Web):
    """`weiguang up` on a port of its own."""

    site: Site
    port: int = 0
    starts: int = 0
    _up: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def need(self) -> None:
        """Start it unless it runs, and wait until its pages answer."""
        if self.is_alive():
            return
        self.starts += 1
        with socket.socket() as tried:
            tried.bind(("127.0.0.1", 0))
            self.port = tried.getsockname()[1]
        self._up = subprocess.Popen(
            [sys.executable, "-m", "weiguang.config.cli", "up", "--port", str(self.port),
             "--seed", "none"],
            env=os.environ | {"CHAOS_FOLDER": str(self.site.folder)},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._up.stdout is not None
        if not any(f":{self.port}".encode() in line for line in self._up.stdout):
            raise RuntimeError("weiguang up does not come up")

    def is_alive(self) -> bool:
        """Whether `up` runs."""
        return self._up is not None and self._up.poll() is None

    def stop(self) -> None:
        """As an operator stops it."""
        if self._up is not None:
            self._up.send_signal(signal.SIGTERM)
            self._up.wait()


def hit(
    stage: Stage, times: int, seed: int
) -> tuple[list[Row], list[tuple[Story, Any]], list[str]]:
    """So many blows of each kind, each on an act drawn by lot; a row for each kind."""
    chance, rows, things = random.Random(seed), [], []
    stories = [story for story in STORIES if story.program != COMMAND]
    for blow in BLOWS:
        row = Row("`weiguang up`", blow)
        for _ in range(times):
            story, step = chance.choice(stories), chance.randint(1, STEPS)
            things.append((story, _one(stage, story, step, row)))
        rows.append(row)
    return rows, things, []


def _one(stage: Stage, story: Story, step: int, row: Row) -> Any:
    _quiet(stage.web)
    thing = story.prepare(stage)
    stage.site.arm(story.program, step, row.blow)
    acknowledged = story.program != WORKER and story.act(stage, thing)
    _quiet(stage.web)
    row.blows += stage.site.disarm()
    found = story.counts(thing)
    row.steps += 1
    row.acknowledged += acknowledged
    row.undone += found == story.before
    row.done_unacknowledged += found == story.after and not acknowledged
    if acknowledged and found != story.after:
        row.faults.append(f"{story.name}, step {step}: acknowledged, but {found}")
    if not acknowledged and story.program != WORKER:
        story.act(stage, thing)
    if story.counts(thing) != story.after:
        row.faults.append(f"{story.name}, step {step}: in the end {story.counts(thing)}")
    return thing


def _quiet(up: Web) -> None:
    """Until nothing is owed and all is sealed, by whoever `up` has or gets for it."""
    give_up_at = time.monotonic() + 2 * PATIENCE_S
    while time.monotonic() < give_up_at:
        up.need()
        with contextlib.suppress(OperationalError, InterfaceError):
            if not left():
                return
        connection.close()
        time.sleep(POLL_S)
    raise TimeoutError("it does not come to rest")
