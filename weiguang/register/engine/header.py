"""Finds a sheet's header in one row or two, and what each column is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from weiguang.register.engine.cells import Cell, date_within, text_of
from weiguang.register.engine.sheets import Sheet
from weiguang.register.engine.words import ImportWords, bare

SEARCHED_ROWS: Final = 30
FEWEST_COLUMNS: Final = 3
# What a column may be, in the contract's order.
IDENTIFIERS: Final = (
    "town", "village", "name", "sex", "id_number", "birth_date", "category", "guardian_name",
    "guardian_id_number", "relation", "phone", "hukou_address", "residence_address", "school",
    "grade", "disability_number", "bank_account", "note",
)  # fmt: skip
Columns = dict[int, tuple[str, str | None]]


@dataclass(frozen=True)
class Header:
    """The header's rows (from 1), each column's label and identifier, and the date above it."""

    rows: tuple[int, ...]
    columns: Columns
    printed_on: date | None

    @property
    def first_data_row(self) -> int:
        """The row below the header, from 1."""
        return self.rows[-1] + 1

    def known(self) -> dict[str, str]:
        """Label to identifier of the recognised columns."""
        return {label: code for label, code in self.columns.values() if code}

    def unused(self) -> list[str]:
        """Labels of the columns that are kept but not read."""
        return [label for label, code in self.columns.values() if code is None]

    def corrected(self, columns: Mapping[int, str | None]) -> "Header":
        """The header with these columns read as a person said; each identifier stands once."""
        said = {code for code in columns.values() if code}
        found = {
            index: (label, None if code in said else code)
            for index, (label, code) in self.columns.items()
        }
        named = {index: found.get(index, (f"#{index + 1}", None))[0] for index in columns}
        found |= {index: (named[index], code) for index, code in columns.items()}
        return Header(self.rows, dict(sorted(found.items())), self.printed_on)

    @cached_property
    def labels(self) -> dict[int, str]:
        """The columns' own labels by index, without their groups."""
        return {index: label.rsplit("/", 1)[-1] for index, (label, _) in self.columns.items()}

    @cached_property
    def places(self) -> dict[str, int]:
        """Identifier to the column's index."""
        return {code: index for index, (_, code) in self.columns.items() if code}


def find_header(sheet: Sheet, words: ImportWords) -> Header | None:
    """The first rows that name enough columns, the child's name among them; None without any."""
    for index in range(min(len(sheet.rows), SEARCHED_ROWS)):
        for height in (2, 1):
            columns = _columns(sheet.rows[index : index + height], height, words)
            if columns is not None:
                rows = tuple(range(index + 1, index + 1 + height))
                return Header(rows, columns, _printed_on(sheet.rows[:index]))
    return None


def _columns(rows: Sequence[Sequence[Cell]], height: int, words: ImportWords) -> Columns | None:
    if len(rows) < height:
        return None
    labels = [[bare(text_of(cell)) for cell in row] for row in rows]
    if height == 1:
        named = [("", label) for label in labels[0]]
    elif _is_second_row(labels[0], labels[1], words):
        named = _with_groups(labels[0], labels[1])
    else:
        return None
    columns = _recognised(named, words)
    codes = {code for _, code in columns.values() if code}
    return columns if "name" in codes and len(codes) >= FEWEST_COLUMNS else None


def _is_second_row(above: list[str], below: list[str], words: ImportWords) -> bool:
    """Whether the lower row is part of the header: words of headers below several groups."""
    said = [label for label in below if label]
    known = words.headers.keys() | words.guardian_headers.keys()
    of_header = sum(label in known for label in said)
    repeats = above == below
    return not repeats and len([top for top in above if top]) > 1 and of_header * 2 > len(said) > 1


def _with_groups(above: list[str], below: list[str]) -> list[tuple[str, str]]:
    named, group = [], ""
    for index in range(max(len(above), len(below))):
        top = above[index] if index < len(above) else ""
        label = below[index] if index < len(below) else ""
        group = top or group
        named.append((group, label) if label else ("", top))
    return named


def _recognised(named: list[tuple[str, str]], words: ImportWords) -> Columns:
    columns: Columns = {}
    taken: set[str] = set()
    for index, (group, label) in enumerate(named):
        if not label:
            continue
        code = _identifier(group, label, words)
        code = code if code not in taken else None
        if code:
            taken.add(code)
        columns[index] = (f"{group}/{label}" if group else label, code)
    return columns


def _identifier(group: str, label: str, words: ImportWords) -> str | None:
    if not group and label not in words.headers and "/" in label:
        # Our own workbooks write a second-row header in one: its group and itself.
        group, _, label = label.partition("/")
    if any(word in group for word in words.guardian_groups):
        return words.guardian_headers.get(label) or words.headers.get(label)
    if group and not any(word in group for word in words.child_groups):
        return None
    return words.headers.get(label)


def _printed_on(above: Sequence[Sequence[Cell]]) -> date | None:
    for row in above:
        for cell in row:
            found = date_within(text_of(cell))
            if found:
                return found
    return None
