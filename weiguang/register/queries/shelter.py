"""Children moved for safety, as far as each reader may know of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account, Grant, Holding, Post
from weiguang.network.roles import ROLES, Level
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, SafetyMove
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval, Task
from weiguang.tasks.queries.posts import prefixes, roles_with

REASON: Final = "safety_move"


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


def post_of_named(child: Child, *, on: date) -> Post | None:
    """The post of the city on which one of those sits who are named; None where nobody is left."""
    named = grants_of(child).filter(during__contains=on)
    held = Holding.objects.filter(
        person__in=named.values("person"), person__is_active=True, during__contains=on,
        post__during__contains=on, post__role__in=roles_with(Verb.MOVE_SAFETY),
    ).select_related("post__place")  # fmt: skip
    first = held.order_by("post__place__path", "post_id").first()
    return first.post if first else None


def who_may_be_named(child: Child, *, by: Actor) -> list[tuple[Account, str]]:
    """The people of the city above the child who may be named, with their role, by name.

    Those who act on safety moves, and never people of a town or village: the old place must not
    know. One query.
    """
    city = prefixes(child.residence_path or child.hukou_path)[-1]
    roles = [
        code
        for code, role in ROLES.items()
        if Verb.MOVE_SAFETY in role.verbs and role.level is Level.CITY
    ]
    on_post = Holding.objects.filter(
        post__role__in=roles, post__place__path=city, during__contains=by.on,
        post__during__contains=by.on, person__is_active=True,
    ).select_related("person", "post")  # fmt: skip
    found = {held.person: str(ROLES[held.post.role].label) for held in on_post.order_by("kind")}
    return sorted(found.items(), key=lambda each: each[0].name)


def lines_of_moves(actor: Actor, approvals: Sequence[Approval]) -> Mapping[UUID, Line]:
    """How approvals about safety moves show in the inbox: without the child's name."""
    return {each.pk: Line("", _("一名孩子，名字只有指定的人可以看")) for each in approvals}


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
