"""One's own account: what it shows, where one is logged in, and that it is one's own."""

from datetime import date
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.cast import Cast, make_cast
from weiguang.kernel.models import Event
from weiguang.network.models import Account, Holding
from weiguang.office.tests.doors import PASSWORD, WRONG, give_password, knock, logged_in

pytestmark = pytest.mark.django_db
NEW = "xin-mima-2024-xi"
OPEN = ["/account/login/", "/account/forgotten/", "/account/closed/"]
OWN = [
    "/account/", "/account/password/", "/account/again/", "/account/factor/set/",
    "/account/logout/",
]  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    for login in ("li", "wu"):
        give_password(made.seated("child_director", made.village, login).person)
    return made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", [*OPEN, *OWN])
def test_every_page_answers_in_both_languages_and_allows_nothing_inline(
    cast: Cast, address: str, language: str
) -> None:
    client = Client() if address in OPEN else logged_in("li")
    client.post("/account/language/", {"language": language, "next": "/account/login/"})

    answer = client.get(address)

    assert answer.status_code == 200
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert f'<html lang="{"en" if language == "en" else "zh-CN"}"' in page
    assert "<script>" not in page
    assert " style=" not in page


@pytest.mark.parametrize("address", OWN[:-1])
def test_nobody_sees_an_account_without_logging_in(cast: Cast, address: str) -> None:
    assert Client().get(address)["Location"] == f"/account/login/?next={address}"


def test_the_account_shows_posts_with_their_terms(cast: Cast) -> None:
    person = Account.objects.get(login="li")
    cast.seated("child_supervisor", cast.town, "zhou")
    held = Holding.objects.get(person=person)
    page = logged_in("li").get("/account/").content.decode()

    for shown in ("儿童主任", cast.village.name, cast.office.name, "2021年1月1日", "未定", "li"):
        assert shown in page
    assert "儿童督导员" not in page
    assert held.post.place == cast.village


def test_an_end_is_told_by_its_last_day_and_a_past_post_not_at_all(cast: Cast) -> None:
    give_password(
        cast.seated("village_secretary", cast.village, "qian", until=date(2099, 7, 1)).person
    )
    give_password(
        cast.seated("child_director", cast.neighbour, "sun", until=date(2022, 1, 1)).person
    )

    assert "2099年6月30日" in logged_in("qian").get("/account/").content.decode()
    assert "儿童主任" not in logged_in("sun").get("/account/").content.decode()


def test_ending_another_session_really_ends_it(cast: Cast) -> None:
    here, there = logged_in("li"), logged_in("li")
    number = UserSession.objects.get(session_key=there.session.session_key).pk

    here.post("/account/sessions/", {"session": number})

    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert Event.objects.filter(verb="session.end").get().detail == {"elsewhere": True}


def test_ending_all_others_leaves_this_session_and_other_people_alone(cast: Cast) -> None:
    here, there, phone, somebody = (logged_in(login) for login in ("li", "li", "li", "wu"))

    here.post("/account/sessions/")

    assert [c.get("/account/").status_code for c in (here, there, phone, somebody)] == [
        200, 302, 302, 200,
    ]  # fmt: skip


def test_a_session_of_somebody_else_cannot_be_ended(cast: Cast) -> None:
    mine, hers = logged_in("li"), logged_in("wu")
    number = UserSession.objects.get(session_key=hers.session.session_key).pk

    answer = mine.post("/account/sessions/", {"session": number})

    assert answer.status_code == 404
    assert hers.get("/account/").status_code == 200


def test_a_new_password_ends_the_sessions_elsewhere_and_is_remembered(cast: Cast) -> None:
    here, there = logged_in("li"), logged_in("li")

    answer = here.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    assert answer["Location"] == "/account/"
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert knock("li", PASSWORD)[0].status_code == 200
    assert knock("li", NEW)[0].status_code == 302
    assert Event.objects.filter(verb="password.change").count() == 1


@pytest.mark.parametrize(
    ("old", "new"), [(WRONG, NEW), (PASSWORD, "short"), (PASSWORD, "1234567890123")]
)
def test_a_password_is_changed_only_by_who_knows_it_and_only_to_a_good_one(
    cast: Cast, old: str, new: str
) -> None:
    client = logged_in("li")

    answer: Any = client.post(
        "/account/password/", {"oldpassword": old, "password1": new, "password2": new}
    )

    assert answer.status_code == 200
    assert 'class="wrong"' in answer.content.decode()
    assert knock("li", PASSWORD)[0].status_code == 302


def test_setting_the_factor_later_asks_for_the_password_again(cast: Cast) -> None:
    client = logged_in("li")
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()

    led = client.get("/account/factor/set/")["Location"]

    assert led == "/account/again/?next=%2Faccount%2Ffactor%2Fset%2F"
    assert client.post(led, {"password": WRONG}).status_code == 200
    assert client.post(led, {"password": PASSWORD})["Location"] == "/account/factor/set/"
    assert client.get("/account/factor/set/").status_code == 200
