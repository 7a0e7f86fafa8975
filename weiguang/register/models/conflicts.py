"""What stands between a worker and a family, as she herself declares it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models.children import Child


class ConflictDeclaration(Record):
    """A person says that she is near to a child; she is kept from its file until it is decided."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待处理")
        KEPT_AWAY = "kept_away", _("换人办理")
        LIFTED = "lifted", _("可以继续办理")

    person = models.ForeignKey(Account, models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, models.PROTECT, related_name="conflicts")
    # A code of the pack's `conflict_relations`.
    answer = models.TextField()
    at = models.DateTimeField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "person": Tier.PERSONAL, "child": Tier.PERSONAL, "answer": Tier.PERSONAL, "at": Tier.CODE,
        "state": Tier.CODE, "decided_by": Tier.PERSONAL, "decided_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["person", "child"], name="conflict_person_child"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="conflict_is_decided_by_another",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("person")),
            ),
            models.CheckConstraint(
                name="conflict_waits_or_is_decided",
                condition=models.Q(state="waiting", decided_at=None)
                | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
            ),
        ]
