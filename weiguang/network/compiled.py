"""Reads for an actor, made once for everybody whose posts are of the same roles."""

from collections.abc import Callable, Hashable
from datetime import date
from threading import Lock
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from weiguang.kernel.compiled import STAND_INS, Made, Statement, Value, asked
from weiguang.network.authority import ActingPost, Actor

Row = TypeVar("Row", covariant=True)
# Above so many kinds of actors and wishes the oldest are made anew; who holds more posts than
# these, or serves single children, is asked for in her own words.
KEPT: Final = 500
POSTS: Final = 3
# Stand-ins below this number are the actor's.
OWN: Final = 100
Shape = tuple[Hashable, ...]


class ForActor(Generic[Row]):
    """A function's query for an actor: `mine(actor)`.

    The function takes the actor, then what changes the statement (part of its shape), then by
    name what `Compiled` takes. It may look at the actor's roles, but its ids, paths and day are
    plain values of the query.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row] | Statement[Row]]) -> None:
        self.build = build
        self.__doc__ = build.__doc__
        self._made: dict[Shape, Made] = {}
        self._lock = Lock()

    def __call__(self, actor: Actor, *wishes: Hashable, **values: Value) -> list[Row]:
        """The rows that the actor may see; one query."""
        if not is_plain(actor):
            return asked(self.build(actor, *wishes, **values))
        shape = (tuple(post.role.code for post in actor.posts), *wishes)
        made = self._made.get(shape) or self._make(shape, actor, wishes, values)
        return made.rows({**_values(actor), **values})

    def _make(
        self, shape: Shape, actor: Actor, wishes: tuple[Hashable, ...], values: dict[str, Value]
    ) -> Made:
        named = {
            name: STAND_INS[_type_of(one)](OWN + at)
            for at, (name, one) in enumerate(values.items())
        }
        somebody = _stand_in(actor)
        made = Made(self.build(somebody, *wishes, **named), {**_values(somebody), **named})
        with self._lock:
            while len(self._made) >= KEPT:
                del self._made[next(iter(self._made))]
            self._made[shape] = made
        return made


def is_plain(actor: Actor) -> bool:
    """Whether all of her authority is in a few posts in places apart, so that a shape tells it."""
    paths = [post.path for post in actor.posts]
    apart = not any(one is not other and one.startswith(other) for one in paths for other in paths)
    return (
        actor.person_id is not None and not actor.is_system and not actor.grants
        and not actor.bars and len(paths) <= POSTS and apart
    )  # fmt: skip


def _type_of(value: Value) -> Any:
    """What it is a stand-in for; a list is never empty here."""
    return list[type(value[0])] if isinstance(value, list) else type(value)  # type: ignore[misc]


def _stand_in(actor: Actor) -> Actor:
    """Somebody on posts of the same roles, whose ids, paths and day are nobody's."""
    posts = tuple(
        ActingPost(STAND_INS[UUID](at + 1), post.role, STAND_INS[str](at), "", "")
        for at, post in enumerate(actor.posts)
    )
    on, person_id = STAND_INS[date](OWN - 1), STAND_INS[UUID](0)
    return Actor(person_id, "", on, posts)


def _values(actor: Actor) -> dict[str, Any]:
    """What of an actor may stand in a statement, by name."""
    said: dict[str, Any] = {"_person": actor.person_id, "_on": actor.on}
    for at, post in enumerate(actor.posts):
        said |= {f"_post{at}": post.id, f"_path{at}": post.path}
    return said
