"""Illnesses and disabilities of a child; what they are is encrypted, that they are is dated."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from weiguang.kernel import packs
from weiguang.kernel.errors import Conflict, Invalid
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.verbs import Verb
from weiguang.register.actions.marks import mark_made
from weiguang.register.models import Child, HealthFact
from weiguang.register.rules.identity import bare_number, disability_certificate


@dataclass(frozen=True, slots=True)
class Health:
    """A fact of health since a day (None: not known); `kind` is a code of the pack."""

    kind: str
    since: date | None = None
    detail: str = ""
    disability_number: str = ""


def record_health(*, child: Child, health: Health, by: Actor) -> HealthFact:
    """State an illness or disability; several may hold at once.

    Raises `Invalid` for an unknown kind and for a certificate's number that cannot be one.
    """
    kinds = packs.words(settings.WEIGUANG_PACK, "health_kinds")
    if health.kind not in {word.code for word in kinds}:
        raise Invalid
    if health.disability_number and disability_certificate(health.disability_number) is None:
        raise Invalid(what=_("残疾人证号有误。"))
    with act(Verb.CHILD_AMEND, by=by, about=child.subject) as event:
        fact = HealthFact(
            child=child, kind=health.kind, detail=health.detail or None,
            disability_number=bare_number(health.disability_number) or None,
            during=DateRange(health.since, None),
        )  # fmt: skip
        fact.save(force_insert=True)
        mark_made(event, fact)
    return fact


def end_health(*, fact: HealthFact, on: date, by: Actor) -> None:
    """End a fact of health; `on` is the first day on which it no longer holds."""
    with act(Verb.CHILD_AMEND, by=by, about=fact.child.subject):
        since = fact.during.lower
        if since is not None and on <= since:
            raise Conflict
        amend(fact, about_id=fact.child_id, during=DateRange(since, on))
