"""A post is handed over: the list is made by the system, explained by who leaves, and signed by
three people; with the last signature what is open goes to the other post.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.history import Amendment, amend, amend_many
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account, Holding, Post
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_below
from weiguang.register.actions.conflicts import NONE, declare_among, pass_on
from weiguang.register.actions.leads_follow import follow_posts_with_leads
from weiguang.register.models import (
    Child,
    ChildCategory,
    Handover,
    HandoverItem,
    ImportedList,
    Lead,
)
from weiguang.register.queries.conflicts import kept_from
from weiguang.register.rules.leads import OPEN
from weiguang.tasks.actions.tasks import (
    cancel_about,
    finish_about,
    hand_over_within,
    open_task,
)
from weiguang.tasks.models import Task
from weiguang.tasks.queries.posts import post_for
from weiguang.tasks.rules.periods import Period

KIND: Final = "handover.sign"
# Who witnesses, by preference; whoever may sign in the place can do so.
WITNESSES: Final = ("village_secretary", "town_leader", "town_civil_affairs", "city_officer")


class HandoverUnderWay(Conflict):
    """The post is being handed over already."""

    code = "handover_under_way"
    default_what = _("这个岗位已经有一份没签完的交接。")
    default_to_what = _("没有另外建立。")
    default_what_next = _("请打开那一份继续，或者先取消它。")


class SignedAlready(Conflict):
    """The list was signed, finished or cancelled meanwhile."""

    code = "handover_signed"
    default_what = _("这一栏已经有人签过了，或者交接已经结束。")
    default_to_what = _("您这次的签字没有保存。")
    default_what_next = _("请刷新页面，看看最新的情况。")


def prepare(
    *, from_post: Post, giver: Account, to_post: Post, taker: Account, reason: str, on: date,
    by: Actor,
) -> Handover:  # fmt: skip
    """Make the list of a post: every child that lives in its place, and what is open about each.

    Raises `Invalid` when giver and taker are one, or the taker is not on the post that she is to
    take it on; `HandoverUnderWay`; `NotFoundOrRefused` for posts beyond the actor's places.
    """
    if giver.pk == taker.pk or reason not in Handover.Reason.values or by.person_id is None:
        raise Invalid
    if not _is_on(taker, to_post, by.on):
        raise Invalid(what=_("接手的人不在所选的岗位上。"))
    place = from_post.place
    with act(Verb.HANDOVER_PREPARE, by=by, about=place.subject):
        if not may(by, Verb.HANDOVER_PREPARE, to_post.place.subject):
            raise NotFoundOrRefused
        made = Handover(
            from_post=from_post, to_post=to_post, place_path=place.path, giver=giver, taker=taker,
            prepared_by_id=by.person_id, reason=reason, on=on, others=_others(from_post, giver),
        )  # fmt: skip
        _saved(made)
        HandoverItem.objects.bulk_create(_items(made))
        _wait_for(made, from_post.pk)
    return made


def explain(*, handover: Handover, remarks: Mapping[UUID, str], by: Actor) -> int:
    """Keep what is said of the children on the list; returns how many remarks changed.

    By who gives or prepares it, while nobody has signed.
    """
    with act(Verb.HANDOVER_SIGN, by=by, about=handover.subject):
        current = _locked(handover)
        if by.person_id not in (current.giver_id, current.prepared_by_id):
            raise NotFoundOrRefused
        if current.giver_signed_at or current.taker_signed_at:
            raise SignedAlready
        items = current.items.select_for_update().filter(pk__in=remarks)
        said = [
            Amendment(item, item.child_id, {"remark": remarks[item.pk].strip() or None})
            for item in items
        ]
        return amend_many(said)


def sign_as_giver(*, handover: Handover, by: Actor, instead_reason: str = "") -> None:
    """The giver's signature; another who prepares it signs in her stead only with a reason."""
    with act(Verb.HANDOVER_SIGN, by=by, about=handover.subject):
        current = _locked(handover)
        is_own = by.person_id == current.giver_id
        if not is_own and by.person_id != current.prepared_by_id:
            raise NotFoundOrRefused
        if not is_own and not instead_reason.strip():
            raise Invalid(what=_("不是本人签字，请写明原因。"))
        if current.giver_signed_at:
            raise SignedAlready
        _signed(current)
        _wait_for(current, current.to_post_id)
        amend(
            current, giver_signed_at=clock.now(),
            instead_reason=None if is_own else instead_reason.strip(),
        )  # fmt: skip


def sign_as_taker(*, handover: Handover, near: Mapping[UUID, str], by: Actor) -> None:
    """The taker's signature, after the giver's, with her answer to whom of the list she is near.

    `near` says of which child and how; empty for none. She is kept from their files at once, and
    what is open about them does not come to her. Raises `Invalid` for a relation that is none.
    """
    with act(Verb.HANDOVER_SIGN, by=by, about=handover.subject) as event:
        current = _locked(handover)
        if by.person_id != current.taker_id:
            raise NotFoundOrRefused
        if not current.giver_signed_at or current.taker_signed_at:
            raise SignedAlready
        amend(current, taker_signed_at=clock.now())
        listed = set(current.items.values_list("child_id", flat=True))
        if NONE in near.values() or not listed.issuperset(near):
            raise Invalid
        declare_among(near=near, by=by)
        event.detail["answer"] = "near" if near else NONE
        _signed(current)
        _wait_for_a_witness(current)


def sign_as_witness(*, handover: Handover, by: Actor) -> None:
    """The third person's signature, the last one; what is open goes to the other post.

    Neither giver, nor taker, nor who signed in the giver's stead.
    """
    with act(Verb.HANDOVER_SIGN, by=by, about=handover.subject) as event:
        current = _locked(handover)
        signed = {current.giver_id, current.taker_id}
        signed |= {current.prepared_by_id} if current.instead_reason else set()
        if by.person_id is None or by.person_id in signed:
            raise NotFoundOrRefused
        if not current.taker_signed_at or current.witness_signed_at:
            raise SignedAlready
        amend(
            current, witness_id=by.person_id, witness_signed_at=clock.now(),
            state=Handover.State.DONE,
        )  # fmt: skip
        _signed(current)
        if current.to_post_id != current.from_post_id:
            taking = Post.objects.select_related("place").get(pk=current.to_post_id)
            waiting = Task.objects.filter(post=current.from_post_id, state=Task.State.OPEN)
            hand_over_within(waiting, taking)
            follow_posts_with_leads({current.from_post_id: taking})
        # What she must not have lies a level up; the giver, who may still sit there, leaves.
        pass_on(
            post_id=current.to_post_id, children=kept_from(current.taker_id),
            people=[current.taker_id, current.giver_id], on=by.on,
        )  # fmt: skip
        event.detail["handover"] = str(current.pk)


def cancel(*, handover: Handover, by: Actor) -> None:
    """Give a hand-over up that is not finished; the list stays to be read."""
    with act(Verb.HANDOVER_PREPARE, by=by, about=handover.subject):
        amend(_locked(handover), state=Handover.State.CANCELLED)
        cancel_about(about_id=handover.pk, by=by, kind=KIND)


def _wait_for(made: Handover, post_id: UUID) -> None:
    within = Period(**packs.deadline(settings.WEIGUANG_PACK, "handover.sign").length)
    open_task(
        kind=KIND, about=made.subject, post_id=post_id, within=within,
        by=the_system(on=clock.today()),
    )  # fmt: skip


def _wait_for_a_witness(made: Handover) -> None:
    signed = [made.giver_id, made.taker_id]
    signed += [made.prepared_by_id] if made.instead_reason else []
    post = post_for(made.place_path, *WITNESSES, on=clock.today(), but=signed)
    if post is not None:
        _wait_for(made, post.pk)


def _signed(made: Handover) -> None:
    finish_about(kind=KIND, about_id=made.pk, by=the_system(on=clock.today()))


def _others(post: Post, giver: Account) -> dict[str, int]:
    """What is open on a post besides the children's own: numbers by kind."""
    unfinished = ImportedList.objects.filter(
        uploaded_by=giver, state=ImportedList.State.JUDGED, place__path__startswith=post.place.path
    )
    leads = Lead.objects.filter(post=post, state__in=[state.value for state in OPEN])
    tasks = Task.objects.filter(post=post, state=Task.State.OPEN, child_id=None)
    numbers = {"tasks": tasks.count(), "leads": leads.count(), "lists": unfinished.count()}
    return {code: number for code, number in numbers.items() if number}


def _items(made: Handover) -> list[HandoverItem]:
    children = list(
        children_below(made.place_path)
        .filter(residence_path__startswith=made.place_path)
        .only("pk", "is_residence_confirmed")
        .order_by("sort_key", "pk")
    )
    keys = [child.pk for child in children]
    tasks = Counter(
        Task.objects.filter(
            child_id__in=keys, post=made.from_post_id, state=Task.State.OPEN
        ).values_list("child_id", flat=True)
    )
    proposals = Counter(
        ChildCategory.objects.filter(
            child__in=keys, status=ChildCategory.Status.PROPOSED
        ).values_list("child_id", flat=True)
    )
    return [
        HandoverItem(handover=made, child=child, open=_open(child, tasks, proposals))
        for child in children
    ]


def _open(child: Child, tasks: Counter[UUID | None], proposals: Counter[UUID]) -> dict[str, int]:
    numbers = {
        "tasks": tasks[child.pk],
        "proposals": proposals[child.pk],
        "unconfirmed": int(not child.is_residence_confirmed),
    }
    return {code: number for code, number in numbers.items() if number}


def _is_on(person: Account, post: Post, on: date) -> bool:
    return bool(
        Holding.objects.filter(person=person, post=post, during__contains=on).exists()
        and person.is_active
    )


def _locked(handover: Handover) -> Handover:
    current = Handover.objects.select_for_update().get(pk=handover.pk)
    if current.state != Handover.State.PREPARED:
        raise SignedAlready
    return current


def _saved(made: Handover) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise HandoverUnderWay from error
