"""A password that somebody else has seen is changed before anything else is done.

Whoever made or reset an account knows it, and until then nobody can tell the two people apart.
"""

from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from weiguang.network.verbs import Verb

CHANGE_PAGE: Final = "account_change_password"


def must_change_password(request: HttpRequest) -> bool:
    """Whether the person came in with a password that is not hers alone.

    Who came by the city's single sign-on may never have been told the password.
    """
    user: Any = request.user
    if not user.must_change_password:
        return False
    records = get_authentication_records(request, request.user)
    return not any(record["method"] == "socialaccount" for record in records)


def is_change_page(request: HttpRequest) -> bool:
    """Whether this is the page on which the password is changed."""
    return request.resolver_match is not None and request.resolver_match.url_name == CHANGE_PAGE


def unchanged_password(request: HttpRequest, verb: Verb) -> HttpResponseBase | None:
    """Where to go first while the password must be changed; one's own account stays reachable."""
    if verb is Verb.ACCOUNT_OWN or not must_change_password(request):
        return None
    return redirect(CHANGE_PAGE)
