"""Papers of a child's file: cleaned, encrypted in parts, and opened one at a time.

The kinds are neutral words; a sealed paper does not even say its kind to who may not see it.
"""

from typing import ClassVar, Final

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.fields import BlindIndex, EncryptedBytes, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models.children import Child

DOCUMENT_INDEX: Final = "document.content"


class Document(Record):
    """One paper: what kind it is, for which time it speaks, who filed it, whether it counts."""

    class Scan(models.TextChoices):
        NONE = "none", _("未做病毒扫描")
        WAITING = "waiting", _("等待病毒扫描")
        CLEAN = "clean", _("已做病毒扫描")
        INFECTED = "infected", _("发现病毒，不能打开")

    child = models.ForeignKey(Child, models.PROTECT, related_name="documents")
    is_sealed = models.BooleanField()
    # One of the two; a sealed paper's kind is itself what is sealed.
    kind = models.TextField(blank=True)
    sealed_kind = EncryptedText(null=True)
    file_name = EncryptedText()
    media = models.TextField()
    pages = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    # Equal for equal files as they were handed in, and for what was kept of them.
    offered_index = BlindIndex(db_index=True)
    kept_index = BlindIndex()
    # The time for which the paper speaks, where it says so.
    during = DateRangeField(null=True)
    scan = models.TextField(choices=Scan.choices)
    added_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    voided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "is_sealed": Tier.CODE, "kind": Tier.PERSONAL,
        "sealed_kind": Tier.SEALED, "file_name": Tier.SENSITIVE, "media": Tier.CODE,
        "pages": Tier.CODE, "size": Tier.CODE, "offered_index": Tier.SENSITIVE,
        "kept_index": Tier.SENSITIVE, "during": Tier.PERSONAL, "scan": Tier.CODE,
        "added_by": Tier.PERSONAL, "added_at": Tier.CODE, "voided_by": Tier.PERSONAL,
        "voided_at": Tier.CODE, "void_reason": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="document_unscanned", condition=models.Q(scan="waiting")
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="document_says_its_kind_where_it_may",
                condition=models.Q(is_sealed=True, kind="", sealed_kind__isnull=False)
                | models.Q(is_sealed=False, sealed_kind__isnull=True) & ~models.Q(kind=""),
            ),
            models.CheckConstraint(
                name="document_is_voided_for_a_reason",
                condition=models.Q(voided_at=None, void_reason="")
                | models.Q(voided_at__isnull=False) & ~models.Q(void_reason=""),
            ),
        ]


class DocumentPart(Record):
    """A stretch of a paper's content, or of its picture: small, so that no row is ever large."""

    class Of(models.TextChoices):
        CONTENT = "content", _("内容")
        PICTURE = "picture", _("预览")

    document = models.ForeignKey(Document, models.PROTECT, related_name="parts")
    of = models.TextField(choices=Of.choices)
    number = models.PositiveIntegerField()
    content = EncryptedBytes()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "document": Tier.CODE, "of": Tier.CODE, "number": Tier.CODE, "content": Tier.SEALED,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "of", "number"], name="document_part_once")
        ]
