"""The city's single sign-on (OpenID Connect), when the operator has set one: a key to this door.

It tells who somebody is. It makes no account, and nothing that it says of a person is kept.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from weiguang.network.models import Account
from weiguang.office.errors import NotAdmitted


class SingleSignOn(DefaultSocialAccountAdapter):
    """Only who has an account comes in; found anew each time by the login that was told."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Lead to the account with this login, or answer that there is none."""
        told = sociallogin.account.get_provider_account().get_user_data() or {}
        login = told.get(settings.WEIGUANG_OIDC_CLAIM)
        account = Account.objects.filter(login=login, is_active=True).first()
        if not isinstance(login, str) or account is None:
            raise ImmediateHttpResponse(_refused(request))
        sociallogin.user = account

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: accounts are made by administrators."""
        return False

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Whatever went wrong on the way, the person is told in one sentence."""
        raise ImmediateHttpResponse(_refused(request))


def _refused(request: HttpRequest) -> Any:
    error = NotAdmitted()
    return render(request, "account/refused.html", {"error": error}, status=error.http_status)
