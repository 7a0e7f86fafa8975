"""What allauth and axes are told about our door: who may come in, what is said, what is remembered.

Accounts are made by administrators; nobody signs up, and nothing is sent by mail.
"""

import time
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.crypto import provider
from weiguang.kernel.events import NOTHING, Author, remember_refusal
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account
from weiguang.network.queries import actor_for
from weiguang.network.verbs import Verb
from weiguang.web import sessions
from weiguang.web.guard import WorkRequest

# What is said after a step, by the name of allauth's own text; of the others nothing is said.
SAID: Final[dict[str, str | Promise]] = {
    "account/messages/logged_out.txt": _("已退出登录。"),
    "account/messages/password_changed.txt": _("密码已经修改，其他设备上的登录都已退出。"),
    "mfa/messages/totp_activated.txt": _("第二重验证已经开启。"),
    "mfa/messages/totp_deactivated.txt": _("第二重验证已经取消。"),
}


class Door(DefaultAccountAdapter):
    """Our answers to allauth's questions about accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("登录名或密码不对，请核对后再试。"),
        "incorrect_password": _("密码不对，请核对后再试。"),
        "enter_current_password": _("现在的密码不对，请核对后再试。"),
        "too_many_login_attempts": _("输错的次数太多，请过几分钟再试。"),
        "rate_limited": _("输错的次数太多，请过几分钟再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by administrators."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: our pages are answered with pages."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: axes counts, by login and address, so that no stranger can lock a person out."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a refusal for every failure that was counted; attempts while locked leave none."""
        failures = getattr(request, "axes_failures_since_start", None)
        if failures is None:
            return
        account = Account.objects.filter(login__iexact=credentials.get("username", "")).first()
        remember_refusal(
            Verb.SESSION_OPEN,
            by=Author(None, None),
            about=account.subject if account else NOTHING,
            detail={"failures": failures, "locked": int(request.axes_locked_out)},  # type: ignore[attr-defined]
        )

    def login(self, request: HttpRequest, user: Account) -> None:
        """Open a session, and remember by which means."""
        means = [record.get("type") or record["method"] for record in _records(request, user)]
        with act(Verb.SESSION_OPEN, by=_today(user), about=user.subject) as event:
            super().login(request, user)
            sessions.begin(request)
            event.detail = {"by": means}

    def logout(self, request: WorkRequest) -> None:
        """End this session."""
        with act(Verb.SESSION_END, by=_today(request.user), about=request.user.subject):
            super().logout(request)

    def set_password(self, user: Account, password: str) -> None:
        """Give a person the password she chose; her sessions elsewhere end with the old one."""
        with act(Verb.PASSWORD_CHANGE, by=_today(user), about=user.subject):
            user.set_password(password)
            user.must_change_password = False
            user.save(update_fields=["password", "must_change_password"])

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again, but not of who came through the door a moment ago."""
        request = context.request
        latest = max((r["at"] for r in _records(request, request.user)), default=0)
        return bool(time.time() - latest > REAUTHENTICATION_TIMEOUT)

    def get_login_redirect_url(self, request: WorkRequest) -> str:
        """Home for who has a post; to her own account who has none."""
        return reverse("home" if _today(request.user).posts else "account")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the door."""
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own account."""
        return reverse("account")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *more: Any,
        message: str | None = None, **others: Any,
    ) -> None:  # fmt: skip
        """Say what `SAID` has for this step."""
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said))


def login_digest(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """What axes stores for a login: it counts the same, and names nobody.

    Logins differ in more than capitals, so "Li" and "li" are one.
    """
    given = credentials or request.POST
    return digest_of(str(given.get("username") or given.get("login") or ""))


def digest_of(login: str) -> str:
    """The digest under which failures of a login are counted."""
    return provider().blind_index(login.strip().lower(), purpose="login").hex()


def client_address(request: HttpRequest) -> str:
    """The address axes counts by: that of the client, past the proxies the operator declared."""
    return Door(request).get_client_ip(request)


def _records(request: HttpRequest, user: Account) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = get_authentication_records(request, user)
    return records


def _today(account: Account) -> Actor:
    return actor_for(account, on=clock.today())
