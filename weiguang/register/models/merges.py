"""Two files that are one child's: put together by two people, and taken apart again."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.events import Subject
from weiguang.kernel.fields import EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models.children import Child


class Merge(Record):
    """A merge of two files: which one stays, why, how far it is, in which events it was done."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待核定")
        DONE = "done", _("已合并")
        DECLINED = "declined", _("未同意")
        UNDOING = "undoing", _("拆回待核定")
        UNDONE = "undone", _("已拆回")

    kept = models.ForeignKey(Child, models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Child, models.PROTECT, related_name="+")
    # The place that holds both: who decides has it below her post.
    path = models.TextField()
    reason = EncryptedText()
    undo_reason = EncryptedText(null=True)
    state = models.TextField(choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    # The events whose changes an undo takes back.
    events = ArrayField(models.BigIntegerField(), default=list)
    # Which of its values the kept file takes from the other, and gives back in an undo.
    takes = ArrayField(models.TextField(), default=list)
    # What an undo could not take back, because somebody had changed it since: "kind id".
    left = ArrayField(models.TextField(), default=list)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "kept": Tier.PERSONAL, "absorbed": Tier.PERSONAL, "path": Tier.CODE,
        "reason": Tier.SENSITIVE, "undo_reason": Tier.SENSITIVE, "state": Tier.CODE,
        "proposed_by": Tier.PERSONAL, "events": Tier.CODE, "takes": Tier.CODE,
        "left": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["absorbed"],
                name="a_file_is_absorbed_once",
                condition=models.Q(state__in=["proposed", "done", "undoing"]),
            ),
            models.CheckConstraint(
                name="a_merge_is_of_two_files",
                condition=~models.Q(kept=models.F("absorbed")),
            ),
        ]

    @property
    def subject(self) -> Subject:
        """The merge as authority knows it: in the place that holds both files."""
        return Subject("merge", self.pk, (self.path,))
