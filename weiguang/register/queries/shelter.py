"""Children moved for safety, as far as each reader may know of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account, Bar, Grant, Holding, Post
from weiguang.network.roles import ROLES, Level
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import Child, SafetyMove
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval, Signature, Task
from weiguang.tasks.queries.posts import prefixes, roles_with

REASON: Final = "safety_move"
REVIEW: Final = "move.safety"


def move_of(actor: Actor, child: Child) -> SafetyMove | None:
    """The move for safety that lasts, for who is named; None for anybody else."""
    if not child.is_sheltered or may(actor, Verb.CHILD_OPEN, child.subject).sees < Tier.SEALED:
        return None
    return child.safety_moves.exclude(state=SafetyMove.State.ENDED).first()


def move_to_name_for(actor: Actor, move_id: UUID) -> SafetyMove:
    """A move for which the actor may say who is named; `NotFoundOrRefused` for any other."""
    move = SafetyMove.objects.filter(pk=move_id).select_related("child").first()
    if move is None or not may_name(actor, move):
        raise NotFoundOrRefused
    return move


def may_name(actor: Actor, move: SafetyMove) -> bool:
    """Whether she is named herself, or acts on the city's moves and nobody who is named is left."""
    if move.state == SafetyMove.State.ENDED:
        return False
    if grants_of(move.child).filter(person=actor.person_id).exists():
        return bool(may(actor, Verb.MOVE_SAFETY, move.child.subject))
    is_citys = may(actor, Verb.MOVE_SAFETY, move.subject).post is not None
    return is_citys and post_of_named(move.child, on=actor.on) is None


def grants_of(child: Child) -> QuerySet[Grant]:
    """The leave of those who are named for a child now."""
    return Grant.objects.filter(
        subject_kind="child", subject_id=child.pk, reason=REASON, until=None
    )


def people_named(move: SafetyMove) -> list[Account]:
    """Who may see the child while the move lasts, by name."""
    named = grants_of(move.child).values("person")
    return list(Account.objects.filter(pk__in=named).order_by("name", "pk"))


def post_of_named(child: Child, *, on: date, but: UUID | None = None) -> Post | None:
    """The post of the city on which one of those sits who are named; None where nobody is left.

    `but` is a person who is not meant, though she be named.
    """
    named = grants_of(child).filter(during__contains=on)
    return _post_of(Q(person__in=named.exclude(person=but).values("person")), on)


def post_of_mover(move: SafetyMove, *, on: date) -> Post | None:
    """The post on which who moved the child could do so today; None when she has left."""
    return _post_of(Q(person=move.begun_by_id), on)


def _post_of(people: Q, on: date) -> Post | None:
    held = Holding.objects.filter(
        people, person__is_active=True, during__contains=on,
        post__during__contains=on, post__role__in=roles_with(Verb.MOVE_SAFETY),
    ).select_related("post__place")  # fmt: skip
    first = held.order_by("post__place__path", "post_id").first()
    return first.post if first else None


def who_may_be_named(child: Child, *, by: Actor) -> list[tuple[Account, str]]:
    """The people of the city above the child who may be named, with their role, by name.

    Those who act on safety moves, and never people of a town or village: the old place must not
    know; nor who is kept from the child's file. One query.
    """
    near = Bar.objects.filter(subject_kind="child", subject_id=child.pk, lifted_at=None)
    city = prefixes(child.residence_path or child.hukou_path)[-1]
    roles = [
        code
        for code, role in ROLES.items()
        if Verb.MOVE_SAFETY in role.verbs and role.level is Level.CITY
    ]
    on_post = Holding.objects.filter(
        post__role__in=roles, post__place__path=city, during__contains=by.on,
        post__during__contains=by.on, person__is_active=True,
    ).exclude(person__in=near.values("person")).select_related("person", "post")  # fmt: skip
    found = {held.person: str(ROLES[held.post.role].label) for held in on_post.order_by("kind")}
    return sorted(found.items(), key=lambda each: each[0].name)


def lines_of_moves(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """How approvals about safety moves show in the inbox: without the child's name."""
    return {each.pk: Line("", unnamed()) for each in approvals}


def lines_of_nobody(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """How a child for whom nobody is left shows in the inbox: without its name."""
    why = _("指定的人都不在岗了，没有人能看到这个孩子")
    return {
        each.pk: Line("", why, reverse("safety_people", args=[each.about_id])) for each in tasks
    }


def asked_to_name(approval: Approval) -> Mapping[str, object]:
    """Whom a second person is asked to agree to, and why."""
    adding = Account.objects.filter(pk__in=approval.says["people"]).order_by("name", "pk")
    return {"adding": [each.name for each in adding], "why": approval.says["reason"]}


def lines_of_refusals(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """To whom it is told that a move was not agreed to: by name to who is named, to the mover and
    the city without; to others on the mover's post not at all. One query.
    """
    seen = children_for(actor, Verb.CHILD_LIST).filter(pk=OuterRef("child"))
    moves = (
        SafetyMove.objects.annotate(is_seen=Exists(seen))
        .select_related("child")
        .defer("child__id_number")
        .in_bulk([task.about_id for task in tasks])
    )
    lines = {task.pk: _refusal(actor, task, moves[task.about_id]) for task in tasks}
    return {key: line for key, line in lines.items() if line is not None}


def refusal_of(actor: Actor, task: Task) -> Mapping[str, Any]:
    """Who did not agree, when and why; one query."""
    said = Signature.objects.filter(approval__kind=REVIEW, approval__about_id=task.about_id)
    said = said.exclude(answer=Signature.Answer.APPROVE).select_related("person")
    return {"said": said.order_by("-at").first()}


def unnamed() -> str:
    """How a child is spoken of to who is not named."""
    return _("一名孩子，名字只有指定的人可以看")


def _refusal(actor: Actor, task: Task, move: Any) -> Line | None:
    is_returned = task.reason == Approval.State.RETURNED
    why = _("复核的人要求补充说明") if is_returned else _("复核的人没有同意这次安全转移")
    if move.is_seen:
        return Line(move.child.name, why, reverse("child", args=[move.child_id]))
    if actor.person_id == move.begun_by_id or may(actor, Verb.MOVE_SAFETY, move.subject):
        return Line("", why)
    return None
