"""After a split somebody who knows the houses says of each child: it stays, or belongs to the new
place; from the day of the split on.
"""

from collections.abc import Mapping
from uuid import UUID

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.actions.place_carrying import ABOVE, ALLOT
from weiguang.register.actions.places_follow import move_children, move_households
from weiguang.register.models import Allotment, PlaceChange
from weiguang.register.queries.place_changes import to_allot
from weiguang.tasks.actions.tasks import finish_about, hand_over_within
from weiguang.tasks.models import Task
from weiguang.tasks.queries.posts import post_for


def allot(*, change: PlaceChange, answers: Mapping[UUID, str], by: Actor) -> int:
    """Keep what is said of children by allotment: `stays` or `goes`; how many were decided.

    A child that goes takes its household and its open tasks along. With the last answer the task is
    done. Raises `Conflict` for a child that somebody else decided meanwhile.
    """
    if any(said not in (Allotment.State.STAYS, Allotment.State.GOES) for said in answers.values()):
        raise Invalid
    with act(Verb.PLACE_ALLOT, by=by, about=change.subject):
        waiting = change.allotments.select_for_update(of=("self",)).select_related("child")
        found = list(waiting.filter(pk__in=answers).order_by("pk"))
        if len(found) != len(answers) or any(one.state != "waiting" for one in found):
            raise Conflict
        for one in found:
            amend(
                one, about_id=one.child_id, state=answers[one.pk], decided_by_id=by.person_id,
                decided_at=clock.now(),
            )  # fmt: skip
        _go([one for one in found if one.state == Allotment.State.GOES], change, by)
        # A child moved for safety since is on nobody's list and must not keep the task open.
        if not to_allot(change.place).filter(change=change).exists():
            finish_about(kind=ALLOT, about_id=change.pk, by=by)
    return len(found)


def _go(going: list[Allotment], change: PlaceChange, by: Actor) -> None:
    place, new = change.place, change.result
    assert new is not None
    keys = [one.child_id for one in going]
    move_children(place=place, to=new, on=change.on, only=keys)
    homes = [one.child.household_id for one in going if one.child.household_id]
    move_households(place=place, to=new, homes=homes)
    _give_tasks(keys, place, new, by)


def _give_tasks(children: list[UUID], place: Place, new: Place, by: Actor) -> None:
    waiting = Task.objects.filter(
        child_id__in=children, post__place=place, state=Task.State.OPEN
    ).select_related("post")
    for role in sorted(set(waiting.values_list("post__role", flat=True))):
        post = post_for(new.path, role, *ABOVE, on=by.on)
        if post is not None:
            hand_over_within(waiting.filter(post__role=role), post)
