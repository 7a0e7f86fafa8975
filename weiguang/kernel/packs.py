"""Policy packs as typed values: words, categories, situations, calendar and places.

A pack is a folder of data under `packs`; this module reads it and decides nothing. What is read is
kept for the life of the process and shared, so nobody may change it. The engines that reckon with
these values stand in the apps that own the question.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class PackMissingError(LookupError):
    """There is no such pack, or it lacks the file asked for; the message names both."""


@dataclass(frozen=True, slots=True)
class Label:
    """One text in both languages of the interface."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """The text for a language code such as `zh-hans` or `en`, Chinese by default."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack says about itself."""

    name: str
    label: Label
    area_code: str
    extends: str | None
    is_demonstration: bool
    notice: Label | None


@dataclass(frozen=True, slots=True)
class Basis:
    """A law or document by name and number. `mark`: V published, M from memory, P a proposal."""

    document: str
    number: str | None
    article: str | None
    mark: str


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of a coded list; `traits` holds what only this list says of its entries."""

    code: str
    label: Label
    traits: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Category:
    """A category or group of children: one of `evidence_any` and all of `evidence_all` prove it."""

    code: str
    label: Label
    meaning: Label
    severity: int
    age_under: int
    is_from_parents: bool
    bases: tuple[Basis, ...]
    evidence_any: tuple[str, ...]
    evidence_all: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What can be true of a parent; `neutral` is how a family's paper names it."""

    code: str
    label: Label
    threshold: Label
    neutral: Label
    rule_set: str
    min_months: int | None
    has_known_end: bool
    valid_from: date | None
    evidence: tuple[str, ...]
    departments: tuple[str, ...]
    bases: tuple[Basis, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class PairRule:
    """Holds when one parent is in `one` and the other in `other`, whichever way round."""

    result: str
    clause: Label
    one: frozenset[str]
    other: frozenset[str]
    mark: str


@dataclass(frozen=True, slots=True)
class AgeAlert:
    """What changes for a child at an age, and by which law; `mark` as in `Basis`."""

    age: int
    label: Label
    basis: str
    mark: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A period within which something must be done: one unit and its number, as `Period` takes it.

    `mark` and `source` as in `Basis`: P is a proposal that a city may change.
    """

    code: str
    length: Mapping[str, int]
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class AccessLimits:
    """For how many days access may be asked, and how often a person may ask or break in a day."""

    request_days: tuple[int, ...]
    requests_a_day: int
    breaks_a_day: int


@dataclass(frozen=True, slots=True)
class NoticeTimes:
    """When people are told outside the system: times of a working day, each good for `lasts`.

    `night` is from when to when; at night what is counted in hours is told only if `at_night`.
    `mark` and `source` as in `Deadline`.
    """

    slots: tuple[time, ...]
    lasts: timedelta
    night: tuple[time, time]
    at_night: bool
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A year's published days off and make-up working days."""

    year: int
    days_off: frozenset[date]
    make_up_days: frozenset[date]
    source: str
    number: str
    mark: str


@dataclass(frozen=True, slots=True)
class Division:
    """A row of the statistical division code: county, town (or unit like it) or village."""

    code: str
    name: str
    level: str
    parent_code: str


@dataclass(frozen=True, slots=True)
class PaymentUnit:
    """Who pays the children of a town or zone, from and until when (None is not known)."""

    name: str
    valid_from: date | None
    valid_to: date | None
    mark: str


@dataclass(frozen=True, slots=True)
class TownPlace:
    """A town or zone as administered; its villages stand under `statistical_code` in the code."""

    code: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    statistical_code: str
    valid_from: date | None
    valid_to: date | None
    payment_units: tuple[PaymentUnit, ...]
    mark: str

    @property
    def has_published_villages(self) -> bool:
        """Whether the published code says which villages belong to this place."""
        return self.code == self.statistical_code


def pack_path(name: str) -> Path:
    """The folder of a pack. Raises PackMissingError for a name that is no folder of ours."""
    path = Path(str(files("packs"))) / name
    if not _NAME.fullmatch(name) or not (path / "pack.yaml").is_file():
        raise PackMissingError(f"no pack {name!r}: name a folder of packs that holds a pack.yaml")
    return path


def pack_file(name: str, relative: str) -> Path:
    """The nearest file of that name: the pack's own, else that of the pack it extends."""
    for lineal in lineage(name):
        if (path := pack_path(lineal) / relative).is_file():
            return path
    raise PackMissingError(f"pack {name!r} and those it extends have no file {relative!r}")


@cache
def read_yaml(name: str, relative: str) -> Any:
    """The content of a pack's file, found by `pack_file`; shared, so read it and leave it."""
    return yaml.safe_load(pack_file(name, relative).read_text(encoding="utf-8"))


@cache
def pack(name: str) -> Pack:
    """What the pack says about itself."""
    raw = yaml.safe_load((pack_path(name) / "pack.yaml").read_text(encoding="utf-8"))
    notice = raw.get("notice")
    return Pack(
        name=name,
        label=_label(raw["label"]),
        area_code=raw["area_code"],
        extends=raw["extends"],
        is_demonstration=raw["is_demonstration"],
        notice=_label(notice) if notice else None,
    )


@cache
def lineage(name: str) -> tuple[str, ...]:
    """The pack and those it extends, nearest first.

    >>> lineage("demo")
    ('demo', 'cn_js_kunshan', 'cn')
    """
    parent = pack(name).extends
    return (name, *lineage(parent)) if parent else (name,)


@cache
def words(name: str, list_name: str) -> tuple[Word, ...]:
    """A coded list in its order: relations, ethnicities, school_stages, no_id_reasons and so on.

    >>> words("cn", "disability_types")[4].label.zh
    '智力残疾'
    """
    return tuple(_word(raw) for raw in read_yaml(name, f"words/{list_name}.yaml")["words"])


@cache
def categories(name: str) -> tuple[Category, ...]:
    """The categories of children in difficulty, each with the legal bases of every pack in line.

    >>> [category.code for category in categories("cn")][:2]
    ['orphan', 'guardian_absent']
    """
    national = (
        _category(raw) for raw in read_yaml(lineage(name)[-1], "categories.yaml")["categories"]
    )
    return tuple(_with_local_bases(category, name) for category in national)


@cache
def groups(name: str) -> tuple[Category, ...]:
    """The groups beside the categories, left-behind and migrant children; no benefit follows."""
    return tuple(
        _category(raw) for raw in read_yaml(lineage(name)[-1], "categories.yaml")["groups"]
    )


@cache
def situations(name: str) -> tuple[Situation, ...]:
    """The ten situations of a parent and `capable`."""
    content = read_yaml(name, "situations.yaml")
    bases = tuple(Basis(**raw) for raw in content["bases"])
    return tuple(_situation(raw, bases) for raw in content["situations"])


@cache
def pair_rules(name: str) -> tuple[PairRule, ...]:
    """The matrix over two parents' situations: the first rule that holds gives the result."""
    return tuple(_pair_rule(raw) for raw in read_yaml(name, "recognition.yaml")["rules"])


@cache
def calendar(name: str) -> Mapping[int, CalendarYear]:
    """Published years by number. A year that is absent counts by weekdays, and callers say so."""
    content = read_yaml(name, "calendar.yaml")
    return {year: _calendar_year(year, raw) for year, raw in content.items()}


@cache
def age_alerts(name: str) -> tuple[int, Mapping[int, AgeAlert]]:
    """How many days before a birthday somebody is told, and what each age means, by age.

    >>> sorted(age_alerts("cn")[1])
    [8, 12, 14, 16, 18]
    """
    content = read_yaml(name, "age_alerts.yaml")
    ages = {
        raw["age"]: AgeAlert(raw["age"], _label(raw), raw["basis"], raw["mark"])
        for raw in content["ages"]
    }
    return content["days"], ages


@cache
def deadline(name: str, code: str) -> Deadline:
    """A period of the pack by its code; raises KeyError for a code that the pack does not have.

    >>> deadline("cn", "escalation.town").length
    {'working_days': 1}
    """
    raw = read_yaml(name, "deadlines.yaml")["deadlines"][code]
    length = {unit: int(raw[unit]) for unit in ("hours", "days", "working_days") if unit in raw}
    return Deadline(code=code, length=length, mark=raw["mark"], source=raw["source"])


@cache
def access_limits(name: str) -> AccessLimits:
    """The limits of access to files outside one's own places."""
    raw = read_yaml(name, "access.yaml")
    return AccessLimits(
        tuple(raw["request_days"]), int(raw["requests_a_day"]), int(raw["breaks_a_day"])
    )


@cache
def notice_times(name: str) -> NoticeTimes:
    """When people are told outside the system that something waits.

    >>> notice_times("cn").slots[0]
    datetime.time(8, 30)
    """
    raw = read_yaml(name, "notices.yaml")
    return NoticeTimes(
        slots=tuple(time.fromisoformat(text) for text in raw["slots"]),
        lasts=timedelta(hours=int(raw["lasts_hours"])),
        night=(time.fromisoformat(raw["night"]["from"]), time.fromisoformat(raw["night"]["to"])),
        at_night=raw["at_night"],
        mark=raw["mark"],
        source=raw["source"],
    )


@cache
def divisions(name: str) -> tuple[Division, ...]:
    """The statistical divisions, parents before their children."""
    with pack_file(name, "divisions.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Division(**row) for row in csv.DictReader(lines))


@cache
def town_places(name: str) -> tuple[TownPlace, ...]:
    """The towns and zones as administered, with their payment units."""
    return tuple(_town_place(raw) for raw in read_yaml(name, "places.yaml")["places"])


def _label(raw: Mapping[str, str]) -> Label:
    return Label(zh=raw["zh"], en=raw["en"])


def _word(raw: Mapping[str, Any]) -> Word:
    traits = {key: value for key, value in raw.items() if key not in {"code", "zh", "en"}}
    return Word(code=raw["code"], label=Label(zh=raw["zh"], en=raw["en"]), traits=traits)


def _category(raw: Mapping[str, Any]) -> Category:
    return Category(
        code=raw["code"],
        label=_label(raw["label"]),
        meaning=_label(raw["meaning"]),
        severity=raw["severity"],
        age_under=raw["age_under"],
        is_from_parents=raw["from_parents"],
        bases=tuple(Basis(**basis) for basis in raw["bases"]),
        evidence_any=tuple(raw["evidence"]["any"]),
        evidence_all=tuple(raw["evidence"]["all"]),
        mark=raw["mark"],
    )


def _with_local_bases(category: Category, name: str) -> Category:
    local: list[Basis] = []
    for lineal in reversed(lineage(name)[:-1]):
        if (pack_path(lineal) / "categories.yaml").is_file():
            content = read_yaml(lineal, "categories.yaml")
            names = content["additions"].get(category.code, {"bases": []})["bases"]
            local.extend(Basis(**content["documents"][document]) for document in names)
    return replace(category, bases=(*category.bases, *local))


def _situation(raw: Mapping[str, Any], bases: tuple[Basis, ...]) -> Situation:
    return Situation(
        code=raw["code"],
        label=_label(raw["label"]),
        threshold=_label(raw["threshold"]),
        neutral=_label(raw["neutral"]),
        rule_set=raw["rule_set"],
        min_months=raw["min_months"],
        has_known_end=raw["ends"],
        valid_from=raw["valid_from"],
        evidence=tuple(raw["evidence"]),
        departments=tuple(raw["departments"]),
        bases=bases,
        mark=raw["mark"],
    )


def _pair_rule(raw: Mapping[str, Any]) -> PairRule:
    return PairRule(
        result=raw["result"],
        clause=_label(raw["clause"]),
        one=frozenset(raw["one"]),
        other=frozenset(raw["other"]),
        mark=raw["mark"],
    )


def _calendar_year(year: int, raw: Mapping[str, Any]) -> CalendarYear:
    days_off = {
        span["first"] + timedelta(days=offset)
        for span in raw["holidays"]
        for offset in range((span["last"] - span["first"]).days + 1)
    }
    return CalendarYear(
        year=year,
        days_off=frozenset(days_off),
        make_up_days=frozenset(raw["workdays"]),
        source=raw["source"],
        number=raw["number"],
        mark=raw["mark"],
    )


def _town_place(raw: Mapping[str, Any]) -> TownPlace:
    return TownPlace(
        code=raw["code"],
        name=raw["name"],
        kind=raw["kind"],
        aliases=tuple(raw["aliases"]),
        statistical_code=raw["statistical_code"],
        valid_from=raw["valid_from"],
        valid_to=raw["valid_to"],
        payment_units=tuple(PaymentUnit(**unit) for unit in raw["payment_units"]),
        mark=raw["mark"],
    )
