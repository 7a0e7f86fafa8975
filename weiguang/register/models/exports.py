"""What went out of the register: who asked for it, what for, who is in it, and how far it is.

The result itself lies here encrypted until it expires; who was in it stays known afterwards.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedBytes, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models.children import Child


class StatedPurpose(Record):
    """Why somebody opened a file or took a paper out, in a sentence of her own."""

    words = EncryptedText()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {"words": Tier.SENSITIVE}


class Export(Record):
    """A list as a workbook, one child's file, or many files: for one purpose, of one person."""

    class Kind(models.TextChoices):
        LIST = "list", _("名单")
        FILE = "file", _("一份档案")
        BATCH = "batch", _("成批档案")

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        MAKING = "making", _("制作中")
        DONE = "done", _("可以下载")
        REFUSED = "refused", _("未同意")
        FAILED = "failed", _("没有做成")
        EXPIRED = "expired", _("已清除")

    kind = models.TextField(choices=Kind.choices)
    # The event in which it was asked for, and what every page of it is marked with.
    number = models.BigIntegerField(unique=True)
    # The place of the post that asked: who approves stands there or above.
    path = models.TextField()
    purpose = models.TextField()
    stated = models.ForeignKey(StatedPurpose, models.PROTECT, null=True, related_name="+")
    # With numbers, phones and addresses whole; otherwise they are masked.
    is_full = models.BooleanField()
    state = models.TextField(choices=State.choices)
    language = models.TextField()
    requested_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    made = models.PositiveIntegerField(default=0)
    fetched = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "kind": Tier.CODE, "number": Tier.CODE, "path": Tier.CODE, "purpose": Tier.CODE,
        "stated": Tier.CODE, "is_full": Tier.CODE, "state": Tier.CODE, "language": Tier.CODE,
        "requested_by": Tier.PERSONAL, "requested_at": Tier.CODE, "total": Tier.CODE,
        "made": Tier.CODE, "fetched": Tier.CODE, "expires_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["requested_by", "-number"], name="export_of_a_person"),
            models.Index(
                fields=["expires_at"],
                name="export_to_expire",
                condition=models.Q(state__in=["waiting", "making", "done"]),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="export_is_made_as_far_as_it_goes",
                condition=models.Q(made__lte=models.F("total")),
            )
        ]

    @property
    def subject(self) -> Subject:
        """The export as authority knows it: in the place from which it was asked for."""
        return Subject("export", self.pk, (self.path,))


class ExportLine(Record):
    """One child of an export, in its order; why it was left out, where it was."""

    class LeftOut(models.TextChoices):
        NOT = "", _("在内")
        CHARACTER = "character", _("字库缺字")

    export = models.ForeignKey(Export, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    child = models.ForeignKey(Child, models.PROTECT, related_name="export_lines")
    left_out = models.TextField(choices=LeftOut.choices, blank=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "export": Tier.CODE, "number": Tier.CODE, "child": Tier.PERSONAL, "left_out": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "number"], name="export_line_once")
        ]


class ExportPart(Record):
    """A piece of the result, while it is made; at the end one piece, number 0, is all of it."""

    export = models.ForeignKey(Export, models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    content = EncryptedBytes()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "export": Tier.CODE, "number": Tier.CODE, "content": Tier.SENSITIVE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "number"], name="export_part_once")
        ]


class ExportPassword(Record):
    """The password of a result until it was shown once; a row of its own, so that none is kept."""

    export = models.OneToOneField(Export, models.PROTECT, related_name="password")
    words = EncryptedText()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "export": Tier.CODE, "words": Tier.SENSITIVE,
    }  # fmt: skip
