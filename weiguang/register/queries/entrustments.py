"""Care entrusted for a time: what the file shows, what its print says, and what ends soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs
from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, remember_refusal
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import Adult, Child, Entrustment, Tie
from weiguang.register.queries.bars import barred_adults
from weiguang.register.queries.consents import guardians_on
from weiguang.register.queries.words import word

NEAR: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Agreed:
    """An entrustment in words; `last_day` is still covered."""

    id: UUID
    guardians: tuple[str, ...]
    carer: str
    relation: str
    reason: str
    first_day: date
    last_day: date
    duties: tuple[str, ...]
    told: tuple[str, ...]
    untold: tuple[str, ...]
    heard: str
    witness: str
    ended_on: date | None
    ending: str
    state: str | Promise
    is_open: bool
    needs_a_look: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """An entrustment whose agreed time is over, or soon is."""

    entrustment_id: UUID
    child_id: UUID
    carer_id: UUID
    last_day: date


@dataclass(frozen=True, slots=True)
class Parties:
    """Who can entrust and who can be entrusted; and who cannot just now."""

    guardians: tuple[Adult, ...]
    carers: tuple[Adult, ...]
    not_now: tuple[str, ...]


def entrustments_of(actor: Actor, child: Child) -> tuple[Agreed, ...]:
    """The child's entrustments, the newest first; two queries."""
    return tuple(agreed(each, actor.on) for each in _made(child_id=child.pk))


@Compiled
def _made(*, child_id: UUID) -> QuerySet[Entrustment]:
    made = Entrustment.objects.filter(child_id=child_id)
    return made.select_related("guardian", "other_guardian", "carer", "tie").order_by("-id")


def entrustment_of(actor: Actor, child: Child, entrustment_id: UUID) -> Entrustment:
    """One of the child's entrustments; `NotFoundOrRefused` for another child's."""
    named = child.entrustments.select_related("guardian", "other_guardian", "carer", "tie", "child")
    found: Entrustment | None = named.filter(pk=entrustment_id).first()
    if found is None:
        by = Author(actor.person_id, None)
        remember_refusal(Verb.ENTRUSTMENT_RECORD, by=by, about=child.subject)
        raise NotFoundOrRefused
    return found


def parties(child: Child, on: date) -> Parties:
    """Who can entrust the child's care on a day, and to whom of its family."""
    barred, guardians = barred_adults(child.pk), guardians_on(child, on)
    family = list(Adult.objects.filter(ties__child=child).distinct().order_by("id"))
    return Parties(
        tuple(each for each in guardians if each.pk not in barred),
        tuple(each for each in family if each.pk not in barred),
        tuple(each.name for each in family if each.pk in barred),
    )


def entrustments_ending(on: date, within: timedelta = NEAR) -> tuple[Ending, ...]:
    """The entrustments that nobody ended and whose last day comes within the time, or is past.

    For alerts; one query.
    """
    last = on + within
    open_ones = Entrustment.objects.filter(ended_on=None, child__merged_into=None)
    found = open_ones.filter(during__endswith__lte=last + timedelta(days=1)).order_by("id")
    return tuple(Ending(each.pk, each.child_id, each.carer_id, last_day(each)) for each in found)


def agreed(entrustment: Entrustment, on: date) -> Agreed:
    """An entrustment in words, as it stands on a day."""
    guardians = (entrustment.guardian, entrustment.other_guardian)
    told = set(entrustment.told)
    return Agreed(
        id=entrustment.pk,
        guardians=tuple(each.name for each in guardians if each),
        carer=entrustment.carer.name,
        relation=_relation(entrustment),
        reason=word("entrustment_reasons", entrustment.reason),
        first_day=entrustment.during.lower,
        last_day=last_day(entrustment),
        duties=_words("entrustment_duties", entrustment.duties),
        told=_words("entrustment_told", told),
        untold=_words("entrustment_told", {"school", "village"} - told),
        heard=word("child_heard", entrustment.heard),
        witness=entrustment.witness,
        ended_on=entrustment.ended_on,
        ending=word("entrustment_endings", entrustment.ending),
        state=_state(entrustment, on),
        is_open=entrustment.ended_on is None,
        needs_a_look=entrustment.ended_on is None and last_day(entrustment) - on <= NEAR,
    )


def last_day(entrustment: Entrustment) -> date:
    """The last day that the agreement covers."""
    upper: date = entrustment.during.upper
    return upper - timedelta(days=1)


def _state(entrustment: Entrustment, on: date) -> str | Promise:
    if entrustment.ended_on is not None:
        return _("已结束")
    if last_day(entrustment) < on:
        return _("已过期，要续签或者结束")
    return _("还没有开始") if entrustment.during.lower > on else _("有效")


def _relation(entrustment: Entrustment) -> str:
    tie: Tie | None = entrustment.tie
    return word("relations", tie.relation) if tie else ""


def _words(list_name: str, codes: Iterable[Any]) -> tuple[str, ...]:
    """In the order of the pack's list."""
    wanted = set(codes)
    listed = packs.words(settings.WEIGUANG_PACK, list_name)
    return tuple(word(list_name, each.code) for each in listed if each.code in wanted)
