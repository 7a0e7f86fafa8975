"""A judged list is written into the register: one act, all of it or nothing.

The list is judged once more inside the act, so that what was registered since the upload is seen;
imports wait for one another, so that two lists cannot both bring the same child.
"""

from typing import Final

from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.clock import now
from weiguang.kernel.errors import Conflict
from weiguang.kernel.models import Event
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.lists import keep, locked, note_judgement, place_subject, read
from weiguang.register.actions.lists_apply import Tell, apply_rows, silently
from weiguang.register.actions.lists_rows import Written, note_written, refresh_rows, store_rows
from weiguang.register.engine.report import Report
from weiguang.register.models import ImportedList
from weiguang.register.queries.judging import OfferedList, judged_again

# One number for all imports: held until the transaction ends.
WAIT_FOR_OTHERS: Final = "SELECT pg_advisory_xact_lock(hashtext('weiguang.import'))"


def confirm(*, imported: ImportedList, by: Actor) -> ImportedList:
    """Write what the list brings; its rows under review and those left out bring nothing.

    Raises `Conflict` when the list is not waiting any more, or when somebody entered one of its
    children by hand at the same moment: nothing is written then.
    """
    try:
        with act(Verb.IMPORT_CONFIRM, by=by, about=imported.subject) as event:
            wait_for_other_imports()
            current = locked(imported, ImportedList.State.JUDGED)
            report = judged_again(current)
            refresh_rows(current, report, keys=set())
            note_judgement(current, report)
            note_written(current, _write(current, report, by, event))
    except IntegrityError as error:
        raise _entered_meanwhile() from error
    return current


def import_at_once(*, offered: OfferedList, by: Actor, tell: Tell = silently) -> ImportedList:
    """Upload and confirm in one act, judging once; `tell` hears how many rows of how many."""
    try:
        with act(Verb.IMPORT_CONFIRM, by=by, about=place_subject(offered)) as event:
            wait_for_other_imports()
            report = read(offered)
            with act(Verb.IMPORT_UPLOAD, by=by, about=place_subject(offered)):
                current = keep(offered, report, by)
            written = _write(current, report, by, event, tell)
            # With the children they became: to note them afterwards writes every row once more.
            store_rows(current, report.rows, written)
    except IntegrityError as error:
        raise _entered_meanwhile() from error
    return current


def wait_for_other_imports() -> None:
    """Hold the one lock of all imports until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(WAIT_FOR_OTHERS)


def _write(
    current: ImportedList, report: Report, by: Actor, event: Event, tell: Tell = silently
) -> Written:
    written = apply_rows(
        report.rows, on=report.as_of, below=current.place.path, proposed_by=by.person_id, tell=tell
    )
    current.state, current.confirmed_in = ImportedList.State.CONFIRMED, event.pk
    current.confirmed_by_id, current.confirmed_at = by.person_id, now()
    current.save(update_fields={"state", "confirmed_in", "confirmed_by", "confirmed_at"})
    event.detail |= {"list": str(current.pk), "written": dict(written.counts)} | report.summary()
    return written


def _entered_meanwhile() -> Conflict:
    return Conflict(
        what=_("名单里有儿童刚刚被别人登记。"),
        to_what=_("这份名单没有导入，什么都没有改动。"),
        what_next=_("请重新打开名单，核对后再确认。"),
    )
