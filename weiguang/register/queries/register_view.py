"""What the import may know of the register: the children below one place, and that others exist.

Everything is asked for a batch of rows at once, in a constant number of queries, and only children
who were found by their number are decrypted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from weiguang.kernel.crypto import provider
from weiguang.register.access import children_below
from weiguang.register.engine.whole import KnownChild, PersonKey
from weiguang.register.models import (
    ID_INDEX,
    Adult,
    Child,
    ChildCategory,
    ChildPlace,
    HealthFact,
    SchoolFact,
    Tie,
)

ROWS_AT_ONCE: Final = 2_000
Facts = dict[str, str | frozenset[str]]
Row = TypeVar("Row", ChildPlace, SchoolFact)
Many = TypeVar("Many")


class RegisterBelow:
    """The register as a list uploaded for a place may see it.

    The facts are those that an import may change: category, hukou place, guardian (name, number,
    relation, phone), addresses, school and grade, disability number. Of these the import adds
    categories (as proposals), guardians and disability numbers beside the ones there are, moves
    the hukou, begins a new school fact, and corrects addresses, phones and guardians' numbers in
    place. It never ends a category or a guardianship and never renames a child. What the register
    learned for a day after the list's is left out: an older list changes nothing of it.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def by_id_number(self, numbers: Iterable[str], *, on: date) -> Mapping[str, KnownChild]:
        """The registered children among these numbers; outside the place only that they are."""
        known: dict[str, KnownChild] = {}
        for batch in _batches(numbers):
            known |= self._known(batch, on)
        return known

    def by_person(self, keys: Iterable[PersonKey]) -> set[PersonKey]:
        """Which of these (pinyin, birth date, sex) are registered below the place."""
        found: set[PersonKey] = set()
        for batch in _batches(keys):
            wanted = set(batch)
            rows = self._within().filter(
                pinyin__in={key[0] for key in wanted}, birth_date__in={key[1] for key in wanted}
            )
            found |= wanted & set(rows.values_list("pinyin", "birth_date", "sex"))
        return found

    def _within(self) -> QuerySet[Child]:
        return children_below(self._path)

    def _known(self, numbers: Sequence[str], on: date) -> Mapping[str, KnownChild]:
        keys = provider()
        by_index = {keys.blind_index(number, purpose=ID_INDEX): number for number in numbers}
        numbered = Child.objects.filter(id_index__in=list(by_index))
        # A file that went into another is known by the one it went into.
        whole = numbered.filter(merged_into=None).values_list(
            "pk", "id_index", "name", "is_sheltered", "residence_path", "hukou_path"
        )
        absorbed = numbered.filter(merged_into__isnull=False).values_list(
            "merged_into_id", "id_index", "merged_into__name", "merged_into__is_sheltered",
            "merged_into__residence_path", "merged_into__hukou_path",
        )  # fmt: skip
        rows = whole.union(absorbed)
        # Of a child moved for safety it is said what is said of every child elsewhere.
        children = [
            (pk, by_index[bytes(index)], name, () if is_sheltered else paths)
            for pk, index, name, is_sheltered, *paths in rows
        ]
        within = [
            pk for pk, _, _, paths in children if any(p.startswith(self._path) for p in paths)
        ]
        facts = facts_on(within, on) if within else {}
        return {
            number: KnownChild(str(pk), True, name, facts[pk])
            if pk in facts
            else KnownChild("", False)
            for pk, number, name, _ in children
        }


def facts_on(children: Sequence[UUID], on: date) -> dict[UUID, Facts]:
    """The facts of these children that a list of that day may change; five queries."""
    facts: dict[UUID, Facts] = {child: {} for child in children}
    for gather in (_categories, _places, _guardians, _school, _disability):
        for child, said in gather(children, on):
            facts[child] |= said
    return facts


def latest(spans: Iterable[Row]) -> dict[UUID, Row]:
    """The span that began last, for each child."""
    found: dict[UUID, Row] = {}
    for span in spans:
        other = found.get(span.child_id)
        if other is None or began(other) <= began(span):
            found[span.child_id] = span
    return found


def began(span: Any) -> date:
    """The first day of a dated row; the first of all days where none is known."""
    return span.during.lower or date.min


def _from(on: date) -> DateRange:
    return DateRange(on, None)


def _categories(children: Sequence[UUID], on: date) -> Iterator[tuple[UUID, Facts]]:
    held: dict[UUID, set[str]] = defaultdict(set)
    rows = ChildCategory.objects.filter(child__in=children, during__overlap=_from(on))
    for child, category, status, during in rows.values_list(
        "child", "category", "status", "during"
    ):
        # What a second person declined for that day or a later one is not proposed again.
        if status != ChildCategory.Status.DECLINED or (during.lower or date.min) >= on:
            held[child].add(category)
    for child in children:
        yield child, {"category": frozenset(held[child])}


def _places(children: Sequence[UUID], on: date) -> Iterator[tuple[UUID, Facts]]:
    spans = list(ChildPlace.objects.filter(child__in=children))
    hukou = latest(span for span in spans if span.kind == ChildPlace.Kind.HUKOU)
    residence = latest(span for span in spans if span.kind == ChildPlace.Kind.RESIDENCE)
    for child in children:
        facts: Facts = {}
        here, home = hukou.get(child), residence.get(child)
        if here is None or began(here) <= on:
            facts["place"] = str(here.place_id) if here and here.place_id else ""
            facts["hukou_address"] = (here.address if here else None) or ""
        if home is not None and began(home) <= on:
            facts["residence_address"] = home.address or ""
        yield child, facts


def _guardians(children: Sequence[UUID], on: date) -> Iterator[tuple[UUID, Facts]]:
    adults: dict[UUID, list[tuple[Adult, str]]] = defaultdict(list)
    for tie in Tie.objects.filter(
        child__in=children, kind=Tie.Kind.GUARDIAN, during__overlap=_from(on)
    ).select_related("adult"):
        if tie.adult is not None:
            adults[tie.child_id].append((tie.adult, tie.relation))
    for child in children:
        mine = adults[child]
        yield (
            child,
            {
                "guardian_name": frozenset(adult.name for adult, _ in mine),
                "guardian_id_number": frozenset(adult.id_number or "" for adult, _ in mine),
                "relation": frozenset(relation for _, relation in mine),
                "phone": frozenset(adult.phone or "" for adult, _ in mine),
            },
        )


def _school(children: Sequence[UUID], on: date) -> Iterator[tuple[UUID, Facts]]:
    now = latest(SchoolFact.objects.filter(child__in=children))
    for child in children:
        fact = now.get(child)
        if fact is None or began(fact) <= on:
            yield (
                child,
                {"school": fact.school if fact else "", "grade": fact.grade if fact else ""},
            )


def _disability(children: Sequence[UUID], on: date) -> Iterator[tuple[UUID, Facts]]:
    numbers: dict[UUID, set[str]] = defaultdict(set)
    rows = HealthFact.objects.filter(child__in=children, disability_number__isnull=False)
    for fact in rows.only("child_id", "disability_number"):
        numbers[fact.child_id].add(fact.disability_number)
    for child in children:
        yield child, {"disability_number": frozenset(numbers[child])}


def _batches(items: Iterable[Many]) -> Iterator[list[Many]]:
    source = iter(items)
    while batch := list(islice(source, ROWS_AT_ONCE)):
        yield batch
