"""Children as papers show them: everything gathered at once, in a constant number of queries.

What is `sealed` is never read here. Numbers, phones and addresses are masked unless they were
approved; health and parents' situations are told as being on file, in every paper.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.access import children_for
from weiguang.register.models import (
    Child,
    ChildName,
    ChildPlace,
    Export,
    HealthFact,
    ParentSituation,
    SchoolFact,
    Tie,
)
from weiguang.register.queries.listing import CategoryTag, categories_on
from weiguang.register.queries.words import word
from weiguang.register.rules.identity import age_on
from weiguang.register.rules.masking import masked_address, masked_number, masked_phone


@dataclass(frozen=True, slots=True)
class PaperTie:
    """Somebody of the child's family or an organisation, today."""

    name: str
    kind: str
    kind_label: str
    relation: str
    phone: str
    id_number: str


@dataclass(frozen=True, slots=True)
class PaperChild:
    """A child on paper; places are names, empty where they lie outside the city."""

    id: UUID
    name: str
    other_names: tuple[str, ...]
    sex_label: str
    birth_date: date
    age: int
    ethnicity: str
    id_number: str
    no_id_reason: str
    hukou: str
    hukou_address: str
    residence: str
    residence_address: str
    is_residence_confirmed: bool
    categories: tuple[CategoryTag, ...]
    ties: tuple[PaperTie, ...]
    school: str
    grade: str
    stage: str
    attendance: str
    has_health_facts: bool
    has_situations: bool

    @property
    def guardians(self) -> tuple[PaperTie, ...]:
        """Who is guardian today."""
        return tuple(tie for tie in self.ties if tie.kind == Tie.Kind.GUARDIAN)


def going_out(actor: Actor, verb: Verb) -> QuerySet[Child]:
    """The children who may stand on a paper of the actor's.

    None who was moved for safety, not even for the people who are named: a paper is read by more.
    """
    return children_for(actor, verb).filter(is_sheltered=False)


def verb_of(export: Export) -> Verb:
    """The right by which an export goes out."""
    if export.is_full:
        return Verb.EXPORT_FULL
    return Verb.EXPORT_MASKED if export.kind == Export.Kind.LIST else Verb.EXPORT_PRINT


def papers_of(
    actor: Actor, verb: Verb, ids: Collection[UUID], *, is_full: bool
) -> dict[UUID, PaperChild]:
    """These children on paper, of those within the actor's rows; nine queries, however many."""
    found = (
        going_out(actor, verb).filter(pk__in=ids).select_related("hukou_place", "residence_place")
    )
    children = list(found)
    gathered = _Gathered([child.pk for child in children], actor.on, is_full=is_full)
    return {child.pk: gathered.on_paper(child) for child in children}


class _Gathered:
    """What several children's papers need besides the children themselves."""

    def __init__(self, ids: Sequence[UUID], on: date, *, is_full: bool) -> None:
        self._on, self._is_full = on, is_full
        self._categories = categories_on(ids, on)
        self._names = _other_names(ids)
        self._addresses = self._gather_addresses(ids)
        self._schools = {
            fact.child_id: fact
            for fact in SchoolFact.objects.filter(child_id__in=ids, during__contains=on)
        }
        # That there is something, not how much: a count would tell of what is sealed.
        self._health = set(
            HealthFact.objects.filter(child_id__in=ids, during__contains=on).values_list(
                "child_id", flat=True
            )
        )
        self._ties = self._gather_ties(ids)
        self._situations = _with_situations(ids, on)

    def on_paper(self, child: Child) -> PaperChild:
        """One child, in words."""
        school = self._schools.get(child.pk)
        hukou = child.hukou_place.name if child.hukou_place else ""
        residence = child.residence_place.name if child.residence_place else ""
        return PaperChild(
            id=child.pk, name=child.name, other_names=tuple(self._names.get(child.pk, ())),
            sex_label=child.get_sex_display(), birth_date=child.birth_date,
            age=age_on(child.birth_date, self._on),
            ethnicity=word("ethnicities", child.ethnicity),
            id_number=self._number(child.id_number),
            no_id_reason=word("no_id_reasons", child.no_id_reason),
            hukou=hukou, hukou_address=self._address(child, ChildPlace.Kind.HUKOU, hukou),
            residence=residence,
            residence_address=self._address(child, ChildPlace.Kind.RESIDENCE, residence),
            is_residence_confirmed=child.is_residence_confirmed,
            categories=tuple(self._categories.get(child.pk, ())),
            ties=tuple(self._ties.get(child.pk, ())),
            school=school.school if school else "", grade=school.grade if school else "",
            stage=word("school_stages", school.stage) if school else "",
            attendance=word("school_attendance", school.attendance) if school else "",
            has_health_facts=child.pk in self._health,
            has_situations=child.pk in self._situations,
        )  # fmt: skip

    def _number(self, number: str | None) -> str:
        return (number if self._is_full else masked_number(number)) if number else ""

    def _phone(self, phone: str | None) -> str:
        return (phone if self._is_full else masked_phone(phone)) if phone else ""

    def _address(self, child: Child, kind: str, village: str) -> str:
        address = self._addresses.get((child.pk, kind), "")
        return (address if self._is_full else masked_address(village)) if address else ""

    def _gather_addresses(self, ids: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
        places = ChildPlace.objects.filter(
            child_id__in=ids, during__contains=self._on, address__isnull=False
        )
        return {(each.child_id, each.kind): str(each.address) for each in places}

    def _gather_ties(self, ids: Sequence[UUID]) -> dict[UUID, list[PaperTie]]:
        ties = Tie.objects.filter(child_id__in=ids, during__contains=self._on)
        by_child: dict[UUID, list[PaperTie]] = defaultdict(list)
        for tie in sorted(
            ties.select_related("adult", "organisation").order_by("id"), key=_guardians_first
        ):
            by_child[tie.child_id].append(self._tie(tie))
        return by_child

    def _tie(self, tie: Tie) -> PaperTie:
        adult = tie.adult
        named = tie.organisation.name if tie.organisation else ""
        return PaperTie(
            name=adult.name if adult else named,
            kind=tie.kind,
            kind_label=str(Tie.Kind(tie.kind).label),
            relation=word("relations", tie.relation),
            phone=self._phone(adult.phone) if adult else "",
            id_number=self._number(adult.id_number) if adult else "",
        )


FIRST: Final = (Tie.Kind.GUARDIAN, Tie.Kind.CARER, Tie.Kind.KIN)


def _guardians_first(tie: Tie) -> int:
    return FIRST.index(Tie.Kind(tie.kind))


def _other_names(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    others = ChildName.objects.filter(child_id__in=ids).exclude(kind=ChildName.Kind.OFFICIAL)
    by_child: dict[UUID, list[str]] = defaultdict(list)
    for each in others.order_by("id"):
        by_child[each.child_id].append(f"{each.get_kind_display()} {each.name}")
    return by_child


def _with_situations(ids: Sequence[UUID], on: date) -> set[UUID]:
    """The children of whose parents something is on file today."""
    return set(
        ParentSituation.objects.filter(
            adult__ties__child_id__in=ids, adult__ties__kind=Tie.Kind.KIN,
            adult__ties__during__contains=on, during__contains=on,
        ).values_list("adult__ties__child_id", flat=True)
    )  # fmt: skip
