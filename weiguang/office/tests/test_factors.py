"""The second factor: asked where the role needs it, good once, and unreadable where it is kept."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.cast import Cast, actor, make_cast
from weiguang.kernel import keyring
from weiguang.kernel.crypto import provider
from weiguang.kernel.models import Event
from weiguang.network.models import Account
from weiguang.office.actions.account import forget_factor
from weiguang.office.factors import Factors, reencrypt_secrets
from weiguang.office.tests.doors import (
    PASSWORD,
    code_of,
    give_factor,
    give_password,
    knock,
    logged_in,
    paper_codes,
)
from weiguang.web.second_factor import is_required

pytestmark = pytest.mark.django_db
SET, CODE, AGAIN = "/account/factor/set/", "/account/login/code/", "/account/factor/again/"


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.WEIGUANG_SECOND_FACTOR = "required"


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    for role, place in (("city_officer", made.county), ("child_director", made.village)):
        give_password(made.seated(role, place, role).person)
    return made


def officer() -> Account:
    return Account.objects.get(login="city_officer")


@pytest.mark.parametrize("address", ["/", "/account/", "/account/password/", "/account/sessions/"])
def test_a_city_officer_reaches_no_page_before_the_factor_is_set(cast: Cast, address: str) -> None:
    client = logged_in("city_officer")

    answer = client.post(address) if "sessions" in address else client.get(address)

    assert (answer.status_code, answer["Location"]) == (302, SET)


def test_a_child_director_needs_no_second_factor(cast: Cast) -> None:
    assert logged_in("child_director").get("/").status_code == 200


def test_the_factor_is_only_offered_where_the_operator_says_so(
    cast: Cast, settings: Settings
) -> None:
    settings.WEIGUANG_SECOND_FACTOR = "offered"

    assert logged_in("city_officer").get("/").status_code == 200


@pytest.mark.parametrize(("pack", "required"), [("demo", False), ("cn_js_kunshan", True)])
def test_left_to_itself_every_city_requires_it_and_a_demonstration_offers_it(
    settings: Settings, pack: str, required: bool
) -> None:
    settings.WEIGUANG_SECOND_FACTOR, settings.WEIGUANG_PACK = "", pack

    assert is_required() == required


def test_who_is_led_to_set_it_up_can_still_log_out(cast: Cast) -> None:
    client = logged_in("city_officer")

    assert "现在不办，退出登录" in client.get(SET).content.decode()
    assert client.post("/account/logout/")["Location"] == "/account/login/"


def test_from_the_picture_to_the_paper_codes_to_work(cast: Cast) -> None:
    client = logged_in("city_officer")
    page = client.get(SET).content.decode()
    secret = _shown_secret(page)

    answer = client.post(SET, {"code": code_of(secret)})
    codes = client.get(answer["Location"]).content.decode()

    assert 'src="data:image/svg+xml;base64,' in page
    assert all(f"{code[:4]} {code[4:]}" in codes for code in paper_codes(officer()))
    assert client.get("/").status_code == 200
    told = Event.objects.filter(verb="factor.set").get()
    assert (told.person_id, told.about_id) == (officer().pk, officer().pk)


def test_a_wrong_first_code_sets_nothing(cast: Cast) -> None:
    client = logged_in("city_officer")
    secret = _shown_secret(client.get(SET).content.decode())

    answer = client.post(SET, {"code": code_of(secret, later=20)})

    assert "验证码不对" in answer.content.decode()
    assert not Authenticator.objects.exists()
    assert not Event.objects.filter(verb="factor.set").exists()


def test_paper_codes_are_shown_once(cast: Cast) -> None:
    client = _with_factor_set()
    first = client.get("/account/factor/codes/").content.decode()

    again = client.get("/account/factor/codes/").content.decode()

    for code in paper_codes(officer()):
        assert code[:4] in first
        assert f"{code[:4]} {code[4:]}" not in again
        assert code not in again


def test_password_and_code_open_the_door_and_the_password_alone_does_not(cast: Cast) -> None:
    secret = give_factor(officer())
    answer, client = knock("city_officer")

    assert answer["Location"] == CODE
    assert client.get("/")["Location"] == "/account/login/?next=/"
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200
    told = Event.objects.filter(verb="session.open").get()
    assert told.detail == {"by": ["password", "totp"]}


def test_a_code_opens_the_door_once(cast: Cast) -> None:
    secret = give_factor(officer())
    code = code_of(secret, later=1)

    assert _given(code).status_code == 302
    # allauth forgets it after one period; the tolerance would let it in for two more.
    cache.delete(f"allauth.mfa.totp.used?user={officer().pk}&code={code}")
    second = _given(code)
    assert (second.status_code, "或者已经用过" in second.content.decode()) == (200, True)


def test_a_paper_code_opens_the_door_once(cast: Cast) -> None:
    _with_factor_set()
    code = paper_codes(officer())[3]

    assert _given(code)["Location"] == "/"
    assert code not in paper_codes(officer())
    assert _given(code).status_code == 200


def test_guessing_codes_ends_after_five(cast: Cast) -> None:
    secret = give_factor(officer())
    _, client = knock("city_officer")
    for _ in range(5):
        client.post(CODE, {"code": code_of(secret, later=50)})

    refused = client.post(CODE, {"code": code_of(secret)})

    assert "输错的次数太多" in refused.content.decode()


def test_the_secrets_stand_encrypted_in_the_table(cast: Cast) -> None:
    _with_factor_set()
    totp, paper = (
        Authenticator.objects.get(user=officer(), type=kind) for kind in ("totp", "recovery_codes")
    )

    opened = Factors().decrypt(totp.data["secret"])

    assert len(opened) == 32
    assert opened not in str(totp.data)
    assert Factors().decrypt(paper.data["seed"]) not in str(paper.data)
    assert not any(code in str(paper.data) for code in paper_codes(officer()))


def test_a_secret_being_set_up_cannot_be_read_in_the_session_row(cast: Cast) -> None:
    client = logged_in("city_officer")
    secret = _shown_secret(client.get(SET).content.decode())
    session: Any = client.session

    assert session["mfa.totp.secret"] == secret
    row = session.model.objects.get(session_key=session.session_key)
    stored = signing.loads(row.session_data, salt=session.key_salt, serializer=_Raw)
    assert secret.encode() not in stored
    assert b"mfa" not in stored


def test_removing_the_factor_leads_back_to_setting_it_up(cast: Cast) -> None:
    client = _with_factor_set()

    client.post("/account/factor/remove/")

    assert not Authenticator.objects.exists()
    assert client.get("/")["Location"] == SET
    assert Event.objects.filter(verb="factor.remove", person_id=officer().pk).count() == 1


def test_a_session_older_than_the_factor_is_asked_for_a_code(cast: Cast) -> None:
    client = logged_in("city_officer")
    secret = give_factor(officer())

    led = client.get("/")["Location"]

    assert led == f"{AGAIN}?next=%2F"
    assert client.post(led, {"code": code_of(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200


def test_an_administrator_takes_away_the_factor_of_who_lost_phone_and_paper(cast: Cast) -> None:
    give_factor(officer())
    by = actor(cast.seated("system_administrator", cast.county).person)

    forget_factor(account=officer(), by=by)

    answer, client = knock("city_officer")
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == SET


def test_rotating_the_keys_rewrites_the_secrets_and_they_still_open_the_door(
    cast: Cast, settings: Settings
) -> None:
    secret = give_factor(officer())
    ring = keyring.parse(settings.WEIGUANG_KEYS).with_new_key()
    _use(settings, ring)

    try:
        assert (reencrypt_secrets(), reencrypt_secrets()) == (1, 0)
        _use(settings, ring.without(1))
        assert _given(code_of(secret))["Location"] == "/"
    finally:
        provider.cache_clear()


class _Raw:
    """Hands out what a session row holds, unopened."""

    def loads(self, data: bytes) -> bytes:
        return data


def _use(settings: Settings, ring: keyring.Keyring) -> None:
    settings.WEIGUANG_KEYS = keyring.text_of(ring)
    provider.cache_clear()


def _shown_secret(page: str) -> str:
    found = re.search(r'class="secret num">([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def _with_factor_set() -> Client:
    client = logged_in("city_officer")
    secret = _shown_secret(client.get(SET).content.decode())
    assert client.post(SET, {"code": code_of(secret)}).status_code == 302
    return client


def _given(code: str) -> Any:
    _, client = knock("city_officer", PASSWORD)
    return client.post(CODE, {"code": code})
