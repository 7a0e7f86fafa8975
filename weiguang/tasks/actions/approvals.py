"""Asking for a signature, signing, and what an approval comes to: one mechanism for every rule of
two. Who asked never signs; of two who sign at once each counts once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Post
from weiguang.network.queries import the_system
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.tasks.access import seat_for
from weiguang.tasks.actions.tasks import (
    Origin,
    calendar,
    cancel_about,
    finish_about,
    hand_over_within,
    open_task,
)
from weiguang.tasks.models import Approval, Seat, Signature, Task
from weiguang.tasks.queries.posts import post_with
from weiguang.tasks.rules.approvals import Answer, decided
from weiguang.tasks.rules.periods import Period

TASK_KIND: Final = "approval"
ONE_DAY: Final = Period(hours=24)
THREE_DAYS: Final = Period(working_days=3)


class AlreadyDecided(Conflict):
    """The approval was decided, withdrawn or signed on this post meanwhile."""

    code = "approval_decided"
    default_what = _("这件事已经有人签过了。")
    default_to_what = _("您这次的意见没有保存。")
    default_what_next = _("请回到待办，看看最新的情况。")


class NobodyToSign(Conflict):
    """No post has the right to sign here, besides the requester's."""

    code = "nobody_to_sign"
    default_what = _("没有找到可以审批的人。")
    default_to_what = _("这件事还没有提交。")
    default_what_next = _("请联系上级民政部门，或请安全管理员安排人员。")


def ask(
    *, kind: str, about: Subject, verb: Verb, by: Actor, says: Mapping[str, Any],
    child_id: UUID | None = None, needed: int = 1, seats: Sequence[UUID] = (),
    is_emergency: bool = False, within: Period | None = None,
    on_behalf_of: UUID | None = None,
) -> Approval:  # fmt: skip
    """Ask for signatures; with named `seats` of these posts, else of whoever has the verb there.

    `needed` of them must agree. An emergency was acted on already: it is due within a day. Opens
    the task for who should sign. The system may ask `on_behalf_of` a person, who then never signs.
    Raises `NobodyToSign` where nobody else could.
    """
    if on_behalf_of and not by.is_system:
        raise NotFoundOrRefused
    if about.id is None or not about.paths or needed < 1 or (seats and needed > len(seats)):
        raise ValueError("an approval is about one thing in a place, and can be reached")
    due = (within or (ONE_DAY if is_emergency else THREE_DAYS)).over(clock.now(), calendar())
    with act(Verb.APPROVAL_ASK, by=by, about=about) as event:
        approval = Approval(
            kind=kind, about_kind=about.kind, about_id=about.id, paths=list(about.paths),
            path_key="".join(f"|{path}" for path in about.paths), child_id=child_id, verb=verb,
            says=dict(says), needed=needed, is_emergency=is_emergency,
            requested_by_id=by.person_id or on_behalf_of, requested_at=clock.now(), due_at=due.at,
        )  # fmt: skip
        approval.save(force_insert=True)
        for post_id in dict.fromkeys(seats):
            Seat(approval=approval, post_id=post_id).save(force_insert=True)
        _open_tasks(approval, within or (ONE_DAY if is_emergency else THREE_DAYS))
        event.detail |= {"approval": str(approval.pk), "kind": kind}
    return approval


def ask_again(*, approval: Approval, by: Actor, says: Mapping[str, Any] | None = None) -> Approval:
    """Ask once more after a return, with what was bettered; only who asked may."""
    with act(Verb.APPROVAL_ASK, by=by, about=_asked_about(approval, by)) as event:
        current = _locked(approval.pk)
        _require_own(current, by)
        if current.state != Approval.State.RETURNED:
            raise AlreadyDecided
        due = THREE_DAYS.over(clock.now(), calendar())
        amend(
            current, about_id=current.about_id, state=Approval.State.WAITING, decided_at=None,
            round=current.round + 1, due_at=due.at, says=dict(says or current.says),
        )  # fmt: skip
        _open_tasks(current, THREE_DAYS)
        event.detail |= {"approval": str(current.pk), "round": current.round}
    return current


def withdraw(*, approval: Approval, by: Actor) -> None:
    """Take back what one asked for oneself, while nobody decided it; never an emergency's."""
    with act(Verb.APPROVAL_ASK, by=by, about=approval.subject) as event:
        current = _locked(approval.pk)
        _require_own(current, by)
        undecided = (Approval.State.WAITING, Approval.State.RETURNED)
        if current.state not in undecided or current.is_emergency:
            raise AlreadyDecided
        _settle(current, Approval.State.WITHDRAWN, by)
        event.detail |= {"approval": str(current.pk), "decision": "withdrawn"}


def sign(*, approval: Approval, answer: str, by: Actor, remark: str = "") -> Approval:
    """Give one's answer; leaves the event of the decision when it comes to one.

    A return and a refusal need a remark (`Invalid`). Raises `NotFoundOrRefused` for who asked and
    for who may not, `AlreadyDecided` for who comes too late.
    """
    said = Answer(answer)
    if said is not Answer.APPROVE and not remark.strip():
        raise Invalid(what=_("退回或不同意，请写明原因。"))
    if by.person_id is None or by.person_id == approval.requested_by_id:
        raise NotFoundOrRefused
    with act(Verb.APPROVAL_SIGN, by=by, about=approval.subject) as event:
        current = _locked(approval.pk)
        if current.state != Approval.State.WAITING or _has_signed(current, by):
            raise AlreadyDecided
        _leave_signature(current, said, remark.strip(), by)
        event.detail |= {"approval": str(current.pk), "kind": current.kind, "answer": said.value}
        _decide(current, by)
    return current


def delegate(*, approval: Approval, to_post_id: UUID, by: Actor) -> None:
    """Hand one's own seat, or one's part of an open approval, to another post that may sign."""
    post = Post.objects.select_related("place").filter(pk=to_post_id).first()
    if post is None or not _can_sign(post, approval):
        raise NotFoundOrRefused
    with act(Verb.APPROVAL_SIGN, by=by, about=approval.subject) as event:
        current = _locked(approval.pk)
        if current.state != Approval.State.WAITING:
            raise AlreadyDecided
        own = seat_for(by, current)
        if own is None or own[0] == post.pk:
            raise NotFoundOrRefused
        if own[1] is not None:
            amend(own[1], about_id=current.about_id, delegated_to_id=post.pk)
            _leave_seat(current, post)
        _move_task(current, own[1].post_id if own[1] else own[0], post)
        event.detail |= {"approval": str(current.pk), "delegated_to": str(post.pk)}


def _open_tasks(approval: Approval, within: Period) -> None:
    system = the_system(on=clock.today())
    posts = list(approval.seats.filter(delegated_to=None).values_list("post_id", flat=True))
    for post_id in posts or [_nearest(approval)]:
        open_task(
            kind=TASK_KIND, about=Subject("approval", approval.pk), post_id=post_id,
            within=within, by=system, child_id=approval.child_id,
            origin=Origin(reason=approval.kind),
        )  # fmt: skip


def _nearest(approval: Approval) -> UUID:
    but = [approval.requested_by_id] if approval.requested_by_id else []
    for path in approval.paths:
        found = post_with(path, Verb(approval.verb), on=clock.today(), but=but)
        if found is not None:
            return found.pk
    raise NobodyToSign


def _decide(approval: Approval, by: Actor) -> None:
    answers = approval.signatures.filter(round=approval.round).values_list("answer", flat=True)
    seats = approval.seats.filter(delegated_to=None).count()
    state = decided([Answer(each) for each in answers], needed=approval.needed, seats=seats)
    if state == Approval.State.WAITING:
        finish_for(approval, by)
        return
    system = the_system(on=clock.today())
    with act(Verb.APPROVAL_DECIDE, by=system, about=approval.subject) as event:
        _settle(approval, state, by)
        event.detail |= {
            "approval": str(approval.pk), "kind": approval.kind, "decision": state.value,
        }  # fmt: skip


def finish_for(approval: Approval, by: Actor) -> None:
    """Close the approval's task on the signer's own posts while others still have to sign."""
    posts = {post.id for post in by.posts}
    mine = Task.objects.filter(kind=TASK_KIND, about_id=approval.pk, post__in=posts)
    if mine.exists() and approval.seats.exists():
        finish_about(kind=TASK_KIND, about_id=approval.pk, by=by, posts=posts)


def _settle(approval: Approval, state: str, by: Actor) -> None:
    amend(approval, about_id=approval.about_id, state=state, decided_at=clock.now())
    if state == Approval.State.WITHDRAWN:
        cancel_about(about_id=approval.pk, by=by)
    else:
        finish_about(kind=TASK_KIND, about_id=approval.pk, by=by, outcome=state)


def _leave_signature(approval: Approval, answer: Answer, remark: str, by: Actor) -> None:
    place = seat_for(by, approval)
    if place is None or by.person_id is None:
        raise NotFoundOrRefused
    post_id, seat = place
    signature = Signature(
        approval=approval, round=approval.round, person_id=by.person_id,
        post_id=seat.post_id if seat else post_id, requester_id=approval.requested_by_id,
        answer=answer.value, remark=remark or None, at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            signature.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyDecided from error


def _asked_about(approval: Approval, by: Actor) -> Subject:
    """What is asked about; the asking itself, where that is a matter of the level above only."""
    is_own = by.person_id is not None and by.person_id == approval.requested_by_id
    if is_own and not may(by, Verb.APPROVAL_ASK, approval.subject):
        return Subject("approval", approval.pk)
    return approval.subject


def _has_signed(approval: Approval, by: Actor) -> bool:
    return bool(approval.signatures.filter(round=approval.round, person=by.person_id).exists())


def _leave_seat(approval: Approval, post: Post) -> None:
    if not approval.seats.filter(post=post).exists():
        Seat(approval=approval, post=post).save(force_insert=True)


def _move_task(approval: Approval, from_post: UUID, post: Post) -> None:
    waiting = Task.objects.filter(
        kind=TASK_KIND, about_id=approval.pk, post_id=from_post, state=Task.State.OPEN
    )
    hand_over_within(waiting, post)


def _can_sign(post: Post, approval: Approval) -> bool:
    verbs = {verb.value for verb in ROLES[post.role].verbs}
    reaches = any(path.startswith(post.place.path) for path in approval.paths)
    return reaches and {approval.verb, Verb.APPROVAL_SIGN.value} <= verbs


def _require_own(approval: Approval, by: Actor) -> None:
    if by.person_id is None or approval.requested_by_id != by.person_id:
        raise NotFoundOrRefused


def _locked(approval_id: UUID) -> Approval:
    return Approval.objects.select_for_update(of=("self",)).get(pk=approval_id)
