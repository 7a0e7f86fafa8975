"""Agreements by which guardians entrust a child's care to another adult for a time."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models

from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models.children import Adult, Child, Tie
from weiguang.register.models.documents import Document


class Entrustment(Record):
    """Who entrusts whom, why, for how long, with which duties; and how the child was heard.

    Law on the Protection of Minors, Articles 22 and 23. `cleared` are the exclusions of the law
    that were asked about and do not apply; that one does apply is never written down here.
    """

    child = models.ForeignKey(Child, models.PROTECT, related_name="entrustments")
    guardian = models.ForeignKey(Adult, models.PROTECT, related_name="+")
    other_guardian = models.ForeignKey(Adult, models.PROTECT, null=True, related_name="+")
    carer = models.ForeignKey(Adult, models.PROTECT, related_name="+")
    # The carer's tie, and whether it began with this agreement and ends with it.
    tie = models.ForeignKey(Tie, models.PROTECT, null=True, related_name="+")
    made_tie = models.BooleanField()
    reason = models.TextField()
    during = DateRangeField()
    duties = ArrayField(models.TextField())
    cleared = ArrayField(models.TextField())
    told = ArrayField(models.TextField(), default=list)
    heard = models.TextField()
    witness = models.TextField()
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    ending = models.TextField(blank=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "guardian": Tier.PERSONAL, "other_guardian": Tier.PERSONAL,
        "carer": Tier.PERSONAL, "tie": Tier.PERSONAL, "made_tie": Tier.CODE,
        "reason": Tier.PERSONAL, "during": Tier.PERSONAL, "duties": Tier.CODE,
        "cleared": Tier.CODE, "told": Tier.CODE, "heard": Tier.PERSONAL, "witness": Tier.PERSONAL,
        "document": Tier.CODE, "recorded_by": Tier.PERSONAL, "ended_on": Tier.PERSONAL,
        "ending": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["child", "carer"],
                name="entrusted_once_at_a_time",
                condition=models.Q(ended_on=None),
            ),
            models.CheckConstraint(
                name="entrustment_ends_for_a_reason",
                condition=models.Q(ended_on=None, ending="")
                | models.Q(ended_on__isnull=False) & ~models.Q(ending=""),
            ),
            models.CheckConstraint(
                name="entrusted_to_another",
                condition=~models.Q(carer=models.F("guardian")),
            ),
        ]
