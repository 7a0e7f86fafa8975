"""What waits in a place that ends goes to the posts that go on: tasks, and what is to be signed.

All of it inside the caller's own act.
"""

from collections.abc import Mapping
from uuid import UUID

from weiguang.kernel.history import amend
from weiguang.network.models import Post
from weiguang.tasks.actions.tasks import hand_over_within
from weiguang.tasks.models import Approval, Seat, Task

UNDECIDED = (Approval.State.WAITING, Approval.State.RETURNED)


def follow_posts(posts: Mapping[UUID, Post]) -> int:
    """Give the open tasks of each post to the one that goes on for it, and its seats; their number.

    A task keeps its clock. A post that has a seat in the same approval already is asked once.
    """
    followed = 0
    for former, post in posts.items():
        waiting = Task.objects.filter(post_id=former, state=Task.State.OPEN)
        followed += waiting.count()
        hand_over_within(waiting, post)
        for seat in Seat.objects.filter(post_id=former, approval__state__in=UNDECIDED):
            if not Seat.objects.filter(approval=seat.approval_id, post=post).exists():
                amend(seat, about_id=seat.approval_id, post_id=post.pk)
    return followed


def follow_paths(old: str, new: str) -> int:
    """Let approvals that are undecided be asked in the place that goes on; their number.

    What was decided stays what it was, where it was.
    """
    asked = Approval.objects.select_for_update(of=("self",)).filter(
        path_key__contains=f"|{old}", state__in=UNDECIDED
    )
    for approval in asked.order_by("pk"):
        paths = [
            new + path.removeprefix(old) if path.startswith(old) else path
            for path in approval.paths
        ]
        amend(
            approval, about_id=approval.about_id, paths=paths,
            path_key="".join(f"|{path}" for path in paths),
        )  # fmt: skip
    return len(asked)
