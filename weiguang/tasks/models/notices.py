"""By which ways a person wants to be told that something waits, and what was sent to her."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account


class Channel(models.TextChoices):
    """A way by which a person may be told outside the system."""

    EMAIL = "email", _("电子邮件")
    WECOM = "wecom", _("企业微信")
    DINGTALK = "dingtalk", _("钉钉")


class NoticeChoice(Record):
    """One way outside the system by which a person is told; inside she is told anyway."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    channel = models.TextField(choices=Channel.choices)
    # A mailbox, or the key of a robot; never an address that is fetched.
    address = EncryptedText()
    # At which of the pack's times; what is counted in hours is told at once.
    slots = ArrayField(models.TextField(), default=list)
    is_on = models.BooleanField(default=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "account": Tier.PERSONAL, "channel": Tier.CODE, "address": Tier.SENSITIVE,
        "slots": Tier.CODE, "is_on": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "channel"], name="choice_once_a_channel")
        ]


class NoticeSent(Record):
    """One message owed or sent, of which only the number is ever said; once an occasion.

    It is claimed and committed before it is sent: whoever dies in between leaves it `sending`, and
    it is not sent again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待发送")
        SENDING = "sending", _("正在发送")
        SENT = "sent", _("已发出")
        NOTHING = "nothing", _("没有待办，未发")
        COVERED = "covered", _("已合并到另一条")
        FAILED = "failed", _("没有发出")

    choice = models.ForeignKey(NoticeChoice, models.PROTECT, related_name="messages")
    # A time of a day, a task counted in hours, or a test.
    occasion = models.TextField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    number = models.PositiveIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When it is tried; afterwards, when that was.
    at = models.DateTimeField()
    # After this it is of no use any more.
    until = models.DateTimeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "choice": Tier.CODE, "occasion": Tier.CODE, "state": Tier.CODE, "number": Tier.CODE,
        "attempts": Tier.CODE, "at": Tier.CODE, "until": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["choice", "occasion"], name="told_once_an_occasion")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["choice", "at"],
                name="notice_waiting",
                condition=models.Q(state="waiting"),
            ),
            models.Index(
                fields=["at"],
                name="notice_unsent",
                condition=models.Q(state__in=["failed", "sending"]),
            ),
        ]
