"""Children moved for safety, as far as each reader may know of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account, Grant, Holding, Post
from weiguang.network.roles import ROLES, Level
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, SafetyMove
from weiguang.tasks.kinds import Line
from weiguang.tasks.models import Approval
from weiguang.tasks.queries.posts import prefixes, roles_with

REASON: Final = "safety_move"


def move_of(actor: Actor, child: Child) -> SafetyMove | None:
    """The move for safety that lasts, for who is named; None for anybody else."""
    if not child.is_sheltered or may(actor, Verb.CHILD_OPEN, child.subject).sees < Tier.SEALED:
        return None
    return child.safety_moves.exclude(state=SafetyMove.State.ENDED).first()


def people_named(move: SafetyMove) -> list[str]:
    """Who may see the child while the move lasts."""
    given = Grant.objects.filter(subject_id=move.child_id, reason=REASON, until=None)
    return list(given.order_by("person__name").values_list("person__name", flat=True))


def post_of_named(child: Child, *, on: date) -> Post | None:
    """The post of the city on which one of those sits who are named; None where nobody is left."""
    named = Grant.objects.filter(
        subject_kind="child", subject_id=child.pk, reason=REASON, until=None, during__contains=on
    )
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
