"""What is due after each step of a lead: for whom, and within the periods of the pack.

Opened in the step's own act and by the system's right, since a village's post may open no task for
the town; so that no step is taken without what must follow it.
"""

from typing import Final
from uuid import UUID

from django.conf import settings

from weiguang.kernel import packs
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.models import Lead
from weiguang.register.rules.leads import CLOSED, State, Step
from weiguang.tasks.actions.tasks import Origin, cancel_about, finish_about, open_task
from weiguang.tasks.queries.posts import post_for, post_with
from weiguang.tasks.rules.periods import Period

ASSIGN: Final = "lead.assign"
VERIFY: Final = "lead.verify"
POLICE: Final = "lead.police"
SCHOOL: Final = "lead.school"
DECIDE: Final = "lead.decide"
CHECK: Final = "lead.check"
# Reasons of a task that its title does not say; words stand with the kinds.
AGAIN: Final = "again"
CITY: Final = "city_officer"

# What a step finishes, and what it makes needless.
FINISHES: Final[dict[Step, tuple[str, ...]]] = {
    Step.ASSIGNED: (ASSIGN,), Step.CONFLICT: (VERIFY,), Step.LOST: (VERIFY,),
    Step.POLICE_TOLD: (POLICE,), Step.SCHOOL_TOLD: (SCHOOL,), Step.FOUND: (VERIFY,),
    Step.RETURNED: (DECIDE,), Step.REGISTERED: (DECIDE,), Step.NOT_ELIGIBLE: (DECIDE,),
    Step.DUPLICATE: (DECIDE, CHECK),
}  # fmt: skip
CANCELS: Final[dict[Step, tuple[str, ...]]] = {
    Step.ASSIGNED: (VERIFY,), Step.MOVED: (ASSIGN, VERIFY, POLICE, SCHOOL),
    Step.FOUND: (POLICE, SCHOOL, ASSIGN),
}  # fmt: skip


def task_of_entering(lead: Lead, by: Actor) -> None:
    """Somebody verifies a new lead already, or somebody is asked to assign it."""
    if lead.post_id is not None:
        _open(VERIFY, lead, lead.post_id, by)
    else:
        _ask_to_assign(lead, by)


def follow(lead: Lead, step: Step, *, was: State, by: Actor) -> None:
    """Close what a step did or made needless, and open what must follow."""
    for kind in FINISHES.get(step, ()):
        finish_about(kind=kind, about_id=lead.pk, by=by, outcome=step.value)
    for kind in CANCELS.get(step, ()):
        cancel_about(about_id=lead.pk, by=by, kind=kind)
    if lead.state in CLOSED:
        cancel_about(about_id=lead.pk, by=by)
    elif was is State.UNREACHABLE or step is Step.LOST:
        _follow_unreachable(lead, step, by)
    else:
        _follow(lead, step, by)


def period(code: str) -> Period:
    """A period of the pack by its code."""
    return Period(**packs.deadline(settings.WEIGUANG_PACK, code).length)


def _follow(lead: Lead, step: Step, by: Actor) -> None:
    if step in (Step.ASSIGNED, Step.RETURNED) and lead.post_id is not None:
        _open(VERIFY, lead, lead.post_id, by)
    elif step in (Step.MOVED, Step.REOPENED) or (lead.post_id is None and step is Step.CONFLICT):
        cancel_about(about_id=lead.pk, by=by, kind=ASSIGN)
        _ask_to_assign(lead, by)
    elif step is Step.FOUND:
        _open_for(DECIDE, Verb.LEAD_CLOSE, lead, by, but=by.person_id)
    elif step is Step.CITY_ASKED:
        _ask_the_city(lead, by)


def _follow_unreachable(lead: Lead, step: Step, by: Actor) -> None:
    """Nobody is to be found: police and school are asked, and the village tries again."""
    if step in (Step.LOST, Step.MOVED):
        for kind in (POLICE, SCHOOL):
            _open_for(kind, Verb.LEAD_ASSIGN, lead, by)
    if step is Step.CITY_ASKED:
        _ask_the_city(lead, by)
    elif step in (Step.CONFLICT, Step.MOVED) and lead.post_id is None:
        cancel_about(about_id=lead.pk, by=by, kind=ASSIGN)
        _ask_to_assign(lead, by)
    elif step is Step.REACHED:
        for kind in (VERIFY, POLICE, SCHOOL):
            finish_about(kind=kind, about_id=lead.pk, by=by, outcome=step.value)
        _open_verify(lead, by)
    elif step in (Step.LOST, Step.TRIED, Step.ASSIGNED):
        finish_about(kind=VERIFY, about_id=lead.pk, by=by, outcome=step.value)
        _open_verify(lead, by, reason=AGAIN)


def _open_verify(lead: Lead, by: Actor, reason: str = "") -> None:
    if lead.post_id is not None:
        _open(VERIFY, lead, lead.post_id, by, reason=reason)
    else:
        _open_for(VERIFY, Verb.LEAD_ASSIGN, lead, by, reason=reason)


def _ask_to_assign(lead: Lead, by: Actor) -> None:
    _open_for(ASSIGN, Verb.LEAD_ASSIGN, lead, by)


def _ask_the_city(lead: Lead, by: Actor) -> None:
    cancel_about(about_id=lead.pk, by=by, kind=CHECK)
    post = post_for(lead.path, CITY, on=by.on)
    if post is not None:
        _open(CHECK, lead, post.pk, by)


def _open_for(
    kind: str, verb: Verb, lead: Lead, by: Actor, *, but: UUID | None = None, reason: str = ""
) -> None:
    """A task for the nearest post that may; none where nobody ever could (no such post)."""
    near = [*lead.barred, *([but] if but else [])]
    post = post_with(lead.path, verb, on=by.on, but=near)
    if post is not None:
        _open(kind, lead, post.pk, by, reason=reason)


def _open(kind: str, lead: Lead, post_id: UUID, by: Actor, reason: str = "") -> None:
    open_task(
        kind=kind, about=lead.subject, post_id=post_id, within=_within(kind, lead, reason),
        by=the_system(on=by.on), origin=Origin(reason=reason),
    )  # fmt: skip


def _within(kind: str, lead: Lead, reason: str) -> Period:
    return period("lead.again" if reason == AGAIN else kind)
