"""What a confirmed list writes: new children whole, and for known ones what differs.

Records are made for a batch of rows and written table by table. What an import may change, and what
it leaves alone, is said at `queries.register_view.RegisterBelow`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from weiguang.kernel.history import Amendment, amend_many
from weiguang.kernel.ids import ids_by_and_by
from weiguang.kernel.records import Record, copy_columns, copying_behind
from weiguang.network.models import Place
from weiguang.register.actions.lists_changes import changes, known_files
from weiguang.register.actions.lists_guardians import Guardians
from weiguang.register.actions.lists_new import Begun, Terms, new_child
from weiguang.register.actions.lists_rows import ROWS_AT_ONCE, Written
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

Tell = Callable[[int, int], None]
# Tables in the order in which their rows need one another.
ORDER: Final[tuple[type[Record], ...]] = (
    Adult, Child, ChildName, ChildPlace, Tie, ChildCategory, SchoolFact, HealthFact,
)  # fmt: skip


def silently(done: int, total: int) -> None:
    """Tell nobody how far the work has come."""


def apply_rows(
    rows: Iterable[Row], *, on: date, below: str, proposed_by: UUID | None, tell: Tell = silently
) -> Written:
    """Write the rows whose outcome is `new` or `changed`; inside an act, all or nothing."""
    places = {str(p.pk): p for p in Place.objects.filter(path__startswith=below)}
    terms = Terms(on, proposed_by, places, Guardians(below), ids_by_and_by())
    written, amended = Written(), 0
    wanted = [row for row in rows if row.is_applied]
    for batch in _batches([row for row in wanted if row.outcome == "changed"]):
        terms.guardians.look_up(batch)
        for table, columns in _by_table(_changed(batch, terms, written), written):
            copy_columns(table, columns)
        amended += len(batch)
        tell(amended, len(wanted))
    new = [row for row in wanted if row.outcome == "new"]
    for batch in _batches(new):
        terms.guardians.look_up(batch)
    _write_new(new, terms, written, lambda done: tell(amended + done, len(wanted)))
    return written


def _write_new(
    rows: Sequence[Row], terms: Terms, written: Written, tell: Callable[[int], None]
) -> None:
    """Write the children whom the register does not know yet, with all their rows say."""
    done = 0
    with copying_behind() as copy:
        for batch in _batches(rows):
            begun: list[Begun] = []
            for row in batch:
                mine = list(new_child(row, terms))
                written.children[row.key] = mine[0].values["id"]
                begun += mine
            for table, columns in _by_table(begun, written):
                copy(table, columns)
            done += len(batch)
            tell(done)


def _by_table(
    begun: Iterable[Begun], written: Written
) -> Iterator[tuple[type[Record], dict[str, list[Any]]]]:
    """The rows as columns, table after table in the order in which they need one another."""
    rows: dict[type[Record], list[dict[str, Any]]] = {table: [] for table in ORDER}
    for table, values in begun:
        rows[table].append(values)
    for table, mine in rows.items():
        if mine:
            yield table, {name: [values[name] for values in mine] for name in mine[0]}
            written.counts[table._meta.model_name or ""] += len(mine)


def _changed(rows: Sequence[Row], terms: Terms, written: Written) -> Iterator[Begun]:
    """What begins for known children, after their old values were amended."""
    files = known_files([UUID(str(row.child)) for row in rows], terms.on)
    amendments: list[Amendment] = []
    begun: list[Begun] = []
    for row in rows:
        for change in changes(row, files, terms):
            if isinstance(change, Amendment):
                amendments.append(change)
                continue
            begun.append(change)
            said = [change.table._meta.label_lower, change.values["id"]]
            written.made.setdefault(row.key, []).append(said)
    # First: a span that ends must have ended before the next one of its kind begins.
    written.counts["changed_fields"] += amend_many(amendments)
    yield from begun


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]
