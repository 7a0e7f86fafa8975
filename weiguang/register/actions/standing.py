"""What the apps above push down, so that lists know how a child stands without asking them."""

from datetime import date
from typing import TypedDict, Unpack

from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, Standing


class Facts(TypedDict, total=False):
    """What may be pushed; what is left out stays as it was."""

    level: str
    next_due_on: date | None
    next_due_kind: str
    is_emergency: bool
    is_suspended: bool


def push(*, child: Child, by: Actor, **facts: Unpack[Facts]) -> Standing:
    """State these facts in the child's one row, made when there is none; the rest stays.

    Only the system pushes (a reaction to what an upper app did), never a person.
    """
    with act(Verb.STANDING_PUSH, by=by, about=child.subject):
        # Held until the end: two reactions that push at once must not both make the row.
        Child.objects.select_for_update().only("pk").get(pk=child.pk)
        standing = Standing.objects.filter(child=child).first()
        if standing is None:
            standing = Standing(child=child, **facts)
            standing.save(force_insert=True)
        else:
            amend(standing, about_id=child.pk, **facts)
    return standing
