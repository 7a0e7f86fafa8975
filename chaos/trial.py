"""One blow at one step of one story, and what stood afterwards."""

from dataclasses import dataclass, field
from typing import Any

from chaos.plan import COMMAND, KILL, WORKER
from chaos.stories import Counts, Stage, Story


@dataclass
class Row:
    """What blows of one kind did to one story, all steps together."""

    story: str
    blow: str
    steps: int = 0
    blows: int = 0
    acknowledged: int = 0
    done_unacknowledged: int = 0
    undone: int = 0
    faults: list[str] = field(default_factory=list)


def suffer(stage: Stage, story: Story, step: int, blow: str) -> tuple[bool, Any, Row]:
    """Whether the blow fell, the thing it fell on, and a row with what it came to.

    Whoever got no answer does it again, as people do; then it must stand once.
    """
    row, thing = Row(story.name, blow), story.prepare(stage)
    stage.site.arm(story.program, step, blow)
    acknowledged = story.act(stage, thing)
    fell = stage.site.disarm()
    stage.site.wait_until_idle()
    found = _state(story, thing, row, f"step {step}")
    if acknowledged and found != story.after:
        row.faults.append(f"step {step}: acknowledged, but {found}")
    if blow != KILL and not _lives(stage, story):
        row.faults.append(f"step {step}: the {story.program} fell")
    row.blows += fell
    row.acknowledged += acknowledged
    row.done_unacknowledged += not acknowledged and found == story.after
    row.undone += found == story.before
    _do_again(stage, story, thing, row, step, acknowledged=acknowledged)
    return fell, thing, row


def _state(story: Story, thing: Any, row: Row, when: str) -> Counts:
    found = story.counts(thing)
    if found not in (story.before, story.after) and story.program != WORKER:
        row.faults.append(f"{when}: half done, {found}")
    return found


def _lives(stage: Stage, story: Story) -> bool:
    """Whether the program outlived what happened to its database; a command has ended anyway."""
    if story.program == WORKER:
        return stage.worker_lives
    return story.program == COMMAND or stage.web.is_alive()


def _do_again(
    stage: Stage, story: Story, thing: Any, row: Row, step: int, *, acknowledged: bool
) -> None:
    if not acknowledged:
        story.act(stage, thing)
    found = story.counts(thing)
    if found != story.after:
        row.faults.append(f"step {step}: after doing it again {found}")
