"""Approvals as they are read: their lines in the inbox, and the whole story of one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

from weiguang.kernel.errors import NotFoundOrRefused
from weiguang.network.authority import Actor
from weiguang.tasks.access import approvals_for, seat_for
from weiguang.tasks.kinds import ApprovalKind, Line, approval_kinds
from weiguang.tasks.models import Approval, Signature, Task

SHOWN: Final = 200


def lines_of_tasks(actor: Actor, tasks: Sequence[Task]) -> Mapping[UUID, Line]:
    """A line for each task that asks for a signature, as the approval's kind words it."""
    ids = [task.about_id for task in tasks]
    approvals = {each.pk: each for each in approvals_for(actor).filter(pk__in=ids)}
    lines = lines_of(actor, approvals.values())
    return {task.pk: lines[task.about_id] for task in tasks if task.about_id in lines}


def lines_of(actor: Actor, approvals: Iterable[Approval]) -> dict[UUID, Line]:
    """A line for each approval, asked of each kind once; each leads to the approval's own page."""
    by_kind: dict[str, list[Approval]] = defaultdict(list)
    for approval in approvals:
        by_kind[approval.kind].append(approval)
    lines: dict[UUID, Line] = {}
    for code, found in by_kind.items():
        kind = approval_kinds().get(code)
        # What an app asked that is not installed any more is not shown, and breaks nothing.
        for key, line in (kind.lines(actor, found) if kind else {}).items():
            lines[key] = Line(line.who, line.why, reverse("approval", args=[key]))
    return lines


def approval_of(actor: Actor, approval_id: UUID) -> Approval:
    """An approval that the actor asked for, may sign, or signed; else `NotFoundOrRefused`."""
    found = Approval.objects.select_related("requested_by").filter(pk=approval_id).first()
    if found is None or actor.person_id is None:
        raise NotFoundOrRefused
    is_own = found.requested_by_id == actor.person_id
    has_signed = found.signatures.filter(person=actor.person_id).exists()
    if not (is_own or has_signed or seat_for(actor, found)):
        raise NotFoundOrRefused
    return found


@dataclass(frozen=True, slots=True)
class ApprovalStory:
    """One approval with what is asked, who signed, and what the reader can do."""

    approval: Approval
    kind: ApprovalKind
    line: Line | None
    signatures: tuple[Signature, ...]
    is_own: bool
    can_sign: bool
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """An approval in a list."""

    approval: Approval
    title: str | Promise
    line: Line


def story_of(actor: Actor, approval_id: UUID) -> ApprovalStory:
    """One approval as the reader sees it; `NotFoundOrRefused` for who has no part in it."""
    approval = approval_of(actor, approval_id)
    kind = approval_kinds().get(approval.kind)
    if kind is None:
        raise NotFoundOrRefused
    is_own = approval.requested_by_id == actor.person_id
    said = kind.context(actor, approval) if kind.context else {}
    if said is None:  # what it is about is none of the reader's, or no more
        raise NotFoundOrRefused
    return ApprovalStory(
        approval=approval,
        kind=kind,
        line=kind.lines(actor, [approval]).get(approval.pk),
        signatures=tuple(approval.signatures.select_related("person", "post").order_by("at", "id")),
        is_own=is_own,
        can_sign=not is_own and approvals_for(actor).filter(pk=approval.pk).exists(),
        context=dict(said),
    )


def to_sign(actor: Actor) -> list[ApprovalRow]:
    """What waits for a signature that the reader may give, the soonest due first."""
    found = approvals_for(actor).select_related("requested_by").order_by("due_at", "id")
    return _listed(actor, list(found[:SHOWN]))


def asked_by(actor: Actor) -> list[ApprovalRow]:
    """What the reader asked for herself, the newest first."""
    found = Approval.objects.filter(requested_by=actor.person_id).order_by("-id")
    return _listed(actor, list(found[:SHOWN]))


def _listed(actor: Actor, approvals: list[Approval]) -> list[ApprovalRow]:
    lines = lines_of(actor, approvals)
    kinds = approval_kinds()
    return [
        ApprovalRow(each, kinds[each.kind].title, lines[each.pk])
        for each in approvals
        if each.pk in lines
    ]
