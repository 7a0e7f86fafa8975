"""A decision as its owner meets it: whose task it is, whether she attends the conference or not."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from weiguang.conferences.models import Decision
from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.kernel.events import Author, Subject, remember_refusal
from weiguang.network.authority import Actor, may
from weiguang.network.verbs import Verb
from weiguang.tasks.models import Task

DECISION: Final = "conference.decision"


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """What the owner of a decision reads; the child's name stands on no part of it."""

    id: UUID
    words: str
    due_on: date
    outcome: str
    done_on: date | None


def own_decision(actor: Actor, decision_id: UUID) -> tuple[Decision, OwnDecision]:
    """A decision that lies with the actor's posts; `NotFoundOrRefused` for anybody else's."""
    found = Decision.objects.select_related("conference__child", "owner")
    decision = found.filter(pk=decision_id, is_dropped=False).first()
    task = Task.objects.filter(kind=DECISION, about_id=decision_id).first()
    if decision is None or task is None or not does_decision(actor, decision, task):
        about = Subject("decision", decision_id)
        remember_refusal(Verb.TASK_FINISH, by=Author(actor.person_id, None), about=about)
        raise NotFoundOrRefused
    return decision, OwnDecision(
        decision.pk, decision.words or decision.sealed_words or "", decision.due_on,
        decision.outcome or decision.sealed_outcome or "", decision.done_on,
    )  # fmt: skip


def does_decision(actor: Actor, decision: Decision, task: Task) -> bool:
    """Whether it is the actor's to carry out: her post has it, and the child is not kept from her.

    A post that was told that it is overdue reminds, and reads no word of it. What is judicial is
    for the participant alone who was named, not for her substitutes.
    """
    child = decision.conference.child
    if child.is_sheltered and not may(actor, Verb.CONFERENCE_READ, child.subject):
        return False
    if decision.sealed_words is not None and decision.owner.account_id != actor.person_id:
        return False
    is_own = any(post.id == task.post_id for post in actor.posts)
    return is_own and ("child", child.pk) not in actor.bars and bool(may(actor, Verb.TASK_FINISH))
