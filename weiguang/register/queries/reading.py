"""Who read a child's file: for supervisors and auditors, who answer for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, remember_refusal
from weiguang.kernel.models import Event
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.queries.changes import field_label
from weiguang.register.queries.people import People, people_of
from weiguang.register.queries.words import BROKEN_OPEN, GRANTED, leave_word, word

PAGE_SIZE: Final = 50
PURPOSES: Final[dict[str, Promise]] = {"standing": _("岗位职责"), "grant": GRANTED}
READ: Final[dict[str, Promise]] = {
    Verb.CHILD_OPEN: pgettext_lazy("done", "打开档案"),
    Verb.CHILD_REVEAL: pgettext_lazy("done", "显示遮盖的内容"),
    Verb.ACCESS_BREAK: pgettext_lazy("done", "紧急打开档案"),
    Verb.DOCUMENT_SHOW: pgettext_lazy("done", "查看文件"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: who, when, on which post, what and why. `field` only where one was shown.

    `is_emergency`: the file was broken open for it.
    """

    id: int
    at: datetime
    who: str
    post: str
    what: str
    field: str
    purpose: str
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class Readers:
    """One page of the readers' list, newest first; `next_key` is the event to go on from."""

    rows: tuple[Reading, ...]
    has_more: bool
    next_key: int | None


def readers(
    actor: Actor, child: Child, after: int | None = None, *, size: int = PAGE_SIZE
) -> Readers:
    """Who opened the file or had a value shown, newest first; three queries.

    Raises `NotFoundOrRefused` unless the actor has the readers' list of this child.
    """
    if not may(actor, Verb.READERS_LIST, child.subject):
        by = Author(actor.person_id, None)
        remember_refusal(Verb.READERS_LIST, by=by, about=child.subject)
        raise NotFoundOrRefused
    read = Event.objects.filter(about_id=child.pk, verb__in=list(READ), was_refused=False)
    if after is not None:
        read = read.filter(pk__lt=after)
    found = list(read.order_by("-id")[: size + 1])
    shown, has_more = found[:size], len(found) > size
    people = people_of(shown)
    return Readers(
        rows=tuple(_reading(event, people) for event in shown),
        has_more=has_more,
        next_key=shown[-1].pk if has_more else None,
    )


def _reading(event: Event, people: People) -> Reading:
    is_emergency = event.verb == Verb.ACCESS_BREAK or event.purpose.startswith(BROKEN_OPEN)
    return Reading(
        id=event.pk,
        at=event.at,
        who=people.who(event),
        post=people.on_which_post(event),
        what=str(READ[event.verb]),
        field=field_label(event.detail.get("record", ""), event.detail.get("field", "")),
        purpose=_purpose(event),
        is_emergency=is_emergency,
    )


def _purpose(event: Event) -> str:
    if event.purpose in PURPOSES:
        return str(PURPOSES[event.purpose])
    if event.verb == Verb.ACCESS_BREAK:
        return word("access_emergencies", event.purpose)
    if event.purpose.startswith("access."):
        return leave_word(event.purpose)
    return word("access_purposes", event.purpose)
