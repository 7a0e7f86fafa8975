"""What is due for a post, about what, by when; and to whom it was told when it was not done."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Post


class Task(Record):
    """One thing to do for a post: its holder and her substitutes see it, nobody else unless it
    is overdue. What it is about is known by kind and id alone.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待办")
        DONE = "done", _("已办结")
        CANCELLED = "cancelled", _("已取消")

    class Unit(models.TextChoices):
        HOURS = "hours", _("小时")
        DAYS = "days", _("天")
        WORKING_DAYS = "working_days", _("个工作日")

    kind = models.TextField()
    # The same key twice is one task: reactions and rounds may come again.
    key = models.TextField(unique=True, null=True)
    post = models.ForeignKey(Post, models.PROTECT, related_name="tasks")
    # The path of the post's place, so that authority needs no join.
    place_path = models.TextField()
    about_kind = models.TextField()
    about_id = models.UUIDField()
    child_id = models.UUIDField(null=True)
    # A code of the words of the kind; never free text.
    reason = models.TextField(blank=True)
    # What a person wrote who gave the task by hand.
    words = EncryptedText(null=True)
    # The event out of which it came.
    origin = models.BigIntegerField()
    opened_at = models.DateTimeField()
    unit = models.TextField(choices=Unit.choices)
    due_at = models.DateTimeField()
    # True while a year without a published calendar had to be counted.
    is_estimated = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    pause_reason = EncryptedText(null=True)
    # What was left when it was paused: seconds of hours, else days.
    left = models.IntegerField(null=True)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    # When the level above is told; null when there is none, and while it is paused.
    escalates_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "kind": Tier.CODE, "key": Tier.CODE, "post": Tier.CODE, "place_path": Tier.CODE,
        "about_kind": Tier.CODE, "about_id": Tier.PERSONAL, "child_id": Tier.PERSONAL,
        "reason": Tier.CODE, "words": Tier.SENSITIVE, "origin": Tier.CODE,
        "opened_at": Tier.CODE, "unit": Tier.CODE,
        "due_at": Tier.CODE, "is_estimated": Tier.CODE, "paused_at": Tier.CODE,
        "pause_reason": Tier.SENSITIVE, "left": Tier.CODE, "state": Tier.CODE,
        "outcome": Tier.CODE, "closed_at": Tier.CODE, "closed_by": Tier.PERSONAL,
        "escalates_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["post", "due_at", "id"],
                name="task_inbox",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["escalates_at"],
                name="task_escalates",
                condition=models.Q(state="open", escalates_at__isnull=False),
            ),
            models.Index(
                fields=["post"],
                name="task_by_the_hour",
                condition=models.Q(state="open", unit="hours"),
            ),
            models.Index(
                fields=["place_path"],
                name="task_below",
                opclasses=["text_pattern_ops"],
                condition=models.Q(state="open"),
            ),
            models.Index(fields=["about_id", "kind"], name="task_about"),
            models.Index(fields=["child_id"], name="task_child"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="task_is_closed_at_a_moment",
                condition=models.Q(state="open", closed_at=None)
                | (~models.Q(state="open") & models.Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="task_is_paused_for_a_reason",
                condition=models.Q(paused_at=None, pause_reason__isnull=True, left=None)
                | models.Q(paused_at__isnull=False, pause_reason__isnull=False, left__isnull=False),
            ),
        ]

    @property
    def subject(self) -> Subject:
        """The task as authority knows it: in the place of its post."""
        return Subject("task", self.pk, (self.place_path,))


class Escalation(Record):
    """A level above was told that a task is overdue; once a level, by constraint."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="escalations")
    level = models.TextField()
    # Empty where the level has nobody who could be told.
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "task": Tier.CODE, "level": Tier.CODE, "post": Tier.CODE, "at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "level"], name="escalated_once_a_level")
        ]
