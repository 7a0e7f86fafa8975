"""Conferences as their readers see them: lines for lists, and one with the reader's sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from weiguang.conferences.access import may_do, sections_of
from weiguang.conferences.models import (
    AgendaItem,
    Conference,
    Decision,
    Participant,
    RecordPart,
    Section,
)
from weiguang.conferences.queries.words import AS_WHAT, KINDS
from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, Subject, remember_refusal
from weiguang.network.authority import Actor, may
from weiguang.network.roles import ROLES
from weiguang.network.verbs import Verb
from weiguang.register.models import Child
from weiguang.register.queries.words import word

WORDS: Final = ("title", "purpose", "where", "cancel_reason")
State = Conference.State


@dataclass(frozen=True, slots=True)
class ConferenceLine:
    """One conference as lists show it: its kind and day, no words."""

    id: UUID
    kind: str
    state: str
    state_label: str
    starts_at: datetime
    called_by: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part."""

    id: UUID
    name: str
    organisation: str
    role: str
    is_chair: bool
    is_outside: bool
    is_reader: bool
    sections: tuple[str, ...]
    attended: bool | None
    signed_at: datetime | None
    is_on_paper: bool
    objection: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is written in one section."""

    section: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """One decision with what came of it."""

    id: UUID
    number: int
    section: str
    words: str
    owner: str
    due_on: date
    outcome: str
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One conference for one reader: only the sections that were opened to her."""

    line: ConferenceLine
    title: str
    purpose: str
    where: str
    cancel_reason: str
    people: tuple[Person, ...]
    agenda: tuple[Part, ...]
    parts: tuple[Part, ...]
    decisions: tuple[DecisionShown, ...]
    sections: tuple[tuple[str, str], ...]
    saves: int
    keeps_record: bool
    to_sign: bool

    @property
    def is_open(self) -> bool:
        """Whether its record may still be written."""
        return self.line.state in (State.CALLED, State.HELD)


def conferences_of(actor: Actor, child: Child) -> tuple[ConferenceLine, ...]:
    """The child's conferences that the actor may know of, the newest first; one query."""
    found = _of_child(child_id=child.pk)
    for each in found:
        # The child is at hand; another query would fetch it again.
        each.child = child
    return tuple(_line(each) for each in found if may_do(actor, Verb.CONFERENCE_READ, each))


def conferences_about(actor: Actor, about: Subject) -> tuple[ConferenceLine, ...]:
    """The conferences of a case or another thing that the actor may know of; one query."""
    if about.id is None:
        return ()
    found = Conference.objects.filter(about_kind=about.kind, about_id=about.id)
    found = found.select_related("child", "called_by").defer(*WORDS).order_by("-starts_at", "-id")
    return tuple(_line(each) for each in found if may_do(actor, Verb.CONFERENCE_READ, each))


def conference_of(actor: Actor, verb: Verb, conference_id: UUID) -> Conference:
    """One conference; `NotFoundOrRefused` for one to which the actor was not asked."""
    found = Conference.objects.select_related("child", "called_by").filter(pk=conference_id)
    conference = found.first()
    if conference is None or not may_do(actor, verb, conference):
        about = Subject("conference", conference_id)
        remember_refusal(verb, by=Author(actor.person_id, None), about=about)
        raise NotFoundOrRefused
    return conference


def shown(actor: Actor, conference: Conference) -> Shown:
    """The conference with what the actor may see of it; four queries."""
    people = participants_of(conference)
    sections = sections_of(actor, conference, people)
    own = next((each for each in people if each.account_id == actor.person_id), None)
    keeps = may_do(actor, Verb.CONFERENCE_RECORD, conference)
    waits = conference.state == State.RECORDED and own is not None and own.signed_at is None
    return Shown(
        line=_line(conference), title=conference.title, purpose=conference.purpose or "",
        where=conference.where, cancel_reason=conference.cancel_reason or "",
        people=tuple(_person(each, own, tells=keeps or each is own) for each in people),
        agenda=_parts(conference.agenda.filter(section__in=sections).order_by("number")),
        parts=_parts(_in_order(conference.parts.filter(section__in=sections))),
        decisions=_decisions(conference, sections),
        sections=tuple((code, label) for code, label in _labels() if code in sections),
        saves=conference.saves,
        keeps_record=keeps,
        to_sign=bool(waits and own is not None and own.attended),
    )  # fmt: skip


def participants_of(conference: Conference) -> list[Participant]:
    """Who takes part, the caller first; one query."""
    found = conference.participants.select_related("account", "post__organisation")
    return list(found.order_by("id"))


def decision_of(conference: Conference, decision_id: UUID) -> Decision:
    """One of its decisions; `NotFoundOrRefused` for another conference's."""
    found: Decision | None = conference.decisions.filter(pk=decision_id).first()
    if found is None:
        raise NotFoundOrRefused
    found.conference = conference
    return found


def participant_of(conference: Conference, participant_id: UUID) -> Participant:
    """One of its participants; `NotFoundOrRefused` for another conference's."""
    found: Participant | None = conference.participants.filter(pk=participant_id).first()
    if found is None:
        raise NotFoundOrRefused
    found.conference = conference
    return found


def may_call(actor: Actor, child: Child) -> bool:
    """Whether the actor may call a conference about the child."""
    return bool(may(actor, Verb.CONFERENCE_CALL, child.subject))


def name_of(participant: Participant) -> str:
    """What a participant is called."""
    return participant.account.name if participant.account else str(participant.name)


@Compiled
def _of_child(*, child_id: UUID) -> QuerySet[Conference]:
    found = Conference.objects.filter(child_id=child_id).select_related("called_by")
    return found.defer(*WORDS).order_by("-starts_at", "-id")


def _line(conference: Conference) -> ConferenceLine:
    return ConferenceLine(
        id=conference.pk, kind=word(KINDS, conference.kind), state=conference.state,
        state_label=str(State(conference.state).label), starts_at=conference.starts_at,
        called_by=conference.called_by.name,
    )  # fmt: skip


def _person(each: Participant, own: Participant | None, *, tells: bool) -> Person:
    """`tells`: whether what she objects to is the reader's; it may be about a hidden section."""
    organisation = each.post.organisation.name if each.post else each.organisation or ""
    labels = dict(_labels())
    return Person(
        id=each.pk, name=name_of(each), organisation=organisation, role=_role(each),
        is_chair=each.is_chair, is_outside=each.account_id is None, is_reader=each is own,
        sections=tuple(labels[code] for code in each.sections), attended=each.attended,
        signed_at=each.signed_at, is_on_paper=each.is_on_paper,
        objection=(each.objection or "") if tells else "",
    )  # fmt: skip


def _role(each: Participant) -> str:
    """As what she takes part; the caller by her post."""
    said = word(AS_WHAT, each.role)
    return said or (str(ROLES[each.post.role].label) if each.post else "")


def _decisions(conference: Conference, sections: frozenset[str]) -> tuple[DecisionShown, ...]:
    found = conference.decisions.filter(is_dropped=False, section__in=sections)
    return tuple(
        DecisionShown(
            id=each.pk, number=each.number, section=str(Section(each.section).label),
            words=each.words or each.sealed_words or "", owner=name_of(each.owner),
            due_on=each.due_on, outcome=each.outcome or each.sealed_outcome or "",
            done_on=each.done_on,
        )
        for each in found.select_related("owner__account").order_by("number")
    )  # fmt: skip


def _parts(found: Sequence[AgendaItem | RecordPart] | QuerySet[Any]) -> tuple[Part, ...]:
    said = ((each, each.words or each.sealed_words or "") for each in found)
    return tuple(
        Part(each.section, str(Section(each.section).label), words) for each, words in said if words
    )


def _in_order(found: QuerySet[RecordPart]) -> list[RecordPart]:
    order = {code: number for number, code in enumerate(Section.values)}
    return sorted(found, key=lambda part: order[part.section])


def _labels() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in Section.choices]
