"""The three administrators cannot take over one another: a machine's operator resets them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import (
    Cast,
    account,
    actor,
    entered,
    events_since,
    last_event,
    make_cast,
    system,
    text_of,
)
from weiguang.kernel import clock
from weiguang.network.actions import accounts, posts
from weiguang.network.models import Account, Holding
from weiguang.office.actions.account import forget_factor
from weiguang.office.tests.doors import give_factor, give_password

pytestmark = pytest.mark.django_db
DEEDS = ("reset", "reset_factor", "unlock", "close")
OTHERS = ("system_administrator", "security_administrator", "audit_administrator")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def me(cast: Cast) -> Holding:
    return cast.seated("system_administrator", cast.county)


def do(client: Client, deed: str, person: Account) -> int:
    address = reverse(f"office_{deed}", kwargs={"account_id": person.pk})
    return client.post(address).status_code


def page_of(client: Client, person: Account) -> str:
    return text_of(client.get(reverse("office_person", kwargs={"account_id": person.pk})))


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("deed", DEEDS)
def test_a_system_administrator_lays_no_hand_on_another_administration(
    cast: Cast, me: Holding, role: str, deed: str
) -> None:
    other = give_password(cast.seated(role, cast.county, "other").person)
    give_factor(other)
    hash_before, before = other.password, last_event()

    answer = entered(me.person).post(
        reverse(f"office_{deed}", kwargs={"account_id": other.pk}), follow=True
    )

    other.refresh_from_db()
    assert answer.status_code == 409
    assert "weiguang account reset" in answer.content.decode()
    assert (other.password, other.is_active) == (hash_before, True)
    assert other.authenticator_set.count() == 1
    assert [(e.was_refused, e.about_id) for e in events_since(before)] == [(True, other.pk)]


@pytest.mark.parametrize("deed", DEEDS)
def test_nor_on_her_own_account(me: Holding, deed: str) -> None:
    give_factor(me.person)

    assert do(entered(me.person), deed, me.person) == 409
    assert me.person.authenticator_set.count() == 1


def test_everybody_else_is_hers_to_help(cast: Cast, me: Holding) -> None:
    other = cast.seated("city_officer", cast.county, "other").person

    assert [do(entered(me.person), deed, other) for deed in DEEDS] == [200, 302, 302, 302]


def test_standing_in_for_an_administrator_counts_while_it_lasts(cast: Cast, me: Holding) -> None:
    today = clock.today()
    post = cast.post("audit_administrator", cast.county)
    now, over = account("now"), account("over")
    for person, until in ((now, today + timedelta(days=1)), (over, today)):
        posts.fill(
            post=post, person=person, kind="substitute", until=until,
            since=today - timedelta(days=9), by=system(),
        )  # fmt: skip

    client = entered(me.person)

    assert [do(client, "reset", person) for person in (now, over)] == [409, 200]


@pytest.mark.parametrize("role", OTHERS)
def test_the_page_offers_no_button_and_says_who_does_it_instead(
    cast: Cast, me: Holding, role: str
) -> None:
    shown = page_of(entered(me.person), cast.seated(role, cast.county, "other").person)

    assert "weiguang account reset" in shown
    assert "重置密码</button>" not in shown
    assert "停用账号</button>" not in shown


def test_the_system_itself_resets_an_administrator(cast: Cast) -> None:
    other = cast.seated("audit_administrator", cast.county).person
    give_factor(other)
    before = last_event()

    accounts.reset_password(account=other, password="a b c d", by=system())
    forget_factor(account=other, by=system())

    assert [e.verb for e in events_since(before)] == ["account.reset"] * 2
    assert other.check_password("a b c d")
    assert not other.authenticator_set.exists()
    assert actor(other).posts
