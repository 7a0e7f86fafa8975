"""Uploaded lists as their people see them; nobody sees one that lies outside her own places."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor, rows
from weiguang.network.compiled import ForActor
from weiguang.network.verbs import Verb
from weiguang.register.engine.report import SHOWN
from weiguang.register.models import ImportedList, ImportedRow


def lists_for(actor: Actor) -> QuerySet[ImportedList]:
    """The lists uploaded for the actor's places, the latest first."""
    reached = Q(pk__in=())
    for path in rows(actor, Verb.IMPORT_LIST, "import").paths:
        reached |= Q(place__path__startswith=path)
    lists = ImportedList.objects.filter(reached).select_related("place", "uploaded_by")
    return lists.order_by("-uploaded_at", "-id")


def waiting_lists(actor: Actor) -> QuerySet[ImportedList]:
    """The actor's lists that nobody has confirmed or given up yet, the latest first."""
    return lists_for(actor).filter(state=ImportedList.State.JUDGED).defer("sheets")


@ForActor
def first_waiting(actor: Actor, size: int) -> QuerySet[ImportedList]:
    """The latest so many of the lists that wait; one query."""
    return waiting_lists(actor)[:size]


def list_for(actor: Actor, list_id: UUID) -> ImportedList:
    """One list of the actor's; raises `NotFoundOrRefused`."""
    found = lists_for(actor).filter(pk=list_id).first()
    if found is None:
        raise NotFoundOrRefused
    return found


def row_for(actor: Actor, row_id: UUID) -> ImportedRow:
    """One row of one of the actor's lists; raises `NotFoundOrRefused`."""
    found = ImportedRow.objects.select_related("imported__place").filter(pk=row_id).first()
    if found is None or not lists_for(actor).filter(pk=found.imported_id).exists():
        raise NotFoundOrRefused
    return found


def rows_of(
    imported: ImportedList, *, outcome: str = "", reason: str = "", review: str = ""
) -> QuerySet[ImportedRow]:
    """The list's rows in the order of the file, all of them or those that the filters leave."""
    found = imported.rows.all()
    if outcome:
        found = found.filter(outcome=outcome)
    if reason:
        found = found.filter(reasons__contains=[reason])
    if review:
        found = found.filter(review=review)
    return found.order_by("sheet_index", "number")


def reason_counts(imported: ImportedList) -> dict[str, int]:
    """How many rows carry each reason, sorted by reason."""
    counts: dict[str, int] = {}
    for reasons in imported.rows.values_list("reasons", flat=True):
        for reason in reasons:
            counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items()))


def earlier_same_file(imported: ImportedList) -> ImportedList | None:
    """The list by which the very same file was imported already, for the same place."""
    same = ImportedList.objects.filter(
        file_index=imported.file_index,
        place_id=imported.place_id,
        state=ImportedList.State.CONFIRMED,
    ).exclude(pk=imported.pk)
    return same.order_by("-confirmed_at").first()


def report_json(imported: ImportedList) -> dict[str, Any]:
    """The list's report in the contract's shape, as it stands now."""
    names = {sheet["index"]: sheet["name"] for sheet in imported.sheets}
    found = rows_of(imported).values_list("sheet_index", "number", "outcome", "reasons", "child_id")
    return {
        "file": imported.file_name,
        "as_of": imported.as_of.isoformat(),
        "sheets": [sheet_json(sheet) for sheet in imported.sheets],
        "rows": [
            {
                "sheet": names[sheet],
                "row": number,
                "outcome": outcome,
                "reasons": reasons,
                "child": str(child) if child and outcome in SHOWN else None,
            }
            for sheet, number, outcome, reasons, child in found
        ],
        "summary": imported.summary,
    }


def sheet_json(sheet: dict[str, Any]) -> dict[str, Any]:
    """One kept sheet in the contract's shape."""
    said = {"name": sheet["name"], "header_rows": sheet["header_rows"]}
    if sheet["why"]:
        return said | {"why": sheet["why"]}
    return said | {
        "columns": {label: code for _, label, code in sheet["columns"] if code},
        "unused_columns": [label for _, label, code in sheet["columns"] if not code],
    }
