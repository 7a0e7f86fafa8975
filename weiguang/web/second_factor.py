"""The second factor that some roles need: without it their holders are led to set it up."""

from typing import Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from weiguang.kernel.packs import pack
from weiguang.network.authority import Actor

# The steps by which the factor is set up or proved; none of them shows anything but one's own.
STEPS: Final = frozenset({"mfa_activate_totp", "mfa_reauthenticate", "account_reauthenticate"})


def missing_factor(request: HttpRequest, actor: Actor) -> HttpResponseBase | None:
    """Where to go first when a role of the actor needs a second factor that is not there."""
    if not needs_factor(actor) or has_proved_factor(request):
        return None
    if request.resolver_match and request.resolver_match.url_name in STEPS:
        return None
    if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return redirect("mfa_activate_totp")
    asked = request.get_full_path() if request.method == "GET" else reverse("home")
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': asked})}")


def needs_factor(actor: Actor) -> bool:
    """Whether one of the actor's roles needs a second factor, and this installation insists."""
    return is_required() and any(post.role.needs_second_factor for post in actor.posts)


def is_required() -> bool:
    """What the operator has set; otherwise required everywhere but in a demonstration."""
    chosen: str = settings.WEIGUANG_SECOND_FACTOR
    if chosen in {"required", "offered"}:
        return chosen == "required"
    return not pack(settings.WEIGUANG_PACK).is_demonstration


def has_proved_factor(request: HttpRequest) -> bool:
    """Whether a code was given in this very session."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)
