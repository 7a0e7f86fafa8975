"""Requests to see a child outside one's own rows, and emergencies in which a file is broken open.

What was typed is kept as it was typed, whether or not there is such a child: nobody who may only
read her own request can tell the one from the other.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import NOTHING, Subject
from weiguang.kernel.fields import EncryptedJson
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Grant, Post
from weiguang.register.models.children import Child


class AccessRequest(Record):
    """One request: what was typed, why, for how long, and what was answered.

    `child` and `place_path` are the system's match, for those who answer; who asked never reads
    them. A file that was broken open is `granted` at once, and its review is answered later.
    """

    class Kind(models.TextChoices):
        BLIND = "blind", _("申请查阅")
        BREAK = "break", _("紧急查阅")

    class State(models.TextChoices):
        WAITING = "waiting", _("等待答复")
        GRANTED = "granted", _("可以查阅")
        REFUSED = "refused", _("未获准")

    class Review(models.TextChoices):
        NONE = "", _("不用复核")
        WAITING = "waiting", _("等待复核")
        JUSTIFIED = "justified", _("复核认为有正当理由")
        UNJUSTIFIED = "unjustified", _("复核认为没有正当理由")

    kind = models.TextField(choices=Kind.choices)
    # Name, number or birth date and guardian's phone, and the sentence: all as typed.
    said = EncryptedJson()
    # A code of the pack's `access_purposes`, or of its `access_emergencies`.
    purpose = models.TextField()
    days = models.PositiveSmallIntegerField(default=0)
    asks_reveal = models.BooleanField(default=False)
    requested_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    requested_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()

    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="+")
    # Empty until the system has looked: then the place of who answers.
    place_path = models.TextField(blank=True)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    review = models.TextField(choices=Review.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    grant = models.ForeignKey(Grant, models.PROTECT, null=True, related_name="+")

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "kind": Tier.CODE, "said": Tier.SENSITIVE, "purpose": Tier.CODE, "days": Tier.CODE,
        "asks_reveal": Tier.CODE, "requested_by": Tier.PERSONAL, "requested_post": Tier.CODE,
        "requested_at": Tier.CODE, "child": Tier.PERSONAL, "place_path": Tier.PERSONAL,
        "state": Tier.CODE, "review": Tier.CODE, "answered_at": Tier.CODE, "grant": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["requested_by", "-id"], name="access_requested_by"),
            models.Index(fields=["grant"], name="access_grant"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="access_granted_by_a_grant",
                condition=~models.Q(state="granted")
                | models.Q(grant__isnull=False, child__isnull=False),
            ),
            models.CheckConstraint(
                name="access_waits_or_is_answered",
                condition=models.Q(state="waiting", answered_at=None)
                | (~models.Q(state="waiting") & models.Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="access_broken_open_is_reviewed",
                condition=models.Q(kind="blind", review="")
                | (models.Q(kind="break") & ~models.Q(review="")),
            ),
        ]

    @property
    def subject(self) -> Subject:
        """What is asked about, where it is answered: the child's residence, or the whole city.

        By the residence alone: who keeps the hukou is not who answers for the child.
        """
        if not self.place_path:
            return NOTHING
        kind, key = ("child", self.child_id) if self.child_id else ("access", self.pk)
        return Subject(kind, key, (self.place_path,))
