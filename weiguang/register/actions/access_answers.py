"""What follows a request for access: the system looks who is meant and asks who answers for the
child; the answer gives leave for a time, or none. Called by reactions, each step once.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from weiguang.kernel import clock, packs
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.actions import grants
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Grant, Post
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.actions.access import Kind, Review, State, keep_away_if_near, leave
from weiguang.register.models import AccessRequest, Child
from weiguang.register.queries.access import sought_in
from weiguang.register.queries.conflicts import is_conflicted
from weiguang.register.queries.matching import matched_child
from weiguang.register.queries.shelter import post_of_named
from weiguang.tasks.actions.approvals import TASK_KIND, ask
from weiguang.tasks.actions.tasks import calendar, hand_over_within
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.queries.posts import post_for, prefixes
from weiguang.tasks.rules.periods import Period

ASKED = {Kind.BLIND: "access.request", Kind.BREAK: "access.break"}
ANSWERED_BY = {Kind.BLIND: Verb.ACCESS_APPROVE, Kind.BREAK: Verb.ACCESS_REVIEW}
WITHIN = {Kind.BLIND: "access.request", Kind.BREAK: "access.review"}


def pass_on(*, request_id: UUID, caused_by: int) -> None:
    """Look who is meant, and ask who answers for that child; nobody's request goes to the city.

    The city sees every child: to be asked in vain tells it nothing that it may not know, while a
    town would learn whether a child of another town exists.
    """
    request = _locked(request_id)
    if request.place_path:
        return
    kind, system = Kind(request.kind), the_system(on=clock.today())
    child = request.child if kind is Kind.BREAK else matched_child(sought_in(request))
    if kind is Kind.BREAK and child is not None and child.is_sheltered:
        _ask_who_is_named(request, child, caused_by)
        return
    path = (child.residence_path or child.hukou_path) if child else ""
    with act(Verb.APPROVAL_ASK, by=system, caused_by=caused_by) as event:
        amend(request, child=child, place_path=path or _city_of(request))
        keep_away_if_near(request, child, by=system)
        event.detail = {"request": str(request.pk)}
        length = packs.deadline(settings.WEIGUANG_PACK, WITHIN[kind]).length
        approval = ask(
            kind=ASKED[kind], about=request.subject, verb=ANSWERED_BY[kind], by=system,
            says={"request": str(request.pk)}, child_id=request.child_id,
            is_emergency=kind is Kind.BREAK, within=Period(**length),
            on_behalf_of=request.requested_by_id,
        )  # fmt: skip
        if child is None:
            _to_the_city(request, approval)


def owe_reviews(*, child_id: UUID, caused_by: int) -> None:
    """Ask anew for every review that was dropped when its child was moved for safety.

    That a file was broken open concerns this child before all others; those who are named review
    it, for the old places must not know of it any more.
    """
    child = Child.objects.get(pk=child_id)
    owed = AccessRequest.objects.filter(kind=Kind.BREAK, child=child, review=Review.WAITING)
    if not child.is_sheltered:
        return
    # What was not passed on yet will be, and finds the child moved.
    for key in owed.exclude(place_path="").order_by("pk").values_list("pk", flat=True):
        request = _locked(key)
        if request.review == Review.WAITING and not _is_asked(request):
            _ask_who_is_named(request, child, caused_by)


def answer(*, request_id: UUID, decision: str, caused_by: int) -> None:
    """Do what was decided: leave for a time or none; a break without a good reason ends at once.

    A return counts as no: who asked may not learn why.
    """
    request = _locked(request_id)
    is_yes = decision == Approval.State.APPROVED
    if request.kind == Kind.BREAK:
        _settle_break(request, is_justified=is_yes, caused_by=caused_by)
    elif request.state == State.WAITING:
        _settle_request(request, is_granted=is_yes, caused_by=caused_by)


def refuse_dropped(now: datetime) -> int:
    """Refuse what nobody can answer any more: its child was moved for safety, and it was dropped.

    A round. Not at once, but when an answer of a person would be due: a request that is answered
    early, or never, would say that there was something to hide.
    """
    waiting = AccessRequest.objects.filter(
        kind=Kind.BLIND, state=State.WAITING, child__is_sheltered=True
    )
    done = 0
    for key, asked_at in waiting.values_list("pk", "requested_at"):
        if _due(asked_at) <= now:
            with transaction.atomic():
                request = _locked(key)
                if request.state == State.WAITING:
                    _settle_request(request, is_granted=False, caused_by=request.written_in)
                    done += 1
    return done


def end_leave(*, grant: Grant, by: Actor) -> None:
    """End somebody's leave to see a child early; for who answers for the child.

    Raises `NotFoundOrRefused` for a grant about anything else, and for one's own.
    """
    child = children_for(by, Verb.ACCESS_APPROVE).filter(pk=grant.subject_id).first()
    if child is None or grant.subject_kind != "child" or grant.person_id == by.person_id:
        raise NotFoundOrRefused
    with act(Verb.ACCESS_APPROVE, by=by, about=child.subject) as event:
        event.detail = {"grant": str(grant.pk), "answer": "ended"}
        grants.end_at_once(grant=grant, by=the_system(on=by.on))


def _ask_who_is_named(request: AccessRequest, child: Child, caused_by: int) -> None:
    """Have a named person review it; where only the requester is named, anybody of the city."""
    system = the_system(on=clock.today())
    city = prefixes(child.residence_path or child.hukou_path)[-1]
    named = post_of_named(child, on=system.on, but=request.requested_by_id)
    with act(Verb.APPROVAL_ASK, by=system, caused_by=caused_by) as event:
        amend(request, place_path=city)
        event.detail = {"request": str(request.pk)}
        length = packs.deadline(settings.WEIGUANG_PACK, WITHIN[Kind.BREAK]).length
        approval = ask(
            kind=ASKED[Kind.BREAK], about=request.subject, verb=ANSWERED_BY[Kind.BREAK], by=system,
            says={"request": str(request.pk), "is_unnamed": named is None}, child_id=child.pk,
            is_emergency=True, within=Period(**length),
            on_behalf_of=request.requested_by_id,
        )  # fmt: skip
        if named is not None:
            _lies_with(approval, named)


def _lies_with(approval: Approval, post: Post) -> None:
    hand_over_within(Task.objects.filter(kind=TASK_KIND, about_id=approval.pk), post)


def _is_asked(request: AccessRequest) -> bool:
    asked = Approval.objects.filter(kind=ASKED[Kind.BREAK], child_id=request.child_id)
    live = asked.exclude(state=Approval.State.WITHDRAWN)
    return any(each.says["request"] == str(request.pk) for each in live)


def _settle_request(request: AccessRequest, *, is_granted: bool, caused_by: int) -> None:
    system = the_system(on=clock.today())
    child = _grantable(request) if is_granted else None
    about = request.subject
    with act(Verb.ACCESS_APPROVE, by=system, about=about, caused_by=caused_by) as event:
        grant, state = None, State.REFUSED
        if child is not None:
            who = actor_for(request.requested_by, on=clock.today())
            grant = leave(request, child, who, timedelta(days=request.days))
            state = State.GRANTED
        amend(request, state=state, answered_at=clock.now(), grant=grant)
        event.detail = {"request": str(request.pk), "answer": state.value}


def _settle_break(request: AccessRequest, *, is_justified: bool, caused_by: int) -> None:
    if request.review != Review.WAITING:
        return
    system = the_system(on=clock.today())
    said = Review.JUSTIFIED if is_justified else Review.UNJUSTIFIED
    about = request.subject
    with act(Verb.ACCESS_REVIEW, by=system, about=about, caused_by=caused_by) as event:
        if request.grant is not None and not is_justified:
            grants.end_at_once(grant=request.grant, by=system)
        amend(request, review=said)
        event.detail = {"request": str(request.pk), "answer": said.value}


def _grantable(request: AccessRequest) -> Child | None:
    """The child, if the requester may still ask for it: on a post, and not too near to it.

    Not one that went into another file, or was moved for safety, meanwhile.
    """
    who, child = actor_for(request.requested_by, on=clock.today()), request.child
    if child is None or child.is_sheltered or child.merged_into_id is not None:
        return None
    is_near = is_conflicted(who.person_id, child.pk)
    return child if may(who, Verb.ACCESS_REQUEST) and not is_near else None


def _city_of(request: AccessRequest) -> str:
    """The path of the requester's own city; a request is always made on a post or by a grant."""
    post = request.requested_post
    if post is None:
        raise NotFoundOrRefused
    return prefixes(post.place.path)[-1]


def _to_the_city(request: AccessRequest, approval: Approval) -> None:
    """The office, not the duty room, answers what is nobody's; who asked herself never does."""
    post = post_for(
        request.place_path, "city_officer", "city_approver", on=clock.today(),
        but=[request.requested_by_id],
    )  # fmt: skip
    if post is not None:
        _lies_with(approval, post)


def _due(asked_at: datetime) -> datetime:
    length = packs.deadline(settings.WEIGUANG_PACK, WITHIN[Kind.BLIND]).length
    return Period(**length).over(asked_at, calendar()).at


def _locked(request_id: UUID) -> AccessRequest:
    found = AccessRequest.objects.select_for_update(of=("self",))
    return found.select_related("requested_by", "requested_post__place", "grant").get(pk=request_id)
