"""The register's pages: who may enter, what they give away, and that every answer is remembered."""

import re
from datetime import date
from html import escape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast, actor, entered, make_cast, system, text_of
from weiguang.kernel import clock
from weiguang.kernel.models import Event
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.actions import categories, children
from weiguang.register.actions.children import Identity
from weiguang.register.models import Child, ChildCategory
from weiguang.register.rules.identity import check_character

pytestmark = pytest.mark.django_db

BORN = date(2016, 2, 29)
NUMBER = "32958320160229002"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def enter(name: str, village: Place, *, sequence: int | None = None) -> Child:
    body = f"32958320160229{sequence or 0:03d}"
    return children.register(
        identity=Identity(
            name=name, sex="female", birth_date=BORN,
            id_number=body + check_character(body) if sequence else None,
            no_id_reason="" if sequence else "original_not_seen",
        ),
        hukou=village, residence=village, since=clock.today(), by=system(),
    )  # fmt: skip


def propose(child: Child) -> ChildCategory:
    return categories.propose(
        child=child, category="orphan", since=clock.today(), evidence="death_certificate",
        legal_basis="", by=system(),
    )  # fmt: skip


def without_secret(answer: HttpResponse) -> str:
    """The page but for the form's secret, which is another each time."""
    return re.sub(r'"[A-Za-z0-9]{64}"', "", answer.content.decode())


def found(client: Client, **wish: str) -> str:
    return text_of(client.post(reverse("children_search"), wish, follow=True))


def test_a_director_sees_just_her_children(cast: Cast) -> None:
    enter("顾念安", cast.village)
    enter("王佳琪", cast.neighbour)

    page = text_of(cast.client("child_director", cast.village).get(reverse("children")))

    assert "顾念安" in page
    assert "王佳琪" not in page


def test_a_search_leaves_no_name_in_the_address(cast: Cast) -> None:
    enter("顾念安", cast.village)
    client = cast.client("child_supervisor", cast.town)

    answer = client.post(reverse("children_search"), {"text": "顾念安"})

    assert "%E9" not in answer["Location"]
    assert "gunianan" not in answer["Location"]
    assert "顾念安" in text_of(client.get(answer["Location"]))


def test_a_search_of_the_neighbour_gives_nothing_away(cast: Cast) -> None:
    child = enter("顾念安", cast.village, sequence=2)
    client = cast.client("child_director", cast.neighbour)

    for text in ("顾念安", "gna", child.id_number, child.id_number[-4:]):
        page = found(client, text=text)
        assert str(child.pk) not in page
        assert "没有找到" in page


def test_the_address_of_a_search_is_its_owners_alone(cast: Cast) -> None:
    enter("顾念安", cast.village)
    address = cast.client("child_supervisor", cast.town).post(
        reverse("children_search"), {"text": "顾"}
    )["Location"]

    assert cast.client("city_officer").get(address).status_code == 404


@pytest.mark.parametrize(
    "wish",
    [{"category": "orphan"}, {"sex": "female"}, {"age_from": "0", "age_to": "17"},
     {"residence": "unconfirmed"}, {"number": "missing"}, {"order": "newest"}, {"order": "-age"}],
)  # fmt: skip
def test_a_wish_narrows_and_orders(cast: Cast, wish: dict[str, str]) -> None:
    propose(enter("顾念安", cast.village))
    client = cast.client("child_supervisor", cast.town)

    assert "顾念安" in found(client, **wish)
    assert "顾念安" not in found(client, **wish | {"sex": "male"})


def test_a_list_of_sixty_costs_one_count_more_than_one_of_three(cast: Cast) -> None:
    client = cast.client("child_supervisor", cast.town)
    client.get(reverse("home"))  # the first page of a session marks it as used
    costs = []
    for names in (range(3), range(3, 60)):
        for number in names:
            enter(f"顾念{number}", cast.village)
        with CaptureQueriesContext(connection) as asked:
            page = text_of(client.get(reverse("children")))
        costs.append(len(asked))

    assert costs == [7, 8]
    assert page.count("顾念") == 50
    assert "下一页" in page


def test_a_file_is_found_by_the_neighbour_no_more_than_one_that_does_not_exist(cast: Cast) -> None:
    child = enter("顾念安", cast.village)
    client = cast.client("child_director", cast.neighbour)

    theirs = client.get(reverse("child", args=[child.pk]))
    absent = client.get(reverse("child", args=[cast.village.pk]))

    assert theirs.status_code == absent.status_code == 404
    assert without_secret(theirs) == without_secret(absent)
    assert Event.objects.filter(verb=Verb.CHILD_OPEN, was_refused=True, about_id=child.pk).exists()


def test_opening_a_file_is_remembered(cast: Cast) -> None:
    child = enter("顾念安", cast.village)
    seat = cast.seated("child_director", cast.village)

    page = text_of(entered(seat.person).get(reverse("child", args=[child.pk])))

    assert "顾念安" in page
    opened = Event.objects.get(verb=Verb.CHILD_OPEN)
    assert (opened.person_id, opened.about_id, opened.purpose) == (
        seat.person_id, child.pk, "standing",
    )  # fmt: skip


def test_a_city_officer_says_why_before_a_file_opens(cast: Cast) -> None:
    child = enter("顾念安", cast.village)
    client = cast.client("city_officer")

    asked = client.get(reverse("child", args=[child.pk]), follow=True)
    assert "顾念安" not in text_of(asked)
    opened = client.post(
        reverse("child_purpose", args=[child.pk]), {"purpose": "benefit_review"}, follow=True
    )

    assert "顾念安" in text_of(opened)
    assert Event.objects.get(verb=Verb.CHILD_OPEN).purpose == "benefit_review"


def test_a_number_is_masked_until_shown_and_the_showing_is_remembered(cast: Cast) -> None:
    child = enter("顾念安", cast.village, sequence=2)
    client = cast.client("child_director", cast.village)
    number = str(child.id_number)

    page = text_of(client.get(reverse("child", args=[child.pk])))
    shown = text_of(client.post(reverse("child_reveal", args=[child.pk, "id_number"])))

    assert number not in page
    assert number in shown
    event = Event.objects.get(verb=Verb.CHILD_REVEAL)
    assert number not in str(event.detail)


def test_who_may_not_see_numbers_is_not_offered_them(cast: Cast) -> None:
    child = enter("顾念安", cast.village, sequence=2)
    client = cast.client("town_leader", cast.town)

    page = text_of(client.get(reverse("child", args=[child.pk])))

    assert reverse("child_reveal", args=[child.pk, "id_number"]) not in page
    assert client.post(reverse("child_reveal", args=[child.pk, "id_number"])).status_code == 404


def test_a_supervisor_registers_a_child_from_its_number(cast: Cast) -> None:
    client = cast.client("child_supervisor", cast.town)

    answer = client.post(
        reverse("child_new"),
        {"name": "顾念安", "id_number": NUMBER + check_character(NUMBER), "hukou": "柳镇 双桥村"},
    )

    assert answer.status_code == 302
    child = Child.objects.get()
    assert (child.birth_date, child.sex) == (BORN, "female")
    assert child.residence_place == child.hukou_place == cast.village
    assert not child.is_residence_confirmed


@pytest.mark.parametrize(
    ("said", "words"),
    [({"id_number": "329583201602290000"}, "表格软件弄坏"), ({"id_number": ""}, "请选一个原因"),
     ({"hukou": "不存在村"}, "请从列表中选一个村"),
     ({"id_number": "329583199902290021"}, "请照证件")],
)  # fmt: skip
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(
    cast: Cast, said: dict[str, str], words: str
) -> None:
    good = {"name": "顾念安", "id_number": NUMBER + check_character(NUMBER), "hukou": "双桥村"}

    page = text_of(
        cast.client("child_supervisor", cast.town).post(reverse("child_new"), good | said)
    )

    assert words in page
    assert 'value="顾念安"' in page
    assert not Child.objects.exists()


def test_a_number_registered_elsewhere_names_nobody(cast: Cast) -> None:
    enter("王佳琪", cast.neighbour, sequence=2)
    other = cast.seated("town_civil_affairs", cast.village)

    page = text_of(
        entered(other.person).post(
            reverse("child_new"),
            {"name": "顾念安", "id_number": NUMBER + check_character(NUMBER), "hukou": "双桥村"},
        )
    )

    assert "已经登记过" in page
    assert "王佳琪" not in page


def test_the_second_person_confirms_at_home_and_the_first_is_not_asked(cast: Cast) -> None:
    child = enter("顾念安", cast.village)
    seat = cast.seated("child_supervisor", cast.town)
    proposal = categories.propose(
        child=child, category="orphan", since=clock.today(), evidence="death_certificate",
        legal_basis="", by=actor(seat.person),
    )  # fmt: skip
    answer = reverse("category_decide", args=[child.pk, proposal.pk])

    assert answer not in text_of(entered(seat.person).get(reverse("home")))
    second = cast.client("town_civil_affairs", cast.town)
    assert answer in text_of(second.get(reverse("home")))
    assert entered(seat.person).post(answer, {"answer": "confirm"}).status_code == 404
    assert second.post(answer, {"answer": "confirm", "back": "home"})["Location"] == reverse("home")

    assert ChildCategory.objects.get().status == "confirmed"


def test_a_director_confirms_where_the_child_lives(cast: Cast) -> None:
    child = enter("顾念安", cast.village)
    client = cast.client("child_director", cast.village)

    assert "我见到孩子住在这里" in text_of(client.get(reverse("child", args=[child.pk])))
    client.post(reverse("residence_confirm", args=[child.pk]))

    assert Child.objects.get().is_residence_confirmed
    assert "我见到孩子住在这里" not in text_of(client.get(reverse("child", args=[child.pk])))


AMENDMENTS = {
    "name": {"name": "顾晚晴", "since": "2020-01-01"},
    "residence": {"place": "西塘村", "address": "3 号", "since": clock.today().isoformat()},
    "person": {"name": "顾大山", "relation": "father", "kind": "guardian", "phone": "13800138000"},
    "school": {"stage": "primary", "attendance": "attending", "since": "2022-09-01"},
    "health": {"kind": "disability", "since": "2022-09-01"},
    "identity": {"sex": "female", "birth_date": "2016-02-29", "ethnicity": "01"},
}


@pytest.mark.parametrize("part", AMENDMENTS)
def test_a_part_of_the_file_is_kept_true_by_one_act(cast: Cast, part: str) -> None:
    child = enter("顾念安", cast.village)
    if part == "residence":
        said = AMENDMENTS[part] | {"since": "2999-01-01"}
        client = cast.client("child_supervisor", cast.town)
        page = text_of(client.post(reverse("child_amend", args=[child.pk, part]), said))
        assert "不能晚于今天" in page
        return
    client = cast.client("child_supervisor", cast.town)

    answer = client.post(reverse("child_amend", args=[child.pk, part]), AMENDMENTS[part])

    assert answer.status_code == 302, text_of(answer)
    assert Event.objects.filter(verb=Verb.CHILD_AMEND, about_id=child.pk).count() == 1


def test_a_neighbouring_town_can_amend_nothing(cast: Cast) -> None:
    child = enter("顾念安", cast.village)
    client = cast.client("child_supervisor", cast.neighbour)

    for part in AMENDMENTS:
        assert client.get(reverse("child_amend", args=[child.pk, part])).status_code == 404


def test_what_people_type_is_shown_as_text(cast: Cast) -> None:
    child = enter(HOSTILE, cast.village)
    client = cast.client("child_supervisor", cast.town)

    for page in (reverse("children"), reverse("child", args=[child.pk])):
        text = text_of(client.get(page))
        assert HOSTILE not in text
        assert escape(HOSTILE) in text


def test_the_readers_list_is_for_supervisors(cast: Cast) -> None:
    child = enter("顾念安", cast.village)
    text_of(cast.client("child_director", cast.village).get(reverse("child", args=[child.pk])))
    address = reverse("child_readers", args=[child.pk])

    assert "打开档案" in text_of(cast.client("child_supervisor", cast.town).get(address))
    assert cast.client("town_leader", cast.town).get(address).status_code == 404
