"""Who lives under one roof, so that siblings are seen together."""

from collections.abc import Sequence

from weiguang.kernel.errors import Invalid
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child, Household


def form(*, children: Sequence[Child], place: Place, address: str = "", by: Actor) -> Household:
    """Bring children, one at least, together in a new household; each leaves the one it was in."""
    if not children:
        raise Invalid
    household = Household(place=place, address=address or None)
    with act(Verb.CHILD_AMEND, by=by, about=children[0].subject) as event:
        household.save(force_insert=True)
        mark_made(event, household)
        for child in children:
            _settle(child, household, by)
    return household


def join(*, child: Child, other: Child, by: Actor) -> Household:
    """Let a child live with another, whose file the actor keeps too; returns their household.

    Raises `Invalid` when the other lives outside the city and is in no household yet.
    """
    with act(Verb.CHILD_AMEND, by=by, about=other.subject):
        household = other.household
        if household is None:
            if other.residence_place is None:
                raise Invalid
            household = form(children=[other], place=other.residence_place, by=by)
        _settle(child, household, by)
    return household


def leave(*, child: Child, by: Actor) -> None:
    """Let a child no longer belong to its household."""
    _settle(child, None, by)


def _settle(child: Child, household: Household | None, by: Actor) -> None:
    with act(Verb.CHILD_AMEND, by=by, about=child.subject):
        amend(child, household=household)
