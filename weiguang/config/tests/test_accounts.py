"""The accounts a demonstration offers: one of each role, around a village that has children."""

import pytest

from weiguang.config.accounts import TrialAccount, has_password, trial_accounts
from weiguang.config.synthetic import load_city
from weiguang.kernel import clock
from weiguang.network.models import Holding, Place
from weiguang.network.roles import ROLES
from weiguang.register.models import Child

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts() -> tuple[TrialAccount, ...]:
    load_city("small", seed=7, password="open sesame", tell=_quiet)
    return trial_accounts(on=clock.today())


def _quiet(done: int, total: int) -> None:
    """How far the loading is, is of no interest here."""


def place_of(account: TrialAccount) -> Place:
    held = Holding.objects.filter(
        person__login=account.login, kind="holder", during__contains=clock.today()
    )
    return held.select_related("post__place").get().post.place


def test_every_role_is_there_once_and_the_list_is_always_the_same(
    accounts: tuple[TrialAccount, ...],
) -> None:
    assert [account.role for account in accounts] == [role.label for role in ROLES.values()]
    assert len({account.login for account in accounts}) == len(ROLES)
    assert trial_accounts(on=clock.today()) == accounts


def test_the_village_has_children_and_the_town_is_its_own(
    accounts: tuple[TrialAccount, ...],
) -> None:
    director, secretary, supervisor, leader, office = map(place_of, accounts[:5])

    assert Child.objects.filter(residence_place=director).exists()
    assert secretary == director
    assert {supervisor, leader, office} == {director.parent}


def test_a_password_is_named_only_while_it_is_the_accounts_own(
    accounts: tuple[TrialAccount, ...],
) -> None:
    assert has_password(accounts[0], "open sesame")
    assert not has_password(accounts[0], "weiguang-demo")


def test_an_empty_database_offers_nobody() -> None:
    assert trial_accounts(on=clock.today()) == ()
