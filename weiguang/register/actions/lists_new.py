"""The records of a child who enters the register by a list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.records import Record
from weiguang.network.models import Place
from weiguang.register.actions.children import Identity, identity_fields
from weiguang.register.actions.lists_guardians import Guardians
from weiguang.register.engine.report import Row
from weiguang.register.models import (
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    HealthFact,
    SchoolFact,
    Tie,
)
from weiguang.register.queries.judging import legal_bases, list_words

EVIDENCE = "import_list"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Terms:
    """As of which day a list is written, who proposes, among which places and guardians."""

    on: date
    proposed_by: UUID | None
    places: Mapping[str, Place]
    guardians: Guardians

    @property
    def during(self) -> DateRange:
        """From the day of the list on."""
        return DateRange(self.on, None)


def new_child(row: Row, terms: Terms) -> Iterator[Record]:
    """The child of a valid row and everything the row says of it; the child comes first."""
    hukou = terms.places[row.facts["place"]]
    residence = terms.places[row.residence_place or row.facts["place"]]
    child = Child(
        **identity_fields(_identity(row)),
        hukou_place=hukou,
        hukou_path=hukou.path,
        residence_place=residence,
        residence_path=residence.path,
    )
    yield child
    yield ChildName(
        child=child, kind=ChildName.Kind.OFFICIAL, name=child.name, during=DateRange(None, None)
    )
    kinds = ChildPlace.Kind
    yield place_span(child.pk, kinds.HUKOU, hukou.pk, row.facts.get("hukou_address"), terms)
    yield place_span(
        child.pk, kinds.RESIDENCE, residence.pk, row.facts.get("residence_address"), terms
    )
    yield proposal(child.pk, row.facts["category"], terms)
    if "guardian_name" in row.facts:
        yield from guardian(child.pk, row.facts, terms)
    if "school" in row.facts or "grade" in row.facts:
        yield school_fact(child.pk, row.facts, terms)
    if "disability_number" in row.facts:
        yield disability(child.pk, row.facts["disability_number"], terms)


def place_span(
    child: UUID, kind: str, place: UUID, address: str | None, terms: Terms
) -> ChildPlace:
    """A place from the list's day on; nobody has seen yet that the child lives there."""
    return ChildPlace(
        child_id=child,
        kind=kind,
        place_id=place,
        address=address,
        is_confirmed=kind == ChildPlace.Kind.HUKOU,
        during=terms.during,
    )


def proposal(child: UUID, category: str, terms: Terms) -> ChildCategory:
    """A category as a list proposes it; a second person decides."""
    return ChildCategory(
        child_id=child,
        category=category,
        evidence=EVIDENCE,
        legal_basis=legal_bases().get(category, ""),
        during=terms.during,
        proposed_by_id=terms.proposed_by,
    )


def guardian(child: UUID, facts: Mapping[str, str], terms: Terms) -> Iterator[Record]:
    """The guardian that the row names: the adult unless known, and the tie."""
    adult_id, adult = terms.guardians.adult(facts)
    if adult is not None:
        yield adult
    yield Tie(
        child_id=child,
        adult_id=adult_id,
        kind=Tie.Kind.GUARDIAN,
        relation=facts.get("relation", UNKNOWN),
        during=terms.during,
    )


def school_fact(child: UUID, facts: Mapping[str, str], terms: Terms) -> SchoolFact:
    """School and grade as the row names them; whether the child goes there no list can say."""
    school, grade = facts.get("school", ""), facts.get("grade", "")
    return SchoolFact(
        child_id=child,
        stage=list_words().stage_of(school, grade),
        attendance=UNKNOWN,
        school=school,
        grade=grade,
        during=terms.during,
    )


def disability(child: UUID, number: str, terms: Terms) -> HealthFact:
    """A disability by its certificate's number."""
    return HealthFact(
        child_id=child, kind="disability", disability_number=number, during=terms.during
    )


def _identity(row: Row) -> Identity:
    if row.birth_date is None or row.sex is None:
        raise ValueError("only a valid row becomes a child")
    return Identity(row.name, row.sex, row.birth_date, row.id_number, row.no_id_reason)
