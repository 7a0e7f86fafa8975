"""What waits on a home page: numbers, each with the list that stands behind it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs
from weiguang.kernel.compiled import Statement
from weiguang.kernel.counting import counts
from weiguang.network.authority import Actor, may, rows
from weiguang.network.compiled import ForActor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import ChildCategory
from weiguang.register.queries.listing import COUNTED_TO, ListWish, counted, counted_by_state
from weiguang.register.queries.words import category_word, word

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A number of a home page; None is "over 1,000".

    `wish` is the list of children behind it; None means the list of `proposals_waiting`.
    """

    code: str
    title: str | Promise
    number: int | None
    wish: ListWish | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A category, or its end, that waits for the reader as the second person."""

    id: UUID
    child_id: UUID
    child_name: str
    residence: str
    category: str
    evidence: str
    proposed_by: str
    since: date | None
    is_ending: bool
    ending_on: date | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class Proposals:
    """One page of proposals, the oldest first; `count` is None above 1,000, or uncounted."""

    rows: tuple[Proposal, ...]
    has_more: bool
    next_key: str | None
    count: int | None


# Who has no places serves single children.
SERVED: Final = _("我服务的孩子")
# The lists of children that a home page counts, in its order.
WISHES: Final[tuple[tuple[str, str | Promise, ListWish], ...]] = (
    ("children", _("辖区儿童"), ListWish()),
    ("unconfirmed", _("居住地未确认"), ListWish(residence="unconfirmed")),
    ("unnumbered", _("没有身份证号码"), ListWish(number="missing")),
)


def waiting_for(actor: Actor) -> tuple[Waiting, ...]:
    """The numbers of the actor's home page; two queries, and one each for a large register."""
    waiting: list[Waiting] = []
    if may(actor, Verb.CHILD_LIST):
        has_area = bool(rows(actor, Verb.CHILD_LIST, "child").paths)
        numbers = counted_by_state(actor, {code: wish for code, _title, wish in WISHES})
        waiting += [
            Waiting(
                code, title if has_area or code != "children" else SERVED, numbers[code], wish
            )
            for code, title, wish in WISHES
        ]  # fmt: skip
    if may(actor, Verb.CATEGORY_CONFIRM):
        number = _proposals_counted(actor)[0][0]
        shown = number if number <= COUNTED_TO else None
        waiting.append(Waiting("proposals", _("等您核定的类别"), shown, None))
    return tuple(waiting)


def levels_of(actor: Actor) -> tuple[Waiting, ...]:
    """How many of the actor's children stand at each level, the most urgent first; one query.

    Nobody stands anywhere until an assessment says so: then all are zero.
    """
    found = packs.words(settings.WEIGUANG_PACK, "risk_levels")
    wishes = {each.code: ListWish(level=each.code) for each in found}
    numbers = counted_by_state(actor, wishes)
    return tuple(
        Waiting(code, word("risk_levels", code), numbers[code], wish)
        for code, wish in wishes.items()
    )


def proposals_waiting(
    actor: Actor, after: str | None = None, *, size: int = PAGE_SIZE
) -> Proposals:
    """What others proposed and the actor may decide, the oldest first; two queries."""
    return replace(first_proposals(actor, after, size=size), count=counted(_proposals(actor)))


def first_proposals(actor: Actor, after: str | None = None, *, size: int) -> Proposals:
    """The same without counting them, for a page that has counted already; one query."""
    found = _first(actor, size) if after is None else list(_after(actor, after)[: size + 1])
    shown, has_more = found[:size], len(found) > size
    return Proposals(
        rows=tuple(_proposal(each) for each in shown),
        has_more=has_more,
        next_key=str(shown[-1].pk) if has_more else None,
        count=None,
    )


@ForActor
def _first(actor: Actor, size: int) -> QuerySet[ChildCategory]:
    return _page(actor)[: size + 1]


def _after(actor: Actor, after: str) -> QuerySet[ChildCategory]:
    return _page(actor).filter(pk__gt=after)


@ForActor
def _proposals_counted(actor: Actor) -> Statement[tuple[int, ...]]:
    return counts(_proposals(actor), most=COUNTED_TO)


def _page(actor: Actor) -> QuerySet[ChildCategory]:
    shown = _proposals(actor).select_related(
        "child__residence_place", "proposed_by", "end_proposed_by"
    )
    return shown.defer("child__id_number").order_by("id")


def _proposals(actor: Actor) -> QuerySet[ChildCategory]:
    mine = actor.person_id
    begins = Q(status=ChildCategory.Status.PROPOSED) & ~Q(proposed_by_id=mine)
    ends = Q(ending_on__isnull=False) & ~Q(end_proposed_by_id=mine)
    children = children_for(actor, Verb.CATEGORY_CONFIRM)
    return ChildCategory.objects.filter(begins | ends, child__in=children.values("pk"))


def _proposal(each: ChildCategory) -> Proposal:
    is_ending = each.ending_on is not None
    proposer = each.end_proposed_by if is_ending else each.proposed_by
    place = each.child.residence_place
    return Proposal(
        id=each.pk,
        child_id=each.child_id,
        child_name=each.child.name,
        residence=place.name if place else "",
        category=category_word(each.category),
        evidence=word("evidence", each.evidence),
        proposed_by=proposer.name if proposer else "",
        since=each.during.lower,
        is_ending=is_ending,
        ending_on=each.ending_on,
        end_reason=word("category_endings", each.end_reason),
    )
