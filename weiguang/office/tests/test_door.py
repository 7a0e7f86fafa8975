"""The door lets in who is who she says, tells nothing to anybody else, and remembers both."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast, account, actor, make_cast
from weiguang.kernel import clock
from weiguang.kernel.models import Event
from weiguang.network.actions import accounts
from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.office.actions.account import unlock
from weiguang.office.tests.doors import LOGIN, PASSWORD, WRONG, give_password, knock, logged_in

pytestmark = pytest.mark.django_db
MISMATCH = "登录名或密码不对"
LOCKED = "暂时不能登录"


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    for login in ("li", "wu"):
        give_password(made.seated("child_director", made.village, login).person)
    return made


def test_who_knows_the_password_comes_in_and_is_led_home(cast: Cast) -> None:
    answer, client = knock("li")

    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(cast: Cast) -> None:
    wrong, _ = knock("li", WRONG)
    unknown, _ = knock("xx", PASSWORD)

    assert MISMATCH in wrong.content.decode()
    assert _without_what_was_typed(wrong, "li") == _without_what_was_typed(unknown, "xx")


@pytest.mark.parametrize("login", ["li", "nobody", "closed", "no_password"])
def test_every_refusal_costs_one_hash(
    cast: Cast, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.close(account=give_password(account("closed")), by=administrator(cast))
    account("no_password")
    hashes = _counted_hashes(monkeypatch)

    knock(login, WRONG)

    assert len(hashes) == 1


def test_five_wrong_passwords_lock_the_login_even_for_the_right_one(cast: Cast) -> None:
    answers = [knock("li", WRONG)[0] for _ in range(5)]
    right, client = knock("li")

    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert right.status_code == 429
    assert LOCKED in right.content.decode()
    assert client.get("/").status_code == 302


def test_a_lock_out_says_the_same_of_a_login_that_does_not_exist(cast: Cast) -> None:
    known = [knock("li", WRONG)[0] for _ in range(5)][-1]
    unknown = [knock("xx", WRONG)[0] for _ in range(5)][-1]

    assert _without_what_was_typed(known, "li") == _without_what_was_typed(unknown, "xx")


def test_another_login_and_another_address_are_not_locked(cast: Cast) -> None:
    for _ in range(5):
        knock("li", WRONG)

    assert knock("wu")[0].status_code == 302
    assert knock("li", address="10.0.0.2")[0].status_code == 302


def test_capitals_and_spaces_do_not_give_more_attempts(cast: Cast) -> None:
    for typed in ("li", "LI", "Li", " li ", "lI"):
        knock(typed, WRONG)

    assert knock("li")[0].status_code == 429


def test_a_lock_ends_after_fifteen_minutes_and_not_before(cast: Cast) -> None:
    for _ in range(5):
        knock("li", WRONG)
    failed = AccessAttempt.objects.get()

    AccessAttempt.objects.update(attempt_time=failed.attempt_time - timedelta(minutes=14))
    assert knock("li")[0].status_code == 429

    AccessAttempt.objects.update(attempt_time=failed.attempt_time - timedelta(minutes=16))
    assert knock("li")[0].status_code == 302


def test_an_administrator_unlocks_at_once(cast: Cast) -> None:
    for _ in range(5):
        knock("li", WRONG)
    person = named("li")

    unlock(account=person, by=administrator(cast))

    assert knock("li")[0].status_code == 302


def test_what_was_typed_is_neither_stored_nor_logged(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    knock("zhang.jianguo", "wode-mima-2024")
    knock("li", "wode-mima-2024")

    stored = str(list(AccessAttempt.objects.values()))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "AXES" in logged
    for typed in ("zhang.jianguo", "wode-mima-2024"):
        assert typed not in stored
        assert typed not in logged


def test_login_failure_and_logout_are_remembered(cast: Cast) -> None:
    knock("li", WRONG)
    client = logged_in("li")
    client.post("/account/logout/")

    person = named("li")
    told = Event.objects.filter(about_id=person.pk, verb__startswith="session.").order_by("id")
    assert [(e.verb, e.was_refused, e.person_id) for e in told] == [
        ("session.open", True, None),
        ("session.open", False, person.pk),
        ("session.end", False, person.pk),
    ]
    assert told[0].detail == {"failures": 1, "locked": 0}
    assert told[1].detail == {"by": ["password"]}


def test_attempts_against_a_lock_leave_no_event(cast: Cast) -> None:
    for _ in range(8):
        knock("li", WRONG)

    assert Event.objects.filter(verb="session.open").count() == 5


def test_logging_in_changes_the_session_key(cast: Cast) -> None:
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    knock("li", client=client)

    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 302)])
def test_half_an_hour_without_a_request_ends_the_session(
    cast: Cast, minutes: int, status: int
) -> None:
    start = clock.now()
    with clock.standing_at(start):
        client = logged_in("li")
        client.get("/")

    with clock.standing_at(start + timedelta(minutes=minutes)):
        assert client.get("/").status_code == status


def test_ten_hours_end_the_session_of_who_never_rests(cast: Cast) -> None:
    start = clock.now()
    with clock.standing_at(start):
        client = logged_in("li")

    seen = []
    for minutes in range(20, 11 * 60, 20):
        with clock.standing_at(start + timedelta(minutes=minutes)):
            seen.append((minutes, client.get("/account/").status_code))

    assert next(minutes for minutes, status in seen if status == 302) == 600


def test_a_session_is_written_for_its_time_at_most_once_a_minute(cast: Cast) -> None:
    start = clock.now()
    with clock.standing_at(start):
        client = logged_in("li")
        client.get("/")

    def writes(later: int) -> int:
        with (
            clock.standing_at(start + timedelta(seconds=later)),
            CaptureQueriesContext(connection) as asked,
        ):
            client.get("/")
        return sum(q["sql"].startswith('UPDATE "django_session"') for q in asked.captured_queries)

    assert [writes(59), writes(61), writes(62)] == [0, 1, 0]


def test_a_closed_account_cannot_log_in_and_is_out_at_once(cast: Cast) -> None:
    client = logged_in("li")

    accounts.close(account=named("li"), by=administrator(cast))

    assert client.get("/account/").status_code == 302
    answer, tried = knock("li")
    assert answer["Location"] == "/account/closed/"
    assert tried.get("/account/").status_code == 302
    assert "账号已停用" in tried.get("/account/closed/").content.decode()


def test_who_has_lost_her_post_sees_her_own_account_and_nothing_else(cast: Cast) -> None:
    until = clock.today()
    give_password(cast.seated("child_director", cast.neighbour, "sun", until=until).person)

    answer, client = knock("sun")

    assert answer["Location"] == "/account/"
    assert "您现在没有在任的岗位" in client.get("/account/").content.decode()
    refused = client.get("/")
    assert refused.status_code == 404
    assert "您现在没有在任的岗位" in refused.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"]
)
def test_the_door_leads_to_no_other_site(cast: Cast, elsewhere: str) -> None:
    answer, client = knock("li", target=f"{LOGIN}?next={elsewhere}")
    switched = client.post("/account/language/", {"language": "en", "next": elsewhere})

    assert answer["Location"] == "/"
    assert switched["Location"] == "/account/login/"


def test_the_door_leads_back_to_the_page_that_was_asked_for(cast: Cast) -> None:
    asked = Client().get("/account/password/")
    answer, _ = knock("li", target=asked["Location"])

    assert answer["Location"] == "/account/password/"


@pytest.mark.parametrize("address", ["signup", "email", "confirm-email", "password/set"])
def test_what_is_not_offered_has_no_address(address: str) -> None:
    assert Client().get(f"/account/{address}/").status_code == 404


def test_the_door_is_read_in_english_and_in_large_letters() -> None:
    client = Client()

    client.post("/account/language/", {"language": "en", "next": LOGIN})
    client.post("/account/language/", {"view": "elder", "next": LOGIN})

    page = client.get(LOGIN).content.decode()
    assert '<html lang="en" data-view="elder">' in page


def test_a_choice_of_reading_stays_with_the_account(cast: Cast) -> None:
    client = logged_in("li")

    client.post("/account/language/", {"language": "en", "view": "elder", "next": "/account/"})

    page = Client()
    page.cookies = client.cookies
    assert '<html lang="en" data-view="elder">' in page.get("/account/").content.decode()
    assert named("li").language == "en"
    assert Event.objects.filter(verb="account.own").get().detail == {
        "language": "en", "elder": True,
    }  # fmt: skip


def named(login: str) -> Account:
    return Account.objects.get(login=login)


def administrator(cast: Cast) -> Actor:
    return actor(cast.seated("system_administrator", cast.county).person)


def _without_what_was_typed(answer: Any, login: str) -> str:
    """The page without the login in its field and the form's secret, which differ each time."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return page.replace(f'value="{login}"', "")


def _counted_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one whenever Argon2 makes or checks a hash."""
    counted: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def spy(*args: Any, _name: str = name, _original: Any = original, **kwargs: Any) -> Any:
            counted.append(_name)
            return _original(*args, **kwargs)

        monkeypatch.setattr(Argon2PasswordHasher, name, spy)
    return counted


@pytest.mark.parametrize(
    "address", ["NaN", "home", "//evil.example", "http://evil.example/", "x y"]
)
def test_who_is_led_on_to_no_address_of_ours_is_led_to_the_door(address: str) -> None:
    answer = Client().post(reverse("account_language"), {"language": "en", "next": address})

    assert answer.status_code == 302
    assert answer["Location"] == reverse("account_login")
