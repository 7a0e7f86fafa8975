"""How a person is told that something waits, and what of it did not get out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings

from weiguang.kernel import clock, packs
from weiguang.network.authority import Actor
from weiguang.tasks.channels import allowed
from weiguang.tasks.models import NoticeChoice, NoticeSent
from weiguang.tasks.models.notices import Channel

# Who died while sending has left it so.
LOST_AFTER: Final = timedelta(minutes=10)
LOOKED_BACK: Final = timedelta(days=7)
HINT_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Way:
    """One way that the city allows, with what this person chose and how it went last."""

    channel: Channel
    choice: NoticeChoice | None
    # The end of the kept address, so that she knows it again.
    hint: str
    last: NoticeSent | None


def ways_of(actor: Actor) -> list[Way]:
    """The ways by which the person may be told; two queries."""
    chosen = {each.channel: each for each in NoticeChoice.objects.filter(account=actor.person_id)}
    said = (
        NoticeSent.objects.filter(choice__in=chosen.values())
        .exclude(state__in=[NoticeSent.State.NOTHING, NoticeSent.State.COVERED])
        .order_by("choice", "-at")
        .distinct("choice")
    )
    last = {each.choice_id: each for each in said}
    return [_way(channel, chosen.get(channel), last) for channel in allowed()]


def slots() -> Sequence[tuple[str, str]]:
    """The times of a working day that may be chosen, as code and text."""
    times = packs.notice_times(settings.WEIGUANG_PACK).slots
    return [(f"{each:%H:%M}", f"{each:%H:%M}") for each in times]


def unsent_count() -> int:
    """How many messages of the last seven days did not get out, or nobody knows; one query."""
    now = clock.now()
    since = NoticeSent.objects.filter(at__gt=now - LOOKED_BACK)
    failed = since.filter(state=NoticeSent.State.FAILED)
    lost = since.filter(state=NoticeSent.State.SENDING, at__lt=now - LOST_AFTER)
    return (failed | lost).count()


def _way(channel: Channel, choice: NoticeChoice | None, last: dict[object, NoticeSent]) -> Way:
    hint = choice.address[-HINT_LENGTH:] if choice else ""
    return Way(channel, choice, hint, last.get(choice.pk) if choice else None)
