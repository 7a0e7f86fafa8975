"""Consents to the use of a child's personal information, and the people who are not to be asked."""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import BlindIndex, EncryptedJson
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models.children import Adult, Child
from weiguang.register.models.documents import Document

BAR_INDEX: Final = "bar.adult"


class Consent(Record):
    """That a guardian, or from fourteen the child itself, agreed to one use; and took it back.

    A child under fourteen is told and heard; how is a code, its words stand nowhere here.
    """

    class How(models.TextChoices):
        PAPER = "paper", _("书面签字")
        SPOKEN = "spoken", _("口头同意，有人在场")

    child = models.ForeignKey(Child, models.PROTECT, related_name="consents")
    matter = models.TextField()
    # Empty where the child itself consented.
    given_by = models.ForeignKey(Adult, models.PROTECT, null=True, related_name="+")
    how = models.TextField(choices=How.choices)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    witness = models.TextField(blank=True)
    heard = models.TextField(blank=True)
    given_on = models.DateField()
    # The last day, where one was agreed.
    until = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    is_withdrawn_by_child = models.BooleanField(default=False)
    withdrawn_by = models.ForeignKey(Adult, models.PROTECT, null=True, related_name="+")
    withdrawal = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "matter": Tier.PERSONAL, "given_by": Tier.PERSONAL,
        "how": Tier.CODE, "document": Tier.CODE, "witness": Tier.PERSONAL, "heard": Tier.PERSONAL,
        "given_on": Tier.PERSONAL, "until": Tier.PERSONAL, "withdrawn_on": Tier.PERSONAL,
        "is_withdrawn_by_child": Tier.PERSONAL, "withdrawn_by": Tier.PERSONAL,
        "withdrawal": Tier.PERSONAL, "recorded_by": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["child", "matter"],
                name="consent_standing",
                condition=models.Q(withdrawn_on=None),
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="consent_spoken_before_a_witness",
                condition=~models.Q(how="spoken") | ~models.Q(witness=""),
            ),
            models.CheckConstraint(
                name="consent_of_a_guardian_hears_the_child",
                condition=models.Q(given_by=None) | ~models.Q(heard=""),
            ),
            models.CheckConstraint(
                name="consent_is_withdrawn_by_one",
                condition=models.Q(is_withdrawn_by_child=False) | models.Q(withdrawn_by=None),
            ),
            models.CheckConstraint(
                name="consent_ends_after_it_began",
                condition=models.Q(until=None) | models.Q(until__gte=models.F("given_on")),
            ),
        ]


class ContactBar(Record):
    """That an adult is asked for nothing and told nothing about one child, while it is in force.

    Whom it is about and why are encrypted together; the index finds an adult without saying who.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("待第二人同意")
        IN_FORCE = "in_force", _("执行中")
        LIFTING = "lifting", _("解除待第二人同意")
        LIFTED = "lifted", _("已解除")
        DECLINED = "declined", _("未同意")

    child = models.ForeignKey(Child, models.PROTECT, related_name="bars")
    # {"adult": id, "reason": code}
    said = EncryptedJson()
    adult_index = BlindIndex(db_index=True)
    state = models.TextField(choices=State.choices)
    since = models.DateField()
    ended_on = models.DateField(null=True)
    asked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "said": Tier.SEALED, "adult_index": Tier.SEALED,
        "state": Tier.CODE, "since": Tier.CODE, "ended_on": Tier.CODE, "asked_by": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["child", "adult_index"],
                name="bar_once_at_a_time",
                condition=models.Q(state__in=["asked", "in_force", "lifting"]),
            )
        ]

    @property
    def subject(self) -> Subject:
        """The bar as authority knows it: it belongs where the child is."""
        return Subject("bar", self.pk, self.child.subject.paths)
