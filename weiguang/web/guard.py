"""Every view stands behind a verb; a request that never asked for permission is an error.

A page's verb is asked here ("may this person do this anywhere?"); which rows it reaches is asked
again where rows are read (`access`) and written (`act`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods

from weiguang.kernel import clock
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import NOTHING, Author, remember_refusal
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.web.errors import NoPost
from weiguang.web.first_password import (
    is_change_page,
    must_change_password,
    unchanged_password,
)
from weiguang.web.middleware import LARGEST_FORM
from weiguang.web.second_factor import missing_factor


class WorkRequest(HttpRequest):
    """A request behind the guard: who asks, with everything that gives authority today."""

    user: Account
    actor: Actor
    asked: Verb


View: TypeAlias = Callable[..., HttpResponseBase]


def page(
    verb: Verb, *, methods: tuple[str, ...] = ("GET",), largest_body: int = LARGEST_FORM
) -> Callable[[View], View]:
    """Let in who is logged in and has the verb somewhere; everybody else sees "not found"."""

    def guarded(view: View) -> View:
        @wraps(view)
        def enter(request: WorkRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_login(request)
            admit(request, verb)
            return _first(request, verb) or view(request, *args, **kwargs)

        # HEAD passes without the form's secret, so it may only ask for what can be read.
        answered = (*methods, "HEAD") if "GET" in methods else methods
        admitted: Any = require_http_methods(answered)(enter)
        admitted.verb = verb
        admitted.methods = methods
        admitted.largest_body = largest_body
        return admitted

    return guarded


def public(view: View) -> View:
    """A view that anybody may enter, such as the door itself; the few are listed in a test."""

    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.asked = None  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    open_to_all: Any = enter
    open_to_all.is_public = True
    return open_to_all


def admit(request: WorkRequest, verb: Verb) -> None:
    """Set the request's actor; raises `NotFoundOrRefused` when the verb is not hers at all."""
    request.actor = actor_for(request.user, on=clock.today())
    request.asked = verb
    if not may(request.actor, verb):
        remember_refusal(verb, by=Author(request.actor.person_id, None), about=NOTHING)
        raise NotFoundOrRefused if request.actor.posts or request.actor.grants else NoPost


def _first(request: WorkRequest, verb: Verb) -> HttpResponseBase | None:
    """Where the person must go first: to a password of her own, then to a second factor."""
    if is_change_page(request) and must_change_password(request):
        return None
    return unchanged_password(request, verb) or missing_factor(request, request.actor)


def _to_login(request: WorkRequest) -> HttpResponse:
    request.asked = Verb.HOME_OPEN
    if request.headers.get("HX-Request"):
        # A fragment asked for after the session ended must lead the whole page to the door.
        return HttpResponse(headers={"HX-Redirect": f"/account/login/?next={request.path}"})
    return redirect_to_login(request.get_full_path())
