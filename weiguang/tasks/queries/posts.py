"""Which post something goes to: the nearest one that serves a place."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, Value, When
from django.utils.translation import gettext as _

from weiguang.kernel.wording import listed
from weiguang.network.authority import Actor, rows
from weiguang.network.models import Holding, Post
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb


def post_for(path: str, *roles: str, on: date, but: Collection[object] = ()) -> Post | None:
    """The post nearest to a place with one of these roles, one with somebody on it preferred.

    Looked for at the place and above it; among equals the earlier role wins. `but` names people
    who must not be the only ones on it. One query.
    """
    order = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(roles)),
        output_field=IntegerField(),
    )
    return (
        Post.objects.filter(place__path__in=prefixes(path), during__contains=on, role__in=roles)
        .select_related("place")
        .annotate(order=order, is_filled=_is_filled(on, but))
        .order_by("-is_filled", "-place__path", "order", "id")
        .first()
    )


def post_with(path: str, verb: Verb, *, on: date, but: Collection[object] = ()) -> Post | None:
    """The post nearest to a place whose role has the verb, as `post_for`, roles in their order."""
    return post_for(path, *roles_with(verb), on=on, but=but)


def roles_with(verb: Verb) -> tuple[str, ...]:
    """The codes of the roles that have a verb, in the order of the levels."""
    return tuple(code for code, role in ROLES.items() if verb in role.verbs)


def _is_filled(on: date, but: Collection[object]) -> Exists:
    sitting = Holding.objects.filter(
        post=OuterRef("pk"), during__contains=on, person__is_active=True
    )
    return Exists(sitting.exclude(person__in=but))


def prefixes(path: str) -> list[str]:
    """A place's path and those of the places above it, the nearest first.

    >>> prefixes("/320583/400/")
    ['/320583/400/', '/320583/']
    """
    parts = [part for part in path.split("/") if part]
    return ["/" + "/".join(parts[:end]) + "/" for end in range(len(parts), 0, -1)]


def posts_below(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """The posts to which the actor may hand tasks, by place: id and name. Two queries.

    A post on which nobody is, is named as vacant and may still be chosen: its substitute sees it.
    """
    reached = Q(pk__in=())
    for path in rows(actor, Verb.TASK_HAND_OVER, "task").paths:
        reached |= Q(place__path__startswith=path)
    sitting = Holding.objects.filter(during__contains=actor.on).select_related("person")
    found = (
        Post.objects.filter(reached, during__contains=actor.on, role__in=_working_roles())
        .select_related("place")
        .prefetch_related(Prefetch("holdings", queryset=sitting, to_attr="sitting"))
        .order_by("place__sort_key", "role", "id")
    )
    by_place: dict[str, list[tuple[str, str]]] = {}
    for post in found:
        by_place.setdefault(post.place.name, []).append((str(post.pk), _called(post)))
    return list(by_place.items())


def _working_roles() -> tuple[str, ...]:
    return roles_with(Verb.TASK_FINISH)


def _called(post: Any) -> str:
    people = listed(each.person.name for each in post.sitting)
    return f"{ROLES[post.role].label} · {people or _('空缺')}"
