"""Posts: only the security administrator fills them, never for herself, and clashes are told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import (
    READER_QUERIES,
    SINCE,
    Cast,
    account,
    entered,
    events_since,
    last_event,
    make_cast,
    text_of,
)
from weiguang.kernel import clock
from weiguang.network.models import Account, Holding, Place, Post
from weiguang.network.verbs import Verb

pytestmark = pytest.mark.django_db

CHOOSE_QUERIES = READER_QUERIES + 5
TODAY = clock.today()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def security(cast: Cast) -> Client:
    return cast.client("security_administrator")


def filling(post: Post, person: Account) -> str:
    return reverse("office_fill", kwargs={"post_id": post.pk, "person_id": person.pk})


def as_holder(**more: str) -> dict[str, str]:
    return {"kind": "holder", "since": TODAY.isoformat(), "last_day": "", **more}


def test_the_system_administrator_enters_an_organisation_and_posts_belong_to_it(
    cast: Cast, security: Client
) -> None:
    address = reverse("office_organisation", kwargs={"place_id": cast.town.pk})
    system = cast.client("system_administrator")
    before = last_event()

    wrong = system.post(address, {"name": "柳镇未保站", "kind": "x", "credit_code": "123"})
    system.post(address, {"name": "柳镇 未保站", "kind": "protection_station"})

    assert "请核对" in text_of(wrong)
    assert [e.verb for e in events_since(before)] == [Verb.ORGANISATION_AMEND]
    assert "柳镇未保站" in text_of(security.get(establishing(cast.town)))
    assert "已经有这个机构" in text_of(
        system.post(address, {"name": "柳镇未保站", "kind": "protection_station"})
    )
    assert security.get(address).status_code == 404


def establishing(place: Place) -> str:
    return reverse("office_establish", kwargs={"place_id": place.pk})


def test_a_post_is_established_by_one_act_and_is_vacant(cast: Cast, security: Client) -> None:
    before = last_event()

    answer = security.post(
        establishing(cast.village),
        {
            "role": "child_director",
            "organisation": str(cast.office.pk),
            "since": TODAY.isoformat(),
        },
        follow=True,
    )

    assert "空缺" in text_of(answer)
    assert [event.verb for event in events_since(before)] == ["post.establish"]
    assert cast.village.posts.get().role == "child_director"


def test_a_village_gets_no_post_of_the_city(cast: Cast, security: Client) -> None:
    offered = text_of(security.get(establishing(cast.village)))

    security.post(
        establishing(cast.village),
        {"role": "city_officer", "organisation": str(cast.office.pk), "since": "2024-01-01"},
    )

    assert "city_officer" not in offered
    assert not cast.village.posts.exists()


def test_a_person_found_by_name_is_put_on_a_post_by_one_act(cast: Cast, security: Client) -> None:
    post, li = cast.post("child_director", cast.village), account("li", "李平安")
    search = reverse("office_post_search", kwargs={"post_id": post.pk})
    found = text_of(security.post(search, {"text": "平安"}, follow=True))
    assert filling(post, li) in found
    before = last_event()

    answer = security.post(filling(post, li), as_holder(last_day="2099-12-31"))

    assert answer.status_code == 302
    held = post.holdings.get()
    assert (held.person, held.kind) == (li, "holder")
    assert (held.during.lower, held.during.upper) == (TODAY, date(2100, 1, 1))
    assert [event.verb for event in events_since(before)] == ["post.fill"]


def test_a_second_holder_is_refused_in_a_clear_sentence(cast: Cast, security: Client) -> None:
    held = cast.seated("child_director", cast.village)

    answer = security.post(filling(held.post, account("wang")), as_holder())

    assert answer.status_code == 409
    assert "这段时间，这个岗位已经有人任职。" in answer.content.decode()
    assert held.post.holdings.count() == 1


def test_a_substitute_stands_in_for_a_time_and_needs_a_last_day(
    cast: Cast, security: Client
) -> None:
    held, wang = cast.seated("child_director", cast.village), account("wang")
    address = filling(held.post, wang)

    without = text_of(security.post(address, as_holder(kind="substitute")))
    leave = (TODAY + timedelta(days=14)).isoformat()
    answer = security.post(address, as_holder(kind="substitute", last_day=leave))

    assert "代理要有结束日期" in without
    assert answer.status_code == 302
    assert held.post.holdings.get(person=wang).kind == Holding.Kind.SUBSTITUTE


def test_one_person_does_not_get_two_administrations(cast: Cast, security: Client) -> None:
    system = cast.seated("system_administrator", cast.county)
    other = cast.post("security_administrator", cast.county)

    answer = security.post(filling(other, system.person), as_holder())

    assert answer.status_code == 409
    assert "必须由三个人分别担任" in answer.content.decode()


def test_nobody_fills_a_post_for_herself(cast: Cast) -> None:
    me = cast.seated("security_administrator", cast.county)
    post = cast.post("child_director", cast.village)

    answer = entered(me.person).post(filling(post, me.person), as_holder())

    assert answer.status_code == 404
    assert not post.holdings.exists()


def test_a_closed_account_is_neither_found_nor_seated(cast: Cast, security: Client) -> None:
    post, li = cast.post("child_director", cast.village), account("li", "李平安")
    Account.objects.filter(pk=li.pk).update(is_active=False)
    search = reverse("office_post_search", kwargs={"post_id": post.pk})

    found = text_of(security.post(search, {"text": "平安"}, follow=True))
    answer = security.post(filling(post, li), as_holder())

    assert filling(post, li) not in found
    assert answer.status_code == 404


def test_a_person_leaves_a_post_after_a_last_day(cast: Cast, security: Client) -> None:
    held = cast.seated("child_director", cast.village)
    leaving = reverse("office_vacate", kwargs={"holding_id": held.pk})
    before = last_event()

    answer = security.post(leaving, {"last_day": TODAY.isoformat()})

    held.refresh_from_db()
    assert answer.status_code == 302
    assert held.during.upper == TODAY + timedelta(days=1)
    assert [event.verb for event in events_since(before)] == ["post.vacate"]


def test_nobody_leaves_before_she_came(cast: Cast, security: Client) -> None:
    held = cast.seated("child_director", cast.village)
    leaving = reverse("office_vacate", kwargs={"holding_id": held.pk})

    shown = text_of(security.post(leaving, {"last_day": (SINCE - timedelta(days=1)).isoformat()}))

    assert "不能早于任职开始的那一天" in shown


@pytest.mark.parametrize(
    "role",
    ["system_administrator", "audit_administrator", "city_officer", "child_supervisor",
     "village_secretary", "child_director"],
)  # fmt: skip
def test_nobody_else_changes_a_post(cast: Cast, role: str) -> None:
    held = cast.seated("child_director", cast.village)
    place = {"child_supervisor": cast.town, "village_secretary": cast.village}.get(
        role, cast.county
    )
    client, person = cast.client(role, place), account("wang")

    answers = [
        client.post(filling(held.post, person), as_holder()),
        client.post(establishing(cast.village), {"role": "child_director"}),
        client.post(
            reverse("office_vacate", kwargs={"holding_id": held.pk}), {"last_day": "2024-01-01"}
        ),
        client.get(reverse("office_post", kwargs={"post_id": held.post.pk})),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert held.post.holdings.count() == 1


def test_choosing_a_person_costs_the_same_however_many_are_found(
    cast: Cast, security: Client, django_assert_num_queries: Any
) -> None:
    post = cast.post("child_director", cast.village)
    for n in range(15):
        account(f"li{n}")
    search = reverse("office_post_search", kwargs={"post_id": post.pk})
    address = security.post(search, {"text": "li"})["Location"]

    with django_assert_num_queries(CHOOSE_QUERIES):
        assert "li14" in text_of(security.get(address))
