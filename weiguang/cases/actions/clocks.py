"""The clock on every step of a case: a task of the lead worker's post while the step is due."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings

from weiguang.cases.models import Case
from weiguang.cases.queries.places import paths_of
from weiguang.cases.rules.transitions import Action, State
from weiguang.kernel import clock, packs
from weiguang.kernel.events import Subject
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.tasks.actions.tasks import cancel_about, finish_about, open_task
from weiguang.tasks.models import Task
from weiguang.tasks.queries.posts import post_for
from weiguang.tasks.rules.periods import Period

ASSESS: Final = "case.assess"
PLAN: Final = "case.plan"
START: Final = "case.start"
REVIEW: Final = "case.review"
CLOSE: Final = "case.close"
SUSPENDED: Final = "case.suspended"
EMERGENCY: Final = "case.emergency"
REVISE: Final = "case.revise"
# What is due while a case is in a state.
DUE: Final[Mapping[str, str]] = {
    State.ACCEPTED: ASSESS, State.ASSESSED: PLAN, State.PLANNED: START, State.IN_SERVICE: REVIEW,
    State.REVIEW: REVIEW, State.CLOSING: CLOSE,
}  # fmt: skip
CENTRE: Final = ("duty_officer", "city_officer")


def wind(case: Case, kind: str) -> Task | None:
    """Open a task of a kind about the case for its lead worker, inside the caller's own act.

    One that is open already goes on.
    """
    if Task.objects.filter(kind=kind, about_id=case.pk, state=Task.State.OPEN).exists():
        return None
    return open_task(
        kind=kind, about=Subject("case", case.pk), post_id=case.lead_post_id, within=length(kind),
        by=the_system(on=clock.today()), child_id=case.child_id,
    )  # fmt: skip


def follow(case: Case, action: str, *, was: str, by: Actor, has_plan: bool = True) -> None:
    """After a step: what was due is done, and what is due now gets its clock."""
    if action == Action.SUSPEND:
        cancel_about(about_id=case.pk, by=by)
        wind(case, SUSPENDED)
        return
    if action == Action.RESUME:
        finish_about(kind=SUSPENDED, about_id=case.pk, by=by)
    if action == Action.RAISE_EMERGENCY:
        cancel_about(about_id=case.pk, by=by, kind=SUSPENDED)
        call_the_centre(case)
    if action == Action.END_EMERGENCY:
        finish_about(kind=EMERGENCY, about_id=case.pk, by=by)
    if action == Action.AGREE_PLAN:
        finish_about(kind=PLAN, about_id=case.pk, by=by)
    before, now = DUE.get(was, ""), DUE.get(case.state, "")
    if before and (before != now or action == Action.GO_ON):
        finish_about(kind=before, about_id=case.pk, by=by)
    if now:
        wind(case, now)
    if action == Action.START and not has_plan:
        wind(case, PLAN)


def call_the_centre(case: Case) -> Task | None:
    """A task for the centre that answers for the child; the village gets none.

    Who raised it was told to call 110 and the centre herself: this does not replace it.
    """
    on, paths = clock.today(), paths_of(case.child)
    post = post_for(paths[0], *CENTRE, on=on) if paths else None
    if post is None:
        return None
    return open_task(
        kind=EMERGENCY, about=Subject("case", case.pk), post_id=post.pk, within=length(EMERGENCY),
        by=the_system(on=on), child_id=case.child_id,
    )  # fmt: skip


def length(kind: str) -> Period:
    """How long the pack gives for it."""
    return Period(**packs.deadline(settings.WEIGUANG_PACK, kind).length)
