"""A conference is held: who was there, the record section by section, the decisions.

Until the record is final everything can still be put right; then each decision is a task of its
owner with its own clock, and everybody who was there is asked to sign.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings

from weiguang.conferences.actions.calling import (
    ATTEND,
    OPEN,
    about_for,
    column_of,
    keep_quiet,
    locked,
    require,
)
from weiguang.conferences.errors import NothingRecorded, NotTheirSection, SavedElsewhere
from weiguang.conferences.models import Conference, Decision, Participant, RecordPart, Section
from weiguang.conferences.queries.decisions import DECISION
from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.tasks.actions.tasks import Origin, finish_about, open_task
from weiguang.tasks.rules.periods import Period

SIGN: Final = "conference.sign"
RECORD: Final = Verb.CONFERENCE_RECORD


@dataclass(frozen=True, slots=True)
class Minutes:
    """Who was there and what is written in each section; sections not named stay as they are.

    `seen` is how often the record had been saved when it was opened.
    """

    attended: frozenset[UUID]
    parts: Mapping[str, str]
    seen: int


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: in which section, whose, by when."""

    words: str
    owner_id: UUID
    due_on: date
    section: str = Section.GENERAL


def save_record(*, conference: Conference, minutes: Minutes, by: Actor) -> Conference:
    """Write down who was there and what was said; the first time means that it was held.

    Raises `SavedElsewhere` when somebody saved it meanwhile: what she wrote stays.
    """
    require(conference, RECORD, by)
    if not set(minutes.parts) <= set(Section.values):
        raise Invalid
    with act(RECORD, by=by, about=about_for(conference)):
        current = locked(conference, *OPEN)
        if current.saves != minutes.seen:
            raise SavedElsewhere
        amend(
            current, about_id=current.child_id, state=Conference.State.HELD,
            saves=current.saves + 1,
        )  # fmt: skip
        for each in current.participants.all():
            amend(each, about_id=current.child_id, attended=each.pk in minutes.attended)
        for section, words in minutes.parts.items():
            _write(current, section, words.strip())
        finish_about(kind=ATTEND, about_id=current.pk, by=the_system(on=by.on), outcome="held")
    return current


def decide(*, conference: Conference, decided: Decided, by: Actor) -> Decision:
    """Write down a decision; it becomes a task when the record is final.

    Its owner is a participant with an account who sees its section; raises `NotTheirSection`, and
    `Invalid` for a day that is over.
    """
    require(conference, RECORD, by)
    if not decided.words.strip() or decided.due_on < by.on:
        raise Invalid
    with act(RECORD, by=by, about=about_for(conference)) as event:
        current = locked(conference, *OPEN)
        owner = current.participants.filter(pk=decided.owner_id).exclude(post=None).first()
        if owner is None:
            raise NotFoundOrRefused
        if decided.section not in {Section.GENERAL.value, *owner.sections}:
            raise NotTheirSection
        made = Decision(
            conference=current, number=current.decisions.count() + 1, section=decided.section,
            owner=owner, due_on=decided.due_on,
        )  # fmt: skip
        setattr(made, column_of(made.section, "words"), decided.words.strip())
        made.save(force_insert=True)
        event.detail["decision"] = str(made.pk)
    return made


def drop(*, decision: Decision, by: Actor) -> None:
    """Strike a decision out while the record is not final; it stays kept."""
    require(decision.conference, RECORD, by)
    with act(RECORD, by=by, about=about_for(decision.conference)):
        current = locked(decision.conference, *OPEN)
        amend(decision, about_id=current.child_id, is_dropped=True)


def conclude(*, conference: Conference, by: Actor) -> Conference:
    """Make the record final: decisions become tasks, and who was there is asked to sign.

    Raises `NothingRecorded` without a record or without anybody who was there.
    """
    require(conference, RECORD, by)
    with act(RECORD, by=by, about=about_for(conference)):
        current = locked(conference, Conference.State.HELD)
        there = list(current.participants.filter(attended=True))
        if not there or not current.parts.exists():
            raise NothingRecorded
        amend(
            current, about_id=current.child_id, state=Conference.State.RECORDED,
            concluded_at=clock.now(),
        )  # fmt: skip
        standing = current.decisions.filter(is_dropped=False).select_related("owner")
        for decision in standing.order_by("number"):
            _open_decision(current, decision, by)
        _ask_to_sign(current, there, by)
    return current


def _write(conference: Conference, section: str, words: str) -> None:
    column = column_of(section, "words")
    part = conference.parts.filter(section=section).first()
    if part is not None:
        amend(part, about_id=conference.child_id, **{column: words})
    elif words:
        RecordPart(conference=conference, section=section, **{column: words}).save(
            force_insert=True
        )


def _open_decision(conference: Conference, decision: Decision, by: Actor) -> None:
    assert decision.owner.post_id is not None
    task = open_task(
        kind=DECISION, about=Subject("decision", decision.pk), post_id=decision.owner.post_id,
        within=Period(days=max((decision.due_on - by.on).days, 0)), by=the_system(on=by.on),
        child_id=conference.child_id, origin=Origin(key=f"{DECISION}:{decision.pk}"),
    )  # fmt: skip
    if decision.sealed_words is not None:
        keep_quiet(task)


def _ask_to_sign(conference: Conference, there: Sequence[Participant], by: Actor) -> None:
    within = Period(**packs.deadline(settings.WEIGUANG_PACK, SIGN).length)
    for each in there:
        if each.post_id is not None:
            task = open_task(
                kind=SIGN, about=Subject("participant", each.pk), post_id=each.post_id,
                within=within, by=the_system(on=by.on), child_id=conference.child_id,
                origin=Origin(key=f"{SIGN}:{each.pk}"),
            )  # fmt: skip
            keep_quiet(task)
