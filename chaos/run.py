"""The whole run: every story, every blow, every step (or a few of each by chance); the table."""

import argparse
import json
import random
import resource
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from chaos import disk, plan
from chaos.plan import BLOWS, CUT, LOST
from chaos.programs import WORKER, Web
from chaos.quiet import work_until_quiet
from chaos.site import site
from chaos.stories import STORIES, Stage, Story
from chaos.trial import Row, suffer
from chaos.verdict import faults_of

NEVER = 1_000_000


def run(data: Path) -> int:
    """The exit status: 0 when nothing was lost, doubled or left half."""
    asked = _asked()
    began = time.monotonic()
    if asked.disk and not disk.mount(data):
        print("not done: only who may mount a file system can fill one (root on Linux)")
        return 3
    try:
        with site() as there:
            stage = Stage(there, Web(there), count(1))
            rows, things, faults = disk.fill(stage, data) if asked.disk else _rows(stage, asked)
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
        help="lines of the worker are cut at every so manieth step only",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="stories whose name holds this")
    parser.add_argument("--blow", choices=BLOWS, action="append")
    parser.add_argument("--disk", action="store_true", help="fill the disk instead")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _rows(
    stage: Stage, asked: argparse.Namespace
) -> tuple[list[Row], list[tuple[Story, Any]], list[str]]:
    rows, things, faults = [], [], []
    chance = random.Random(asked.seed)
    for story in STORIES:
        if asked.only not in story.name:
            continue
        work_until_quiet(stage.site)
        steps, thing, fault = _untouched(stage, story)
        things.append((story, thing))
        faults += fault
        for blow in asked.blow or BLOWS:
            row = Row(story.name, blow, steps)
            stride = asked.sparing if story.program == WORKER and blow in (CUT, LOST) else 1
            for step in _steps(steps, asked.each, stride, chance):
                fell, thing, one = suffer(stage, story, step, blow)
                things.append((story, thing))
                _add(row, one)
                if not fell:
                    break
            rows.append(row)
    return rows, things, faults


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
