"""Assessments of children, and the levels that people set: each with what it rests on.

What is `sealed` (disclosures, what the law's sealed situations say) stands in columns of its own,
so that whoever may not see it reads an assessment in which it does not exist.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiguang.kernel.fields import EncryptedJson, EncryptedText
from weiguang.kernel.records import Record
from weiguang.kernel.sensitivity import Tier
from weiguang.network.models import RECORD, Account
from weiguang.register.models import Child


class Assessment(Record):
    """One child, assessed with one version of an instrument, by one person on one day.

    Answers stand as they were sent, a list of texts by item: what was skipped, or belongs to a
    version that the pack has no more, is kept as it is.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交")
        SUPERSEDED = "superseded", _("已有新的评估")
        DISCARDED = "discarded", _("已放弃")

    child = models.ForeignKey(Child, models.PROTECT, related_name="assessments")
    instrument = models.TextField()
    version = models.TextField()
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    answers = EncryptedJson()
    sealed_answers = EncryptedJson(null=True)
    assessed_on = models.DateField()
    setting = models.TextField(blank=True)
    assessed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    # How the child was heard (a word of `child_views`), and what it said; never empty once
    # submitted.
    child_view = models.TextField(blank=True)
    child_words = EncryptedText(null=True)
    # How often the draft was saved: of two windows the older one is told.
    saves = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "instrument": Tier.CODE, "version": Tier.CODE, "state": Tier.CODE,
        "answers": Tier.SENSITIVE, "sealed_answers": Tier.SEALED, "assessed_on": Tier.PERSONAL,
        "setting": Tier.PERSONAL, "assessed_by": Tier.PERSONAL, "child_view": Tier.PERSONAL,
        "child_words": Tier.SENSITIVE, "saves": Tier.CODE, "submitted_at": Tier.CODE,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["child", "-assessed_on"], name="assessment_of_child"),
            models.Index(
                fields=["assessed_by"], name="assessment_draft", condition=models.Q(state="draft")
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["child", "instrument", "assessed_by"],
                name="assessment_one_draft",
                condition=models.Q(state="draft"),
            ),
            models.CheckConstraint(
                name="assessment_hears_the_child",
                condition=models.Q(state__in=["draft", "discarded"]) | ~models.Q(child_view=""),
            ),
            models.CheckConstraint(
                name="assessment_submitted_at_a_moment",
                condition=models.Q(state__in=["draft", "discarded"], submitted_at=None)
                | models.Q(state__in=["submitted", "superseded"], submitted_at__isnull=False),
            ),
        ]

    @property
    def is_draft(self) -> bool:
        """Whether it is still being filled in."""
        return self.state == self.State.DRAFT


class LevelDecision(Record):
    """The level at which a person put a child, and why; in force until another one is.

    A sealed decision says its level in `sealed_level` alone: for everybody else the open one holds.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("待第二人同意")
        IN_FORCE = "in_force", _("现行")
        ENDED = "ended", _("已结束")
        DECLINED = "declined", _("未同意")

    child = models.ForeignKey(Child, models.PROTECT, related_name="levels")
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="decisions")
    level = models.TextField(blank=True)
    sealed_level = EncryptedText(null=True)
    # What the instrument proposed; empty where a person judged without a proposal.
    proposed = models.TextField(blank=True)
    reason = EncryptedText(null=True)
    sealed_reason = EncryptedText(null=True)
    # What the village is asked to watch, in words that say nothing of why.
    watch = EncryptedText(null=True)
    state = models.TextField(choices=State.choices)
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    decided_on = models.DateField()
    in_force_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    sensitivity: ClassVar[dict[str, Tier]] = RECORD | {
        "child": Tier.PERSONAL, "assessment": Tier.CODE, "level": Tier.PERSONAL,
        "sealed_level": Tier.SEALED, "proposed": Tier.PERSONAL, "reason": Tier.SENSITIVE,
        "sealed_reason": Tier.SEALED, "watch": Tier.SENSITIVE, "state": Tier.CODE,
        "decided_by": Tier.PERSONAL, "decided_on": Tier.PERSONAL, "in_force_on": Tier.PERSONAL,
        "ended_on": Tier.PERSONAL,
    }  # fmt: skip

    class Meta(Record.Meta):
        indexes: ClassVar = [
            models.Index(fields=["child", "-id"], name="level_of_child"),
            models.Index(
                fields=["level", "in_force_on"],
                name="level_since",
                condition=models.Q(state="in_force"),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["child"],
                name="level_one_in_force",
                condition=models.Q(state="in_force") & ~models.Q(level=""),
            ),
            models.UniqueConstraint(
                fields=["child"],
                name="level_one_sealed_in_force",
                condition=models.Q(state="in_force", level=""),
            ),
            models.CheckConstraint(
                name="level_open_or_sealed",
                condition=models.Q(level="", sealed_level__isnull=False)
                | (~models.Q(level="") & models.Q(sealed_level__isnull=True)),
            ),
            models.CheckConstraint(
                name="level_override_says_why",
                condition=models.Q(proposed="")
                | models.Q(proposed=models.F("level"))
                | models.Q(reason__isnull=False)
                | models.Q(sealed_reason__isnull=False),
            ),
        ]

    @property
    def is_sealed(self) -> bool:
        """Whether only who sees what is sealed may know of it."""
        return self.level == ""
