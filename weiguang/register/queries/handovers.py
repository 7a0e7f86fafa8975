"""Hand-overs as they are read: the list, and what each reader still has to do with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor, may, rows
from weiguang.network.models import Account, Holding
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Handover, HandoverItem
from weiguang.register.rules.identity import age_on
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Task


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A child on the list, as far as the reader may see the child."""

    id: UUID
    child_id: UUID
    name: str
    age: int
    open: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class HandoverStory:
    """One hand-over with its list and the reader's part in it."""

    handover: Handover
    lines: tuple[ItemLine, ...]
    # What was open on the post besides, in words.
    others: tuple[str, ...]
    # "giver", "instead", "taker", "witness" or empty.
    signs_as: str
    explains: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A person on a post, as a hand-over offers her."""

    key: str
    label: str


def handovers_for(actor: Actor) -> QuerySet[Handover]:
    """The hand-overs in the actor's places, and those she gives or takes."""
    reached = Q(giver=actor.person_id) | Q(taker=actor.person_id)
    for path in rows(actor, Verb.HANDOVER_PREPARE, "handover").paths:
        reached |= Q(place_path__startswith=path)
    for path in rows(actor, Verb.HANDOVER_SIGN, "handover").paths:
        reached |= Q(place_path__startswith=path)
    return Handover.objects.filter(reached).select_related(
        "giver", "taker", "witness", "prepared_by", "from_post__place", "to_post__place"
    )


def handover_of(actor: Actor, handover_id: UUID) -> Handover:
    """One of them; else `NotFoundOrRefused`."""
    found = handovers_for(actor).filter(pk=handover_id).first()
    if found is None or not may(actor, Verb.HANDOVER_SIGN, found.subject):
        raise NotFoundOrRefused
    return found


def story_of(actor: Actor, handover_id: UUID) -> HandoverStory:
    """One hand-over; children whom the reader may not see (any more) are not on her list."""
    found = handover_of(actor, handover_id)
    seen = children_for(actor, Verb.CHILD_LIST).values("pk")
    items = found.items.filter(child__in=seen).select_related("child")
    shown = tuple(_line(each, actor) for each in items.order_by("child__sort_key", "pk"))
    others = tuple(
        _other_in_words(code, found.others[code])
        for code in ("tasks", "leads", "lists")
        if code in found.others
    )
    return HandoverStory(found, shown, others, _signs_as(actor, found), _explains(actor, found))


def people_below(actor: Actor) -> list[Seat]:
    """Who is on which post in the actor's places: key of post and person, and name. One query."""
    reached = Q(pk__in=())
    for path in rows(actor, Verb.HANDOVER_PREPARE, "handover").paths:
        reached |= Q(post__place__path__startswith=path)
    working = [code for code, role in ROLES.items() if Verb.HANDOVER_SIGN in role.verbs]
    held = Holding.objects.filter(
        reached, during__contains=actor.on, post__during__contains=actor.on,
        post__role__in=working, person__is_active=True,
    ).select_related("post__place", "person")  # fmt: skip
    return [
        Seat(
            f"{each.post_id}.{each.person_id}",
            f"{each.post.place.name} · {ROLES[each.post.role].label} · {each.person.name}",
        )
        for each in held.order_by("post__place__sort_key", "post__role", "person__name")
    ]


def seat_of(key: str) -> tuple[Holding, Account]:
    """The holding behind a key of `people_below`."""
    post, person = key.split(".")
    held = Holding.objects.select_related("post__place", "person")
    found = held.filter(post_id=post, person_id=person).order_by("-during").first()
    if found is None:
        raise NotFoundOrRefused
    return found, found.person


def lines_of_handovers(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """How signatures that are waited for show in the inbox; one query."""
    found = Handover.objects.select_related("from_post__place", "giver").in_bulk(
        [task.about_id for task in tasks]
    )
    return {
        task.pk: Line(
            found[task.about_id].from_post.place.name,
            _("%(name)s 的交接清单等您签字") % {"name": found[task.about_id].giver.name},
            reverse("handover", args=[task.about_id]),
        )
        for task in tasks
        if task.about_id in found
    }


def _line(item: HandoverItem, actor: Actor) -> ItemLine:
    age = age_on(item.child.birth_date, actor.on)
    said = tuple(_in_words(code, number) for code, number in item.open.items())
    return ItemLine(item.pk, item.child_id, item.child.name, age, said, item.remark or "")


def _in_words(code: str, number: int) -> str:
    if code == "tasks":
        return ngettext("%(n)s 项待办", "%(n)s 项待办", number) % {"n": number}
    if code == "proposals":
        return ngettext("%(n)s 个类别待核定", "%(n)s 个类别待核定", number) % {"n": number}
    return _("居住地未确认")


def _other_in_words(code: str, number: int) -> str:
    if code == "tasks":
        return ngettext("%(n)s 项不属于某个孩子的待办", "%(n)s 项不属于某个孩子的待办", number) % {
            "n": number
        }
    if code == "leads":
        return ngettext("%(n)s 条没办完的线索", "%(n)s 条没办完的线索", number) % {"n": number}
    return ngettext("%(n)s 份没导入的名单", "%(n)s 份没导入的名单", number) % {"n": number}


def _signs_as(actor: Actor, found: Handover) -> str:
    if found.state != Handover.State.PREPARED or actor.person_id is None:
        return ""
    me = actor.person_id
    if not found.giver_signed_at:
        return "giver" if me == found.giver_id else "instead" if me == found.prepared_by_id else ""
    if not found.taker_signed_at:
        return "taker" if me == found.taker_id else ""
    signed = {found.giver_id, found.taker_id}
    signed |= {found.prepared_by_id} if found.instead_reason else set()
    return "" if me in signed else "witness"


def _explains(actor: Actor, found: Handover) -> bool:
    is_open = found.state == Handover.State.PREPARED and not found.giver_signed_at
    return is_open and actor.person_id in (found.giver_id, found.prepared_by_id)
