"""Moves between towns as they are read: the one under way on a file, and their lines in inboxes."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child, Transfer
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Task


def transfer_under_way(child: Child) -> Transfer | None:
    """The move that is not finished: sent, or received with the old town still helping."""
    return next(iter(_under_way(child_id=child.pk)), None)


@Compiled
def _under_way(*, child_id: UUID) -> QuerySet[Transfer]:
    states = (Transfer.State.SENT, Transfer.State.RECEIVED)
    under_way = Transfer.objects.filter(child_id=child_id, state__in=states)
    return under_way.select_related("to_place").order_by("pk")[:1]


def transfer_of(actor: Actor, transfer_id: UUID) -> Transfer:
    """A move that the actor may receive; else `NotFoundOrRefused`."""
    found = Transfer.objects.select_related("to_place", "child").filter(pk=transfer_id).first()
    if found is None or found.child.is_sheltered:
        raise NotFoundOrRefused
    if not may(actor, Verb.MOVE_RECEIVE, found.subject):
        raise NotFoundOrRefused
    return found


def lines_to_receive(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Whom the reader's town is asked to receive; one query."""
    return _lines(actor, tasks, _("从外镇转来，请接收或退回"))


def lines_returned(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Who came back unreceived; one query."""
    return _lines(actor, tasks, _("对方没有接收，孩子仍由这里负责"))


def _lines(actor: Actor, tasks: Sequence[Task], why: str) -> dict[UUID, Line]:
    found = children_for(actor, Verb.CHILD_LIST).filter(pk__in=[task.child_id for task in tasks])
    names = dict(found.values_list("pk", "name"))
    return {
        task.pk: Line(names[task.child_id], why, reverse("child", args=[task.child_id]))
        for task in tasks
        if task.child_id in names
    }
