"""The administrators' home pages: true numbers, each with its list, at a constant cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import (
    READER_QUERIES,
    SINCE,
    Cast,
    account,
    make_cast,
    system,
    text_of,
    tile,
)
from weiguang.kernel import clock
from weiguang.kernel.events import Author, remembered
from weiguang.kernel.ids import new_id
from weiguang.kernel.models import Delivery, Event
from weiguang.network.actions import places, posts

pytestmark = pytest.mark.django_db
HOME = "/"
# What each home page asks for its numbers, beside who reads it.
QUERIES = {"system_administrator": 8, "security_administrator": 3, "audit_administrator": 4}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def behind(client: Client, title: str) -> tuple[str, str]:
    """The number on the home page, and the page that opens from it."""
    number, address = tile(text_of(client.get(HOME)), title)
    return number, text_of(client.get(address))


def die(number: int = 1) -> None:
    for _ in range(number):
        with remembered("toy", by=Author(None, None)) as event:
            pass
        Delivery.objects.create(
            event=Event.objects.get(pk=event.pk), reaction="weiguang.toy.wake",
            next_at=clock.now(), dead_at=clock.now(),
        )  # fmt: skip


def test_a_sound_installation_is_said_to_be_well(cast: Cast) -> None:
    client = cast.client("system_administrator")

    shown = text_of(client.get(HOME))

    assert "一切正常" in shown
    assert reverse("office_operations") in shown


def test_what_the_worker_gave_up_is_said_on_the_home_page(cast: Cast) -> None:
    client = cast.client("system_administrator")
    die(2)

    shown = text_of(client.get(HOME))

    assert "2 件事项处理失败。" in shown
    assert "一切正常" not in shown


def test_a_worker_that_stands_still_is_said_on_the_home_page(cast: Cast) -> None:
    client = cast.client("system_administrator")
    long_ago = clock.now() - timedelta(hours=1)
    die()
    Delivery.objects.update(dead_at=None, next_at=long_ago)

    assert "后台任务可能停了" in text_of(client.get(HOME))


def test_villages_without_a_director_are_counted_and_listed(cast: Cast) -> None:
    cast.post("child_director", cast.village)
    cast.seated("child_director", cast.neighbour)
    cast.post("village_secretary", cast.village)

    number, listed = behind(cast.client("security_administrator"), "空缺的儿童主任")

    assert number == "1"
    assert cast.village.name in listed
    assert cast.neighbour.name not in listed


def test_a_substitute_fills_no_vacancy_and_is_named(cast: Cast) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    posts.fill(
        post=cast.post("child_director", cast.village), person=account("wu", "吴代理"),
        since=SINCE, until=tomorrow, kind="substitute", by=system(),
    )  # fmt: skip

    number, listed = behind(cast.client("security_administrator"), "空缺的儿童主任")

    assert (number, "吴代理" in listed) == ("1", True)


@pytest.mark.parametrize(("days", "is_counted"), [(-1, False), (0, True), (30, True), (31, False)])
def test_a_term_counts_as_ending_from_thirty_days_before_through_its_last_day(
    cast: Cast, days: int, is_counted: bool
) -> None:
    first_day_after = clock.today() + timedelta(days=days + 1)
    cast.seated("child_director", cast.village, "li", until=first_day_after)
    cast.seated("child_director", cast.neighbour, "qian")

    number, listed = behind(cast.client("security_administrator"), "30 天内到期的任职")

    assert number == str(int(is_counted))
    assert ("姓名li" in listed, "姓名qian" in listed) == (is_counted, False)


def test_another_citys_posts_are_not_counted(cast: Cast) -> None:
    elsewhere = places.found(
        name="邻市", level="county", parent=None, sort_key="2", since=SINCE, by=system()
    )
    cast.post("child_director", elsewhere)

    number, listed = behind(cast.client("security_administrator"), "空缺的儿童主任")

    assert (number, "邻市" in listed) == ("0", False)


def refused(cast: Cast, number: int) -> None:
    stranger = cast.client("child_director", cast.neighbour)
    for _ in range(number):
        assert stranger.get(reverse("child", args=[new_id()])).status_code == 404


def test_refused_openings_of_a_week_are_counted_and_listed(cast: Cast) -> None:
    refused(cast, number=2)

    number, listed = behind(cast.client("audit_administrator"), "近 7 天被拒绝的查阅")

    assert number == "2"
    assert listed.count("打开儿童档案") >= 2


@pytest.mark.parametrize("role", QUERIES)
def test_a_home_page_costs_the_same_however_much_there_is(
    cast: Cast, django_assert_num_queries: Any, role: str
) -> None:
    client = cast.client(role)
    client.get(HOME)

    with django_assert_num_queries(READER_QUERIES + QUERIES[role]):
        client.get(HOME)
    for _ in range(5):
        cast.post("child_director", cast.village)
    die(5)
    refused(cast, number=5)
    with django_assert_num_queries(READER_QUERIES + QUERIES[role]):
        client.get(HOME)


def test_vacancies_are_listed_page_by_page_each_once(cast: Cast) -> None:
    client = cast.client("security_administrator")
    made = {str(cast.post("child_director", cast.village).pk) for _ in range(60)}

    first = text_of(client.get(reverse("office_vacant")))
    following = first.rpartition('">下一页')[0].rpartition('href="')[2]
    second = text_of(client.get(following))

    listed = [{pk for pk in made if pk in page} for page in (first, second)]
    assert [len(page) for page in listed] == [50, 10]
    assert listed[0] | listed[1] == made


@pytest.mark.parametrize("address", ["office_vacant", "office_ending"])
@pytest.mark.parametrize("role", ["system_administrator", "audit_administrator", "city_officer"])
def test_nobody_else_opens_the_lists(cast: Cast, address: str, role: str) -> None:
    assert cast.client(role).get(reverse(address)).status_code == 404


@pytest.mark.parametrize("name", ["office_vacant", "office_ending"])
def test_a_list_with_nothing_in_it_says_so(cast: Cast, name: str) -> None:
    shown = text_of(cast.client("security_administrator").get(reverse(name)))

    assert 'class="empty"' in shown
