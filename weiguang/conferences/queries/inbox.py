"""How the tasks of conferences show in the inbox: what kind and when, never what about."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.conferences.access import may_do
from weiguang.conferences.models import Conference, Decision, Participant
from weiguang.conferences.queries.decisions import does_decision
from weiguang.conferences.queries.words import KINDS
from weiguang.kernel import clock
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.queries.words import word
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Task
from weiguang.web.environment import moment


def lines_to_attend(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """When a conference is to which the actor was asked; one query."""
    found = Conference.objects.filter(pk__in=[task.about_id for task in tasks])
    mine = {each.pk: each for each in _light(found, "") if _reads(actor, each)}
    return {
        task.pk: Line(each.child.name, _when(each), reverse("conference", args=[each.pk]))
        for task in tasks
        if (each := mine.get(task.about_id)) is not None
    }


def lines_to_sign(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Which record the actor herself is to sign; one query."""
    own = Participant.objects.filter(
        pk__in=[task.about_id for task in tasks], account=actor.person_id
    )
    mine = {
        each.pk: each.conference
        for each in _light(own, "conference__")
        if _reads(actor, each.conference)
    }
    return {
        task.pk: Line(each.child.name, _when(each), reverse("conference", args=[each.pk]))
        for task in tasks
        if (each := mine.get(task.about_id)) is not None
    }


def lines_of_decisions(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """Which decisions are the actor's to carry out; one query. The name only where she attends.

    Whoever was told that one is overdue reminds its owner, and reads neither name nor words.
    """
    found = _light(
        Decision.objects.filter(pk__in=[task.about_id for task in tasks]).select_related("owner"),
        "conference__",
    )
    decisions = {each.pk: each for each in found}
    lines = {}
    for task in tasks:
        each = decisions.get(task.about_id)
        if each is None:
            continue
        if not does_decision(actor, each, task):
            if _is_overdue(task) and not each.conference.child.is_sheltered:
                lines[task.pk] = Line("", _("会商定下来的事逾期了，请催办"))
            continue
        who = each.conference.child.name if _reads(actor, each.conference) else ""
        why = _("会商定下来的事，办完写结果")
        lines[task.pk] = Line(who, why, reverse("conference_decision", args=[each.pk]))
    return lines


def _light(found: QuerySet[Any], before: str) -> QuerySet[Any]:
    """With the conference and its child, and none of the conference's words."""
    hidden = (f"{before}{name}" for name in ("title", "purpose", "where", "cancel_reason"))
    path = [f"{before}child"] if before == "" else ["conference", f"{before}child"]
    return found.select_related(*path).defer(*hidden)


def _is_overdue(task: Task) -> bool:
    return task.due_at <= clock.now()


def _reads(actor: Actor, conference: Conference) -> bool:
    return may_do(actor, Verb.CONFERENCE_READ, conference)


def _when(conference: Conference) -> str:
    said = {"kind": word(KINDS, conference.kind), "day": moment(conference.starts_at)}
    return _("%(kind)s，%(day)s") % said
