"""Taking papers out: lists and files masked at once, everything else with a second person.

Whatever is asked for names its purpose and keeps who is in it. Making it is `exports_making`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused, TooLarge
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.models import Event
from weiguang.kernel.records import copy_in
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.actions.exports_making import make_at_once, until
from weiguang.register.actions.purposes import Why, kept_words, require_whole
from weiguang.register.models import Child, Export, ExportLine, ExportPassword
from weiguang.register.queries.going_out import going_out, verb_of
from weiguang.register.queries.listing import ORDERS, ListWish, wished
from weiguang.tasks.actions.approvals import ask

FULL_KIND: Final = "export.full"
BATCH_KIND: Final = "export.batch"
MOST_ROWS: Final = 5_000
MOST_FILES: Final = 1_200


class NobodyToExport(Invalid):
    """There is no child in what was to go out."""

    code = "nobody_to_export"
    default_what = _("这里没有可以导出的孩子。")
    default_to_what = _("什么都没有导出。")
    default_what_next = _("请换一个范围再导出。")


class TooManyToExport(TooLarge):
    """More children than go out at once."""

    code = "too_many_to_export"
    default_what = _("一次最多导出 %(most)s 名孩子。")
    default_to_what = _("什么都没有导出。")
    default_what_next = _("请缩小范围，例如按镇、按村分几次导出。")


class NoLongerThere(Conflict):
    """The result has expired, or is not the actor's to take out any more."""

    code = "no_longer_there"
    http_status = 409
    default_what = _("这份文件已经清除。")
    default_to_what = _("导出的文件只保留几天，名单有变动时也会提前清除。")
    default_what_next = _("还需要的，请重新导出。")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A result as it is handed over."""

    content: bytes
    is_document: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What somebody asks for: for what purpose, and whether numbers stand in it whole."""

    why: Why
    is_full: bool = False


def export_list(*, wish: ListWish, asked: Outgoing, by: Actor) -> Export:
    """A list of the actor's children as a workbook: masked at once, whole after an approval.

    Raises `Invalid` without a purpose, `NobodyToExport`, `TooManyToExport`, and
    `NotFoundOrRefused` for who may not.
    """
    verb = Verb.EXPORT_FULL if asked.is_full else Verb.EXPORT_MASKED
    ids = _wished(wish, verb, MOST_ROWS, by)
    about = Subject("export", None, (asking_place(verb, by),))
    with act(verb, by=by, about=about, purpose=asked.why.code) as event:
        export = _kept(Export.Kind.LIST, ids, asked, event, by)
        if asked.is_full:
            _ask(export, FULL_KIND, by)
        else:
            make_at_once(export=export, by=by)
    return export


def export_batch(*, wish: ListWish, asked: Outgoing, by: Actor) -> Export:
    """The files of these children, up to 1,200, as one document; always after an approval."""
    verb = Verb.EXPORT_FULL if asked.is_full else Verb.EXPORT_PRINT
    ids = _wished(wish, verb, MOST_FILES, by)
    about = Subject("export", None, (asking_place(verb, by),))
    with act(verb, by=by, about=about, purpose=asked.why.code) as event:
        export = _kept(Export.Kind.BATCH, ids, asked, event, by)
        _ask(export, FULL_KIND if asked.is_full else BATCH_KIND, by)
    return export


def print_file(*, child: Child, asked: Outgoing, by: Actor) -> Export:
    """One child's file as a document: masked at once, whole after an approval.

    Raises `CharacterMissing` when no font has a character of it; of one that waits for approval
    that is told when it is made.
    """
    verb = Verb.EXPORT_FULL if asked.is_full else Verb.EXPORT_PRINT
    if not going_out(by, verb).filter(pk=child.pk).exists():
        raise NotFoundOrRefused
    with act(verb, by=by, about=child.subject, purpose=asked.why.code) as event:
        export = _kept(Export.Kind.FILE, [child.pk], asked, event, by)
        if asked.is_full:
            _ask(export, FULL_KIND, by, child_id=child.pk)
        else:
            make_at_once(export=export, by=by)
    return export


def fetch(*, export: Export, by: Actor) -> Fetched:
    """Hand over one's own result; remembered each time, for every child in it.

    Raises `NotFoundOrRefused` for another's, and `NoLongerThere` after it expired or when a child
    in it is not the actor's to know any more: why is not told.
    """
    if by.person_id is None or export.requested_by_id != by.person_id:
        raise NotFoundOrRefused
    with act(Verb.EXPORT_FETCH, by=by, about=export.subject, purpose=export.purpose) as event:
        current = Export.objects.select_for_update().get(pk=export.pk)
        _require_there(current, by)
        event.detail |= _told(current)
        content = bytes(current.parts.get(number=0).content)
        amend(current, fetched=current.fetched + 1)
    return Fetched(content, current.kind != Export.Kind.LIST)


def password_once(*, export: Export, by: Actor) -> str:
    """The password of one's own result; it is gone when it was shown.

    Raises `NotFoundOrRefused` for another's and after it was shown.
    """
    if by.person_id is None or export.requested_by_id != by.person_id:
        raise NotFoundOrRefused
    with act(Verb.EXPORT_FETCH, by=by, about=export.subject, purpose=export.purpose) as event:
        kept = ExportPassword.objects.select_for_update().filter(export=export).first()
        if kept is None:
            raise NotFoundOrRefused
        event.detail |= {"password": str(export.pk)}
        words = str(kept.words)
        kept.delete()
    return words


def _wished(wish: ListWish, verb: Verb, most: int, by: Actor) -> list[UUID]:
    """The children who fit and may go out, in the order of the list."""
    keys = ORDERS["name"] if wish.text else ORDERS.get(wish.order, ORDERS["name"])
    allowed = going_out(by, verb).values("pk")
    ids = list(
        wished(by, wish).filter(pk__in=allowed).order_by(*keys).values_list("pk", flat=True)[
            : most + 1
        ]
    )  # fmt: skip
    if not ids:
        raise NobodyToExport
    if len(ids) > most:
        raise TooManyToExport(most=most)
    return ids


def _kept(
    kind: Export.Kind, ids: Sequence[UUID], asked: Outgoing, event: Event, by: Actor
) -> Export:
    """The export and who is in it, not made yet; the event is told of it."""
    require_whole(asked.why)
    if by.person_id is None:
        raise Invalid
    now = clock.now()
    export = Export(
        kind=kind, number=event.pk, path=asking_place(Verb(event.verb), by), purpose=asked.why.code,
        stated=kept_words(asked.why), is_full=asked.is_full, state=Export.State.WAITING,
        language=get_language() or "zh-hans", requested_by_id=by.person_id, requested_at=now,
        total=len(ids), expires_at=until("export.waits", now),
    )  # fmt: skip
    export.save(force_insert=True)
    copy_in(
        ExportLine,
        (ExportLine(export=export, number=n, child_id=pk) for n, pk in enumerate(ids, start=1)),
    )
    event.detail |= _told(export)
    return export


def _told(export: Export) -> dict[str, object]:
    """What events say of an export: ids, codes and counts."""
    said: dict[str, object] = {
        "export": str(export.pk), "kind": str(export.kind), "is_full": export.is_full,
        "children": export.total,
    }  # fmt: skip
    return said | ({"stated": str(export.stated_id)} if export.stated_id else {})


def asking_place(verb: Verb, by: Actor) -> str:
    """The place of the post that asks, the widest that has the verb; else `NotFoundOrRefused`."""
    paths = [post.path for post in by.posts if verb in post.role.verbs]
    if not paths:
        raise NotFoundOrRefused
    return min(paths, key=len)


def _ask(export: Export, kind: str, by: Actor, child_id: UUID | None = None) -> None:
    ask(
        kind=kind, about=export.subject, verb=Verb.EXPORT_APPROVE, by=by, says={},
        child_id=child_id,
    )  # fmt: skip


def _require_there(export: Export, by: Actor) -> None:
    verb = verb_of(export)
    if export.state != Export.State.DONE or export.expires_at <= clock.now():
        raise NoLongerThere
    inside = export.lines.filter(left_out=ExportLine.LeftOut.NOT)
    if not may(by, verb) or inside.exclude(child__in=going_out(by, verb)).exists():
        raise NoLongerThere
