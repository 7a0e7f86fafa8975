"""What changed lately in a child's file, told from the memory: events and field history.

Not to be confused with the readers' list, which tells who looked.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from weiguang.kernel.compiled import Compiled
from weiguang.kernel.models import Change, Event
from weiguang.kernel.sensitivity import Tier
from weiguang.network.authority import Actor, may
from weiguang.network.models import Place
from weiguang.network.verbs import Verb
from weiguang.register.models import Child, ImportedRow, Tie
from weiguang.register.queries.field_labels import FIELDS, LISTS, RECORDS
from weiguang.register.queries.people import People, people_of
from weiguang.register.queries.words import word

LATEST: Final = 30
CHANGES_READ: Final = 300
DONE: Final[dict[str, Promise]] = {
    Verb.CHILD_REGISTER: pgettext_lazy("done", "登记"),
    Verb.CHILD_AMEND: pgettext_lazy("done", "更新"),
    Verb.RESIDENCE_CONFIRM: pgettext_lazy("done", "确认居住地"),
    Verb.CATEGORY_PROPOSE: pgettext_lazy("done", "提出类别"),
    Verb.CATEGORY_CONFIRM: pgettext_lazy("done", "核定类别"),
    Verb.CONSENT_RECORD: pgettext_lazy("done", "登记同意或撤回"),
    Verb.ENTRUSTMENT_RECORD: pgettext_lazy("done", "登记委托照护"),
    Verb.IMPORT_CONFIRM: pgettext_lazy("done", "名单导入"),
    Verb.IMPORT_UNDO: pgettext_lazy("done", "撤销导入"),
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}|None")
_PLACES: Final = {"hukou_place", "residence_place", "place"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changed; its words only where `is_shown`, and empty where there were none."""

    label: str
    is_shown: bool
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """One act that changed the file: what was done, by whom on which post, to what."""

    at: datetime
    who: str
    post: str
    what: str
    fields: tuple[FieldChange, ...]
    made: tuple[str, ...]


def recent_changes(actor: Actor, child: Child, *, latest: int = LATEST) -> tuple[ChangeEntry, ...]:
    """The latest acts that changed the file, newest first; at most nine queries.

    Words of a field are told when its tier is the reader's and not `sensitive`: those are shown by
    `reveal` alone, which is remembered.
    """
    sees = min(may(actor, Verb.CHILD_OPEN, child.subject).sees, Tier.PERSONAL)
    changes = _changes(child)
    events = _events(child, {change.event_id for change in changes})[:latest]
    kept = {event.pk for event in events}
    told = _told([change for change in changes if change.event_id in kept], sees)
    people = people_of(events)
    return tuple(_entry(event, told.get(event.pk, ()), people) for event in events)


def field_label(record_kind: str, name: str) -> str:
    """What a field of a record is called; empty where it is not told."""
    return str(FIELDS.get(record_kind, {}).get(name, ""))


def tier_of(record_kind: str, name: str) -> Tier:
    """The tier that a record's field was declared with."""
    model: Any = apps.get_model(record_kind)
    tier: Tier = model.sensitivity[model._meta.get_field(name).name]
    return tier


def _changes(child: Child) -> list[Change]:
    """The child's story and its family's, without the words."""
    family = _family(child_id=child.pk)
    return _changes_about(those=[child.pk, *family])


@Compiled
def _family(*, child_id: UUID) -> QuerySet[Tie, UUID]:
    ties = Tie.objects.filter(child_id=child_id, adult__isnull=False)
    return ties.values_list("adult_id", flat=True)


@Compiled
def _changes_about(*, those: list[UUID]) -> QuerySet[Change]:
    told = Q()
    for kind, fields in FIELDS.items():
        told |= Q(record_kind=kind, field__in=list(fields))
    found = Change.objects.filter(told, about_id__among=those)
    return found.defer("before", "after").order_by("-event_id", "id")[:CHANGES_READ]


def _events(child: Child, changing: set[int]) -> list[Event]:
    """The acts about the child itself, and those that changed it in passing: an import, a kin's."""
    own = {event.pk: event for event in _latest_about(child_id=child.pk)}
    others = (changing | set(_imports(child_id=child.pk))) - set(own)
    wanted = _done_by(events=list(others)) if others else ()
    return sorted((*own.values(), *wanted), key=lambda event: event.pk, reverse=True)


@Compiled
def _latest_about(*, child_id: UUID) -> QuerySet[Event]:
    about = Event.objects.filter(about_id=child_id, was_refused=False, verb__in=list(DONE))
    return about.order_by("-id")[:LATEST]


@Compiled
def _done_by(*, events: list[int]) -> QuerySet[Event]:
    return Event.objects.filter(pk__among=events, verb__in=list(DONE))


@Compiled
def _imports(*, child_id: UUID) -> QuerySet[ImportedRow, int]:
    """The acts by which lists entered the child or changed it."""
    written = ImportedRow.objects.filter(
        child_id=child_id, outcome__in=("new", "changed"), imported__confirmed_in__isnull=False
    )
    return written.values_list("imported__confirmed_in", flat=True)[:LATEST]


def _told(changes: Sequence[Change], sees: Tier) -> dict[int, list[FieldChange]]:
    shown = {change.pk for change in changes if tier_of(change.record_kind, change.field) <= sees}
    found = _words(changes=list(shown)) if shown else ()
    words: dict[UUID, tuple[Any, Any]] = {pk: (before, after) for pk, before, after in found}
    places = _place_names(changes, words)
    by_event: dict[int, list[FieldChange]] = {}
    for change in changes:
        label = field_label(change.record_kind, change.field)
        told = FieldChange(label, is_shown=False)
        if change.pk in words:
            before, after = (_in_words(change, value, places) for value in words[change.pk])
            told = FieldChange(label, True, before, after)
        by_event.setdefault(change.event_id, []).append(told)
    return by_event


@Compiled
def _words(*, changes: list[UUID]) -> QuerySet[Change, tuple[UUID, Any, Any]]:
    return Change.objects.filter(pk__among=changes).values_list("pk", "before", "after")


def _place_names(changes: Iterable[Change], words: dict[UUID, tuple[Any, Any]]) -> dict[str, str]:
    told = [words.get(change.pk, ()) for change in changes if change.field in _PLACES]
    named = {value for values in told for value in values if value}
    found = Place.objects.filter(pk__in=named).values_list("pk", "name") if named else ()
    return {str(pk): name for pk, name in found}


def _in_words(change: Change, value: str | None, places: dict[str, str]) -> str:
    if value is None:
        return ""
    if change.field in _PLACES:
        return places.get(value, "")
    if change.field == "during":
        return _span(value)
    if value in {"True", "False"}:
        return _("是") if value == "True" else _("否")
    if (listed := LISTS.get((change.record_kind, change.field))) is not None:
        return word(listed, value)
    field: Any = apps.get_model(change.record_kind)._meta.get_field(change.field)
    return str(dict(field.choices or ()).get(value, "" if field.is_relation else value))


def _span(value: str) -> str:
    """A stored range as people write it: `[2020-01-01, None)` becomes 2020-01-01 至今."""
    since, until = _DAY.findall(value)[:2] if len(_DAY.findall(value)) > 1 else ("None", "None")
    if until == "None":
        return _("至今") if since == "None" else _("%(day)s至今") % {"day": since}
    if since == "None":
        return _("至%(day)s") % {"day": until}
    return _("%(since)s至%(day)s") % {"since": since, "day": until}


def _entry(event: Event, fields: Iterable[FieldChange], people: People) -> ChangeEntry:
    made = (RECORDS.get(each.get("record", "")) for each in event.detail.get("created", ()))
    return ChangeEntry(
        at=event.at,
        who=people.who(event),
        post=people.on_which_post(event),
        what=str(DONE[event.verb]),
        fields=tuple(fields),
        made=tuple(dict.fromkeys(str(label) for label in made if label)),
    )
