"""Keeping one person from one subject, and letting her back; each by an act of its own."""

from uuid import UUID

from weiguang.kernel import clock
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Bar
from weiguang.network.verbs import Verb


def bar(
    *, person_id: UUID, subject_kind: str, subject_id: UUID, reason: str, origin: UUID, by: Actor
) -> Bar:
    """Keep a person from a subject from this moment on, whatever her posts and grants say."""
    with act(Verb.GRANT_END, by=by, about=Subject("grant", subject_id)) as event:
        made = Bar(
            person_id=person_id, subject_kind=subject_kind, subject_id=subject_id, reason=reason,
            origin=origin, since=clock.now(),
        )  # fmt: skip
        made.save(force_insert=True)
        event.detail["bar"] = str(made.pk)
    return made


def lift(*, origin: UUID, by: Actor) -> int:
    """Lift every bar that was set for a thing; returns their number."""
    with act(Verb.GRANT_GIVE, by=by, about=Subject("grant", origin)) as event:
        held = list(Bar.objects.select_for_update().filter(origin=origin, lifted_at=None))
        for each in held:
            amend(each, lifted_at=clock.now())
        event.detail["bars"] = [str(each.pk) for each in held]
    return len(held)
