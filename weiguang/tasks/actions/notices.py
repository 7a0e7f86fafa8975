"""A person says how she wants to be told, and tries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.tasks.channels import address_in, allowed
from weiguang.tasks.models import NoticeChoice, NoticeSent
from weiguang.tasks.models.notices import Channel

A_TRY_LASTS: Final = timedelta(minutes=10)
# How the occasion of a test begins.
TEST: Final = "test "


class TriedJustNow(Conflict):
    """A test was asked for in the same minute."""

    code = "notice_tried"
    default_what = _("刚才已经发过一条测试提醒。")
    default_to_what = _("这一次没有再发。")
    default_what_next = _("请过一分钟再试。")


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to be told by one way; an empty address keeps the one that is known."""

    address: str
    slots: Sequence[str]
    is_on: bool


def choose(*, channel: Channel, wish: Wish, by: Actor) -> NoticeChoice:
    """Tell this person so from now on. Raises `Invalid` for an address to which nothing may go."""
    if by.person_id is None or channel not in allowed():
        raise NotFoundOrRefused
    with act(Verb.NOTICE_SET, by=by, about=Subject("account", by.person_id)) as event:
        event.detail |= {"channel": channel.value, "is_on": wish.is_on}
        choice = _locked(by, channel)
        known = choice.address if choice else None
        address = address_in(channel, wish.address) if wish.address else known
        if address is None:
            raise Invalid(what=_("这个地址不能用来接收提醒。"))
        said = {"address": address, "slots": sorted(wish.slots), "is_on": wish.is_on}
        if choice is None:
            choice = NoticeChoice(account_id=by.person_id, channel=channel, **said)
            choice.save(force_insert=True)
        else:
            amend(choice, about_id=by.person_id, **said)
    return choice


def try_out(*, channel: Channel, by: Actor) -> None:
    """Owe the person one message now, whether or not something waits; the worker sends it.

    Raises `TriedJustNow` within the same minute, `NotFoundOrRefused` without a way that is on.
    """
    if by.person_id is None or channel not in allowed():
        raise NotFoundOrRefused
    now = clock.now()
    with act(Verb.NOTICE_SET, by=by, about=Subject("account", by.person_id)) as event:
        event.detail |= {"channel": channel.value, "test": True}
        choice = _locked(by, channel)
        if choice is None or not choice.is_on:
            raise NotFoundOrRefused
        occasion = f"{TEST}{now:%Y-%m-%d %H:%M}"
        if choice.messages.filter(occasion=occasion).exists():
            raise TriedJustNow
        NoticeSent(choice=choice, occasion=occasion, at=now, until=now + A_TRY_LASTS).save(
            force_insert=True
        )


def _locked(by: Actor, channel: Channel) -> NoticeChoice | None:
    mine = NoticeChoice.objects.filter(account=by.person_id, channel=channel)
    found: NoticeChoice | None = mine.select_for_update(of=("self",)).first()
    return found
