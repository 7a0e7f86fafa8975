"""Changes of places as they are read: by who proposes, who approves, and who allots children."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor, may
from weiguang.network.models import Holding, Place
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Allotment, Child, PlaceChange
from weiguang.register.rules.identity import age_on
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval, Signature, Task

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Effect:
    """What of a place goes along, and how many of it."""

    label: str | Promise
    number: int


@dataclass(frozen=True, slots=True)
class Allotted:
    """A child that waits to be allotted; where it lives is told by its file."""

    id: UUID
    child_id: UUID
    name: str
    age: int
    # Equal for those who live together; 0 where no household is on file.
    household: int


def changes() -> QuerySet[PlaceChange]:
    """Every change with its places and who proposed it."""
    return PlaceChange.objects.select_related(
        "place__parent", "to_place__parent", "result__parent", "proposed_by"
    )


def changes_for(actor: Actor) -> QuerySet[PlaceChange]:
    """The changes of the places that the actor keeps, the newest first."""
    reached = Q(pk__in=())
    for post in actor.posts:
        if Verb.PLACE_AMEND in post.role.verbs:
            reached |= Q(place__path__startswith=post.path)
    return changes().filter(reached).order_by("-proposed_at", "-pk")


def change_of(actor: Actor, verb: Verb, change_id: UUID) -> PlaceChange:
    """One change; else `NotFoundOrRefused`."""
    change = changes().filter(pk=change_id).first()
    if change is None or not may(actor, verb, change.subject):
        raise NotFoundOrRefused
    return change


def answer_to(change: PlaceChange) -> Signature | None:
    """The last signature under a change; one query."""
    given = Signature.objects.filter(approval__about_id=change.pk).select_related("person")
    return given.order_by("-at").first()


def effects_of(actor: Actor, change: PlaceChange) -> tuple[Effect, ...]:
    """What goes along, in numbers; children only for who may list them there."""
    ends = change.kind in (PlaceChange.Kind.MERGE, PlaceChange.Kind.MOVE)
    if change.kind == PlaceChange.Kind.RENAME:
        return ()
    found = [Effect(gettext_lazy("岗位"), _posts(change)), Effect(gettext_lazy("在岗人员"), _people(
        change))] if ends else []  # fmt: skip
    if may(actor, Verb.CHILD_LIST, change.place.subject):
        found.append(Effect(gettext_lazy("孩子"), _children(actor, change).count()))
        waiting = Task.objects.filter(place_path__startswith=change.place.path, state="open")
        found += [Effect(gettext_lazy("没办完的待办"), waiting.count())] if ends else []
    return tuple(found)


def to_allot(place: Place) -> QuerySet[Allotment]:
    """The children of a place that was split about whom somebody still has to say something.

    A child moved for safety since is on nobody's list.
    """
    return Allotment.objects.filter(
        change__place=place, state=Allotment.State.WAITING,
        child__is_sheltered=False, child__merged_into=None,
    )  # fmt: skip


def waiting_in(actor: Actor, change: PlaceChange) -> list[Allotted]:
    """The children of a change whom the reader may allot, household by household; two queries."""
    seen = children_for(actor, Verb.CHILD_LIST).values("pk")
    found = (
        to_allot(change.place)
        .filter(change=change, child__in=seen)
        .select_related("child__household")
        .order_by(F("child__household").asc(nulls_last=True), "child__sort_key", "pk")
    )
    homes: dict[UUID | None, int] = {}
    return [_allotted(one, homes, actor) for one in found]


def lines_of_changes(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """How changes that wait for approval show in the inbox; one query."""
    found = changes().in_bulk([each.about_id for each in approvals])
    return {
        each.pk: Line(found[each.about_id].place.name, told_of(found[each.about_id]))
        for each in approvals
        if each.about_id in found
    }


def lines_of_allotments(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """How a place whose children wait to be allotted shows in the inbox; one query."""
    found = changes().in_bulk([task.about_id for task in tasks])
    return {
        task.pk: Line(
            found[task.about_id].place.name, told_of(found[task.about_id]),
            reverse("place_allot", args=[task.about_id]),
        )
        for task in tasks
        if task.about_id in found
    }  # fmt: skip


def told_of(change: PlaceChange) -> str:
    """What a change does, in a few words without the place's own name."""
    to = change.to_place.name if change.to_place else ""
    words = {
        PlaceChange.Kind.RENAME: _("更名为%(name)s") % {"name": change.name},
        PlaceChange.Kind.MERGE: _("并入%(name)s") % {"name": to},
        PlaceChange.Kind.SPLIT: _("分出%(name)s") % {"name": change.name},
        PlaceChange.Kind.MOVE: _("划归%(name)s") % {"name": to},
    }
    return words[PlaceChange.Kind(change.kind)]


def places_kept(actor: Actor) -> list[Place]:
    """The places of today that the actor keeps, with what is above them; one query."""
    reached = Q(pk__in=())
    for post in actor.posts:
        if Verb.PLACE_AMEND in post.role.verbs:
            reached |= Q(path__startswith=post.path)
    found = Place.objects.filter(reached, closed_on=None).select_related("parent")
    return list(found.order_by("sort_key"))


def _posts(change: PlaceChange) -> int:
    return change.place.posts.filter(during__contains=change.on).count()


def _people(change: PlaceChange) -> int:
    held = Holding.objects.filter(post__place=change.place, during__contains=change.on)
    return held.values("person").distinct().count()


def _children(actor: Actor, change: PlaceChange) -> QuerySet[Child]:
    path = change.place.path
    here = Q(hukou_path__startswith=path) | Q(residence_path__startswith=path)
    return children_for(actor, Verb.CHILD_LIST).filter(here)


def _allotted(one: Allotment, homes: dict[UUID | None, int], actor: Actor) -> Allotted:
    child = one.child
    home = child.household
    number = homes.setdefault(home.pk, len(homes) + 1) if home else 0
    return Allotted(one.pk, child.pk, child.name, age_on(child.birth_date, actor.on), number)
