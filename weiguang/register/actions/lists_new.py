"""What enters the register for a child who is named by a list, row by row of each table.

Rows are plain values by column, not model instances: making those costs a large list more than the
database does. `lists_apply` writes them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from weiguang.kernel.records import Record
from weiguang.network.models import Place
from weiguang.register.actions.children import Identity, identity_fields
from weiguang.register.actions.lists_guardians import Guardians
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
from weiguang.register.queries.judging import legal_bases, list_words

EVIDENCE = "import_list"
UNKNOWN = "unknown"
UNBOUNDED = "(,)"
NO_NUMBER = {"id_number": None, "id_index": None, "id_tail_index": None}


class Begun(NamedTuple):
    """A row that begins: its table, and every column that has no default in the database.

    All rows of one table name the same columns.
    """

    table: type[Record]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """As of which day a list is written, who proposes, among which places and guardians."""

    on: date
    proposed_by: UUID | None
    places: Mapping[str, Place]
    guardians: Guardians
    new_id: Callable[[], str]

    @property
    def during(self) -> str:
        """From the day of the list on."""
        return f"[{self.on.isoformat()},)"


def new_child(row: Row, terms: Terms) -> Iterator[Begun]:
    """The child of a valid row and everything the row says of it; the child comes first."""
    facts, child = row.facts, terms.new_id()
    hukou = terms.places[facts["place"]]
    residence = terms.places[row.residence_place or facts["place"]]
    yield _child(child, row, hukou, residence)
    yield _official_name(child, row.name, terms)
    kinds = ChildPlace.Kind
    yield place_span(child, kinds.HUKOU, hukou.pk, facts.get("hukou_address"), terms)
    yield place_span(child, kinds.RESIDENCE, residence.pk, facts.get("residence_address"), terms)
    yield proposal(child, facts["category"], terms)
    if "guardian_name" in facts:
        yield from guardian(child, facts, terms)
    if "school" in facts or "grade" in facts:
        yield school_fact(child, facts, terms)
    if "disability_number" in facts:
        yield disability(child, facts["disability_number"], terms)


def _child(child: str, row: Row, hukou: Place, residence: Place) -> Begun:
    return Begun(Child, NO_NUMBER | identity_fields(_identity(row)) | {
        "id": child, "is_residence_confirmed": False,
        "hukou_place_id": hukou.pk, "hukou_path": hukou.path,
        "residence_place_id": residence.pk, "residence_path": residence.path,
    })  # fmt: skip


def _official_name(child: str, name: str, terms: Terms) -> Begun:
    return Begun(ChildName, {
        "id": terms.new_id(), "child_id": child, "kind": ChildName.Kind.OFFICIAL.value,
        "name": name, "during": UNBOUNDED,
    })  # fmt: skip


def place_span(
    child: str, kind: ChildPlace.Kind, place: UUID, address: str | None, terms: Terms
) -> Begun:
    """A place from the list's day on; nobody has seen yet that the child lives there."""
    return Begun(ChildPlace, {
        "id": terms.new_id(), "child_id": child, "kind": kind.value, "place_id": place,
        "address": address, "is_confirmed": kind is ChildPlace.Kind.HUKOU, "during": terms.during,
    })  # fmt: skip


def proposal(child: str, category: str, terms: Terms) -> Begun:
    """A category as a list proposes it; a second person decides."""
    return Begun(ChildCategory, {
        "id": terms.new_id(), "child_id": child, "category": category,
        "status": ChildCategory.Status.PROPOSED.value, "evidence": EVIDENCE,
        "legal_basis": legal_bases().get(category, ""), "during": terms.during,
        "proposed_by_id": terms.proposed_by, "end_reason": "",
    })  # fmt: skip


def guardian(child: str, facts: Mapping[str, str], terms: Terms) -> Iterator[Begun]:
    """The guardian that the row names: the adult unless known, and the tie."""
    adult, columns = terms.guardians.adult(facts, terms.new_id)
    if columns is not None:
        yield Begun(Adult, columns)
    yield Begun(Tie, {
        "id": terms.new_id(), "child_id": child, "adult_id": adult,
        "kind": Tie.Kind.GUARDIAN.value, "relation": facts.get("relation", UNKNOWN),
        "is_entrusted": False, "during": terms.during,
    })  # fmt: skip


def school_fact(
    child: str, facts: Mapping[str, str], terms: Terms, before: SchoolFact | None = None
) -> Begun:
    """School and grade as the row names them; whether the child goes there no list can say.

    What a list does not say stays as it was `before`.
    """
    school, grade = facts.get("school", ""), facts.get("grade", "")
    stage = list_words().stage_of(school, grade)
    if before is not None and stage == UNKNOWN:
        stage = before.stage
    return Begun(SchoolFact, {
        "id": terms.new_id(), "child_id": child, "stage": stage,
        "attendance": before.attendance if before else UNKNOWN, "school": school, "grade": grade,
        "is_boarding": before.is_boarding if before else False, "during": terms.during,
    })  # fmt: skip


def disability(child: str, number: str, terms: Terms) -> Begun:
    """A disability by its certificate's number."""
    return Begun(HealthFact, {
        "id": terms.new_id(), "child_id": child, "kind": "disability", "detail": None,
        "disability_number": number, "during": terms.during,
    })  # fmt: skip


def _identity(row: Row) -> Identity:
    if row.birth_date is None or row.sex is None:
        raise ValueError("only a valid row becomes a child")
    return Identity(row.name, row.sex, row.birth_date, row.id_number, row.no_id_reason)
