"""An assessment is begun, saved as often as one likes, and submitted once; nothing is ever lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from weiguang.assessment.actions.again import AGAIN
from weiguang.assessment.actions.emergencies import call_the_centre
from weiguang.assessment.engine.instruments import Instrument
from weiguang.assessment.errors import (
    AlreadySubmitted,
    Incomplete,
    NoSuchVersion,
    SavedElsewhere,
    ViewMissing,
)
from weiguang.assessment.models import Assessment
from weiguang.assessment.queries.instruments import version_of
from weiguang.assessment.queries.outcomes import reckon
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child
from weiguang.tasks.actions.tasks import finish_about

State = Assessment.State
Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form says: the answers as texts by item, and what stands around them.

    `seen` is how often the draft had been saved when the form was opened.
    """

    texts: Texts
    assessed_on: date
    setting: str = ""
    child_view: str = ""
    child_words: str = ""
    seen: int = 0


def begin(*, child: Child, instrument: Instrument, by: Actor) -> Assessment:
    """A draft with the version in use; the one that the same person has begun, if there is one."""
    if by.person_id is None:
        raise NotFoundOrRefused
    key = {"child": child, "instrument": instrument.code, "assessed_by_id": by.person_id}
    with act(Verb.ASSESSMENT_RECORD, by=by, about=child.subject) as event:
        if (begun := Assessment.objects.filter(**key, state=State.DRAFT).first()) is not None:
            return begun
        draft = Assessment(**key, version=instrument.version, answers={}, assessed_on=by.on)
        try:
            with transaction.atomic():
                draft.save(force_insert=True)
        except IntegrityError:
            # The same person, in two windows at once.
            return Assessment.objects.get(**key, state=State.DRAFT)
        mark_made(event, draft)
    return draft


def save_draft(*, assessment: Assessment, filled: Filled, by: Actor) -> Assessment:
    """Keep what was filled in so far, right or wrong, complete or not.

    Raises `SavedElsewhere` where another window saved meanwhile, `AlreadySubmitted` for no draft,
    `NoSuchVersion` where the pack has the version no more: then the draft stays as it was.
    """
    with act(Verb.ASSESSMENT_RECORD, by=by, about=assessment.child.subject):
        draft = _own_draft(assessment, by)
        if draft.saves != filled.seen:
            raise SavedElsewhere
        _keep(draft, filled)
    return draft


def submit(*, assessment: Assessment, filled: Filled, by: Actor) -> Assessment:
    """Submit what was filled in; all of it is reckoned and checked here, whatever the browser said.

    The child's own view must stand there, or why it could not be asked. Raises `Incomplete`,
    `ViewMissing`, `NoSuchVersion`; in each case the draft was saved. A screen that holds calls the
    rescue and protection centre.
    """
    save_draft(assessment=assessment, filled=filled, by=by)
    with act(Verb.ASSESSMENT_RECORD, by=by, about=assessment.child.subject) as event:
        draft = _own_draft(assessment, by)
        _require_complete(draft, by)
        before = Assessment.objects.filter(
            child=draft.child, instrument=draft.instrument, state=State.SUBMITTED
        )
        for older in before.filter(assessed_on__lte=draft.assessed_on).select_for_update():
            amend(older, about_id=draft.child_id, state=State.SUPERSEDED)
        amend(draft, about_id=draft.child_id, state=State.SUBMITTED, submitted_at=clock.now())
        finish_about(kind=AGAIN, about_id=draft.child_id, by=by)
        event.detail["assessment"] = str(draft.pk)
        found = reckon(draft, with_sealed=True).outcome
        if found is not None and found.screens:
            call_the_centre(draft)
    return draft


def discard(*, assessment: Assessment, by: Actor) -> None:
    """Put a draft of one's own aside; it stays in the memory and in no list."""
    with act(Verb.ASSESSMENT_RECORD, by=by, about=assessment.child.subject):
        draft = _own_draft(assessment, by)
        amend(draft, about_id=draft.child_id, state=State.DISCARDED)


def _own_draft(assessment: Assessment, by: Actor) -> Assessment:
    found = Assessment.objects.select_related("child").select_for_update(of=("self",))
    draft: Assessment = found.get(pk=assessment.pk)
    if draft.assessed_by_id != by.person_id:
        raise NotFoundOrRefused
    if not draft.is_draft:
        raise AlreadySubmitted
    return draft


def _keep(draft: Assessment, filled: Filled) -> None:
    instrument = version_of(draft.instrument, draft.version)
    if instrument is None:
        raise NoSuchVersion
    # What the instrument does not know may be anything: it is kept as if it were sealed.
    is_open = {item.name for item in instrument.items if not item.is_sealed}
    said = {name: list(texts) for name, texts in filled.texts.items() if any(texts)}
    changed = amend(
        draft, about_id=draft.child_id,
        answers={name: texts for name, texts in said.items() if name in is_open},
        sealed_answers={n: texts for n, texts in said.items() if n not in is_open} or None,
        assessed_on=filled.assessed_on, setting=filled.setting, child_view=filled.child_view,
        child_words=filled.child_words.strip() or None,
    )  # fmt: skip
    if changed:
        amend(draft, about_id=draft.child_id, saves=draft.saves + 1)


def _require_complete(draft: Assessment, by: Actor) -> None:
    found = reckon(draft, with_sealed=True)
    assert found.outcome is not None, "saved just now, so the version is there"
    shown = set(found.outcome.relevant)
    if found.outcome.missing or any(each.name in shown for each in found.given.problems):
        raise Incomplete
    if not draft.child.birth_date <= draft.assessed_on <= by.on:
        raise Invalid(what=_("评估的日期不能在孩子出生以前，也不能在今天以后。"))
    if not draft.child_view or (draft.child_view == "said" and not draft.child_words):
        raise ViewMissing
