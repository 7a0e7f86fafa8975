"""A password that somebody else has seen is changed before anything else is done with it."""

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests.cast import SINCE, Cast, entered, make_cast, system
from weiguang.network.actions import accounts, posts
from weiguang.network.models import Account
from weiguang.office.tests.doors import PASSWORD, knock

pytestmark = pytest.mark.django_db
FIRST = "h7wq-23kd-pm8x-tz5n"
CHANGE = "/account/password/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def li(cast: Cast) -> Account:
    """A director with the password she was given this morning."""
    return newcomer(cast, "child_director", "li")


def newcomer(cast: Cast, role: str, login: str) -> Account:
    person = accounts.create(login=login, name="李", password=FIRST, by=system())
    place = cast.village if role == "child_director" else cast.county
    posts.fill(post=cast.post(role, place), person=person, since=SINCE, by=system())
    return person


def come_in(login: str) -> Client:
    answer, client = knock(login, FIRST)
    assert answer.status_code == 302
    return client


def change(client: Client, old: str = FIRST, new: str = PASSWORD) -> Any:
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


@pytest.mark.parametrize("address", ["/", "/children/", "/office/places/"])
def test_who_was_given_a_password_is_led_to_change_it_and_told_why(
    li: Account, address: str
) -> None:
    client = come_in("li")

    answer = client.get(address, follow=True)

    assert answer.redirect_chain == [(CHANGE, 302)]
    assert "别人也知道" in answer.content.decode()


def test_her_own_account_stays_open_to_her_meanwhile(li: Account) -> None:
    client = come_in("li")

    assert client.get("/account/").status_code == 200
    assert client.get("/account/logout/").status_code == 200


def test_nothing_is_written_before_the_password_is_her_own(cast: Cast) -> None:
    newcomer(cast, "system_administrator", "wu")

    answer = come_in("wu").post(reverse("office_new_person"), {"login": "zhao", "name": "赵"})

    assert answer["Location"] == CHANGE
    assert not Account.objects.filter(login="zhao").exists()


def test_a_password_of_her_own_opens_everything(li: Account) -> None:
    client = come_in("li")

    change(client)

    assert client.get("/").status_code == 200
    assert "别人也知道" not in client.get(CHANGE).content.decode()


def test_the_same_password_again_is_no_change(li: Account) -> None:
    client = come_in("li")

    answer = change(client, new=FIRST)

    assert "新密码不能和现在的密码一样。" in answer.content.decode()
    assert client.get("/")["Location"] == CHANGE


def test_after_a_reset_she_changes_it_again(cast: Cast, li: Account) -> None:
    change(come_in("li"))
    li.refresh_from_db()

    accounts.reset_password(account=li, password=FIRST, by=system())

    assert come_in("li").get("/")["Location"] == CHANGE


@override_settings(WEIGUANG_SECOND_FACTOR="required")
def test_the_second_factor_is_set_up_by_who_has_a_password_of_her_own(cast: Cast) -> None:
    newcomer(cast, "city_officer", "wu")
    client = come_in("wu")

    before = client.get("/")["Location"]
    shown = client.get(before).status_code
    change(client)

    assert (before, shown) == (CHANGE, 200)
    assert client.get("/")["Location"] == "/account/factor/set/"


def test_an_account_whose_password_nobody_was_given_is_not_asked(cast: Cast) -> None:
    held = cast.seated("child_director", cast.village)

    assert entered(held.person).get("/").status_code == 200
