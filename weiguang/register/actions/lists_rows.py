"""Keeps the rows of a judged list: whole, encrypted, and as the latest judgement left them.

Rows under judgement are working papers: a new judgement replaces them, and only what people
corrected and decided is carried over.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import connection

from weiguang.kernel.records import copy_in, writing_event
from weiguang.register.engine.report import LEFT_OUT, Report, Row, SheetReport
from weiguang.register.models import ImportedList, ImportedRow

ROWS_AT_ONCE: Final = 2_000
RowKey = tuple[int, int]
LINK_CHILDREN: Final = """
UPDATE register_importedrow AS row SET child_id = said.child, written_in = %s
FROM unnest(%s::integer[], %s::integer[], %s::uuid[]) AS said (sheet, number, child)
WHERE row.imported_id = %s AND row.sheet_index = said.sheet AND row.number = said.number
"""


def store_rows(imported: ImportedList, rows: Iterable[Row]) -> None:
    """Keep every row of a list that was just judged for the first time."""
    copy_in(ImportedRow, (_kept(imported, row) for row in rows))


def refresh_rows(imported: ImportedList, report: Report, *, keys: set[RowKey] | None) -> None:
    """Let the kept rows say what the new judgement says.

    Only rows whose judgement changed are written anew, and those of `keys`; None means all.
    """
    kept = {(row.sheet_index, row.number): row for row in imported.rows.defer("said")}
    anew = [
        row
        for row in report.rows
        if keys is None or row.key in keys or _differs(row, kept[row.key])
    ]
    old = [kept[row.key] for row in anew]
    ImportedRow.objects.filter(pk__in=[row.pk for row in old]).delete()
    copy_in(
        ImportedRow,
        (_kept(imported, row, before) for row, before in zip(anew, old, strict=True)),
    )


def note_written(
    imported: ImportedList, children: Mapping[RowKey, UUID], made: Mapping[RowKey, list[list[str]]]
) -> None:
    """Note on each row which child it became, and what it made for a child who was there."""
    changed = list(imported.rows.filter(outcome="changed").defer("said"))
    for row in changed:
        row.made = made.get((row.sheet_index, row.number), [])
    ImportedRow.objects.bulk_update(changed, ["made"], ROWS_AT_ONCE)
    event = writing_event(ImportedRow)
    sheets, numbers = [key[0] for key in children], [key[1] for key in children]
    with connection.cursor() as cursor:
        cursor.execute(
            LINK_CHILDREN, [event.pk, sheets, numbers, list(children.values()), imported.pk]
        )


def sheets_kept(sheets: Iterable[SheetReport]) -> list[dict[str, Any]]:
    """What was made of each sheet's header, as the list keeps it."""
    return [
        {
            "index": sheet.index,
            "name": sheet.name,
            "header_rows": list(sheet.header_rows),
            "columns": [[index, label, code] for index, (label, code) in sheet.layout.items()],
            "why": sheet.why,
        }
        for sheet in sheets
    ]


def _kept(imported: ImportedList, row: Row, before: ImportedRow | None = None) -> ImportedRow:
    fresh = ImportedRow(
        imported=imported,
        sheet_index=row.sheet_index,
        number=row.number,
        outcome=row.outcome,
        reasons=sorted(row.reasons),
        decision=row.decision,
        said={"cells": row.cells, "values": row.values, "meaning": _meaning(row)},
        child_id=row.child,
        differing=list(row.differing),
    )
    if before is not None:
        fresh.pk, fresh.corrections = before.pk, before.corrections
        fresh.left_out_reason = before.left_out_reason
    fresh.review = _review(row, is_corrected=fresh.corrections is not None)
    return fresh


def _meaning(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "sex": row.sex,
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        "id_number": row.id_number,
        "guardian_id_number": row.guardian_id_number,
        "no_id_reason": row.no_id_reason,
        "residence_place": row.residence_place,
        **row.facts,
    }


def _review(row: Row, *, is_corrected: bool) -> str:
    if row.decision == LEFT_OUT:
        return ImportedRow.Review.LEFT_OUT
    if row.outcome == "review":
        return ImportedRow.Review.OPEN
    return ImportedRow.Review.RESOLVED if is_corrected or row.decision else ImportedRow.Review.NONE


def _differs(row: Row, kept: ImportedRow) -> bool:
    return (row.outcome, sorted(row.reasons), row.child, row.differing) != (
        kept.outcome,
        kept.reasons,
        str(kept.child_id) if kept.child_id else None,
        tuple(kept.differing),
    )
