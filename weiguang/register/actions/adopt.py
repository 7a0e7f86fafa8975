"""What belongs to one child's file goes over to another's, app by app; `merges` says when.

Every app lists its own function in `config.maps.ADOPT`. Each change is kept in the field history,
so that whoever merged can take the list of what moved and move it back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from weiguang.kernel.history import amend
from weiguang.kernel.records import Record
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Bar
from weiguang.network.verbs import Verb
from weiguang.register.models import (
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    ConflictDeclaration,
    Consent,
    ContactBar,
    Document,
    Entrustment,
    HealthFact,
    SchoolFact,
    Tie,
)
from weiguang.register.queries.bars import UNDER_WAY
from weiguang.tasks.actions.adopt import move_tasks


@dataclass(frozen=True, slots=True)
class Moved:
    """A record that went over: its kind and its id."""

    record: str
    id: UUID


# From which child, to which; returns what moved. Called inside the act of `adopt_all`.
Adopt: TypeAlias = Callable[[UUID, UUID], list[Moved]]

# Besides the child: what must be equal for two stretches of time to exclude one another.
EXCLUSIVE: Final[dict[type[Any], tuple[str, ...]]] = {
    ChildPlace: ("kind",),
    Tie: ("adult_id", "organisation_id", "kind"),
    ChildCategory: ("category",),
    SchoolFact: (),
}


def adopt_all(*, from_child: Child, to_child: Child, by: Actor) -> list[Moved]:
    """Move what every app holds about one child to the other; returns what moved, in order.

    Only the system does, after two people agreed (see `merges`). What would stand twice at a time
    stays where it is.
    """
    adopters: Sequence[Adopt] = import_string(settings.WEIGUANG_ADOPT)
    with (
        act(Verb.MERGE_CARRY, by=by, about=from_child.subject),
        act(Verb.MERGE_CARRY, by=by, about=to_child.subject) as event,
    ):
        gone = [row for adopt in adopters for row in adopt(from_child.pk, to_child.pk)]
        event.detail["moved"] = [{"record": row.record, "id": str(row.id)} for row in gone]
    return gone


def moved(record: Record) -> Moved:
    """A record as the list of what moved names it."""
    return Moved(record._meta.label_lower, record.pk)


def adopt_files(from_child: UUID, to_child: UUID) -> list[Moved]:
    """The register's own part: names (as former ones) and every dated fact that finds room."""
    gone = [
        _over(name, to_child, kind=ChildName.Kind.FORMER)
        for name in ChildName.objects.filter(child_id=from_child).order_by("id")
    ]
    for model, keys in EXCLUSIVE.items():
        for fact in model.objects.filter(child_id=from_child).order_by("id"):
            if not _is_taken(fact, keys, to_child):
                gone.append(_over(fact, to_child))
    for fact in HealthFact.objects.filter(child_id=from_child).order_by("id"):
        gone.append(_over(fact, to_child))
    return gone


def adopt_papers(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Papers, consents, agreements of care and bars on contact go over with the file.

    What the other file has open already, with the same person, stays where it is.
    """
    gone = []
    for model in (Document, Consent):
        for paper in model.objects.filter(child_id=from_child).order_by("id"):
            gone.append(_over(paper, to_child))
    for agreement in Entrustment.objects.filter(child_id=from_child).order_by("id"):
        same = Entrustment.objects.filter(child_id=to_child, carer_id=agreement.carer_id)
        if agreement.ended_on or not same.filter(ended_on=None).exists():
            gone.append(_over(agreement, to_child))
    for bar in ContactBar.objects.filter(child_id=from_child).order_by("id"):
        twin = ContactBar.objects.filter(child_id=to_child, adult_index=bar.adult_index)
        if bar.state not in UNDER_WAY or not twin.filter(state__in=UNDER_WAY).exists():
            gone.append(_over(bar, to_child))
    return gone


def adopt_tasks(from_child: UUID, to_child: UUID) -> list[Moved]:
    """What waits about the one file waits about the other."""
    return [moved(record) for record in move_tasks(from_child, to_child)]


def adopt_conflicts(from_child: UUID, to_child: UUID) -> list[Moved]:
    """Who is kept from the one file is kept from the other."""
    gone = []
    for bar in Bar.objects.filter(subject_kind="child", subject_id=from_child).order_by("id"):
        amend(bar, about_id=to_child, subject_id=to_child)
        gone.append(moved(bar))
    for said in ConflictDeclaration.objects.filter(child_id=from_child).order_by("id"):
        gone.append(_over(said, to_child))
    return gone


def _over(record: Record, to_child: UUID, **more: Any) -> Moved:
    amend(record, about_id=to_child, child_id=to_child, **more)
    return moved(record)


def _is_taken(fact: Any, keys: Sequence[str], to_child: UUID) -> bool:
    equal = {key: getattr(fact, key) for key in keys}
    there = type(fact).objects.filter(child_id=to_child, during__overlap=fact.during, **equal)
    if isinstance(fact, ChildCategory):
        there = there.exclude(status=ChildCategory.Status.DECLINED)
    return bool(there.exists())
