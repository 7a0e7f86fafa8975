"""The hand-over of a post: what is handed over, and the three people who sign the list."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedJson, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Post
from weiguang.register.models.children import Child


class Handover(Record):
    """One hand-over, from a person on a post to another; done when all three have signed."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("待签字")
        DONE = "done", _("已交接")
        CANCELLED = "cancelled", _("已取消")

    class Reason(models.TextChoices):
        LEAVING = "leaving", _("离岗")
        LEAVE = "leave", _("请假")
        OTHER = "other", _("其他")

    from_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    to_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    place_path = models.TextField()
    giver = models.ForeignKey(Account, models.PROTECT, related_name="+")
    taker = models.ForeignKey(Account, models.PROTECT, related_name="+")
    witness = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    prepared_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    reason = models.TextField(choices=Reason.choices)
    on = models.DateField()
    state = models.TextField(choices=State.choices, default=State.PREPARED)
    giver_signed_at = models.DateTimeField(null=True)
    # Why somebody signed in the giver's stead; null when she signed herself.
    instead_reason = EncryptedText(null=True)
    taker_signed_at = models.DateTimeField(null=True)
    witness_signed_at = models.DateTimeField(null=True)
    # What was open on the post besides the children's own when the list was made: numbers by kind.
    others = models.JSONField(default=dict)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "from_post": Tier.CODE, "to_post": Tier.CODE, "place_path": Tier.CODE,
        "giver": Tier.PERSONAL, "taker": Tier.PERSONAL, "witness": Tier.PERSONAL,
        "prepared_by": Tier.PERSONAL, "reason": Tier.CODE, "on": Tier.CODE, "state": Tier.CODE,
        "giver_signed_at": Tier.CODE, "instead_reason": Tier.SENSITIVE,
        "taker_signed_at": Tier.CODE, "witness_signed_at": Tier.CODE, "others": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_post"],
                name="one_handover_of_a_post_at_a_time",
                condition=models.Q(state="prepared"),
            ),
            models.CheckConstraint(
                name="handover_between_two_people",
                condition=~models.Q(giver=models.F("taker")),
            ),
            models.CheckConstraint(
                name="handover_has_a_third_person",
                condition=models.Q(witness=None)
                | (~models.Q(witness=models.F("giver")) & ~models.Q(witness=models.F("taker"))),
            ),
            models.CheckConstraint(
                name="handover_is_done_by_three",
                condition=~models.Q(state="done")
                | models.Q(
                    giver_signed_at__isnull=False, taker_signed_at__isnull=False,
                    witness_signed_at__isnull=False, witness__isnull=False,
                ),
            ),
        ]  # fmt: skip

    @property
    def subject(self) -> Subject:
        """The hand-over as authority knows it: in the place of the post."""
        return Subject("handover", self.pk, (self.place_path,))


class HandoverItem(Record):
    """A child on the list, with what was open on that day and what the giver says of it."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items")
    child = models.ForeignKey(Child, models.PROTECT, related_name="+")
    # What was open when the list was made: codes with their numbers.
    open = EncryptedJson()
    remark = EncryptedText(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "handover": Tier.CODE, "child": Tier.PERSONAL, "open": Tier.SENSITIVE,
        "remark": Tier.SENSITIVE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["handover", "child"], name="a_child_is_handed_over_once"
            )
        ]
