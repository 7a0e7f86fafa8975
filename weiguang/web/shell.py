"""What stands around every page: who is here, where she can go, and what city this is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from weiguang.kernel import packs
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb

# Before the door nobody has an account to remember it; see `office.views.door.read_in`.
ELDER_COOKIE: Final = "weiguang_view"
# How many doors a phone shows at once; they are listed by how much they are used.
NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Door:
    """An entry of the navigation: shown to whoever has its verb.

    `count` says how many things wait behind it; it is asked on every page.
    """

    title: str | Promise
    url_name: str
    verb: Verb
    count: Callable[[Actor], int] | None = None


@cache
def doors() -> Sequence[Door]:
    """The navigation as `config.maps` lists it."""
    listed: Sequence[Door] = import_string(settings.WEIGUANG_NAVIGATION)
    return listed


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of every template; costs no query but for what the rail counts."""
    actor: Actor | None = getattr(request, "actor", None)
    pack = packs.pack(settings.WEIGUANG_PACK)
    return {
        "request": request,
        "csrf_token": get_token(request),
        "actor": actor,
        "may": may,
        "Verb": Verb,
        "language": get_language() or "zh-hans",
        "wants_elder_view": _wants_elder_view(request),
        "city": pack.label,
        "notice": pack.notice if pack.is_demonstration else None,
        "navigation": _navigation(actor, request.path) if actor else [],
        "spoken": get_messages(request) if hasattr(request, "_messages") else [],
    }


def _wants_elder_view(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return bool(user.wants_elder_view)
    return request.COOKIES.get(ELDER_COOKIE) == "elder"


def _navigation(actor: Actor, path: str) -> list[dict[str, Any]]:
    shown = [(door, reverse(door.url_name)) for door in doors() if may(actor, door.verb)]
    here = max((address for _, address in shown if _is_under(path, address)), key=len, default="")
    # Four fit on a phone; of more, the last place leads to the rest.
    near = len(shown) if len(shown) <= NEAR + 1 else NEAR
    return [
        {
            "title": door.title, "address": address, "is_here": address == here,
            "is_further": place >= near,
            # Called where the rail is drawn: a fragment of a page does not pay for it.
            "count": partial(door.count, actor) if door.count else None,
        }
        for place, (door, address) in enumerate(shown)
    ]  # fmt: skip


def _is_under(path: str, address: str) -> bool:
    # Every path begins with the home page's address; only the home page itself is there.
    return path == address if address == "/" else path.startswith(address)
