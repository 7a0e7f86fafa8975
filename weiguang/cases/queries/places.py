"""Where a case stands in the eyes of authority, and at which posts its people sit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q

from weiguang.network.models import Bar, Holding, Post
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, SafetyMove
from weiguang.register.queries.shelter import grants_of
from weiguang.tasks.queries.posts import prefixes, roles_with

# Who may be asked into a team besides those who lead cases: village, school, hospital and others.
JOIN: Final = ("child_director", "village_secretary", "department_liaison", "provider_manager")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on a post who may lead a case or join its team."""

    holding: Holding

    @property
    def key(self) -> str:
        """By which a form names her."""
        return str(self.holding.pk)

    @property
    def called(self) -> str:
        """Name, role and whose she is."""
        post = self.holding.post
        name, role = self.holding.person.name, ROLES[post.role].label
        return f"{name} · {role} · {post.organisation.name}"


def paths_of(child: Child) -> tuple[str, ...]:
    """The child's places; of one that was moved for safety the city that answers for the move."""
    if not child.is_sheltered:
        return child.subject.paths
    moves = child.safety_moves.exclude(state=SafetyMove.State.ENDED)
    return tuple(moves.values_list("city_path", flat=True)[:1])


def who_may_lead(child: Child, *, on: date) -> list[Candidate]:
    """Everybody above and around the child whose post leads cases, by name; two queries.

    Of a child that was moved for safety: who is named, and nobody else.
    """
    return _on_posts(child, roles_with(Verb.CASE_LEAD), on)


def who_may_join(child: Child, *, on: date, but: Iterable[UUID] = ()) -> list[Candidate]:
    """Everybody who may be taken into the team, but those who are on it; two queries."""
    out = frozenset(but)
    found = _on_posts(child, (*roles_with(Verb.CASE_LEAD), *JOIN), on)
    return [each for each in found if each.holding.person_id not in out]


def post_of(candidate: Candidate) -> Post:
    """The post on which she works."""
    return candidate.holding.post


def _on_posts(child: Child, roles: tuple[str, ...], on: date) -> list[Candidate]:
    paths = [above for path in paths_of(child) for above in prefixes(path)]
    near = Bar.objects.filter(subject_kind="child", subject_id=child.pk, lifted_at=None)
    held = Holding.objects.filter(
        Q(post__place__path__in=paths), post__role__in=roles, during__contains=on,
        post__during__contains=on, person__is_active=True,
    ).exclude(person__in=near.values("person"))  # fmt: skip
    if child.is_sheltered:
        held = held.filter(person__in=grants_of(child).values("person"))
    found = held.select_related("person", "post__place", "post__organisation")
    return [Candidate(each) for each in found.order_by("person__name", "kind", "pk")]
