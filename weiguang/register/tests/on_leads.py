"""A lead in a small county, and the people around it, as the tests of leads begin."""

from dataclasses import dataclass
from typing import Any

from tests.cast import Cast, actor, make_cast
from weiguang.network.authority import Actor
from weiguang.network.models import Account, Place, Post
from weiguang.register.actions import leads
from weiguang.register.actions.leads import NewLead, Note
from weiguang.register.models import Lead
from weiguang.register.rules.leads import Finding, Step
from weiguang.tasks.models import Task


@dataclass
class Field:
    """The places of the cast with everybody on a post who has to do with leads."""

    cast: Cast
    people: dict[str, Account]
    posts: dict[str, Post]

    def __getattr__(self, role: str) -> Actor:
        """Who is on that post, with everything that gives authority today."""
        return actor(self.people[role])


SEATS = {
    "director": ("child_director", "village"), "neighbour": ("child_director", "neighbour"),
    "secretary": ("village_secretary", "village"), "supervisor": ("child_supervisor", "town"),
    "office": ("town_civil_affairs", "town"), "leader": ("town_leader", "town"),
    "city": ("city_officer", "county"), "hotline": ("hotline_operator", "county"),
    "social_worker": ("social_worker", "county"),
}  # fmt: skip


def make_field() -> Field:
    cast = make_cast()
    people, posts = {}, {}
    for name, (role, place) in SEATS.items():
        held = cast.seated(role, getattr(cast, place), f"{name}.x")
        people[name], posts[name] = held.person, held.post
    return Field(cast, people, posts)


def said(place: Place, **more: Any) -> NewLead:
    """What a neighbour would say."""
    known: dict[str, Any] = {
        "source": "report", "place": place, "name": "顾小满", "sex": "female", "about_age": 8,
        "signs": ("parents_gone",), "words": "跟奶奶过，爸妈两年没回来",
    }  # fmt: skip
    return NewLead(**known | more)


def entered(field: Field, by: str = "supervisor", **more: Any) -> Lead:
    return leads.enter(said=said(field.cast.village, **more), by=getattr(field, by))


def assigned(field: Field, **more: Any) -> Lead:
    """A lead of the village that its director is to verify."""
    lead = entered(field, **more)
    return leads.assign(lead=lead, to=field.posts["director"], seen=lead.moves, by=field.supervisor)


def step(lead: Lead, kind: Step, by: Actor, **note: str) -> Lead:
    return leads.take_step(lead=lead, step=kind, note=Note(**note), seen=lead.moves, by=by)


def unreachable(field: Field) -> Lead:
    lead = step(assigned(field), Step.TRIED, field.director, words="家里没人")
    return step(lead, Step.LOST, field.director)


def found(
    field: Field, finding: Finding, lead: Lead | None = None, *, by: str = "director"
) -> Lead:
    lead = lead or assigned(field)
    reason = "no_difficulty" if finding is Finding.NOT_ELIGIBLE else ""
    return leads.find(
        lead=lead, finding=finding, reason=reason, words="见到了孩子和奶奶", seen=lead.moves,
        by=getattr(field, by),
    )  # fmt: skip


def due(lead: Lead) -> dict[str, str]:
    """What is open about a lead: the kind, and whose post it lies with."""
    waiting = Task.objects.filter(about_id=lead.pk, state="open").select_related("post")
    return {task.kind: task.post.role for task in waiting}
