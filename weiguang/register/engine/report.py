"""What became of every row of a list, in the shape of the import contract."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

SEVERITY: Final = ("rejected", "review", "changed", "known", "new")
SKIPS: Final = frozenset(
    {"blank_row", "total_row", "header_repeat", "note_row", "duplicate_in_file"}
)
KEPT_ONLY: Final = frozenset(
    {"id_15", "twin", "phone_invalid", "disability_number_invalid", "place_former"}
)
# The outcomes of rows whose child may be named.
SHOWN: Final = ("known", "changed", "new")
REJECTS: Final = frozenset({"not_a_minor"})

# What a person may decide about a row under review, besides correcting it.
TWO_CHILDREN: Final = "two_children"
SAME_CHILD: Final = "same_child"
LEFT_OUT: Final = "left_out"


@dataclass(slots=True)
class Row:
    """One row: what it said, what it means, why it is doubted, and what becomes of it."""

    sheet: str
    number: int
    values: dict[str, str]
    sheet_index: int = 0
    cells: tuple[str, ...] = ()
    name: str = ""
    sex: str | None = None
    birth_date: date | None = None
    id_number: str | None = None
    guardian_id_number: str | None = None
    category: str | None = None
    place: str | None = None
    residence_place: str | None = None
    no_id_reason: str = ""
    # What it says that the register may take over, in the register's own words.
    facts: dict[str, str] = field(default_factory=dict)
    decision: str = ""
    reasons: set[str] = field(default_factory=set)
    standing: str = "new"
    child: str | None = None
    differing: tuple[str, ...] = ()

    @property
    def is_skipped(self) -> bool:
        """Whether it is no child's row at all, or one that an earlier row has said."""
        return not self.reasons.isdisjoint(SKIPS)

    @property
    def key(self) -> tuple[int, int]:
        """Where the row stands in its file: the sheet's index, and its number there."""
        return self.sheet_index, self.number

    @property
    def is_applied(self) -> bool:
        """Whether confirming the list writes something for it."""
        return self.outcome in ("new", "changed")

    @property
    def is_deciding(self) -> bool:
        """Whether it takes part in what rows say of one another: neither skipped nor left out."""
        return not self.is_skipped and self.decision != LEFT_OUT

    @property
    def outcome(self) -> str:
        """The most severe of what its reasons ask for."""
        if self.is_skipped:
            return "skipped"
        if not self.reasons.isdisjoint(REJECTS):
            return "rejected"
        is_doubted = self.decision == LEFT_OUT or self.reasons - KEPT_ONLY
        return "review" if is_doubted else self.standing

    def as_json(self) -> dict[str, Any]:
        """The row in the contract's shape."""
        shown = self.child if self.outcome in SHOWN else None
        return {
            "sheet": self.sheet,
            "row": self.number,
            "outcome": self.outcome,
            "reasons": sorted(self.reasons),
            "child": shown,
        }


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What was made of a sheet's header; `why` is said where there was none."""

    name: str
    header_rows: tuple[int, ...]
    columns: dict[str, str]
    unused_columns: list[str]
    why: str | None = None
    index: int = 0
    # Every column by its index from 0: its label, and its identifier when it is used.
    layout: Mapping[int, tuple[str, str | None]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The sheet in the contract's shape."""
        said: dict[str, Any] = {"name": self.name, "header_rows": list(self.header_rows)}
        if self.why:
            return said | {"why": self.why}
        return said | {"columns": self.columns, "unused_columns": self.unused_columns}


@dataclass(frozen=True, slots=True)
class Report:
    """A whole list, row by row."""

    file: str
    as_of: date
    sheets: tuple[SheetReport, ...]
    rows: tuple[Row, ...]

    def summary(self) -> dict[str, int]:
        """How many rows, and how many of each outcome."""
        return counted(row.outcome for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """The report in the contract's shape."""
        return {
            "file": self.file,
            "as_of": self.as_of.isoformat(),
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "rows": [row.as_json() for row in self.rows],
            "summary": self.summary(),
        }


def counted(outcomes: Iterable[str]) -> dict[str, int]:
    """The number of rows and of each outcome, in the contract's order."""
    counts = Counter(outcomes)
    order = ("new", "known", "changed", "review", "rejected", "skipped")
    return {"rows": counts.total()} | {outcome: counts[outcome] for outcome in order}
