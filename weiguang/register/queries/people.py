"""Who did something, in words: the people and posts that events name by id."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

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
    found = Post.objects.filter(pk__in=posts).select_related("place")
    return People(
        names=dict(Account.objects.filter(pk__in=people).values_list("pk", "name")),
        posts={post.pk: f"{ROLES[post.role].label} · {post.place.name}" for post in found},
    )
