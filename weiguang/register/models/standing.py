"""How a child stands with the apps above the register, in one row that they push down.

Lists filter and sort by it without asking those apps. It explains nothing and decides nothing:
what a level rests on is told by the app that pushed it.
"""

from typing import ClassVar

from django.db import models

from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD
from weiguang.register.models.children import Child


class Standing(Record):
    """A child's level, what is due next and when, and the two flags that change who must come."""

    child = models.OneToOneField(Child, models.PROTECT, related_name="standing")
    level = models.TextField(blank=True)
    next_due_on = models.DateField(null=True)
    next_due_kind = models.TextField(blank=True)
    is_emergency = models.BooleanField(default=False)
    is_suspended = models.BooleanField(default=False)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "level": Tier.PERSONAL, "next_due_on": Tier.PERSONAL,
        "next_due_kind": Tier.CODE, "is_emergency": Tier.PERSONAL, "is_suspended": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["next_due_on", "child"], name="standing_due"),
            models.Index(fields=["level", "child"], name="standing_level"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="standing_due_for_something",
                condition=models.Q(next_due_on=None, next_due_kind="")
                | (models.Q(next_due_on__isnull=False) & ~models.Q(next_due_kind="")),
            )
        ]
