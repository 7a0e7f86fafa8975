"""A lead is entered and verified, step by step; deciding what it comes to is `lead_closing`'s.

Every step locks the lead and asks whether it is still the one the actor saw: of two people at once
one wins, and the other is told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from weiguang.kernel import clock
from weiguang.kernel.crypto import provider
from weiguang.kernel.errors import Conflict, Invalid, NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.models import Event
from weiguang.network.acts import act
from weiguang.network.authority import Actor, may
from weiguang.network.models import Place, Post
from weiguang.network.verbs import Verb
from weiguang.register.actions.lead_tasks import follow, task_of_entering
from weiguang.register.engine.names import name_keys
from weiguang.register.models import ID_INDEX, PHONE_INDEX, Lead, LeadStep
from weiguang.register.queries.lead_rights import VERBS, can_verify, has, people_on
from weiguang.register.queries.lead_words import is_neutral
from weiguang.register.queries.surveys import running_round
from weiguang.register.rules.identity import bare_phone, identity_number, is_phone
from weiguang.register.rules.leads import Finding, State, Step, after, birth_year


class LeadMoved(Conflict):
    """Somebody took a step meanwhile, or the lead no longer stands where this step begins."""

    code = "lead_moved"
    default_what = _("这条线索刚刚有人办过。")
    default_to_what = _("您这一步没有保存，线索保持别人办后的样子。")
    default_what_next = _("请打开线索，看看最新的情况再办。")


class NotYours(Conflict):
    """The lead is another post's to verify."""

    code = "lead_not_yours"
    default_what = _("这条线索现在不由您核实。")
    default_to_what = _("您这一步没有保存。")
    default_what_next = _("有新情况请告诉镇里的儿童督导员。")


@dataclass(frozen=True, slots=True)
class NewLead:
    """What is known when a lead is entered: a place, one way to recognise the child, and what was
    seen. `about_age` is in full years, where no birth date is known.
    """

    source: str
    place: Place
    name: str = ""
    sex: str = ""
    birth_date: date | None = None
    about_age: int | None = None
    id_number: str = ""
    guardian_name: str = ""
    guardian_phone: str = ""
    address: str = ""
    signs: tuple[str, ...] = ()
    words: str = ""

    @property
    def names_a_child(self) -> bool:
        """Whether anybody could find the child by it."""
        return bool(
            self.name or self.id_number or self.guardian_name or self.guardian_phone or self.address
        )


@dataclass(frozen=True, slots=True)
class Note:
    """What a step says besides its kind: a code, words, the receipt number of the police."""

    code: str = ""
    words: str = ""
    receipt: str = ""


NOTHING_SAID: Final = Note()


def enter(*, said: NewLead, by: Actor, verifies_herself: bool = False) -> Lead:
    """A new lead; who assigns in its town is asked to, unless the actor verifies it herself.

    A neutral lead goes to the town, whatever was asked. A survey's lead counts in the round that
    runs there. Raises `Invalid` when nobody could find the child by it, or for a number or phone
    that cannot be one.
    """
    if not said.names_a_child:
        raise Invalid(what=_("请至少写一样能找到孩子的：姓名、身份证号码、家长、电话或者住址。"))
    hidden = is_neutral(said.source, said.signs)
    lead = Lead(**_known(said, by.on), is_neutral=hidden, path=path_of(said.place, hidden))
    lead.entered_at = clock.now()
    # Who may say something of a village may say it though the lead stands in the town.
    about = Subject("lead", lead.pk, (lead.path, said.place.path))
    with act(Verb.LEAD_ENTER, by=by, about=about) as event:
        lead.entered_by_id, lead.entered_post_id = by.person_id, event.post_id
        if said.source == "survey":
            lead.round = running_round(said.place, by.on)
        own = _own_post(by, lead) if verifies_herself and not hidden else None
        if own is not None:
            lead.post_id, lead.state = own, State.ASSIGNED.value
        lead.save(force_insert=True)
        _leave_step(lead, Step.ENTERED, NOTHING_SAID, event, to_post=own)
        task_of_entering(lead, by)
    return lead


def assign(*, lead: Lead, to: Post, seen: int, by: Actor) -> Lead:
    """Give the lead to a post that verifies; a village's post brings it to that village.

    Raises `NotFoundOrRefused` for a post that may not: no right to verify there, a village's for a
    neutral lead, or nobody on it but people too near to the family.
    """
    with stepping(lead, Step.ASSIGNED, seen=seen, by=by, to_post=to.pk) as (current, changes):
        if not can_verify(to, current, by.on):
            raise NotFoundOrRefused
        changes["post_id"] = to.pk
        if to.place.path.startswith(current.path) and not current.is_neutral:
            changes |= {"place_id": to.place_id, "path": to.place.path}
    return current


def declare_conflict(*, lead: Lead, post: Post, relation: str, seen: int, by: Actor) -> Lead:
    """Somebody on that post is too near to the family: she no longer verifies it, nor sees it."""
    note = Note(code=relation)
    with stepping(lead, Step.CONFLICT, seen=seen, by=by, note=note) as (current, changes):
        near = people_on([post.pk], by.on)
        changes["barred"] = sorted({*current.barred, *near}, key=str)
        if current.post_id == post.pk:
            changes["post_id"] = None
    return current


def move_on(*, lead: Lead, place: Place, note: Note, seen: int, by: Actor) -> Lead:
    """The child belongs to another village or town: who assigns there has it from now on."""
    with stepping(lead, Step.MOVED, seen=seen, by=by, note=note) as (current, changes):
        path = path_of(place, current.is_neutral)
        changes |= {"place_id": place.pk, "path": path, "post_id": None}
    return current


def take_step(*, lead: Lead, step: Step, note: Note, seen: int, by: Actor) -> Lead:
    """Write down what was done: tried, reached, given up trying, police or school told, city asked.

    Raises `Invalid` for a police report without its receipt number.
    """
    if step is Step.POLICE_TOLD and not note.receipt.strip():
        raise Invalid(what=_("请写公安的回执号或接警编号。"))
    with stepping(lead, step, seen=seen, by=by, note=note) as (current, changes):
        if step is Step.LOST:
            changes |= {"finding": "", "reason": "", "found_by_id": None, "found_at": None}
    return current


def find(*, lead: Lead, finding: Finding, reason: str, words: str, seen: int, by: Actor) -> Lead:
    """Say what verifying has shown; the town decides on it. Raises `Invalid` for no reason."""
    if finding is Finding.NOT_ELIGIBLE and not reason:
        raise Invalid(what=_("不符合的，请选一个原因。"))
    kept = reason if finding is Finding.NOT_ELIGIBLE else ""
    note = Note(code=finding.value, words=words)
    with stepping(lead, Step.FOUND, seen=seen, by=by, note=note) as (current, changes):
        changes |= {
            "finding": finding.value, "reason": kept, "found_by_id": by.person_id,
            "found_at": clock.now(),
        }  # fmt: skip
    return current


@contextmanager
def stepping(
    lead: Lead, step: Step, *, seen: int, by: Actor, note: Note = NOTHING_SAID,
    to_post: UUID | None = None,
) -> Iterator[tuple[Lead, dict[str, Any]]]:  # fmt: skip
    """One step as one act: the lead, locked, and the changes that the caller fills in.

    `seen` is the number of steps the actor saw. Raises `LeadMoved` when another was taken
    meanwhile or the step does not begin here, and `NotYours` for who neither has nor assigns it.
    """
    with act(VERBS[step], by=by, about=lead.subject) as event:
        current = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        was = State(current.state)
        state = after(was, step, current.finding)
        if state is None or current.moves != seen:
            raise LeadMoved
        if VERBS[step] is Verb.LEAD_VERIFY and not has(by, current):
            raise NotYours
        changes: dict[str, Any] = {}
        yield current, changes
        amend(current, state=state.value, moves=current.moves + 1, **changes)
        _leave_step(current, step, note, event, to_post=to_post)
        follow(current, step, was=was, by=by)


def path_of(place: Place, is_hidden: bool) -> str:
    """Where authority finds a lead of a place: a neutral one of a village stands in its town."""
    if is_hidden and place.level == Place.Level.VILLAGE and place.parent is not None:
        return place.parent.path
    return place.path


def _known(said: NewLead, on: date) -> dict[str, Any]:
    """The columns of what was said, indexes included."""
    number = identity_number(said.id_number) if said.id_number else None
    phone = bare_phone(said.guardian_phone) if said.guardian_phone else ""
    if (said.id_number and number is None) or (phone and not is_phone(phone)):
        raise Invalid
    born = number.birth_date if number else said.birth_date
    index = provider().blind_index
    return {
        "source": said.source, "place": said.place, "name": said.name,
        "loose_pinyin": name_keys(said.name).loose_pinyin if said.name else "",
        "sex": number.sex if number else said.sex, "birth_date": born,
        "birth_year": birth_year(born, said.about_age, on),
        "id_number": number.text if number else None,
        "id_index": index(number.text, purpose=ID_INDEX) if number else None,
        "guardian_name": said.guardian_name or None, "guardian_phone": phone or None,
        "phone_index": index(phone, purpose=PHONE_INDEX) if phone else None,
        "address": said.address or None, "signs": list(said.signs), "words": said.words or None,
    }  # fmt: skip


def _leave_step(
    lead: Lead, step: Step, note: Note, event: Event, *, to_post: UUID | None = None
) -> None:
    LeadStep(
        lead=lead, kind=step.value, at=clock.now(), person_id=event.person_id,
        post_id=event.post_id, to_post_id=to_post, code=note.code,
        words=note.words.strip() or None, receipt=note.receipt.strip() or None,
    ).save(force_insert=True)  # fmt: skip
    event.detail |= {"lead": str(lead.pk), "step": step.value}


def _own_post(by: Actor, lead: Lead) -> UUID | None:
    post = may(by, Verb.LEAD_VERIFY, lead.subject).post
    return post.id if post else None
