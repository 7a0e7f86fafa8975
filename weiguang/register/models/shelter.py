"""A child moved for safety: where it is, why, and until when; told to named people alone."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models.children import Child


class SafetyMove(Record):
    """One move for safety; while it lasts no place reaches the child."""

    class State(models.TextChoices):
        LASTING = "lasting", _("安全转移中")
        ENDING = "ending", _("结束待核定")
        ENDED = "ended", _("已结束")

    child = models.ForeignKey(Child, models.PROTECT, related_name="safety_moves")
    reason = EncryptedText()
    whereabouts = EncryptedText()
    school = EncryptedText(null=True)
    safe_phone = EncryptedText(null=True)
    # The place of the city that answers for it: whoever reviews stands there or above.
    city_path = models.TextField()
    state = models.TextField(choices=State.choices, default=State.LASTING)
    begun_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    end_reason = EncryptedText(null=True)
    ended_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "reason": Tier.SEALED, "whereabouts": Tier.SEALED,
        "school": Tier.SEALED, "safe_phone": Tier.SEALED, "city_path": Tier.CODE,
        "state": Tier.CODE, "begun_by": Tier.PERSONAL, "begun_at": Tier.CODE,
        "end_reason": Tier.SEALED, "ended_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["child"],
                name="one_safety_move_at_a_time",
                condition=~models.Q(state="ended"),
            )
        ]

    @property
    def subject(self) -> Subject:
        """The move as authority knows it: the city's matter, no town's."""
        return Subject("safety_move", self.pk, (self.city_path,))
