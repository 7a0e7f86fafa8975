"""A conference is called, people are asked to it, and it may be called off.

Who is asked gets leave for this one conference, never for the child's file. To a conference about a
child moved for safety only people who are named for the child are asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from weiguang.conferences.access import may_do
from weiguang.conferences.errors import ChairTaken, InvitedAlready, KeptFrom, NotNow
from weiguang.conferences.models import AgendaItem, Conference, Participant, Section
from weiguang.conferences.queries.words import AS_WHAT, KINDS, codes_of
from weiguang.kernel import clock
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.sensitivity import Tier
from weiguang.network.actions import grants
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Account, Grant, Holding
from weiguang.network.queries import actor_for, the_system
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child
from weiguang.register.queries.conflicts import is_conflicted
from weiguang.tasks.actions.tasks import Origin, cancel_about, open_task
from weiguang.tasks.models import Task
from weiguang.tasks.rules.periods import Period

ATTEND: Final = "conference.attend"
REASON: Final = "conference"
TAKES_PART: Final = (Verb.CONFERENCE_READ, Verb.CONFERENCE_SIGN)
KEEPS_RECORD: Final = (*TAKES_PART, Verb.CONFERENCE_RECORD)
OPEN: Final = (Conference.State.CALLED, Conference.State.HELD)


@dataclass(frozen=True, slots=True)
class Call:
    """A conference as it is called; `agenda` are (section, words) in their order."""

    kind: str
    title: str
    starts_at: datetime
    where: str
    purpose: str = ""
    agenda: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is to take part: by her post (`holding_id`), or from outside by name."""

    role: str
    sections: Sequence[str] = ()
    holding_id: UUID | None = None
    name: str = ""
    organisation: str = ""
    is_chair: bool = field(default=False)


def call(*, child: Child, about: Subject, said: Call, by: Actor) -> Conference:
    """Call a conference about the child; the caller takes part, and keeps its record.

    Raises `Invalid` for an unknown kind or without a title, and `NotFoundOrRefused` for whoever may
    not call one about this child.
    """
    decision = may(by, Verb.CONFERENCE_CALL, child.subject)
    post = decision.post or next(iter(by.posts), None)
    if not decision or by.person_id is None or post is None or about.id is None:
        raise NotFoundOrRefused
    if said.kind not in codes_of(KINDS) or not said.title.strip() or not said.where.strip():
        raise Invalid
    if any(section not in Section.values for section, _words in said.agenda):
        raise Invalid
    with act(Verb.CONFERENCE_CALL, by=by, about=child.subject) as event:
        conference = Conference(
            child=child, about_kind=about.kind, about_id=about.id, kind=said.kind,
            title=said.title.strip(), purpose=said.purpose.strip() or None,
            starts_at=said.starts_at, where=said.where.strip(), called_by_id=by.person_id,
            called_post_id=post.id,
        )  # fmt: skip
        conference.save(force_insert=True)
        for number, (section, words) in enumerate(said.agenda, start=1):
            item = AgendaItem(conference=conference, number=number, section=section)
            setattr(item, column_of(section, "words"), words.strip())
            item.save(force_insert=True)
        caller = Account.objects.get(pk=by.person_id)
        # Whoever takes the chair is named when she is asked.
        Participant(
            conference=conference, account=caller, post_id=post.id, role="",
            sections=[each for each in Section.values if each != Section.GENERAL],
            grant=_leave(conference, caller, KEEPS_RECORD, Tier.SEALED, by),
        ).save(force_insert=True)  # fmt: skip
        mark_made(event, conference)
    return conference


def invite(*, conference: Conference, who: Invited, by: Actor) -> Participant:
    """Ask somebody to take part, open these sections to her, and tell her when it is.

    Raises `InvitedAlready`, `ChairTaken`, `NotNow` once the record is final, and `KeptFrom` for
    somebody who is near to the family, or to whom a child moved for safety may not be shown.
    """
    require(conference, Verb.CONFERENCE_RECORD, by)
    if who.role not in codes_of(AS_WHAT) or not set(who.sections) <= set(Section.values):
        raise Invalid
    with act(Verb.CONFERENCE_RECORD, by=by, about=about_for(conference)) as event:
        locked(conference, *OPEN)
        if who.is_chair and conference.participants.filter(is_chair=True).exists():
            raise ChairTaken
        made = _participant(conference, who, by)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise InvitedAlready from error
        event.detail["participant"] = str(made.pk)
        if made.post_id and conference.state == Conference.State.CALLED:
            _tell(conference, made, by)
    return made


def cancel(*, conference: Conference, reason: str, by: Actor) -> None:
    """Call the conference off; whoever was asked loses her leave and her task."""
    require(conference, Verb.CONFERENCE_RECORD, by)
    if not reason.strip():
        raise Invalid
    system = the_system(on=by.on)
    with act(Verb.CONFERENCE_RECORD, by=by, about=about_for(conference)):
        current = locked(conference, Conference.State.CALLED)
        amend(
            current, about_id=current.child_id, state=Conference.State.CANCELLED,
            cancel_reason=reason.strip(),
        )  # fmt: skip
        cancel_about(about_id=current.pk, by=system)
        others = current.participants.exclude(account=current.called_by).exclude(grant=None)
        for each in others.select_related("grant"):
            assert each.grant is not None
            grants.end_at_once(grant=each.grant, by=system)


def about_for(conference: Conference) -> Subject:
    """What an act about the conference is about: it names no place and no child."""
    return conference.subject


def require(conference: Conference, verb: Verb, by: Actor) -> None:
    """Refuse whoever may not do this with the conference."""
    if not may_do(by, verb, conference):
        raise NotFoundOrRefused


def locked(conference: Conference, *states: str) -> Conference:
    """The conference as it is now, kept for this act; raises `NotNow` in another state."""
    found = Conference.objects.select_for_update(of=("self",)).select_related("child")
    current = found.get(pk=conference.pk)
    if current.state not in states:
        raise NotNow
    return current


def column_of(section: str, name: str) -> str:
    """The column in which words of a section stand."""
    return f"sealed_{name}" if section == Section.JUDICIAL else name


def keep_quiet(task: Task) -> None:
    """Tell no level above that it is overdue: she was not asked, and need not know of it."""
    amend(task, about_id=task.about_id, escalates_at=None)


def _participant(conference: Conference, who: Invited, by: Actor) -> Participant:
    sections = [each for each in Section.values[1:] if each in who.sections]
    made = Participant(
        conference=conference, role=who.role, sections=sections, is_chair=who.is_chair
    )
    if who.holding_id is None:
        if not who.name.strip() or conference.child.is_sheltered:
            raise KeptFrom
        made.name, made.organisation = who.name.strip(), who.organisation.strip() or None
        return made
    on = clock.today()
    found = Holding.objects.select_related("person").filter(during__contains=on)
    held = found.filter(pk=who.holding_id, person__is_active=True).first()
    if held is None or _is_kept_from(held.person, conference.child):
        raise KeptFrom
    if conference.participants.filter(account=held.person).exists():
        raise InvitedAlready
    verbs = KEEPS_RECORD if who.is_chair else TAKES_PART
    tier = Tier.SEALED if Section.JUDICIAL in sections else Tier.SENSITIVE
    made.account, made.post_id = held.person, held.post_id
    made.grant = _leave(conference, held.person, verbs, tier, by)
    return made


def _is_kept_from(person: Account, child: Child) -> bool:
    if is_conflicted(person.pk, child.pk):
        return True
    them = actor_for(person, on=clock.today())
    return child.is_sheltered and not may(them, Verb.CONFERENCE_READ, child.subject)


def _leave(
    conference: Conference, person: Account, verbs: Sequence[Verb], tier: Tier, by: Actor
) -> Grant:
    return grants.give(
        person=person, subject_kind=conference.subject.kind, subject_id=conference.pk, verbs=verbs,
        sees=tier, since=by.on, until=None, reason=REASON, by=the_system(on=by.on),
    )  # fmt: skip


def _tell(conference: Conference, participant: Participant, by: Actor) -> None:
    assert participant.post_id is not None
    ahead = int((conference.starts_at - clock.now()).total_seconds() // 3_600)
    task = open_task(
        kind=ATTEND, about=conference.subject, post_id=participant.post_id,
        within=Period(hours=max(ahead, 1)), by=the_system(on=by.on), child_id=conference.child_id,
        origin=Origin(key=f"{ATTEND}:{participant.pk}"),
    )  # fmt: skip
    keep_quiet(task)
