"""The whole run: every story, every blow, every step (or a few of each by chance); the table."""

import argparse
import gc
import json
import random
import resource
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from chaos import disk, plan, whole
from chaos.plan import BLOWS, KILL, WORKER
from chaos.programs import Web
from chaos.quiet import work_until_quiet
from chaos.site import site
from chaos.stories import STORIES, Stage, Story
from chaos.trial import Row, suffer
from chaos.verdict import faults_of
from chaos.whole import Up

NEVER = 1_000_000
# Rows of the table, everything that was done, and what went wrong besides.
Suffered = tuple[list[Row], list[tuple[Story, Any]], list[str]]


def run(data: Path) -> int:
    """The exit status: 0 when nothing was lost, doubled or left half."""
    asked = _asked()
    began = time.monotonic()
    if asked.disk and not disk.mount(data):
        print("not done: only who may mount a file system can fill one (root on Linux)")
        return 3
    try:
        with site() as there:
            # Programs are forked from here: what is loaded is shared, not copied as it is counted.
            gc.freeze()
            stage = Stage(there, Up(there) if asked.whole else Web(there), count(1))
            rows, things, faults = _suffer(stage, asked, data)
            stage.web.stop()
            faults += faults_of(there)
            faults += [f"{s.name}: lost later" for s, thing in things if s.counts(thing) != s.after]
    finally:
        if asked.disk:
            disk.unmount(data)
        shutil.rmtree(data, ignore_errors=True)
    faults += [f"{row.story}, {row.blow}: {fault}" for row in rows for fault in row.faults]
    took = time.monotonic() - began
    if asked.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "faults": faults}))
    else:
        _print(rows, faults, took)
    return 1 if faults else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--each", type=int, help="so many steps of each story and blow, by chance")
    parser.add_argument(
        "--sparing", type=int, default=1,
        help="blows other than kill fall on the worker at every so manieth step only",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="stories whose name holds this")
    parser.add_argument("--blow", choices=BLOWS, action="append")
    parser.add_argument("--disk", action="store_true", help="fill the disk instead")
    parser.add_argument(
        "--whole", type=int, default=0, help="so many blows of each kind on `weiguang up` instead"
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _suffer(stage: Stage, asked: argparse.Namespace, data: Path) -> Suffered:
    if asked.disk:
        return disk.fill(stage, data)
    return whole.hit(stage, asked.whole, asked.seed) if asked.whole else _rows(stage, asked)


def _rows(stage: Stage, asked: argparse.Namespace) -> Suffered:
    rows, things, faults = [], [], []
    chance = random.Random(asked.seed)
    enough = _until_interrupted()
    for story in STORIES:
        if asked.only not in story.name or enough.is_set():
            continue
        work_until_quiet(stage.site)
        steps, thing, fault = _untouched(stage, story)
        things.append((story, thing))
        faults += fault
        for blow in asked.blow or BLOWS:
            if enough.is_set():
                break
            row = Row(story.name, blow, steps)
            stride = asked.sparing if story.program == WORKER and blow != KILL else 1
            for step in _steps(steps, asked.each, stride, chance):
                fell, thing, one = suffer(stage, story, step, blow)
                things.append((story, thing))
                _add(row, one)
                if not fell or enough.is_set():
                    break
            rows.append(row)
            print(f"{story.name}, {blow}: {row.blows} blows", file=sys.stderr, flush=True)
    return rows, things, faults


def _until_interrupted() -> threading.Event:
    """Set by Ctrl+C: what was begun is ended, looked at and told."""
    enough = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        enough.set()

    signal.signal(signal.SIGINT, stop)
    return enough


def _untouched(stage: Stage, story: Story) -> tuple[int, Any, list[str]]:
    """How many steps the story has when nothing happens to it, and whether it then works."""
    _, thing, row = suffer(stage, story, NEVER, plan.COUNT)
    steps = plan.counted(stage.site.folder)
    return steps, thing, [f"{story.name}, untouched: {fault}" for fault in row.faults]


def _steps(steps: int, each: int | None, stride: int, chance: random.Random) -> Iterator[int]:
    """All of them and on, until none is left to fall on; or so many of them."""
    if each is None:
        yield from count(1, stride)
    else:
        yield from sorted(chance.sample(range(1, steps + 1), min(each, steps)))


def _add(row: Row, one: Row) -> None:
    for name in ("blows", "acknowledged", "done_unacknowledged", "undone"):
        setattr(row, name, getattr(row, name) + getattr(one, name))
    row.faults += one.faults


def _print(rows: list[Row], faults: list[str], took: float) -> None:
    print("| Story | Blow | Steps | Blows | Acknowledged | Done, answer lost | Not done | Faults |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row.story} | {row.blow} | {row.steps} | {row.blows} | {row.acknowledged} |"
            f" {row.done_unacknowledged} | {row.undone} | {len(row.faults)} |"
        )
    print(f"\n{sum(row.blows for row in rows)} blows in {took:.0f} s, {_used():.0f} s of our CPU")
    print("\n".join(faults) or "nothing lost, nothing doubled, nothing half done; the audit proves")


def _used() -> float:
    return sum(
        sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
