"""Which tasks and approvals are whose: those of one's posts, and those one was told of."""

from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from weiguang.kernel.compiled import answered
from weiguang.network.authority import Actor, barred_from, may, rows
from weiguang.network.verbs import Verb
from weiguang.tasks.models import Approval, Escalation, Seat, Signature, Task

WAITING: Final = """
SELECT count(*) FROM tasks_task
WHERE id IN (
    SELECT id FROM tasks_task WHERE post_id = ANY(%s) AND state = 'open'
    UNION SELECT task_id FROM tasks_escalation WHERE post_id = ANY(%s)
  ) AND state = 'open' AND paused_at IS NULL AND (child_id IS NULL OR child_id <> ALL(%s))
"""


def tasks_of(actor: Actor) -> QuerySet[Task]:
    """The open tasks of the actor's posts, and the overdue ones that those posts were told of."""
    if not may(actor, Verb.TASK_LIST):
        return Task.objects.none()
    posts = _posts(actor)
    own = Task.objects.filter(post__in=posts, state=Task.State.OPEN).order_by().values("pk")
    told = Escalation.objects.filter(post__in=posts).order_by().values("task")
    # Each half goes by an index of its own; joined by OR both would read every open task there is.
    return _open_to(actor, Task.objects.filter(pk__in=own.union(told), state=Task.State.OPEN))


def waiting_count(actor: Actor) -> int:
    """How many tasks wait for the actor, those that are paused left out; one query.

    Asked on every page: each half goes by an index of its own, and it is written out, because
    building it costs more than answering it.
    """
    posts = list(_posts(actor))
    if not posts:
        return 0
    barred = list(barred_from(actor, "child"))
    return int(answered(WAITING, [posts, posts, barred])[0][0])


def tasks_below(actor: Actor) -> QuerySet[Task]:
    """The open tasks in the places whose tasks the actor dispatches."""
    reached = Q(pk__in=())
    for path in rows(actor, Verb.TASK_HAND_OVER, "task").paths:
        reached |= Q(place_path__startswith=path)
    return _open_to(actor, Task.objects.filter(reached, state=Task.State.OPEN))


def is_theirs(actor: Actor, task: Task) -> bool:
    """Whether a task lies with the actor's posts, or she was told that it is overdue; one query."""
    if task.child_id in barred_from(actor, "child"):
        return False
    posts = _posts(actor)
    return task.post_id in posts or task.escalations.filter(post__in=posts).exists()


def approvals_for(actor: Actor) -> QuerySet[Approval]:
    """The approvals that wait and that the actor may sign: not her own, not signed by her."""
    signing = rows(actor, Verb.APPROVAL_SIGN, "approval").paths
    if actor.person_id is None or not signing:
        return Approval.objects.none()
    reached = Q(pk__in=())
    for post in actor.posts:
        verbs = sorted(verb.value for verb in post.role.verbs)
        if Verb.APPROVAL_SIGN in post.role.verbs:
            reached |= Q(verb__in=verbs, path_key__contains=f"|{post.path}")
    signed = Signature.objects.filter(
        approval=OuterRef("pk"), round=OuterRef("round"), person=actor.person_id
    )
    waiting = _open_to(actor, Approval.objects.filter(reached, state=Approval.State.WAITING))
    return waiting.exclude(requested_by=actor.person_id).exclude(Exists(signed))


def seat_for(actor: Actor, approval: Approval) -> tuple[UUID, Seat | None] | None:
    """On which post the actor would sign and whose seat she takes; None when she may not.

    With named seats: her own, else, from a post above the place, one that nobody took yet.
    """
    if approval.child_id in barred_from(actor, "child"):
        return None
    able = [
        post
        for post in actor.posts
        if {approval.verb, Verb.APPROVAL_SIGN} <= {verb.value for verb in post.role.verbs}
        and any(path.startswith(post.path) for path in approval.paths)
    ]
    taken = set(approval.signatures.filter(round=approval.round).values_list("post_id", flat=True))
    able = [post for post in able if post.id not in taken]
    seats = list(approval.seats.filter(delegated_to=None).order_by("id"))
    if not able or not seats:
        return (able[0].id, None) if able and not seats else None
    for post in able:
        for seat in seats:
            if seat.post_id == post.id:
                return post.id, seat
    free = [seat for seat in seats if seat.post_id not in taken]
    above = [post for post in able if all(path != post.path for path in approval.paths)]
    return (above[0].id, free[0]) if above and free else None


def _open_to(actor: Actor, found: QuerySet[Any]) -> QuerySet[Any]:
    """Without those about a child from whom the actor is kept."""
    barred = barred_from(actor, "child")
    return found.exclude(child_id__in=barred) if barred else found


def _posts(actor: Actor) -> set[UUID]:
    return {post.id for post in actor.posts if Verb.TASK_LIST in post.role.verbs}
