"""Leave for one person and one subject, given and ended by acts of their own."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel import clock
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.sensitivity import Tier
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.errors import FilesApart, TermIsOver
from weiguang.network.models import Account, Grant
from weiguang.network.roles import GRANTABLE
from weiguang.network.separation import audits, locked
from weiguang.network.verbs import Verb


def give(
    *, person: Account, subject_kind: str, subject_id: UUID, verbs: Iterable[Verb], sees: Tier,
    since: date, until: date | None, reason: str, by: Actor,
    until_moment: datetime | None = None,
) -> Grant:  # fmt: skip
    """Let a person do these verbs with one subject from `since` until the day before `until`.

    With `until_moment` it ends at that moment of the last day. Raises `NotFoundOrRefused` for
    oneself and for what is no work with a subject, and `FilesApart` for the auditor.
    """
    verbs = frozenset(verbs)
    if person.pk == by.person_id or not verbs <= GRANTABLE:
        raise NotFoundOrRefused
    with act(Verb.GRANT_GIVE, by=by, about=Subject("grant", subject_id)):
        if audits(locked(person), on=since):
            raise FilesApart
        grant = Grant(
            person=person, subject_kind=subject_kind, subject_id=subject_id,
            verbs=sorted(verbs), sees=int(sees), during=DateRange(since, until), until=until_moment,
            reason=reason,
        )  # fmt: skip
        grant.save(force_insert=True)
    return grant


def end(*, grant: Grant, on: date, by: Actor) -> None:
    """Take a grant back from that day on; raises `TermIsOver` where it ends before."""
    if grant.during.isempty or (grant.during.upper and on > grant.during.upper):
        raise TermIsOver
    with act(Verb.GRANT_END, by=by, about=Subject("grant", grant.subject_id)):
        amend(grant, during=DateRange(grant.during.lower, on))


def end_at_once(*, grant: Grant, by: Actor) -> None:
    """Take a grant back from this moment on; one that is over already stays as it was."""
    with act(Verb.GRANT_END, by=by, about=Subject("grant", grant.subject_id)):
        current = Grant.objects.select_for_update().get(pk=grant.pk)
        now = clock.now()
        if current.until is None or current.until > now:
            amend(current, until=now)
    grant.until = current.until
