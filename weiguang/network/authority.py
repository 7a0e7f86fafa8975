"""Authority in one function, default deny: verb x role x place subtree x sensitivity tier.

Lists, details, exports, search and the phone all ask here. It reads posts and grants and knows no
app above it: a subject is a kind, an id and the paths of the places it stands in.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from weiguang.kernel.events import NOTHING, Author, Subject
from weiguang.kernel.sensitivity import Tier
from weiguang.network.roles import ONESELF, SYSTEM_VERBS, Reach, Role
from weiguang.network.verbs import Verb


@dataclass(frozen=True, slots=True)
class ActingPost:
    """A post its person holds today, with the path its role reaches from."""

    id: UUID
    role: Role
    path: str
    place_name: str
    organisation_name: str


@dataclass(frozen=True, slots=True)
class ActingGrant:
    """A grant that holds today."""

    subject: tuple[str, UUID]
    verbs: frozenset[str]
    sees: Tier
    # Why it was given: a code, which a reading by it is remembered with.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with everything that gives authority on one day, or the system itself."""

    person_id: UUID | None
    name: str
    on: date
    posts: tuple[ActingPost, ...] = ()
    grants: tuple[ActingGrant, ...] = ()
    is_system: bool = False
    # What she is kept from, whatever her posts and grants say.
    bars: frozenset[tuple[str, UUID]] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may be done, as whom, and the highest tier shown; falsy when refused."""

    is_allowed: bool
    sees: Tier = Tier.CODE
    post: ActingPost | None = None

    def __bool__(self) -> bool:
        return self.is_allowed


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows an actor may see for a verb: everything below these paths, and these subjects,
    but none of the barred ones.
    """

    paths: tuple[str, ...]
    subjects: frozenset[UUID]
    barred: frozenset[UUID] = frozenset()


REFUSED: Final = Decision(is_allowed=False)


def may(actor: Actor, verb: Verb, about: Subject = NOTHING) -> Decision:
    """The one answer to "may this person do this, with that?".

    Without a subject the question is whether the verb is the actor's anywhere at all. With one, a
    post must reach one of its places, or a grant must name it. Of several ways the widest. A bar
    refuses, whatever else would allow.
    """
    if actor.is_system:
        return Decision(verb in SYSTEM_VERBS, Tier.SEALED if verb in SYSTEM_VERBS else Tier.CODE)
    if about.id is not None and (about.kind, about.id) in actor.bars:
        return REFUSED
    ways = [_by_post(post, verb, about) for post in actor.posts]
    ways += [_by_grant(grant, verb, about) for grant in actor.grants]
    ways.append(_by_oneself(actor, verb, about))
    return max((way for way in ways if way), key=lambda way: way.sees, default=REFUSED)


def rows(actor: Actor, verb: Verb, kind: str) -> Rows:
    """The subtrees and single subjects of a kind that the verb reaches; empty means nothing."""
    paths = {p.path for p in actor.posts if verb in p.role.verbs and p.role.reach is Reach.SUBTREE}
    widest = tuple(sorted(p for p in paths if not any(p != q and p.startswith(q) for q in paths)))
    named = {g.subject[1] for g in actor.grants if g.subject[0] == kind and verb in g.verbs}
    barred = barred_from(actor, kind)
    return Rows(widest, frozenset(named - barred), barred)


def barred_from(actor: Actor, kind: str) -> frozenset[UUID]:
    """The subjects of a kind that the actor is kept from."""
    return frozenset(subject_id for barred, subject_id in actor.bars if barred == kind)


def author(actor: Actor, decision: Decision) -> Author:
    """How the event names the actor: the person, on the post that gave the right."""
    return Author(actor.person_id, decision.post.id if decision.post else None)


def _by_post(post: ActingPost, verb: Verb, about: Subject) -> Decision:
    if verb not in post.role.verbs:
        return REFUSED
    if about.paths or about.kind == "child":
        reaches = post.role.reach is Reach.SUBTREE or about.kind != "child"
        if not (reaches and any(path.startswith(post.path) for path in about.paths)):
            return REFUSED
    return Decision(True, post.role.sees, post)


def _by_grant(grant: ActingGrant, verb: Verb, about: Subject) -> Decision:
    if verb not in grant.verbs:
        return REFUSED
    if about.kind and (about.kind, about.id) != grant.subject:
        return REFUSED
    return Decision(True, grant.sees)


def _by_oneself(actor: Actor, verb: Verb, about: Subject) -> Decision:
    if verb not in ONESELF or actor.person_id is None:
        return REFUSED
    return Decision(about.kind == "" or (about.kind, about.id) == ("account", actor.person_id))
