"""The register's life in any order, through its own doors: nothing breaks, hides or is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import last_event
from tests.fuzz.life import Life
from tests.world import World
from weiguang.kernel.models import Event

ALL = list(HealthCheck)
# Otherwise people were refused whatever they pressed, and nothing was proved.
LIVED = ("child.register", "child.amend", "import.upload", "import.confirm", "merge.propose",
         "merge.carry", "move.receive", "approval.sign", "task.open")  # fmt: skip


@pytest.fixture(scope="module")
def lived_in(world: World) -> Iterator[Any]:
    """A life on this module's stage; what it leaves there, the next one finds."""
    Life.world = world
    yield Life
    del Life.world


def live(life: Any, *, lives: int, steps: int, is_repeatable: bool) -> None:
    """So many lives of so many steps, in which at least what `LIVED` names was done.

    What happened is committed: a step that is tried again meets another register, so nothing is
    shrunk and nothing replayed.
    """
    before = last_event()
    run_state_machine_as_test(
        life,
        settings=settings(max_examples=lives, stateful_step_count=steps, deadline=None,
                          database=None, derandomize=is_repeatable, phases=[Phase.generate],
                          suppress_health_check=ALL),
    )  # fmt: skip

    done = set(Event.objects.filter(id__gt=before, was_refused=False).values_list("verb"))
    assert {(verb,) for verb in LIVED} <= done


def test_nothing_is_lost_whatever_people_do_in_whichever_order(lived_in: Any) -> None:
    live(lived_in, lives=8, steps=60, is_repeatable=True)


@pytest.mark.long
def test_nothing_is_lost_in_a_long_life(lived_in: Any) -> None:
    live(lived_in, lives=60, steps=80, is_repeatable=False)
