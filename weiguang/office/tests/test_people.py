"""Accounts: made, closed, reset and unlocked by one act each; a password is shown once."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.cast import (
    READER_QUERIES,
    Cast,
    account,
    entered,
    events_since,
    last_event,
    make_cast,
    text_of,
)
from weiguang.kernel.models import Change, Event
from weiguang.network.models import Account
from weiguang.office.rules.passwords import LETTERS, first_password

pytestmark = pytest.mark.django_db

PEOPLE_QUERIES = READER_QUERIES + 4
PASSWORD = re.compile(rf"(?:[{LETTERS}]{{4}}-){{3}}[{LETTERS}]{{4}}")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def system_administrator(cast: Cast) -> Client:
    return cast.client("system_administrator")


def deed(name: str, person: Account) -> str:
    return reverse(f"office_{name}", kwargs={"account_id": person.pk})


def password_in(response: Any) -> str:
    found = PASSWORD.search(text_of(response))
    assert found is not None
    return found.group()


def test_a_new_account_gets_a_password_that_is_shown_once_and_kept_nowhere(
    system_administrator: Client,
) -> None:
    before = last_event()

    answer = system_administrator.post(
        reverse("office_new_person"), {"login": "zhang.min", "name": "张敏"}
    )

    password, made = password_in(answer), Account.objects.get(login="zhang.min")
    assert made.check_password(password)
    assert [event.verb for event in events_since(before)] == ["account.create"]
    later = text_of(system_administrator.get(deed("person", made)))
    kept = [*map(str, Event.objects.values_list("detail", flat=True)), later, made.password]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    assert not any(password in text for text in kept)
    assert not Change.objects.exists()


def test_a_login_that_is_taken_is_said_beside_the_field(system_administrator: Client) -> None:
    account("li")

    shown = text_of(
        system_administrator.post(reverse("office_new_person"), {"login": "li", "name": "李"})
    )

    assert "这个登录名已经有人使用。" in shown
    assert Account.objects.filter(login="li").count() == 1


@pytest.mark.parametrize("login", ["Li", "李", "a b", "<b>", "-x", "x"])
def test_a_login_is_plain_letters(system_administrator: Client, login: str) -> None:
    system_administrator.post(reverse("office_new_person"), {"login": login, "name": "李"})

    assert not Account.objects.filter(login=login).exists()


def test_html_in_a_name_is_shown_as_text(system_administrator: Client) -> None:
    system_administrator.post(
        reverse("office_new_person"), {"login": "li", "name": "<script>x</script>"}
    )

    shown = text_of(system_administrator.get(reverse("office_people")))

    assert "<script>x" not in shown
    assert "&lt;script&gt;x" in shown


def test_a_reset_ends_every_session_of_the_person(cast: Cast, system_administrator: Client) -> None:
    held = cast.seated("child_director", cast.village)
    phone, desk = entered(held.person), entered(held.person)
    assert phone.get(reverse("office_places")).status_code == 200
    before = last_event()

    password = password_in(system_administrator.post(deed("reset", held.person)))

    held.person.refresh_from_db()
    assert held.person.check_password(password)
    assert [event.verb for event in events_since(before)] == ["account.reset"]
    for client in (phone, desk):
        assert reverse("account_login") in client.get(reverse("office_places"))["Location"]


def test_a_closed_account_is_shut_out_at_once_and_may_come_back(
    cast: Cast, system_administrator: Client
) -> None:
    held = cast.seated("child_director", cast.village)
    phone, before = entered(held.person), last_event()

    system_administrator.post(deed("close", held.person))
    shut_out = phone.get(reverse("office_places"))
    system_administrator.post(deed("reopen", held.person))

    assert reverse("account_login") in shut_out["Location"]
    assert phone.get(reverse("office_places")).status_code == 200
    verbs = [event.verb for event in events_since(before) if not event.was_refused]
    assert verbs == ["account.close", "account.reopen"]


def test_a_person_who_is_locked_out_is_marked_and_unlocked_by_one_act(
    system_administrator: Client,
) -> None:
    li = account("li")
    for _ in range(6):
        Client().post(reverse("account_login"), {"login": "li", "password": "wrong"})
    shown = text_of(system_administrator.get(deed("person", li)))
    before = last_event()

    after = text_of(system_administrator.post(deed("unlock", li), follow=True))

    assert ("登录已锁定" in shown, "登录已锁定" in after) == (True, False)
    assert [event.verb for event in events_since(before)] == ["account.unlock"]


def test_an_administrator_does_not_close_herself(cast: Cast) -> None:
    me = cast.seated("system_administrator", cast.county)

    answer = entered(me.person).post(deed("close", me.person))

    assert answer.status_code == 409
    assert Account.objects.get(pk=me.person.pk).is_active


@pytest.mark.parametrize(
    "role", ["security_administrator", "audit_administrator", "city_officer", "child_director"]
)
def test_nobody_else_sees_or_changes_accounts(cast: Cast, role: str) -> None:
    client, li = cast.client(role), account("li")

    answers = [
        client.get(reverse("office_people")),
        client.get(deed("person", li)),
        client.post(reverse("office_new_person"), {"login": "wang", "name": "王"}),
        *[client.post(deed(name, li)) for name in ("close", "reopen", "reset", "unlock")],
        client.post(deed("reset_factor", li)),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert not Account.objects.filter(login="wang").exists()


def test_a_search_finds_by_name_and_login_and_leaves_neither_in_the_address(
    system_administrator: Client,
) -> None:
    account("zhang.min", "张敏")
    account("li", "李平安")
    search = reverse("office_people_search")

    by_name = system_administrator.post(search, {"text": "平安"})
    by_login = text_of(system_administrator.post(search, {"text": "zhang"}, follow=True))

    assert "平安" not in by_name["Location"]
    assert "%E5" not in by_name["Location"]
    shown = text_of(system_administrator.get(by_name["Location"]))
    assert ("李平安" in shown, "张敏" in shown) == (True, False)
    assert ("李平安" in by_login, "张敏" in by_login) == (False, True)


def test_accounts_are_listed_page_by_page_each_once_in_a_constant_number_of_queries(
    system_administrator: Client, django_assert_num_queries: Any
) -> None:
    for n in range(60):
        account(f"a{n:02d}")
    system_administrator.get(reverse("office_people"))

    with django_assert_num_queries(PEOPLE_QUERIES):
        first = text_of(system_administrator.get(reverse("office_people")))
    following = re.search(r'href="([^"]+)">下一页', first)
    assert following is not None
    with django_assert_num_queries(PEOPLE_QUERIES):
        second = text_of(system_administrator.get(following.group(1)))

    listed = [re.findall(r">(a\d\d)<", page) for page in (first, second)]
    assert [len(page) for page in listed] == [50, 10]
    assert len({*listed[0], *listed[1]}) == 60


def test_no_two_first_passwords_are_alike_and_each_is_long() -> None:
    made = {first_password() for _ in range(200)}

    assert len(made) == 200
    assert all(PASSWORD.fullmatch(each) for each in made)
