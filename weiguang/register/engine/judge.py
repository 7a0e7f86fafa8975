"""Judges one row by itself: what it means, and every reason to doubt it (import contract)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from weiguang.register.engine.cells import (
    Cell,
    date_of,
    holds_a_character,
    is_rounded_number,
    name_of,
    text_of,
)
from weiguang.register.engine.facts import facts_of
from weiguang.register.engine.header import Header
from weiguang.register.engine.places import PlaceIndex
from weiguang.register.engine.report import Row
from weiguang.register.engine.words import ImportWords, bare
from weiguang.register.rules.identity import (
    IdentityNumber,
    bare_number,
    disability_certificate,
    flaw,
    identity_number,
    is_minor_on,
    is_phone,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What rows are judged by."""

    words: ImportWords
    places: PlaceIndex
    as_of: date
    default_place: str | None = None


def skip_reason(texts: Sequence[str], header: Header, words: ImportWords) -> str | None:
    """Why this is no child's row at all; None when it may be one."""
    labels = header.labels
    # A row that was only numbered in advance says nothing.
    said = [
        (index, text)
        for index, typed in enumerate(texts)
        if typed
        and (text := bare(typed))
        and not (text.isdigit() and labels.get(index) in words.serials)
    ]
    if not said:
        return "blank_row"
    first = said[0][1]
    if _is_total(first, texts, header, words):
        return "total_row"
    if len(said) > 1 and all(labels.get(index) == text for index, text in said):
        return "header_repeat"
    is_note = first in words.notes or first.startswith(words.note_beginnings)
    return "note_row" if is_note and len(said) <= len(header.columns) // 2 else None


def _is_total(first: str, texts: Sequence[str], header: Header, words: ImportWords) -> bool:
    """Whether the row's first words count the rows above it, of a town or of all."""
    text = first.rstrip(":")
    if text in words.totals:
        return True
    counts = text.endswith(tuple(words.totals)) or _counted(words.totals).fullmatch(text)
    columns = header.places
    person = [columns[code] for code in ("id_number", "birth_date") if code in columns]
    return bool(counts) and not any(texts[index] for index in person if index < len(texts))


@cache
def _counted(totals: frozenset[str]) -> re.Pattern[str]:
    """What counts rows: a word for a total, and how many."""
    words = "|".join(map(re.escape, totals)) or r"(?!)"
    return re.compile(rf"(?:{words}):?\d+[人名个]?")


def judge_row(row: Row, cells: dict[str, Cell], measure: Measure) -> None:
    """Fill in what the row means and its reasons, from its cells by identifier."""
    words = measure.words
    _judge_name(row, cells.get("name"), words)
    row.no_id_reason = text_of(cells.get("no_id_reason"))
    number = None if row.no_id_reason else _judge_number(row, cells.get("id_number"), words)
    row.guardian_id_number = _guardian_number(cells)
    column_sex = words.sexes.get(bare(text_of(cells.get("sex"))).upper())
    column_birth = _judge_birth(row, cells.get("birth_date"), words)
    if _is_guardians(row, cells, number, column_birth, measure.as_of):
        row.reasons.add("id_is_guardians")
        number = None
    else:
        _compare(row, number, column_birth, column_sex)
    row.id_number = number.text if number else None
    row.birth_date = number.birth_date if number else column_birth
    row.sex = number.sex if number else column_sex
    _judge_person(row, measure.as_of)
    _judge_place(row, cells, measure)
    _judge_category(row, cells.get("category"), words)
    _judge_kept(row, cells, words)
    row.facts = facts_of(row, cells, words, measure.places)


def _judge_name(row: Row, cell: Cell, words: ImportWords) -> None:
    row.name = name_of(cell)
    if words.is_nothing(bare(row.name)):
        row.name = ""
        row.reasons.add("name_missing")
    elif not holds_a_character(row.name):
        row.reasons.add("name_is_number")


def _judge_number(row: Row, cell: Cell, words: ImportWords) -> IdentityNumber | None:
    text = bare_number(text_of(cell))
    if words.is_nothing(text) or words.is_nothing(bare(text_of(cell))):
        row.reasons.add("id_missing")
        return None
    if is_rounded_number(cell):
        row.reasons.add("id_damaged")
        return None
    number = identity_number(text)
    if number is None:
        row.reasons.add(f"id_{flaw(text)}")
    elif number.was_15:
        row.reasons.add("id_15")
    return number


def _guardian_number(cells: dict[str, Cell]) -> str | None:
    number = identity_number(text_of(cells.get("guardian_id_number")))
    return number.text if number else None


def _judge_birth(row: Row, cell: Cell, words: ImportWords) -> date | None:
    text = bare(text_of(cell))
    birth = date_of(cell)
    if birth is None and words.is_nothing(text):
        if "id_missing" in row.reasons or row.no_id_reason:
            row.reasons.add("birth_invalid")
    elif birth is None:
        row.reasons.add("birth_invalid")
    return birth


def _is_guardians(
    row: Row, cells: dict[str, Cell], number: IdentityNumber | None, birth: date | None, on: date
) -> bool:
    if row.no_id_reason:
        return False
    own = bare_number(text_of(cells.get("id_number")))
    # Two numbers that a spreadsheet destroyed look alike and say nothing of one another.
    is_readable = row.reasons.isdisjoint({"id_missing", "id_damaged"})
    same = is_readable and own == bare_number(text_of(cells.get("guardian_id_number")))
    adults = number is not None and not is_minor_on(number.birth_date, on)
    return same or (adults and birth is not None and birth <= on and is_minor_on(birth, on))


def _compare(row: Row, number: IdentityNumber | None, birth: date | None, sex: str | None) -> None:
    if number is None:
        return
    if birth is not None and birth != number.birth_date:
        row.reasons.add("birth_mismatch")
    if sex is not None and sex != number.sex:
        row.reasons.add("sex_mismatch")


def _judge_person(row: Row, on: date) -> None:
    if row.sex is None:
        row.reasons.add("sex_invalid")
    if row.birth_date is None:
        return
    if row.birth_date > on:
        row.reasons.add("birth_future")
    elif "id_is_guardians" not in row.reasons and not is_minor_on(row.birth_date, on):
        row.reasons.add("not_a_minor")


def _judge_place(row: Row, cells: dict[str, Cell], measure: Measure) -> None:
    chosen = text_of(cells.get("place"))
    if chosen in measure.places:
        row.place = chosen
        return
    town, village = (text_of(cells.get(key)) for key in ("town", "village"))
    town, village = ("" if measure.words.is_nothing(bare(t)) else t for t in (town, village))
    given = measure.default_place
    if not town and not village and given:
        row.place = given if given in measure.places else measure.places.by_code(given)
    else:
        row.place = measure.places.find(town=town, village=village)
        if row.place is None:
            row.place = measure.places.find_former(town=town, village=village)
            row.reasons |= {"place_former"} if row.place else set()
    if row.place is None:
        row.reasons.add("place_unknown")


def _judge_category(row: Row, cell: Cell, words: ImportWords) -> None:
    text = bare(text_of(cell))
    row.category = text if text in words.category_codes else words.categories.get(text)
    if row.category:
        return
    if words.is_nothing(text):
        row.reasons.add("category_missing")
    elif text in words.ambiguous_categories or _names_several(text, words):
        row.reasons.add("category_ambiguous")
    else:
        row.reasons.add("category_unknown")


def _names_several(text: str, words: ImportWords) -> bool:
    parts = [part for part in text.replace(",", "、").replace("/", "、").split("、") if part]
    return len(parts) > 1 and all(part in words.categories for part in parts)


def _judge_kept(row: Row, cells: dict[str, Cell], words: ImportWords) -> None:
    phone = text_of(cells.get("phone"))
    if not words.is_nothing(bare(phone)) and not is_phone(phone):
        row.reasons.add("phone_invalid")
    certificate = text_of(cells.get("disability_number"))
    if not words.is_nothing(bare(certificate)) and disability_certificate(certificate) is None:
        row.reasons.add("disability_number_invalid")
