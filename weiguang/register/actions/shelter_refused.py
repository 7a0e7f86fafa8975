"""The second person says no to a move for safety: nothing opens by itself, and two are told.

Who is named can end the move, and who made it must answer for it; neither learns it by chance.
"""

from typing import Final
from uuid import UUID

from django.conf import settings

from weiguang.kernel import clock, packs
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.models import SafetyMove
from weiguang.register.queries.shelter import post_of_mover, post_of_named
from weiguang.tasks.actions.tasks import Origin, finish_about, open_task
from weiguang.tasks.models import Approval
from weiguang.tasks.queries.posts import post_with
from weiguang.tasks.rules.periods import Period

REFUSED: Final = "move.safety.refused"


def tell(*, approval: Approval, decision: str, caused_by: int) -> None:
    """Tell who is named and who moved the child; once for each answer. Agreed at last, it is done.

    The mover's own task names no child: it lies with her post, which must not know of it.
    """
    system = the_system(on=clock.today())
    move = SafetyMove.objects.select_related("child").get(pk=approval.about_id)
    with act(Verb.ALERT_RAISE, by=system, about=move.subject, caused_by=caused_by):
        if decision == Approval.State.APPROVED:
            settle(move, by=system)
        elif move.state != SafetyMove.State.ENDED:
            for post_id, child_id in _told(move, system).items():
                _tell(move, approval, post_id, child_id, decision)


def settle(move: SafetyMove, *, by: Actor) -> None:
    """Nobody needs to be told any more, inside the caller's own act."""
    finish_about(kind=REFUSED, about_id=move.pk, by=by)


def _told(move: SafetyMove, by: Actor) -> dict[UUID, UUID | None]:
    """The posts, with the child where its holder may know of it."""
    named = post_of_named(move.child, on=by.on)
    # Where nobody who was named is left, somebody of the city must still hear of it.
    other = named or post_with(move.city_path, Verb.MOVE_SAFETY, on=by.on)
    mover = post_of_mover(move, on=by.on)
    told: dict[UUID, UUID | None] = {mover.pk: None} if mover else {}
    if other is not None:
        told[other.pk] = move.child_id if named else None
    return told


def _tell(
    move: SafetyMove, approval: Approval, post_id: UUID, child_id: UUID | None, decision: str
) -> None:
    length = packs.deadline(settings.WEIGUANG_PACK, REFUSED).length
    key = f"{REFUSED}:{approval.pk}:{approval.round}:{post_id}"
    open_task(
        kind=REFUSED, about=move.subject, post_id=post_id, within=Period(**length),
        by=the_system(on=clock.today()), child_id=child_id,
        origin=Origin(reason=decision, key=key),
    )  # fmt: skip
