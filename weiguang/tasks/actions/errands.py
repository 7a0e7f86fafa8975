"""An errand: what a dispatcher asks somebody below to do, in words of her own."""

from typing import Final
from uuid import UUID

from weiguang.kernel.events import Subject
from weiguang.network.authority import Actor
from weiguang.tasks.actions.tasks import Origin, open_task
from weiguang.tasks.models import Task
from weiguang.tasks.rules.periods import Period

ERRAND: Final = "errand"


def give_errand(*, post_id: UUID, words: str, working_days: int, by: Actor) -> Task:
    """A task in words for a post of the actor's places; raises as `open_task`."""
    return open_task(
        kind=ERRAND, about=Subject("post", post_id), post_id=post_id,
        within=Period(working_days=working_days), by=by, origin=Origin(words=words.strip()),
    )  # fmt: skip
