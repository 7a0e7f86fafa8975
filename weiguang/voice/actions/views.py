"""A child is heard, and later told what came of it: recorded as it was, each sentence only for
those to whom the child lets it be told.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings

from weiguang.kernel import packs
from weiguang.kernel.errors import Invalid
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child
from weiguang.tasks.actions.tasks import Origin, finish_about, open_task
from weiguang.tasks.rules.periods import Period
from weiguang.voice.errors import AlreadyAnswered, NotHeard, NothingToAnswer, TooEarly
from weiguang.voice.models import MayTell, View
from weiguang.voice.queries.views import require_known
from weiguang.voice.queries.words import MATTERS, WHY_NOT

ANSWER: Final = "voice.answer"
SPOKE: Final = (View.How.SAID, View.How.SHOWED, View.How.UNASKED)
OPEN: Final = (MayTell.TEAM, MayTell.GUARDIAN)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing the child said; told to nobody else unless the child allows it."""

    words: str
    may_tell: str = MayTell.NOBODY_ELSE
    names: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a worker states: how the child was heard and what it said, or why it was not asked.

    `answer` is what the child was told at once; empty where it is told later.
    """

    matter: str
    how: str
    heard_on: date
    sentences: tuple[Sentence, ...] = ()
    why_not: str = ""
    is_alone: bool = False
    is_sealed: bool = False
    answer: str = ""


def hear(*, child: Child, about: Subject, said: Heard, by: Actor) -> View:
    """Record the child's view of a decision, inside the caller's act or its own.

    Who heard it is asked to tell the child what came of it, where it spoke and was not told at
    once. Raises `NotHeard` where neither words nor a reason are there.
    """
    if by.person_id is None or about.id is None:
        raise Invalid
    _require_whole(said, by)
    view = View(
        child=child, about_kind=about.kind, about_id=about.id, matter=said.matter, how=said.how,
        why_not=said.why_not if said.how == View.How.NOT_ASKED else "",
        words=_open(said) or None, sealed_words=_kept(said) or None, is_sealed=said.is_sealed,
        is_alone=said.is_alone, heard_by_id=by.person_id, heard_on=said.heard_on,
    )  # fmt: skip
    if said.answer.strip() and said.how in SPOKE:
        for name, value in _answered(view, said.answer, said.heard_on, by).items():
            setattr(view, name, value)
    with act(Verb.VOICE_HEAR, by=by, about=child.subject) as event:
        view.save(force_insert=True)
        mark_made(event, view)
        if view.wants_an_answer:
            _ask_to_answer(view, by)
    return view


def answer(*, view: View, words: str, told_on: date, by: Actor) -> None:
    """Record what the child was told came of its words; of two who do, the second is told.

    Raises `NotFoundOrRefused` for a view that is not the actor's to know of.
    """
    child = view.child
    require_known(by, child, view, Verb.VOICE_ANSWER)
    if not words.strip():
        raise Invalid
    with act(Verb.VOICE_ANSWER, by=by, about=child.subject) as event:
        current = View.objects.select_for_update(of=("self",)).get(pk=view.pk)
        if current.answered_on is not None:
            raise AlreadyAnswered
        if not current.wants_an_answer:
            raise NothingToAnswer
        if not current.heard_on <= told_on <= by.on:
            raise TooEarly
        amend(current, about_id=current.child_id, **_answered(current, words, told_on, by))
        event.detail["view"] = str(current.pk)
        finish_about(kind=ANSWER, about_id=current.pk, by=the_system(on=by.on), outcome="answered")


def _answered(view: View, words: str, told_on: date, by: Actor) -> dict[str, object]:
    column = "sealed_answer" if view.holds_sealed else "answer"
    return {column: words.strip(), "answered_on": told_on, "answered_by_id": by.person_id}


def _require_whole(said: Heard, by: Actor) -> None:
    if said.matter not in _codes(MATTERS) or said.how not in View.How.values:
        raise NotHeard
    if said.heard_on > by.on:
        raise TooEarly
    if said.how == View.How.NOT_ASKED and said.why_not not in _codes(WHY_NOT):
        raise NotHeard
    if said.how in SPOKE and not any(each.words.strip() for each in said.sentences):
        raise NotHeard
    if any(each.may_tell not in MayTell.values for each in said.sentences):
        raise NotHeard


def _codes(list_name: str) -> set[str]:
    return {each.code for each in packs.words(settings.WEIGUANG_PACK, list_name)}


def _spoken(said: Heard) -> list[Sentence]:
    if said.how not in SPOKE:
        return []
    return [each for each in said.sentences if each.words.strip()]


def _open(said: Heard) -> list[list[str]]:
    """What the team may know; nothing where nobody is to know of the talk."""
    if said.is_sealed:
        return []
    return [[s.words.strip(), s.may_tell] for s in _spoken(said) if s.may_tell in OPEN]


def _kept(said: Heard) -> list[list[str]]:
    kept = [s for s in _spoken(said) if said.is_sealed or s.may_tell not in OPEN]
    return [[s.words.strip(), s.may_tell, s.names.strip()] for s in kept]


def _ask_to_answer(view: View, by: Actor) -> None:
    decision = may(by, Verb.VOICE_HEAR, view.child.subject)
    post = decision.post or next(iter(by.posts), None)
    if post is None:
        return
    within = Period(**packs.deadline(settings.WEIGUANG_PACK, ANSWER).length)
    task = open_task(
        kind=ANSWER, about=Subject("view", view.pk), post_id=post.id, within=within,
        by=the_system(on=by.on), child_id=view.child_id, origin=Origin(key=f"{ANSWER}:{view.pk}"),
    )  # fmt: skip
    if view.is_sealed:
        # No level above is told of a talk that nobody else is to know of.
        amend(task, about_id=view.child_id, escalates_at=None)
