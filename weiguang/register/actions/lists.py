"""A list is uploaded and judged, corrected by people, and given up; the register stays as it is.

Writing it into the register is `lists_confirm`, taking that back is `lists_undo`.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.clock import now
from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import Conflict, Invalid, TooLarge, Unreadable, WeiguangError
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.packs import words
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.register.actions.lists_rows import (
    RowKey,
    refresh_rows,
    sheets_kept,
    store_rows,
)
from weiguang.register.engine.header import IDENTIFIERS
from weiguang.register.engine.refusals import UnreadableFileError
from weiguang.register.engine.report import LEFT_OUT, SAME_CHILD, TWO_CHILDREN, Report
from weiguang.register.models import FILE_INDEX, ImportedFile, ImportedList, ImportedRow
from weiguang.register.queries.import_words import left_out_reasons
from weiguang.register.queries.judging import OfferedList, judge, judged_again

# What a person may say of a row: the contract's identifiers, a place she chose, why no number.
CORRECTABLE: Final = frozenset(IDENTIFIERS) | {"place", "no_id_reason"}
# The doubt that a decision answers.
ANSWERS: Final = {TWO_CHILDREN: "possible_duplicate", SAME_CHILD: "name_conflict"}


def upload(*, offered: OfferedList, by: Actor) -> ImportedList:
    """Judge a file and keep it with all its rows; a dry run, for the register is not touched.

    Raises `NotFoundOrRefused`, and `Unreadable` or `TooLarge` for a file that is no list.
    """
    with act(Verb.IMPORT_UPLOAD, by=by, about=place_subject(offered)) as event:
        report = read(offered)
        imported = keep(offered, report, by)
        store_rows(imported, report.rows)
        event.detail = {"list": str(imported.pk), **report.summary()}
    return imported


def correct_columns(
    *, imported: ImportedList, columns: Mapping[int, Mapping[int, str | None]], by: Actor
) -> ImportedList:
    """Read the kept file again with columns as a person says; rows keep their corrections.

    `columns` maps a sheet's index to its columns' indexes (from 0) and their identifiers, None for
    a column that is not to be read. An identifier moves away from the column that had it.
    """
    given = {code for said in columns.values() for code in said.values() if code}
    with act(Verb.IMPORT_RESOLVE, by=by, about=imported.subject) as event:
        current = locked(imported, ImportedList.State.JUDGED)
        if not given <= set(IDENTIFIERS):
            raise Invalid
        current.columns = current.columns | {
            str(sheet): {str(index): code for index, code in said.items()}
            for sheet, said in columns.items()
        }
        current.save(update_fields={"columns"})
        _judge_anew(current, keys=None)
        event.detail = {"list": str(current.pk), "columns": sum(map(len, columns.values()))}
    return current


def resolve(
    *, row: ImportedRow, values: Mapping[str, str], decision: str = "", by: Actor
) -> ImportedRow:
    """Correct a row's values, or decide its doubt; the whole list is judged again with it.

    `values` replaces what was corrected before. `two_children` answers a possible duplicate,
    `same_child` a number registered under another name (the register keeps its name). Raises
    `Invalid` for anything else, and `Conflict` when the list is not waiting any more.
    """
    with act(Verb.IMPORT_RESOLVE, by=by, about=row.imported.subject) as event:
        current = locked(row.imported, ImportedList.State.JUDGED)
        _refuse_nonsense(row, values, decision)
        _decide(row, corrections=dict(values) or None, decision=decision, reason="")
        _judge_anew(current, keys={(row.sheet_index, row.number)})
        event.detail = {"list": str(current.pk), "row": str(row.pk)}
    return ImportedRow.objects.select_related("imported__place").get(pk=row.pk)


def leave_out(*, row: ImportedRow, reason: str, by: Actor) -> ImportedRow:
    """Leave a row out of the import, for a reason that is a code of the pack."""
    with act(Verb.IMPORT_RESOLVE, by=by, about=row.imported.subject) as event:
        current = locked(row.imported, ImportedList.State.JUDGED)
        if reason not in left_out_reasons():
            raise Invalid
        _decide(row, corrections=row.corrections, decision=LEFT_OUT, reason=reason)
        _judge_anew(current, keys={(row.sheet_index, row.number)})
        event.detail = {"list": str(current.pk), "row": str(row.pk)}
    return ImportedRow.objects.select_related("imported__place").get(pk=row.pk)


def discard(*, imported: ImportedList, by: Actor) -> None:
    """Give up a list that was not confirmed; file and rows stay as papers of what was offered."""
    with act(Verb.IMPORT_RESOLVE, by=by, about=imported.subject):
        current = locked(imported, ImportedList.State.JUDGED)
        amend(current, state=ImportedList.State.DISCARDED, ended_by_id=by.person_id, ended_at=now())
    imported.state = current.state


def read(offered: OfferedList) -> Report:
    """The file judged; raises `Unreadable` or `TooLarge` in words that the page may show."""
    try:
        return judge(offered)
    except UnreadableFileError as refused:
        raise unreadable(refused.reason) from refused


def unreadable(reason: str) -> WeiguangError:
    """The error that tells a person why a file is not read as a list."""
    if reason in ("too_large", "too_many"):
        return TooLarge(what=WHY[reason])
    return Unreadable(what=WHY[reason])


def place_subject(offered: OfferedList) -> Subject:
    """What an upload is about: the place it is for."""
    return Subject("place", offered.place.pk, (offered.place.path,))


def keep(offered: OfferedList, report: Report, by: Actor) -> ImportedList:
    """The list with its file, without its rows."""
    decision = may(by, Verb.IMPORT_UPLOAD, place_subject(offered))
    digest = hashlib.sha256(offered.content).hexdigest()
    imported = ImportedList(
        place=offered.place,
        post_id=decision.post.id if decision.post else None,
        uploaded_by_id=by.person_id,
        uploaded_at=now(),
        file_name=report.file,
        file_kind=Path(report.file).suffix.lower().removeprefix("."),
        file_index=provider().blind_index(digest, purpose=FILE_INDEX),
        as_of=report.as_of,
        stated_as_of=offered.as_of,
        default_place=offered.default_place,
        only_sheets=None if offered.only_sheets is None else list(offered.only_sheets),
        sheets=sheets_kept(report.sheets),
        summary=report.summary(),
    )
    imported.save(force_insert=True)
    ImportedFile(imported=imported, content=offered.content).save(force_insert=True)
    return imported


def locked(imported: ImportedList, state: str) -> ImportedList:
    """The list as it is now, held until the act ends; raises `Conflict` in another state."""
    rows = ImportedList.objects.select_for_update(of=("self",)).select_related(
        "place", "default_place"
    )
    current = rows.get(pk=imported.pk)
    if current.state != state:
        raise Conflict
    return current


def note_judgement(current: ImportedList, report: Report) -> None:
    """Keep on the list what its latest judgement says of it."""
    current.as_of, current.summary = report.as_of, report.summary()
    current.sheets = sheets_kept(report.sheets)
    current.save(update_fields={"as_of", "summary", "sheets"})


def _judge_anew(current: ImportedList, *, keys: set[RowKey] | None) -> None:
    report = judged_again(current)
    refresh_rows(current, report, keys=keys)
    note_judgement(current, report)


def _refuse_nonsense(row: ImportedRow, values: Mapping[str, str], decision: str) -> None:
    if row.outcome not in ("review", "rejected") and not row.review:
        raise Invalid
    if not set(values) <= CORRECTABLE:
        raise Invalid
    if decision and ANSWERS.get(decision) not in row.reasons and decision != row.decision:
        raise Invalid
    reasons = {word.code for word in words(settings.WEIGUANG_PACK, "no_id_reasons")}
    if values.get("no_id_reason") and values["no_id_reason"] not in reasons:
        raise Invalid


def _decide(
    row: ImportedRow, *, corrections: dict[str, str] | None, decision: str, reason: str
) -> None:
    row.corrections, row.decision, row.left_out_reason = corrections, decision, reason
    row.save(update_fields={"corrections", "decision", "left_out_reason"})


# Every sentence says what to do; the engine's own are for the command line.
WHY: Final = {
    "too_large": _("文件太大，没有读取。请拆成几个较小的文件再导入。"),
    "too_many": _("行或列太多，没有读取。请删去多余的行列，或者拆成几个较小的文件再导入。"),
    "bomb": _("文件展开后过大，没有读取。请只保留名单所在的工作表，另存后再导入。"),
    "macro": _("文件里有宏，没有读取。请另存为不含宏的 xlsx 工作簿再导入。"),
    "broken": _("文件损坏、加了密码或没有传完，没有读取。请重新保存后再导入。"),
    "not_a_list": _("这个文件不是表格，没有读取。请在表格软件里打开，另存为 xlsx 或 csv 再导入。"),
}
