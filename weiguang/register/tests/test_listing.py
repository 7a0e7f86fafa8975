"""A list shows the reader's children only, in order, page by page, at a cost that does not grow."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seeds.city import make_city
from seeds.load import Loaded
from seeds.load_families import load_families
from seeds.sizes import SMALL
from weiguang.kernel import fields
from weiguang.network.authority import Actor
from weiguang.network.models import Holding, Place
from weiguang.network.queries import actor_for, the_system
from weiguang.register.actions import categories, children, family, standing
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child, ChildCategory
from weiguang.register.queries import listing
from weiguang.register.queries.listing import ListWish, page_of
from weiguang.register.rules.ages import births_of, latest_birth
from weiguang.register.rules.identity import age_on

TODAY = date(2024, 12, 31)
SYSTEM = the_system(on=TODAY)


def holder(role: str, place: Place | None) -> Actor:
    held = Holding.objects.filter(post__role=role, post__place=place, during__contains=TODAY)
    return actor_for(held.order_by("id")[0].person, on=TODAY)


def officer(city: Loaded) -> Actor:
    return holder("city_officer", next(p for p in city.places.values() if p.level == "county"))


def enter(name: str, village: Place, *, born: date = date(2016, 2, 29), sex: str = "female",
          residence: Place | None = None) -> Child:  # fmt: skip
    identity = Identity(name=name, sex=sex, birth_date=born, no_id_reason="not_given")
    return children.register(
        identity=identity, hukou=village, residence=residence or village, since=TODAY, by=SYSTEM
    )


def enter_many(village: Place, count: int) -> None:
    """Children whose names and days repeat, so that only the id tells them apart."""
    for nth in range(count):
        born = date(2010 + nth % 3, 5, 1)
        enter(("王佳琪", "顾念北", "顾念安")[nth % 3], village, born=born)


def names(actor: Actor, wish: ListWish) -> list[str]:
    return [row.name for row in page_of(actor, wish).rows]


def walked(actor: Actor, wish: ListWish, size: int) -> list[Any]:
    """Every row of a list, page after page."""
    rows, after = [], None
    for _page in range(20):
        page = page_of(actor, wish, after, size=size)
        rows += page.rows
        if not page.has_more:
            return rows
        after = page.next_key
    raise AssertionError("the list does not end")


def test_a_list_holds_the_rows_of_the_reader_alone(village: Place, elsewhere: Place) -> None:
    enter("顾念安", village)

    assert names(holder("child_director", village), ListWish()) == ["顾念安"]
    assert names(holder("child_director", elsewhere), ListWish()) == []
    assert names(holder("child_director", elsewhere), ListWish(text="顾念安")) == []
    assert page_of(holder("child_director", elsewhere), ListWish()).count == 0


def test_a_place_outside_the_readers_rows_shows_nothing(village: Place, elsewhere: Place) -> None:
    enter("顾念安", elsewhere)

    assert names(holder("child_director", village), ListWish(place_path=elsewhere.path)) == []


@pytest.mark.parametrize("order", [*listing.ORDERS])
@pytest.mark.parametrize("text", ["", "顾"])
def test_page_after_page_shows_every_child_once_and_in_order(
    order: str, text: str, village: Place
) -> None:
    enter_many(village, 11)
    push_to_all()
    director, wish = holder("child_director", village), ListWish(text=text, order=order)

    rows = walked(director, wish, size=2)

    whole = page_of(director, wish, size=50).rows
    assert [row.id for row in rows] == [row.id for row in whole]
    assert len({row.id for row in rows}) == len(rows) == (7 if text else 11)


def push_to_all() -> None:
    for nth, child in enumerate(Child.objects.order_by("id")):
        standing.push(
            child=child, by=SYSTEM, next_due_on=TODAY + timedelta(days=nth % 4),
            next_due_kind="visit",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["顾念安", "王佳琪", "张丽"]),
        ("age", ["王佳琪", "顾念安", "张丽"]),
        ("-age", ["张丽", "顾念安", "王佳琪"]),
        ("newest", ["张丽", "王佳琪", "顾念安"]),
        ("due", []),
    ],
)
def test_orders(order: str, expected: list[str], village: Place) -> None:
    enter("顾念安", village, born=date(2015, 1, 1))
    enter("王佳琪", village, born=date(2018, 1, 1))
    enter("张丽", village, born=date(2012, 1, 1))

    assert names(holder("child_director", village), ListWish(order=order)) == expected


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (ListWish(sex="male"), ["王佳琪"]),
        (ListWish(ages=(9, None)), ["顾念安"]),
        (ListWish(ages=(None, 8)), ["王佳琪"]),
        (ListWish(ages=(8, 8)), []),
        (ListWish(residence="away"), ["王佳琪"]),
        (ListWish(residence="unconfirmed"), ["顾念安", "王佳琪"]),
        (ListWish(number="missing", category="poor_family"), ["顾念安"]),
        (ListWish(level="high"), []),
    ],
)
def test_a_wish_narrows_the_list(
    wish: ListWish, expected: list[str], village: Place, elsewhere: Place
) -> None:
    one = enter("顾念安", village, born=date(2015, 12, 31))
    enter("王佳琪", village, born=date(2018, 1, 1), sex="male", residence=elsewhere)
    director = holder("child_director", village)
    propose(one, director)

    assert names(director, wish) == expected


def propose(child: Child, by: Actor) -> ChildCategory:
    return categories.propose(
        child=child, category="poor_family", since=TODAY, evidence="dibao", legal_basis="x", by=by
    )


def test_a_row_says_places_age_categories_and_guardian(village: Place) -> None:
    child = enter("顾念安", village)
    propose(child, holder("child_director", village))
    guardian(child)

    row = page_of(holder("child_director", village), ListWish(columns=("guardian",))).rows[0]

    assert (row.residence, row.hukou, row.age) == (village.name, village.name, 8)
    assert [(tag.code, tag.waits) for tag in row.categories] == [("poor_family", True)]
    assert row.guardian == "顾大海"
    assert row.is_residence_confirmed is False


def guardian(child: Child) -> None:
    family.add_adult_tie(
        child=child, who=family.Person(name="顾大海"), by=SUPERVISES(child),
        bond=family.NewBond(kind="guardian", relation="father", since=TODAY),
    )  # fmt: skip


def SUPERVISES(child: Child) -> Actor:
    assert child.residence_place is not None
    return holder("child_supervisor", child.residence_place.parent)


def test_guardians_cost_a_query_only_where_they_are_shown(
    city: Loaded, village: Place, django_assert_num_queries: Any
) -> None:
    enter_many(village, 3)
    actor = officer(city)

    with django_assert_num_queries(3):
        page_of(actor, ListWish(columns=("guardian",)))


@pytest.mark.parametrize("wish", [ListWish(), ListWish(text="gna"), ListWish(order="age")])
@pytest.mark.parametrize("count", [3, 60])
def test_a_list_costs_three_queries_at_most_whatever_its_length(
    wish: ListWish, count: int, city: Loaded, village: Place, django_assert_num_queries: Any
) -> None:
    enter_many(village, count)
    actor = officer(city)

    # What fits one page has been counted by being read.
    with django_assert_num_queries(3 if count == 60 and not wish.text else 2):
        page = page_of(actor, wish)

    assert page.has_more == (count == 60 and not wish.text)


def test_a_list_never_opens_an_encrypted_column(city: Loaded, monkeypatch: Any) -> None:
    load_families(make_city(SMALL), city, by=SYSTEM)
    actor = officer(city)
    monkeypatch.setattr(fields, "provider", None)

    assert page_of(actor, ListWish()).rows


@pytest.mark.parametrize(("limit", "expected"), [(2, None), (3, 3), (4, 3)])
def test_the_count_is_exact_up_to_its_limit_and_silent_above(
    limit: int, expected: int | None, village: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter_many(village, 3)
    monkeypatch.setattr(listing, "COUNTED_TO", limit)

    assert page_of(holder("child_director", village), ListWish(), size=1).count == expected


@pytest.mark.parametrize("on", [date(2023, 2, 28), date(2024, 2, 28), date(2024, 2, 29),
                                date(2024, 3, 1), date(2024, 12, 31)])  # fmt: skip
def test_the_range_of_births_agrees_with_the_age(on: date) -> None:
    for years in range(18):
        last = latest_birth(years, on)
        first, _last = births_of((None, years), on)
        assert first is not None
        assert age_on(last, on) == years
        assert age_on(last + timedelta(days=1), on) == years - 1
        assert age_on(first, on) == years
        assert age_on(first - timedelta(days=1), on) == years + 1


def test_a_list_skips_nothing_by_offset_and_counts_nothing_without_a_limit(
    city: Loaded, village: Place
) -> None:
    enter_many(village, 4)
    actor = officer(city)
    first = page_of(actor, ListWish(), size=2)

    with CaptureQueriesContext(connection) as asked:
        page_of(actor, ListWish(), first.next_key, size=2)

    lists = [query["sql"] for query in asked if 'FROM "register_child"' in query["sql"]]
    assert len(lists) == 2
    assert not any("OFFSET" in sql for sql in lists)
    assert all("LIMIT" in sql for sql in lists)
