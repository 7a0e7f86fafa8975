"""An uploaded list as its page shows it: one page of rows, in words, numbers masked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from weiguang.network.authority import Actor
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import ImportedList, ImportedRow
from weiguang.register.queries.import_words import outcome_words, reason_words
from weiguang.register.queries.lists import rows_of
from weiguang.register.queries.words import category_word
from weiguang.register.rules.masking import masked_number

PAGE_SIZE: Final = 50
OUTCOMES: Final = ("review", "new", "changed", "known", "rejected", "skipped")


@dataclass(frozen=True, slots=True)
class RowWish:
    """Which rows of a list are wanted; empty values ask for nothing."""

    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of the contract, and what can be done about it."""

    label: str
    next: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of a list: where it stands, whom it seems to mean, what becomes of it and why."""

    id: UUID
    sheet: str
    number: int
    name: str
    id_number: str
    place: str
    category: str
    outcome: str
    outcome_label: str
    review: str
    review_label: str
    reasons: tuple[Reason, ...]
    # The child that the row became, where the reader may open its file.
    child_id: UUID | None


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of rows; `next_key` is where the next one begins."""

    rows: tuple[RowLine, ...]
    next_key: tuple[int, int] | None


def rows_page(
    actor: Actor, imported: ImportedList, wish: RowWish, *,
    after: Sequence[int] | None = None, size: int = PAGE_SIZE,
) -> RowPage:  # fmt: skip
    """The rows that fit the wish, after a (sheet, number); three queries."""
    wanted = rows_of(imported, outcome=wish.outcome, reason=wish.reason)
    if after is not None:
        sheet, number = after
        wanted = wanted.filter(Q(sheet_index__gt=sheet) | Q(sheet_index=sheet, number__gt=number))
    found = list(wanted[: size + 1])
    shown, has_more = found[:size], len(found) > size
    return RowPage(
        rows=lines_of(imported, shown, opened=_opened(actor, shown)),
        next_key=(shown[-1].sheet_index, shown[-1].number) if has_more else None,
    )


def lines_of(
    imported: ImportedList, rows: Sequence[ImportedRow], *, opened: Collection[UUID] = ()
) -> tuple[RowLine, ...]:
    """Rows in words, leading to the files that may be `opened`; one query for their places."""
    sheets = {sheet["index"]: sheet["name"] for sheet in imported.sheets}
    places = _place_names(rows)
    return tuple(_line(row, sheets[row.sheet_index], places, opened) for row in rows)


def original_of(row: ImportedRow) -> list[tuple[str, str]]:
    """The row's cells that say something, each with its column's label or number."""
    sheet = next(s for s in row.imported.sheets if s["index"] == row.sheet_index)
    labels = {index: label for index, label, _code in sheet["columns"]}
    return [
        (labels.get(index, str(index + 1)), cell)
        for index, cell in enumerate(row.said["cells"])
        if cell
    ]


def reasons_of(row: ImportedRow) -> tuple[Reason, ...]:
    """The row's reasons in the reader's language."""
    language, words = get_language() or "zh-hans", reason_words()
    return tuple(
        Reason(words[code].label.text(language), words[code].next.text(language))
        for code in row.reasons
        if code in words
    )


def _opened(actor: Actor, rows: Sequence[ImportedRow]) -> set[UUID]:
    """The children of the rows whose files the reader may open; the others are led to nowhere."""
    named = {row.child_id for row in rows if row.child_id}
    seen = children_for(actor, Verb.CHILD_OPEN).filter(pk__in=named)
    return set(seen.values_list("pk", flat=True))


def _line(
    row: ImportedRow, sheet: str, places: dict[str, str], opened: Collection[UUID]
) -> RowLine:
    meaning: dict[str, Any] = row.said["meaning"]
    values: dict[str, str] = row.said["values"]
    number = meaning.get("id_number") or values.get("id_number", "")
    return RowLine(
        id=row.pk,
        sheet=sheet,
        number=row.number,
        name=meaning.get("name") or " ".join(cell for cell in row.said["cells"] if cell)[:40],
        id_number=masked_number(number) if number else "",
        place=places.get(meaning.get("place") or "", ""),
        category=category_word(meaning.get("category") or ""),
        outcome=row.outcome,
        outcome_label=outcome_words()[row.outcome].text(get_language() or "zh-hans"),
        review=row.review,
        review_label=row.get_review_display(),
        reasons=reasons_of(row),
        child_id=row.child_id if row.child_id in opened else None,
    )


def _place_names(rows: Sequence[ImportedRow]) -> dict[str, str]:
    named = {row.said["meaning"].get("place") for row in rows} - {None, ""}
    found = Place.objects.filter(pk__in=named).values_list("pk", "name")
    return {str(key): name for key, name in found}
