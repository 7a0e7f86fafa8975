"""What a person sees of her own account: posts, second factor, where she is logged in."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.network.models import Account, Holding
from weiguang.network.roles import ROLES

# First match wins: Edge and the Chinese browsers also call themselves Chrome, and Chrome Safari.
BROWSERS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("MicroMessenger", _("微信")), ("QQBrowser", _("QQ 浏览器")), ("360|QIHU", _("360 浏览器")),
    ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("HarmonyOS|OpenHarmony", _("鸿蒙")), ("Android", _("安卓手机")), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post of hers that lasts or is to come."""

    role: str | Promise
    place: str
    organisation: str
    since: date | None
    last_day: date | None
    is_substitute: bool
    is_to_come: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One place where she is logged in."""

    number: int
    browser: str | Promise
    system: str | Promise
    ip: str
    since: datetime
    seen: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class FactorState:
    """Whether codes from a phone are asked, since when, and how many paper codes are left."""

    since: datetime | None
    codes_left: int


def posts_of(account: Account, *, on: date) -> list[HeldPost]:
    """Her posts that last on that day or begin later, earliest first; one query."""
    from_now_on = DateRange(on, None)
    held = (
        Holding.objects.filter(
            person=account, during__overlap=from_now_on, post__during__overlap=from_now_on
        )
        .select_related("post__place", "post__organisation")
        .order_by("during", "post__place__path")
    )
    return [_held_post(holding, on) for holding in held]


def sessions_of(account: Account, *, current_key: str | None) -> list[Session]:
    """Where she is logged in, this session first; forgets those that have ended."""
    found = [
        _session(each, is_current=each.session_key == current_key)
        for each in UserSession.objects.purge_and_list(account)
    ]
    return sorted(found, key=lambda s: (s.is_current, s.seen), reverse=True)


def factor_of(account: Account) -> FactorState:
    """The state of her second factor; one query."""
    factors = {each.type: each for each in Authenticator.objects.filter(user=account)}
    totp = factors.get(Authenticator.Type.TOTP)
    paper = factors.get(Authenticator.Type.RECOVERY_CODES)
    left = len(paper.wrap().get_unused_codes()) if paper else 0
    return FactorState(totp.created_at if totp else None, left)


def _held_post(holding: Holding, on: date) -> HeldPost:
    # The end is the first day on which it is over; people name the last on which it lasts.
    ends = holding.during.upper
    return HeldPost(
        role=ROLES[holding.post.role].label,
        place=holding.post.place.name,
        organisation=holding.post.organisation.name,
        since=holding.during.lower,
        last_day=date.fromordinal(ends.toordinal() - 1) if ends else None,
        is_substitute=holding.kind == Holding.Kind.SUBSTITUTE,
        is_to_come=holding.during.lower is not None and holding.during.lower > on,
    )


def _session(each: UserSession, *, is_current: bool) -> Session:
    return Session(
        number=each.pk,
        browser=_first(BROWSERS, each.user_agent, _("浏览器")),
        system=_first(SYSTEMS, each.user_agent, _("未知设备")),
        ip=each.ip,
        since=each.created_at,
        seen=each.last_seen_at,
        is_current=is_current,
    )


def _first(
    known: tuple[tuple[str, str | Promise], ...], text: str, otherwise: str | Promise
) -> str | Promise:
    return next((name for pattern, name in known if re.search(pattern, text)), otherwise)
