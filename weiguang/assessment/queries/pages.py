"""What the pages of assessment show: the form with what was filled in, the result, the history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from weiguang.assessment.access import assessments_for
from weiguang.assessment.engine.answers import Problem, shown_in_form
from weiguang.assessment.engine.changing import Change, what_would_change
from weiguang.assessment.engine.expressions import Value
from weiguang.assessment.engine.instruments import Instrument, Item, Kind, Section
from weiguang.assessment.engine.points import points_shown
from weiguang.assessment.models import Assessment
from weiguang.assessment.queries.instruments import label_of, said
from weiguang.assessment.queries.levels import level_word
from weiguang.assessment.queries.outcomes import Reckoned, age_then, reckoned
from weiguang.assessment.queries.problem_words import problem_in_words
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, Subject, remember_refusal
from weiguang.kernel.wording import clauses
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import Child

# A range of so few steps is chosen from, which a finger does better than typing.
STEPS_TO_CHOOSE: Final = 11
CHANGES_SHOWN: Final = 6
SHORT: Final = 8


@dataclass(frozen=True, slots=True)
class Field:
    """One item of the form; `choices` as (text sent, label), empty where it is typed."""

    item: Item
    label: str
    help: str
    texts: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    problem: str
    is_missing: bool

    @property
    def control(self) -> str:
        """How it is asked: radio, checkbox, number, date or text."""
        if self.item.kind is Kind.SEVERAL:
            return "checkbox"
        if self.choices:
            return "radio"
        return {Kind.DATE: "date", Kind.TEXT: "text"}.get(self.item.kind, "number")

    @property
    def is_flat(self) -> bool:
        """Whether the choices are short enough to stand side by side."""
        return len(self.choices) > 1 and all(len(label) <= SHORT for _text, label in self.choices)

    @property
    def limit(self) -> Mapping[str, str]:
        """The least, the most and the step of a number, as a browser takes them."""
        item = self.item
        found = {"step": shown_in_form(item, item.step)[0]}
        for name, value in (("min", item.low), ("max", item.high)):
            if value is not None:
                found[name] = shown_in_form(item, value)[0]
        return found


@dataclass(frozen=True, slots=True)
class FormPart:
    """A section of the form."""

    section: Section
    label: str
    help: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in words, with its points; `counts` is false where it was skipped."""

    label: str
    said: str
    points: str
    counts: bool
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class Would:
    """One answer otherwise, and what the result would be."""

    label: str
    said: str
    total: str
    band: str
    level: str


@dataclass(frozen=True, slots=True)
class Past:
    """An assessment in the list of a child's."""

    id: UUID
    on: date
    instrument: str
    is_sample: bool
    is_draft: bool
    is_old: bool
    by: str
    total: str
    hundredths: int | None
    band: str
    level: str
    level_label: str


def assessment_of(actor: Actor, verb: Verb, assessment_id: UUID) -> Assessment:
    """The assessment, if it is among the actor's; else `NotFoundOrRefused`. One query."""
    found = (
        assessments_for(actor, verb)
        .select_related("child__residence_place", "child__hukou_place", "assessed_by")
        .defer("child__id_number")
        .filter(pk=assessment_id)
        .first()
    )
    if found is None:
        about = Subject("assessment", assessment_id)
        remember_refusal(verb, by=Author(actor.person_id, None), about=about)
        raise NotFoundOrRefused
    return found


def form_of(found: Reckoned, *, marks_missing: bool) -> tuple[FormPart, ...]:
    """The form of an instrument with what was filled in and what is wrong with it."""
    instrument = found.instrument
    assert instrument is not None
    wrong = {each.name: each for each in found.given.problems}
    missing = set(found.outcome.missing) if marks_missing and found.outcome else set()
    return tuple(
        FormPart(
            section, said(section.label), said(section.help),
            tuple(
                _field(item, found, wrong.get(item.name), is_missing=item.name in missing)
                for item in instrument.items_of(section.code)
            ),
        )
        for section in instrument.sections
    )  # fmt: skip


def answers_of(found: Reckoned) -> tuple[tuple[str, tuple[Answer, ...]], ...]:
    """Every answer that was given, by section, in words; skipped ones too, marked as such."""
    instrument = found.instrument
    if instrument is None:
        return (("", tuple(_bare(name, texts) for name, texts in found.texts.items())),)
    parts = []
    for section in instrument.sections:
        answers = tuple(
            _answer(item, found) for item in instrument.items_of(section.code)
            if found.texts.get(item.name)
        )  # fmt: skip
        if answers:
            parts.append((said(section.label), answers))
    return tuple(parts)


def made_by(found: Reckoned) -> tuple[Answer, ...]:
    """The answers that made the total, the weightiest first; those of no points left out."""
    if found.instrument is None or found.outcome is None:
        return ()
    points = found.outcome.points
    counted = sorted((n for n in points if points[n]), key=lambda n: -abs(points[n]))
    return tuple(_answer(found.instrument.by_name[name], found) for name in counted)


def would_change(found: Reckoned) -> tuple[Would, ...]:
    """The smallest single changes after which the result is another."""
    if found.instrument is None or not found.instrument.adds_up:
        return ()
    age = age_then(found.assessment)
    changes = [
        # That an emergency would make it one, everybody knows.
        each
        for each in what_would_change(found.instrument, found.values, age=age)
        if not each.outcome.screens
    ]
    return tuple(_would(found.instrument, each) for each in changes[:CHANGES_SHOWN])


def history_of(actor: Actor, child: Child) -> tuple[Past, ...]:
    """The child's assessments as the actor may see them, the newest first; one query."""
    found = (
        assessments_for(actor, Verb.ASSESSMENT_READ)
        .filter(child=child)
        .select_related("assessed_by", "child")
        .defer("child__id_number", "child_words")
        .order_by("-assessed_on", "-id")
    )
    return tuple(_past(reckoned(actor, each)) for each in found)


def before(actor: Actor, assessment: Assessment) -> Past | None:
    """The assessment with the same instrument before this one."""
    found = (
        assessments_for(actor, Verb.ASSESSMENT_READ)
        .filter(child=assessment.child, instrument=assessment.instrument)
        .exclude(state=Assessment.State.DRAFT)
        .exclude(pk=assessment.pk)
        .filter(assessed_on__lte=assessment.assessed_on, pk__lt=assessment.pk)
        .select_related("assessed_by", "child")
        .order_by("-assessed_on", "-id")
        .first()
    )
    return _past(reckoned(actor, found)) if found else None


def screens_of(found: Reckoned) -> tuple[tuple[str, str], ...]:
    """The emergency screens that hold, with the law that each rests on."""
    if found.instrument is None or found.outcome is None:
        return ()
    return tuple(
        (said(each.label), each.basis)
        for each in found.instrument.screens
        if each.code in found.outcome.screens
    )


def total_shown(found: Reckoned) -> str:
    """The total as people write it; nothing where nothing was added up."""
    total = found.outcome.total if found.outcome else None
    return "" if total is None else points_shown(total)


def band_word(instrument: Instrument | None, code: str) -> str:
    """A band's name."""
    bands = instrument.bands if instrument else ()
    return next((said(each.label) for each in bands if each.code == code), "")


def value_in_words(item: Item, value: Value | None) -> str:
    """An answer as people say it."""
    if value is None:
        return ""
    texts = shown_in_form(item, value)
    return clauses(_chosen(item, text) for text in texts)


def _field(item: Item, found: Reckoned, wrong: Problem | None, *, is_missing: bool) -> Field:
    return Field(
        item, said(item.label), said(item.help), tuple(found.texts.get(item.name, ())),
        tuple(_choices(item)), problem_in_words(wrong) if wrong else "", is_missing,
    )  # fmt: skip


def _choices(item: Item) -> Iterator[tuple[str, str]]:
    yield from ((each.code, said(each.label)) for each in item.choices)
    if item.kind is Kind.RANGE and item.low is not None and item.high is not None:
        steps = range(item.low, item.high + 1, item.step)
        if len(steps) <= STEPS_TO_CHOOSE:
            texts = (shown_in_form(item, value)[0] for value in steps)
            yield from ((text, text) for text in texts)


def _answer(item: Item, found: Reckoned) -> Answer:
    outcome, texts = found.outcome, found.texts.get(item.name, ())
    points = outcome.points.get(item.name) if outcome else None
    return Answer(
        label=said(item.label),
        said=clauses(_chosen(item, text) for text in texts),
        points="" if points is None else points_shown(points),
        counts=bool(outcome and item.name in outcome.relevant),
        is_sealed=item.is_sealed,
    )


def _bare(name: str, texts: object) -> Answer:
    shown = clauses(map(str, texts)) if isinstance(texts, list) else str(texts)
    return Answer(name, shown, "", counts=True, is_sealed=False)


def _chosen(item: Item, text: str) -> str:
    choice = item.choice(text)
    return said(choice.label) if choice else text


def _would(instrument: Instrument, change: Change) -> Would:
    item, after = instrument.by_name[change.name], change.outcome
    return Would(
        label=said(item.label),
        said=value_in_words(item, change.value),
        total="" if after.total is None else points_shown(after.total),
        band=band_word(instrument, after.band),
        level=after.level,
    )


def _past(found: Reckoned) -> Past:
    each, outcome = found.assessment, found.outcome
    total = outcome.total if outcome else None
    level = outcome.level if outcome else ""
    return Past(
        id=each.pk, on=each.assessed_on, instrument=label_of(each.instrument, each.version),
        is_sample=bool(found.instrument and found.instrument.is_sample), is_draft=each.is_draft,
        is_old=found.instrument is None, by=each.assessed_by.name,
        total="" if total is None else points_shown(total), hundredths=total,
        band=band_word(found.instrument, outcome.band) if outcome else "",
        level="" if each.is_draft else level, level_label=level_word(level),
    )  # fmt: skip
