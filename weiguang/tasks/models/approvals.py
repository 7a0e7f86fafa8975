"""What one person asks and others sign: the one mechanism behind every rule of two."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedJson, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Post


class Approval(Record):
    """A request that others must sign before (or, in an emergency, after) it takes effect.

    `verb` is the right that a signer must have about the subject. `says` holds what carrying out
    needs; what is meant for eyes is told by the kind.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已同意")
        RETURNED = "returned", _("已退回")
        REFUSED = "refused", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    kind = models.TextField()
    about_kind = models.TextField()
    about_id = models.UUIDField()
    paths = ArrayField(models.TextField())
    # The same paths as one text, each after a bar: what a list compares with a post's path.
    path_key = models.TextField()
    child_id = models.UUIDField(null=True)
    verb = models.TextField()
    says = EncryptedJson()
    needed = models.PositiveSmallIntegerField(default=1)
    # Counts up each time it is asked again after a return.
    round = models.PositiveSmallIntegerField(default=1)
    is_emergency = models.BooleanField(default=False)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    # Null stands for the system.
    requested_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "kind": Tier.CODE, "about_kind": Tier.CODE, "about_id": Tier.PERSONAL,
        "paths": Tier.CODE, "path_key": Tier.CODE, "child_id": Tier.PERSONAL, "verb": Tier.CODE,
        "says": Tier.SENSITIVE, "needed": Tier.CODE, "round": Tier.CODE,
        "is_emergency": Tier.CODE, "state": Tier.CODE, "requested_by": Tier.PERSONAL,
        "requested_at": Tier.CODE, "due_at": Tier.CODE, "decided_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                name="approval_waiting",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["about_id", "kind"], name="approval_about"),
            models.Index(fields=["requested_by", "id"], name="approval_requested"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="approval_is_decided_at_a_moment",
                condition=models.Q(state="waiting", decided_at=None)
                | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="approval_needs_somebody", condition=models.Q(needed__gte=1)
            ),
        ]

    @property
    def subject(self) -> Subject:
        """What is asked about, in the places in which it was asked."""
        return Subject(self.about_kind, self.about_id, tuple(self.paths))


class Seat(Record):
    """A post that is asked to sign; handed on, the former seat remembers to whom."""

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="seats")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    delegated_to = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "approval": Tier.CODE, "post": Tier.CODE, "delegated_to": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["approval", "post"], name="seat_once_an_approval")
        ]


class Signature(Record):
    """One person's answer on one post; never the requester's, never twice in a round."""

    class Answer(models.TextChoices):
        APPROVE = "approve", _("同意")
        RETURN = "return", _("退回")
        REFUSE = "refuse", _("不同意")

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    # Repeated from the approval, so that the database can keep the two people apart.
    requester = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(choices=Answer.choices)
    remark = EncryptedText(null=True)
    at = models.DateTimeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "approval": Tier.CODE, "round": Tier.CODE, "person": Tier.PERSONAL, "post": Tier.CODE,
        "requester": Tier.PERSONAL, "answer": Tier.CODE, "remark": Tier.SENSITIVE,
        "at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["approval", "round", "person"], name="a_person_signs_once"
            ),
            models.UniqueConstraint(fields=["approval", "round", "post"], name="a_post_signs_once"),
            models.CheckConstraint(
                name="requester_never_signs",
                condition=models.Q(requester=None) | ~models.Q(requester=models.F("person")),
            ),
        ]
