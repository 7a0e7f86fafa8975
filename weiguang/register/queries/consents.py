"""Consents of a child: what each use rests on today, who may be asked, what must be asked anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs
from weiguang.kernel.compiled import Compiled
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, remember_refusal
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.models import Adult, Child, Consent, Tie
from weiguang.register.queries.bars import barred_adults
from weiguang.register.queries.words import word
from weiguang.register.rules.ages import latest_birth
from weiguang.register.rules.consents import (
    OWN_CONSENT_AGE,
    Given,
    Giver,
    Standing,
    own_from,
    standing,
    whose_consent,
)

MATTERS: Final = "consent_matters"
STANDINGS: Final[dict[Standing, str | Promise]] = {
    Standing.NOT_YET: _("还没有生效"),
    Standing.HOLDS: _("同意有效"),
    Standing.WITHDRAWN: _("已撤回"),
    Standing.EXPIRED: _("已到期"),
    Standing.OUTGROWN: _("孩子已满14岁，要由本人同意"),
}


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One consent as the file shows it."""

    id: UUID
    matter: str
    giver: str
    standing: Standing
    standing_label: str
    how: str
    heard: str
    witness: str
    given_on: date
    until: date | None
    withdrawn_on: date | None
    withdrawal: str

    @property
    def holds(self) -> bool:
        """Whether it may be relied on today."""
        return self.standing is Standing.HOLDS


@dataclass(frozen=True, slots=True)
class Askable:
    """Who may be asked today: the child itself, or these guardians; and who cannot just now."""

    whose: Giver
    guardians: tuple[Adult, ...]
    not_now: tuple[str, ...]


class Renewal(StrEnum):
    """Why a consent must be asked anew."""

    OUTGROWN = "outgrown"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class ToRenew:
    """A consent that ends, with the first day on which it no longer holds."""

    consent_id: UUID
    child_id: UUID
    matter: str
    why: Renewal
    ends_on: date


def consents_of(actor: Actor, child: Child) -> tuple[ConsentLine, ...]:
    """Every consent about the child, what holds today first; one query."""
    lines = [_line(each, child, actor.on) for each in _given(child_id=child.pk)]
    return tuple(sorted(lines, key=lambda line: not line.holds))


@Compiled
def _given(*, child_id: UUID) -> QuerySet[Consent]:
    given = Consent.objects.filter(child_id=child_id)
    return given.select_related("given_by").order_by("-given_on", "-id")


def consent_of(actor: Actor, child: Child, consent_id: UUID) -> Consent:
    """One of the child's consents; `NotFoundOrRefused` for another child's."""
    found: Consent | None = child.consents.select_related("given_by").filter(pk=consent_id).first()
    if found is None:
        by = Author(actor.person_id, None)
        remember_refusal(Verb.CONSENT_RECORD, by=by, about=child.subject)
        raise NotFoundOrRefused
    return found


def askable(child: Child, on: date) -> Askable:
    """Who may be asked for a consent on a day; a barred guardian is named as unable alone."""
    whose, barred = whose_consent(child.birth_date, on), barred_adults(child.pk)
    guardians = guardians_on(child, on)
    return Askable(
        whose,
        tuple(each for each in guardians if each.pk not in barred),
        tuple(each.name for each in guardians if each.pk in barred),
    )


def guardians_on(child: Child, on: date) -> list[Adult]:
    """The adults who were the child's guardians on a day."""
    tied = Tie.objects.filter(child=child, kind=Tie.Kind.GUARDIAN, during__contains=on)
    return list(Adult.objects.filter(pk__in=tied.values("adult")).order_by("id"))


def standing_of(consent: Consent, child: Child, on: date) -> Standing:
    """Where a consent about the child stands on a day."""
    giver = Giver.GUARDIAN if consent.given_by_id else Giver.CHILD
    return standing(
        Given(giver, child.birth_date, consent.given_on, consent.until, consent.withdrawn_on), on
    )


def has_consent(child: Child, matter: str, on: date) -> bool:
    """Whether a use of the child's information is agreed to on a day; for whoever would use it."""
    found = child.consents.filter(matter=matter, withdrawn_on=None)
    return any(standing_of(each, child, on) is Standing.HOLDS for each in found)


def consents_to_renew(on: date, within: timedelta = timedelta(days=30)) -> tuple[ToRenew, ...]:
    """The consents that end by a day, and nobody has given anew: for alerts; two queries.

    A guardian's consent ends on the fourteenth birthday, any other after its last day. Those that
    ended earlier stay in the answer until they are given anew or withdrawn.
    """
    last = on + within
    open_ones = _not_renewed(Consent.objects.filter(withdrawn_on=None, child__merged_into=None))
    grown = open_ones.filter(
        given_by__isnull=False, child__birth_date__lte=latest_birth(OWN_CONSENT_AGE, last)
    )
    ending = open_ones.filter(until__lt=last).exclude(pk__in=grown.values("pk"))
    return (*_renewals(grown, Renewal.OUTGROWN), *_renewals(ending, Renewal.EXPIRING))


def matter_words() -> list[str]:
    """What consent may be asked for, in words."""
    return [word(MATTERS, each.code) for each in packs.words(settings.WEIGUANG_PACK, MATTERS)]


def _not_renewed(consents: QuerySet[Consent]) -> QuerySet[Consent]:
    later = Consent.objects.filter(
        Q(given_on__gt=OuterRef("given_on"))
        | Q(given_on=OuterRef("given_on"), pk__gt=OuterRef("pk")),
        child=OuterRef("child"), matter=OuterRef("matter"), withdrawn_on=None,
    )  # fmt: skip
    return consents.filter(~Exists(later))


def _renewals(consents: Iterable[Any], why: Renewal) -> list[ToRenew]:
    found: Any = consents
    return [
        ToRenew(each.pk, each.child_id, each.matter, why, _end(each, why))
        for each in found.select_related("child").order_by("id")
    ]


def _end(consent: Consent, why: Renewal) -> date:
    if why is Renewal.EXPIRING and consent.until is not None:
        return consent.until + timedelta(days=1)
    return own_from(consent.child.birth_date)


def _line(consent: Consent, child: Child, on: date) -> ConsentLine:
    where = standing_of(consent, child, on)
    return ConsentLine(
        id=consent.pk,
        matter=word(MATTERS, consent.matter),
        giver=consent.given_by.name if consent.given_by else "",
        standing=where,
        standing_label=str(STANDINGS[where]),
        how=consent.get_how_display(),
        heard=word("child_heard", consent.heard),
        witness=consent.witness,
        given_on=consent.given_on,
        until=consent.until,
        withdrawn_on=consent.withdrawn_on,
        withdrawal=word("consent_withdrawals", consent.withdrawal),
    )
