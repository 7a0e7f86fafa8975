"""Making what goes out, in steps that each stand for themselves, and clearing it away in time.

A step is the reaction to the step before it: a worker that is killed goes on where it was, because
what it had not committed is owed still.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from weiguang.kernel import clock, packs
from weiguang.kernel.history import amend
from weiguang.kernel.records import copy_in
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.papers.documents import Sheet, document, joined
from weiguang.papers.fonts import missing_in, require_characters
from weiguang.papers.passwords import encrypted, encrypted_document, new_password
from weiguang.register.models import Export, ExportLine, ExportPart, ExportPassword
from weiguang.register.queries.export_papers import list_of, mark_of, sheet_of
from weiguang.register.queries.going_out import PaperChild, going_out, papers_of, verb_of
from weiguang.tasks.actions.drop import drop_asked
from weiguang.tasks.actions.tasks import calendar
from weiguang.tasks.rules.periods import Period

FILES_A_STEP: Final = 25
CLEARED_A_ROUND: Final = 50
KEPT: Final = (Export.State.WAITING, Export.State.MAKING, Export.State.DONE)


def until(code: str, since: datetime) -> datetime:
    """When a period of the pack that concerns exports is over."""
    length = packs.deadline(settings.WEIGUANG_PACK, code).length
    return Period(**length).over(since, calendar()).at


def make_at_once(*, export: Export, by: Actor) -> None:
    """Make all of it inside the act in which it was asked for; raises `CharacterMissing`."""
    lines = list(export.lines.order_by("number"))
    children = _papers(export, lines, by)
    if export.kind != Export.Kind.LIST:
        for sheet in _sheets(export, lines, children).values():
            require_characters(sheet.texts())
    _make_some(export, lines, children)
    _finish(export)


def begin(*, export_id: UUID, caused_by: int) -> None:
    """Let the making begin, after a second person agreed; begun already, it does nothing.

    Who is in it is looked at again, as the requester may on that day: nobody is told of a child
    that is no longer hers, and the running numbers have no gap.
    """
    with transaction.atomic():
        export = _locked(export_id)
        if export.state != Export.State.WAITING:
            return
        with act(Verb.EXPORT_MAKE, by=_system(), about=export.subject, caused_by=caused_by):
            total = _count_again(export)
            state = Export.State.MAKING if total else Export.State.FAILED
            amend(export, state=state, total=total)


def go_on(*, export_id: UUID, caused_by: int) -> None:
    """Make one step more, or put the result together after the last; finished, it does nothing."""
    with transaction.atomic():
        export = _locked(export_id)
        if export.state != Export.State.MAKING:
            return
        with (
            translation.override(export.language),
            act(Verb.EXPORT_MAKE, by=_system(), about=export.subject, caused_by=caused_by) as event,
        ):
            step = export.total if export.kind == Export.Kind.LIST else FILES_A_STEP
            lines = list(export.lines.filter(number__gt=export.made).order_by("number")[:step])
            if lines:
                _make_some(export, lines, _papers(export, lines, _requester(export)))
            else:
                _finish(export)
            event.detail |= {"export": str(export.pk), "made": export.made}


def refuse(*, export_id: UUID, caused_by: int) -> None:
    """Keep that it was not approved."""
    with transaction.atomic():
        export = _locked(export_id)
        if export.state == Export.State.WAITING:
            with act(Verb.EXPORT_CLEAR, by=_system(), about=export.subject, caused_by=caused_by):
                amend(export, state=Export.State.REFUSED)


def clear_expired(now: datetime) -> int:
    """Clear away results whose time is over, and what nobody approved; how many. A round."""
    cleared = 0
    while cleared < CLEARED_A_ROUND and _clear_one(now):
        cleared += 1
    return cleared


def _clear_one(now: datetime) -> bool:
    with transaction.atomic():
        due = Export.objects.select_for_update(skip_locked=True).filter(
            state__in=KEPT, expires_at__lte=now
        )
        export = due.order_by("expires_at").first()
        if export is None:
            return False
        with act(Verb.EXPORT_CLEAR, by=_system(), about=export.subject):
            export.parts.all().delete()
            ExportPassword.objects.filter(export=export).delete()
            drop_asked(about_id=export.pk, by=_system())
            amend(export, state=Export.State.EXPIRED)
    return True


def _make_some(
    export: Export, lines: Sequence[ExportLine], children: Mapping[UUID, PaperChild]
) -> None:
    """The next piece of the result, of these lines."""
    content = _content(export, lines, children)
    if content:
        ExportPart(export=export, number=lines[0].number, content=content).save(force_insert=True)
    amend(export, made=lines[-1].number)


def _content(
    export: Export, lines: Sequence[ExportLine], children: Mapping[UUID, PaperChild]
) -> bytes:
    if export.kind == Export.Kind.LIST:
        inside = [children[line.child_id] for line in lines if line.child_id in children]
        return list_of(inside, mark_of(export)) if inside else b""
    sheets = _sheets(export, lines, children)
    for line in lines:
        if line.child_id in sheets and missing_in(sheets[line.child_id].texts()):
            amend(line, left_out=ExportLine.LeftOut.CHARACTER)
            del sheets[line.child_id]
    return document(_("儿童档案"), list(sheets.values()), mark_of(export)) if sheets else b""


def _sheets(
    export: Export, lines: Sequence[ExportLine], children: Mapping[UUID, PaperChild]
) -> dict[UUID, Sheet]:
    """A sheet for each child that is there, in the order of the lines."""
    return {
        line.child_id: sheet_of(children[line.child_id], line.number, export.total)
        for line in lines
        if line.child_id in children
    }


def _finish(export: Export) -> None:
    """Put the pieces together, lock what is whole with a password, and let it be fetched."""
    parts = [bytes(part.content) for part in export.parts.order_by("number")]
    if not parts:
        amend(export, state=Export.State.FAILED)
        return
    content = parts[0] if len(parts) == 1 else joined(parts)
    if export.is_full:
        password = new_password()
        lock = encrypted if export.kind == Export.Kind.LIST else encrypted_document
        content = lock(content, password)
        ExportPassword(export=export, words=password).save(force_insert=True)
    export.parts.all().delete()
    ExportPart(export=export, number=0, content=content).save(force_insert=True)
    amend(export, state=Export.State.DONE, expires_at=until("export.ready", clock.now()))


def _count_again(export: Export) -> int:
    """Number the lines anew, of those children who still may go out; how many there are."""
    by = _requester(export)
    ids = list(export.lines.order_by("number").values_list("child_id", flat=True))
    still = set(going_out(by, verb_of(export)).filter(pk__in=ids).values_list("pk", flat=True))
    if len(still) < len(ids):
        export.lines.all().delete()
        inside = (pk for pk in ids if pk in still)
        copy_in(
            ExportLine,
            (ExportLine(export=export, number=n, child_id=pk) for n, pk in enumerate(inside, 1)),
        )
    return len(still)


def _papers(export: Export, lines: Sequence[ExportLine], by: Actor) -> Mapping[UUID, PaperChild]:
    ids = [line.child_id for line in lines]
    return papers_of(by, verb_of(export), ids, is_full=export.is_full)


def _requester(export: Export) -> Actor:
    return actor_for(export.requested_by, on=clock.today())


def _system() -> Actor:
    return the_system(on=clock.today())


def _locked(export_id: UUID) -> Export:
    found = Export.objects.select_for_update(of=("self",)).select_related("requested_by")
    return found.get(pk=export_id)
