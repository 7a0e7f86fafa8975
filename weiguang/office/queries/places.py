"""The tree of places as one actor may see it, and one place with all that is dated about it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Count, Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Organisation, Place, PlaceFact, Post
from weiguang.network.verbs import Verb
from weiguang.office.access import places_for
from weiguang.office.rules.pinyin import means
from weiguang.office.rules.terms import Term, term_of

MARKS: Final[dict[str, str | Promise]] = {
    "V": _("已公布"), "M": _("待核对"), "P": _("建议"),
}  # fmt: skip


@dataclass(slots=True)
class Node:
    """A place in the tree; what lies above the actor's own places is a name and nothing more."""

    place: Place
    is_open: bool
    vacancies: int
    below: list["Node"] = field(default_factory=list)
    above: "Node | None" = None

    @property
    def vacancies_below(self) -> int:
        """Vacancies of the place itself and of every place below it."""
        return self.vacancies + sum(node.vacancies_below for node in self.below)


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated attribute of a place, as people read it."""

    kind: str
    value: str
    term: Term
    mark: str
    is_published: bool
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds today (or from a day to come), and what held once."""

    current: list[Fact]
    past: list[Fact]


def tree(actor: Actor) -> list[Node]:
    """The roots of the actor's tree, ordered by code; at most three queries."""
    own = list(places_for(actor, Verb.PLACE_LIST).filter(closed_on=None))
    vacancies = _vacancies(actor)
    nodes = {place.path: Node(place, True, vacancies.get(place.pk, 0)) for place in own}
    missing = {above for place in own for above in _paths_above(place.path)} - nodes.keys()
    for place in Place.objects.filter(path__in=missing):
        nodes[place.path] = Node(place, False, 0)
    roots: list[Node] = []
    for node in sorted(nodes.values(), key=lambda node: node.place.sort_key):
        node.above = nodes.get(_path_above(node.place.path))
        (node.above.below if node.above else roots).append(node)
    return roots


def every(roots: list[Node]) -> list[Node]:
    """The nodes of a tree from the top down."""
    return [found for root in roots for found in (root, *every(root.below))]


def find(roots: list[Node], typed: str) -> list[Node]:
    """The places of a tree that the typed text means: characters, pinyin or initials."""
    return [node for node in every(roots) if node.is_open and means(typed, node.place.name)]


def facts_of(place: Place, *, on: date) -> Facts:
    """Everything dated that is known of a place, newest first within a kind; one query."""
    order = list(PlaceFact.Kind.values)
    rows = sorted(
        place.facts.all(),
        key=lambda row: (order.index(row.kind), -(row.during.lower or date.min).toordinal()),
    )
    facts = [_fact(row) for row in rows]
    return Facts(
        [fact for fact in facts if not fact.term.is_over(on)],
        [fact for fact in facts if fact.term.is_over(on)],
    )


def above(place: Place) -> list[Place]:
    """The places above one, from the top; one query."""
    return list(Place.objects.filter(path__in=_paths_above(place.path)).order_by("path"))


def organisations_at(place: Place) -> list[Organisation]:
    """The organisations that sit at a place; one query."""
    return list(place.organisations.order_by("kind", "name"))


def _vacancies(actor: Actor) -> dict[object, int]:
    held = Holding.objects.filter(
        post=OuterRef("pk"), kind=Holding.Kind.HOLDER, during__contains=actor.on
    )
    vacant = Post.objects.filter(
        ~Exists(held), during__contains=actor.on, place__in=places_for(actor, Verb.PLACE_LIST)
    )
    counted = vacant.order_by().values("place_id").annotate(n=Count("id"))
    return {row["place_id"]: row["n"] for row in counted}


def _fact(row: PlaceFact) -> Fact:
    return Fact(
        kind=row.get_kind_display(),
        value=row.value,
        term=term_of(row.during),
        mark=str(MARKS.get(row.mark, row.mark)),
        is_published=row.mark == "V",
        source=row.source,
    )


def _path_above(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] + "/"


def _paths_above(path: str) -> list[str]:
    """The paths above one, nearest first.

    >>> _paths_above("/1/2/3/")
    ['/1/2/', '/1/']
    """
    paths = []
    while (path := _path_above(path)) != "/":
        paths.append(path)
    return paths
