"""Keeps the rows of a judged list: whole, encrypted, and as the latest judgement left them.

Rows under judgement are working papers: a new judgement replaces them, and only what people
corrected and decided is carried over.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from weiguang.kernel.ids import new_ids
from weiguang.kernel.records import copy_columns, copying_behind, writing_event
from weiguang.register.engine.report import LEFT_OUT, Report, Row, SheetReport
from weiguang.register.models import ImportedList, ImportedRow

ROWS_AT_ONCE: Final = 2_000
RowKey = tuple[int, int]
LINK_CHILDREN: Final = """
UPDATE register_importedrow AS row SET child_id = said.child, written_in = %s
FROM unnest(%s::integer[], %s::integer[], %s::uuid[]) AS said (sheet, number, child)
WHERE row.imported_id = %s AND row.sheet_index = said.sheet AND row.number = said.number
"""


@dataclass(slots=True)
class Written:
    """What was written: the children of new rows, and the records made for known ones."""

    children: dict[RowKey, str] = field(default_factory=dict)
    made: dict[RowKey, list[list[str]]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def store_rows(imported: ImportedList, rows: Sequence[Row], written: Written | None = None) -> None:
    """Keep every row of a list that was just judged for the first time.

    Where the list was `written` already, each with the child it became and what it made.
    """
    became = written or Written()
    with copying_behind() as copy:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            kept = [_kept(imported, row, became) for row in rows[start : start + ROWS_AT_ONCE]]
            ids = new_ids(len(kept))
            copy(ImportedRow, {"id": ids} | {name: [of[name] for of in kept] for name in kept[0]})


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
    ImportedRow.objects.filter(pk__among=[row.pk for row in old]).delete()
    fresh = [
        _kept(imported, row, Written()) | _carried(row, before)
        for row, before in zip(anew, old, strict=True)
    ]
    if fresh:
        copy_columns(ImportedRow, {name: [of[name] for of in fresh] for name in fresh[0]})


def note_written(imported: ImportedList, written: Written) -> None:
    """Note on each kept row which child it became, and what it made for a child who was there."""
    children = written.children
    changed = list(imported.rows.filter(outcome="changed").defer("said"))
    for row in changed:
        row.made = written.made.get((row.sheet_index, row.number), [])
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


def _kept(imported: ImportedList, row: Row, became: Written) -> dict[str, Any]:
    return {
        "imported_id": imported.pk,
        "sheet_index": row.sheet_index,
        "number": row.number,
        "outcome": row.outcome,
        "reasons": sorted(row.reasons),
        "review": _review(row, is_corrected=False),
        "decision": row.decision,
        "left_out_reason": "",
        "said": {"cells": row.cells, "values": row.values, "meaning": _meaning(row)},
        "corrections": None,
        "child_id": became.children.get(row.key, row.child),
        "differing": row.differing,
        "made": became.made.get(row.key, []),
    }


def _carried(row: Row, before: ImportedRow) -> dict[str, Any]:
    """What a new judgement leaves: the row's id, and what people said of it."""
    return {
        "id": before.pk,
        "corrections": before.corrections,
        "left_out_reason": before.left_out_reason,
        "review": _review(row, is_corrected=before.corrections is not None),
    }


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
