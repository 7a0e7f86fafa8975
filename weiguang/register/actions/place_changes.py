"""Changes of places: proposed by one person, approved by another, carried out on their day.

What is carried out stands in `place_carrying`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network import past
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Place, PlaceFact
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.lists_confirm import wait_for_other_imports
from weiguang.register.actions.place_carrying import carry
from weiguang.register.actions.places_follow import move_children
from weiguang.register.models import Child, PlaceChange
from weiguang.register.queries.place_changes import to_allot
from weiguang.tasks.actions.approvals import ask
from weiguang.tasks.actions.drop import drop_asked

KIND: Final = "place.change"
KINDS: Final = PlaceChange.Kind
# A day mistyped by years would rewrite the lists of years.
OLDEST: Final = timedelta(days=366)
UNDER_WAY: Final = (PlaceChange.State.ASKED, PlaceChange.State.WAITING)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of a place, from which day on, and by which document."""

    kind: str
    place: Place
    on: date
    document: str
    to_place: Place | None = None
    name: str = ""
    code: str = ""


class ChangeUnderWay(Conflict):
    """The place is being changed already."""

    code = "place_change_under_way"
    default_what = _("这个地方已经有一项没办完的调整。")
    default_to_what = _("没有另外提出。")
    default_what_next = _("请先等它办完，或者撤回它。")


class ChangeDecided(Conflict):
    """The change was carried out, declined or taken back meanwhile."""

    code = "place_change_decided"
    default_what = _("这项调整已经有了结果。")
    default_to_what = _("没有撤回。")
    default_what_next = _("请刷新页面，看看最新的情况。")


def propose(*, wish: Wish, by: Actor) -> PlaceChange:
    """Propose a change; nothing changes until a person of the city has approved it.

    Raises `Invalid` with what does not fit, `ChangeUnderWay`, and `NotFoundOrRefused` for a place
    that the actor does not keep.
    """
    require_possible(wish, today=by.on)
    if by.person_id is None:
        raise NotFoundOrRefused
    with act(Verb.PLACE_AMEND, by=by, about=wish.place.subject):
        if wish.to_place and not may(by, Verb.PLACE_AMEND, wish.to_place.subject):
            raise NotFoundOrRefused
        change = PlaceChange(
            kind=wish.kind, place=wish.place, to_place=wish.to_place, name=wish.name,
            code=wish.code, on=wish.on, document=wish.document, proposed_by_id=by.person_id,
            proposed_at=clock.now(),
        )  # fmt: skip
        _saved(change)
        # The administrator of the system signs nothing and has no inbox: the system asks for her.
        ask(
            kind=KIND, about=change.subject, verb=Verb.PLACE_APPROVE, by=the_system(on=by.on),
            says={"kind": wish.kind}, on_behalf_of=by.person_id,
        )  # fmt: skip
    return change


def withdraw(*, change: PlaceChange, by: Actor) -> None:
    """Take a change back that was not carried out."""
    with act(Verb.PLACE_AMEND, by=by, about=change.subject):
        current = _locked(change.pk)
        if current.state not in UNDER_WAY:
            raise ChangeDecided
        amend(current, state=PlaceChange.State.WITHDRAWN)
        drop_asked(about_id=current.pk, by=the_system(on=by.on))


def decide(*, change_id: UUID, is_approved: bool, caused_by: int) -> None:
    """Note the decision and, when its day has come, carry the change out; twice is once."""
    system = the_system(on=clock.today())
    with transaction.atomic():
        change = _locked(change_id)
        if change.state != PlaceChange.State.ASKED:
            return
        state = PlaceChange.State.WAITING if is_approved else PlaceChange.State.DECLINED
        with act(Verb.PLACE_CARRY, by=system, about=change.subject, caused_by=caused_by):
            amend(change, state=state)
    carry_out(change_id=change_id, caused_by=caused_by)


def carry_due(now: datetime) -> int:
    """Carry out the approved changes whose day has come, one transaction each; how many."""
    due = PlaceChange.objects.filter(
        state=PlaceChange.State.WAITING, on__lte=now.astimezone(clock.CHINA).date()
    ).order_by("on", "pk")
    return sum(carry_out(change_id=key) for key in due.values_list("pk", flat=True))


def carry_out(*, change_id: UUID, caused_by: int | None = None) -> bool:
    """Carry one approved change out when its day has come; says whether it did.

    What is no longer possible (its places changed since it was approved) is noted as void.
    """
    system = the_system(on=clock.today())
    with transaction.atomic():
        # Lists that are being imported find the places of before or those of after, never both.
        wait_for_other_imports()
        change = _locked(change_id)
        if change.state != PlaceChange.State.WAITING or change.on > clock.today():
            return False
        with act(Verb.PLACE_CARRY, by=system, about=change.subject, caused_by=caused_by) as event:
            if flaw_of(_wish_of(change), today=clock.today()):
                amend(change, state=PlaceChange.State.VOID, done_at=clock.now())
                return False
            result, counted = carry(change, by=system)
            amend(change, state=PlaceChange.State.DONE, done_at=clock.now(), result_id=result.pk)
            event.detail |= {"change": str(change.pk), "kind": change.kind} | counted
    return True


def settle_strays(now: datetime) -> int:
    """Let children who were written into a place while it ended go where the others went; how many.

    A form that was open while a village ended names a place that is no more.
    """
    system, settled = the_system(on=clock.today()), 0
    for place in Place.objects.filter(closed_on__isnull=False).order_by("pk"):
        strays = Child.objects.filter(Q(hukou_place=place) | Q(residence_place=place))
        if strays.exists():
            with act(Verb.PLACE_CARRY, by=system, about=place.subject):
                settled += move_children(
                    place=place, to=past.going_on(place), on=place.closed_on or system.on
                )
    return settled


def require_possible(wish: Wish, *, today: date) -> None:
    """Raise `Invalid` with what does not fit."""
    flaw = flaw_of(wish, today=today)
    if flaw:
        raise Invalid(what=flaw)


def flaw_of(wish: Wish, *, today: date) -> str | Promise:
    """Why a change is not possible, in words; empty when it is."""
    place, to = wish.place, wish.to_place
    if place.closed_on or (to and to.closed_on):
        return _("这个地方已经不存在了。")
    if place.level in Place.ABOVE_TOWNS and wish.kind != KINDS.RENAME:
        return _("市（县）只能更名。")
    if wish.on < today - OLDEST:
        return _("生效日期最早可以填一年以内的日子。")
    if _has_facts_since(place, wish.on):
        return _("生效日期要晚于现在这个名称、代码开始的日子。")
    if to_allot(place).exists():
        return _("这个地方上次分开后，还有孩子没有分配完。")
    return _flaw_of_aim(wish) or _flaw_of_name(wish)


def _flaw_of_aim(wish: Wish) -> str | Promise:
    place, to = wish.place, wish.to_place
    if wish.kind == KINDS.MERGE and (to is None or to.level != place.level or to.pk == place.pk):
        return _("请选并入哪里：村（社区）并入村（社区），区镇并入区镇。")
    if wish.kind != KINDS.MOVE:
        return ""
    if place.level != Place.Level.VILLAGE or to is None or to.level != Place.Level.TOWN:
        return _("请选一个村（社区），和它要划归的区镇。")
    return _("它现在就归这个区镇。") if to.pk == place.parent_id else ""


def _flaw_of_name(wish: Wish) -> str | Promise:
    place = wish.place
    if wish.kind in (KINDS.RENAME, KINDS.SPLIT) and not wish.name:
        return _("请写新的名称。")
    if wish.name == place.name and wish.kind in (KINDS.RENAME, KINDS.SPLIT):
        return _("新的名称和现在的一样。")
    if wish.kind == KINDS.MERGE:
        return ""
    above = wish.to_place if wish.kind == KINDS.MOVE else place.parent
    name = wish.name or place.name
    beside = Place.objects.filter(parent=above, name=name, closed_on=None).exclude(pk=place.pk)
    if above is not None and beside.exists():
        return _("同一个上级下面已经有这个名称。")
    known = PlaceFact.objects.filter(value=wish.code, during__upper_inf=True)
    if wish.code and known.exclude(place=place).exists():
        return _("这个代码已经有别的地方在用。")
    return ""


def _has_facts_since(place: Place, on: date) -> bool:
    return bool(place.facts.filter(during__startswith__gte=on).exists())


def _wish_of(change: PlaceChange) -> Wish:
    return Wish(
        change.kind, change.place, change.on, change.document, change.to_place, change.name,
        change.code,
    )  # fmt: skip


def _locked(change_id: UUID) -> PlaceChange:
    found = PlaceChange.objects.select_for_update(of=("self",))
    return found.select_related("place__parent", "to_place").get(pk=change_id)


def _saved(change: PlaceChange) -> None:
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError as error:
        raise ChangeUnderWay from error
