"""Where nobody takes care, and where two cannot sign: counted at home, listed behind it."""

from datetime import date, timedelta

import pytest

from tests.cast import SINCE, Cast, account, actor, make_cast, system, text_of, tile
from weiguang.network.actions import places, posts
from weiguang.network.models import Holding
from weiguang.office.queries import coverage

pytestmark = pytest.mark.django_db
LONG_AGO = date(2022, 1, 1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def officer(cast: Cast) -> Holding:
    return cast.seated("city_officer", cast.county)


def found(officer: Holding, code: str) -> list[tuple[str, tuple[str, ...], bool]]:
    page = coverage.page_of(actor(officer.person), code)
    return [(gap.place.name, gap.people, gap.has_post) for gap in page.gaps]


def test_a_village_with_no_post_an_empty_one_or_a_former_director_has_no_director(
    cast: Cast, officer: Holding
) -> None:
    cast.seated("child_director", cast.village, until=LONG_AGO)
    assert found(officer, "director") == [("双桥村", (), True), ("西塘村", (), False)]

    cast.seated("child_director", cast.neighbour)
    assert found(officer, "director") == [("双桥村", (), True)]


def test_who_stands_in_takes_care_and_is_no_director(cast: Cast, officer: Holding) -> None:
    cast.seated("child_director", cast.neighbour)
    posts.fill(
        post=cast.post("child_director", cast.village), person=account("wu", "吴代理"),
        since=SINCE, kind="substitute", by=system(),
    )  # fmt: skip

    assert found(officer, "director") == [("双桥村", ("吴代理",), True)]
    assert found(officer, "nobody") == []


def test_whose_account_is_closed_takes_care_of_nothing(cast: Cast, officer: Holding) -> None:
    held = cast.seated("child_director", cast.village)
    held.person.is_active = False
    held.person.save()

    assert [name for name, *_ in found(officer, "nobody")] == ["双桥村", "西塘村"]


def test_two_people_on_two_posts_make_a_second_person(cast: Cast, officer: Holding) -> None:
    supervisor = cast.seated("child_supervisor", cast.town)
    posts.fill(
        post=supervisor.post, person=account("wu", "吴代理"), since=SINCE, kind="substitute",
        by=system(),
    )  # fmt: skip
    assert [name for name, *_ in found(officer, "second")] == ["柳镇"]

    leader = cast.post("town_leader", cast.town)
    posts.fill(post=leader, person=supervisor.person, since=SINCE, by=system())
    assert found(officer, "second") == []


def test_one_person_on_two_posts_is_no_second_person(cast: Cast, officer: Holding) -> None:
    supervisor = cast.seated("child_supervisor", cast.town)
    posts.fill(
        post=cast.post("town_leader", cast.town), person=supervisor.person, since=SINCE,
        by=system(),
    )  # fmt: skip

    assert [name for name, *_ in found(officer, "second")] == ["柳镇"]


def test_each_number_on_the_home_page_opens_its_list(cast: Cast) -> None:
    client = cast.client("child_supervisor", cast.town)
    cast.seated("child_director", cast.village)

    home = text_of(client.get("/"))
    for title, name in (("没有儿童主任的村（社区）", "西塘村"), ("缺第二个签字人的区镇", "柳镇")):
        number, address = tile(home, title)
        shown = text_of(client.get(address))
        assert number == "1"
        assert f"<b>{name}</b>" in shown
        assert "<b>双桥村</b>" not in shown


def test_without_holes_nothing_is_said_on_the_home_page(cast: Cast) -> None:
    client = cast.client("child_supervisor", cast.town)
    for place in (cast.village, cast.neighbour):
        cast.seated("child_director", place)
    cast.seated("town_leader", cast.town)

    assert "没有儿童主任的村" not in text_of(client.get("/"))


def test_another_towns_holes_are_not_shown(cast: Cast) -> None:
    far = places.found(
        name="梅镇", level="town", parent=cast.county, sort_key="12", since=SINCE, by=system()
    )
    supervisor = cast.seated("child_supervisor", far)

    assert coverage.numbers(actor(supervisor.person)) == {"director": 0, "nobody": 0, "second": 1}


def test_a_long_list_goes_on_and_its_cost_is_constant(
    cast: Cast, officer: Holding, django_assert_num_queries: object
) -> None:
    for number in range(coverage.PER_PAGE):
        places.found(
            name=f"第{number}村", level="village", parent=cast.town, sort_key=f"2{number:03d}",
            since=SINCE + timedelta(days=1), by=system(),
        )  # fmt: skip
    cast.post("child_director", cast.village)
    who = actor(officer.person)

    with django_assert_num_queries(4):  # type: ignore[operator]
        first = coverage.page_of(who, "director")
    second = coverage.page_of(who, "director", first.next_after)

    assert (first.counted, len(first.gaps), len(second.gaps)) == (52, 50, 2)
