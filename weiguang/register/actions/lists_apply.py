"""What a confirmed list writes: new children whole, and for known ones what differs.

Records are made for a batch of rows and written table by table. What an import may change, and what
it leaves alone, is said at `queries.register_view.RegisterBelow`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from weiguang.kernel.history import Amendment, amend_many
from weiguang.kernel.records import Record, copy_in
from weiguang.network.models import Place
from weiguang.register.actions.lists_changes import changes, known_files
from weiguang.register.actions.lists_guardians import Guardians
from weiguang.register.actions.lists_new import Terms, new_child
from weiguang.register.actions.lists_rows import RowKey
from weiguang.register.engine.report import Row
from weiguang.register.models import (
    Adult,
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    HealthFact,
    SchoolFact,
    Tie,
)

ROWS_AT_ONCE: Final = 2_000
Tell = Callable[[int, int], None]
# Tables in the order in which their rows need one another.
ORDER: Final[tuple[type[Record], ...]] = (
    Adult, Child, ChildName, ChildPlace, Tie, ChildCategory, SchoolFact, HealthFact,
)  # fmt: skip


@dataclass(slots=True)
class Written:
    """What was written: the children of new rows, and the records made for known ones."""

    children: dict[RowKey, UUID] = field(default_factory=dict)
    made: dict[RowKey, list[list[str]]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def silently(done: int, total: int) -> None:
    """Tell nobody how far the work has come."""


def apply_rows(
    rows: Iterable[Row], *, on: date, below: str, proposed_by: UUID | None, tell: Tell = silently
) -> Written:
    """Write the rows whose outcome is `new` or `changed`; inside an act, all or nothing."""
    places = {str(p.pk): p for p in Place.objects.filter(path__startswith=below)}
    terms = Terms(on, proposed_by, places, Guardians(below))
    written = Written()
    wanted = [row for row in rows if row.is_applied]
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        batch = wanted[start : start + ROWS_AT_ONCE]
        terms.guardians.look_up(batch)
        _write(batch, terms, written)
        tell(start + len(batch), len(wanted))
    return written


def _write(batch: Sequence[Row], terms: Terms, written: Written) -> None:
    records = list(_changed([row for row in batch if row.outcome == "changed"], terms, written))
    for row in batch:
        if row.outcome == "new":
            begun = list(new_child(row, terms))
            written.children[row.key] = begun[0].pk
            records += begun
    for table in ORDER:
        mine = [record for record in records if type(record) is table]
        if mine:
            copy_in(table, mine)
            written.counts[table._meta.model_name or ""] += len(mine)


def _changed(rows: Sequence[Row], terms: Terms, written: Written) -> Iterator[Record]:
    """The records that begin for known children, after their old values were amended."""
    if not rows:
        return
    files = known_files([UUID(str(row.child)) for row in rows], terms.on)
    amendments: list[Amendment] = []
    begun: list[Record] = []
    for row in rows:
        for change in changes(row, files, terms):
            if isinstance(change, Amendment):
                amendments.append(change)
                continue
            begun.append(change)
            said = [change._meta.label_lower, str(change.pk)]
            written.made.setdefault(row.key, []).append(said)
    # First: a span that ends must have ended before the next one of its kind begins.
    written.counts["changed_fields"] += amend_many(amendments)
    yield from begun
