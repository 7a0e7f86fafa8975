"""A child is assessed anew when its level's time is over: a task for the town, once each time.

How long a level holds is the pack's rhythm. In an emergency nothing is due by a clock.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef

from weiguang.assessment.models import Assessment, LevelDecision
from weiguang.assessment.queries.rhythm import rhythm
from weiguang.kernel import packs
from weiguang.kernel.clock import CHINA
from weiguang.register.actions.alerts import DISPATCHERS, key_once, open_alert, post_about
from weiguang.register.models import Child
from weiguang.register.rules.ages import latest_birth
from weiguang.tasks.actions.tasks import Origin
from weiguang.tasks.models import Task
from weiguang.tasks.rules.periods import Period

AGAIN: Final = "assessment.again"
ADULT: Final = 18
# The rest is told an hour later.
CHILDREN_AT_ONCE: Final = 500


def again_due(now: datetime) -> int:
    """Open what is due within the pack's notice; returns how many were opened."""
    on = now.astimezone(CHINA).date()
    opened = 0
    for level, beat in rhythm().beats.items():
        if "reassess" in beat.days:
            for child in _due(level, beat.days["reassess"], on):
                opened += _open(child, on)
    return opened


def _ahead() -> Period:
    return Period(**packs.deadline(settings.WEIGUANG_PACK, AGAIN).length)


def _due(level: str, days: int, on: date) -> Iterator[Child]:
    """The children at a level whose last look at it is so many days old, less the notice."""
    before = on - timedelta(days=days - (_ahead().days or 0))
    waits = Task.objects.filter(kind=AGAIN, about_id=OuterRef("child"), state=Task.State.OPEN)
    looked = Assessment.objects.filter(
        child=OuterRef("child"), state=Assessment.State.SUBMITTED, assessed_on__gt=before
    )
    held = LevelDecision.objects.filter(
        ~Exists(waits), ~Exists(looked), state=LevelDecision.State.IN_FORCE, level=level,
        in_force_on__lte=before, child__merged_into=None,
        child__birth_date__gt=latest_birth(ADULT, on),
    )  # fmt: skip
    ids = list(held.order_by("child").values_list("child", flat=True)[:CHILDREN_AT_ONCE])
    yield from Child.objects.filter(pk__in=ids).defer("id_number").order_by("pk")


def _open(child: Child, on: date) -> bool:
    post = post_about(child, DISPATCHERS, on)
    if post is None:
        return False
    newest = Assessment.objects.filter(child=child).order_by("-id").values_list("pk", flat=True)
    decided = LevelDecision.objects.filter(child=child).order_by("-id").values_list("pk", flat=True)
    # Once for each level and each assessment since.
    stem = f"{AGAIN}:{child.pk}:{decided.first()}:{newest.first() or ''}"
    return open_alert(child, AGAIN, post, _ahead(), Origin(key=key_once(stem)), on)
