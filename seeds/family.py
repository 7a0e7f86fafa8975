"""What a synthetic family consists of. Every span runs from `valid_from` to before `valid_to`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NameSpan:
    """What a child was called, and until when."""

    name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PlaceSpan:
    """A hukou place or residence; `place_code` is None where it lies outside the city."""

    place_code: str | None
    address: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SituationSpan:
    """What was true of a parent, with the end that was foreseen and the paper that proves it."""

    situation: str
    valid_from: date
    valid_to: date | None
    expected_end: date | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Adult:
    """A parent, grandparent or other grown person of a family; only parents have situations."""

    key: str
    name: str
    sex: str
    birth_date: date
    id_number: str | None
    phone: str | None
    ethnicity: str
    situations: tuple[SituationSpan, ...]

    def situation_on(self, on: date) -> str | None:
        """The situation that held on that day; None for who has no situations."""
        for span in self.situations:
            if span.valid_from <= on and (span.valid_to is None or on < span.valid_to):
                return span.situation
        return None


@dataclass(frozen=True, slots=True)
class Bond:
    """What an adult of the family is to a child."""

    adult_key: str
    relation: str


@dataclass(frozen=True, slots=True)
class Guardianship:
    """Who was the child's guardian in law: an adult of the family, or an organisation."""

    adult_key: str | None
    organisation_key: str | None
    relation: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Care:
    """Who really looked after the child (the carer), whether or not that person was a guardian."""

    adult_key: str | None
    organisation_key: str | None
    relation: str
    is_entrusted: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class CategorySpan:
    """A category of a child: proposed by one post, confirmed by another or waiting for it."""

    category: str
    evidence: str
    proposed_on: date
    proposed_by: str
    confirmed_on: date | None
    confirmed_by: str | None
    valid_from: date
    valid_to: date | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class GroupSpan:
    """A population group of a child: left-behind or migrant."""

    group: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class HealthFact:
    """A disability with the number of its certificate, or an illness by its code."""

    kind: str
    illness: str | None
    disability_type: str | None
    disability_grade: str | None
    disability_number: str | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SchoolFact:
    """Where a child was in school, or that it was in none."""

    stage: str
    attendance: str
    school_key: str | None
    grade: int | None
    school_number: str | None
    is_boarding: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PovertySpan:
    """Social assistance that a household receives."""

    kind: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Household:
    """Those who live and reckon together, by household register."""

    key: str
    number: str
    place_code: str | None
    adult_keys: tuple[str, ...]
    child_keys: tuple[str, ...]
    poverty: tuple[PovertySpan, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A registered child; `categories` begin with those that hold, the gravest first."""

    key: str
    names: tuple[NameSpan, ...]
    sex: str
    birth_date: date
    id_number: str | None
    no_id_reason: str | None
    ethnicity: str
    hukou: tuple[PlaceSpan, ...]
    residence: tuple[PlaceSpan, ...]
    bonds: tuple[Bond, ...]
    guardians: tuple[Guardianship, ...]
    carers: tuple[Care, ...]
    categories: tuple[CategorySpan, ...]
    groups: tuple[GroupSpan, ...]
    health: tuple[HealthFact, ...]
    schooling: tuple[SchoolFact, ...]
    registered_on: date

    @property
    def name(self) -> str:
        """The name that holds."""
        return self.names[-1].name


@dataclass(frozen=True, slots=True)
class Family:
    """A household, the adults who belong to it (the dead too), and its registered children."""

    household: Household
    adults: tuple[Adult, ...]
    children: tuple[Child, ...]

    def adult(self, key: str) -> Adult:
        """The adult of that key."""
        return next(adult for adult in self.adults if adult.key == key)

    def parents_of(self, child: Child) -> tuple[Adult, ...]:
        """The father and mother who are known."""
        return tuple(
            self.adult(bond.adult_key)
            for bond in child.bonds
            if bond.relation in {"father", "mother"}
        )
