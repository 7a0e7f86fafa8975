"""Single sign-on tells who somebody is; it makes no account and opens no closed one."""

from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core.context import request_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from tests.cast import account, system
from weiguang.kernel.models import Event
from weiguang.network.actions import accounts
from weiguang.network.models import Account
from weiguang.office.single_sign_on import SingleSignOn
from weiguang.web.first_password import must_change_password

PROVIDER = {
    "provider_id": "city", "name": "市统一认证", "client_id": "weiguang", "secret": "s",
    "settings": {"server_url": "https://id.example.gov.cn/realms/city"},
}  # fmt: skip


class Told:
    """What a provider's answer is to allauth, as far as our adapter asks it."""

    def __init__(self, claims: dict[str, Any] | None) -> None:
        self.user: Account | None = None
        provider = SimpleNamespace(get_user_data=lambda: claims)
        self.account = SimpleNamespace(get_provider_account=lambda: provider)


def signed_on(settings: Settings, login: str) -> tuple[Any, HttpResponse]:
    """The request with which the provider's answer for a login came back, and what we answered."""
    settings.WEIGUANG_OIDC_CLAIM = "employee"
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [PROVIDER]}}
    request: Any = RequestFactory().get("/account/sign-on/city/back/")
    request.user, request.session = AnonymousUser(), SessionStore()
    with request_context(request):
        provider = SingleSignOn(request).get_provider(request, "city")
        claims = {"sub": "7", "employee": login, "phone_number": "13800000000"}
        told = provider.sociallogin_from_response(request, {"userinfo": claims})
        return request, complete_social_login(request, told)


@pytest.fixture
def request_at_the_door(settings: Settings) -> HttpRequest:
    settings.WEIGUANG_OIDC_CLAIM = "employee"
    return RequestFactory().get("/account/sign-on/city/back/")


@pytest.mark.django_db
def test_who_has_an_account_is_led_to_it(request_at_the_door: HttpRequest) -> None:
    person, told = account("li"), Told({"employee": "li"})

    SingleSignOn().pre_social_login(request_at_the_door, told)

    assert told.user == person


@pytest.mark.django_db
@pytest.mark.parametrize(
    "claims",
    [{"employee": "wu"}, {"employee": "closed"}, {"sub": "li"}, {"employee": ["li"]}, None],
)
def test_who_has_none_is_refused_and_none_is_made(
    request_at_the_door: HttpRequest, claims: dict[str, Any] | None
) -> None:
    account("li")
    Account.objects.filter(pk=account("closed").pk).update(is_active=False)
    told = Told(claims)

    with pytest.raises(ImmediateHttpResponse) as refused:
        SingleSignOn().pre_social_login(request_at_the_door, told)

    assert refused.value.response.status_code == 403
    assert "没有可以登录的账号" in refused.value.response.content.decode()
    assert told.user is None
    assert Account.objects.count() == 2
    assert not SingleSignOn().is_open_for_signup(request_at_the_door, told)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("login", "where", "opens"), [("li", "/account/", True), ("wu", "", False)]
)
def test_allauths_own_steps_end_with_the_account_logged_in_and_nothing_kept(
    settings: Settings, login: str, where: str, opens: bool
) -> None:
    person = account("li")

    request, answer = signed_on(settings, login)

    assert answer.get("Location", "") == where
    assert request.user == (person if opens else AnonymousUser())
    assert not SocialAccount.objects.exists()
    assert Event.objects.filter(verb="session.open", person_id=person.pk).count() == opens


@pytest.mark.django_db
def test_who_is_signed_on_need_not_know_the_password_that_an_administrator_made(
    settings: Settings,
) -> None:
    accounts.create(login="li", name="李", password="h7wq-23kd-pm8x", by=system())

    request, _ = signed_on(settings, "li")

    assert request.user.must_change_password
    assert not must_change_password(request)
