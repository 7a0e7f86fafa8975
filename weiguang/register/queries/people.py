"""Who did something, in words: the people and posts that events name by id."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weiguang.kernel.compiled import Compiled
from weiguang.kernel.models import Event
from weiguang.network.models import Account, Post
from weiguang.network.roles import ROLES


@dataclass(frozen=True, slots=True)
class People:
    """Names of accounts, and posts as "role, place", by id."""

    names: dict[UUID, str] = field(default_factory=dict)
    posts: dict[UUID, str] = field(default_factory=dict)

    def who(self, event: Event) -> str:
        """The person of an event; the system where nobody is named."""
        return self.names.get(event.person_id, "") if event.person_id else _("系统")

    def on_which_post(self, event: Event) -> str:
        """The post that gave the right; empty for a grant and for the system."""
        return self.posts.get(event.post_id, "") if event.post_id else ""


def people_of(events: Iterable[Event], *, besides: Iterable[UUID] = ()) -> People:
    """The people and posts of these events, and people besides; two queries."""
    named = list(events)
    people = {event.person_id for event in named if event.person_id} | set(besides)
    posts = {event.post_id for event in named if event.post_id}
    names = _names(people=list(people)) if people else ()
    found = _posts(posts=list(posts)) if posts else ()
    held = {key: f"{ROLES[role].label} · {place}" for key, role, place in found}
    return People(dict(names), held)


@Compiled
def _names(*, people: list[UUID]) -> QuerySet[Account, tuple[UUID, str]]:
    return Account.objects.filter(pk__among=people).values_list("pk", "name")


@Compiled
def _posts(*, posts: list[UUID]) -> QuerySet[Post, tuple[UUID, str, str]]:
    return Post.objects.filter(pk__among=posts).values_list("pk", "role", "place__name")
