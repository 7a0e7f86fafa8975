"""A child moves to another town of the city: sent by the one, received by the other."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Place
from weiguang.register.models.children import Child


class Transfer(Record):
    """A residence that moves between towns; until it is received the old town stays responsible."""

    class State(models.TextChoices):
        SENT = "sent", _("等对方接收")
        RECEIVED = "received", _("已接收")
        RETURNED = "returned", _("已退回")
        CLOSED = "closed", _("已结束")

    child = models.ForeignKey(Child, models.PROTECT, related_name="transfers")
    from_path = models.TextField()
    to_place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    to_path = models.TextField()
    address = EncryptedText(null=True)
    since = models.DateField()
    state = models.TextField(choices=State.choices, default=State.SENT)
    sent_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    remark = EncryptedText(null=True)
    # The first day on which the old town no longer sees the child; null before the receipt.
    overlaps_until = models.DateField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "from_path": Tier.PERSONAL, "to_place": Tier.PERSONAL,
        "to_path": Tier.PERSONAL, "address": Tier.SENSITIVE, "since": Tier.PERSONAL,
        "state": Tier.CODE, "sent_by": Tier.PERSONAL, "answered_by": Tier.PERSONAL,
        "remark": Tier.SENSITIVE, "overlaps_until": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["overlaps_until"],
                name="transfer_overlaps",
                condition=models.Q(state="received"),
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["child"],
                name="one_transfer_at_a_time",
                condition=models.Q(state__in=["sent", "received"]),
            )
        ]

    @property
    def subject(self) -> Subject:
        """The transfer as authority knows it: in the place that is to receive the child."""
        return Subject("transfer", self.pk, (self.to_path,))
