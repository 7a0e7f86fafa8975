"""Who is too near to which child: what the bars and declarations say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.kernel import packs
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import NOTHING, Author, remember_refusal
from weiguang.network.authority import Actor, may
from weiguang.network.models import Bar
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import ConflictDeclaration
from weiguang.register.queries.words import word
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Task

SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class KeptAway:
    """Somebody who is kept from a child, as who answers for the child reads it."""

    id: UUID
    child: str
    who: str
    near: str
    at: datetime
    state: str
    waits: bool


def is_conflicted(person_id: UUID | None, child_id: UUID) -> bool:
    """Whether a person is kept from a child's file today; one query."""
    if person_id is None:
        return False
    held = Bar.objects.filter(
        person=person_id, subject_kind="child", subject_id=child_id, lifted_at=None
    )
    return held.exists()


def relations() -> list[tuple[str, str]]:
    """What may stand between a worker and a family, none included: codes and words."""
    listed = packs.words(settings.WEIGUANG_PACK, "conflict_relations")
    return [(each.code, word("conflict_relations", each.code)) for each in listed]


def kept_from(person_id: UUID) -> list[UUID]:
    """The children from whose files a person is kept today; one query."""
    held = Bar.objects.filter(person=person_id, subject_kind="child", lifted_at=None)
    return sorted(set(held.values_list("subject_id", flat=True)))


def declaration_of(actor: Actor, declaration_id: UUID) -> ConflictDeclaration:
    """A declaration about a child for whom the actor answers, not her own; one query.

    Raises `NotFoundOrRefused`.
    """
    found = (
        ConflictDeclaration.objects.select_related("child__residence_place", "person")
        .defer("child__id_number")
        .filter(pk=declaration_id)
        .first()
    )
    if found is None or not may(actor, Verb.ACCESS_APPROVE, found.child.subject):
        remember_refusal(Verb.ACCESS_APPROVE, by=Author(actor.person_id, None), about=NOTHING)
        raise NotFoundOrRefused
    if found.person_id == actor.person_id:
        raise NotFoundOrRefused
    return found


def facts_of(actor: Actor, task: Task) -> Mapping[str, Any]:
    """What who decides a declaration must read, in the inbox; one query."""
    said = declaration_of(actor, task.about_id)
    return {"said": said, "near": word("conflict_relations", said.answer)}


def kept_away(actor: Actor) -> list[KeptAway]:
    """Who is kept from children for whom the actor answers, the newest first; one query."""
    found = (
        ConflictDeclaration.objects.filter(child__in=children_for(actor, Verb.ACCESS_APPROVE))
        .exclude(state=ConflictDeclaration.State.LIFTED)
        .exclude(person=actor.person_id)
        .select_related("person", "child")
        .defer("child__id_number")
        .order_by("-id")
    )
    return [
        KeptAway(
            id=each.pk, child=each.child.name, who=each.person.name,
            near=word("conflict_relations", each.answer), at=each.at,
            state=each.get_state_display(),
            waits=each.state == ConflictDeclaration.State.WAITING,
        )
        for each in found[:SHOWN]
    ]  # fmt: skip


def lines_of_conflicts(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """A line for each task to decide a declaration: who is near to whom; one query."""
    ids = [task.about_id for task in tasks]
    found = {
        each.pk: each
        for each in ConflictDeclaration.objects.filter(
            pk__in=ids, child__in=children_for(actor, Verb.ACCESS_APPROVE)
        )
        .exclude(person=actor.person_id)
        .select_related("person", "child")
        .defer("child__id_number")
    }
    return {task.pk: _line(found[task.about_id]) for task in tasks if task.about_id in found}


def _line(each: ConflictDeclaration) -> Line:
    near = word("conflict_relations", each.answer)
    why = _("%(who)s说明：%(near)s") % {"who": each.person.name, "near": near}
    return Line(each.child.name, why, reverse("conflict_decide", args=[each.pk]))
