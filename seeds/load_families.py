"""Puts a synthetic city's families into the register, with their two years of history.

One act of the system, in large batches.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from django.db.backends.postgresql.psycopg_any import DateRange

from seeds import family as made
from seeds.city import City
from seeds.load import Loaded
from weiguang.kernel.crypto import provider
from weiguang.kernel.packs import Category, categories
from weiguang.kernel.records import Record
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Organisation, Place
from weiguang.network.verbs import Verb
from weiguang.register.actions.children import Identity, identity_fields
from weiguang.register.models import (
    ADULT_ID_INDEX,
    PHONE_INDEX,
    Adult,
    Child,
    ChildCategory,
    ChildName,
    ChildPlace,
    HealthFact,
    Household,
    ParentSituation,
    SchoolFact,
    Tie,
)

FAMILIES_AT_ONCE: Final = 500
KINDERGARTEN_YEARS: Final = ("小班", "中班", "大班")
PACK: Final = "demo"
# Tables in the order in which their rows need one another.
ORDER: Final = (
    Household, Adult, Child, ChildName, ChildPlace, Tie, ParentSituation, ChildCategory,
    SchoolFact, HealthFact,
)  # fmt: skip


def load_families(
    city: City, loaded: Loaded, *, by: Actor, tell: Callable[[int], None] | None = None
) -> int:
    """Write every family of the city; returns the number of children.

    `tell` hears now and then how many children are written.
    """
    families, children = city.families(), 0
    with act(Verb.CITY_SEED, by=by) as event:
        while batch := list(islice(families, FAMILIES_AT_ONCE)):
            rows = [row for each in batch for row in _family_rows(each, loaded)]
            for table in ORDER:
                table.objects.bulk_create([row for row in rows if type(row) is table])
            children += sum(len(each.children) for each in batch)
            if tell is not None:
                tell(children)
        event.detail = {"children": children}
    return children


def _family_rows(family: made.Family, loaded: Loaded) -> Iterator[Record]:
    household = _household(family, loaded)
    if household is not None:
        yield household
    adults = {each.key: _adult(each) for each in family.adults}
    yield from adults.values()
    for each in family.adults:
        yield from _situations(each, adults[each.key])
    for each_child in family.children:
        yield from _child_rows(each_child, household, adults, loaded)


def _household(family: made.Family, loaded: Loaded) -> Household | None:
    place = loaded.places.get(family.household.place_code or "")
    return Household(place=place) if place else None


def _adult(each: made.Adult) -> Adult:
    keys = provider()
    return Adult(
        name=each.name,
        sex=each.sex,
        birth_date=each.birth_date,
        id_number=each.id_number,
        id_index=each.id_number and keys.blind_index(each.id_number, purpose=ADULT_ID_INDEX),
        phone=each.phone,
        phone_index=each.phone and keys.blind_index(each.phone, purpose=PHONE_INDEX),
    )


def _situations(each: made.Adult, adult: Adult) -> Iterator[ParentSituation]:
    for span in each.situations:
        yield ParentSituation(
            adult=adult,
            situation=span.situation,
            evidence=span.evidence,
            expected_end=span.expected_end,
            during=DateRange(span.valid_from, span.valid_to),
        )


def _child_rows(
    each: made.Child, household: Household | None, adults: dict[str, Adult], loaded: Loaded
) -> Iterator[Record]:
    child = _child(each, household, loaded)
    yield child
    yield from _names(each, child)
    for kind, spans in (("hukou", each.hukou), ("residence", each.residence)):
        yield from _places(kind, spans, child, loaded)
    yield from _ties(each, child, adults, loaded)
    yield from _categories(each, child, loaded)
    yield from _school(each, child, loaded)
    yield from _health(each, child)


def _child(each: made.Child, household: Household | None, loaded: Loaded) -> Child:
    hukou, residence = _last_place(each.hukou, loaded), _last_place(each.residence, loaded)
    identity = Identity(
        name=each.name,
        sex=each.sex,
        birth_date=each.birth_date,
        id_number=each.id_number,
        no_id_reason=each.no_id_reason or "",
        ethnicity=each.ethnicity,
    )
    return Child(
        **identity_fields(identity),
        hukou_place=hukou,
        hukou_path=hukou.path if hukou else "",
        residence_place=residence,
        residence_path=residence.path if residence else "",
        is_residence_confirmed=residence is not None,
        household=household,
    )


def _last_place(spans: tuple[made.PlaceSpan, ...], loaded: Loaded) -> Place | None:
    return loaded.places.get(spans[-1].place_code or "") if spans else None


def _names(each: made.Child, child: Child) -> Iterator[ChildName]:
    for span in each.names:
        kind = ChildName.Kind.OFFICIAL if span is each.names[-1] else ChildName.Kind.FORMER
        yield ChildName(
            child=child, kind=kind, name=span.name, during=DateRange(span.valid_from, span.valid_to)
        )


def _places(
    kind: str, spans: Iterable[made.PlaceSpan], child: Child, loaded: Loaded
) -> Iterator[ChildPlace]:
    for span in spans:
        yield ChildPlace(
            child=child,
            kind=kind,
            place=loaded.places.get(span.place_code or ""),
            address=span.address,
            is_confirmed=True,
            during=DateRange(span.valid_from, span.valid_to),
        )


def _ties(
    each: made.Child, child: Child, adults: dict[str, Adult], loaded: Loaded
) -> Iterator[Tie]:
    for bond in each.bonds:
        yield Tie(
            child=child, adult=adults[bond.adult_key], kind=Tie.Kind.KIN, relation=bond.relation,
            during=DateRange(None, None),
        )  # fmt: skip
    for kind, spans in ((Tie.Kind.GUARDIAN, each.guardians), (Tie.Kind.CARER, each.carers)):
        for span in spans:
            yield Tie(
                child=child,
                adult=adults[span.adult_key] if span.adult_key else None,
                organisation=_organisation(span, loaded),
                kind=kind,
                relation=span.relation,
                is_entrusted=isinstance(span, made.Care) and span.is_entrusted,
                during=DateRange(span.valid_from, span.valid_to),
            )


def _organisation(span: made.Guardianship | made.Care, loaded: Loaded) -> Organisation | None:
    return loaded.organisations[span.organisation_key] if span.organisation_key else None


def _categories(each: made.Child, child: Child, loaded: Loaded) -> Iterator[ChildCategory]:
    known: dict[str, Category] = {category.code: category for category in categories(PACK)}
    for span in each.categories:
        decided_on: date | None = span.confirmed_on
        decider = (
            loaded.holder_of(span.confirmed_by, decided_on)
            if span.confirmed_by and decided_on
            else None
        )
        status = ChildCategory.Status.CONFIRMED if decider else ChildCategory.Status.PROPOSED
        yield ChildCategory(
            child=child,
            category=span.category,
            status=status,
            evidence=span.evidence,
            legal_basis=_legal_basis(known[span.category]),
            during=DateRange(span.valid_from, span.valid_to),
            end_reason=span.end_reason or "",
            proposed_by=loaded.holder_of(span.proposed_by, span.proposed_on),
            decided_by=decider,
        )


def _school(each: made.Child, child: Child, loaded: Loaded) -> Iterator[SchoolFact]:
    for span in each.schooling:
        yield SchoolFact(
            child=child,
            stage=span.stage,
            attendance=span.attendance,
            school=loaded.schools.get(span.school_key or "", ""),
            grade=_grade(span),
            is_boarding=span.is_boarding,
            during=DateRange(span.valid_from, span.valid_to),
        )


def _grade(span: made.SchoolFact) -> str:
    """The grade as a school says it; a kindergarten's three years have names."""
    if not span.grade:
        return ""
    if span.stage == "kindergarten":
        return KINDERGARTEN_YEARS[min(span.grade, len(KINDERGARTEN_YEARS)) - 1]
    return f"{span.grade}年级"


def _health(each: made.Child, child: Child) -> Iterator[HealthFact]:
    for span in each.health:
        yield HealthFact(
            child=child,
            kind=span.kind,
            detail=span.illness,
            disability_number=span.disability_number,
            during=DateRange(span.valid_from, span.valid_to),
        )


def _legal_basis(category: Category) -> str:
    named = (
        f"{basis.document}{basis.number or ''}{basis.article or ''}" for basis in category.bases
    )
    return "；".join(named)
