"""Who may be asked to a conference: people on posts that serve the child's places, or the city."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from weiguang.conferences.models import Conference
from weiguang.network.authority import Actor
from weiguang.network.models import Grant, Holding
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.tasks.queries.posts import prefixes, roles_with


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on a post, as a choice."""

    holding_id: UUID
    name: str
    role: str
    organisation: str


def candidates(actor: Actor, conference: Conference) -> tuple[Candidate, ...]:
    """People who can take part and do not yet, by organisation; two queries.

    Of a child moved for safety only those who are named for it.
    """
    child = conference.child
    paths = {
        path
        for place in (child.residence_path, child.hukou_path)
        if place
        for path in prefixes(place)
    }
    able = roles_with(Verb.CONFERENCE_SIGN)
    found = Holding.objects.filter(
        Q(post__place__path__in=paths), during__contains=actor.on, post__role__in=able,
        person__is_active=True,
    )  # fmt: skip
    there = conference.participants.exclude(account=None).values("account")
    found = found.exclude(person__in=there)
    if child.is_sheltered:
        found = found.filter(person__in=_named(actor, child.pk))
    found = found.select_related("person", "post__organisation")
    rows = found.order_by("post__organisation__name", "post__role", "person__name", "id")
    return tuple(
        Candidate(
            each.pk, each.person.name, str(ROLES[each.post.role].label),
            each.post.organisation.name,
        )
        for each in rows
    )  # fmt: skip


def _named(actor: Actor, child_id: UUID) -> list[UUID]:
    named = Grant.objects.filter(
        subject_kind="child", subject_id=child_id, during__contains=actor.on, until=None,
        verbs__contains=[Verb.CONFERENCE_READ.value],
    )  # fmt: skip
    return list(named.values_list("person", flat=True))
