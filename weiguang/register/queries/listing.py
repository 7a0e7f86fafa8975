"""Lists of children: narrowed, ordered and paged so that a million children cost what sixty do.

No OFFSET and no unbounded count: a page begins after a key, places are prefixes of paths, and who
has more than a thousand hits is told just that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from weiguang.kernel.compiled import Compiled, Statement
from weiguang.kernel.counting import counts, counts_where
from weiguang.kernel.wording import listed
from weiguang.network.authority import Actor
from weiguang.network.compiled import ForActor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.engine.names import parse_query
from weiguang.register.models import Child, ChildCategory, Tie
from weiguang.register.queries.search import first_of_each, keys_of, search, search_by
from weiguang.register.queries.words import category_word
from weiguang.register.rules.ages import births_of
from weiguang.register.rules.identity import age_on

COUNTED_TO: Final = 1_000
# So many children are read to count them in several ways at once; of more, each way by itself.
READ_AT_ONCE: Final = 5_000
PAGE_SIZE: Final = 50
Key = Sequence[str | int]

# A column of the list that costs a query of its own.
GUARDIAN: Final = "guardian"
NEAREST: Final = ("nearness", "sort_key", "id")
# What each order compares, the last key unique; a minus turns it round.
ORDERS: Final = {
    "name": ("sort_key", "id"),
    "-age": ("birth_date", "id"),
    "age": ("-birth_date", "-id"),
    "newest": ("-id",),
    "due": ("standing__next_due_on", "id"),
}


@dataclass(frozen=True, slots=True)
class ListWish:
    """What a reader wants to see; empty values ask for nothing.

    `residence`: "unconfirmed" or "away" (hukou elsewhere). `number`: "missing". `order`: a key of
    `ORDERS`; a text orders by nearness instead. `columns` is for the page alone.
    """

    text: str = ""
    place_path: str = ""
    category: str = ""
    sex: str = ""
    ages: tuple[int | None, int | None] = (None, None)
    residence: str = ""
    number: str = ""
    level: str = ""
    order: str = "name"
    columns: tuple[str, ...] = ()

    @property
    def has_more_conditions(self) -> bool:
        """Whether it asks for more than text, place, category and order."""
        said = (self.sex, self.residence, self.number, self.level, self.columns)
        return any(said) or any(age is not None for age in self.ages)

    @property
    def is_plain(self) -> bool:
        """Whether nothing that it asks for has to be worked out from what was typed, or a day."""
        return not self.text and all(age is None for age in self.ages)


@dataclass(frozen=True, slots=True)
class CategoryTag:
    """A category as a list shows it; `waits` for a second person."""

    code: str
    label: str
    status: str

    @property
    def waits(self) -> bool:
        """Whether nobody has confirmed it yet."""
        return self.status == ChildCategory.Status.PROPOSED


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One child of a list; places are names, empty where they lie outside the city.

    `guardian` is read only where the wish has that column.
    """

    id: UUID
    name: str
    sex: str
    sex_label: str
    birth_date: date
    age: int
    hukou: str
    residence: str
    is_residence_confirmed: bool
    categories: tuple[CategoryTag, ...]
    guardian: str
    level: str
    next_due_on: date | None
    next_due_kind: str
    is_emergency: bool
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `count` is None above `COUNTED_TO`, `next_key` is for the next page."""

    rows: tuple[ChildRow, ...]
    has_more: bool
    next_key: Key | None
    count: int | None


def page_of(
    actor: Actor, wish: ListWish, after: Key | None = None, *, size: int = PAGE_SIZE
) -> Page:
    """One page of the actor's children who fit the wish, beginning after a key; three queries,
    and one more where guardians are shown.
    """
    if after is None and wish.is_plain:
        return _first_page(actor, wish, size)
    query = parse_query(wish.text)
    if after is None and (named := keys_of(query)) and replace(wish, text="").is_plain:
        return _found_page(actor, wish, size, *named)
    wanted = wished(actor, wish)
    keys = _keys(wish)
    if query.is_one_sign:
        shown = wanted.filter(pk__in=first_of_each(query, _fitting(actor, wish), after, size + 1))
    else:
        shown = wanted.filter(beyond(keys, after)) if after is not None else wanted
        if wish.text:
            # Found first and joined with places after: what is typed fits more than it seems to.
            shown = wanted.filter(pk__in=shown.order_by(*keys).values("pk")[: size + 1])
    found = list(_slim(shown.order_by(*keys))[: size + 1])
    return _arranged(actor, wish, found, size, counted(wanted))


def _first_page(actor: Actor, wish: ListWish, size: int) -> Page:
    """The same for a first page without a text and ages; its statements are made once."""
    found = _first(actor, wish, size)
    count: int | None = len(found)
    if len(found) > size:
        (count,) = _all_counted(actor, wish, COUNTED_TO)[0]
        count = count if count <= COUNTED_TO else None
    return _arranged(actor, wish, found, size, count)


@ForActor
def _first(actor: Actor, wish: ListWish, size: int) -> QuerySet[Child]:
    return _slim(wished(actor, wish).order_by(*_keys(wish)))[: size + 1]


@ForActor
def _all_counted(actor: Actor, wish: ListWish, most: int) -> Statement[tuple[int, ...]]:
    return counts(wished(actor, wish), most=most)


def _found_page(actor: Actor, wish: ListWish, size: int, kind: str, keys: dict[str, Any]) -> Page:
    """The same for a first page of who may be meant by a name."""
    besides = replace(wish, text="")
    found = _first_found(actor, besides, kind, size, **keys)
    count: int | None = len(found)
    if len(found) > size:
        (count,) = _found_counted(actor, besides, kind, COUNTED_TO, **keys)[0]
        count = count if count <= COUNTED_TO else None
    return _arranged(actor, wish, found, size, count)


@ForActor
def _first_found(
    actor: Actor, wish: ListWish, kind: str, size: int, **keys: Any
) -> QuerySet[Child]:
    wanted = _narrowed(search_by(actor, kind, keys), wish, actor.on)
    # Found first and joined with places after: what is typed fits more than it seems to.
    nearest = wanted.order_by(*NEAREST).values("pk")[: size + 1]
    return _slim(wanted.filter(pk__in=nearest).order_by(*NEAREST))[: size + 1]


@ForActor
def _found_counted(
    actor: Actor, wish: ListWish, kind: str, most: int, **keys: Any
) -> Statement[tuple[int, ...]]:
    return counts(_narrowed(search_by(actor, kind, keys), wish, actor.on), most=most)


def _keys(wish: ListWish) -> Sequence[str]:
    return NEAREST if wish.text else ORDERS.get(wish.order, ORDERS["name"])


def _arranged(
    actor: Actor, wish: ListWish, found: Sequence[Child], size: int, count: int | None
) -> Page:
    children, has_more = found[:size], len(found) > size
    return Page(
        rows=_rows(children, actor.on, has_guardians=GUARDIAN in wish.columns),
        has_more=has_more,
        next_key=_key_of(children[-1], _keys(wish)) if has_more else None,
        count=count,
    )


def wished(actor: Actor, wish: ListWish) -> QuerySet[Child]:
    """The actor's children who fit the wish, in no order."""
    return _narrowed(
        search(actor, wish.text) if wish.text else children_for(actor, Verb.CHILD_LIST),
        wish, actor.on,
    )  # fmt: skip


def _fitting(actor: Actor, wish: ListWish) -> QuerySet[Child]:
    """The actor's children who fit all but the text of the wish."""
    return _narrowed(children_for(actor, Verb.CHILD_LIST), wish, actor.on)


def _narrowed(found: QuerySet[Child], wish: ListWish, on: date) -> QuerySet[Child]:
    found = found.filter(_place(wish) & _who(wish, on) & _state(wish))
    if wish.category:
        held = ChildCategory.objects.filter(
            child=OuterRef("pk"), category=wish.category, during__contains=on
        ).exclude(status=ChildCategory.Status.DECLINED)
        found = found.filter(Exists(held))
    return found


def counted(rows: QuerySet[Any]) -> int | None:
    """How many rows there are, exact up to a thousand; None when there are more. One query."""
    count = rows.order_by().values("pk")[: COUNTED_TO + 1].count()
    return count if count <= COUNTED_TO else None


def counted_by_state(actor: Actor, wishes: Mapping[str, ListWish]) -> dict[str, int | None]:
    """How many of the actor's children fit each of several wishes, as `counted` would say.

    The wishes ask for residence, number or level alone. One query for who has `READ_AT_ONCE`
    children or fewer, and one more for each wish above that.
    """
    every, *numbers = _counted(actor, tuple(wishes.values()), READ_AT_ONCE)[0]
    if every > READ_AT_ONCE:
        return {code: counted(wished(actor, wish)) for code, wish in wishes.items()}
    return {
        code: number if number <= COUNTED_TO else None
        for code, number in zip(wishes, numbers, strict=True)
    }


@ForActor
def _counted(actor: Actor, wishes: tuple[ListWish, ...], most: int) -> Statement[tuple[int, ...]]:
    mine = children_for(actor, Verb.CHILD_LIST)
    return counts_where(mine, *(_state(wish) for wish in wishes), most=most)


def categories_on(ids: Sequence[UUID], on: date) -> dict[UUID, list[CategoryTag]]:
    """The categories of these children on a day, by child; one query."""
    by_child: dict[UUID, list[CategoryTag]] = {}
    for child_id, code, status in _held(ids=list(ids), on=on) if ids else ():
        by_child.setdefault(child_id, []).append(CategoryTag(code, category_word(code), status))
    return by_child


@Compiled
def _held(*, ids: list[UUID], on: date) -> QuerySet[ChildCategory, tuple[UUID, str, str]]:
    held = ChildCategory.objects.filter(child_id__among=ids, during__contains=on)
    told = held.exclude(status=ChildCategory.Status.DECLINED).order_by("during", "id")
    return told.values_list("child_id", "category", "status")


def beyond(keys: Sequence[str], after: Key) -> Q:
    """What comes after a row in an order of several keys.

    The first key is bounded on its own as well: only so does the database begin in the middle of
    the index instead of reading it from its start.
    """
    condition, equal = Q(), Q()
    for key, value in zip(keys, after, strict=True):
        name, sign = key.lstrip("-"), "lt" if key.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{sign}": value})
        equal &= Q(**{name: value})
    first = keys[0].lstrip("-")
    bound = "lte" if keys[0].startswith("-") else "gte"
    return Q(**{f"{first}__{bound}": after[0]}) & condition


def _place(wish: ListWish) -> Q:
    if not wish.place_path:
        return Q()
    path = wish.place_path
    return Q(residence_path__startswith=path) | Q(hukou_path__startswith=path)


def _who(wish: ListWish, on: date) -> Q:
    first, last = births_of(wish.ages, on)
    condition = Q(sex=wish.sex) if wish.sex else Q()
    if first:
        condition &= Q(birth_date__gte=first)
    return condition & Q(birth_date__lte=last) if last else condition


def _state(wish: ListWish) -> Q:
    condition = Q()
    if wish.residence == "unconfirmed":
        condition &= Q(is_residence_confirmed=False)
    if wish.residence == "away":
        condition &= ~Q(residence_path=F("hukou_path"))
    if wish.number == "missing":
        condition &= Q(id_index=None)
    if wish.level:
        condition &= Q(standing__level=wish.level)
    if wish.order == "due" and not wish.text:
        condition &= Q(standing__next_due_on__isnull=False)
    return condition


def _slim(children: QuerySet[Child]) -> QuerySet[Child]:
    """With its places, without the columns a list never shows: what is encrypted stays closed."""
    joined = children.select_related("hukou_place", "residence_place", "standing")
    return joined.only(
        "name", "sort_key", "sex", "birth_date", "is_residence_confirmed", "hukou_place__name",
        "residence_place__name", "standing__level", "standing__next_due_on",
        "standing__next_due_kind", "standing__is_emergency", "standing__is_suspended",
    )  # fmt: skip


def _key_of(child: Child, keys: Sequence[str]) -> Key:
    """The row's place in the order, in values that a token can keep."""
    values: list[str | int] = []
    for key in keys:
        value: Any = child
        for step in key.lstrip("-").split("__"):
            value = getattr(value, step)
        values.append(value if isinstance(value, int) else str(value))
    return values


def _rows(children: Sequence[Child], on: date, *, has_guardians: bool) -> tuple[ChildRow, ...]:
    ids = [child.pk for child in children]
    categories = categories_on(ids, on)
    guardians = _guardians(ids, on) if has_guardians else {}
    return tuple(
        _row(
            child,
            on=on,
            categories=tuple(categories.get(child.pk, ())),
            guardian=listed(guardians.get(child.pk, ())),
        )
        for child in children
    )


def _row(child: Child, *, on: date, categories: tuple[CategoryTag, ...], guardian: str) -> ChildRow:
    standing = getattr(child, "standing", None)
    return ChildRow(
        id=child.pk,
        name=child.name,
        sex=child.sex,
        sex_label=child.get_sex_display(),
        birth_date=child.birth_date,
        age=age_on(child.birth_date, on),
        hukou=child.hukou_place.name if child.hukou_place else "",
        residence=child.residence_place.name if child.residence_place else "",
        is_residence_confirmed=child.is_residence_confirmed,
        categories=categories,
        guardian=guardian,
        level=standing.level if standing else "",
        next_due_on=standing.next_due_on if standing else None,
        next_due_kind=standing.next_due_kind if standing else "",
        is_emergency=bool(standing and standing.is_emergency),
        is_suspended=bool(standing and standing.is_suspended),
    )


def _guardians(ids: Sequence[UUID], on: date) -> dict[UUID, list[str]]:
    ties = (
        Tie.objects.filter(child_id__in=ids, kind=Tie.Kind.GUARDIAN, during__contains=on)
        .order_by("id")
        .values_list("child_id", "adult__name", "organisation__name")
    )
    by_child: dict[UUID, list[str]] = {}
    for child_id, adult, organisation in ties:
        by_child.setdefault(child_id, []).append(adult or organisation)
    return by_child
