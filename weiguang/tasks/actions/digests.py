"""What the worker sends out: how many things wait for a person, and not a word more.

Each message is owed once an occasion: a time of a working day, or a task that is counted in hours.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import ngettext

from weiguang.kernel import clock, packs
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Holding
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.tasks.access import waiting_count
from weiguang.tasks.actions.notices import TEST
from weiguang.tasks.actions.tasks import calendar
from weiguang.tasks.channels import allowed, send
from weiguang.tasks.models import Escalation, NoticeChoice, NoticeSent, Task
from weiguang.tasks.models.notices import Channel
from weiguang.tasks.rules.notices import PAUSES, is_night, slot_at

# A round keeps the worker from other work: so many messages, and so many failures of one gateway.
PER_ROUND: Final = 30
PATIENCE: Final = 3
OWED_AT_ONCE: Final = 500
AN_HOUR_TASK_LASTS: Final = timedelta(hours=12)

State = NoticeSent.State


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker alone sends; without a message, nothing waited any more."""

    message: NoticeSent | None
    channel: Channel
    address: str
    sentence: str


def send_digests(now: datetime) -> int:
    """Send what is owed at this moment; returns how many messages went out.

    Claimed, then sent, then marked, each committed by itself: a worker that dies while sending
    leaves one message unknown, which is never sent twice.
    """
    if not allowed():
        return 0
    _owe_slot(now)
    _owe_by_the_hour(now)
    sent, failed = 0, Counter[Channel]()
    for _round in range(PER_ROUND):
        claimed = _claim(now, but=[each for each, n in failed.items() if n >= PATIENCE])
        if claimed is None:
            break
        if claimed.message is not None:
            is_sent = send(claimed.channel, claimed.address, claimed.sentence)
            _settle(claimed.message, is_sent=is_sent, now=now)
            sent += is_sent
            failed[claimed.channel] += not is_sent
    return sent


def sentence(number: int, language: str) -> str:
    """All that is ever said outside: no name, no place, no kind, no address."""
    with translation.override(language):
        return ngettext("您有 %(n)s 项待办", "您有 %(n)s 项待办", number) % {"n": number}


def _owe_slot(now: datetime) -> None:
    slot = slot_at(now, packs.notice_times(settings.WEIGUANG_PACK), calendar())
    if slot is None:
        return
    choices = (
        _choices()
        .filter(slots__contains=[slot.code])
        .exclude(Exists(NoticeSent.objects.filter(choice=OuterRef("pk"), occasion=slot.occasion)))
    )
    while ids := list(choices.values_list("pk", flat=True)[:OWED_AT_ONCE]):
        _owe([(pk, slot.occasion) for pk in ids], now, slot.until)


def _owe_by_the_hour(now: datetime) -> None:
    times = packs.notice_times(settings.WEIGUANG_PACK)
    if is_night(now, times) and not times.at_night:
        return
    by_post: dict[UUID, list[UUID]] = {}
    for post, task in _posts_by_the_hour():
        by_post.setdefault(post, []).append(task)
    if not by_post:
        return
    day = now.astimezone(clock.CHINA).date()
    sitting = Holding.objects.filter(
        post__in=by_post, during__contains=day, post__during__contains=day
    ).values_list("person", "post")
    by_person: dict[UUID, set[str]] = {}
    for person, post in sitting:
        by_person.setdefault(person, set()).update(f"task {task}" for task in by_post[post])
    choices = dict(_choices().filter(account__in=by_person).values_list("pk", "account"))
    known = set(
        NoticeSent.objects.filter(choice__in=choices, occasion__startswith="task ").values_list(
            "choice", "occasion"
        )
    )
    owed = {(pk, said) for pk, person in choices.items() for said in by_person[person]} - known
    if owed:
        _owe(sorted(owed), now, now + AN_HOUR_TASK_LASTS)


def _posts_by_the_hour() -> Iterable[tuple[UUID, UUID]]:
    """The posts for which a task counted in hours waits, their own or one they were told of."""
    waiting = Task.objects.filter(state=Task.State.OPEN, unit=Task.Unit.HOURS, paused_at=None)
    told = Escalation.objects.filter(task__in=waiting, post__isnull=False)
    yield from waiting.values_list("post", "pk")
    yield from told.values_list("post", "task")


def _choices() -> QuerySet[NoticeChoice]:
    return NoticeChoice.objects.filter(
        is_on=True, account__is_active=True, channel__in=allowed()
    ).order_by("pk")


def _owe(owed: Collection[tuple[UUID, str]], now: datetime, until: datetime) -> None:
    with act(Verb.NOTICE_SEND, by=_system()) as event:
        # Another worker may owe the same at the same moment: the first stays.
        NoticeSent.objects.bulk_create(
            [NoticeSent(choice_id=pk, occasion=said, at=now, until=until) for pk, said in owed],
            ignore_conflicts=True,
        )
        event.detail["owed"] = len(owed)


def _claim(now: datetime, *, but: Collection[Channel]) -> Claimed | None:
    """Take whatever is owed to one person by one way, as one message; None when nothing is."""
    owed = NoticeSent.objects.filter(state=State.WAITING, at__lte=now)
    with transaction.atomic():
        choice = (
            NoticeChoice.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("account")
            .filter(Exists(owed.filter(choice=OuterRef("pk"))))
            .exclude(channel__in=but)
            .order_by("pk")
            .first()
        )
        if choice is None:
            return None
        with act(Verb.NOTICE_SEND, by=_system(), about=choice.account.subject) as event:
            claimed = _take(choice, list(owed.filter(choice=choice).order_by("pk")), now)
            event.detail = {"channel": choice.channel, "is_sent": claimed.message is not None}
    return claimed


def _take(choice: NoticeChoice, owed: list[NoticeSent], now: datetime) -> Claimed:
    timely = [each for each in owed if now < each.until]
    for late in (each for each in owed if each not in timely):
        _mark(late, State.FAILED, now)
    number = waiting_count(actor_for(choice.account, on=clock.today()))
    is_wanted = number or any(each.occasion.startswith(TEST) for each in timely)
    is_open = choice.is_on and choice.account.is_active and choice.channel in allowed()
    message = timely[0] if timely and is_wanted and is_open else None
    for each in timely:
        _mark(each, State.NOTHING if message is None else State.COVERED, now)
    if message is not None:
        _mark(message, State.SENDING, now, number=number, attempts=message.attempts + 1)
    said = sentence(number, choice.account.language)
    return Claimed(message, Channel(choice.channel), choice.address, said)


def _settle(message: NoticeSent, *, is_sent: bool, now: datetime) -> None:
    with act(Verb.NOTICE_SEND, by=_system()) as event:
        event.detail = {"message": str(message.pk), "is_sent": is_sent}
        tried = message.attempts - 1
        if is_sent:
            _mark(message, State.SENT, now)
        elif tried < len(PAUSES) and now + PAUSES[tried] < message.until:
            _mark(message, State.WAITING, now + PAUSES[tried])
        else:
            _mark(message, State.FAILED, now)


def _mark(message: NoticeSent, state: str, at: datetime, **more: int) -> None:
    """Bookkeeping of the worker, whose story the events tell: no field history is kept of it."""
    for name, value in {"state": state, "at": at, **more}.items():
        setattr(message, name, value)
    message.save(update_fields=["state", "at", *more])


def _system() -> Actor:
    return the_system(on=clock.today())
