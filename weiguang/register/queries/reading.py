"""Who read a child's file: for supervisors and auditors, who answer for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, remember_refusal
from weiguang.kernel.models import Event
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, ExportLine, StatedPurpose
from weiguang.register.queries.changes import field_label
from weiguang.register.queries.people import People, people_of
from weiguang.register.queries.words import BROKEN_OPEN, GRANTED, leave_word, word

PAGE_SIZE: Final = 50
# Above every event's number.
NEWEST: Final = 2**63 - 1
PURPOSES: Final[dict[str, Promise]] = {"standing": _("岗位职责"), "grant": GRANTED}
READ: Final[dict[str, Promise]] = {
    Verb.CHILD_OPEN: pgettext_lazy("done", "打开档案"),
    Verb.CHILD_REVEAL: pgettext_lazy("done", "显示遮盖的内容"),
    Verb.ACCESS_BREAK: pgettext_lazy("done", "紧急打开档案"),
    Verb.DOCUMENT_SHOW: pgettext_lazy("done", "查看文件"),
    Verb.VOICE_READ: pgettext_lazy("done", "看孩子的话"),
    Verb.CASE_READ: pgettext_lazy("done", "打开个案"),
    Verb.EXPORT_FETCH: pgettext_lazy("done", "下载导出的文件"),
}
# What of a child went out: as what, and whether its numbers were whole.
WENT_OUT: Final[dict[tuple[str, bool], Promise]] = {
    ("list", False): pgettext_lazy("done", "导出名单（号码遮盖）"),
    ("list", True): pgettext_lazy("done", "导出名单（完整号码）"),
    ("file", False): pgettext_lazy("done", "打印档案（号码遮盖）"),
    ("file", True): pgettext_lazy("done", "打印档案（完整号码）"),
    ("batch", False): pgettext_lazy("done", "成批打印档案（号码遮盖）"),
    ("batch", True): pgettext_lazy("done", "成批打印档案（完整号码）"),
}
# A child that stood in more exports than this is found in the newest of them.
EXPORTS_LOOKED_AT: Final = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: who, when, on which post, what and why. `field` only where one was shown.

    `words`: the sentence in which a purpose was stated. `is_emergency`: the file was broken open
    for it.
    """

    id: int
    at: datetime
    who: str
    post: str
    what: str
    field: str
    purpose: str
    is_emergency: bool
    words: str


@dataclass(frozen=True, slots=True)
class Readers:
    """One page of the readers' list, newest first; `next_key` is the event to go on from."""

    rows: tuple[Reading, ...]
    has_more: bool
    next_key: int | None


def readers(
    actor: Actor, child: Child, after: int | None = None, *, size: int = PAGE_SIZE
) -> Readers:
    """Who opened the file, had a value shown or took it out, newest first; five queries.

    Raises `NotFoundOrRefused` unless the actor has the readers' list of this child.
    """
    if not may(actor, Verb.READERS_LIST, child.subject):
        by = Author(actor.person_id, None)
        remember_refusal(Verb.READERS_LIST, by=by, about=child.subject)
        raise NotFoundOrRefused
    exports = _exports(child_id=child.pk)
    before = after if after is not None else NEWEST
    found = _read(those=[child.pk, *exports], before=before)[: size + 1]
    shown, has_more = found[:size], len(found) > size
    people, words = people_of(shown), _words(shown)
    return Readers(
        rows=tuple(_reading(event, people, words) for event in shown),
        has_more=has_more,
        next_key=shown[-1].pk if has_more else None,
    )


@Compiled
def _exports(*, child_id: UUID) -> QuerySet[ExportLine, UUID]:
    went_out = ExportLine.objects.filter(child_id=child_id, left_out=ExportLine.LeftOut.NOT)
    return went_out.order_by("-id").values_list("export_id", flat=True)[:EXPORTS_LOOKED_AT]


@Compiled
def _read(*, those: list[UUID], before: int) -> QuerySet[Event]:
    # Showing a password is no reading: nothing of the child is told by it.
    read = Event.objects.filter(
        about_id__among=those, verb__in=list(READ), was_refused=False, pk__lt=before
    ).exclude(detail__has_key="password")
    return read.order_by("-id")[: PAGE_SIZE + 1]


def _words(events: Iterable[Event]) -> dict[str, str]:
    """The sentences that these events name, by their ids."""
    named = {event.detail["stated"] for event in events if event.detail.get("stated")}
    found = StatedPurpose.objects.filter(pk__in=named) if named else ()
    return {str(each.pk): str(each.words) for each in found}


def _reading(event: Event, people: People, words: dict[str, str]) -> Reading:
    is_emergency = event.verb == Verb.ACCESS_BREAK or event.purpose.startswith(BROKEN_OPEN)
    kind = (event.detail.get("kind", ""), event.detail.get("is_full", False))
    return Reading(
        id=event.pk,
        at=event.at,
        who=people.who(event),
        post=people.on_which_post(event),
        what=str(WENT_OUT.get(kind, READ[event.verb])),
        field=field_label(event.detail.get("record", ""), event.detail.get("field", "")),
        purpose=_purpose(event),
        is_emergency=is_emergency,
        words=words.get(event.detail.get("stated", ""), ""),
    )


def _purpose(event: Event) -> str:
    if event.purpose in PURPOSES:
        return str(PURPOSES[event.purpose])
    if event.verb == Verb.ACCESS_BREAK:
        return word("access_emergencies", event.purpose)
    if event.purpose.startswith("access."):
        return leave_word(event.purpose)
    return word("access_purposes", event.purpose)
