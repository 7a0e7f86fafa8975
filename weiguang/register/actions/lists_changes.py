"""What a list changes for children who are registered already, field by field.

Values are changed through the field history, so that undoing the import can restore them; records
that begin are named, so that undoing can take them out again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.history import Amendment
from weiguang.register.actions.lists_guardians import number_columns, phone_columns
from weiguang.register.actions.lists_new import (
    Begun,
    Terms,
    disability,
    guardian,
    place_span,
    proposal,
    school_fact,
)
from weiguang.register.engine.report import Row
from weiguang.register.models import Adult, Child, ChildPlace, SchoolFact, Tie
from weiguang.register.queries.register_view import began, latest

GUARDIAN: frozenset[str] = frozenset({"guardian_name", "guardian_id_number", "relation", "phone"})


@dataclass(slots=True)
class KnownFiles:
    """The records of registered children that a list may change, held until the act ends."""

    children: dict[UUID, Child]
    hukou: dict[UUID, ChildPlace]
    residence: dict[UUID, ChildPlace]
    schools: dict[UUID, SchoolFact]
    ties: dict[UUID, list[Tie]] = field(default_factory=lambda: defaultdict(list))


def known_files(children: Sequence[UUID], on: date) -> KnownFiles:
    """Read and hold what the list may change; four queries."""
    held = Child.objects.select_for_update(of=("self",)).filter(pk__in=children).order_by("pk")
    spans = list(ChildPlace.objects.filter(child__in=children))
    files = KnownFiles(
        children={child.pk: child for child in held},
        hukou=latest(span for span in spans if span.kind == ChildPlace.Kind.HUKOU),
        residence=latest(span for span in spans if span.kind == ChildPlace.Kind.RESIDENCE),
        schools=latest(SchoolFact.objects.filter(child__in=children)),
    )
    ties = Tie.objects.filter(
        child__in=children, kind=Tie.Kind.GUARDIAN, during__overlap=DateRange(on, None)
    )
    for tie in ties.select_related("adult").order_by("pk"):
        files.ties[tie.child_id].append(tie)
    return files


def changes(row: Row, files: KnownFiles, terms: Terms) -> Iterator[Amendment | Begun]:
    """What the row's differing facts ask for: amendments of records, and records that begin."""
    child, facts, differing = UUID(str(row.child)), row.facts, set(row.differing)
    if "category" in differing:
        yield proposal(str(child), facts["category"], terms)
    if differing & {"place", "hukou_address"}:
        yield from _hukou(files.children[child], files.hukou.get(child), facts, terms)
    if "residence_address" in differing:
        home = files.residence[child]
        yield Amendment(home, child, {"address": facts["residence_address"]})
    if differing & {"school", "grade"}:
        yield from _school(child, files.schools.get(child), facts, terms)
    if "disability_number" in differing:
        yield disability(str(child), facts["disability_number"], terms)
    if differing & GUARDIAN:
        yield from _guardian(child, files.ties[child], facts, terms)


def _hukou(
    child: Child, here: ChildPlace | None, facts: Mapping[str, str], terms: Terms
) -> Iterator[Amendment | Begun]:
    place, address = terms.places[facts["place"]], facts.get("hukou_address")
    if here is not None and (here.place_id == place.pk or began(here) == terms.on):
        kept = address or (here.address if here.place_id == place.pk else None)
        yield Amendment(here, child.pk, {"place_id": place.pk, "address": kept})
    else:
        yield from _ended(here, child.pk, terms.on)
        yield place_span(str(child.pk), ChildPlace.Kind.HUKOU, place.pk, address, terms)
    yield Amendment(child, child.pk, {"hukou_place_id": place.pk, "hukou_path": place.path})


def _school(
    child: UUID, now: SchoolFact | None, facts: Mapping[str, str], terms: Terms
) -> Iterator[Amendment | Begun]:
    if now is None:
        yield school_fact(str(child), facts, terms)
        return
    said = {"school": facts.get("school", now.school), "grade": facts.get("grade", now.grade)}
    fresh = school_fact(str(child), said, terms, before=now)
    if began(now) == terms.on:
        yield Amendment(now, child, said | {"stage": fresh.values["stage"]})
        return
    yield from _ended(now, child, terms.on)
    yield fresh


def _guardian(
    child: UUID, ties: Iterable[Tie], facts: Mapping[str, str], terms: Terms
) -> Iterator[Amendment | Begun]:
    meant = _meant(ties, facts)
    if meant is None:
        yield from guardian(str(child), facts, terms)
        return
    tie, adult = meant
    columns: dict[str, object] = {"name": facts["guardian_name"]}
    if "phone" in facts:
        columns |= phone_columns(facts["phone"])
    if "guardian_id_number" in facts:
        columns |= number_columns(facts["guardian_id_number"])
    yield Amendment(adult, child, columns)
    yield Amendment(tie, child, {"relation": facts.get("relation", tie.relation)})


def _meant(ties: Iterable[Tie], facts: Mapping[str, str]) -> tuple[Tie, Adult] | None:
    """The guardian the row means: the one with the number, else the one with the name."""
    number, name = facts.get("guardian_id_number"), facts["guardian_name"]
    named = None
    for tie in ties:
        if tie.adult is None:
            continue
        if number and tie.adult.id_number == number:
            return tie, tie.adult
        if tie.adult.name == name and named is None:
            named = tie, tie.adult
    return named


def _ended(span: ChildPlace | SchoolFact | None, child: UUID, on: date) -> Iterator[Amendment]:
    if span is not None and (span.during.upper is None or span.during.upper > on):
        yield Amendment(span, child, {"during": DateRange(span.during.lower, on)})
