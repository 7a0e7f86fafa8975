"""Takes a confirmed list out of the register again: whole, while nothing later depends on it.

What the list added is removed, what it changed says again what it said before. Anything that
another act wrote since about the same children stands in the way, and nothing is undone then.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import DateRangeField
from django.db import IntegrityError, models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.clock import now
from weiguang.kernel.errors import Conflict
from weiguang.kernel.fields import BlindIndex
from weiguang.kernel.history import Amendment, amend_many, in_words
from weiguang.kernel.models import Change, Event
from weiguang.kernel.records import Record
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.lists import locked
from weiguang.register.actions.lists_apply import ORDER
from weiguang.register.actions.lists_confirm import wait_for_other_imports
from weiguang.register.actions.lists_guardians import number_index, phone_index
from weiguang.register.models import Adult, Child, ImportedList, ImportedRow, Tie

ROWS_AT_ONCE: Final = 2_000
RANGE: Final = re.compile(r"[\[(](\S+), (\S+)[\])]")
Ids = Sequence[UUID]


def undo(*, imported: ImportedList, by: Actor) -> ImportedList:
    """Undo a confirmed list; the list and its rows stay as papers of what was done.

    Raises `Conflict` when a child of the list has later records, a decided category, a changed
    guardian, or stands in another confirmed list.
    """
    try:
        with act(Verb.IMPORT_UNDO, by=by, about=imported.subject) as event:
            return _undone(imported, by, event)
    except IntegrityError as error:
        # Somebody wrote about one of its children between our look and the end.
        raise _depends() from error


def _undone(imported: ImportedList, by: Actor, event: Event) -> ImportedList:
    wait_for_other_imports()
    current = locked(imported, ImportedList.State.CONFIRMED)
    rows = list(current.rows.filter(child__isnull=False).defer("said", "corrections"))
    new = [row.child_id for row in rows if row.outcome == "new" and row.child_id]
    made = _made(rows)
    written_in = _event_of(current)
    adults = _adults_of(new, made, written_in)
    _refuse_what_depends(current, new, made, adults, written_in)
    event.detail |= {"list": str(current.pk), "children": len(new)}
    _take_out(current, new, made, adults, written_in)
    current.state, current.ended_at = ImportedList.State.UNDONE, now()
    current.ended_by_id = by.person_id
    current.save(update_fields={"state", "ended_at", "ended_by"})
    return current


def _event_of(current: ImportedList) -> int:
    if current.confirmed_in is None:
        raise Conflict
    return current.confirmed_in


def _made(rows: Iterable[ImportedRow]) -> dict[type[Record], list[UUID]]:
    """The records that the list made for children who were there already, by table."""
    made: dict[type[Record], list[UUID]] = {table: [] for table in ORDER}
    for row in rows:
        for label, key in row.made:
            made[_model(label)].append(UUID(key))
    return made


def _adults_of(new: Ids, made: dict[type[Record], list[UUID]], written_in: int) -> list[UUID]:
    """The adults that the list entered: none but it ties them to a child."""
    tied = Tie.objects.filter(models.Q(child__among=new) | models.Q(pk__among=made[Tie]))
    changed = Change.objects.filter(event_id=written_in, record_kind=Adult._meta.label_lower)
    found = Adult.objects.filter(pk__in=tied.values("adult"), written_in__gte=written_in)
    return list(found.exclude(pk__in=changed.values("record_id")).values_list("pk", flat=True))


def _refuse_what_depends(
    current: ImportedList,
    new: Ids,
    made: dict[type[Record], list[UUID]],
    adults: Ids,
    written_in: int,
) -> None:
    later = (
        _later_rows(Child, "pk", new, written_in)
        or _later_relations(Child, new, written_in)
        or _later_rows(Adult, "pk", adults, written_in)
        or _later_relations(Adult, adults, written_in)
        or any(_is_gone_or_later(table, keys, written_in) for table, keys in made.items())
        or _in_other_lists(current)
        or _changed_again(written_in)
    )
    if later:
        raise _depends()


def _depends() -> Conflict:
    return Conflict(
        what=_("这份名单导入之后，其中的儿童又有了新的记录。"),
        to_what=_("没有撤销，什么都没有改动。"),
        what_next=_("请逐个更正有误的儿童；后来导入的名单要先撤销。"),
    )


def _later_relations(model: type[Record], keys: Ids, written_in: int) -> bool:
    """Whether any table holds rows about these records that another act wrote.

    Asked of every relation there is, those without a way back among them, so that a table which
    comes later stands in the way too.
    """
    return any(
        _later_rows(relation.related_model, relation.field.name, keys, written_in)
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel)
        and relation.related_model is not ImportedRow
    )


def _later_rows(model: type[Any], field: str, keys: Ids, written_in: int) -> bool:
    if not keys:
        return False
    rows = model._default_manager.filter(**{f"{field}__among": keys})
    if issubclass(model, Record):
        rows = rows.exclude(written_in=written_in)
    return bool(rows.exists())


def _is_gone_or_later(table: type[Record], keys: Ids, written_in: int) -> bool:
    here = table.objects.filter(pk__among=keys, written_in=written_in).count()
    return bool(here != len(keys))


def _in_other_lists(current: ImportedList) -> bool:
    """Whether a list that was confirmed later names a child of this one."""
    touched = current.rows.filter(outcome__in=("new", "changed")).values("child")
    others = ImportedRow.objects.filter(
        child__in=touched,
        imported__state=ImportedList.State.CONFIRMED,
        imported__confirmed_in__gt=current.confirmed_in,
    )
    return others.exists()


def _changed_again(written_in: int) -> bool:
    return any(
        record is None or record.written_in != written_in or not _says(record, changes)
        for record, changes in _amended(written_in)
    )


def _says(record: Record, changes: Iterable[Change]) -> bool:
    return all(
        in_words(getattr(record, change.field)) == change.after
        for change in changes
        if not _is_index(type(record), change.field)
    )


def _amended(written_in: int) -> list[tuple[Record | None, list[Change]]]:
    """The records that the list amended, each with what was changed."""
    by_record: dict[tuple[str, UUID], list[Change]] = {}
    for change in Change.objects.filter(event_id=written_in).order_by("id"):
        if change.record_kind != ImportedList._meta.label_lower:
            by_record.setdefault((change.record_kind, change.record_id), []).append(change)
    found: dict[tuple[str, UUID], Record] = {}
    for kind in {key[0] for key in by_record}:
        keys = [key for of, key in by_record if of == kind]
        for record in _model(kind).objects.filter(pk__among=keys):
            found[kind, record.pk] = record
    return [(found.get(key), changes) for key, changes in by_record.items()]


def _take_out(
    current: ImportedList,
    new: Ids,
    made: dict[type[Record], list[UUID]],
    adults: Ids,
    written_in: int,
) -> None:
    # Every list lets go of the children, whether it still waits or was given up.
    ImportedRow.objects.filter(child__among=new).update(child=None)
    for table in reversed(ORDER):
        about = models.Q(pk__among=made[table])
        if table is Child:
            about |= models.Q(pk__among=new)
        elif table is Adult:
            about = models.Q(pk__among=adults)
        else:
            about |= models.Q(child__among=new)
        table.objects.filter(about).take_out()
    amend_many(
        Amendment(record, changes[0].about_id, _before(type(record), changes))
        for record, changes in _amended(written_in)
        if record is not None
    )


def _before(model: type[Record], changes: Iterable[Change]) -> dict[str, Any]:
    """What the fields said before, as the values they are; indexes are made again."""
    values = {
        change.field: _value(model, change.field, change.before)
        for change in changes
        if not _is_index(model, change.field)
    }
    if "phone" in values:
        values["phone_index"] = phone_index(values["phone"])
    if "id_number" in values:
        values["id_index"] = number_index(values["id_number"])
    return values


def _value(model: type[Record], name: str, words: str | None) -> Any:
    if words is None:
        return None
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return UUID(words)
    if isinstance(field, models.DateField):
        return date.fromisoformat(words)
    if isinstance(field, DateRangeField):
        ends = RANGE.fullmatch(words)
        return DateRange(*(_day(end) for end in ends.groups())) if ends else None
    return words


def _day(words: str) -> date | None:
    return None if words in ("None", "") else date.fromisoformat(words)


def _is_index(model: type[Record], name: str) -> bool:
    return isinstance(model._meta.get_field(name), BlindIndex)


def _model(label: str) -> type[Record]:
    found = apps.get_model(label)
    if not issubclass(found, Record):
        raise LookupError(label)
    return found
