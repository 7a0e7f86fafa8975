"""After a conference: the record is signed by each who was there, decisions are carried out, and
some time later nobody who was asked sees it any more.
"""

from datetime import datetime, time, timedelta

from django.conf import settings

from weiguang.conferences.actions.calling import about_for, column_of, locked, require
from weiguang.conferences.actions.holding import SIGN
from weiguang.conferences.errors import AlreadySigned, NotNow
from weiguang.conferences.models import Conference, Decision, Participant
from weiguang.conferences.queries.decisions import DECISION, does_decision
from weiguang.kernel import clock, packs
from weiguang.kernel.errors import Invalid, NotFoundOrRefused
from weiguang.kernel.history import amend
from weiguang.network.acts import act
from weiguang.network.authority import Actor
from weiguang.network.queries import the_system
from weiguang.network.verbs import Verb
from weiguang.tasks.actions.tasks import finish_about
from weiguang.tasks.models import Task


def sign(*, conference: Conference, objection: str = "", by: Actor) -> None:
    """Sign the final record for oneself; what one does not agree with is kept beside the signature.

    The last signature closes the conference. Raises `AlreadySigned`.
    """
    require(conference, Verb.CONFERENCE_SIGN, by)
    with act(Verb.CONFERENCE_SIGN, by=by, about=about_for(conference)):
        current = locked(conference, Conference.State.RECORDED, Conference.State.SIGNED)
        own = current.participants.filter(account=by.person_id, attended=True).first()
        if own is None:
            raise NotFoundOrRefused
        _sign(current, own, objection, by, is_on_paper=False)


def sign_on_paper(*, participant: Participant, by: Actor) -> None:
    """Record that somebody signed the printed record; by who keeps it, never for oneself."""
    conference = participant.conference
    require(conference, Verb.CONFERENCE_RECORD, by)
    with act(Verb.CONFERENCE_RECORD, by=by, about=about_for(conference)):
        current = locked(conference, Conference.State.RECORDED, Conference.State.SIGNED)
        there = current.participants.filter(pk=participant.pk, attended=True)
        who = there.exclude(account=by.person_id).first()
        if who is None:
            raise NotFoundOrRefused
        _sign(current, who, "", by, is_on_paper=True)


def report(*, decision: Decision, outcome: str, by: Actor) -> None:
    """Say what came of a decision: by whoever is on its owner's post, or was told it is overdue."""
    task = Task.objects.filter(kind=DECISION, about_id=decision.pk).first()
    if task is None or not does_decision(by, decision, task):
        raise NotFoundOrRefused
    if not outcome.strip():
        raise Invalid
    with act(Verb.TASK_FINISH, by=by, about=task.subject) as event:
        current = Decision.objects.select_for_update().get(pk=decision.pk)
        if current.done_on is not None or task.state != Task.State.OPEN:
            raise NotNow
        amend(
            current, about_id=decision.conference.child_id, done_on=by.on,
            done_by_id=by.person_id, **{column_of(current.section, "outcome"): outcome.strip()},
        )  # fmt: skip
        event.detail["decision"] = str(current.pk)
        finish_about(kind=DECISION, about_id=current.pk, by=the_system(on=by.on))


def _sign(
    conference: Conference, participant: Participant, objection: str, by: Actor, *,
    is_on_paper: bool,
) -> None:  # fmt: skip
    if participant.signed_at is not None:
        raise AlreadySigned
    amend(
        participant, about_id=conference.child_id, signed_at=clock.now(), is_on_paper=is_on_paper,
        objection=objection.strip() or None,
    )  # fmt: skip
    finish_about(kind=SIGN, about_id=participant.pk, by=the_system(on=by.on), outcome="signed")
    if not conference.participants.filter(attended=True, signed_at=None).exists():
        _close(conference)


def _close(conference: Conference) -> None:
    """All have signed: leave ends some time after the last decision is due."""
    amend(conference, about_id=conference.child_id, state=Conference.State.SIGNED)
    days = packs.deadline(settings.WEIGUANG_PACK, "conference.read").length["days"]
    due = conference.decisions.filter(is_dropped=False).values_list("due_on", flat=True)
    last = max([clock.today(), *due]) + timedelta(days=days)
    until = datetime.combine(last, time(), tzinfo=clock.CHINA)
    for each in conference.participants.exclude(grant=None).select_related("grant"):
        assert each.grant is not None
        if each.grant.until is None or each.grant.until > until:
            amend(each.grant, until=until)
