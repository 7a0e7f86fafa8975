"""An emergency screen that holds: the rescue and protection centre is called, and nobody else.

The village gets no task from it, whatever it is: who goes there is decided by the centre with 110.
"""

from typing import Final

from django.conf import settings

from weiguang.assessment.models import Assessment
from weiguang.assessment.queries.places import paths_of
from weiguang.kernel import clock, packs
from weiguang.kernel.events import Subject
from weiguang.network.queries import the_system
from weiguang.tasks.actions.tasks import Origin, open_task
from weiguang.tasks.models import Task
from weiguang.tasks.queries.posts import post_for
from weiguang.tasks.rules.periods import Period

EMERGENCY: Final = "assessment.emergency"
CENTRE: Final = ("duty_officer", "city_officer")


def call_the_centre(assessment: Assessment) -> Task | None:
    """A task for the centre that answers for the child; None where the city has no such post.

    Who assessed was told to call 110 and the centre herself: this does not replace it.
    """
    on = clock.today()
    paths = paths_of(assessment.child)
    post = post_for(paths[0], *CENTRE, on=on) if paths else None
    if post is None:
        return None
    within = packs.deadline(settings.WEIGUANG_PACK, "assessment.emergency")
    return open_task(
        kind=EMERGENCY, about=Subject("assessment", assessment.pk), post_id=post.pk,
        within=Period(**within.length), by=the_system(on=on), child_id=assessment.child_id,
        origin=Origin(key=f"{EMERGENCY}:{assessment.pk}"),
    )  # fmt: skip
