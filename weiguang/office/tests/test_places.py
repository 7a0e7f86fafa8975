"""Places: each sees her own tree, past and present are told apart, nothing of the neighbour."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import (
    READER_QUERIES,
    SINCE,
    Cast,
    account,
    actor,
    entered,
    make_cast,
    system,
    text_of,
)
from weiguang.network.actions import places, posts
from weiguang.network.models import Holding

pytestmark = pytest.mark.django_db

# With what the rail counts.
TREE_QUERIES = READER_QUERIES + 3
PLACE_QUERIES = READER_QUERIES + 8


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def place_page(place: Any) -> str:
    return reverse("office_place", kwargs={"place_id": place.pk})


def test_a_child_director_sees_her_village_and_only_names_above_it(cast: Cast) -> None:
    shown = text_of(cast.client("child_director", cast.village).get(reverse("office_places")))

    assert place_page(cast.village) in shown
    assert cast.town.name in shown
    assert place_page(cast.town) not in shown
    assert cast.neighbour.name not in shown


@pytest.mark.parametrize("role", ["system_administrator", "security_administrator", "city_officer"])
def test_who_works_for_the_whole_city_sees_the_whole_tree(cast: Cast, role: str) -> None:
    shown = text_of(cast.client(role).get(reverse("office_places")))

    for place in (cast.county, cast.town, cast.village, cast.neighbour):
        assert place_page(place) in shown


@pytest.mark.parametrize("role", ["audit_administrator", "hotline_operator"])
def test_a_role_without_places_finds_no_page(cast: Cast, role: str) -> None:
    assert cast.client(role).get(reverse("office_places")).status_code == 404


def test_the_page_of_a_neighbour_looks_like_one_that_does_not_exist(cast: Cast) -> None:
    director = cast.client("child_director", cast.village)
    absent = place_page(cast.neighbour).replace(str(cast.neighbour.pk)[-4:], "0000")

    refused, missing = director.get(place_page(cast.neighbour)), director.get(absent)

    assert (refused.status_code, missing.status_code) == (404, 404)
    assert text_without_token(refused) == text_without_token(missing)


def text_without_token(response: Any) -> list[str]:
    lines = response.content.decode().splitlines()
    return [line for line in lines if "csrf" not in line.lower() and "printed-by" not in line]


@pytest.mark.parametrize(
    ("typed", "is_found"), [("双桥", True), ("sqc", True), ("shuangqiao", True), ("西塘", False)]
)
def test_a_place_is_found_by_characters_pinyin_and_initials(
    cast: Cast, typed: str, is_found: bool
) -> None:
    client = cast.client("city_officer")

    shown = text_of(client.post(reverse("office_places_search"), {"text": typed}, follow=True))

    assert (place_page(cast.village) in shown) == is_found


def test_a_search_leaves_no_word_in_the_address(cast: Cast) -> None:
    client = cast.client("city_officer")

    answer = client.post(reverse("office_places_search"), {"text": "shuangqiao"})

    assert answer.status_code == 302
    assert "shuangqiao" not in answer["Location"]


def test_html_in_a_search_and_in_a_name_is_shown_as_text(cast: Cast) -> None:
    nasty = "<b id=x>桥</b>"
    places.found(
        name=nasty, level="village", parent=cast.town, sort_key="9", since=SINCE, by=system()
    )
    client = cast.client("city_officer")

    shown = text_of(client.post(reverse("office_places_search"), {"text": nasty}, follow=True))

    assert "<b id=x>" not in shown
    assert shown.count("&lt;b id=x&gt;") >= 2


def test_a_vacancy_is_told_in_words_and_so_is_who_stands_in(cast: Cast) -> None:
    post = cast.post("child_director", cast.village)
    posts.fill(
        post=post, person=account("li", "李代办"), since=SINCE, by=system(),
        kind=Holding.Kind.SUBSTITUTE,
    )  # fmt: skip

    shown = text_of(cast.client("city_officer").get(place_page(cast.village)))

    assert "空缺" in shown
    assert "代理" in shown
    assert "李代办" in shown


def test_who_held_a_post_once_is_folded_away_with_her_last_day(cast: Cast) -> None:
    cast.seated("child_director", cast.village, "former", until=date(2023, 7, 1))

    shown = text_of(cast.client("city_officer").get(place_page(cast.village)))

    assert "以前任职 1 人次" in shown
    assert "2021年1月1日至2023年6月30日" in shown


def test_a_code_that_is_still_to_be_checked_says_so(cast: Cast) -> None:
    places.describe(
        place=cast.village, kind="payment_unit", value="柳镇", since=SINCE, by=system(), mark="M"
    )

    shown = text_of(cast.client("city_officer").get(place_page(cast.village)))

    assert "发放单位" in shown
    assert "待核对" in shown


def test_only_the_security_administrator_is_offered_to_change_posts(cast: Cast) -> None:
    cast.seated("child_director", cast.village)

    offered = text_of(cast.client("security_administrator").get(place_page(cast.village)))
    not_offered = text_of(cast.client("system_administrator").get(place_page(cast.village)))

    assert ("安排人员" in offered, "安排人员" in not_offered) == (True, False)


def test_the_tree_costs_the_same_however_many_places(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    client = cast.client("city_officer")
    for n in range(30):
        places.found(
            name=f"村{n}", level="village", parent=cast.town, sort_key=f"2{n}", since=SINCE,
            by=system(),
        )  # fmt: skip
    client.get(reverse("office_places"))

    with django_assert_num_queries(TREE_QUERIES):
        client.get(reverse("office_places"))


def test_a_place_costs_the_same_however_many_posts(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    client = cast.client("city_officer")
    for n in range(10):
        cast.seated("child_director", cast.village, f"d{n}")
    client.get(place_page(cast.village))

    with django_assert_num_queries(PLACE_QUERIES):
        client.get(place_page(cast.village))


def test_after_her_term_a_director_finds_no_place(cast: Cast) -> None:
    gone = cast.seated("child_director", cast.village, "gone", until=date(2023, 1, 1))

    assert entered(gone.person).get(place_page(cast.village)).status_code == 404
    assert actor(gone.person).posts == ()
