"""Asking to see a child outside one's own rows, and breaking a file open in an emergency.

A request leaves the same row, the same event and the same answer whether or not there is such a
child: who is meant is looked up later, by the worker (`access_answers`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Invalid, NotFoundOrRefused, WeiguangError
from weiguang.kernel.events import NOTHING, Author, remember_refusal
from weiguang.kernel.models import Event
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account, Grant
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.conflicts import NONE, keep_near_away, require_answer
from weiguang.register.models import AccessRequest, Child
from weiguang.register.queries.conflicts import is_conflicted
from weiguang.register.queries.matching import Sought, matched_child

Kind, State, Review = AccessRequest.Kind, AccessRequest.State, AccessRequest.Review
VERBS: Final = {Kind.BLIND: Verb.ACCESS_REQUEST, Kind.BREAK: Verb.ACCESS_BREAK}
REASONS: Final = {Kind.BLIND: "access_purposes", Kind.BREAK: "access_emergencies"}
A_DAY: Final = timedelta(hours=24)


class TooOften(WeiguangError):  # noqa: N818 - named as in kernel.errors
    """The person asked, or tried to break files open, as often as she may within a day."""

    code = "too_often"
    http_status = 429
    default_what = _("今天申请的次数已经用完。")
    default_to_what = _("这一次没有提交。")
    default_what_next = _("请明天再试；情况紧急，请打电话给救助保护中心，或者拨打 110。")


@dataclass(frozen=True, slots=True)
class Plea:
    """Why somebody must see a file: a code of the pack and a sentence; how long, and how much.

    `near` is what stands between her and the family, of the pack's `conflict_relations`.
    """

    purpose: str
    words: str
    near: str
    days: int = 0
    asks_reveal: bool = False


def request_access(*, sought: Sought, plea: Plea, by: Actor) -> AccessRequest:
    """Ask to see a child outside one's rows; nothing that follows tells whether there is one.

    Raises `Invalid` for too little said, and `TooOften`.
    """
    if plea.days not in packs.access_limits(settings.WEIGUANG_PACK).request_days:
        raise Invalid
    with _asking(Kind.BLIND, sought, plea, by) as (request, _event):
        request.save(force_insert=True)
    return request


def break_open(*, sought: Sought, plea: Plea, by: Actor) -> AccessRequest:
    """Open a file at once, for the pack's hours; `state` says whether there was such a child.

    Every try is kept and reviewed by a second person, the vain ones, too. Raises as a request.
    """
    with _asking(Kind.BREAK, sought, plea, by) as (request, event):
        child = matched_child(sought)
        keep_away_if_near(request, child, by=by)
        if child is not None and not is_conflicted(by.person_id, child.pk):
            # Only now is it known what the act is about.
            event.about_kind, event.about_id = "child", child.pk
            request.child, request.state = child, State.GRANTED
            request.grant = leave(request, child, by, timedelta(hours=hours_open()))
        else:
            request.state = State.REFUSED
        request.answered_at, request.review = clock.now(), Review.WAITING
        event.detail["was_opened"] = request.grant is not None
        request.save(force_insert=True)
    return request


def keep_away_if_near(request: AccessRequest, child: Child | None, *, by: Actor) -> None:
    """Keep from a child's file who said that she is near to the family, inside the caller's own
    act. She sees no difference to a child that is not there.
    """
    near = request.said.get("near", NONE)
    if child is not None and near != NONE:
        keep_near_away(child=child, people=[request.requested_by_id], answer=near, by=by)


def leave(request: AccessRequest, child: Child, who: Actor, time: timedelta) -> Grant:
    """Leave for the requester to see this child from now on for a time; inside the caller's act.

    Sensitive values only where they were asked for, and never above the tier of her own role.
    """
    until = clock.now() + time
    asks = request.asks_reveal or request.kind == Kind.BREAK
    verbs = [Verb.CHILD_LIST, Verb.CHILD_OPEN, Verb.CONFLICT_DECLARE]
    own = may(who, VERBS[Kind(request.kind)]).sees
    return grants.give(
        person=request.requested_by, subject_kind="child", subject_id=child.pk,
        verbs=[*verbs, Verb.CHILD_REVEAL] if asks else verbs,
        sees=min(own, Tier.SENSITIVE if asks else Tier.PERSONAL),
        since=clock.today(), until=None, until_moment=until,
        reason=f"access.{request.kind}:{request.purpose}", by=the_system(on=clock.today()),
    )  # fmt: skip


def hours_open() -> int:
    """How many hours a file that was broken open stays open."""
    return packs.deadline(settings.WEIGUANG_PACK, "access.break").length["hours"]


def allowed(kind: AccessRequest.Kind) -> int:
    """How often a person may ask, or try to break a file open, within 24 hours."""
    limits = packs.access_limits(settings.WEIGUANG_PACK)
    return limits.requests_a_day if kind == Kind.BLIND else limits.breaks_a_day


@contextmanager
def _asking(
    kind: AccessRequest.Kind, sought: Sought, plea: Plea, by: Actor
) -> Iterator[tuple[AccessRequest, Event]]:
    """One request within its act: what was typed, and the event that names it."""
    known = {word.code for word in packs.words(settings.WEIGUANG_PACK, REASONS[kind])}
    if not sought.is_enough or plea.purpose not in known or not plea.words.strip():
        raise Invalid
    require_answer(plea.near)
    person_id = _require_room(kind, by)
    with act(VERBS[kind], by=by, purpose=plea.purpose) as event:
        # The person's row is the lock: of two requests at once the second counts the first.
        person = Account.objects.select_for_update().get(pk=person_id)
        if _asked_lately(kind, person) >= allowed(kind):
            raise TooOften
        request = AccessRequest(
            kind=kind, said=_as_typed(sought, plea), purpose=plea.purpose, days=plea.days,
            asks_reveal=plea.asks_reveal, requested_by=person, requested_post_id=event.post_id,
            requested_at=clock.now(),
        )  # fmt: skip
        event.detail["request"] = str(request.pk)
        yield request, event


def _require_room(kind: AccessRequest.Kind, by: Actor) -> UUID:
    """The person; who has no try left today is refused, and that she tried again is remembered."""
    if by.person_id is None:
        raise NotFoundOrRefused
    person = Account.objects.get(pk=by.person_id)
    if _asked_lately(kind, person) >= allowed(kind):
        remember_refusal(
            VERBS[kind], by=Author(by.person_id, None), about=NOTHING, detail={"too_often": 1}
        )
        raise TooOften
    return by.person_id


def _asked_lately(kind: AccessRequest.Kind, person: Account) -> int:
    since = clock.now() - A_DAY
    return AccessRequest.objects.filter(
        requested_by=person, kind=kind, requested_at__gt=since
    ).count()


def _as_typed(sought: Sought, plea: Plea) -> dict[str, Any]:
    return {
        "name": sought.name, "id_number": sought.id_number, "phone": sought.phone,
        "birth_date": sought.birth_date.isoformat() if sought.birth_date else "",
        "words": plea.words.strip(), "near": plea.near,
    }  # fmt: skip
