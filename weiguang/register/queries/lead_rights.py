"""Which right each step of a lead needs, who has the lead, and to which posts it can be given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q

from weiguang.network.authority import Actor, may
from weiguang.network.models import Holding, Post
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.register.models import Lead
from weiguang.register.rules.leads import State, Step, after
from weiguang.tasks.queries.posts import prefixes, roles_with

VERBS: Final[dict[Step, Verb]] = {
    Step.ENTERED: Verb.LEAD_ENTER, Step.ASSIGNED: Verb.LEAD_ASSIGN,
    Step.CONFLICT: Verb.LEAD_VERIFY, Step.MOVED: Verb.LEAD_ASSIGN, Step.TRIED: Verb.LEAD_VERIFY,
    Step.REACHED: Verb.LEAD_VERIFY, Step.LOST: Verb.LEAD_VERIFY,
    Step.POLICE_TOLD: Verb.LEAD_VERIFY, Step.SCHOOL_TOLD: Verb.LEAD_VERIFY,
    Step.CITY_ASKED: Verb.LEAD_ASSIGN, Step.FOUND: Verb.LEAD_VERIFY,
    Step.RETURNED: Verb.LEAD_CLOSE, Step.REGISTERED: Verb.LEAD_CLOSE,
    Step.NOT_ELIGIBLE: Verb.LEAD_CLOSE, Step.DUPLICATE: Verb.LEAD_CLOSE,
    Step.REOPENED: Verb.LEAD_CLOSE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post that can verify a lead, with who sits on it."""

    id: UUID
    label: str


def offered(actor: Actor, lead: Lead) -> frozenset[Step]:
    """The steps that the actor may take with the lead as it stands now."""
    return frozenset(
        step
        for step, verb in VERBS.items()
        if after(State(lead.state), step, lead.finding) is not None
        and may(actor, verb, lead.subject)
        and (verb is not Verb.LEAD_VERIFY or has(actor, lead))
    )


def has(actor: Actor, lead: Lead) -> bool:
    """Whether the lead lies with one of the actor's posts, or is hers to assign."""
    if actor.person_id in lead.barred:
        return False
    has_post = any(post.id == lead.post_id for post in actor.posts)
    return has_post or bool(may(actor, Verb.LEAD_ASSIGN, lead.subject))


def can_verify(post: Post, lead: Lead, on: date) -> bool:
    """Whether a post may be given the lead: its role, its place, and who sits on it; one query."""
    if Verb.LEAD_VERIFY not in ROLES[post.role].verbs or on not in post.during:
        return False
    path = post.place.path
    is_below = path.startswith(lead.path) and not lead.is_neutral
    return (is_below or lead.path.startswith(path)) and bool(
        people_on([post.pk], on) - set(lead.barred)
    )


def posts_to_verify(lead: Lead, on: date) -> list[PostChoice]:
    """The posts that can be given the lead, the nearest to the child first; one query.

    A post on which nobody sits is left out, and so is one with people too near to the family alone.
    """
    around = Q(post__place__path__in=prefixes(lead.path))
    if not lead.is_neutral:
        around |= Q(post__place__path__startswith=lead.path)
    held = (
        Holding.objects.filter(
            around, post__role__in=roles_with(Verb.LEAD_VERIFY), during__contains=on,
            post__during__contains=on, person__is_active=True,
        )
        .exclude(person__in=lead.barred)
        .select_related("post__place", "person")
        .order_by("-post__place__level", "post__place__sort_key", "post__id", "kind")
    )  # fmt: skip
    names: dict[UUID, list[str]] = {}
    posts: dict[UUID, Post] = {}
    for each in held:
        posts[each.post_id] = each.post
        names.setdefault(each.post_id, []).append(each.person.name)
    return [
        PostChoice(key, f"{post.place.name} {ROLES[post.role].label} {' '.join(names[key])}")
        for key, post in posts.items()
    ]


def people_on(posts: Iterable[UUID], on: date) -> set[UUID]:
    """Who sits on these posts that day, standing in or holding; one query."""
    held = Holding.objects.filter(post__in=posts, during__contains=on, person__is_active=True)
    return set(held.values_list("person_id", flat=True))
