"""Lists that were uploaded, and what became of each of their rows.

A list waits here, judged, until a person confirms it; the register itself is touched only then.
Whatever was typed by an office is encrypted: file names and sheet names hold children's names.
"""

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import BlindIndex, EncryptedBytes, EncryptedJson, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account, Place, Post
from weiguang.register.models.children import Child

FILE_INDEX: Final = "import.file"


class ImportedList(Record):
    """One uploaded list: for which place, as of which day, and how far it has come."""

    class State(models.TextChoices):
        JUDGED = "judged", _("待确认")
        CONFIRMED = "confirmed", _("已导入")
        UNDONE = "undone", _("已撤销")
        DISCARDED = "discarded", _("已放弃")

    # The place of the post it was uploaded for: its subtree is all that the list may touch.
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    uploaded_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    file_name = EncryptedText()
    file_kind = models.TextField()
    # Equal for equal content, and says nothing about it.
    file_index = BlindIndex(db_index=True)

    as_of = models.DateField()
    stated_as_of = models.DateField(null=True)
    default_place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    only_sheets = EncryptedJson(null=True)
    # What each sheet's header was taken for, as `engine.report.SheetReport` says it.
    sheets = EncryptedJson()
    # Columns that a person corrected: {sheet index: {column index: identifier or null}}.
    columns = models.JSONField(default=dict)

    state = models.TextField(choices=State.choices, default=State.JUDGED)
    summary = models.JSONField()
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    # The event in which the register was written: what was written later depends on it.
    confirmed_in = models.BigIntegerField(null=True)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "place": Tier.CODE, "post": Tier.CODE, "uploaded_by": Tier.PERSONAL,
        "uploaded_at": Tier.CODE, "file_name": Tier.SENSITIVE, "file_kind": Tier.CODE,
        "file_index": Tier.SENSITIVE, "as_of": Tier.CODE, "stated_as_of": Tier.CODE,
        "default_place": Tier.CODE, "only_sheets": Tier.SENSITIVE, "sheets": Tier.SENSITIVE,
        "columns": Tier.CODE, "state": Tier.CODE, "summary": Tier.CODE,
        "confirmed_by": Tier.PERSONAL, "confirmed_at": Tier.CODE, "confirmed_in": Tier.CODE,
        "ended_by": Tier.PERSONAL, "ended_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["place", "-uploaded_at"], name="imported_list_latest")
        ]

    @property
    def subject(self) -> Subject:
        """The list as authority knows it: it belongs where its place is."""
        return Subject("import", self.pk, (self.place.path,))


class ImportedFile(Record):
    """The file itself, apart from its list so that no page reads it by accident."""

    imported = models.OneToOneField(ImportedList, models.PROTECT, related_name="file")
    content = EncryptedBytes()

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "imported": Tier.CODE, "content": Tier.SENSITIVE,
    }  # fmt: skip


class ImportedRow(Record):
    """One row of an uploaded list: kept whole, with what it was taken for and what it became."""

    class Review(models.TextChoices):
        NONE = "", _("不需要")
        OPEN = "open", _("待处理")
        RESOLVED = "resolved", _("已处理")
        LEFT_OUT = "left_out", _("不导入")

    imported = models.ForeignKey(ImportedList, models.PROTECT, related_name="rows")
    sheet_index = models.IntegerField()
    number = models.IntegerField()
    outcome = models.TextField()
    reasons = ArrayField(models.TextField())
    review = models.TextField(choices=Review.choices, blank=True)
    # What a person decided, a code of `engine.report`; why a row is left out, a code of the pack.
    decision = models.TextField(blank=True)
    left_out_reason = models.TextField(blank=True)
    # {"cells": all cells as text, "values": by identifier, "meaning": what they were taken for}.
    said = EncryptedJson()
    # What a person corrected, by identifier.
    corrections = EncryptedJson(null=True)
    child = models.ForeignKey(Child, models.PROTECT, null=True, related_name="imported_rows")
    differing = ArrayField(models.TextField(), default=list)
    # Records that confirming wrote for a child who was there already: [[model, id]]; for undoing.
    made = models.JSONField(default=list)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "imported": Tier.CODE, "sheet_index": Tier.CODE, "number": Tier.CODE,
        "outcome": Tier.PERSONAL, "reasons": Tier.PERSONAL, "review": Tier.CODE,
        "decision": Tier.CODE, "left_out_reason": Tier.CODE, "said": Tier.SENSITIVE,
        "corrections": Tier.SENSITIVE,
        "child": Tier.PERSONAL, "differing": Tier.PERSONAL, "made": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["imported", "sheet_index", "number"], name="imported_row_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["imported", "outcome", "sheet_index", "number"], name="imported_row_outcome"
            )
        ]
