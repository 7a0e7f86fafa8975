"""Whose address is counted at the door: the client's, which no client can choose."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt

from tests.cast import make_cast
from weiguang.network.models import Account
from weiguang.office.tests.doors import WRONG, give_password, knock

pytestmark = pytest.mark.django_db
PROXY = "10.9.9.9"
FORGED = [f"203.0.113.{n}" for n in range(5)]


@pytest.fixture(autouse=True)
def li() -> Account:
    cast = make_cast()
    return give_password(cast.seated("child_director", cast.village, "li").person)


def counted() -> set[str]:
    """The addresses under which failures stand."""
    return set(AccessAttempt.objects.values_list("ip_address", flat=True))


def test_without_a_proxy_what_a_client_says_of_its_address_is_not_read(
    settings: Any,
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0

    answers = [knock("li", WRONG, HTTP_X_FORWARDED_FOR=address)[0] for address in FORGED]

    assert answers[-1].status_code == 429
    assert counted() == {"10.0.0.1"}


@pytest.mark.parametrize(("proxies", "appended"), [(1, "10.0.0.7"), (2, f"10.0.0.7, {PROXY}")])
def test_behind_proxies_only_what_they_appended_is_believed(
    settings: Any, proxies: int, appended: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    answers = [
        knock("li", WRONG, address=PROXY, HTTP_X_FORWARDED_FOR=f"{forged}, {appended}")[0]
        for forged in FORGED
    ]

    assert answers[-1].status_code == 429
    assert counted() == {"10.0.0.7"}


def test_a_session_is_remembered_with_the_address_that_the_proxy_saw(
    settings: Any,
    li: Account,
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    knock("li", address=PROXY, HTTP_X_FORWARDED_FOR="203.0.113.1, 10.0.0.7")

    assert UserSession.objects.get(user=li).ip == "10.0.0.7"


def test_two_clients_behind_one_proxy_do_not_lock_each_other_out(
    settings: Any,
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(5):
        knock("li", WRONG, address=PROXY, HTTP_X_FORWARDED_FOR="10.0.0.7")

    answer, _ = knock("li", address=PROXY, HTTP_X_FORWARDED_FOR="10.0.0.8")

    assert answer.status_code == 302
