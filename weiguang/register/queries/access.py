"""Requests for access as those may read them who asked, who answer, and who answer for the child.

Who asked reads what she typed and how it stands; never whether there was such a child.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weiguang.kernel import clock
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor, may
from weiguang.network.models import Grant
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import AccessRequest, Child
from weiguang.register.queries.conflicts import is_conflicted
from weiguang.register.queries.matching import Sought
from weiguang.register.queries.shelter import unnamed
from weiguang.register.queries.words import BROKEN_OPEN, leave_word, word
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval

Kind, State = AccessRequest.Kind, AccessRequest.State
PAGE_SIZE: Final = 20
NOBODY: Final = Sought("")
OVER: Final = gettext_lazy("已到期或收回")


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """A request as who made it reads it; `child_id` only while she may open the file by it."""

    at: datetime
    name: str
    is_break: bool
    purpose: str
    state: str | Promise
    waits: bool
    until: datetime | None
    child_id: UUID | None
    review: str | Promise


@dataclass(frozen=True, slots=True)
class OwnRequests:
    """One page of a person's requests, the newest first."""

    rows: tuple[OwnRequest, ...]
    next_key: str | None


@dataclass(frozen=True, slots=True)
class Plea:
    """A request as who answers it reads it, the typed words included."""

    at: datetime
    who: str
    post: str
    is_break: bool
    is_matched: bool
    is_conflicted: bool
    child_id: UUID | None
    child: str
    residence: str
    typed: Sought
    purpose: str
    words: str
    days: int
    asks_reveal: bool
    until: datetime | None
    # Moved for safety since, and the reader is not named: nothing says who the child is.
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """Leave that somebody has to see a child for whom the reader answers."""

    id: UUID
    child_id: UUID
    child: str
    who: str
    why: str
    is_emergency: bool
    since: date | None
    until: datetime | None
    can_end: bool


@dataclass(frozen=True, slots=True)
class GivenPage:
    """One page of leave that holds now, the newest first."""

    rows: tuple[Given, ...]
    next_key: str | None


def sought_in(request: AccessRequest) -> Sought:
    """Whom a request means, as it was typed."""
    said: Mapping[str, Any] = request.said
    born = date.fromisoformat(said["birth_date"]) if said["birth_date"] else None
    return Sought(said["name"], said["id_number"], born, said["phone"])


def own_requests(actor: Actor, after: str | None = None, *, size: int = PAGE_SIZE) -> OwnRequests:
    """What the actor asked for, the newest first; one query."""
    found = AccessRequest.objects.filter(requested_by=actor.person_id).select_related("grant")
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-id")[: size + 1])
    shown = rows[:size]
    further = str(shown[-1].pk) if len(rows) > size else None
    return OwnRequests(tuple(_own(each) for each in shown), further)


def lines_of_access(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """A line for each request that the actor may answer; none for her own. One query.

    Of a child that was moved for safety since, only to who is named; or without its name.
    """
    asked = {UUID(each.says["request"]): each for each in approvals if not _is_own(actor, each)}
    open_to_all = [key for key, each in asked.items() if each.says.get("is_unnamed")]
    named = children_for(actor, Verb.CHILD_OPEN).filter(pk=OuterRef("child"))
    is_seen = Q(child=None) | Q(child__is_sheltered=False) | Exists(named)
    found = (
        AccessRequest.objects.annotate(
            is_seen=Case(When(is_seen, then=True), default=False, output_field=BooleanField())
        )
        .filter(Q(is_seen=True) | Q(pk__in=open_to_all), pk__in=asked)
        .select_related("requested_by", "child")
        .defer("child__id_number", "said")
    )
    return {asked[each.pk].pk: _line(each, is_hidden=not each.is_seen) for each in found}


def plea_of(actor: Actor, approval: Approval) -> Mapping[str, Any]:
    """What who answers must read; two queries. Raises `NotFoundOrRefused` for who asked.

    She is told in her own list, in the same words whether or not there is such a child. Of one who
    was moved for safety since, only who is named reads what was asked; where nobody else could
    review it, the city reads that somebody broke a file open, not whose.
    """
    if _is_own(actor, approval):
        raise NotFoundOrRefused
    found = (
        AccessRequest.objects.select_related(
            "requested_by", "requested_post__place", "child__residence_place", "grant"
        )
        .defer("child__id_number")
        .get(pk=approval.says["request"])
    )
    plea = _plea(found)
    if found.child is not None and found.child.is_sheltered:
        if may(actor, Verb.CHILD_OPEN, found.child.subject):
            return {"plea": plea}
        if not approval.says.get("is_unnamed"):
            raise NotFoundOrRefused
        plea = replace(
            plea, is_hidden=True, child_id=None, child="", residence="", typed=NOBODY, words=""
        )
    return {"plea": plea}


def given_leave(actor: Actor, after: str | None = None, *, size: int = PAGE_SIZE) -> GivenPage:
    """Who may see children for whom the actor answers, by leave alone; two queries."""
    mine = children_for(actor, Verb.ACCESS_APPROVE)
    found = _holding(actor).filter(subject_id__in=mine.values("pk")).select_related("person")
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-id")[: size + 1])
    shown = rows[:size]
    names = dict(
        Child.objects.filter(pk__in=[each.subject_id for each in shown]).values_list("pk", "name")
    )
    given = tuple(_given(each, names[each.subject_id], actor) for each in shown)
    return GivenPage(given, str(shown[-1].pk) if len(rows) > size else None)


def grant_of(actor: Actor, grant_id: UUID) -> Grant:
    """Leave that holds now for a child for whom the actor answers; else `NotFoundOrRefused`."""
    mine = children_for(actor, Verb.ACCESS_APPROVE)
    found = _holding(actor).filter(pk=grant_id, subject_id__in=mine.values("pk")).first()
    if found is None:
        raise NotFoundOrRefused
    return found


def own_leave(actor: Actor, child: Child) -> Given | None:
    """The leave by which the actor sees this file, where it ends at a moment; at most one query."""
    if ("child", child.pk) not in {grant.subject for grant in actor.grants}:
        return None
    found = _holding(actor).filter(person=actor.person_id, subject_id=child.pk, until__isnull=False)
    grant = found.select_related("person").order_by("-until").first()
    return _given(grant, child.name, actor) if grant else None


def _holding(actor: Actor) -> QuerySet[Grant]:
    still = Q(until=None) | Q(until__gt=clock.now())
    return Grant.objects.filter(still, subject_kind="child", during__contains=actor.on)


def _is_own(actor: Actor, approval: Approval) -> bool:
    return approval.requested_by_id is not None and approval.requested_by_id == actor.person_id


def _own(each: AccessRequest) -> OwnRequest:
    is_break, until = each.kind == Kind.BREAK, each.grant.until if each.grant else None
    is_over = until is not None and until <= clock.now()
    return OwnRequest(
        at=each.requested_at,
        name=each.said["name"],
        is_break=is_break,
        purpose=word("access_emergencies" if is_break else "access_purposes", each.purpose),
        state=OVER if is_over else each.get_state_display(),
        waits=each.state == State.WAITING,
        until=until,
        child_id=None if is_over or until is None else each.child_id,
        review=each.get_review_display() if is_break else "",
    )


def _line(each: AccessRequest, *, is_hidden: bool) -> Line:
    is_break = each.kind == Kind.BREAK
    who = each.child.name if each.child else _("没有对上的孩子")
    who = unnamed() if is_hidden else who
    said = word("access_emergencies" if is_break else "access_purposes", each.purpose)
    return Line(who, _("%(who)s：%(why)s") % {"who": each.requested_by.name, "why": said})


def _plea(each: AccessRequest) -> Plea:
    is_break, child, post = each.kind == Kind.BREAK, each.child, each.requested_post
    return Plea(
        at=each.requested_at,
        who=each.requested_by.name,
        post=f"{post.place.name} · {ROLES[post.role].label}" if post else "",
        is_break=is_break,
        is_matched=child is not None,
        is_conflicted=child is not None and is_conflicted(each.requested_by_id, child.pk),
        child_id=each.child_id,
        child=child.name if child else "",
        residence=child.residence_place.name if child and child.residence_place else "",
        typed=sought_in(each),
        purpose=word("access_emergencies" if is_break else "access_purposes", each.purpose),
        words=each.said["words"],
        days=each.days,
        asks_reveal=each.asks_reveal,
        until=each.grant.until if each.grant else None,
    )


def _given(each: Grant, child: str, actor: Actor) -> Given:
    return Given(
        id=each.pk,
        child_id=each.subject_id,
        child=child,
        who=each.person.name,
        why=leave_word(each.reason),
        is_emergency=each.reason.startswith(BROKEN_OPEN),
        since=each.during.lower,
        until=each.until,
        can_end=each.person_id != actor.person_id,
    )
