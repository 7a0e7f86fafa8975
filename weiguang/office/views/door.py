"""The doors' own pages: what is answered to who is locked out, too fast, or reads otherwise."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from weiguang.kernel import clock
from weiguang.kernel.errors import WeiguangError
from weiguang.network.queries import actor_for
from weiguang.office.actions import account as actions
from weiguang.office.errors import LockedOut, TooFast
from weiguang.office.forms.account import ReadingForm
from weiguang.web.guard import public
from weiguang.web.shell import ELDER_COOKIE

COOKIE_AGE_S = 365 * 24 * 3600


@public
@require_POST
def read_in(request: HttpRequest) -> HttpResponse:
    """Language and large letters: for this browser, and for the account of who has logged in."""
    form = ReadingForm(request.POST)
    wanted = form.cleaned_data if form.is_valid() else {}
    language, view = wanted.get("language"), wanted.get("view")
    if request.user.is_authenticated:
        actions.read_in(
            account=request.user,
            language=language or request.user.language,
            wants_elder_view=view == "elder" if view else request.user.wants_elder_view,
            by=actor_for(request.user, on=clock.today()),
        )
    answer = redirect(_here(request, wanted.get("next", "")))
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), (ELDER_COOKIE, view)):
        if value:
            _set_cookie(answer, name, value)
    return answer


@public
@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """What to do without a password; nothing can be asked for here."""
    return render(request, "account/forgotten.html")


def locked_out(request: HttpRequest, *more: Any) -> HttpResponse:
    """The answer of axes, the same for every login, whether it exists or not."""
    return _told(request, LockedOut())


def too_fast(request: HttpRequest) -> HttpResponse:
    """The answer of allauth to more attempts in a minute than people make."""
    return _told(request, TooFast())


def _told(request: HttpRequest, error: WeiguangError) -> HttpResponse:
    return render(request, "account/refused.html", {"error": error}, status=error.http_status)


def _here(request: HttpRequest, address: str) -> str:
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Without a slash `redirect` takes it for the name of a page, and fails on what is none.
    return address if ours and address.startswith("/") else "account_login"


def _set_cookie(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, max_age=COOKIE_AGE_S, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
