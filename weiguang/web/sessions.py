"""Sessions: sealed where they are stored, and ended when their time is over.

What allauth keeps in a session (who is half logged in, a second factor being set up) must not be
readable in the table, so its rows are encrypted like any sensitive column.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from weiguang.kernel import clock
from weiguang.kernel.crypto import provider

CONTEXT: Final = "session"
BEGUN: Final = "begun_at"
SEEN: Final = "seen_at"
# A session is written at most once a minute because of its time: the idle limit is that exact.
SEEN_EVERY_S: Final = 60


class Sealed:
    """The serializer of session rows; one that no key opens is an empty session."""

    def dumps(self, obj: Any) -> bytes:
        """The session, encrypted."""
        text = json.dumps(obj, ensure_ascii=False, separators=(",", ":"))
        return provider().encrypt(text.encode(), context=CONTEXT)

    def loads(self, data: bytes) -> Any:
        """The session again."""
        return json.loads(provider().decrypt(data, context=CONTEXT))


class SessionsEnd:
    """Logs out who has been in for a working day, or has asked for nothing for a while."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _keep_time(request, int(clock.now().timestamp()))
        return self.respond(request)


def begin(request: HttpRequest) -> None:
    """Let the time of a session run from now."""
    now = int(clock.now().timestamp())
    request.session[BEGUN] = request.session[SEEN] = now


def _keep_time(request: HttpRequest, now: int) -> None:
    begun = request.session.setdefault(BEGUN, now)
    seen = request.session.get(SEEN, begun)
    if now - begun >= settings.SESSION_COOKIE_AGE or now - seen >= settings.SESSION_IDLE_S:
        get_adapter(request).logout(request)
        messages.info(request, _("登录时间到了，请重新登录。"))
    elif SEEN not in request.session or now - seen >= SEEN_EVERY_S:
        request.session[SEEN] = now
        mine = UserSession.objects.filter(session_key=request.session.session_key)
        mine.update(last_seen_at=clock.now())
