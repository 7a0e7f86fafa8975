"""A child moves between towns with a receipt: nobody lets go before somebody else has taken over.

From the sending on both towns see the child; after the receipt the old one for some days more. A
child moved for safety is never sent this way (see `shelter`).
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.conflicts import declare
from weiguang.register.actions.files import Move, move
from weiguang.register.models import Child, ChildPlace, Transfer
from weiguang.tasks.actions.tasks import (
    Origin,
    finish_about,
    hand_over_within,
    open_task,
)
from weiguang.tasks.models import Task
from weiguang.tasks.queries.posts import post_for
from weiguang.tasks.rules.periods import Period

RECEIVE: Final = "move.receive"
RETURNED: Final = "move.returned"
DISPATCHERS: Final = ("child_supervisor", "town_civil_affairs")
WORKERS: Final = ("child_director", "child_supervisor", "town_civil_affairs")


class UnderWay(Conflict):
    """The child is being moved already, or the old town still helps after its last move."""

    code = "transfer_under_way"


def relocate(*, child: Child, to: Move, by: Actor) -> Transfer | None:
    """Move a residence: at once within a town or out of the city, else with the town's receipt.

    Returns the transfer that waits for its receipt; None when the child has moved. Raises as
    `files.move`, and `UnderWay`.
    """
    if to.kind != ChildPlace.Kind.RESIDENCE or not _is_between_towns(child, to.place):
        move(child=child, to=to, by=by)
        return None
    return send(child=child, to=to, by=by)


def send(*, child: Child, to: Move, by: Actor) -> Transfer:
    """Send a child to another town, which sees it from now on and is asked to receive it."""
    if to.place is None or to.since > by.on:
        raise Invalid
    with act(Verb.MOVE_PROPOSE, by=by, about=child.subject):
        child = Child.objects.select_for_update().get(pk=child.pk)
        if child.is_sheltered:
            raise NotFoundOrRefused
        sent = Transfer(
            child=child, from_path=child.residence_path, to_place=to.place, to_path=to.place.path,
            address=to.address or None, since=to.since, sent_by_id=by.person_id,
        )  # fmt: skip
        _saved(sent)
        amend(child, transfer_path=to.place.path)
        _wait_for_receipt(sent)
    return sent


def receive(*, transfer: Transfer, near: str, by: Actor) -> None:
    """Take the child over: it lives here now, what is open goes along, the old town helps on.

    `near` is what stands between the receiver and the family: if anything does, the child is
    received all the same, and is another's from that moment on. Raises `Invalid` without an answer.
    """
    with act(Verb.MOVE_RECEIVE, by=by, about=transfer.subject):
        current = _locked(transfer)
        child = Child.objects.select_for_update().get(pk=current.child_id)
        to = Move(ChildPlace.Kind.RESIDENCE, current.to_place, current.since, current.address or "")
        move(child=child, to=to, by=by)
        days = packs.deadline(settings.WEIGUANG_PACK, "move.overlap").length["days"]
        amend(
            current, about_id=child.pk, state=Transfer.State.RECEIVED, answered_by_id=by.person_id,
            overlaps_until=by.on + timedelta(days=days),
        )  # fmt: skip
        amend(child, transfer_path=current.from_path)
        finish_about(kind=RECEIVE, about_id=current.pk, by=by)
        _bring_along(current)
        declare(child=Child.objects.get(pk=child.pk), answer=near, by=by)


def give_back(*, transfer: Transfer, remark: str, by: Actor) -> None:
    """Send the child back unreceived, with a reason; the old town was responsible all the time."""
    if not remark.strip():
        raise Invalid
    with act(Verb.MOVE_RECEIVE, by=by, about=transfer.subject):
        current = _locked(transfer)
        amend(
            current, about_id=current.child_id, state=Transfer.State.RETURNED,
            answered_by_id=by.person_id, remark=remark.strip(),
        )  # fmt: skip
        amend(Child.objects.select_for_update().get(pk=current.child_id), transfer_path="")
        finish_about(kind=RECEIVE, about_id=current.pk, by=by, outcome="returned")
        _tell_the_sender(current)


def overlaps_due(now: datetime) -> int:
    """Let the old towns lose sight of whom they handed over long enough ago; how many."""
    today, ended = now.astimezone(clock.CHINA).date(), 0
    due = Transfer.objects.filter(state=Transfer.State.RECEIVED, overlaps_until__lte=today)
    for key in list(due.order_by("pk").values_list("pk", flat=True)):
        ended += _end_overlap(key)
    return ended


def drop_transfers(*, child_id: UUID) -> None:
    """End every move of a child at once and without a word, inside the caller's own act."""
    under_way = Transfer.objects.select_for_update().filter(
        child_id=child_id, state__in=(Transfer.State.SENT, Transfer.State.RECEIVED)
    )
    for each in under_way:
        amend(each, about_id=child_id, state=Transfer.State.CLOSED)


def _end_overlap(key: UUID) -> bool:
    with transaction.atomic():
        found = (
            Transfer.objects.select_for_update(skip_locked=True)
            .filter(pk=key, state=Transfer.State.RECEIVED)
            .first()
        )
        if found is None:
            return False
        with act(Verb.MOVE_OVERLAP_END, by=the_system(on=clock.today()), about=found.subject):
            amend(found, about_id=found.child_id, state=Transfer.State.CLOSED)
            amend(Child.objects.select_for_update().get(pk=found.child_id), transfer_path="")
    return True


def _is_between_towns(child: Child, place: Place | None) -> bool:
    if place is None or not child.residence_path:
        return False
    return _town(child.residence_path) != _town(place.path)


def _town(path: str) -> str:
    """The path of the town of a place: its first two steps."""
    return "/".join(path.split("/")[:3])


def _wait_for_receipt(sent: Transfer) -> None:
    post = post_for(sent.to_path, *DISPATCHERS, on=clock.today())
    if post is not None:
        within = Period(**packs.deadline(settings.WEIGUANG_PACK, "move.receive").length)
        open_task(
            kind=RECEIVE, about=sent.subject, post_id=post.pk, within=within,
            by=the_system(on=clock.today()), child_id=sent.child_id,
        )  # fmt: skip


def _tell_the_sender(returned: Transfer) -> None:
    post = post_for(returned.from_path, *DISPATCHERS, on=clock.today())
    if post is not None:
        within = Period(**packs.deadline(settings.WEIGUANG_PACK, "move.receive").length)
        open_task(
            kind=RETURNED, about=returned.subject, post_id=post.pk, within=within,
            by=the_system(on=clock.today()), child_id=returned.child_id,
            origin=Origin(key=f"{RETURNED}:{returned.pk}"),
        )  # fmt: skip


def _bring_along(received: Transfer) -> None:
    """What is open for the child with the old town's posts goes to who works here."""
    post = post_for(received.to_path, *WORKERS, on=clock.today())
    if post is not None:
        waiting = Task.objects.filter(
            child_id=received.child_id, state=Task.State.OPEN,
            place_path__startswith=_town(received.from_path),
        )  # fmt: skip
        hand_over_within(waiting, post)


def _locked(transfer: Transfer) -> Transfer:
    current = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if current.state != Transfer.State.SENT:
        raise UnderWay
    return current


def _saved(sent: Transfer) -> None:
    try:
        with transaction.atomic():
            sent.save(force_insert=True)
    except IntegrityError as error:
        raise UnderWay from error
