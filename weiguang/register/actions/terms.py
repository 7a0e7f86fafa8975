"""Alerts: what was agreed for a time soon ends: a consent, or care that is entrusted.

Told once for each agreement, to who works where the child lives; it is done when the thing itself
is given anew, withdrawn or ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from weiguang.kernel import clock, packs
from weiguang.kernel.events import Subject
from weiguang.network.authority import Actor
from weiguang.register.actions.alerts import WORKERS, key_once, open_alert, post_about
from weiguang.register.models import Child, Consent
from weiguang.register.queries.consents import consents_to_renew
from weiguang.register.queries.entrustments import entrustments_ending
from weiguang.register.rules.identity import is_minor_on
from weiguang.tasks.actions.tasks import Origin, finish_about
from weiguang.tasks.models import Task
from weiguang.tasks.rules.periods import Period

CONSENT: Final = "alert.consent"
ENTRUSTMENT: Final = "alert.entrustment"
RENEWED: Final = "renewed"


@dataclass(frozen=True, slots=True)
class _Term:
    """One agreement with its last day, and why it ends; each ends once, and is told once."""

    kind: str
    about: Subject
    child_id: UUID
    last_day: date
    why: str

    @property
    def stem(self) -> str:
        return f"{self.kind}:{self.about.id}"


def consents_due(now: datetime) -> int:
    """Open a task for every consent that soon must be asked anew; returns how many."""
    on = now.astimezone(clock.CHINA).date()
    found = consents_to_renew(on, timedelta(days=_days("consent.ahead")))
    return _open_all(
        [
            _Term(
                CONSENT, Subject("consent", each.consent_id), each.child_id,
                each.ends_on - timedelta(days=1), each.why.value,
            )
            for each in found
        ],
        _days("consent.renew"), on,
    )  # fmt: skip


def entrustments_due(now: datetime) -> int:
    """Open a task for every entrustment of care that soon ends, or is over; returns how many."""
    on = now.astimezone(clock.CHINA).date()
    found = entrustments_ending(on, timedelta(days=_days("entrustment.ahead")))
    return _open_all(
        [
            _Term(
                ENTRUSTMENT, Subject("entrustment", each.entrustment_id), each.child_id,
                each.last_day, "ending",
            )
            for each in found
        ],
        _days("entrustment.settle"), on,
    )  # fmt: skip


def renewed(consent: Consent, *, by: Actor) -> None:
    """Close what waits about earlier consents of the same use, inside the caller's own act."""
    earlier = Consent.objects.filter(child=consent.child_id, matter=consent.matter)
    for key in earlier.exclude(pk=consent.pk).order_by("pk").values_list("pk", flat=True):
        finish_about(kind=CONSENT, about_id=key, by=by, outcome=RENEWED)


def _open_all(terms: Iterable[_Term], days: int, on: date) -> int:
    """Whoever is told already costs only her part of one question for all."""
    waiting = {term.stem: term for term in terms}
    told = Task.objects.filter(about_id__in=[term.about.id for term in waiting.values()])
    told = told.exclude(state=Task.State.CANCELLED).filter(kind__in=(CONSENT, ENTRUSTMENT))
    for kind, about_id in told.values_list("kind", "about_id"):
        waiting.pop(f"{kind}:{about_id}", None)
    children = Child.objects.defer("id_number").in_bulk({t.child_id for t in waiting.values()})
    return sum(_open(term, children[term.child_id], days, on) for term in waiting.values())


def _open(term: _Term, child: Child, days: int, on: date) -> bool:
    """Open one; due so many days after its end, for nothing can be given anew before."""
    post = post_about(child, WORKERS, on) if is_minor_on(child.birth_date, on) else None
    if post is None:
        return False
    within = Period(days=max((term.last_day - on).days, 0) + days)
    origin = Origin(reason=term.why, key=key_once(term.stem))
    return open_alert(child, term.kind, post, within, origin, on, about=term.about)


def _days(code: str) -> int:
    return packs.deadline(settings.WEIGUANG_PACK, code).length["days"]
