"""Leave for one person and one subject, given and ended by acts of their own."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from weiguang.kernel.events import Subject
from weiguang.kernel.history import amend
from weiguang.kernel.sensitivity import Tier
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.models import Account, Grant
from weiguang.network.verbs import Verb


def give(
    *, person: Account, subject_kind: str, subject_id: UUID, verbs: Iterable[Verb], sees: Tier,
    since: date, until: date | None, reason: str, by: Actor,
    until_moment: datetime | None = None,
) -> Grant:  # fmt: skip
    """Let a person do these verbs with one subject from `since` until the day before `until`.

    With `until_moment` it ends at that moment of the last day.
    """
    with act(Verb.GRANT_GIVE, by=by, about=Subject("grant", subject_id)):
        grant = Grant(
            person=person, subject_kind=subject_kind, subject_id=subject_id,
            verbs=sorted(verbs), sees=int(sees), during=DateRange(since, until), until=until_moment,
            reason=reason,
        )  # fmt: skip
        grant.save(force_insert=True)
    return grant


def end(*, grant: Grant, on: date, by: Actor) -> None:
    """Take a grant back from that day on."""
    with act(Verb.GRANT_END, by=by, about=Subject("grant", grant.subject_id)):
        amend(grant, during=DateRange(grant.during.lower, on))
